"""Who may have what forgotten (D12), and how an erased handle is known again without being kept."""

import hmac
from dataclasses import dataclass, replace
from typing import Final

from contracts import topics
from contracts.forgetting import Held, Kept, KeptBecause
from discovery.domain.profiles import REGISTERED, ProfileRecord

OWN: Final = "discovery"
SERVICES: Final = (OWN, *topics.ERASURES.readers)
"""Who holds something of a person, and so must answer."""

GOES: Final = (
    Held.PROFILES,
    Held.REGISTRATIONS,
    Held.PHOTOS,
    Held.FIGURES,
    Held.VIDEOS,
    Held.SHORTLISTS,
    Held.RELEVANCES,
    Held.PREDICTIONS,
    Held.APPLICATIONS,
    Held.CONVERSATIONS,
    Held.LINKS,
    Held.ADDRESS,
    Held.MAILS,
    Held.ACCOUNT,
    Held.SESSIONS,
)
"""What an erasure takes, as its person is told before."""

STAYS: Final = (
    Kept(what=Held.LEDGER, because=KeptBecause.BOOKS),
    Kept(what=Held.LINKS, because=KeptBecause.BOOKS),
    Kept(what=Held.COUPONS, because=KeptBecause.BOOKS),
    Kept(what=Held.COLLABORATIONS, because=KeptBecause.AGREEMENT),
)
"""What it can't take, and why."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """A handle whose person was erased. `profile` is theirs anew, once they registered again.

    Imports fill it only when they have proven by `lifted` that they are who came back.
    """

    profile: str | None = None
    lifted: bool = False


def suppression_key(secret: bytes, profile: str) -> str:
    """By what an erased handle is known: a keyed hash of the id that is made of network and handle."""
    return hmac.digest(secret, profile.encode(), "sha256").hex()


def is_theirs(profile: ProfileRecord, account: str) -> bool:
    """Whether the account may have the profile erased: it has proven the handle, or nobody but it ever spoke of it.

    Otherwise anybody could have anybody erased by claiming their profile.
    """
    if profile.proven_by is not None:
        return profile.proven_by == account
    return profile.claimed_by == (account,) and all(said.source == REGISTERED for said in profile.known.values())


def is_vouched_for(profile: ProfileRecord, account: str, *, agreed: bool) -> bool:
    """Whether somebody but the account itself showed that the handle is its person's: a bio, or a brand.

    Only then is the handle kept from lists for ever. Otherwise anybody could keep anybody out, by registering and
    erasing a handle that no list has named yet.
    """
    return profile.proven_by == account or agreed


def released(profile: ProfileRecord, account: str) -> ProfileRecord:
    """The profile without an account's claim, and without the words that were its own; networks and lists still count.

    The handle stays, since it is what the profile is about.
    """
    claimed_by = tuple(one for one in profile.claimed_by if one != account)
    if profile.details is None or profile.details.said_by != account:
        return replace(profile, claimed_by=claimed_by)
    known = {name: said for name, said in profile.known.items() if name == "handle" or said.source != REGISTERED}
    return replace(profile, claimed_by=claimed_by, details=None, known=known)
