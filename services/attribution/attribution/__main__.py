from chassis.start import all_of_it_stays

with all_of_it_stays():
    from attribution.app import create_app
    from attribution.commands import add_commands
    from attribution.settings import AttributionSettings
    from chassis.cli import build

if __name__ == "__main__":
    app = build(create_app, AttributionSettings)
    add_commands(app)
    app(prog_name="python -m attribution")
