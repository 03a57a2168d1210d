"""A4: the day's key: one for all, for the redirect alone, gone after 48 hours and never made again."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs

import httpx
import pytest
from pydantic import SecretStr

from attribution.redirect.keys import HandedKeys, asking
from attribution.redirect.visitors import visitor
from attribution.store import daily_keys
from chassis.http import Kind
from chassis.http.clients import ServiceAuth, ServiceTokens
from chassis.testing import calling
from contracts.http.attribution import DailyKey
from tests.attribution.builders import DAY, HOUR, a_click_recorded
from tests.attribution.service.kit import Attribution, a_brand_registered, an_agreement, only

TODAY = date(2031, 3, 3)
"""Far ahead: the store's own clock must not think these keys old."""
MIDNIGHT = datetime(2031, 3, 3, tzinfo=UTC)
NOON = MIDNIGHT + 12 * HOUR
PATH = "/internal/daily-keys"


@pytest.fixture
async def at_noon(service: Attribution) -> Attribution:
    service.at(NOON)
    return service


def redirect(service: Attribution):
    return calling(service.app, service.token(Kind.SERVICE, "attribution"))


async def ask(service: Attribution, day: date = TODAY) -> DailyKey | None:
    async with redirect(service) as http:
        answer = await http.get(f"{PATH}/{day}")
    assert answer.status_code in {200, 404}, answer.text
    if answer.status_code == 404:
        return None
    assert answer.headers["cache-control"] == "no-store"
    return DailyKey.model_validate_json(answer.content)


async def test_all_who_ask_are_told_the_same_key(at_noon: Attribution):
    keys = await asyncio.gather(*(ask(at_noon) for _ in range(12)))
    assert len({key.key for key in keys if key}) == 1
    assert None not in keys
    assert len(bytes.fromhex(only(await at_noon.all_of("daily_keys"))["key"].hex())) == 32


async def test_three_replicas_in_the_same_moment_make_one_key(at_noon: Attribution):
    db = at_noon.db
    for n in range(10):
        day, now = TODAY + n * DAY, NOON + n * DAY
        made = await asyncio.gather(*(daily_keys.key_of(db, day, now) for _ in range(9)))
        assert len({key.key for key in made if key}) == 1
        assert None not in made
    assert len({row["key"] for row in await at_noon.all_of("daily_keys")}) == 10, "each day has its own"


async def test_tomorrow_s_key_can_be_had_shortly_before_midnight_and_is_then_today_s(service: Attribution):
    service.at(MIDNIGHT - 8 * HOUR)
    assert await ask(service) is None
    service.at(MIDNIGHT - 6 * HOUR)
    ahead = await ask(service)
    service.at(MIDNIGHT + HOUR)
    assert ahead == await ask(service)
    assert ahead is not None
    assert ahead.destroy_at < MIDNIGHT + 2 * DAY, "48 h after it was made"
    assert ahead.destroy_at > MIDNIGHT + DAY, "and after its day"


@pytest.mark.parametrize("days", [-400, -2, -1, 1, 2])
async def test_no_other_day_has_a_key(at_noon: Attribution, days: int):
    assert await ask(at_noon, TODAY + days * DAY) is None
    assert await at_noon.all_of("daily_keys") == []


async def test_yesterday_s_key_is_told_to_nobody_though_it_is_there(at_noon: Attribution):
    await ask(at_noon)
    at_noon.at(MIDNIGHT + DAY)
    assert await ask(at_noon) is None
    assert len(await at_noon.all_of("daily_keys")) == 1


def over_http(service: Attribution) -> httpx.AsyncClient:
    """As the redirect calls attribution's API: with a token that the console gives for its credentials."""

    def console(request: httpx.Request) -> httpx.Response:
        asked = parse_qs(request.content.decode())
        assert (asked["client_id"], asked["audience"]) == (["attribution"], ["attribution"])
        token = service.token(Kind.SERVICE, "attribution")
        return httpx.Response(200, json={"access_token": token, "expires_in": 300})

    tokens = ServiceTokens(
        "http://console.test",
        "attribution",
        SecretStr("a secret"),
        http=httpx.AsyncClient(transport=httpx.MockTransport(console)),
    )
    transport = httpx.ASGITransport(service.app)
    return httpx.AsyncClient(transport=transport, base_url="http://api.test", auth=ServiceAuth(tokens, "attribution"))


async def test_one_person_at_two_redirects_counts_once_a_day_and_can_t_be_recognised_later(at_noon: Attribution):
    """A4: the key goes from the store over HTTP into both redirects' memory, and in the end is nowhere."""
    await at_noon.hear(a_brand_registered(), an_agreement())
    link = only(await at_noon.all_of("links"))["_id"]
    async with over_http(at_noon) as http:
        redirects = [HandedKeys(asking(http), at_noon.now) for _ in range(2)]

        async def visit(number: int) -> str | None:
            await redirects[number].look()
            return visitor(redirects[number], at_noon.now(), "192.0.2.1", "Mozilla/5.0 Firefox")

        async def click(number: int) -> str | None:
            who = await visit(number)
            at = at_noon.now()
            await at_noon.hear(a_click_recorded(id=f"{number}-{at.isoformat()}", link=link, visitor=who, at=at))
            return who

        today = await click(0)
        assert today is not None
        assert today == await click(1)
        at_noon.at(NOON + DAY)
        tomorrow = await click(0)
        assert tomorrow not in {None, today}
        assert tomorrow == await click(1)
        at_noon.at(NOON + 2 * DAY + HOUR)
        await visit(0)
        await visit(1)
    rows = await at_noon.all_of("click_counts")
    assert [(row["day"], row["raw"], row["unique"]) for row in rows] == [("2031-03-03", 2, 1), ("2031-03-04", 2, 1)]
    await daily_keys.destroy_keys(at_noon.db, at_noon.now())
    assert [row["_id"] for row in await at_noon.all_of("daily_keys")] == ["2031-03-04", "2031-03-05"]
    for keys in redirects:
        assert keys.key_of(TODAY) is None
        assert visitor(keys, NOON, "192.0.2.1", "Mozilla/5.0 Firefox") is None


async def test_no_key_stands_in_what_attribution_says(at_noon: Attribution):
    key = await ask(at_noon)
    assert key is not None
    for name in await at_noon.db.list_collection_names():
        if name != "daily_keys":
            told = repr(await at_noon.all_of(name))
            assert key.key not in told
            assert repr(bytes.fromhex(key.key)) not in told


async def test_after_48_hours_the_key_is_gone_from_the_store(at_noon: Attribution):
    made = await ask(at_noon)
    assert made is not None
    assert made.destroy_at <= NOON + 2 * DAY
    assert await daily_keys.destroy_keys(at_noon.db, made.destroy_at - timedelta(milliseconds=1)) == 0
    assert await daily_keys.destroy_keys(at_noon.db, made.destroy_at) == 1
    assert await at_noon.all_of("daily_keys") == []


async def test_a_backup_that_brings_a_key_back_does_not_bring_it_into_use(at_noon: Attribution):
    await ask(at_noon)
    backup = await at_noon.all_of("daily_keys")
    at_noon.at(NOON + 3 * DAY)
    await daily_keys.destroy_keys(at_noon.db, at_noon.now())
    await at_noon.db["daily_keys"].insert_many(backup)
    assert await ask(at_noon) is None
    assert await daily_keys.destroy_keys(at_noon.db, at_noon.now()) == 1
    assert await at_noon.all_of("daily_keys") == []


@pytest.mark.parametrize(
    ("kind", "who"),
    [(Kind.SERVICE, "console"), (Kind.SERVICE, "campaigns"), (Kind.OPERATOR, "o"), (Kind.BRAND, "attribution")],
)
async def test_the_key_is_for_the_redirect_alone(at_noon: Attribution, kind: Kind, who: str):
    async with calling(at_noon.app, at_noon.token(kind, who)) as http:
        assert (await http.get(f"{PATH}/{TODAY}")).status_code == 403
    assert await at_noon.all_of("daily_keys") == []


async def test_what_is_no_day_is_refused(at_noon: Attribution):
    async with redirect(at_noon) as http:
        assert (await http.get(f"{PATH}/yesterday")).status_code == 422
