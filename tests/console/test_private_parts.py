"""Nobody but a creator is shown what is private of them, also where a service said too much (D1)."""

import json
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from fastapi import FastAPI

from chassis.http import routes_of
from console.pages.routes import PAGES
from tests.console import sample, sample_kept
from tests.console.test_pages import QUERIES, path_of
from tests.support.private_parts import ADDRESS, PRIVATE, SECRETS, leaks_in

OWN = ("GET discovery/v1/me/profiles", "GET notifications/v1/contact")
"""What a service tells the person themselves."""


def with_private_parts(value: Any) -> Any:
    """An answer in which each object says the private parts, too, wherever it says nothing else by that name."""
    if isinstance(value, dict):
        return PRIVATE | {name: with_private_parts(inner) for name, inner in value.items() if inner not in ("", None)}
    return [with_private_parts(inner) for inner in value] if isinstance(value, list) else value


def leaky(answer: Any) -> Any:
    """The same answer of a service that says too much."""
    if callable(answer):
        return lambda request: leaky(answer(request))
    if isinstance(answer, httpx.Response):
        if "json" not in answer.headers.get("content-type", ""):
            return answer
        return httpx.Response(answer.status_code, json=with_private_parts(answer.json()))
    if hasattr(answer, "model_dump_json"):
        answer = json.loads(answer.model_dump_json())
    return with_private_parts(answer)


@pytest.fixture
async def planted(console, signed_in):
    """Every answer about creators and their work says too much; the person's own one says what it may."""
    answers = console.services.answers
    for name in [name for name in answers if name.startswith("GET ") and name not in OWN]:
        answers[name] = leaky(answers[name])
    own = sample_kept.a_registration(
        birth_date=PRIVATE["birth_date"], phone=PRIVATE["phone"], shipping=PRIVATE["shipping"]
    )
    profiles = {"profiles": [own.model_dump(mode="json")], "provable_networks": ["tiktok"]}
    answers["GET discovery/v1/me/profiles"] = profiles
    for browser in signed_in.values():
        token = await browser.post("/v1/session/token", json={"audience": "console"})
        browser.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
    return signed_in


def places(app: FastAPI) -> list[tuple[str, str]]:
    """Every page and every GET route of the API, by template, with the address to ask."""
    pages = [(page.path, path_of(page), QUERIES.get(page.path)) for page in PAGES if page.method == "GET"]
    ids = {"store": sample.STORE, "third_party": "third-party-1"}
    routes = [(route.path, route.url(**ids), None) for route in routes_of(app) if route.method == "GET"]
    return [(name, f"{path}?{urlencode(query)}" if query else path) for name, path, query in pages + routes]


async def test_no_page_and_no_route_tells_anything_private_to_anybody_but_the_owner(console, planted):
    async with console.browser() as nobody:
        browsers = {**planted, "nobody": nobody}
        leaks, walked = [], set()
        for name, path in places(console.app):
            for who, browser in browsers.items():
                answer = await browser.get(path)
                if answer.status_code == 200:
                    walked.add((who, name))
                leaks += leaks_in(who, name, answer.text)
    owners = [(name, secret) for who, name, secret in leaks if who == "creator"]
    assert [leak for leak in leaks if leak[0] != "creator"] == []
    assert {name for name, _ in owners} == {"/profile", "/privacy/export.json"}
    assert {secret for name, secret in owners if name == "/profile"} == set(SECRETS) - {ADDRESS}
    assert {
        ("brand", "/creators/{profile}"),
        ("brand", "/v1/session"),
        ("brand", "/v1/stores"),
        ("operator", "/v1/third-parties"),
        ("operator", "/profiles"),
        ("nobody", "/c/{creator}"),
    } <= walked
