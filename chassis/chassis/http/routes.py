"""What a route declares about itself besides FastAPI's own, and how to list an API's routes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute

from chassis.http.auth import Needs
from chassis.http.tokens import Kind

PUBLIC: Final = "x-public"
BODY_LIMIT: Final = "x-body-limit"
KB: Final = 1024
MB: Final = 1024 * KB
JSON_LIMIT: Final = 256 * KB


def marks(*, public: bool = False, body_limit: int | None = None) -> dict[str, Any]:
    """For a route's `openapi_extra`: open to everybody (or guarded by a signature); its own body limit in bytes."""
    found: dict[str, Any] = {}
    if public:
        found[PUBLIC] = True
    if body_limit is not None:
        found[BODY_LIMIT] = body_limit
    return found


def marks_of(route: BaseRoute | None) -> Mapping[str, Any]:
    """What the route declared; nothing for what is no API route."""
    return (route.openapi_extra or {}) if isinstance(route, APIRoute) else {}


@dataclass(frozen=True)
class RouteInfo:
    """One method of one route."""

    method: str
    path: str
    """The template, such as `/v1/campaigns/{campaign}`."""
    params: tuple[str, ...]
    is_public: bool
    kinds: frozenset[Kind]
    """Which kinds of principal it lets in; empty with a guard means any."""
    is_guarded: bool

    def url(self, fill: str = "x", **values: str) -> str:
        """The path with its parameters filled in: by name, the others with `fill`."""
        return self.path.format(**{name: values.get(name, fill) for name in self.params})


def routes_of(app: FastAPI) -> Iterator[RouteInfo]:
    """Every method of every API route, those of included routers too."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not isinstance(route, APIRoute):
            continue
        needs = list(_needs(context.dependant))
        for method in sorted(context.methods or ()):
            yield RouteInfo(
                method=method,
                path=str(context.path_format),
                params=tuple(param.name for param in context.dependant.path_params),
                is_public=bool(marks_of(route).get(PUBLIC)),
                kinds=frozenset(kind for need in needs for kind in need.kinds),
                is_guarded=bool(needs),
            )


def _needs(dependant: Dependant) -> Iterator[Needs]:
    if isinstance(dependant.call, Needs):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _needs(inner)
