"""What the console asks of the other services: their public APIs, with the signed-in person's own token."""

from console.clients.attribution import Attribution
from console.clients.caller import Caller, DeclinedError, File, NotThereError, ServiceAwayError, WrongFieldsError
from console.clients.campaigns import Campaigns
from console.clients.conversations import Conversations
from console.clients.discovery import Discovery
from console.clients.drafts import Drafts
from console.clients.notifications import Notifications, OwnMail
from console.clients.operations import OperationsOf
from console.clients.products import Products
from console.clients.programs import Programs

__all__ = [
    "Attribution",
    "Caller",
    "Campaigns",
    "Conversations",
    "DeclinedError",
    "Discovery",
    "Drafts",
    "File",
    "NotThereError",
    "Notifications",
    "OperationsOf",
    "OwnMail",
    "Products",
    "Programs",
    "ServiceAwayError",
    "WrongFieldsError",
]
