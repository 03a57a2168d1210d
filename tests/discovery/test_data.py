"""The data API: each scope opens its fields and no others, and nobody asks more often than they may (D11)."""

import asyncio
import json
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from chassis.http import Kind
from chassis.http.routes import routes_of
from chassis.testing import a_token, calling
from contracts.discovery import AgeBand, Gender, MarketStanding, Profile, Standing
from contracts.http.console import TokenOut
from contracts.http.discovery import FIELDS_OF, AudienceData, DataScope, FoundCreator, StatsData, VideosData
from discovery.api.data import AUDIENCE_EXAMPLE, FOUND_EXAMPLE, STATS_EXAMPLE, VIDEOS_EXAMPLE
from discovery.domain.data import is_open_to_third_parties
from discovery.domain.profiles import Observation
from discovery.domain.snapshots import Snapshot
from discovery.store.budgets import BUDGETS, Bucket, take
from tests.discovery.builders import NOON
from tests.discovery.test_erasure import a_known_person, erased
from tests.discovery.test_registrations import KRISTA, a_body, a_creator
from tests.discovery.test_snapshots import a_look, a_video, an_observation, observe

PATHS = {"stats": "stats", "videos": "videos", "audience": "audience"}
GROUPS = {
    DataScope.REACH: ("stats", "reach"),
    DataScope.ENGAGEMENT: ("stats", "engagement"),
    DataScope.GROWTH: ("stats", "growth"),
    DataScope.ACTIVITY: ("stats", "activity"),
    DataScope.SALES: ("stats", "sales"),
    DataScope.VIDEO_LIST: ("videos", "id"),
    DataScope.VIDEO_COUNTS: ("videos", "counts"),
    DataScope.AGES: ("audience", "ages"),
    DataScope.GENDERS: ("audience", "genders"),
    DataScope.COUNTRIES: ("audience", "countries"),
}
"""What each of the first scopes opens: on which route, and under which name."""


def a_full_look() -> Snapshot:
    counted = a_look(
        followers=200_000,
        average_views=9_000,
        average_likes=80,
        average_comments=15,
        average_shares=5,
        videos_30d=5,
        views_30d=9_000,
        videos=(a_video("v-1", 2, 500, likes=7), a_video("v-2", 7, 900)),
    )
    return replace(counted, ages={AgeBand.FROM_18: 3100}, genders={Gender.FEMALE: 6000}, countries={"FI": 7000})


@pytest.fixture
async def krista(app: FastAPI, context: Any) -> str:
    """Of age, with followers and videos enough: listed."""
    await observe(context, an_observation(a_full_look()))
    async with a_creator(app) as creator:
        own = (await creator.put("/v1/me/profiles", json=a_body())).json()
    assert own["eligibility"][0]["standing"] == "listed"
    return KRISTA


def a_reader(app: FastAPI, *scopes: str, client: str = "tp-1", **more: Any) -> Any:
    return calling(app, a_token(Kind.THIRD_PARTY, client, audience="discovery", scope=" ".join(scopes), **more))


async def read(app: FastAPI, creator: str, part: str, *scopes: str, client: str = "tp-1") -> httpx.Response:
    async with a_reader(app, *scopes, client=client) as reader:
        return await reader.get(f"/v1/data/creators/{creator}/{part}")


def shown(part: str, body: dict[str, Any]) -> set[str]:
    """The groups that an answer has."""
    if part == "videos":
        return {name for video in body["videos"] for name in video} - {"published_at"}
    return set(body) - {"creator", "as_of", "withheld"}


@pytest.mark.parametrize("scope", list(GROUPS))
async def test_each_scope_opens_its_own_fields_and_names_the_others_as_withheld(app, krista, scope):
    part, name = GROUPS[scope]
    for route in PATHS:
        answer = await read(app, krista, route, scope, client=f"tp-{scope}")
        if route != part:
            assert answer.status_code == 403, answer.text
            continue
        assert answer.status_code == 200, answer.text
        assert shown(part, answer.json()) == {name}
        others = [other for other, (where, _) in GROUPS.items() if where == part and other is not scope]
        assert answer.json()["withheld"] == others


def leaves(part: str, body: dict[str, Any]) -> set[str]:
    """The names of all fields that an answer has, groups opened."""
    if part == "videos":
        told = [video.get("counts", {}) | {k: v for k, v in video.items() if k != "counts"} for video in body["videos"]]
        return {name for one in told for name in one} - {"seen_at"}
    return {name for group in shown(part, body) for name in body[group]}


@pytest.mark.parametrize("group", list(FIELDS_OF))
async def test_each_field_has_a_scope_that_opens_it_alone_and_the_rest_of_its_group_is_named(app, krista, group):
    part, name = GROUPS[group]
    for number, field in enumerate(FIELDS_OF[group]):
        body = (await read(app, krista, part, field, client=f"tp-{group}-{number}")).json()
        assert leaves(part, body) == {field.value.split(":")[1]}, field
        named = {scope for scope in body["withheld"] if GROUPS.get(scope, ("", ""))[1] != name}
        assert {scope for scope in FIELDS_OF[group] if scope in named} == set(FIELDS_OF[group]) - {field}
        assert group not in body["withheld"]


async def test_all_fields_of_a_group_together_are_the_group(app, krista):
    for group, (part, _) in GROUPS.items():
        whole = (await read(app, krista, part, group, client=f"tp-{group}")).json()
        fields = (await read(app, krista, part, *FIELDS_OF.get(group, (group,)), client=f"tp-{group}")).json()
        assert fields == whole


async def test_followers_can_be_given_without_the_views_beside_them(app, krista):
    body = (await read(app, krista, "stats", "stats:followers", "stats:sales")).json()
    assert body["reach"] == {"followers": 200_000}
    assert body["withheld"] == [
        "stats:average_views",
        "stats:median_views",
        "stats:median_views_7d",
        "stats:engagement",
        "stats:growth",
        "stats:activity",
    ]


def test_every_scope_is_a_group_a_field_of_one_or_the_one_that_finds():
    fields = {scope for group in FIELDS_OF.values() for scope in group}
    assert set(GROUPS) | fields | {DataScope.FIND} == set(DataScope)
    kinds = {"stats": StatsData, "videos": VideosData, "audience": AudienceData}
    assert {scope.value.split(":")[0] for scope in GROUPS} == set(kinds)


async def found(app: FastAPI, *scopes: str, client: str = "tp-1", **query: str) -> httpx.Response:
    async with a_reader(app, *scopes, client=client) as reader:
        return await reader.get("/v1/data/creators", params={"network": "tiktok", "handle": "krista.makes"} | query)


@pytest.mark.parametrize(
    "query",
    [{}, {"handle": "@Krista.Makes"}, {"handle": " krista.makes ", "network": "TikTok"}],
)
async def test_the_id_that_stands_for_a_handle_is_found_however_it_is_written(app, krista, query):
    answer = await found(app, DataScope.FIND, **query)
    assert (answer.status_code, answer.json()) == (200, {"creator": krista})
    assert answer.headers["ratelimit"].startswith('"burst";r=19;')
    assert (await read(app, answer.json()["creator"], "stats", DataScope.FOLLOWERS)).status_code == 200


async def test_an_id_is_found_with_its_own_scope_only(app, krista):
    answer = await found(app, *[scope for scope in DataScope if scope is not DataScope.FIND])
    assert (answer.status_code, answer.json()["scopes"]) == (403, ["creators:find"])
    for part in PATHS:
        assert (await read(app, krista, part, DataScope.FIND)).status_code == 403


async def test_whoever_is_not_listed_unknown_or_erased_can_not_be_found_either(app, context, krista):
    await observe(context, Observation("tiktok", "bert", Snapshot(at=NOON, source="s-1", handle="bert")))
    queries = ({"handle": "bert"}, {"handle": "nobody"}, {"network": "instagram"}, {"network": "???"})
    answers = [await found(app, DataScope.FIND, **query) for query in queries]
    await erased(app)
    answers.append(await found(app, DataScope.FIND))
    assert [answer.status_code for answer in answers] == [404] * 5
    assert len({answer.json()["detail"] for answer in answers}) == 1
    assert answers[0].json()["detail"] == (await read(app, "nobody", "stats", *DataScope)).json()["detail"]


async def test_whoever_came_back_after_an_erasure_is_found_under_the_id_that_they_have_now(app, context):
    await a_known_person(app, context)
    await erased(app)
    assert (await found(app, DataScope.FIND)).status_code == 404
    async with a_creator(app, "a-2") as creator:
        anew = (await creator.put("/v1/me/profiles", json=a_body())).json()["profile"]
    assert anew != KRISTA
    await observe(context, replace(an_observation(a_full_look()), of=anew))
    answer = await found(app, DataScope.FIND)
    assert (answer.status_code, answer.json()) == (200, {"creator": anew})


async def test_who_asks_for_ids_too_often_is_refused_as_for_figures(app, krista):
    answers = [await found(app, DataScope.FIND, handle=f"guess-{number}") for number in range(30)]
    assert {answer.status_code for answer in answers[:20]} == {404}
    assert answers[-1].status_code == 429
    assert (await read(app, krista, "stats", DataScope.FOLLOWERS)).status_code == 429


async def test_with_all_scopes_all_is_there_as_the_profile_has_it(app, krista):
    stats = (await read(app, krista, "stats", *DataScope)).json()
    assert (stats["reach"]["followers"], stats["engagement"]["engagement_per_view"]) == (200_000, 111)
    assert (stats["growth"]["growth_7d"], stats["sales"], stats["withheld"]) == (None, {"gpm": [], "net_gpm": []}, [])
    videos = (await read(app, krista, "videos", *DataScope)).json()
    assert [(v["id"], v["counts"]["views"], v["counts"]["likes"]) for v in videos["videos"]] == [
        ("v-1", 500, 7),
        ("v-2", 900, None),
    ]
    audience = (await read(app, krista, "audience", *DataScope)).json()
    assert audience == {
        "creator": krista,
        "ages": [{"band": "18-24", "share": 3100}],
        "genders": [{"gender": "female", "share": 6000}],
        "countries": [{"country": "FI", "share": 7000}],
        "withheld": [],
    }


async def test_neither_name_nor_handle_nor_anything_private_is_in_any_answer(app, krista):
    told = "".join([(await read(app, krista, part, *DataScope)).text for part in PATHS]).lower()
    assert [word for word in ("krista.makes", "lindqvist", "turku", "knits", "naantali", "1999") if word in told] == []


async def test_whoever_is_not_listed_unknown_or_erased_is_the_same_404(app, context, krista):
    bert = Observation("tiktok", "bert", Snapshot(at=NOON, source="s-1", handle="bert"))
    await observe(context, bert)
    answers = [await read(app, bert.profile, "stats", *DataScope), await read(app, "nobody", "stats", *DataScope)]
    assert (await read(app, krista, "stats", *DataScope)).status_code == 200
    await erased(app)
    answers += [await read(app, krista, part, *DataScope) for part in PATHS]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.json()["detail"] for answer in answers}) == 1


async def test_who_has_no_scope_learns_nothing_not_even_who_is_there(app, krista):
    answers = [await read(app, creator, "stats", "audience:ages", "made:up") for creator in (krista, "nobody")]
    assert {answer.status_code for answer in answers} == {403}
    assert answers[0].json()["scopes"] == [scope for scope in DataScope if scope.startswith("stats:")]
    assert 'error="insufficient_scope"' in answers[0].headers["www-authenticate"]


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.THIRD_PARTY])
async def test_the_data_api_is_for_third_parties_only(app, krista, kind):
    async with calling(app, a_token(kind, "x", audience="discovery", scope=" ".join(DataScope))) as other:
        assert (await other.get(f"/v1/data/creators/{krista}/stats")).status_code == 403


async def test_a_third_party_finds_every_other_door_closed(app):
    doors = [route for route in routes_of(app) if not route.is_public and "/v1/data/" not in route.path]
    assert len(doors) > 20
    async with a_reader(app, *DataScope) as reader:
        for route in doors:
            answer = await reader.request(route.method, route.url())
            assert answer.status_code == 403, (route.method, route.path)


async def test_a_burst_is_taken_and_then_it_is_429_with_the_time_to_wait(app, context, krista):
    async with a_reader(app, *DataScope) as reader:
        path = f"/v1/data/creators/{krista}/stats"
        answers = [await reader.get(path) for _ in range(30)]
    statuses = [answer.status_code for answer in answers]
    taken = statuses.count(200)
    assert 20 <= taken <= 23, statuses  # the bucket gains one a second while the test runs
    first, refused = answers[0], answers[-1]
    assert first.headers["ratelimit-policy"] == '"burst";q=20, "minute";q=60;w=60'
    assert first.headers["ratelimit"].startswith('"burst";r=19;')
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert refused.headers["ratelimit"] == '"burst";r=0;t=1'
    assert refused.headers["content-type"] == "application/problem+json"
    assert (await read(app, krista, "stats", *DataScope, client="tp-2")).status_code == 200


async def test_replicas_that_take_from_one_bucket_at_once_take_no_more_than_it_holds_and_gains(context):
    began = time.monotonic()
    buckets = await asyncio.gather(*(take(context.db, "tp-9", per_minute=60, burst=20) for _ in range(100)))
    gained = (time.monotonic() - began) * 60 / 60
    taken = sum(bucket.taken for bucket in buckets)
    assert 20 <= taken <= 20 + gained + 1


async def test_two_replicas_asked_in_turn_let_no_more_through_than_one_bucket_holds_and_gains(app, replica, krista):
    path = f"/v1/data/creators/{krista}/stats"
    async with a_reader(app, *DataScope) as here, a_reader(replica, *DataScope) as there:
        began = time.monotonic()
        answers = [await (here, there)[number % 2].get(path) for number in range(60)]
        gained = time.monotonic() - began
    taken = [number for number, answer in enumerate(answers) if answer.status_code == 200]
    assert 20 <= len(taken) <= 20 + gained + 1
    assert {number % 2 for number in taken} == {0, 1}
    left = [answer.headers["ratelimit"].split(";")[1] for answer in answers[:4]]
    assert left == ["r=19", "r=18", "r=17", "r=16"]


async def test_a_bucket_fills_by_the_databases_clock_up_to_its_burst_and_no_further(context):
    for _ in range(3):
        await take(context.db, "tp-8", per_minute=600, burst=3)
    for past, left in ((0.0, 0), (0.25, 1), (9_999.0, 2)):
        await context.db[BUDGETS].update_one(
            {"_id": "tp-8"}, [{"$set": {"tokens": 0.0, "at": {"$subtract": ["$$NOW", int(past * 1000)]}}}]
        )
        bucket = await take(context.db, "tp-8", per_minute=600, burst=3)
        assert (bucket.taken, bucket.left) == (past > 0, left)


async def test_how_long_to_wait_is_rounded_up_and_never_zero(context):
    await context.db[BUDGETS].insert_one({"_id": "tp-7", "tokens": 0.0, "at": NOON.replace(year=2999)})
    bucket = await take(context.db, "tp-7", per_minute=1, burst=5)
    assert isinstance(bucket, Bucket)
    assert bucket.next_in >= 1


@pytest.mark.parametrize(
    ("standings", "is_open"),
    [
        ((), False),
        ((Standing.UNVERIFIED,), False),
        ((Standing.NOT_LISTED, Standing.UNVERIFIED), False),
        ((Standing.NOT_LISTED, Standing.LISTED), True),
    ],
)
def test_only_whom_a_market_lists_is_open_to_third_parties(standings, is_open):
    markets = ("default", "FI")
    eligibility = tuple(MarketStanding(market=m, standing=s) for m, s in zip(markets, standings, strict=False))
    profile = Profile(id="p", network="tiktok", handle="krista", eligibility=eligibility)
    assert is_open_to_third_parties(profile) is is_open


def test_the_documented_examples_are_answers_that_can_be(app):
    paths = app.openapi()["paths"]
    for part, model, example in (
        ("", FoundCreator, FOUND_EXAMPLE),
        ("/{creator}/stats", StatsData, STATS_EXAMPLE),
        ("/{creator}/videos", VideosData, VIDEOS_EXAMPLE),
        ("/{creator}/audience", AudienceData, AUDIENCE_EXAMPLE),
    ):
        assert model.model_validate(example).model_dump(mode="json", exclude_unset=True) == example
        told = paths[f"/v1/data/creators{part}"]["get"]["responses"]
        assert told["200"]["content"]["application/json"]["example"] == example
        assert {"403", "404", "429"} <= set(told)


GUIDE = Path(__file__).parents[2] / "docs/guides/third-parties.md"


def test_the_guide_for_third_parties_names_every_scope_in_its_group():
    table = GUIDE.read_text("utf-8").split("## Scopes", 1)[1].split("\n## ", 1)[0]
    told = {}
    for line in re.findall(r"^\| (`.+) \|$", table, re.MULTILINE):
        group, fields = line.split(" | ")
        told[group.strip("`")] = tuple(re.findall(r"`([a-z]+:\w+)`", fields))
    assert told == {DataScope.FIND: ()} | {group: FIELDS_OF.get(group, ()) for group in GROUPS}


def test_the_examples_of_the_guide_are_answers_that_can_be():
    examples = [json.loads(found) for found in re.findall(r"```json\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)]
    models = (TokenOut, FoundCreator, StatsData, VideosData, AudienceData)
    for example, model in zip(examples, models, strict=True):
        assert model.model_validate(example).model_dump(mode="json", exclude_unset=True) == example
