"""Builds the service."""

from datetime import timedelta

from chassis.service import Service
from notifications import api, jobs
from notifications.handlers import handlers
from notifications.settings import NotificationsSettings
from notifications.store import COLLECTIONS, NotificationsTx, Rules, tx_kind


def create_app(settings: NotificationsSettings) -> Service[NotificationsTx]:
    """The service of these settings."""
    return Service(
        name="notifications",
        settings=settings,
        handlers=handlers,
        collections=COLLECTIONS,
        tx=tx_kind(rules_of(settings)),
        routers=(api.router,),
        jobs=(jobs.send_mails,),
        dress=api.dress,
    )


def rules_of(settings: NotificationsSettings) -> Rules:
    """How long things are waited for and kept, by the settings."""
    return Rules(
        fact_age=timedelta(hours=settings.mail_fact_hours),
        names=timedelta(seconds=settings.mail_names_seconds),
        give_up=timedelta(hours=settings.mail_give_up_hours),
        keep_mails=timedelta(days=settings.mail_days),
        keep_contacts=timedelta(days=settings.contact_days),
        keep_asked=timedelta(days=settings.mail_asked_days),
        message_pause=timedelta(seconds=settings.mail_message_seconds),
    )
