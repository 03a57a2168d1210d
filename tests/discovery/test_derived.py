"""What follows from snapshots (D3), to the last digit, as the event says it and as a brand reads it on the page."""

from typing import Any

import pytest

from contracts.discovery import ProfileEvent
from discovery.domain.profiles import profile_id
from discovery.domain.snapshots import Video
from tests.discovery.builders import NOON
from tests.discovery.test_pages import page_of
from tests.discovery.test_snapshots import DAY, a_look, a_video, an_observation, observe

KRISTA = profile_id("tiktok", "krista.makes")


async def read(app: Any, context: Any) -> dict[str, Any]:
    """The newest state that was said, which is the one that brands read; its stats beside its own figures."""
    rows = await context.db["outbox"].find({"key": KRISTA}).sort("revision", -1).to_list(1)
    state = ProfileEvent.from_body(rows[0]["value"]).state
    assert state is not None
    said = state.model_dump(mode="json")
    page = (await page_of(app, KRISTA, "b-1"))["creator"]
    assert {name: page[name] for name in said} == said
    return {**said, **said["stats"]}


@pytest.mark.parametrize(
    ("counts", "growth"),
    [
        pytest.param([(-90, 800), (-30, 1_000), (-7, 1_100), (0, 1_250)], (1_364, 2_500, 5_625), id="all three"),
        pytest.param([(-7, 1_100), (0, 1_000)], (-909, None, None), id="a fall in a week"),
        pytest.param([(-30, 1_003), (0, 1_002)], (None, -10, None), id="a thousandth less in a month"),
        pytest.param([(-8.75, 500), (-5.25, 800), (0, 1_000)], (10_000, None, None), id="of two as near the earlier"),
        pytest.param([(-8.76, 500), (0, 1_000)], (None, None, None), id="more than a quarter of a week off"),
        pytest.param([(-37.5, 500), (0, 1_000)], (None, 10_000, None), id="a quarter of a month off"),
        pytest.param([(-112.5, 400), (-67.5, 900), (0, 1_000)], (None, None, 15_000), id="a quarter of 90 days off"),
        pytest.param([(-112.6, 400), (-67.4, 900), (0, 1_000)], (None, None, None), id="too far on both sides"),
        pytest.param([(-35, 500), (-25.1, 800), (0, 1_000)], (None, 2_500, None), id="the count nearest to a month"),
        pytest.param([(-95, 500), (-85.1, 800), (0, 1_000)], (None, None, 2_500), id="the count nearest to 90 days"),
        pytest.param([(-37.6, 500), (0, 1_000)], (None, None, None), id="more than a quarter of a month off"),
        pytest.param([(-30, 0), (0, 1_000)], (None, None, None), id="from nothing"),
    ],
)
async def test_growth_over_7_30_and_90_days(app, context, counts, growth):
    await observe(context, *(an_observation(a_look(days, followers=followers)) for days, followers in counts))
    told = await read(app, context)
    assert (told["growth_7d"], told["growth_30d"], told["growth_90d"]) == growth


def at_age(name: str, age: float, views: int) -> Any:
    """A look at a video of NOON - 30 days when it was so many days old."""
    published = NOON - 30 * DAY
    return an_observation(a_look(age - 30, videos=(Video(name, published, views),)))


async def test_of_looks_at_a_video_the_one_nearest_to_seven_days_counts_within_its_window(app, context):
    looks = [(5, 500), (6, 600), (7.5, 750), (9, 900), (30, 3_000)]
    await observe(context, *(at_age("v1", age, views) for age, views in looks))
    told = await read(app, context)
    assert (told["median_views_7d"], told["median_views"]) == (750, 3_000)


@pytest.mark.parametrize(
    ("ages", "views"),
    [
        pytest.param([30], None, id="seen at day 30 only"),
        pytest.param([5, 9], None, id="only outside the window"),
        pytest.param([5.5], 550, id="a day and a half before"),
        pytest.param([8.5], 850, id="a day and a half after"),
        pytest.param([5.49, 8.51], None, id="a little more than that"),
        pytest.param([6.5, 7.5], 650, id="of two as near the earlier look"),
    ],
)
async def test_a_video_that_was_not_seen_about_seven_days_old_says_nothing(app, context, ages, views):
    await observe(context, *(at_age("v1", age, round(age * 100)) for age in ages))
    assert (await read(app, context))["median_views_7d"] == views


async def test_the_median_after_seven_days_is_the_lower_middle_one_of_the_videos_seen_then(app, context):
    for name, age, views in [("a", 7, 900), ("b", 6, 100), ("c", 8, 400), ("d", 7.25, 300), ("e", 30, 1)]:
        await observe(context, at_age(name, age, views))
    told = await read(app, context)
    assert told["median_views_7d"] == 300


VIDEOS = (
    a_video("a", 2, 1_000, likes=100, comments=11, shares=4),
    a_video("b", 10, 3_000, likes=90, comments=20, shares=5),
    a_video("c", 29, 333, likes=30, comments=2, shares=2),
    a_video("d", 31, 5_000, likes=201, comments=40, shares=10),
)


async def test_engagement_is_of_the_sums_over_the_listed_videos_and_not_of_their_ratios(app, context):
    await observe(context, an_observation(a_look(videos=VIDEOS, followers=10_000, average_likes=9_999)))
    told = await read(app, context)
    assert told["engagement_per_view"] == 552, "515 / 9,333 = 0.05518"
    assert told["engagement_per_follower"] == 2_333, "2,333 / 10,000"


async def test_averages_of_views_likes_comments_and_shares_are_those_of_the_videos(app, context):
    await observe(context, an_observation(a_look(videos=VIDEOS)))
    told = await read(app, context)
    averages = [told[f"average_{name}"] for name in ("views", "likes", "comments", "shares")]
    assert averages == [2_333, 105, 18, 5], "halves up: 2,333.25, 105.25, 18.25, 5.25"
    assert (told["median_views"], told["videos_30d"], told["views_30d"]) == (1_000, 3, 4_333)
    assert told["videos_per_week"] == 70


async def test_an_average_leaves_out_the_videos_whose_number_nobody_told_and_engagement_then_needs_the_source(
    app, context
):
    videos = (a_video("a", 2, 100, likes=3), a_video("b", 3, 101, likes=4, comments=1, shares=1), a_video("c", 4, None))
    await observe(context, an_observation(a_look(videos=videos)))
    told = await read(app, context)
    averages = [told[f"average_{name}"] for name in ("views", "likes", "comments", "shares")]
    assert averages == [101, 4, 1, 1], "100.5 and 3.5 are rounded up"
    assert told["engagement_per_view"] == 594, "(4 + 1 + 1) / 101, of the averages"
    assert told["views_30d"] is None
