"""What the console asks of the other services: their public APIs, with the signed-in person's own token."""

from console.clients.attribution import Attribution
from console.clients.caller import Caller, DeclinedError, File, NotThereError, ServiceAwayError, WrongFieldsError
from console.clients.campaigns import Campaigns
from console.clients.discovery import Discovery
from console.clients.notifications import Notifications, OwnMail
from console.clients.operations import OperationsOf

__all__ = [
    "Attribution",
    "Caller",
    "Campaigns",
    "DeclinedError",
    "Discovery",
    "File",
    "NotThereError",
    "Notifications",
    "OperationsOf",
    "OwnMail",
    "ServiceAwayError",
    "WrongFieldsError",
]
