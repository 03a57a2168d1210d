"""What nobody but its owner reads, planted in what services hear and keep, and looked for in every GET's answer."""

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from fastapi import FastAPI

from chassis.http import Kind, routes_of
from chassis.testing import calling
from contracts.envelope import EntityEvent
from tests.support.toys import a_record

PRIVATE: dict[str, Any] = {
    "birth_date": "1999-07-13",
    "phone": "+358 40 7654321",
    "address": "salainen.saaja@creators.example",
    "shipping": {
        "name": "Salainen Saaja",
        "lines": ["Piilokatu 7 B 9"],
        "postcode": "FI-20999",
        "city": "Naantalinsalmi",
    },
}
ADDRESS = PRIVATE["address"]
SECRETS = (
    *(PRIVATE[name] for name in ("birth_date", "phone", "address")),
    "Salainen",
    "Piilokatu",
    "FI-20999",
    "Naant",
)
Leak = tuple[str, str, str]
"""Who asked, for which path, and what they read."""


def leaky(event: EntityEvent[Any]) -> SimpleNamespace:
    """The record of an entity's event as if its producer said the private parts, too, beside what is declared."""
    said = json.loads(event.body())
    said["state"] |= PRIVATE
    return a_record(event, value=json.dumps(said).encode())


def leaks_in(who: str, path: str, text: str, secrets: tuple[str, ...] = SECRETS) -> list[Leak]:
    """The secrets that stand in an answer."""
    return [(who, path, secret) for secret in secrets if secret in text]


async def leaks_of(
    app: FastAPI, tokens: Mapping[str, str | None], ids: Mapping[str, str], secrets: tuple[str, ...] = SECRETS
) -> tuple[set[tuple[str, str]], list[Leak]]:
    """Every GET route asked by everybody, its parameters filled by `ids`: who was answered what, and what leaked."""
    answered, found = set(), []
    for who, token in tokens.items():
        async with calling(app, token) as client:
            for route in routes_of(app):
                if route.method != "GET":
                    continue
                answer = await client.get(route.url(**ids))
                if answer.status_code == 200:
                    answered.add((who, route.path))
                found += leaks_in(who, route.path, answer.text, secrets)
    return answered, found


def everybody(token: Any, brand: str) -> dict[str, str | None]:
    """A token of every kind that has nothing to do with the person, of the brand that has, and none."""
    kinds: dict[str, str | None] = {kind.value: token(kind, "somebody-else") for kind in Kind}
    return kinds | {"their brand": token(Kind.BRAND, brand), "nobody": None}
