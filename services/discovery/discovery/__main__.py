from chassis.start import all_of_it_stays

with all_of_it_stays():
    from chassis.cli import build
    from discovery.app import create_app
    from discovery.commands import add_commands
    from discovery.settings import DiscoverySettings

if __name__ == "__main__":
    app = build(create_app, DiscoverySettings)
    add_commands(app)
    app(prog_name="python -m discovery")
