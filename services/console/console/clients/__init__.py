"""What the console asks of the other services: their public APIs, with the signed-in person's own token."""

from console.clients.caller import Caller, DeclinedError, NotThereError, ServiceAwayError, WrongFieldsError
from console.clients.notifications import Notifications

__all__ = ["Caller", "DeclinedError", "NotThereError", "Notifications", "ServiceAwayError", "WrongFieldsError"]
