"""Campaigns as a service."""

from campaigns import api
from campaigns.answers import PROBLEMS
from campaigns.handlers import handlers
from campaigns.settings import CampaignsSettings
from campaigns.store import COLLECTIONS, CampaignsTx
from chassis.service import Service


def create_app(settings: CampaignsSettings) -> Service[CampaignsTx]:
    """The service as its settings say; nothing is connected to yet."""
    return Service(
        name="campaigns",
        settings=settings,
        tx=CampaignsTx,
        collections=COLLECTIONS,
        handlers=handlers,
        routers=api.ROUTERS,
        problems=PROBLEMS,
    )
