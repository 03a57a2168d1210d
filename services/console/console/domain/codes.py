"""Sign-in by a mailed code: single use, short-lived, bound to the browser that asked, few tries (W1)."""

import hmac
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from contracts.console import BrandDetails
from contracts.ids import Id

DIGITS = 6


class Registration(BaseModel):
    """A brand that waits for its code. No address: the person is known by the contact's id."""

    model_config = ConfigDict(frozen=True)

    details: BrandDetails
    phone: str = ""
    vat_number: str = ""


class SignIn(BaseModel):
    """One browser's wish to sign in. `id` is the hash of the browser's cookie; `code` is hashed with our key."""

    model_config = ConfigDict(frozen=True)

    id: str
    contact: Id
    code: str
    asked: tuple[datetime, ...]
    expires_at: datetime
    tries: Annotated[int, Field(ge=0)] = 0
    used: bool = False
    next: str = ""
    invitation: Id | None = None
    registration: Registration | None = None


class Answer(StrEnum):
    """What a typed code comes to."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    EXHAUSTED = "exhausted"


def code_from(number: int) -> str:
    """A code of six digits out of a random number."""
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def cleaned(typed: str) -> str:
    """What a person typed, without the spaces and hyphens that mail programs put in."""
    return "".join(character for character in typed if character.isalnum())[:20]


def code_hash(key: bytes, browser: str, code: str) -> str:
    """The code's keyed hash, useless with another browser's cookie."""
    return hmac.new(key, f"{browser}\x1f{code}".encode(), sha256).hexdigest()


def judge(sign_in: SignIn | None, given: str, *, now: datetime, most: int) -> Answer:
    """What `given`, a code's hash, comes to; `sign_in` has this try counted already. Compared in constant time."""
    if sign_in is None or sign_in.used or now >= sign_in.expires_at:
        return Answer.EXPIRED
    if sign_in.tries > most:
        return Answer.EXHAUSTED
    if hmac.compare_digest(sign_in.code, given):
        return Answer.RIGHT
    return Answer.WRONG if sign_in.tries < most else Answer.EXHAUSTED


def recent(asked: tuple[datetime, ...], *, since: datetime) -> tuple[datetime, ...]:
    """The times at which a browser asked for codes, the old ones left out."""
    return tuple(at for at in asked if at > since)
