"""Tokens for services, stores and third parties (RFC 6749, 4.4), and the keys that everybody checks them by."""

import base64
import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse

from chassis.http import marks
from chassis.http.tokens import LIFETIME, Kind
from console.api.here import TheDesk
from console.desk import Desk
from console.domain.sessions import hashed
from console.settings import SERVICES, read_clients
from contracts.http.console import TokenOut

router = APIRouter(tags=["tokens"])
NO_STORE = {"Cache-Control": "no-store"}
DATA = "discovery"
"""The one service whose API is for third parties."""
Short = Annotated[str, Form(max_length=300)]


@router.get(
    "/.well-known/jwks.json",
    openapi_extra=marks(public=True),
    responses={200: {"description": "A JWK set (RFC 7517).", "content": {"application/jwk-set+json": {}}}},
)
async def get_keys(desk: TheDesk) -> JSONResponse:
    """The public keys that tokens are checked by."""
    return JSONResponse(
        await desk.issuer.jwks(), headers={"Cache-Control": "public, max-age=60"}, media_type="application/jwk-set+json"
    )


@router.post(
    "/oauth/token",
    openapi_extra=marks(public=True),
    response_model=TokenOut,
    responses={
        status: {"description": "Why not (RFC 6749, 5.2).", "content": {"application/json": {}}}
        for status in (400, 401)
    },
)
async def get_token(
    request: Request,
    desk: TheDesk,
    *,
    grant_type: Short = "",
    client_id: Short = "",
    client_secret: Short = "",
    audience: Short = "",
) -> JSONResponse:
    """A token by client credentials, in the body or by HTTP Basic; `audience` is the service that it is for.

    Third parties get one for `discovery` alone, with the scopes that an operator gave them.
    """
    if grant_type != "client_credentials":
        return _refused("unsupported_grant_type", "Only client_credentials is answered here.")
    if audience not in SERVICES:
        return _refused("invalid_target", f"audience must be one of {', '.join(SERVICES)}.")
    basic = _basic(request.headers.get("authorization", ""))
    id_, secret = basic or (client_id, client_secret)
    token = await _token(desk, id_, secret, audience)
    if token is None:
        return _refused("invalid_client", "These credentials are not known.", status=401)
    granted = TokenOut(access_token=token, expires_in=LIFETIME)
    return JSONResponse(granted.model_dump(), headers=NO_STORE)


async def _token(desk: Desk, client_id: str, secret: str, audience: str) -> str | None:
    known = read_clients(desk.settings.service_clients.get_secret_value()).get(client_id)
    if known is not None:
        right = hmac.compare_digest(known.encode(), secret.encode())
        return await desk.issuer.mint(Kind.SERVICE, client_id, audience) if right else None
    third_party = await desk.third_parties.find(client_id) if client_id else None
    if third_party is not None:
        right = hmac.compare_digest(third_party.secret, hashed(secret)) and third_party.revoked_at is None
        if not right or audience != DATA:
            return None
        return await desk.issuer.mint(Kind.THIRD_PARTY, third_party.id, audience, scope=" ".join(third_party.scopes))
    client = await desk.clients.find(client_id) if client_id else None
    if not hmac.compare_digest(client.secret if client else hashed(""), hashed(secret)) or client is None:
        return None
    return await desk.issuer.mint(Kind.STORE, client.store, audience, brand=client.brand)


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return ("", "")
    return name, secret


def _refused(error: str, description: str, status: int = 400) -> JSONResponse:
    body: dict[str, Any] = {"error": error, "error_description": description}
    headers = NO_STORE | ({"WWW-Authenticate": "Basic"} if status == 401 else {})  # noqa: PLR2004 - HTTP's own
    return JSONResponse(body, status_code=status, headers=headers)
