"""Brands, creators and stores, and how forms and APIs say them."""

import re
from datetime import datetime
from enum import StrEnum
from zoneinfo import available_timezones

from babel.core import get_global
from babel.numbers import list_currencies
from pydantic import BaseModel, ConfigDict

from console.domain.words import mark
from contracts.console import Account, AccountKind, BrandDetails, StoreDetails, StoreKind
from contracts.ids import Id

_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")

SHOPIFY_HOST = ".myshopify.com"


class Brand(BaseModel):
    """A brand and its members, known by their contact ids."""

    model_config = ConfigDict(frozen=True)

    id: Id
    revision: int
    registered_at: datetime
    details: BrandDetails
    members: tuple[Id, ...]
    phone: str = ""
    vat_number: str = ""

    def account(self) -> Account:
        """What other services may know of it."""
        return Account(
            id=self.id,
            kind=AccountKind.BRAND,
            brand=self.details,
            registered_at=self.registered_at,
            contacts=self.members,
        )


class Store(BaseModel):
    """A connected store. Its secret is attribution's alone; we know only when it was handed over."""

    model_config = ConfigDict(frozen=True)

    id: Id
    revision: int
    registered_at: datetime
    details: StoreDetails
    secret_set_at: datetime | None = None
    rotation_ends_at: datetime | None = None

    def account(self) -> Account:
        """What other services may know of it."""
        return Account(id=self.id, kind=AccountKind.STORE, store=self.details, registered_at=self.registered_at)


class Refusal(StrEnum):
    """Why a value of a form is not taken; the words are for the person who typed it."""

    ADDRESS = mark("Enter an e-mail address, such as name@example.com.")
    NAME = mark("Enter your brand's name.")
    CURRENCY = mark("Choose a currency from the list.")
    ZONE = mark("Choose a time zone from the list.")
    DOMAINS_MISSING = mark("Enter at least one domain, such as example.com.")
    DOMAIN = mark("Enter host names only, such as example.com or shop.example.com.")
    SHOP = mark("Enter the shop's host name, such as shop.example.com.")
    SHOPIFY_SHOP = mark("Enter the shop's own host name, which ends in .myshopify.com.")
    STORE_KIND = mark("Choose how the orders reach us.")
    SHOPIFY_SECRET = mark("Paste the signing secret that Shopify shows under Notifications, Webhooks.")
    TOO_LONG = mark("Enter at most 40 characters.")


def is_address(text: str) -> bool:
    """Whether this looks like an e-mail address; that it works only a mail shows."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None  # noqa: PLR2004 - RFC 5321's limit


def host_of(text: str) -> str | None:
    """A host name out of what people paste (address, upper case, Unicode); None if there is none."""
    bare = text.strip().lower().removeprefix("https://").removeprefix("http://").split("/", 1)[0].rstrip(".")
    try:
        host = bare.encode("idna").decode() if not bare.isascii() else bare
    except UnicodeError:
        return None
    return host if _HOST.fullmatch(host) else None


def hosts_of(text: str) -> list[str | None]:
    """The host names in a text, by line, comma or space, each once; None in the place of what is none."""
    words = [word for word in re.split(r"[\s,;]+", text) if word]
    return list(dict.fromkeys(host_of(word) for word in words))


def is_currency(code: str) -> bool:
    """Whether ISO 4217 has this code, by the locale data."""
    return code in list_currencies()


NOWHERE = "ZZ"
"""CLDR's code for zones that are in no country."""


def country_of(zone: str) -> str | None:
    """The country in which that zone is, whose holidays a brand there keeps (C7); None for UTC and the like."""
    country: str | None = get_global("zone_territories").get(zone)
    return None if country == NOWHERE else country


def is_zone(name: str) -> bool:
    """Whether this is an IANA time zone."""
    return name in available_timezones()


def shop_refusal(kind: StoreKind, host: str | None) -> Refusal | None:
    """Why this can't be a store's host name; webhook secrets are bound to it."""
    if host is None:
        return Refusal.SHOP
    if kind is StoreKind.SHOPIFY and not host.endswith(SHOPIFY_HOST):
        return Refusal.SHOPIFY_SHOP
    return None
