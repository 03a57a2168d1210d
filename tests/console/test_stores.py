"""Connecting stores: by pages and by API, secrets that only attribution keeps, credentials that are shown once."""

import json
from datetime import timedelta

import httpx

from chassis.http import Kind
from chassis.http.tokens import key_id, load_key, verify
from chassis.testing import calling, foreign_answers, open_doors
from console.domain.origins import origin_of
from tests.console import sample
from tests.console.kit import announced, settle


async def a_brand(console):
    cookies = await settle(console)
    browser = console.browser()
    browser.cookies.set("session", cookies["brand"])
    return browser


def take_secrets(console) -> list[dict]:
    """Let attribution take every secret; returns what it was given."""
    taken: list[dict] = []

    def take(request: httpx.Request) -> httpx.Response:
        taken.append({"path": request.url.path, **json.loads(request.content)})
        return httpx.Response(204)

    class Every(dict):
        def get(self, name, default=None):
            return take if name.startswith("PUT attribution/internal/stores/") else dict.get(self, name, default)

    console.services.answers = Every(console.services.answers)
    return taken


async def test_a_woocommerce_store_gets_a_secret_that_is_shown_once_and_kept_nowhere(console):
    taken = take_secrets(console)
    async with await a_brand(console) as browser:
        answer = await browser.post("/stores", data={"kind": "woocommerce", "shop": "https://new.lumea.example/shop"})
        assert answer.status_code == 200
        assert "Copy this secret now" in answer.text
        (given,) = taken
        assert given["secret"] in answer.text
        store = given["path"].split("/")[3]
        assert f"https://hooks.example.com/webhooks/woocommerce/{store}" in answer.text
        again = await browser.get(f"/stores/{store}")
        assert given["secret"] not in again.text
    assert "console.store-changed.v1" in await announced(console)
    for name in await console.desk.db.list_collection_names():
        async for doc in console.desk.db[name].find():
            assert given["secret"] not in str(doc), name


async def test_a_shopify_store_brings_its_own_secret(console):
    taken = take_secrets(console)
    async with await a_brand(console) as browser:
        form = {"kind": "shopify", "shop": "lumea-us.myshopify.com", "secret": "shpss_1234567890"}
        answer = await browser.post("/stores", data=form)
        assert answer.headers["location"].endswith("?done=connected")
    assert [one["secret"] for one in taken] == ["shpss_1234567890"]


async def test_a_store_that_writes_the_topic_needs_no_secret(console):
    taken = take_secrets(console)
    async with await a_brand(console) as browser:
        answer = await browser.post("/stores", data={"kind": "topic", "shop": "erp.lumea.example"})
        assert answer.status_code == 303
    assert taken == []


async def test_the_form_says_what_is_wrong_and_never_shows_a_typed_secret_again(console):
    async with await a_brand(console) as browser:
        form = {"kind": "shopify", "shop": "lumea.example", "secret": "shpss_1234567890"}
        answer = await browser.post("/stores", data=form)
        assert answer.status_code == 422
        assert "which ends in .myshopify.com" in answer.text
        assert "shpss_1234567890" not in answer.text
        again = {"kind": "shopify", "shop": "lumea-eu.myshopify.com", "secret": "shpss_1234567890"}
        answer = await browser.post("/stores", data=again)
        assert "This shop is connected already." in answer.text


async def test_a_replaced_secret_leaves_the_old_one_right_for_a_day(console):
    taken = take_secrets(console)
    async with await a_brand(console) as browser:
        answer = await browser.post(f"/stores/{sample.STORE}/secret", data={"secret": "another-secret"})
        assert "The new secret is in place" in answer.text
    until = (console.clock.now() + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    assert taken == [
        {
            "path": f"/internal/stores/{sample.STORE}/secrets",
            "secret": "another-secret",
            "previous_until": until,
        }
    ]


async def test_a_store_connected_while_attribution_is_away_asks_for_its_secret_again(console):
    async with await a_brand(console) as browser:
        answer = await browser.post("/stores", data={"kind": "woocommerce", "shop": "new.lumea.example"})
        assert answer.headers["location"] == "/stores"
        assert "Needs its secret" in (await browser.get("/stores")).text
        store = await console.desk.db["accounts"].find_one({"store.shop": "new.lumea.example"})
        failed = await browser.post(f"/stores/{store['_id']}/secret")
        assert failed.status_code == 503
        assert "The secret could not be handed over" in failed.text
        taken = take_secrets(console)
        done = await browser.post(f"/stores/{store['_id']}/secret")
        assert taken[0]["secret"] in done.text
        assert "previous_until" not in taken[0]


async def test_a_store_s_credentials_get_tokens_until_new_ones_are_made(console):
    async with await a_brand(console) as browser:
        token = (await browser.post("/v1/session/token", json={"audience": "console"})).json()["access_token"]
        bearer = {"Authorization": f"Bearer {token}"}
        first = (await browser.post(f"/v1/stores/{sample.STORE}/credentials", headers=bearer)).json()
        form = {"grant_type": "client_credentials", "audience": "attribution", **first}
        granted = await browser.post("/oauth/token", data=form)
        assert granted.status_code == 200
        assert (await browser.post("/oauth/token", data={**form, "client_secret": "no"})).status_code == 401
        await browser.post(f"/v1/stores/{sample.STORE}/credentials", headers=bearer)
        assert (await browser.post("/oauth/token", data=form)).status_code == 401
        keys = {jwk["kid"]: load_key(jwk) for jwk in (await browser.get("/.well-known/jwks.json")).json()["keys"]}
    bearer_token = granted.json()["access_token"]
    claims = verify(bearer_token, keys[key_id(bearer_token)], audience="attribution", now=console.clock.now())
    assert (claims.kind, claims.sub, claims.brand) == (Kind.STORE, sample.STORE, sample.BRAND)


async def test_a_brand_connects_a_store_by_the_api(console):
    taken = take_secrets(console)
    async with await a_brand(console) as browser:
        token = (await browser.post("/v1/session/token", json={"audience": "console"})).json()["access_token"]
        bearer = {"Authorization": f"Bearer {token}"}
        body = {"kind": "woocommerce", "shop": "api.lumea.example"}
        made = await browser.post("/v1/stores", json=body, headers=bearer)
        assert made.status_code == 201
        assert made.json()["secret"] == taken[0]["secret"]
        assert (await browser.post("/v1/stores", json=body, headers=bearer)).status_code == 409
        shops = [store["shop"] for store in (await browser.get("/v1/stores", headers=bearer)).json()["items"]]
        assert "api.lumea.example" in shops
        wrong = await browser.post("/v1/stores", json={"kind": "shopify", "shop": "x.example"}, headers=bearer)
        assert wrong.json()["errors"][0]["field"] == "shop"


async def test_another_brand_s_stores_are_not_there(console):
    async with await a_brand(console) as browser:
        session = await console.desk.entry.session((await console.desk.db["sessions"].find_one())["_id"], sample.NOON)
        assert session is not None
        assert origin_of(str(browser.base_url))
    token = await console.desk.issuer.mint(Kind.BRAND, "person-other", "console", brand="brand-other")
    answers = await foreign_answers(console.app, token, Kind.BRAND, {"store": sample.STORE})
    assert len(answers) >= 3
    for route, answer in answers:
        assert answer.status_code == 404, f"{route.method} {route.path}: {answer.status_code}"


async def test_every_route_of_the_api_is_guarded_or_meant_to_be_open(console):
    public = {
        "/.well-known/jwks.json",
        "/oauth/token",
        "/v1/brands",
        "/v1/sign-ins",
        "/v1/session",
        "/v1/session/token",
    }
    assert await open_doors(console.app, frozenset(public)) == []
    async with calling(console.app) as client:
        assert (await client.get("/v1/stores")).status_code == 401
