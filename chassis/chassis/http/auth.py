"""Who asks: a bearer token's principal, and which kinds of principal a route is for."""

from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from fastapi import Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request

from chassis.clock import Clock
from chassis.forgetting import forgotten_among
from chassis.http import tokens
from chassis.http.problem import forbidden, unauthorized, unavailable
from chassis.http.rates import Rates
from chassis.http.tokens import Claims, Kind, SigningKey, TokenRefusedError


class Principal(BaseModel):
    """Who asks, as the token says: never read from a path or a body."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    id: str
    """Whose things these are: the brand's id for a brand's member, else the account's (a store's, a service's name)."""
    account: str
    """The account that signed in."""
    brand: str | None = None
    invitation: str | None = None
    """The one invitation that this token proves."""
    scopes: frozenset[str] = frozenset()
    token: str = ""
    """The token's own id, for logs."""


class KeysUnavailableError(Exception):
    """No key to check this token by can be had at the moment, so nobody can say whether it is good."""


class Keys(Protocol):
    """Where the public keys come from: the console's JWKS, its own store, or a test."""

    async def find(self, kid: str) -> SigningKey | None:
        """The key of that id; None if there is none. Raises `KeysUnavailableError`."""

    async def close(self) -> None:
        """Let go of what it holds."""


class Guard:
    """Checks tokens for one audience, which is the service's name."""

    def __init__(self, keys: Keys, audience: str, clock: Clock) -> None:
        self.keys = keys
        self.audience = audience
        self.clock = clock

    async def check(self, token: str) -> Principal:
        """The token's principal; raises `TokenRefusedError` or `KeysUnavailableError`."""
        key = await self.keys.find(tokens.key_id(token))
        if key is None:
            raise TokenRefusedError("The token's key is not known.")
        return principal_of(tokens.verify(token, key, audience=self.audience, now=self.clock.now()))


def principal_of(claims: Claims) -> Principal:
    """Who a token's claims speak for."""
    acts_as_brand = claims.kind is Kind.BRAND and claims.brand is not None
    return Principal(
        kind=claims.kind,
        id=claims.brand if acts_as_brand and claims.brand else claims.sub,
        account=claims.sub,
        brand=claims.brand if claims.kind is not Kind.BRAND else claims.brand or claims.sub,
        invitation=claims.invitation,
        scopes=frozenset(claims.scope.split()),
        token=claims.jti,
    )


_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="A token of the console for this service.")


@dataclass(frozen=True)
class Needs:
    """The dependency that lets only these kinds of principal in; without kinds, any."""

    kinds: frozenset[Kind]
    named: frozenset[str] = frozenset()

    async def __call__(
        self, request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)] = None
    ) -> Principal:
        """401 without a good token, 403 for another kind, 429 over the budget, 503 while no key can be had."""
        if bearer is None:
            raise unauthorized("Send a bearer token.", error="")
        guard: Guard = request.app.state.guard
        try:
            who = await guard.check(bearer.credentials)
        except TokenRefusedError as refused:
            raise unauthorized(str(refused)) from refused
        except KeysUnavailableError as error:
            raise unavailable("keys-unavailable", "Tokens can't be checked", "Try again in a moment.") from error
        rates: Rates = request.app.state.rates
        await rates.count_principal(who.kind, who.account, who.brand)
        if who.kind is Kind.CREATOR and await forgotten_among(request.app.state.context.db, [who.account]):
            raise unauthorized("This account was erased.")  # its last tokens outlive it by minutes
        if (self.kinds and who.kind not in self.kinds) or (self.named and who.id not in self.named):
            raise forbidden()
        return who


def principal(*kinds: Kind, named: tuple[str, ...] = ()) -> Any:
    """For `Annotated[Principal, Depends(principal(Kind.BRAND))]`: who asks, if of one of these kinds.

    `named` narrows a service route down to these callers: `principal(Kind.SERVICE, named=("console",))`.
    """
    return Needs(frozenset(kinds), frozenset(named))
