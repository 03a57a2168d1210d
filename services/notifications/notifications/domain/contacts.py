"""Contacts: under which id whose address is kept, and for how long."""

from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel

from contracts.campaigns import Collaboration, CollaborationStatus
from contracts.http.notifications import Preferences

EXPIRY = "contact-expires"
"""The purpose of the timer that forgets a contact which no event has named."""


class ContactKind(StrEnum):
    """Whose id it stands under: a person's account, or an invitation that nobody has answered for yet."""

    ACCOUNT = "account"
    INVITATION = "invitation"


class Contact(BaseModel, frozen=True):
    """An address and how its owner wants to be written to.

    `kept` once an event named it or its owner proved the address; until then the timer of its `version` forgets it.
    """

    id: str
    kind: ContactKind
    address: str
    language: str = "en"
    zone: str = "UTC"
    preferences: Preferences = Preferences()
    suppressed: bool = False
    kept: bool = False
    version: int = 1


def is_zone(name: str) -> bool:
    """Whether the IANA database knows this time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def named_by(collaboration: Collaboration) -> frozenset[str]:
    """The contacts that a collaboration needs, now or later."""
    named = {collaboration.creator} if collaboration.creator else set()
    if not is_over_unanswered(collaboration):
        named.add(collaboration.invitation.contact)
    return frozenset(named)


def is_over_unanswered(collaboration: Collaboration) -> bool:
    """Whether the invitation was declined, withdrawn or has expired, so that its address has no use any more."""
    over = (CollaborationStatus.DECLINED, CollaborationStatus.EXPIRED, CollaborationStatus.CANCELLED)
    return collaboration.agreed_at is None and collaboration.status in over
