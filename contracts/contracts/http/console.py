"""What the console's API takes and answers: registration, sign-in, tokens, stores. The pages' forms do the same."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.console import AccountKind, CountryCode, Domain, StoreKind
from contracts.envelope import Model, Utc
from contracts.http.discovery.data import DataScope
from contracts.ids import Id
from contracts.money import CurrencyCode

Address = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=254)]
"""An e-mail address. The console hands it to notifications and keeps neither it nor a hash of it."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Zone = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class RegisterBrand(Model):
    """`POST /v1/brands`: begin a registration; the mailed code, given to `POST /v1/session`, activates it (W1)."""

    name: Name
    email: Address
    currency: CurrencyCode
    zone: Annotated[Zone, Field(description="IANA time zone, such as Europe/Rome")] = "UTC"
    country: Annotated[CountryCode | None, Field(description="whose holidays count; absent: the zone's")] = None
    domains: Annotated[tuple[Domain, ...], Field(min_length=1, max_length=50)]
    phone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    vat_number: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""


class BeginSignIn(Model):
    """`POST /v1/sign-ins`: mail a code to an address, or to whom an invitation was sent. Exactly one of the two."""

    address: Address | None = None
    invitation: Id | None = None


class CodeSent(Model):
    """A code is on its way, if somebody may have one: the same answer for every address. `expires_in` is in seconds."""

    expires_in: int


class EnterCode(Model):
    """`POST /v1/session`: the code from the mail, from the browser that asked for it."""

    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]


class RoleKind(StrEnum):
    """As what a person acts."""

    OPERATOR = "operator"
    BRAND = "brand"
    CREATOR = "creator"


class RoleOut(Model):
    """One thing that a signed-in person may act as; `id` is the principal's id in every token."""

    kind: RoleKind
    id: Id
    name: str = ""


class SessionOut(Model):
    """`GET /v1/session`: as what the person acts now, and as what else they could."""

    role: RoleOut
    roles: tuple[RoleOut, ...]
    invitations: tuple[Id, ...] = ()
    expires_at: Utc


class TokenRequest(Model):
    """`POST /v1/session/token`: a token for one service, optionally one that proves one invitation."""

    audience: Id
    invitation: Id | None = None


class TokenOut(Model):
    """A bearer token (RFC 6749, 5.1); `expires_in` is in seconds."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - the type's name (RFC 6750), no secret
    expires_in: int


class ConnectStore(Model):
    """`POST /v1/stores`: connect a store of the asking brand. Shopify gives its secret, WooCommerce is given ours."""

    kind: StoreKind
    shop: Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=1, max_length=253)]
    secret: Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, max_length=200)] | None = None


class StoreOut(Model):
    """A connected store. `webhook_url` is where its webhooks go; stores that write the topic have none."""

    id: Id
    kind: StoreKind
    shop: str
    webhook_url: str | None = None
    connected_at: Utc
    secret_set_at: Utc | None = None
    rotation_ends_at: Utc | None = None


class StoreConnected(StoreOut):
    """The answer to connecting a store and to a new secret; `secret` is there once, if we made it."""

    secret: str | None = None


class NewSecret(Model):
    """`PUT /v1/stores/{id}/secret`: replace a store's webhook secret; without `secret` one is made.

    For a day the old one stays right beside it.
    """

    secret: Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, max_length=200)] | None = None


class CredentialsOut(Model):
    """`POST /v1/stores/{id}/credentials`: client credentials of a store. The secret is shown this once."""

    client_id: Id
    client_secret: str


class ThirdPartyIn(Model):
    """`POST /v1/third-parties`: somebody whose programs may read creators' figures, and which (D11)."""

    name: Name
    scopes: Annotated[tuple[DataScope, ...], Field(min_length=1, max_length=50)]


class ScopesIn(Model):
    """`PUT /v1/third-parties/{id}/scopes`: what it may read from now on; tokens that it has live 5 minutes longer."""

    scopes: Annotated[tuple[DataScope, ...], Field(min_length=1, max_length=50)]


class ThirdPartyOut(Model):
    """A third party; its client id is its own id."""

    id: Id
    name: str
    scopes: tuple[DataScope, ...]
    created_at: Utc
    revoked_at: Utc | None = None


class ThirdPartyMade(ThirdPartyOut):
    """The answer to making one: `client_secret` is shown this once."""

    client_secret: str


class BrandOut(Model):
    """A brand as its members see it."""

    id: Id
    kind: AccountKind = AccountKind.BRAND
    name: str
    domains: tuple[str, ...]
    currency: CurrencyCode
    zone: str
