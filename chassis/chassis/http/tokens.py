"""The one place that knows how tokens are made and checked: JWT signed with Ed25519 (ARCHITECTURE 6)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

ALGORITHM: Final = "Ed25519"
LEEWAY: Final = 60
LIFETIME: Final = 300
"""Seconds that a token lives; what took it may still use it `LEEWAY` seconds longer."""

SigningKey = OKPKey
"""An Ed25519 key with its `kid`; the private half is there only at the console."""

Word = Annotated[str, Field(min_length=1, max_length=200)]


class Kind(StrEnum):
    """The kinds of principal."""

    OPERATOR = "operator"
    BRAND = "brand"
    CREATOR = "creator"
    STORE = "store"
    SERVICE = "service"
    THIRD_PARTY = "third-party"


class Claims(BaseModel):
    """What a token says. `exp` and `iat` in Unix seconds; `scope` is words separated by spaces."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    iss: str
    aud: Word
    sub: Annotated[Word, Field(description="the account; for a service its client id")]
    kind: Annotated[Kind, Field(strict=False)]
    exp: int
    iat: int
    jti: str
    scope: str = ""
    invitation: Annotated[Word | None, Field(description="the one invitation that this token proves")] = None
    brand: Annotated[Word | None, Field(description="the brand that a brand's member, or a store, acts for")] = None


class TokenRefusedError(Exception):
    """The token is not one of ours, not for us, or no longer good; the message may be told to its bearer."""


def new_signing_key(kid: str) -> SigningKey:
    """A fresh private key."""
    return OKPKey.generate_key(ALGORITHM, {"kid": kid, "use": "sig", "alg": ALGORITHM}, private=True)


def private_jwk(key: SigningKey) -> dict[str, Any]:
    """The whole key, secret half included, as its owner stores it."""
    return dict(key.as_dict(private=True))


def load_key(jwk: Mapping[str, Any]) -> SigningKey:
    """A key out of its JWK; raises `ValueError` for any that is not Ed25519 with a `kid`."""
    if jwk.get("kty") != "OKP" or jwk.get("crv") != ALGORITHM or not isinstance(jwk.get("kid"), str):
        raise ValueError("not an Ed25519 key with a kid")
    try:
        return OKPKey.import_key(dict(jwk))
    except (JoseError, ValueError) as error:
        raise ValueError("not an Ed25519 key with a kid") from error


def jwks(keys: Iterable[SigningKey]) -> dict[str, Any]:
    """The public halves, as `/.well-known/jwks.json` shows them."""
    return {"keys": [dict(key.as_dict(private=False)) for key in keys]}


def sign(claims: Claims, key: SigningKey) -> str:
    """The token in its compact form."""
    header = {"alg": ALGORITHM, "kid": key.kid}
    return jwt.encode(header, claims.model_dump(mode="json", exclude_none=True), key, algorithms=[ALGORITHM])


def key_id(token: str) -> str:
    """Which key the token says it is signed with; nothing is checked yet. Raises `TokenRefusedError`."""
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, RecursionError) as error:
        raise TokenRefusedError("This is not a token.") from error
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise TokenRefusedError("The token does not name its key.")
    return kid


def verify(token: str, key: SigningKey, *, audience: str, now: datetime) -> Claims:
    """The claims of a token that `key` signed for `audience` and that has not expired, by `now` and 60 s of leeway."""
    registry = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY,
        aud={"essential": True, "value": audience},
        exp={"essential": True},
        sub={"essential": True},
        kind={"essential": True},
    )
    try:
        decoded = jwt.decode(token, key, algorithms=[ALGORITHM])
        registry.validate(decoded.claims)
        return Claims.model_validate({**decoded.claims, "aud": audience})
    except JoseError as error:
        raise TokenRefusedError(f"The token was refused: {error.error}.") from error
    except (ValidationError, ValueError, RecursionError) as error:
        raise TokenRefusedError("The token's claims are not ours.") from error
