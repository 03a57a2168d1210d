"""A campaign written part by part: any order leads to the same campaign, and nothing wrong gets in (C1 to C4)."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from campaigns.domain import drafts
from campaigns.domain.collaborations.terms import first_terms
from contracts.http.campaigns import CampaignTerms, ChangeDraft
from tests.campaigns.builders import DOMAINS, FAR, NOON, a_campaign, a_draft, a_work

EURO = {"amount": 100, "currency": "EUR"}
RATES = [
    {"plan": "percent", "basis_points": 2000, "product": "17"},
    {"plan": "fixed", "per_unit": EURO, "collection": "Sale", "customer": "new"},
]
PARTS: dict[str, Any] = {
    "name": "Autumn lamps",
    "landing_url": "https://shop.example/lamps",
    "products": ["17", "18"],
    "goal": a_draft()["goal"],
    "ends_at": FAR,
    "category": "home",
    "channels": ["tiktok", "youtube"],
    "needs": ["visual"],
    "brief": {"product": "Reading lamp", "tone": "calm"},
    "terms": a_draft()["terms"] | {"rates": RATES, "deliverables": [a_work(number=2)]},
    "program": {"eligibility": {"min_followers": 5000}},
    "budget": {"amount": EURO},
}
FACTS: dict[str, Any] = {"domains": DOMAINS, "currency": "EUR", "unknown_products": [], "now": NOON}


def asked(**parts: Any) -> ChangeDraft:
    return ChangeDraft.model_validate(parts)


def begun(**parts: Any) -> drafts.DraftRecord:
    return drafts.begun(asked(**parts), id_="k-1", brand="b-1", now=NOON)


def refused(parts: dict[str, Any], **facts: Any) -> list[str]:
    content = begun(**parts).content
    return [fault.field for fault in drafts.faults(content, **(FACTS | facts))]


@given(st.permutations(list(PARTS)))
def test_in_whatever_order_the_parts_are_written_the_campaign_is_the_same(order):
    draft = begun()
    for number, name in enumerate(order):
        assert (drafts.whole(draft) is None) is (not set(drafts.NEEDED) <= set(order[:number]))
        draft = drafts.changed(draft, asked(**{name: PARTS[name]}))
    once = drafts.whole(begun(**PARTS))
    assert once is not None
    assert drafts.whole(draft) == drafts.whole(drafts.changed(begun(**PARTS), asked())).__class__(
        **{name: getattr(once, name) for name in once.__slots__} | {"revision": len(order) + 1}
    )


def test_what_stands_beside_brief_and_terms_ends_in_them():
    campaign = drafts.whole(begun(**PARTS))
    assert campaign is not None
    assert campaign.terms.products == ("17", "18")
    assert (campaign.brief.category, campaign.brief.needs) == ("home", ("visual",))
    assert campaign.brief.tone == "calm"


def test_a_campaign_that_is_a_draft_comes_back_as_it_was_written():
    campaign = drafts.whole(begun(**PARTS))
    assert campaign is not None
    again = drafts.of_campaign(campaign)
    assert again.is_campaign
    assert drafts.whole(again) == campaign
    later = drafts.whole(drafts.changed(again, asked(brief={"product": "Another lamp"})))
    assert later is not None
    assert (later.brief.product, later.brief.tone, later.brief.category) == ("Another lamp", "", "home")


@pytest.mark.parametrize("name", sorted(drafts.NEEDED))
def test_without_a_part_that_is_needed_it_is_no_campaign_and_says_which(name):
    content = begun(**{part: value for part, value in PARTS.items() if part != name}).content
    assert [lack.field for lack in drafts.lacks(content)] == [name]


def test_an_empty_draft_lacks_all_that_is_needed():
    assert [lack.field for lack in drafts.lacks(begun().content)] == list(drafts.NEEDED)


@pytest.mark.parametrize("name", [*sorted(drafts.NEEDED), *sorted(drafts.TAKEN_AWAY)])
def test_null_takes_away_what_a_campaign_can_do_without_and_nothing_else(name):
    after = drafts.changed(begun(**PARTS), asked(**{name: None})).content
    assert (getattr(after, name) is None) is (name in drafts.TAKEN_AWAY)


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        pytest.param({"landing_url": "https://evil.example/"}, "landing_url", id="a foreign page"),
        pytest.param({"goal": PARTS["goal"] | {"deadline": NOON}}, "goal.deadline", id="a deadline of the past"),
        pytest.param(
            {"goal": PARTS["goal"] | {"deadline": "9999-01-01T00:00:00Z"}}, "goal.deadline", id="a slip of the year"
        ),
        pytest.param({"ends_at": NOON}, "ends_at", id="an end of the past"),
        pytest.param({"ends_at": "2999-01-01T00:00:00Z"}, "ends_at", id="an end that nobody sees"),
        pytest.param({"category": "lamps"}, "category", id="no category"),
        pytest.param({"budget": {"amount": {"amount": 1, "currency": "USD"}}}, "budget.amount.currency", id="dollars"),
        pytest.param(
            {"terms": PARTS["terms"] | {"deliverables": [a_work(concept_due="2020-01-01T00:00:00Z")]}},
            "terms.deliverables.0.concept_due",
            id="a step of the past",
        ),
        pytest.param(
            {"terms": PARTS["terms"] | {"deliverables": [a_work(fee=EURO)]}}, "terms.deliverables", id="parts of a fee"
        ),
    ],
)
def test_what_a_brand_can_not_mean_is_named(parts, field):
    assert refused(parts) == [field]


def test_nothing_is_wrong_with_what_can_be_meant():
    assert refused(PARTS) == []


def test_all_that_is_wrong_is_told_at_once():
    parts = {"landing_url": "https://evil.example/", "goal": PARTS["goal"] | {"deadline": NOON}, "ends_at": NOON}
    assert refused(parts) == ["landing_url", "goal.deadline", "ends_at"]


def test_products_that_the_catalogue_does_not_have_are_named_where_they_stand():
    assert refused(PARTS, unknown_products=["17"]) == ["products", "terms.rates.0.product"]


def test_only_what_is_written_now_keeps_it_from_being_saved():
    late = begun(goal=PARTS["goal"] | {"deadline": NOON}, brief=PARTS["brief"])
    faults = list(drafts.faults(late.content, **FACTS))
    assert drafts.concern(asked(brief=PARTS["brief"]), iter(faults)) == []
    assert [one.field for one in drafts.concern(asked(goal=PARTS["goal"]), iter(faults))] == ["goal.deadline"]


@pytest.mark.parametrize(
    ("rates", "says"),
    [
        pytest.param([{"plan": "percent", "basis_points": 1}], "names no product", id="a second default"),
        pytest.param([RATES[0], RATES[0] | {"basis_points": 9}], "never pays", id="the same twice"),
        pytest.param([{"plan": "percent", "per_unit": EURO, "product": "1"}], "as its plan says", id="the other plan"),
        pytest.param([{"plan": "fixed", "basis_points": 1, "product": "1"}], "as its plan says", id="no amount"),
        pytest.param(
            [{"plan": "percent", "basis_points": 1, "per_unit": EURO, "product": "1"}], "as its plan says", id="both"
        ),
        pytest.param(
            [{"plan": "fixed", "per_unit": {"amount": 1, "currency": "USD"}, "product": "1"}],
            "another currency",
            id="dollars",
        ),
        pytest.param(
            [{"plan": "fixed", "per_unit": {"amount": -1, "currency": "EUR"}, "product": "1"}],
            "no amount",
            id="below zero",
        ),
    ],
)
def test_a_rate_that_could_not_be_meant_is_refused(rates, says):
    with pytest.raises(ValidationError, match=says):
        CampaignTerms.model_validate(PARTS["terms"] | {"rates": rates})


def test_the_rates_of_a_plan_stand_before_its_default_in_what_is_offered():
    terms = a_campaign(terms={"rates": RATES}).terms
    version = first_terms(terms, None, NOON)
    assert [rate.is_default for rate in version.rates] == [False, False, True]
    assert version.rates[0].product == "17"
    assert version.rates[-1].basis_points == terms.commission
    assert version.in_force_at == NOON
    assert timedelta(hours=version.window_hours) == timedelta(days=30)
