from attribution.app import create_app
from attribution.settings import AttributionSettings
from chassis.cli import main

if __name__ == "__main__":
    main(create_app, AttributionSettings)
