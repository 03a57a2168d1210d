"""Schemathesis over every service's OpenAPI: whatever is sent, no 5xx, and what is answered is as documented."""

import importlib
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from pydantic import SecretStr
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from chassis.health import Health
from chassis.http import Kind, routes_of
from chassis.service import Parts, Service, api_of, assemble
from chassis.settings import Environment, ServiceSettings
from chassis.testing import a_token, no_service_tokens, static_keys
from tests.attribution.service.kit import make_collections
from tests.discovery.search.kit import SearchOfOutbox
from tests.support.servers import a_folder

SERVICES = ("discovery", "campaigns", "attribution", "notifications", "console")
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
ENDLESS = 10**9
OWN: dict[str, dict[str, Any]] = {
    "console": {"console_secret": SecretStr("c" * 64)},
    # Nobody listens there.
    "discovery": {"bio_pages": {"tiktok": {"page": "http://127.0.0.1:9/@{handle}", "meta": "description"}}},
}


@dataclass
class Asked:
    """What came of one service's API."""

    service: str
    operations: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)


def settings_of(name: str, mongo: str, database: str) -> ServiceSettings:
    """The service's settings for a run of its own."""
    module = importlib.import_module(f"{name}.settings")
    [kind] = [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, ServiceSettings) and thing.__module__ == module.__name__
    ]
    own = OWN.get(name, {})
    return kind(
        **own,
        environment=Environment.DEVELOPMENT,
        mongo_url=SecretStr(mongo),
        mongo_database=database,
        client_secret=SecretStr("a secret of the tests"),
        requests_per_minute=ENDLESS,
        tenant_requests_per_minute=ENDLESS,
        log_level="ERROR",
    )


@asynccontextmanager
async def an_api(name: str, mongo: str) -> AsyncIterator[tuple[FastAPI, Parts[Any]]]:
    """The service's real application on a database of its own."""
    database = f"fuzz-{name}-{uuid.uuid4().hex[:8]}"
    service: Service[Any] = importlib.import_module(f"{name}.app").create_app(settings_of(name, mongo, database))
    parts = assemble(service)
    try:
        await make_collections(parts.context.db, service)
        app = api_of(_with_our_keys(service), parts, Health())
        await _without_console(app)
        if name != "discovery":
            yield app, parts
            return
        with a_folder() as folder:
            app.state.search = SearchOfOutbox(parts.context, folder)  # its index follows no Kafka here
            yield app, parts
            await app.state.search.close()
    finally:
        await parts.context.client.drop_database(database)
        parts.context.client.close()


def _with_our_keys(service: Service[Any]) -> Service[Any]:
    """No console runs here whose keys it could fetch; the console has its own."""
    return service if service.keys is not None else replace(service, keys=lambda _: static_keys())


async def _without_console(app: FastAPI) -> None:
    await app.state.service_tokens.close()
    app.state.service_tokens = no_service_tokens()


async def fuzz_api(name: str, mongo: str, number: int, examples: int) -> Asked:
    """Ask every operation of a service's API `examples` times, as whoever may ask it."""
    asked = Asked(name)
    async with an_api(name, mongo) as (app, parts):
        kinds = {(route.method, route.path): sorted(route.kinds) for route in routes_of(app)}
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://fuzz") as http:
            for case in _cases(app, number, examples, asked):
                may = kinds.get((case.method.upper(), case.path)) or [Kind.BRAND]
                token = a_token(
                    Kind(may[len(asked.answers) % len(may)]), "console", audience=name, clock=parts.context.clock
                )
                await _ask(case, http, {"Authorization": f"Bearer {token}"}, asked)
    return asked


def _cases(app: FastAPI, number: int, examples: int, asked: Asked) -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(app.openapi())
    for result in schema.get_all_operations():
        operation = result.ok()
        asked.operations += 1
        yield from _of_operation(operation.as_strategy(), number, examples)


def _of_operation(strategy: Any, number: int, examples: int) -> list[Any]:
    found: list[Any] = []

    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(case: Any) -> None:
        found.append(case)

    collect()
    return found


async def _ask(case: Any, http: httpx.AsyncClient, headers: dict[str, str], asked: Asked) -> None:
    wanted = case.as_transport_kwargs(base_url="http://fuzz", headers=headers)
    allowed = {"method", "url", "headers", "params", "json", "data", "cookies", "content"}
    arguments = {key: value for key, value in wanted.items() if key in allowed and value is not None}
    if isinstance(arguments.get("data"), bytes | str):
        arguments["content"] = arguments.pop("data")
    arguments.pop("cookies", None)
    try:
        request = http.build_request(**arguments)
    except (UnicodeEncodeError, httpx.InvalidURL, TypeError, ValueError):
        return  # no client could send it
    response = await http.send(request)
    asked.answers[response.status_code] += 1
    try:
        case.validate_response(response, checks=CHECKS)
    except (Failure, FailureGroup) as failure:
        told = "; ".join(str(one).split("\n")[0] for one in getattr(failure, "exceptions", [failure]))
        asked.violations.append(f"{case.method} {case.path} answered {response.status_code}: {told[:300]}")
