"""What a service says once it has forgotten a person (D12): what went, what had to stay and why, in numbers."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.envelope import Event, Model
from contracts.ids import Id


class Held(StrEnum):
    """What services hold of a person."""

    PROFILES = "profiles"
    REGISTRATIONS = "registrations"
    PHOTOS = "photos"
    FIGURES = "figures"
    VIDEOS = "videos"
    SHORTLISTS = "shortlists"
    RELEVANCES = "relevances"
    PREDICTIONS = "predictions"
    COLLABORATIONS = "collaborations"
    APPLICATIONS = "applications"
    CONVERSATIONS = "conversations"
    LINKS = "links"
    COUPONS = "coupons"
    LEDGER = "ledger"
    ADDRESS = "address"
    MAILS = "mails"
    ACCOUNT = "account"
    SESSIONS = "sessions"
    DEAD_LETTERS = "dead-letters"


class KeptBecause(StrEnum):
    """Why something stays.

    `books`: accounts must be kept for ten years; they name a person by a number only. `agreement`: what two sides
    agreed on is the other side's, too. `another-role`: the person is a brand's member as well.
    """

    BOOKS = "books"
    AGREEMENT = "agreement"
    ANOTHER_ROLE = "another-role"


class Went(Model):
    """So much of something is gone."""

    what: Held
    count: Annotated[int, Field(ge=1)]


class Kept(Model):
    """Something stays, for a reason."""

    what: Held
    because: KeptBecause


class PersonForgotten(Event):
    """A service has forgotten whom an erasure names. `asked` says which time of asking it answers."""

    KEY: ClassVar = "erasure"

    erasure: Id
    asked: Annotated[int, Field(ge=1)] = 1
    went: Annotated[tuple[Went, ...], Field(max_length=30)] = ()
    kept: Annotated[tuple[Kept, ...], Field(max_length=30)] = ()
