"""`python -m notifications [all | api | worker | check | setup]`."""

from chassis.start import all_of_it_stays

with all_of_it_stays():
    from chassis.cli import main
    from notifications.app import create_app
    from notifications.settings import NotificationsSettings

if __name__ == "__main__":
    main(create_app, NotificationsSettings)
