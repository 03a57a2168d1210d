"""What makes money of viewers: the brand's own completed collaborations, and what its campaigns cost (D8)."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.http import Kind
from chassis.testing import a_token, calling
from contracts.campaigns import Budget, CollaborationStatus
from contracts.discovery import DeliverableKind
from contracts.money import Money
from discovery.domain.fit import UNKNOWN_FEE, Figures, Question, fit
from discovery.domain.history import Done, history
from discovery.domain.profiles import profile_id
from discovery.domain.ranges import Range
from discovery.handlers import keep_collaboration, keep_sales
from tests.discovery.builders import a_collaboration
from tests.discovery.search.asking import say_campaigns
from tests.discovery.test_sales import a_decision
from tests.discovery.test_snapshots import a_look, an_observation, observe

KNOWN = Figures(followers=200_000, median_views_7d=50_000)
KRISTA = profile_id("tiktok", "krista.makes")
FIT = f"/v1/creators/{KRISTA}/fit"


def a_brand(app: Any, brand: str = "b-1") -> Any:
    return calling(app, a_token(Kind.BRAND, "m-1", audience="discovery", brand=brand))


@pytest.fixture
async def krista(context: Any) -> str:
    """Somebody with 25,000 to 50,000 views after seven days."""
    await observe(context, an_observation(a_look(followers=200_000, median_views=50_000)))
    return KRISTA


async def completed(context: Any, *, net: int, named: str = "c-1") -> None:
    done = a_collaboration(KRISTA, "a-1", named=named, status=CollaborationStatus.COMPLETED)
    await context.transactions.run(partial(keep_collaboration, done))
    await context.transactions.run(partial(keep_sales, [a_decision(net=net)]))


def test_sales_by_viewer_are_from_the_worst_to_the_best_of_what_is_over():
    unclear = Figures(followers=200_000, median_views=50_000)
    found = history(Question(), [Done(KNOWN, None, 100_000, 1), Done(unclear, None, 100_000, 1)])
    assert found is not None
    assert found.sales == Range(2.0, 4.0)  # 50,000 viewers sold 1,000.00; of the other they were 25,000 to 50,000
    assert found.collaborations == 2


def test_several_videos_share_what_was_sold():
    found = history(Question(), [Done(KNOWN, None, 100_000, 4)])
    assert found is not None
    assert found.sales == Range.of(0.5)


def test_a_relevance_set_by_hand_counts_in_the_history_too():
    found = history(Question(), [Done(KNOWN, 5_000, 100_000, 1)])
    assert found is not None
    assert found.sales == Range.of(4.0)


def test_what_came_back_is_no_debt_of_viewers_and_who_is_unknown_says_nothing():
    found = history(Question(), [Done(KNOWN, None, -5, 1), Done(Figures(), None, 100_000, 1)])
    assert found is not None
    assert (found.sales, found.collaborations) == (Range.of(0), 1)
    assert history(Question(), [Done(Figures(), None, 1, 1), Done(KNOWN, 0, 1, 1)]) is None


@given(st.integers(1, 10**7), st.integers(0, 50))
def test_who_tells_no_rate_is_not_the_cheapest(rate: int, per_viewer: int):
    question = Question(sales_per_viewer=Range.of(per_viewer))
    asking = replace(KNOWN, rates={(DeliverableKind.SHORT_VIDEO, "EUR"): rate})
    silent, told = fit(question, KNOWN), fit(question, asking)
    assert silent.score is not None
    assert told.score is not None
    sales = 50_000 * per_viewer
    assert silent.score == sales - UNKNOWN_FEE.middle * sales
    assert (told.score > silent.score) == (rate < UNKNOWN_FEE.middle * sales)
    assert silent.outcome == (None, sales)  # what is shown stays open: nobody knows the fee


async def test_completed_collaborations_make_money_of_viewers_and_what_is_typed_counts_before(app, context, krista):
    async with a_brand(app) as brand, a_brand(app, "b-2") as other:
        before = (await brand.post(FIT, json={"fee": 40_000})).json()
        assert (before["sales"], before["outcome_high"]) == (None, None)
        await completed(context, net=100_000)
        found = (await brand.post(FIT, json={"fee": 40_000})).json()
        assert found["sales"] == {"low": 2_000, "high": 4_000, "collaborations": 1}
        assert (found["outcome_low"], found["outcome_high"]) == (25_000 * 2 - 40_000, 50_000 * 4 - 40_000)
        dollars = (await brand.post(FIT, json={"fee": 40_000, "currency": "USD"})).json()
        assert dollars["sales"] is None  # nothing was sold in dollars
        typed = (await brand.post(FIT, json={"sales_per_thousand_viewers": [1_000, 1_500]})).json()
        assert typed["sales"] == {"low": 1_000, "high": 1_500, "collaborations": None}
        assert (await other.post(FIT, json={"fee": 40_000})).json()["sales"] is None


async def test_what_goes_on_is_no_history_yet(app, context, krista):
    await context.transactions.run(partial(keep_collaboration, a_collaboration(krista, "a-1")))
    await context.transactions.run(partial(keep_sales, [a_decision(net=100_000)]))
    async with a_brand(app) as brand:
        assert (await brand.post(FIT, json={})).json()["sales"] is None


async def test_a_campaign_s_sample_is_a_cost_in_its_currency_alone(app, context, krista):
    dollars = [Money(amount=amount, currency="USD") for amount in (1_000_000, 500, 300)]
    budget = Budget(amount=dollars[0], product=dollars[1], shipping=dollars[2])
    await say_campaigns(context, ("k-1", "b-1"), budget=budget)
    async with a_brand(app) as brand:
        found = (await brand.post(FIT, json={"campaign": "k-1", "fee": 40_000})).json()
        assert found["currency"] == "USD"
        assert found["costs"] == {"fee": 40_000, "product": 500, "shipping": 300, "other": 0}
        said = (await brand.post(FIT, json={"campaign": "k-1", "product_cost": 0, "shipping": 7})).json()
        assert (said["costs"]["product"], said["costs"]["shipping"]) == (0, 7)
        euros = (await brand.post(FIT, json={"campaign": "k-1", "currency": "EUR"})).json()
        assert (euros["costs"]["product"], euros["costs"]["shipping"]) == (0, 0)
        listed = await brand.get("/v1/creators", params={"fit_campaign": "k-1"})
        assert [fit["costs"]["product"] for fit in listed.json()["fits"]] == [500]


async def test_a_campaign_s_persona_is_whom_creators_are_judged_by(app, context, krista):
    shares = {"IT": 6_000, "FI": 4_000}
    await observe(context, an_observation(replace(a_look(1, followers=200_000), countries=shares)))
    async with a_brand(app) as brand:
        persona = (await brand.post("/v1/personas", json={"name": "Finns", "countries": ["FI"]})).json()["id"]
        await say_campaigns(context, ("k-1", "b-1"), persona=persona)
        await say_campaigns(context, ("k-2", "b-1"), persona="gone")

        async def audience(**said: Any) -> dict[str, Any]:
            factors = (await brand.post(FIT, json=said)).json()["factors"]
            return next(each["inputs"] for each in factors if each["name"] == "audience")

        assert await audience(campaign="k-1") == {"countries": 0.4}
        assert await audience(campaign="k-2") == {}
        italians = (await brand.post("/v1/personas", json={"name": "Italians", "countries": ["IT"]})).json()["id"]
        assert await audience(campaign="k-1", persona=italians) == {"countries": 0.6}


@pytest.mark.parametrize(("set_to", "counts"), [("peer", "peer"), ("", None), ("a-later-one", None)])
async def test_the_type_that_a_person_set_for_a_campaign_counts_unless_another_is_asked_for(
    app, context, krista, set_to, counts
):
    await say_campaigns(context, ("k-1", "b-1"), influencer_type=set_to)
    async with a_brand(app) as brand:

        async def wanted(**said: Any) -> str | None:
            factors = (await brand.post(FIT, json={"campaign": "k-1", **said})).json()["factors"]
            return next(each["inputs"].get("wanted") for each in factors if each["name"] == "type")

        assert await wanted() == counts
        assert await wanted(influencer_type="authoritative") == "authoritative"


async def test_no_prediction_is_kept_for_what_is_no_campaign_of_the_brand(app, context, krista):
    await say_campaigns(context, ("k-1", "b-2"))
    async with a_brand(app) as brand:
        assert (await brand.post(FIT, json={"campaign": "k-1"})).status_code == 404
        assert (await brand.post(FIT, json={"campaign": "nobody-s"})).status_code == 409
    assert await context.db["predictions"].count_documents({}) == 0
