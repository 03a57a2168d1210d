"""MONEY 14 in the store: a month closes by a durable timer, once, and later changes adjust it by difference."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from attribution.domain.ledger import Cause, LegKind
from attribution.store import fixings
from attribution.store.verify import Counts, verify
from contracts.campaigns import Tier
from contracts.money import Money
from contracts.stores import OrderObserved
from local.stack import Addressed
from tests.attribution.builders import (
    COLLABORATION,
    CREATOR,
    DAY,
    HOUR,
    MINUTE,
    NOON,
    a_click_recorded,
    a_line,
    a_refund,
    a_refund_line,
    an_order_observed,
    some_terms,
)
from tests.attribution.service.kit import (
    Attribution,
    a_brand_registered,
    a_store_changed,
    an_agreement,
    an_attribution,
    only,
)
from tests.support.emptying import empty_collections

MARCH = f"2026-03:{COLLABORATION}"
CLOSE = datetime(2026, 4, 1, tzinfo=UTC)
TIERS = (
    Tier(volume=Money(amount=10_000, currency="EUR"), basis_points=1_200),
    Tier(volume=Money(amount=20_000, currency="EUR"), basis_points=1_500),
)
CAP = Money(amount=5_000, currency="EUR")


def agreed_with_tiers(**terms: Any):
    return an_agreement(terms=(some_terms(**{"tiers": TIERS, "cap": CAP, **terms}),))


def an_order(n: int, price: int = 15_000, *, version: int = 0, **changes: Any) -> OrderObserved:
    """Paid at its time, in March unless `placed_at` says otherwise; `version` in hours."""
    at = changes.pop("placed_at", NOON + n * MINUTE)
    return an_order_observed(
        id=f"order-{n}-{version}",
        order=f"store-1:{n}",
        lines=(a_line(price),),
        version=at + version * HOUR,
        received_at=at + version * HOUR,
        **{"placed_at": at, "paid_at": at, "refunds": (), **changes},
    )


@pytest.fixture
async def agreed(known: Attribution) -> Attribution:
    await known.hear(agreed_with_tiers(), a_click_recorded())
    return known


async def closes(service: Attribution) -> int:
    """The first of April comes; returns how many timers fired."""
    service.at(CLOSE + timedelta(seconds=1))
    return await service.parts.timers.tick()


async def entries(service: Attribution, month: str = "2026-03") -> list[tuple[int, str, dict[str, int]]]:
    """Number, cause and what each of the month's entries adds for the creator, by kind."""
    found = []
    for row in await service.db["ledger"].find({"month": month}).sort("number", 1).to_list(None):
        sums: dict[str, int] = {}
        for leg in row["legs"]:
            if leg.get("creator"):
                sums[leg["kind"]] = sums.get(leg["kind"], 0) + leg["amount"]
        found.append((row["number"], row["cause"], sums))
    return found


async def differences(service: Attribution) -> list[str]:
    return [f"{one.order} {one.check}" async for one in verify(service.db, Counts(), service.now())]


async def test_a_month_posts_its_uplift_at_the_close_and_not_before(agreed: Attribution):
    """MONEY 14: orders post the base rate."""
    await agreed.hear(an_order(1), an_order(2))
    assert await entries(agreed) == []
    assert only(await agreed.all_of("timers"))["due"] == CLOSE
    assert await agreed.balance(CREATOR) == 3_000
    assert await closes(agreed) == 1
    assert await entries(agreed) == [(1, Cause.MONTH_CLOSE, {LegKind.TIER_UPLIFT: 200 + 500})]
    assert await agreed.balance(CREATOR) == 3_700
    row = only(await agreed.all_of("ledger", {"month": "2026-03"}))
    assert row["_id"] == f":month:{MARCH}#1"
    assert (row["collaboration"], row["cause"], "order" in row) == (COLLABORATION, "month-close", False)
    assert await differences(agreed) == []


async def test_a_batch_of_orders_sets_one_timer_and_writes_no_month_twice(agreed: Attribution):
    """The mark costs a look; while the month waits, later orders find that its timer is set."""
    await agreed.hear(an_order(1))
    claims = only(await agreed.all_of("months"))["claims"]
    await agreed.hear(an_order(2), an_order(3))
    assert only(await agreed.all_of("months"))["claims"] == claims
    assert len(await agreed.all_of("timers")) == 1


async def test_terms_without_tiers_and_cap_leave_no_mark(known: Attribution):
    await known.hear(an_agreement(), a_click_recorded())
    await known.hear(an_order(1))
    assert "months" not in only(await known.all_of("orders"))
    assert await known.all_of("months") == await known.all_of("timers") == []


async def test_with_tiers_or_cap_no_share_is_payable_before_the_close(agreed: Attribution):
    """MONEY 14, 21."""
    await agreed.hear(agreed_with_tiers(hold_days=0))
    event = an_agreement(revision=3, terms=(some_terms(tiers=TIERS, hold_days=0),))
    await agreed.hear(event, an_order(1))
    [share] = (await agreed.decided("store-1:1"))[-1].shares
    assert share.payable_at == CLOSE
    legs = only(await agreed.ledger("store-1:1")).legs
    assert {leg.payable_at for leg in legs if leg.creator} == {CLOSE}


async def test_what_changes_after_the_close_adjusts_it_by_difference(agreed: Attribution):
    """MONEY 14: a late order, a refund in a later month, a cancellation, and its undoing."""
    await agreed.hear(an_order(1))
    await closes(agreed)
    await agreed.hear(an_order(2))
    back = a_refund(a_refund_line(15_000), at=NOON + 35 * DAY)
    await agreed.hear(an_order(2, version=1, refunds=(back,)))
    await agreed.hear(an_order(1, version=1, state="cancelled"))
    await agreed.hear(an_order(1, version=2))
    assert await entries(agreed) == [
        (1, Cause.MONTH_CLOSE, {LegKind.TIER_UPLIFT: 100}),
        (2, Cause.MONTH_CHANGE, {LegKind.TIER_UPLIFT: 600}),
        (3, Cause.MONTH_CHANGE, {LegKind.TIER_UPLIFT: -600}),
        (4, Cause.MONTH_CHANGE, {LegKind.TIER_UPLIFT: -100}),
        (5, Cause.MONTH_CHANGE, {LegKind.TIER_UPLIFT: 100}),
    ]
    assert await differences(agreed) == []


async def test_a_cap_that_bites_is_released_by_a_refund(agreed: Attribution):
    """MONEY 14."""
    await agreed.hear(an_order(1, 50_000))
    await closes(agreed)
    assert await agreed.balance(CREATOR) == CAP.amount
    await agreed.hear(an_order(1, 50_000, version=1, refunds=(a_refund(a_refund_line(40_000)),)))
    assert await agreed.balance(CREATOR) == 1_000
    assert await differences(agreed) == []


async def test_an_order_whose_time_is_corrected_moves_to_its_own_month(agreed: Attribution):
    """MONEY 14, 19: a higher version; both months follow, the later one at its own close."""
    await agreed.hear(an_order(1, 30_000))
    await closes(agreed)
    moved = CLOSE - 2 * HOUR
    await agreed.hear(an_order(1, 30_000, version=1, placed_at=NOON + 28 * DAY))
    assert (await entries(agreed))[0][2] == {LegKind.TIER_UPLIFT: 700}
    april = a_click_recorded(id="click-2", at=moved)
    await agreed.hear(april)
    await agreed.hear(an_order(1, 30_000, version=2, placed_at=CLOSE + HOUR, click_ids=("click-2",)))
    assert sum(legs.get(LegKind.TIER_UPLIFT, 0) for _, _, legs in await entries(agreed)) == 0
    assert await entries(agreed, "2026-04") == []
    agreed.at(datetime(2026, 5, 1, tzinfo=UTC))
    await agreed.parts.timers.tick()
    assert await entries(agreed, "2026-04") == [(1, Cause.MONTH_CLOSE, {LegKind.TIER_UPLIFT: 700})]
    assert await differences(agreed) == []


async def test_a_month_ends_in_the_brands_zone_and_a_corrected_zone_moves_its_orders(agreed: Attribution):
    """MONEY 14: the zone is a fact that decisions name; who registers late decides again."""
    late = datetime(2026, 3, 31, 23, tzinfo=UTC)
    await agreed.hear(a_click_recorded(id="click-2", at=late - HOUR))
    agreed.at(late + HOUR / 2)
    await agreed.hear(an_order(1, 30_000, placed_at=late, click_ids=("click-2",)))
    assert only(await agreed.all_of("months"))["_id"] == MARCH
    await agreed.hear(a_brand_registered(revision=2, zone="Europe/Rome"))
    row = only(await agreed.all_of("orders"))
    assert [piece["key"] for piece in row["months"]] == [f"2026-04:{COLLABORATION}"]
    agreed.at(datetime(2026, 4, 30, 22, tzinfo=UTC) + timedelta(seconds=1))
    await agreed.parts.timers.tick()
    assert await entries(agreed) == []
    assert len(await entries(agreed, "2026-04")) == 1
    assert await differences(agreed) == []


async def test_a_brands_new_name_decides_no_order_again(agreed: Attribution):
    await agreed.hear(an_order(1))
    await agreed.hear(a_brand_registered(revision=2, name="Another name"))
    assert only(await agreed.all_of("orders"))["number"] == 1


async def test_tiers_that_are_agreed_later_count_the_months_earlier_orders(known: Attribution):
    """MONEY 14: volume is of all lines of the month, by whichever version."""
    await known.hear(an_agreement(), a_click_recorded())
    await known.hear(an_order(1))
    second = some_terms(number=2, tiers=TIERS, in_force_at=NOON + 90 * MINUTE)
    await known.hear(an_agreement(revision=3, terms=(some_terms(), second)))
    await known.hear(a_click_recorded(id="click-2", at=NOON + 95 * MINUTE))
    await known.hear(an_order(100, click_ids=("click-2",)))
    await closes(known)
    assert await entries(known) == [(1, Cause.MONTH_CLOSE, {LegKind.TIER_UPLIFT: 100 + 500})]
    assert await differences(known) == []


async def test_three_workers_close_a_month_once(agreed: Attribution, mongo: Addressed, used_again: str):
    """One timer, one firing in effect; a look at the same moment adds nothing."""
    await agreed.hear(an_order(1), an_order(2))
    agreed.at(CLOSE + timedelta(seconds=1))
    async with an_attribution(mongo.address, used_again) as second, an_attribution(mongo.address, used_again) as third:
        for other in (second, third):
            other.at(CLOSE + timedelta(seconds=1))
        await asyncio.gather(
            *(worker.parts.timers.tick() for worker in (agreed, second, third)),
            *(worker.run(lambda tx: tx.reckon_month(MARCH, CLOSE)) for worker in (agreed, second, third)),
        )
    assert await entries(agreed) == [(1, Cause.MONTH_CLOSE, {LegKind.TIER_UPLIFT: 700})]
    assert await agreed.all_of("timers") == []


async def test_a_worker_that_dies_with_the_timer_in_its_hand_leaves_it_to_another(agreed: Attribution):
    """Killed after it claimed the timer: the lease ends, and the month closes once all the same."""
    await agreed.hear(an_order(1))
    agreed.at(CLOSE + timedelta(seconds=1))
    await agreed.db["timers"].update_many({}, {"$set": {"owner": "dead", "lease_until": CLOSE + 365 * 100 * DAY}})
    assert await agreed.parts.timers.tick() == 0
    await agreed.db["timers"].update_many({}, {"$set": {"lease_until": NOON - 365 * 10 * DAY}})
    assert await agreed.parts.timers.tick() == 1
    assert len(await entries(agreed)) == 1


async def test_a_kill_between_an_order_and_its_month_is_swept(agreed: Attribution):
    """The mark is of the order's own transaction: what the dead process did not reckon, anybody does."""
    await agreed.hear(an_order(1))
    await closes(agreed)
    agreed.without_looks()
    await agreed.hear(an_order(2))
    assert len(await entries(agreed)) == 1
    assert await differences(agreed) == [f"{MARCH} month"]
    await agreed.sweep()
    assert len(await entries(agreed)) == 2
    assert await differences(agreed) == []


async def test_the_first_order_of_a_month_that_is_killed_before_its_timer_is_swept_too(agreed: Attribution):
    agreed.without_looks()
    await agreed.hear(an_order(1))
    assert await agreed.all_of("timers") == []
    await agreed.sweep()
    assert only(await agreed.all_of("timers"))["due"] == CLOSE


async def test_one_leg_changed_by_hand_is_named_and_ends_with_one(agreed: Attribution):
    """MONEY 23: verify recomputes months from their orders."""
    await agreed.hear(an_order(1))
    await closes(agreed)
    await agreed.db["ledger"].update_one(
        {"_id": f":month:{MARCH}#1"}, {"$inc": {"legs.0.amount": 1, "legs.1.amount": -1}}
    )
    assert await differences(agreed) == [f"{MARCH} month", f"{MARCH} standing"]


async def test_a_month_that_nobody_closed_and_a_contribution_that_is_wrong_are_named(agreed: Attribution):
    await agreed.hear(an_order(1))
    agreed.at(CLOSE)
    assert await differences(agreed) == [f"{MARCH} month"]
    await agreed.db["orders"].update_one({}, {"$set": {"months": []}})
    assert await differences(agreed) == ["store-1:1 month"]


async def test_an_entry_of_a_month_that_nothing_names_is_named(agreed: Attribution):
    await agreed.hear(an_order(1))
    await closes(agreed)
    await agreed.db["months"].delete_many({})
    await agreed.db["orders"].update_one({}, {"$set": {"months": []}})
    assert f"{MARCH} standing" in await differences(agreed)


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_came_before_or_after_the_close_the_balances_end_the_same(service: Attribution, seed: int):
    """MONEY 14: the same observations in another order, the close in the midst of them."""
    draw = random.Random(seed)
    observed = [
        an_order(
            draw.randint(1, 3),
            draw.choice([0, 9_999, 15_000, 40_000]),
            version=number,
            state=draw.choice(["paid", "paid", "cancelled", "pending"]),
            refunds=draw.choice([(), (a_refund(a_refund_line(5_000)),)]),
            placed_at=NOON + draw.choice([0, 20]) * DAY,
        )
        for number in range(6)
    ]
    ends = []
    for order in (observed, draw.sample(observed, len(observed))):
        await empty_collections(service.db)
        service.at(NOON + 21 * DAY)
        await service.hear(a_brand_registered(), a_store_changed(), agreed_with_tiers(), a_click_recorded())
        cut = draw.randint(1, len(order) - 1)
        await service.hear(*order[:cut])
        await closes(service)
        await service.hear(*order[cut:])
        assert await differences(service) == []
        ends.append(await service.balance(CREATOR))
    assert ends[0] == ends[1]


async def fixed_at(service: Attribution, *days: tuple[str, str]) -> None:
    """What a euro cost in dollars on these days."""
    lines = ["Date,USD", *(f"{day},{rate}" for day, rate in days)]
    await fixings.load(service.parts.context.transactions, lines)


async def test_orders_of_another_currency_climb_at_the_fixing_before_their_day(agreed: Attribution):
    """MONEY 14, 16: thresholds and cap in euro, orders in dollars; the rate, its day and source are kept."""
    await fixed_at(agreed, ("2026-02-27", "1.25"), ("2026-03-02", "9.99"))
    await agreed.hear(an_order(1, 25_000, currency="USD"))
    await closes(agreed)
    # 250.00 dollars are 200.00 euro: all above 100.00 euro, which is half of it, earns two percent more.
    assert await entries(agreed) == [(1, Cause.MONTH_CLOSE, {LegKind.TIER_UPLIFT: 250})]
    [used] = only(await agreed.all_of("months"))["fixings"]
    assert (used["currency"], used["to"], used["at"], used["source"]) == ("USD", "EUR", "2026-02-27", "ECB")
    assert await agreed.balance(CREATOR, currency="USD") == 2_500 + 250
    assert await differences(agreed) == []


async def test_a_fixing_that_comes_after_the_close_reckons_the_month_again(agreed: Attribution):
    """MONEY 16: until there is one, the order neither climbs nor is capped."""
    await agreed.hear(an_order(1, 25_000, currency="USD"))
    await closes(agreed)
    assert await entries(agreed) == []
    assert only(await agreed.all_of("months"))["unfixed"] == ["store-1:1"]
    await fixed_at(agreed, ("2026-02-26", "2.50"))
    assert await differences(agreed) == []
    await fixed_at(agreed, ("2026-02-27", "1.25"))
    assert await agreed.balance(CREATOR, currency="USD") == 2_500 + 250
    assert only(await agreed.all_of("months"))["unfixed"] == []
    assert await differences(agreed) == []
