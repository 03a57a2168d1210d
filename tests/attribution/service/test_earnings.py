"""MONEY 21, 23: balances are sums of ledger entries, and each entry is told with its cause."""

from datetime import UTC, datetime
from typing import Any

import pytest

from attribution.domain.ledger import Cause, balances, operator_account
from attribution.words import CAUSES
from contracts.campaigns import Deliverable, Tier
from contracts.http.attribution import AmountsOut, CampaignCosts, EarningsOut, EntryOut
from contracts.money import Money
from contracts.stores import OrderState
from tests.attribution.builders import (
    CAMPAIGN,
    CREATOR,
    DAY,
    HOUR,
    NOON,
    SECOND,
    a_click_recorded,
    a_line,
    a_refund,
    a_refund_line,
    an_order_observed,
    percent,
    some_terms,
)
from tests.attribution.service.kit import Attribution, a_brand_registered, an_agreement, only

CLOSE = datetime(2026, 4, 1, tzinfo=UTC)
TIERS = (Tier(volume=Money(amount=10_000, currency="EUR"), basis_points=1_200),)


@pytest.fixture
async def earned(known: Attribution) -> Attribution:
    """An order of 150.00 at 10 %, an approved fee of 40.00, a closed month (2 % of 50.00 more)."""
    video = Deliverable(id="video", fee=Money(amount=4_000, currency="EUR"), submission_approved_at=NOON)
    await known.hear(
        an_agreement(terms=(some_terms(tiers=TIERS, hold_days=60),), deliverables=(video,)), a_click_recorded()
    )
    await known.hear(an_order_observed(lines=(a_line(15_000),), paid_at=NOON, refunds=()))
    known.at(CLOSE + SECOND)
    await known.parts.timers.tick()
    return known


async def asked(client: Any, path: str) -> Any:
    async with client as http:
        answer = await http.get(path)
    assert answer.status_code == 200, answer.text
    return answer


async def all_entries(service: Attribution, client: Any, path: str) -> list[EntryOut]:
    """Page by page, two at a time."""
    found: list[EntryOut] = []
    cursor = ""
    async with client() as http:
        while cursor is not None:
            answer = await http.get(path, params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += [EntryOut.model_validate(item) for item in page["items"]]
            cursor = page.get("next_cursor")
    return found


async def balance(service: Attribution) -> Any:
    answer = await asked(service.creator(CREATOR), "/v1/earnings")
    return only(EarningsOut.model_validate_json(answer.content).balances)


async def test_fees_and_commission_are_told_apart_and_add_up(earned: Attribution):
    """MONEY 21, 22: a fee is payable at its approval, a commission after its hold."""
    told = await balance(earned)
    assert told.fees == AmountsOut(pending=0, payable=4_000, total=4_000)
    assert told.commission == AmountsOut(pending=1_600, payable=0, total=1_600)
    assert (told.pending, told.payable, told.total) == (1_600, 4_000, 5_600)
    earned.at(NOON + 61 * DAY)
    assert (await balance(earned)).commission == AmountsOut(pending=0, payable=1_600, total=1_600)


async def test_a_refund_after_it_was_payable_carries_over_negatively(earned: Attribution):
    """MONEY 21, A8: a reversal inherits the payable time, and so takes from what is payable at once."""
    earned.at(NOON + 61 * DAY)
    back = a_refund(a_refund_line(15_000), at=NOON + 61 * DAY)
    await earned.hear(
        an_order_observed(id="e2", version=NOON + 61 * DAY, lines=(a_line(15_000),), paid_at=NOON, refunds=(back,))
    )
    assert (await balance(earned)).commission == AmountsOut(pending=0, payable=0, total=0)


async def test_an_uplift_that_rests_on_a_held_order_is_not_payable(known: Attribution):
    """MONEY 5, 14."""
    await known.hear(an_agreement(terms=(some_terms(tiers=TIERS, hold_days=0),)), a_click_recorded())
    ahead = NOON + DAY
    await known.hear(an_order_observed(lines=(a_line(15_000),), placed_at=ahead, paid_at=ahead, refunds=()))
    known.at(CLOSE + SECOND)
    await known.parts.timers.tick()
    assert (await balance(known)).commission == AmountsOut(pending=1_600, payable=0, total=1_600)


async def test_each_entry_is_told_with_its_cause_in_words_and_all_together_are_the_balance(earned: Attribution):
    """MONEY 23."""
    found = await all_entries(earned, lambda: earned.creator(CREATOR), "/v1/earnings/entries")
    assert {entry.cause: entry.words for entry in found} == {
        cause.value: CAUSES[cause] for cause in (Cause.MONTH_CLOSE, Cause.DECISION, Cause.FEE_APPROVED)
    }
    by_cause = {entry.cause: entry for entry in found}
    assert by_cause["month-close"].month == "2026-03"
    assert by_cause["decision"].order == "store-1:1001"
    assert by_cause["fee-approved"].deliverable == "video"
    assert [entry.at for entry in found] == sorted((entry.at for entry in found), reverse=True)
    amounts = [amount for entry in found for amount in entry.amounts]
    assert {amount.creator for amount in amounts} == {CREATOR}
    assert sum(amount.amount for amount in amounts) == (await balance(earned)).total


async def test_a_campaigns_cost_is_the_sum_of_its_entries(earned: Attribution):
    """MONEY 23: the brand reads the same entries, by campaign."""
    answer = await asked(earned.brand(), f"/v1/campaigns/{CAMPAIGN}/costs")
    cost = only(CampaignCosts.model_validate_json(answer.content).costs)
    assert (cost.currency, cost.commission, cost.fees, cost.total) == ("EUR", 1_600, 4_000, 5_600)
    found = await all_entries(earned, earned.brand, f"/v1/campaigns/{CAMPAIGN}/entries")
    assert sum(amount.amount for entry in found for amount in entry.amounts) == cost.total


async def test_nobody_reads_anothers_entries(earned: Attribution):
    """X4."""
    await earned.hear(a_brand_registered("brand-2"))
    assert await all_entries(earned, lambda: earned.creator("creator-2"), "/v1/earnings/entries") == []
    for path in ("costs", "entries"):
        async with earned.brand("brand-2") as http:
            assert (await http.get(f"/v1/campaigns/{CAMPAIGN}/{path}")).status_code == 404
        async with earned.creator(CREATOR) as http:
            assert (await http.get(f"/v1/campaigns/{CAMPAIGN}/{path}")).status_code == 403


def test_every_cause_has_its_words():
    assert set(CAUSES) == set(Cause)


@pytest.fixture
async def shared(known: Attribution) -> Attribution:
    """Two campaigns share each order in equal parts, at other rates; the operator has 7.77 % on top."""
    await known.hear(
        an_agreement(),
        an_agreement(
            id="collaboration-2", creator="creator-2", campaign="campaign-2", terms=(some_terms(rates=(percent(333),)),)
        ),
    )
    await known.hear(
        a_click_recorded(),
        a_click_recorded(id="click-2", collaboration="collaboration-2", creator="creator-2", campaign="campaign-2"),
    )
    async with known.brand() as http:
        assert (await http.put("/v1/policy", json={"model": "linear"}, headers={"If-Match": '"1"'})).status_code == 200
    async with known.operator() as http:
        share = {"operator_share": 777}
        told = await http.put("/v1/brands/brand-1/operator-share", json=share, headers={"If-Match": '"2"'})
    assert told.status_code == 200, told.text
    known.at(NOON + HOUR)
    return known


def an_order_of(number: int, price: int, *clicks: str, **changes: Any) -> Any:
    return an_order_observed(
        id=f"{number}-{len(changes)}",
        order=f"store-1:{number}",
        placed_at=NOON + HOUR,
        received_at=NOON + HOUR,
        version=NOON + (1 + len(changes)) * HOUR,
        lines=(a_line(price),),
        click_ids=clicks,
        **changes,
    )


async def costs_of(service: Attribution, campaign: str) -> Any:
    answer = await asked(service.brand(), f"/v1/campaigns/{campaign}/costs")
    return only(CampaignCosts.model_validate_json(answer.content).costs)


async def owed_to_the_operator(service: Attribution) -> int:
    return balances(await service.ledger()).get((operator_account("brand-1"), "EUR"), 0)


async def test_the_operator_s_share_is_told_apart_by_campaign_and_adds_up_to_the_cent(shared: Attribution):
    """A8: reckoned by the order, so that campaigns that share one must have parts of it."""
    await shared.hear(an_order_of(1, 12_345, "click-1"))
    alone = await costs_of(shared, CAMPAIGN)
    assert (alone.total, alone.operator_share) == (1_234, await owed_to_the_operator(shared))
    assert alone.operator_share == 96
    await shared.hear(*(an_order_of(number, 1_000 + 997 * number, "click-1", "click-2") for number in range(2, 12)))
    one, two = await costs_of(shared, CAMPAIGN), await costs_of(shared, "campaign-2")
    assert one.operator_share + two.operator_share == await owed_to_the_operator(shared)
    assert 0.06 < two.operator_share / two.total < 0.09
    back = a_refund(a_refund_line(6_984), at=NOON + 2 * HOUR)
    await shared.hear(an_order_of(6, 6_982, "click-1", "click-2", refunds=(back,)))
    await shared.hear(an_order_of(7, 7_979, "click-1", "click-2", state=OrderState.CANCELLED))
    after = await costs_of(shared, CAMPAIGN)
    assert after.operator_share < one.operator_share
    assert after.operator_share + (await costs_of(shared, "campaign-2")).operator_share == (
        await owed_to_the_operator(shared)
    )


async def test_fees_and_the_operator_s_share_of_nothing_are_nothing(earned: Attribution):
    assert (await costs_of(earned, CAMPAIGN)).operator_share == 0
