"""Orders that are held, listed with what holds each: a brand's own to the brand, all of them to an operator."""

from typing import Any

import pytest

from attribution.domain.decisions import Hold
from attribution.store.releases import BY_A_PERSON
from attribution.words import HELD
from chassis.http import Kind
from chassis.testing import calling
from contracts.http.attribution import HeldOrderOut
from tests.attribution.builders import (
    CAMPAIGN,
    DAY,
    NOON,
    SECOND,
    a_click_recorded,
    an_order_observed,
    fixed,
    some_terms,
)
from tests.attribution.service.kit import Attribution, a_brand_registered, a_store_changed, an_agreement, only

OWNER, OTHER, OPERATOR = (Kind.BRAND, "brand-1"), (Kind.BRAND, "brand-2"), (Kind.OPERATOR, "operator-1")
LATE = NOON + 8 * DAY
"""When orders that were placed at noon arrive: more than seven days after."""


def late(number: int, second: int):
    placed = NOON + second * SECOND
    return an_order_observed(id=f"late-{number}", order=f"store-1:{number}", received_at=LATE, placed_at=placed)


@pytest.fixture
async def holding(known: Attribution) -> Attribution:
    """Three held orders of brand-1 (two of one second), one of brand-2, and one that is not held."""
    await known.hear(a_brand_registered("brand-2", revision=1), a_store_changed("store-2", "brand-2"))
    theirs = {"id": "collaboration-2", "brand": "brand-2", "campaign": "campaign-2", "creator": "creator-2"}
    await known.hear(an_agreement(), an_agreement(**theirs))
    await known.hear(
        a_click_recorded(),
        a_click_recorded(
            id="click-2", brand="brand-2", campaign="campaign-2", collaboration="collaboration-2", creator="creator-2"
        ),
    )
    await known.hear(an_order_observed(order="store-1:9", id="in-time"))
    known.at(LATE)
    await known.hear(late(1, 1), late(2, 2), late(3, 2))
    await known.hear(
        an_order_observed(
            id="other", store="store-2", order="store-2:1", received_at=LATE, placed_at=NOON, click_ids=("click-2",)
        )
    )
    return known


async def held(service: Attribution, who: Any = OWNER, query: str = "") -> tuple[list[HeldOrderOut], str | None]:
    async with calling(service.app, service.token(*who)) as http:
        answer = await http.get(f"/v1/orders/held{query}")
    assert answer.status_code == 200, answer.text
    page = answer.json()
    return [HeldOrderOut.model_validate(item) for item in page["items"]], page["next_cursor"]


async def test_a_brand_sees_its_held_orders_with_the_reason_and_who_may_release_them(holding: Attribution):
    """MONEY 5."""
    rows, _ = await held(holding)
    assert [row.order for row in rows] == ["store-1:3", "store-1:2", "store-1:1"], "newest first, then by id"
    hold = only(rows[0].holds)
    assert (hold.reason, hold.words, hold.by_person) == (
        "placed-long-before-receipt",
        HELD[Hold.PLACED_LONG_BEFORE_RECEIPT],
        True,
    )
    assert (rows[0].commission, rows[0].posted, rows[0].held) == (1_000, True, ("placed-long-before-receipt",))


async def test_an_operator_sees_those_of_all_brands_and_a_creator_none(holding: Attribution):
    """X4."""
    assert [(row.order, row.brand) for row in (await held(holding, OPERATOR))[0]] == [
        ("store-1:3", "brand-1"),
        ("store-1:2", "brand-1"),
        ("store-1:1", "brand-1"),
        ("store-2:1", "brand-2"),
    ]
    assert [row.order for row in (await held(holding, OTHER))[0]] == ["store-2:1"]
    async with holding.creator("creator-1") as http:
        assert (await http.get("/v1/orders/held")).status_code == 403


@pytest.mark.parametrize(("who", "count"), [(OWNER, 3), (OPERATOR, 4)])
async def test_pages_of_held_orders_join_without_gap_or_double(holding: Attribution, who: Any, count: int):
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        rows, cursor = await held(holding, who, f"?limit=1&cursor={cursor}" if cursor else "?limit=1")
        assert len(rows) <= 1
        seen += [row.order for row in rows]
    assert len(seen) == len(set(seen)) == count


async def test_a_release_takes_an_order_from_the_list(holding: Attribution):
    async with calling(holding.app, holding.token(*OPERATOR)) as http:
        answer = await http.post("/v1/orders/store-1:2/release", json={"note": "asked the shop"})
    assert answer.status_code == 200, answer.text
    assert [row.order for row in (await held(holding))[0]] == ["store-1:3", "store-1:1"]
    async with calling(holding.app, holding.token(*OTHER)) as http:
        assert (await http.post("/v1/orders/store-1:3/release", json={})).status_code == 404
    assert len((await held(holding))[0]) == 2


async def test_what_waits_for_a_fact_is_listed_and_nobody_may_release_it(known: Attribution):
    """MONEY 16: the collaboration pays in a currency whose rate of that day is not there yet."""
    await known.hear(an_agreement(terms=(some_terms(rates=(fixed(100, "SEK"),)),)), a_click_recorded())
    await known.hear(an_order_observed())
    hold = only(only((await held(known))[0]).holds)
    assert (hold.reason, hold.by_person) == ("no-fixing", False)
    async with known.brand() as http:
        assert (await http.post("/v1/orders/store-1:1001/release", json={})).status_code == 409


def test_only_the_claimed_time_is_a_persons_to_release():
    assert {Hold.PLACED_AFTER_RECEIPT, Hold.PLACED_LONG_BEFORE_RECEIPT} == BY_A_PERSON


@pytest.mark.parametrize(
    ("query", "index"), [({"brand": "brand-1"}, "held_of_brand"), ({}, "held")], ids=["a brand's", "everybody's"]
)
async def test_the_lists_read_held_orders_only(holding: Attribution, query: dict[str, Any], index: str):
    """A brand has a hundred thousand orders, and holds five."""
    asked = {
        "find": "orders",
        "filter": {"placed_at": {"$ne": None}} | query | {"held.0": {"$exists": True}},
        "sort": {"placed_at": -1, "_id": -1},
        "limit": 26,
    }
    plan = (await holding.db.command("explain", asked, verbosity="executionStats"))["executionStats"]
    assert plan["totalDocsExamined"] == plan["nReturned"] == (3 if query else 4)
    assert f"'indexName': '{index}'" in str(plan["executionStages"])


async def test_the_campaign_s_own_list_still_has_them(holding: Attribution):
    async with holding.brand() as http:
        page = (await http.get(f"/v1/orders?campaign={CAMPAIGN}")).json()
    assert len(page["items"]) == 4
