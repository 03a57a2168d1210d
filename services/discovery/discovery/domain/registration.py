"""What a creator says of themselves (D1): a part for everybody, and a part that never leaves this service."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from contracts.discovery import Availability, Category, DeliverableRate

CODE_PREFIX: Final = "cm-"


@dataclass(frozen=True, slots=True)
class Details:
    """What everybody may see. `said_by` is the account that says so.

    `display_name` is None where it was not asked for: then a list's name is shown. An empty one was cleared.
    """

    said_by: str
    display_name: str | None = None
    photo: str | None = None
    country: str | None = None
    city: str = ""
    languages: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    bio: str = ""
    rates: tuple[DeliverableRate, ...] = ()
    availability: Availability | None = None
    shipping_country: str | None = None
    social_links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Private:
    """What only the account itself sees: on no topic, in no search, in no answer to anybody else, in no log."""

    birth_date: date | None = None
    phone: str = ""
    shipping_name: str = ""
    shipping_lines: tuple[str, ...] = ()
    shipping_postcode: str = ""
    shipping_city: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """One account's word on one profile. `code` proves the handle once it stands in the network's bio."""

    account: str
    profile: str
    network: str
    handle: str
    display_name: str
    details: Details
    private: Private
    code: str
    registered_at: datetime
    """When the account said this last."""
    proven_at: datetime | None = None


def is_proven_by(code: str, bio: str) -> bool:
    """Whether a bio carries the code as a word of its own, in any case."""
    words = "".join(letter if letter.isalnum() or letter == "-" else " " for letter in bio.casefold()).split()
    return code.casefold() in words
