"""What the console says: accounts of brands, creators and stores. No address, no person's name (ARCHITECTURE 4)."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from contracts import topics
from contracts.envelope import EntityEvent, Model, State, Utc
from contracts.forgetting import PersonForgotten
from contracts.ids import Id
from contracts.money import CurrencyCode

Domain = Annotated[str, StringConstraints(min_length=1, max_length=253, pattern=r"^[a-z0-9.-]+$")]
"""A host name in lower case, internationalised ones in their xn-- form."""


CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""An ISO 3166-1 alpha-2 code, such as IT."""


class AccountKind(StrEnum):
    """Whose account it is. Operators have accounts in the console only."""

    BRAND = "brand"
    CREATOR = "creator"
    STORE = "store"


class StoreKind(StrEnum):
    """How a store's orders reach us."""

    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"
    TOPIC = "topic"


class BrandDetails(Model):
    """What other services may know of a brand. Links may lead to `domains` and their subdomains only."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    domains: tuple[Domain, ...]
    currency: CurrencyCode
    zone: Annotated[str, Field(description="IANA time zone, such as Europe/Rome")] = "UTC"
    country: Annotated[CountryCode | None, Field(description="whose holidays the brand keeps; absent: none")] = None


class StoreDetails(Model):
    """A brand's store. `shop` is the shop's own host name, to which its webhook secret is bound."""

    brand: Id
    kind: StoreKind
    shop: Annotated[str, StringConstraints(min_length=1, max_length=253)]


class Account(State):
    """A brand, a creator's account or a store; the section that fits its kind is there."""

    TOPIC: ClassVar = topics.ACCOUNTS

    kind: AccountKind
    brand: BrandDetails | None = None
    store: StoreDetails | None = None
    registered_at: Utc
    contacts: Annotated[
        tuple[Id, ...] | None,
        Field(max_length=100, description="Who is written to for a brand: its members' contact ids."),
    ] = None


class AccountEvent(EntityEvent[Account]):
    """Any change of an account."""

    TOPIC: ClassVar = topics.ACCOUNTS
    STATE: ClassVar = Account


class BrandRegistered(AccountEvent):
    """A brand has registered."""

    TYPE: ClassVar = "console.brand-registered.v1"


class CreatorRegistered(AccountEvent):
    """A creator has an account."""

    TYPE: ClassVar = "console.creator-registered.v1"


class StoreChanged(AccountEvent):
    """A store was connected or its details changed."""

    TYPE: ClassVar = "console.store-changed.v1"


class CreatorErased(AccountEvent):
    """A creator's account is gone; the last event of its key, without a state."""

    TYPE: ClassVar = "console.creator-erased.v1"


class ForgottenByConsole(PersonForgotten):
    """The console has forgotten whom an erasure names."""

    TYPE: ClassVar = "console.forgotten-by-console.v1"
    TOPIC: ClassVar = topics.CONSOLE_ERASURES
