"""A4: the day's key: one for all, for the redirect alone, gone after 48 hours and never made again."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from attribution.store import daily_keys
from chassis.http import Kind
from chassis.testing import calling
from contracts.http.attribution import DailyKey
from tests.attribution.builders import DAY, HOUR
from tests.attribution.service.kit import Attribution, only

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
