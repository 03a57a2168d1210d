"""Contacts, the names that mails need, and the mails. Only this package speaks to MongoDB here."""

from notifications.store.collections import COLLECTIONS, CONTACTS, MAILS, OPEN, Rules
from notifications.store.contacts import AddressTakenError, ContactIsAnAccountError, NoContactError
from notifications.store.mails import NotificationsTx, tx_kind
from notifications.store.queue import MailQueue

__all__ = [
    "COLLECTIONS",
    "CONTACTS",
    "MAILS",
    "OPEN",
    "AddressTakenError",
    "ContactIsAnAccountError",
    "MailQueue",
    "NoContactError",
    "NotificationsTx",
    "Rules",
    "tx_kind",
]
