"""`python -m console [all|api|worker|check|setup]`."""

from chassis.cli import main
from console.app import create_app
from console.settings import ConsoleSettings

if __name__ == "__main__":
    main(create_app, ConsoleSettings)
