"""`python -m notifications [all | api | worker | check | setup]`."""

from chassis.cli import main
from notifications.app import create_app
from notifications.settings import NotificationsSettings

if __name__ == "__main__":
    main(create_app, NotificationsSettings)
