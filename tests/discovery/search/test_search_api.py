"""The search as brands and operators ask it: every filter by its name, contradictions refused, no brand another's."""

from functools import partial

import pytest

from chassis.http import Kind
from chassis.testing import calling
from contracts.campaigns import CollaborationStatus
from contracts.http.discovery import CreatorQuery
from discovery.api import search_rules
from discovery.domain.profiles import ProfileRecord
from discovery.handlers import keep_collaboration
from discovery.search.search import NoIndexYet, Search
from discovery.store import Shortlists
from tests.discovery.builders import a_collaboration
from tests.discovery.search.asking import a_profile, asked, say, say_campaigns, token


@pytest.mark.parametrize(
    ("params", "countries"),
    [
        ({}, {"IT": 2, "FR": 1}),
        ({"text": "torino bread"}, {"IT": 1}),
        ({"text": "ana rosi"}, {}),
        ({"text": "anna rosi"}, {"IT": 1}),
        ({"country": "FR"}, {"FR": 1}),
        ({"country": ["FR", "IT"]}, {"IT": 2, "FR": 1}),
        ({"city": "ROME"}, {"IT": 1}),
        ({"category": "art"}, {"IT": 1}),
        ({"category": ["art", "crafts"]}, {"IT": 2}),
        ({"language": "en"}, {"IT": 1}),
        ({"network": "instagram"}, {"FR": 1}),
        ({"min_followers": 9_000}, {"IT": 2}),
        ({"max_followers": 9_000}, {"IT": 1}),
        ({"min_average_views": 1}, {"IT": 1}),
        ({"min_engagement": 900, "max_engagement": 900}, {"IT": 1}),
        ({"min_engagement": 901}, {}),
        ({"min_reach": 3_000}, {"IT": 1}),
        ({"max_growth": 0}, {"IT": 1}),
        ({"min_growth": 0}, {}),
        ({"min_videos_per_week": 300}, {"IT": 1}),
        ({"min_on_time": 9_000}, {"IT": 1}),
        ({"min_on_time": 9_001}, {}),
        ({"currency": "EUR", "max_price": 5_000}, {"IT": 1}),
        ({"currency": "EUR", "max_price": 5_000, "deliverable": "short-video"}, {}),
        ({"currency": "EUR", "min_price": 30_000, "deliverable": "short-video"}, {"IT": 1}),
        ({"currency": "EUR", "min_price": 20_000, "max_price": 40_000}, {"IT": 1}),
        ({"currency": "EUR", "min_price": 6_000, "max_price": 20_000}, {}),
        ({"currency": "USD", "max_price": 5_000}, {"IT": 1}),
        ({"currency": "JPY", "max_price": 5_000}, {}),
        ({"currency": "EUR", "min_gpm": 1_500}, {"IT": 1}),
        ({"currency": "EUR", "min_gpm": 1_501}, {}),
        ({"currency": "EUR", "max_gpm": 1_500}, {"IT": 1}),
        ({"currency": "EUR", "max_gpm": 1_499}, {}),
        ({"max_reach": 3_333}, {"IT": 1}),
        ({"max_reach": 3_332}, {}),
        ({"max_average_views": 20_000}, {"IT": 1}),
        ({"max_average_views": 19_999}, {}),
        ({"max_videos_per_week": 350}, {"IT": 1}),
        ({"max_videos_per_week": 349}, {}),
        ({"audience": "age:18-24:4000"}, {"IT": 1}),
        ({"audience": ["age:18-24:4000", "age:55+:501"]}, {}),
        ({"audience": ["gender:female:7000", "country:IT:6000"]}, {"IT": 1}),
        ({"influencer_type": "peer"}, {"IT": 1}),
        ({"availability": ["open", "limited"]}, {"IT": 1}),
        ({"standing": "listed"}, {"IT": 1}),
        ({"standing": "listed", "market": "IT"}, {"IT": 2}),
        ({"standing": "unverified"}, {"IT": 1, "FR": 1}),
        ({"standing": ["unverified", "not-listed"], "market": "FI"}, {"IT": 1, "FR": 1}),
        ({"standing": ["listed", "unverified", "not-listed"]}, {"IT": 2, "FR": 1}),
        ({"claimed": True}, {"IT": 1}),
        ({"text": "anna", "country": "IT", "category": "food", "min_followers": 1, "claimed": False}, {"IT": 1}),
        ({"text": "anna", "country": "FR"}, {}),
    ],
)
async def test_each_filter_finds_whom_it_names(brand, params, countries):
    body = await asked(brand, **params)
    assert (body["facets"]["countries"], body["total"]) == (countries, sum(countries.values()))


async def test_facets_divide_whoever_is_found(brand):
    facets = (await asked(brand, country="IT"))["facets"]
    assert facets["categories"] == {"art": 1, "crafts": 1, "food": 1, "home": 1}
    assert facets["languages"] == {"it": 2, "en": 1}
    assert facets["tiers"] == {"nano": 1, "micro": 1}
    assert (await asked(brand, facets=False))["facets"] is None


@pytest.mark.parametrize("params", [{}, {"min_followers": 1}, {"sort": "fit", "fit_type": "peer"}])
async def test_every_page_tells_how_all_that_are_found_are_divided(brand, params):
    first = await asked(brand, limit=1, **params)
    second = await asked(brand, limit=1, cursor=first["next_cursor"], **params)
    assert second["facets"] == first["facets"] != {}
    assert second["total"] == first["total"] == sum(first["facets"]["countries"].values())
    assert (await asked(brand, limit=1, cursor=first["next_cursor"], facets=False, **params))["facets"] is None


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"min_followers": 2, "max_followers": 1}, "max_followers"),
        ({"min_growth": 1, "max_growth": 0}, "max_growth"),
        ({"currency": "EUR", "min_price": 2, "max_price": 1}, "max_price"),
        ({"max_price": 5}, "currency"),
        ({"sort": "gpm"}, "currency"),
        ({"currency": "EUR"}, "currency"),
        ({"currency": "XYZ", "max_price": 5}, "currency"),
        ({"currency": "euro", "max_price": 5}, "currency"),
        ({"deliverable": "story"}, "deliverable"),
        ({"audience": ["gender:female:6000", "gender:male:6000"]}, "audience"),
        ({"audience": "gender:female:10001"}, "audience"),
        ({"audience": "age:18-99:1"}, "audience"),
        ({"audience": "female"}, "audience.0"),
        ({"market": "IT"}, "market"),
        ({"country": "Italy"}, "country.0"),
        ({"category": "nonsense"}, "category.0"),
        ({"text": "x" * 10_000}, "text"),
        ({"cursor": "x" * 10_000}, "cursor"),
        ({"sort": "luck"}, "sort"),
        ({"sort": "fit"}, "sort"),
        ({"sort": "fit", "fit_budget": 5}, "sort"),
        ({"sort": "fit", "fit_type": "famous"}, "fit_type"),
        ({"sort": "fit", "fit_type": "peer", "fit_sales": 5}, "fit_sales"),
        ({"sort": "fit", "fit_type": "peer", "fit_sales": [5, 4]}, "fit_sales"),
        ({"fit_budget": -1}, "fit_budget"),
        ({"limit": 0}, "limit"),
    ],
)
async def test_filters_that_contradict_or_do_not_exist_are_refused_by_name(brand, params, field):
    answer = await brand.get("/v1/creators", params=params)
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


RANGES = ("followers", "average_views", "engagement", "reach", "growth", "videos_per_week", "price", "gpm")


def test_every_range_of_the_query_is_looked_at():
    ends = {name for name in CreatorQuery.model_fields if name.startswith("max_")}
    assert ends == {f"max_{name}" for name in RANGES} == {f"max_{name}" for name in search_rules.RANGES}


@pytest.mark.parametrize("name", RANGES)
async def test_a_range_that_ends_before_it_begins_is_refused_by_its_end(brand, name):
    money = {"currency": "EUR"} if name in {"price", "gpm"} else {}
    answer = await brand.get("/v1/creators", params={f"min_{name}": 6, f"max_{name}": 5, **money})
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [f"max_{name}"]
    same = await brand.get("/v1/creators", params={f"min_{name}": 5, f"max_{name}": 5, **money})
    assert same.status_code == 200, same.text


@pytest.mark.parametrize(
    "text",
    ['"', "(", "anna AND", "id:anna", "*", "anna*", "[a TO b]", "anna~", "+anna -beppe", "\\", "a\x00b", "😀", "/.*/"],
)
async def test_query_syntax_is_text(brand, text):
    assert (await asked(brand, text=text))["total"] <= 1


async def test_a_cursor_of_another_order_is_refused(brand, context):
    await say(context, *(a_profile(f"c{n}") for n in range(3)))
    cursor = (await asked(brand, limit=1))["next_cursor"]
    assert (await asked(brand, limit=1, cursor=cursor))["total"] == 6
    answer = await brand.get("/v1/creators", params={"limit": 1, "cursor": cursor, "sort": "growth"})
    assert [error["field"] for error in answer.json()["errors"]] == ["cursor"]


async def test_what_a_brand_did_narrows_its_own_search_and_nobody_else_s(app, brand, context):
    for collaboration in (
        a_collaboration("anna.bakes", "a-9", named="c-1"),
        a_collaboration("beppe.draws", None, named="c-2", status=CollaborationStatus.INVITED),
    ):
        await context.transactions.run(partial(keep_collaboration, collaboration))
    assert (await asked(brand, worked_with_us=True))["total"] == 1
    assert (await asked(brand, worked_with_us=False))["total"] == 2
    await say_campaigns(context, ("k-1", "b-1"), ("k-2", "b-1"), ("k-9", "b-2"))
    assert (await asked(brand, not_in_campaign="k-1"))["facets"]["countries"] == {"FR": 1}
    assert (await asked(brand, not_in_campaign="k-2"))["total"] == 3
    assert (await asked(brand, not_in_campaign="k-1", worked_with_us=True))["total"] == 0
    async with calling(app, token(Kind.BRAND, "b-2")) as other:
        assert (await asked(other, worked_with_us=True))["total"] == 0
        assert (await asked(other, worked_with_us=False))["total"] == 3
        assert (await asked(other, not_in_campaign="k-9"))["total"] == 3


@pytest.mark.parametrize("param", ["not_in_campaign", "fit_campaign"])
async def test_a_foreign_campaign_is_not_there_and_a_new_one_not_yet(brand, context, param):
    await say_campaigns(context, ("k-9", "b-2"))
    foreign = await brand.get("/v1/creators", params={param: "k-9"})
    assert (foreign.status_code, foreign.json()["type"].rpartition("/")[2]) == (404, "not-found")
    unheard = await brand.get("/v1/creators", params={param: "k-1"})
    assert (unheard.status_code, unheard.headers["retry-after"]) == (409, "1")


async def test_a_shortlist_narrows_the_search_of_its_brand_and_is_not_there_for_another(app, brand, context):
    made = await brand.post("/v1/shortlists", json={"name": "Bakers"}, headers={"idempotency-key": "k-1"})
    assert made.status_code == 201, made.text
    shortlist = made.json()["id"]
    assert (await asked(brand, shortlist=shortlist))["total"] == 0
    for name in ("anna.bakes", "claude"):
        await context.transactions.run(
            lambda tx, name=name: Shortlists(tx.db, "b-1", tx.session).put(
                shortlist, ProfileRecord(id=name, revision=1, network="tiktok"), "secret note", "m-1", tx.now
            )
        )
    assert (await asked(brand, shortlist=shortlist))["facets"]["countries"] == {"IT": 1, "FR": 1}
    assert (await asked(brand, shortlist=shortlist, country="IT"))["total"] == 1
    async with calling(app, token(Kind.BRAND, "b-2")) as other:
        for missing in (shortlist, "s-1"):
            assert (await other.get("/v1/creators", params={"shortlist": missing})).status_code == 404
        everything = await other.get("/v1/creators")
        assert "secret" not in everything.text


@pytest.mark.parametrize(
    ("network", "countries"),
    [
        pytest.param("Twitter", {"NO": 1}, id="by another name, as imports know it"),
        pytest.param("IG", {"FR": 1}, id="in short"),
        pytest.param("kwai", {"BR": 1}, id="one that a list named"),
        pytest.param("snapchat", {}, id="a known one that nobody is on"),
    ],
)
async def test_a_network_is_found_by_every_name_that_imports_know(brand, context, network, countries):
    await say(context, a_profile("dana", network="x", country="NO"), a_profile("kim", network="kwai", country="BR"))
    assert (await asked(brand, network=network))["facets"]["countries"] == countries


@pytest.mark.parametrize("network", ["tiktokk", "<b>", "!"])
async def test_a_network_that_there_is_not_is_named_as_the_field_that_is_wrong(brand, network):
    answer = await brand.get("/v1/creators", params={"network": ["tiktok", network]})
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["network"], answer.text


async def test_while_the_index_is_made_the_search_says_so(app, brand, tmp_path, context):
    app.state.search, kept = Search(tmp_path / "none", context.settings), app.state.search
    answer = await brand.get("/v1/creators")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    with pytest.raises(NoIndexYet):
        await app.state.search.ask()
    app.state.search = kept
