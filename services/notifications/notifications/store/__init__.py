"""Contacts, the names that mails need, and the mails. Only this package speaks to MongoDB here."""

from notifications.store.collections import BRANDS, CAMPAIGNS, COLLECTIONS, CONTACTS, MAILS, OPEN, PROFILES, Rules
from notifications.store.contacts import AddressTakenError, ContactIsAnAccountError, NoContactError
from notifications.store.mails import NotificationsTx, tx_kind
from notifications.store.queue import MailQueue

__all__ = [
    "BRANDS",
    "CAMPAIGNS",
    "COLLECTIONS",
    "CONTACTS",
    "MAILS",
    "OPEN",
    "PROFILES",
    "AddressTakenError",
    "ContactIsAnAccountError",
    "MailQueue",
    "NoContactError",
    "NotificationsTx",
    "Rules",
    "tx_kind",
]
