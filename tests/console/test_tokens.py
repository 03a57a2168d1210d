"""Tokens by client credentials, the keys that they are checked by, and the keys' life."""

import base64
from datetime import timedelta

import pytest

from chassis.http import Kind, TokenRefusedError, load_key
from chassis.http.tokens import key_id, verify
from console.domain.keys import OVERLAP, KeyRecord, next_term, published, signing
from tests.console.kit import CAMPAIGNS_SECRET, NOON, a_console

MONTH = timedelta(days=30)


def a_key(name: str, signs_from, signs_until) -> KeyRecord:
    return KeyRecord(id=name, public={}, sealed="", signs_from=signs_from, signs_until=signs_until)


def credentials(**values: str) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_id": "campaigns",
        "client_secret": CAMPAIGNS_SECRET,
        "audience": "notifications",
        **values,
    }


async def the_keys(browser) -> dict:
    found = (await browser.get("/.well-known/jwks.json")).json()["keys"]
    return {jwk["kid"]: load_key(jwk) for jwk in found}


async def test_a_service_gets_a_token_that_its_audience_can_check(console):
    async with console.browser() as browser:
        answer = await browser.post("/oauth/token", data=credentials())
        assert answer.status_code == 200
        assert answer.json()["expires_in"] == 300
        assert answer.headers["cache-control"] == "no-store"
        token = answer.json()["access_token"]
        keys = await the_keys(browser)
    claims = verify(token, keys[key_id(token)], audience="notifications", now=NOON)
    assert (claims.kind, claims.sub) == (Kind.SERVICE, "campaigns")
    with pytest.raises(TokenRefusedError):
        verify(token, keys[key_id(token)], audience="discovery", now=NOON)


async def test_credentials_may_come_by_http_basic(console):
    basic = base64.b64encode(f"campaigns:{CAMPAIGNS_SECRET}".encode()).decode()
    form = {"grant_type": "client_credentials", "audience": "notifications"}
    async with console.browser() as browser:
        answer = await browser.post("/oauth/token", data=form, headers={"Authorization": f"Basic {basic}"})
        assert answer.status_code == 200
        answer = await browser.post("/oauth/token", data=form, headers={"Authorization": "Basic ä".encode()})
        assert answer.status_code == 401


@pytest.mark.parametrize(
    ("values", "status", "error"),
    [
        pytest.param({"client_secret": "wrong"}, 401, "invalid_client", id="a wrong secret"),
        pytest.param({"client_id": "nobody"}, 401, "invalid_client", id="an unknown client"),
        pytest.param({"client_id": "", "client_secret": ""}, 401, "invalid_client", id="no client"),
        pytest.param({"audience": "elsewhere"}, 400, "invalid_target", id="an unknown audience"),
        pytest.param({"grant_type": "password"}, 400, "unsupported_grant_type", id="another grant"),
    ],
)
async def test_other_requests_for_tokens_are_refused(console, values, status, error):
    async with console.browser() as browser:
        answer = await browser.post("/oauth/token", data=credentials(**values))
    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_the_keys_show_no_private_half(console):
    async with console.browser() as browser:
        await browser.post("/oauth/token", data=credentials())
        answer = await browser.get("/.well-known/jwks.json")
    assert answer.json()["keys"]
    assert all("d" not in jwk for jwk in answer.json()["keys"])
    kept = await console.desk.db["signing_keys"].find().to_list(10)
    assert all("d" not in key["public"] and '"d"' not in key["sealed"] for key in kept)


async def test_keys_rotate_while_every_token_can_still_be_checked(console):
    async with console.browser() as browser:
        first = (await browser.post("/oauth/token", data=credentials())).json()["access_token"]
        console.later(MONTH - timedelta(minutes=30))
        soon = await the_keys(browser)
        assert len(soon) == 2, "the next key is published before it signs"
        console.later(timedelta(minutes=31))
        second = (await browser.post("/oauth/token", data=credentials())).json()["access_token"]
        assert key_id(second) != key_id(first)
        assert set(await the_keys(browser)) == set(soon)
        console.later(OVERLAP)
        assert set(await the_keys(browser)) == {key_id(second)}


async def test_two_consoles_share_their_keys(console, mongo, database):
    async with console.browser() as browser, a_console(mongo.address, database) as other:
        token = (await browser.post("/oauth/token", data=credentials())).json()["access_token"]
        async with other.browser() as second:
            assert key_id(token) in await the_keys(second)
            assert key_id((await second.post("/oauth/token", data=credentials())).json()["access_token"]) == key_id(
                token
            )


async def test_a_changed_console_secret_makes_a_new_key_and_keeps_publishing_the_old_one(console, mongo, database):
    async with console.browser() as browser:
        token = (await browser.post("/oauth/token", data=credentials())).json()["access_token"]
    async with (
        a_console(mongo.address, database, console_secret="another secret of 32 characters, at least") as other,
        other.browser() as browser,
    ):
        fresh = (await browser.post("/oauth/token", data=credentials())).json()["access_token"]
        assert key_id(fresh) != key_id(token)
        assert {key_id(fresh), key_id(token)} <= set(await the_keys(browser))


def test_a_key_is_due_before_the_last_one_ends_and_not_earlier():
    last = a_key("a", NOON, NOON + MONTH)
    assert next_term([], NOON, MONTH) == (NOON, NOON + MONTH)
    assert next_term([last], NOON + MONTH - OVERLAP - timedelta(seconds=1), MONTH) is None
    assert next_term([last], NOON + MONTH - OVERLAP, MONTH) == (NOON + MONTH, NOON + 2 * MONTH)
    assert next_term([last], NOON + 3 * MONTH, MONTH) == (NOON + 3 * MONTH, NOON + 4 * MONTH)


def test_a_key_signs_from_its_first_instant_to_before_its_last():
    first, second = a_key("a", NOON, NOON + MONTH), a_key("b", NOON + MONTH, NOON + 2 * MONTH)
    assert signing([first, second], NOON + MONTH - timedelta(seconds=1)) == first
    assert signing([first, second], NOON + MONTH) == second
    assert published([first, second], NOON + MONTH + OVERLAP - timedelta(seconds=1)) == [second, first]
    assert published([first, second], NOON + MONTH + OVERLAP) == [second]
