"""Figures of the last so many days are told for so long after they were counted, and then not known (D2, D3)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from chassis.timers import Timers
from contracts.discovery import ProfileEvent, Stats
from discovery.domain.profiles import profile_id
from discovery.domain.standing_figures import Known, aged, merged, next_to_age, value_at
from discovery.handlers import handlers
from discovery.store import Creators
from tests.discovery.builders import NOON
from tests.discovery.test_registrations import a_body, a_creator
from tests.discovery.test_snapshots import a_look, an_observation, observe

KRISTA = profile_id("tiktok", "krista.makes")
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
ALL = Stats(growth_7d=1, growth_30d=2, growth_90d=3, videos_30d=4, views_30d=5, videos_per_week=6, median_views=7)


def counted() -> Known:
    return merged({}, a_look(followers=10, videos_30d=4, views_30d=5, videos_per_week=6, median_views=7))


@pytest.mark.parametrize(
    ("days", "left"),
    [
        pytest.param(7, {"growth_30d", "growth_90d", "videos_30d", "views_30d", "videos_per_week"}, id="a week"),
        pytest.param(30, {"growth_90d"}, id="a month"),
        pytest.param(90, set(), id="three months"),
    ],
)
def test_a_figure_of_a_window_is_told_for_as_long_as_the_window_and_not_a_second_more(days, left):
    before, after = (aged(ALL, counted(), NOON + days * DAY - gap) for gap in (SECOND, 0 * SECOND))
    assert {name for name, value in after if value} == {"median_views", *left}
    assert len({name for name, value in before if value}) > len(left) + 1


def test_a_register_of_a_window_has_no_value_once_it_is_over_and_others_keep_theirs():
    known = counted()
    assert value_at(known, "videos_30d", NOON + 30 * DAY - SECOND) == 4
    assert value_at(known, "videos_30d", NOON + 30 * DAY) is None
    assert value_at(known, "followers", NOON + 3000 * DAY) == 10


def test_the_next_figure_to_age_is_the_one_of_the_shortest_window_that_is_there():
    assert next_to_age(ALL, counted(), NOON) == NOON + 7 * DAY
    assert next_to_age(ALL, counted(), NOON + 7 * DAY) == NOON + 30 * DAY
    assert next_to_age(Stats(median_views=7, growth_90d=1), counted(), NOON) == NOON + 90 * DAY
    assert next_to_age(ALL, counted(), NOON + 90 * DAY) is None


@asynccontextmanager
async def moved(context, days: float) -> AsyncIterator[None]:
    """The clock stands so many days after noon; every timer that is due by then has fired."""
    original = context.clock.offset
    context.clock.offset += NOON + days * DAY - context.clock.now()
    try:
        for _ in range(5):
            await Timers(handlers, context.transactions).tick()
        yield
    finally:
        context.clock.offset = original


async def state(context):
    found = await Creators(context.db).find(KRISTA)
    assert found is not None
    return found.state()


@pytest.fixture
async def listed(app, context):
    """Krista is of age and has been looked at twice, a month apart."""
    await observe(context, an_observation(a_look(-30, followers=80_000)))
    await observe(context, an_observation(a_look(0, followers=100_000, videos_30d=5, views_30d=9_000)))
    async with a_creator(app) as creator:
        await creator.put("/v1/me/profiles", json=a_body(birth_date="1990-01-01"))
    assert (await state(context)).eligibility[0].standing == "listed"


@pytest.mark.usefixtures("listed")
async def test_a_creator_whom_nobody_counted_for_a_month_is_no_longer_listed_without_anything_else_happening(context):
    async with moved(context, 29.9):
        assert (await state(context)).eligibility[0].standing == "listed"
    async with moved(context, 30.1):
        now = await state(context)
    assert now.eligibility[0].standing == "unverified"
    assert (now.stats.videos_30d, now.stats.views_30d, now.stats.growth_30d) == (None, None, None)
    assert now.followers == 100_000
    rows = await context.db["outbox"].find({"key": KRISTA}).sort("revision", -1).to_list(1)
    event = ProfileEvent.from_body(rows[0]["value"])
    assert (event.fact, event.state) == ("stats-changed", now)


@pytest.mark.usefixtures("listed")
async def test_a_new_count_holds_the_standing_for_another_month(context):
    await observe(context, an_observation(a_look(20, followers=101_000, videos_30d=4, views_30d=8_000)))
    async with moved(context, 31):
        now = await state(context)
        assert (now.eligibility[0].standing, now.stats.videos_30d) == ("listed", 4)
    async with moved(context, 51):
        assert (await state(context)).eligibility[0].standing == "unverified"


@pytest.mark.usefixtures("listed")
async def test_what_is_too_old_stays_untold_when_work_is_reckoned(context):
    async with moved(context, 31):
        await context.transactions.run(lambda tx: tx.claim(KRISTA, "a-9"))
        assert (await state(context)).stats.growth_30d is None


async def test_a_late_snapshot_of_last_year_lists_nobody(app, context):
    await observe(context, an_observation(a_look(-365, followers=100_000, videos_30d=5, views_30d=9_000)))
    async with a_creator(app) as creator:
        answer = await creator.put("/v1/me/profiles", json=a_body(birth_date="1990-01-01"))
    assert (await state(context)).eligibility[0].standing == "unverified"
    rules = {one["rule"]: one["verdict"] for one in answer.json()["eligibility"][0]["rules"]}
    assert (rules["videos-30d"], rules["views-30d"], rules["followers"]) == ("unknown", "unknown", "pass")
