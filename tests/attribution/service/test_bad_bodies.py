"""What programs send to attribution's JSON APIs by mistake or on purpose: a 4xx that says why, nothing is written."""

import gzip
from typing import Any

import pytest

from chassis.http import Kind, RouteInfo, routes_of
from chassis.testing import calling
from contracts.campaigns import CouponTerms
from tests.attribution.builders import some_terms
from tests.attribution.service.kit import Attribution, an_agreement
from tests.attribution.service.test_tenancy import IDS

CALLER = {Kind.BRAND: "brand-1", Kind.CREATOR: "creator-1", Kind.OPERATOR: "operator-1", Kind.SERVICE: "console"}
JSON = {"Content-Type": "application/json", "If-Match": '"1"'}
LINK = {"collaboration": "collaboration-1", "placement": "story"}
COUPON = {"collaboration": "collaboration-1", "code": "AUTUMN25", "percent_off": 2500}
KEYS = {"access_token": "shpat_0123456789abcdef"}
OPERATORS: list[Any] = [{"$ne": None}, {"$gt": ""}, ["$where"]]
LINKS, COUPONS, POLICY = ("POST", "/v1/links"), ("POST", "/v1/coupons"), ("PUT", "/v1/policy")
SHARE = ("PUT", "/v1/brands/brand-1/operator-share")
SECRET, CREDENTIALS = ("PUT", "/internal/stores/store-1/secrets"), ("PUT", "/internal/stores/store-1/credentials")
DESCRIBED: dict[str, Any] = {}
CODE = CouponTerms(code="KRISTA20", percent_off=2000)


@pytest.fixture
async def ready(known: Attribution) -> Attribution:
    """There is an agreement with a link and a code behind the routes."""
    await known.hear(an_agreement(terms=(some_terms(coupon=CODE),)))
    await known.none_left("looks")
    return known


def bodies_taken(service: Attribution) -> list[RouteInfo]:
    """Every route that needs a JSON object, by the API's own description."""
    if not DESCRIBED:  # it takes half a second, and is the same for every test
        DESCRIBED.update(service.app.openapi()["paths"])
    paths = DESCRIBED

    def body(route: RouteInfo) -> dict[str, Any]:
        found: dict[str, Any] = paths.get(route.path, {}).get(route.method.lower(), {}).get("requestBody", {})
        return found

    return [
        route
        for route in routes_of(service.app)
        if body(route).get("required") and "application/json" in body(route)["content"]
    ]


async def everything(service: Attribution) -> dict[str, list[dict[str, Any]]]:
    return {name: await service.all_of(name) for name in await service.db.list_collection_names()}


async def ask(service: Attribution, route: RouteInfo, content: bytes, **headers: str) -> Any:
    kind = next(kind for kind in CALLER if kind in route.kinds)
    async with calling(service.app, service.token(kind, CALLER[kind])) as http:
        return await http.request(route.method, route.url(**IDS), content=content, headers=JSON | headers)


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        pytest.param(b"", {}, {400, 422}, id="nothing"),
        pytest.param(b"{", {}, {400}, id="half an object"),
        pytest.param(b'{"a": 1}}', {}, {400}, id="more than an object"),
        pytest.param(b'{"note": "\xff\xfe"}', {}, {400}, id="invalid UTF-8"),
        pytest.param('{"note": 1}'.encode("utf-16"), {}, {400}, id="UTF-16"),
        pytest.param(b'{"note": NaN}', {}, {400}, id="NaN"),
        pytest.param(b'{"note": 1e999}', {}, {400, 422}, id="a number beyond all bounds"),
        pytest.param(b'{"a":' * 100_000 + b"1" + b"}" * 100_000, {}, {400, 413}, id="nested 100,000 deep"),
        pytest.param(b"[" * 20_000 + b"]" * 20_000, {}, {400, 422}, id="lists nested 20,000 deep"),
        pytest.param(b"[]", {}, {422}, id="a list"),
        pytest.param(b"null", {}, {422}, id="null"),
        pytest.param(b'"text"', {}, {422}, id="a text"),
        pytest.param(b"7", {}, {422}, id="a number"),
        pytest.param(b'{"note": "' + b"x" * 300_000 + b'"}', {}, {413}, id="300 KB"),
        pytest.param(gzip.compress(b"x" * 10**7), {"Content-Encoding": "gzip"}, {400, 415}, id="a gzip bomb"),
        pytest.param(b"a=1", {"Content-Type": "application/x-www-form-urlencoded"}, {415, 422}, id="a form"),
        pytest.param(b"<a/>", {"Content-Type": "application/xml"}, {415, 422}, id="XML"),
    ],
)
async def test_no_route_takes_what_is_no_json_object(ready: Attribution, content, headers, status):
    routes, before = bodies_taken(ready), await everything(ready)
    assert len(routes) >= 10
    for route in routes:
        answer = await ask(ready, route, content, **headers)
        assert answer.status_code in status, f"{route.method} {route.path}: {answer.status_code} {answer.text[:300]}"
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json().get("detail") or answer.json()["errors"][0]["message"]
    assert await everything(ready) == before


@pytest.mark.parametrize(
    ("where", "good", "name", "value"),
    [
        *(
            (LINKS, LINK, name, value)
            for name in ("collaboration", "placement", "code", "coupon")
            for value in OPERATORS
        ),
        *((COUPONS, COUPON, name, value) for name in ("collaboration", "code") for value in OPERATORS),
        *((POLICY, {}, name, value) for name in ("precedence", "model") for value in OPERATORS),
        *((CREDENTIALS, KEYS, "access_token", value) for value in OPERATORS),
        *((SECRET, {}, "secret", value) for value in OPERATORS),
        (LINKS, LINK, "placement", "moon"),
        (LINKS, LINK, "destination", "javascript:alert(1)"),
        (LINKS, LINK, "destination", "https://other.example/"),
        (LINKS, LINK, "destination", "https://shop.example@other.example/"),
        (LINKS, LINK, "destination", "https://shop.example/\r\nSet-Cookie: a=b"),
        (LINKS, LINK, "destination", "https://shop.example/" + "x" * 5000),
        (LINKS, LINK, "code", "ab"),
        (LINKS, LINK, "code", "../../etc"),
        (LINKS, LINK, "code", "x" * 33),
        (LINKS, LINK, "code", "\u202ecode"),
        (LINKS, LINK, "expires_at", "2020-01-01T00:00:00Z"),
        (LINKS, LINK, "expires_at", "2026-13-45T00:00:00Z"),
        (LINKS, LINK, "expires_at", "2026-12-01T00:00:00"),
        (LINKS, LINK, "expires_at", "2026-12-01T00:00:00+99:99"),
        (LINKS, LINK, "expires_at", 10**20),
        (LINKS, LINK, "expires_at", True),
        (LINKS, LINK, "coupon_parameter", "a b&c"),
        (LINKS, LINK, "utm", {"source": "x" * 10_000}),
        (LINKS, LINK, "utm", "campaign"),
        (COUPONS, COUPON, "code", " "),
        (COUPONS, COUPON, "code", "x" * 10_000),
        (COUPONS, COUPON, "percent_off", 0),
        (COUPONS, COUPON, "percent_off", -1),
        (COUPONS, COUPON, "percent_off", 10_001),
        (COUPONS, COUPON, "percent_off", 12.5),
        (COUPONS, COUPON, "percent_off", "2500"),
        (COUPONS, COUPON, "percent_off", True),
        (COUPONS, COUPON, "percent_off", 10**40),
        (COUPONS, COUPON | {"percent_off": None}, "amount_off", {"amount": -5, "currency": "EUR"}),
        (COUPONS, COUPON | {"percent_off": None}, "amount_off", {"amount": 500, "currency": "XXQ"}),
        (COUPONS, COUPON | {"percent_off": None}, "amount_off", {"amount": 2**63, "currency": "EUR"}),
        (COUPONS, COUPON | {"percent_off": None}, "amount_off", {"amount": 5.5, "currency": "EUR"}),
        (COUPONS, COUPON | {"percent_off": None}, "amount_off", "5 EUR"),
        (POLICY, {}, "model", "best-guess"),
        (POLICY, {}, "precedence", 1),
        (SHARE, {}, "operator_share", -1),
        (SHARE, {}, "operator_share", 10_001),
        (SHARE, {}, "operator_share", "300"),
        (SHARE, {}, "operator_share", 1.5),
        (SHARE, {}, "operator_share", None),
        (SECRET, {}, "secret", "short"),
        (SECRET, {}, "secret", "x" * 201),
        (CREDENTIALS, KEYS, "access_token", "with a blank"),
        (CREDENTIALS, KEYS, "access_token", "key-of-a-line\r\nHost: other"),
        (CREDENTIALS, KEYS, "address", "ftp://shop.example"),
        (CREDENTIALS, KEYS, "address", "https://user@shop.example"),
    ],
)
async def test_a_bad_value_is_refused_by_its_field(ready: Attribution, where, good, name, value):
    method, path = where
    kind = Kind.SERVICE if path.startswith("/internal") else Kind.OPERATOR if where == SHARE else Kind.BRAND
    before = await everything(ready)
    async with calling(ready.app, ready.token(kind, CALLER[kind])) as http:
        answer = await http.request(method, path, json=good | {name: value}, headers={"If-Match": '"1"'})
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert {error["field"].split(".")[0] for error in answer.json()["errors"]} == {name}
    assert await everything(ready) == before


async def test_the_same_bodies_with_good_values_are_taken(ready: Attribution):
    """Else the table above could be green for another reason."""
    async with ready.brand() as http:
        assert (await http.post("/v1/links", json=LINK)).status_code == 201
        assert (await http.post("/v1/coupons", json=COUPON)).status_code == 201
        tag = (await http.get("/v1/policy")).headers["ETag"]
        assert (await http.put("/v1/policy", json={"model": "linear"}, headers={"If-Match": tag})).status_code == 200
    async with ready.console() as http:
        assert (await http.put(CREDENTIALS[1], json=KEYS)).status_code == 204
        assert (await http.put(SECRET[1], json={"secret": "a good secret"})).status_code == 204


async def test_of_two_values_by_one_name_the_last_is_taken_whole(ready: Attribution):
    """Nobody can check one of them and have the other used: there is one parser."""
    body = b'{"collaboration": "collaboration-1", "placement": "moon", "placement": "story"}'
    async with ready.brand() as http:
        answer = await http.post("/v1/links", content=body, headers=JSON)
    assert answer.json()["placement"] == "story"
