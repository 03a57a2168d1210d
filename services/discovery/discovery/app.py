"""Discovery as a service."""

from chassis.service import Service
from discovery import api
from discovery.answers import PROBLEMS
from discovery.bios import add_bios
from discovery.handlers import handlers
from discovery.settings import DiscoverySettings
from discovery.store import COLLECTIONS, DiscoveryTx


def create_app(settings: DiscoverySettings) -> Service[DiscoveryTx]:
    """The service as its settings say; nothing is connected to yet."""
    return Service(
        name="discovery",
        settings=settings,
        tx=DiscoveryTx,
        collections=COLLECTIONS,
        handlers=handlers,
        routers=api.routers,
        dress=add_bios,
        problems=PROBLEMS,
    )
