"""Builds an API out of a service's routers: the same limits, errors, traces, probes and operator's routes for all."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig

from chassis.context import Context
from chassis.health import Health
from chassis.http import answers, dead_letters
from chassis.http.answers import Render, Told
from chassis.http.auth import Guard, Keys
from chassis.http.clients import ServiceTokens
from chassis.http.dead_letters import Replays
from chassis.http.edge import Edge
from chassis.http.keys import FetchedKeys
from chassis.http.limits import BodyLimits
from chassis.http.openapi import Api
from chassis.http.probes import probe_routes
from chassis.http.rates import Rates
from chassis.http.routes import routes_of

NO_TELEMETRY: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False, "operation_spans": False}
"""FastAPI's own would make a second span of each request, with its query, and log what was sent. `Edge` does that."""
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class UnguardedRouteError(Exception):
    """A route asks for no principal and is not marked public: whoever wrote it must say which is meant."""


def build_api(
    context: Context[Any],
    routers: Sequence[APIRouter],
    *,
    title: str,
    health: Health,
    loops: Mapping[str, Replays] | None = None,
    keys: Keys | None = None,
    service_tokens: ServiceTokens | None = None,
    problems: Mapping[type[Exception], Told] | None = None,
    render: Render | None = None,
    lifespan: Lifespan | None = None,
    version: str = "1",
) -> FastAPI:
    """The service's ASGI application; tokens must be for the audience `context.name`.

    `loops` are the consumer groups' loops, by name, for replays. `keys` and `service_tokens` come from the console at
    `CONSOLE_URL` unless given. `problems` says how the service's own errors are told; `render` may answer by pages.
    Raises `UnguardedRouteError`. Let go of what it holds by `close_api`.
    """
    app = Api(
        title=title,
        version=version,
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
        telemetry=NO_TELEMETRY,
        lifespan=lifespan,
        # As they are: including the routers would make each route anew, which takes a fifth of a second at every start.
        routes=[route for router in (probe_routes(health), dead_letters.router, *routers) for route in router.routes],
    )
    app.state.context = context
    app.state.keys = keys or FetchedKeys(f"{context.settings.console_url.rstrip('/')}/.well-known/jwks.json")
    app.state.guard = Guard(app.state.keys, context.name, context.clock)
    app.state.rates = Rates(
        account=context.settings.requests_per_minute,
        tenant=context.settings.tenant_requests_per_minute,
        store=context.settings.webhooks_per_minute,
    )
    app.state.service_tokens = service_tokens or ServiceTokens.of(context.settings)
    app.state.render = render
    app.state.loops = loops or {}
    app.add_middleware(BodyLimits)
    app.add_middleware(Edge)  # added last, so outermost
    answers.install(app, problems or {})
    _must_be_guarded(app)
    return app


async def close_api(app: FastAPI) -> None:
    """Let the connections to the console go."""
    await app.state.keys.close()
    await app.state.service_tokens.close()


def _must_be_guarded(app: FastAPI) -> None:
    open_doors = [f"{route.method} {route.path}" for route in routes_of(app) if not route.is_public | route.is_guarded]
    if open_doors:
        raise UnguardedRouteError(
            "these routes ask for no principal; depend on principal(...) or mark them public: " + ", ".join(open_doors)
        )
