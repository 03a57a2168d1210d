"""Figures come late, twice and in any order, and end in the same (D3)."""

import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.context import Context
from chassis.http import Kind
from chassis.testing import a_token, calling
from contracts.discovery import AgeBand, ProfileEvent
from discovery.api.snapshots import rounds
from discovery.domain.profiles import Observation
from discovery.domain.snapshots import Figures, Snapshot, Video
from discovery.domain.standing_figures import Said, Sales, growth_of, merged, stats_of
from discovery.store.collections import COLLECTIONS
from discovery.store.snapshots import looked_at
from discovery.store.snapshots import videos as stored_videos
from tests.discovery.builders import NOON

DAY = timedelta(days=1)


def a_look(days: float = 0, *, source: str = "s-1", videos: tuple[Video, ...] = (), **figures: Any) -> Snapshot:
    return Snapshot(
        at=NOON + days * DAY, source=source, handle="krista.makes", figures=Figures(**figures), videos=videos
    )


def a_video(name: str, age: float, views: int | None = 1000, **counts: int) -> Video:
    """Published `age` days before noon."""
    return Video(id=name, published_at=NOON - age * DAY, views=views, **counts)


def an_observation(snapshot: Snapshot) -> Observation:
    return Observation("tiktok", "krista.makes", snapshot)


def test_engagement_per_view_is_likes_comments_and_shares_by_views():
    told = a_look(average_views=1000, average_likes=80, average_comments=15, average_shares=5, followers=4000).told
    assert (told["engagement_per_view"], told["engagement_per_follower"]) == (1000, 2500)


@pytest.mark.parametrize("missing", ["average_views", "average_likes", "average_comments", "average_shares"])
def test_a_ratio_without_one_of_its_figures_is_unknown_and_not_zero(missing):
    figures = {"average_views": 1000, "average_likes": 80, "average_comments": 15, "average_shares": 5}
    assert "engagement_per_view" not in a_look(**{k: v for k, v in figures.items() if k != missing}).told


def test_listed_videos_give_averages_the_median_and_the_last_thirty_days():
    videos = (a_video("a", 2, 100), a_video("b", 10, 200), a_video("c", 29.9, 900), a_video("d", 31, 5000))
    told = a_look(videos=videos).told
    assert (told["average_views"], told["median_views"]) == (1550, 200)
    assert (told["videos_30d"], told["views_30d"], told["videos_per_week"]) == (3, 1200, 70)


def test_what_the_source_counts_itself_is_believed_before_what_its_videos_give():
    told = a_look(videos=(a_video("a", 2, 100),), views_30d=7_000_000, videos_30d=45).told
    assert (told["views_30d"], told["videos_30d"], told["average_views"]) == (7_000_000, 45, 100)


def test_a_full_list_of_less_than_a_month_tells_how_often_by_its_own_span():
    told = a_look(videos=tuple(a_video(f"v{n}", n / 2, 10) for n in range(30))).told
    assert told["videos_per_week"] == 1400


def test_a_video_of_unknown_views_leaves_the_months_views_unknown():
    assert "views_30d" not in a_look(videos=(a_video("a", 2, None), a_video("b", 3, 5))).told


@pytest.mark.parametrize(
    ("counts", "growth"),
    [
        pytest.param([(0, 1100), (-7, 1000)], 1000, id="a tenth more"),
        pytest.param([(0, 900), (-7, 1000)], -1000, id="a tenth fewer"),
        pytest.param([(0, 1100), (-8, 1000), (-6.5, 1050)], 476, id="the count nearest to seven days before"),
        pytest.param([(0, 1100), (-8, 1000), (-6, 1050)], 1000, id="of two as near the earlier"),
        pytest.param([(0, 1100), (-9, 1000)], None, id="nine days are not seven"),
        pytest.param([(0, 1100)], None, id="nothing before"),
        pytest.param([(0, 1100), (-7, 0)], None, id="from nothing there is no measure"),
    ],
)
def test_growth_compares_with_the_count_of_that_many_days_before(counts, growth):
    said = [Said(NOON + days * DAY, "s", value) for days, value in counts]
    assert growth_of(said[0], said)["growth_7d"] == growth


def test_gpm_is_sales_per_thousand_views_in_each_currency_and_unknown_without_views():
    known = merged({}, a_look(views_30d=40_000))
    sales = [Sales("EUR", 50_000, 30_000), Sales("JPY", None, 777)]
    stats = stats_of(known, (), (), sales)
    assert [(m.amount, m.currency) for m in stats.gpm] == [(1250, "EUR")]
    assert [(m.amount, m.currency) for m in stats.net_gpm] == [(750, "EUR"), (19, "JPY")]
    assert stats_of(merged({}, a_look(followers=5)), (), (), sales).gpm == ()


looks = st.builds(
    lambda days, source, followers, views, dated: Snapshot(
        at=NOON + days * DAY,
        source=source,
        handle="krista.makes",
        figures=Figures(followers=followers, average_views=views),
        ages={AgeBand.FROM_18: 5000} if days % 2 else {},
        is_dated=dated,
    ),
    st.integers(-3, 3),
    st.sampled_from(["s-1", "s-2"]),
    st.none() | st.integers(0, 3),
    st.none() | st.integers(0, 3),
    st.just(True),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(looks, max_size=8), st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_of_snapshots_ends_in_the_same_registers(snapshots, luck):
    def end(some):
        known: Any = {}
        for each in some:
            known = merged(known, each)
        return known

    shuffled = snapshots + luck.choices(snapshots, k=3) if snapshots else []
    luck.shuffle(shuffled)
    assert end(shuffled) == end(snapshots)


counts = st.none() | st.integers(0, 3)
looks_at_a_video = st.builds(
    lambda days, source, published, *numbers: (
        an_observation(a_look(days, source=source)),
        Video("v1", NOON - published * DAY, *numbers),
    ),
    *(st.integers(-3, 3), st.sampled_from(["s-1", "s-2"]), st.integers(6, 9), counts, counts, counts, counts),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(looks_at_a_video, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_a_video_s_numbers_end_in_the_same_in_any_order_and_none_that_was_told_is_ever_lost(told, luck):
    def end(some):
        row = None
        for observation, video in some:
            row = looked_at(row, "id", observation, video)
        return row

    shuffled = [*told, *luck.choices(told, k=2)]
    luck.shuffle(shuffled)
    row = end(told)
    assert end(shuffled) == row
    for place, name in enumerate(("published_at", "views", "likes", "comments", "shares")):
        said = [(o.snapshot.at, o.snapshot.source, getattr(v, name)) for o, v in told if getattr(v, name) is not None]
        assert row["numbers"][place] == (max(said)[2] if said else None), name


async def test_a_later_look_that_omits_likes_and_views_leaves_what_is_known_of_them(context):
    await observe(context, an_observation(a_look(0, videos=(a_video("v1", 2, 100, likes=9, comments=3),))))
    await observe(context, an_observation(a_look(1, videos=(a_video("v1", 2, None, comments=4, shares=1),))))
    ((video, row),) = await stored_videos(context.db, an_observation(a_look()).profile)
    assert (video.views, video.likes, video.comments, video.shares) == (100, 9, 4, 1)
    assert row["at"] == NOON + DAY, "that is when it was seen last"


MOST = 2**63 - 1


@pytest.mark.parametrize("views", [0, 1, MOST])
def test_no_figures_that_somebody_makes_up_are_too_large_to_be_told(views):
    videos = tuple(a_video(f"v{n}", n / 10, views, likes=MOST, comments=MOST, shares=MOST) for n in range(30))
    known = merged({}, a_look(videos=videos, followers=1))
    later = merged(known, a_look(7, followers=MOST))
    stats = stats_of(later, [known["followers"], later["followers"]], (), [Sales("EUR", MOST, MOST)])
    assert stats.growth_7d == 2**53
    assert stats.model_dump_json()


def test_nothing_known_moves_backwards_when_an_older_snapshot_comes_late():
    newer, older = a_look(0, followers=200), a_look(-1, followers=900, average_views=7)
    known = merged(merged({}, newer), older)
    assert (known["followers"].value, known["average_views"].value) == (200, 7)


async def observe(context: Context[Any], *observations: Observation) -> None:
    for some in rounds(observations):
        await context.transactions.run(lambda tx, some=some: tx.observe(some))


async def everything(context: Context[Any]) -> tuple[Any, ...]:
    """All that is kept of figures, without what counts changes."""
    profiles = await context.db["profiles"].find({}, {"revision": 0}).sort("_id", 1).to_list(None)
    videos = await context.db["videos"].find().sort("_id", 1).to_list(None)
    history = await context.db["snapshots"].find().sort("_id", 1).to_list(None)
    return profiles, videos, history


async def emptied(context: Context[Any]) -> None:
    for spec in COLLECTIONS:
        await context.db[spec.name].delete_many({})


def a_life() -> list[Observation]:
    """Looks of two sources over a hundred days, with videos that are seen several times."""
    found = []
    for days in (-100, -91, -30.5, -30, -8, -7, -1, 0):
        videos = tuple(
            Video(f"v{n}", NOON + (n - 20) * 5 * DAY, 1000 + int(days) * 3 + n, n, n, n)
            for n in range(25)
            if NOON + (n - 20) * 5 * DAY < NOON + days * DAY
        )
        found.append(an_observation(a_look(days, followers=10_000 + int(days) * 10, videos=videos[-30:])))
        found.append(an_observation(a_look(days, source="s-2", followers=10_001 + int(days) * 10, average_likes=5)))
    return found


async def test_any_order_and_repetition_ends_in_the_same_profile_videos_and_history(context):
    life = a_life()
    await observe(context, *life)
    expected = await everything(context)
    (profile,) = expected[0]
    assert profile["stats"]["growth_7d"] == 70
    assert profile["stats"]["growth_90d"] == 1001
    assert profile["stats"]["median_views_7d"] > 0
    for seed in range(6):
        await emptied(context)
        luck = random.Random(seed)
        told = [*life, *luck.choices(life, k=5)]
        luck.shuffle(told)
        await observe(context, *told)
        assert await everything(context) == expected, seed


async def test_a_snapshot_that_comes_twice_is_said_once(context):
    one = an_observation(a_look(followers=10))
    await observe(context, one, one)
    await observe(context, one)
    assert await context.db["snapshots"].count_documents({}) == 1
    rows = await context.db["outbox"].find().to_list(None)
    assert [ProfileEvent.from_body(row["value"]).revision for row in rows] == [1]


async def test_a_later_snapshot_is_said_as_changed_stats(context):
    await observe(context, an_observation(a_look(-7, followers=1000)), an_observation(a_look(0, followers=1200)))
    rows = await context.db["outbox"].find().sort("revision", 1).to_list(None)
    events = [ProfileEvent.from_body(row["value"]) for row in rows]
    assert [event.fact for event in events] == ["profile-imported", "stats-changed"]
    state = events[-1].state
    assert state is not None
    assert (state.followers, state.stats.growth_7d, state.stats.as_of) == (1200, 2000, NOON)


def a_body(**changes: Any) -> dict[str, Any]:
    one = {
        "network": "tiktok",
        "handle": "krista.makes",
        "at": NOON.isoformat(),
        "followers": 5000,
        "audience": {"ages": [{"band": "18-24", "share": 6000}]},
        "videos": [{"id": "v1", "published_at": (NOON - DAY).isoformat(), "views": 10}],
    }
    return {"snapshots": [{**one, **changes}]}


async def test_a_source_tells_snapshots_over_http_and_again_without_effect(app):
    async with calling(app, a_token(Kind.OPERATOR, "o-1", audience="discovery")) as operator:
        first = await operator.post("/v1/snapshots", json=a_body())
        assert (first.status_code, first.json()) == (201, {"new": 1, "changed": 0, "unchanged": 0, "erased": 0})
        again = await operator.post("/v1/snapshots", json=a_body())
        assert again.json() == {"new": 0, "changed": 0, "unchanged": 1, "erased": 0}
        (found,) = (await operator.get("/v1/creators")).json()["items"]
    assert found["followers"] == 5000
    assert found["stats"]["videos_30d"] == 1
    assert found["audience"]["ages"] == [{"band": "18-24", "share": 6000}]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"at": (NOON + 3000 * DAY).isoformat()}, "snapshots.0.at"),
        ({"at": "0001-01-01T00:00:00Z"}, "snapshots.0.at"),
        ({"followers": -1}, "snapshots.0.followers"),
        ({"handle": "two words"}, "snapshots.0.handle"),
        ({"network": "\u2026"}, "network"),
        (
            {"audience": {"genders": [{"gender": "female", "share": 9000}, {"gender": "male", "share": 9000}]}},
            "snapshots.0",
        ),
        ({"videos": [a_body()["snapshots"][0]["videos"][0]] * 2}, "snapshots.0.videos"),
        ({"videos": [a_body()["snapshots"][0]["videos"][0]] * 31}, "snapshots.0.videos"),
    ],
)
async def test_a_snapshot_that_can_not_be_is_422_and_names_the_field(app, context, changes, field):
    async with calling(app, a_token(Kind.OPERATOR, "o-1", audience="discovery")) as operator:
        answer = await operator.post("/v1/snapshots", json=a_body(**changes))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert await context.db["profiles"].count_documents({}) == 0


@pytest.mark.parametrize("kind", [Kind.BRAND, Kind.CREATOR, Kind.STORE])
async def test_nobody_tells_their_own_figures(app, kind):
    async with calling(app, a_token(kind, "x-1", audience="discovery")) as client:
        assert (await client.post("/v1/snapshots", json=a_body())).status_code == 403
