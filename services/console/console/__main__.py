"""`python -m console [all|api|worker|check|setup]`."""

from chassis.start import all_of_it_stays

with all_of_it_stays():
    from chassis.cli import main
    from console.app import create_app
    from console.settings import ConsoleSettings

if __name__ == "__main__":
    main(create_app, ConsoleSettings)
