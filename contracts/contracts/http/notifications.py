"""What notifications' API takes and answers. Addresses come in here and never go out again.

`/internal/...` is for services only (ARCHITECTURE 4); `/v1/contact` is the signed-in person's own.
"""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.envelope import Model
from contracts.ids import Id

Address = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=254)]
"""An e-mail address as a person typed it; notifications says whether it is one."""

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
"""A language with an optional country, such as en or en-GB; mails use the nearest that they are written in."""

Zone = Annotated[str, StringConstraints(min_length=1, max_length=64)]
"""An IANA time zone, such as Europe/Rome."""

Code = Annotated[str, Field(repr=False), StringConstraints(pattern=r"^[0-9A-Za-z-]{4,20}$")]
"""A sign-in code. It is in the mail and nowhere else: not stored, not logged."""


class PutContact(Model):
    """`PUT /internal/contacts/{id}`: the address that an invitation goes to; the same again changes nothing.

    With `account` the id is an account's that nobody signed in to yet (the first operator's): who asks for a code by
    that address gets this id, and the contact stays.
    """

    address: Address
    language: Language = "en"
    zone: Zone = "UTC"
    account: bool = False


class SendSignInMail(Model):
    """`POST /internal/sign-in-mails`: mail a code to an address, or to a contact. Exactly one of the two.

    `language` is the page's; it is used for an address that is not known yet.
    """

    contact: Id | None = None
    address: Address | None = None
    code: Code
    language: Language = "en"

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.contact is None) == (self.address is None):
            raise ValueError("give either contact or address")
        return self


class ContactOut(Model):
    """Whose the address is now: the account that has it, or the invitation itself as long as no account does."""

    contact: Id


class Wish(StrEnum):
    """When a person wants to hear of something that is not part of a transaction (N4)."""

    AT_ONCE = "at-once"
    NEVER = "never"


class Preferences(Model):
    """What a person wants to hear of. Transactional mails can't be switched off."""

    first_sale: Wish = Wish.AT_ONCE


class OwnContact(Model):
    """`GET|PUT /v1/contact`: how a person wants to be written to."""

    language: Language = "en"
    zone: Zone = "UTC"
    preferences: Preferences = Preferences()
