"""The test kit: tokens without a console, an API called without a port, and the walk over all of its routes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import cache
from typing import Any, Final

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from chassis import mongo
from chassis.clock import Clock
from chassis.context import Context
from chassis.handlers import Handlers
from chassis.http.clients import ServiceTokens
from chassis.http.keys import StaticKeys
from chassis.http.routes import RouteInfo, routes_of
from chassis.http.tokens import LIFETIME, Claims, Kind, SigningKey, new_signing_key, sign
from chassis.ids import new_id
from chassis.settings import Environment, ServiceSettings
from chassis.tx import OUTBOX, Transactions, Tx, facts_of

ALWAYS_PUBLIC: Final = frozenset({"/health/live", "/health/ready", "/metrics"})


@cache
def the_test_key() -> SigningKey:
    """The key that test tokens are signed with, one per process."""
    return new_signing_key("test")


def static_keys() -> StaticKeys:
    """The key source of an API under test."""
    return StaticKeys([the_test_key()])


def a_token(
    kind: Kind,
    who: str,
    *,
    audience: str,
    clock: Clock | None = None,
    key: SigningKey | None = None,
    lifetime: int = LIFETIME,
    **claims: Any,
) -> str:
    """A good token; `claims` are any others, such as `invitation="i-1"` or `brand="b-1"`."""
    now = int((clock or Clock()).now().timestamp())
    said: dict[str, Any] = {
        "iss": "http://console.test",
        "aud": audience,
        "sub": who,
        "kind": kind,
        "iat": now,
        "exp": now + lifetime,
        "jti": new_id(),
    }
    return sign(Claims(**{**said, **claims}), key or the_test_key())


def no_service_tokens() -> ServiceTokens:
    """For an API under test that calls nobody: asking for a token fails at once."""

    def refuse(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(503)

    http = httpx.AsyncClient(transport=httpx.MockTransport(refuse))
    return ServiceTokens("http://console.test", "test", SecretStr("test"), http=http)


def a_context(
    name: str,
    client: mongo.Client,
    database: str,
    *,
    tx: type[Tx] = Tx,
    settings: ServiceSettings | None = None,
    clock: Clock | None = None,
    handlers: Handlers | None = None,
) -> Context[Any]:
    """A service's context on a real database, without its loops: what it says stays in the outbox."""
    clock = clock or Clock()
    db = mongo.database(client, database)
    return Context(
        name=name,
        settings=settings or ServiceSettings(environment=Environment.DEVELOPMENT),
        clock=clock,
        client=client,
        db=db,
        transactions=Transactions(client, db, tx, clock, name),
        handlers=handlers or Handlers(),
    )


async def waiting(db: mongo.Database) -> list[mongo.Document]:
    """The events that wait in a service's outbox, one by one, in the order of their writing."""
    rows = await db[OUTBOX].find().sort([("at", 1), ("_id", 1)]).to_list(None)
    return [event for row in rows for event in facts_of(row)]


@asynccontextmanager
async def calling(app: FastAPI, token: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client that calls the app in this process, as the bearer of `token`."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test", headers=headers) as client:
        yield client


async def open_doors(app: FastAPI, public: frozenset[str] = frozenset()) -> list[str]:
    """The routes that don't answer 401 without a token, `public` templates and the probes aside, and what they answer.

    Each service's test: `assert await open_doors(app) == []`. A template in `public` that is guarded or absent is
    listed, too, so that the list stays true.
    """
    found = []
    routes = list(routes_of(app))
    async with calling(app) as client:
        for route in routes:
            if route.path in public | ALWAYS_PUBLIC and route.is_public:
                continue
            answer = await client.request(route.method, route.url())
            if answer.status_code != httpx.codes.UNAUTHORIZED:
                found.append(f"{route.method} {route.path}: {answer.status_code}")
    unmarked = public - {route.path for route in routes if route.is_public}
    return found + sorted(f"{path}: said to be public and is not" for path in unmarked)


async def foreign_answers(
    app: FastAPI, token: str, kind: Kind, ids: dict[str, str], skip: frozenset[str] = frozenset()
) -> list[tuple[RouteInfo, httpx.Response]]:
    """What every route with parameters answers to `token`, its parameters filled by `ids`: another tenant's objects.

    The walk of RELIABILITY's Security table: each answer to a GET must be 404. Routes not for `kind` and templates in
    `skip` are left out.
    """
    found = []
    async with calling(app, token) as client:
        for route in routes_of(app):
            is_for = not route.is_public and (not route.kinds or kind in route.kinds)
            if route.params and is_for and route.path not in skip:
                found.append((route, await client.request(route.method, route.url(**ids), json={})))
    return found


LATER: Final = timedelta(seconds=LIFETIME + 61)
"""Long enough for any test token to be no longer good."""
