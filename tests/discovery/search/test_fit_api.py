"""The order of fit by the API: each with its factors, for the brand that asks alone (D8)."""

from typing import Any

import httpx
import pytest

from chassis.context import Context
from chassis.http import Kind
from chassis.testing import calling
from discovery.domain.profiles import ProfileRecord
from discovery.domain.registration import Details
from discovery.domain.standing_figures import Said
from discovery.search import finding
from discovery.store import documents
from tests.discovery.builders import NOON
from tests.discovery.search.asking import ANNA, BEPPE, CLAUDE, asked, say_campaigns, token


@pytest.fixture
async def judged(brand: httpx.AsyncClient, context: Context[Any]) -> None:
    """The same three as the store has them, for what is read there."""
    views = {"anna.bakes": (60_000, 20_000), "beppe.draws": (9_000, None), "claude": (None, None)}
    for profile in (ANNA, BEPPE, CLAUDE):
        followers, average = views[profile.id]
        told = {"handle": profile.handle, "followers": followers, "average_views": average}
        if profile is ANNA:
            told["countries"] = (("IT", 6_000),)
        record = ProfileRecord(
            id=profile.id,
            revision=1,
            network=profile.network,
            known={name: Said(NOON, "test", value) for name, value in told.items() if value is not None},
            details=Details(said_by="a-1", categories=profile.categories),
        )
        await context.db["profiles"].insert_one(documents.of_profile(record))


@pytest.mark.usefixtures("judged")
async def test_creators_in_the_order_of_fit_each_with_its_factors_page_by_page(brand, context):
    persona = await brand.post(
        "/v1/personas", json={"name": "Bakers", "countries": ["IT"]}, headers={"idempotency-key": "p-1"}
    )
    params = {"sort": "fit", "fit_persona": persona.json()["id"], "fit_category": "food", "currency": "EUR"}
    found = await asked(brand, **params)
    assert [one["handle"] for one in found["items"]] == ["anna.bakes", "beppe.draws", "claude"]
    anna, beppe, claude = found["fits"]
    assert [fit["profile"] for fit in found["fits"]] == [one["id"] for one in found["items"]]
    assert anna["score"] == pytest.approx((20_000 * 0.25 * 0.6 + 20_000 * 1.0 * 1.0) / 2)
    assert (claude["score"], claude["viewers"]) == (None, None)
    assert {factor["name"] for factor in beppe["factors"]} >= {"reach", "engagement", "relevance", "audience"}
    assert (found["total"], found["facets"]["countries"]) == (3, {"IT": 2, "FR": 1})
    seen, cursor = [], None
    while True:
        page = await asked(brand, **params, limit=1, **({"cursor": cursor} if cursor else {}))
        seen += [one["handle"] for one in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
        last = cursor
    assert seen == ["anna.bakes", "beppe.draws", "claude"]
    other = await brand.get("/v1/creators", params={**params, "fit_category": "art", "cursor": last})
    assert [error["field"] for error in other.json()["errors"]] == ["cursor"]


@pytest.mark.usefixtures("judged")
async def test_what_a_brand_set_by_hand_counts_in_its_own_order_only(app, brand):
    params = {"sort": "fit", "fit_type": "peer"}
    assert (await brand.put("/v1/creators/anna.bakes/relevance", json={"relevance": 1})).status_code == 204
    found = await asked(brand, **params)
    assert [one["handle"] for one in found["items"]] == ["beppe.draws", "anna.bakes", "claude"]
    assert next(one for one in found["fits"][1]["factors"] if one["name"] == "relevance")["by_hand"] is True
    async with calling(app, token(Kind.BRAND, "b-2")) as other:
        assert next(one["handle"] for one in (await asked(other, **params))["items"]) == "anna.bakes"


@pytest.mark.usefixtures("judged")
async def test_a_campaign_s_category_is_what_creators_are_to_fit(brand, context):
    await say_campaigns(context, ("k-1", "b-1"), category="art")
    await say_campaigns(context, ("k-2", "b-1"), category="no-such-category")
    found = await asked(brand, sort="fit", fit_campaign="k-1")
    category = next(one for one in found["fits"][0]["factors"] if one["name"] == "category")
    assert category["inputs"]["wanted"] == ["art"]
    plain = await asked(brand, sort="followers", fit_campaign="k-2")
    assert [one["handle"] for one in plain["items"]] == ["anna.bakes", "beppe.draws", "claude"]
    assert next(one for one in plain["fits"][0]["factors"] if one["name"] == "category")["inputs"] == {}


@pytest.mark.usefixtures("judged")
async def test_a_persona_with_every_part_puts_creators_in_order_and_says_why(brand, app):
    persona = {
        "name": "Bakers",
        "jobs": ["baker"],
        "interests": ["art"],
        "professional": True,
        "peers": ["@claude"],
        "leave_out": ["FR", "food"],
    }
    made = (await brand.post("/v1/personas", json=persona, headers={"idempotency-key": "p-9"})).json()["id"]
    params = {"sort": "fit", "fit_persona": made}
    found = await asked(brand, **params)
    assert [one["handle"] for one in found["items"]] == ["beppe.draws", "anna.bakes", "claude"]
    beppe, anna, claude = found["fits"]
    assert [fit["left_out"] for fit in (beppe, anna, claude)] == [[], ["food"], []]
    by_name = {each["name"]: each["inputs"] for each in beppe["factors"]}
    assert by_name["interests"] == {"wanted": ["art", "baker"], "found": ["art"]}
    assert by_name["type"]["persona"] == "professional"
    alone = (await brand.post(f"/v1/creators/{ANNA.id}/fit", json={"persona": made})).json()
    assert alone["left_out"] == ["food"]
    assert alone["views"] == {"low": 5_000, "high": 20_000}
    async with calling(app, token(Kind.BRAND, "b-2")) as other:
        assert (await other.post(f"/v1/creators/{ANNA.id}/fit", json={"persona": made})).status_code == 404


@pytest.mark.usefixtures("judged")
async def test_pages_go_on_from_who_is_left_out(brand):
    made = await brand.post(
        "/v1/personas", json={"name": "All", "leave_out": ["IT"]}, headers={"idempotency-key": "p-10"}
    )
    params = {"sort": "fit", "fit_persona": made.json()["id"], "limit": 1}
    seen: list[str] = []
    page = await asked(brand, **params)
    while True:
        seen += [one["handle"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        page = await asked(brand, **params, cursor=page["next_cursor"])
    assert seen == ["claude", "anna.bakes", "beppe.draws"]


async def test_of_another_brand_s_persona_nothing_is_told(app, brand):
    made = await brand.post("/v1/personas", json={"name": "Bakers"}, headers={"idempotency-key": "p-2"})
    async with calling(app, token(Kind.BRAND, "b-2")) as other:
        answer = await other.get("/v1/creators", params={"sort": "fit", "fit_persona": made.json()["id"]})
        assert answer.status_code == 404


async def test_too_many_for_an_order_by_fit_are_refused_with_their_number(brand, monkeypatch):
    monkeypatch.setattr(finding, "MOST_SCORED", 2)
    answer = await brand.get("/v1/creators", params={"sort": "fit", "fit_type": "peer"})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["message"][:22]) == ("sort", "3 creators are found, ")


@pytest.mark.parametrize(
    "params",
    [
        {"worked_with_us": True},
        {"not_in_campaign": "k-1"},
        {"shortlist": "s-1"},
        {"fit_persona": "p-1"},
        {"fit_budget": 5},
    ],
)
async def test_an_operator_has_no_brand_to_ask_about(app, brand, params):
    async with calling(app, token(Kind.OPERATOR, "o-1")) as operator:
        answer = await operator.get("/v1/creators", params=params)
        assert [error["field"] for error in answer.json()["errors"]] == list(params)
        assert (await asked(operator))["total"] == 3
