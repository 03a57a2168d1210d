from campaigns.app import create_app
from campaigns.settings import CampaignsSettings
from chassis.cli import main

if __name__ == "__main__":
    main(create_app, CampaignsSettings)
