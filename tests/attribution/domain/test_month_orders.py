"""MONEY 14: what orders bring to their months, and what later changes of orders do to them."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.domain.calendar import close_of
from attribution.domain.decide import decide
from attribution.domain.entries import NOTHING, Entered, month_posting
from attribution.domain.facts import DEFAULT_POLICY, Brand, World
from attribution.domain.ledger import NOTHING as NONE_POSTED
from attribution.domain.ledger import Cause, balances, creator_account, posting
from attribution.domain.months import Contribution, contributions, reckon
from attribution.domain.shares import shares
from contracts.campaigns import Tier
from contracts.ids import BrandId
from contracts.money import Money
from tests.attribution.builders import (
    BRAND,
    COLLABORATION,
    CREATOR,
    DAY,
    HOUR,
    NOON,
    TEN_PERCENT,
    a_click,
    a_collaboration,
    a_line,
    a_refund,
    a_refund_line,
    a_store,
    an_observation,
    an_order,
    fixed,
    percent,
    some_terms,
)

CLOSE = close_of("2026-03", "UTC")
TIERS = (
    Tier(volume=Money(amount=10_000, currency="EUR"), basis_points=1_200),
    Tier(volume=Money(amount=20_000, currency="EUR"), basis_points=1_500),
)


def euro(amount: int) -> Money:
    return Money(amount=amount, currency="EUR")


def decided_in(zone: str = "UTC", *observations, versions=None, brand: Brand | None = None, **snapshot: Any):
    """The order's decision by terms with tiers, in a brand's zone."""
    terms = versions or (some_terms(tiers=TIERS),)
    click, collaboration = a_click(), a_collaboration(terms=terms)
    world = World(
        a_store(),
        {click.id: click},
        {},
        {collaboration.id: collaboration},
        None,
        brand=brand or Brand(BrandId(BRAND), zone, 7),
    )
    return decide(an_order(*observations, **snapshot), world, DEFAULT_POLICY)


def test_an_order_brings_its_volume_less_refunds_and_what_it_posts():
    """MONEY 14: base x weight, less refunds, of all lines; the default row's apart."""
    lines = (a_line(10_000), a_line(5_000, line="line-2", product="oil"), a_line(3_000, line="line-3"))
    terms = some_terms(tiers=TIERS, rates=(percent(2_000, product="oil"), TEN_PERCENT), cap=euro(9))
    back = a_refund(a_refund_line(4_000))
    [piece] = contributions(decided_in(versions=(terms,), lines=lines, refunds=(back,), paid_at=NOON))
    assert (piece.volume, piece.default_volume, piece.default_points) == (14_000, 9_000, 1_000)
    assert piece.commission == 1_000 - 400 + 1_000 + 300
    assert (piece.tiers, piece.cap, piece.month, piece.close) == (TIERS, euro(9), "2026-03", CLOSE)
    assert Contribution.from_doc(piece.to_doc()) == piece


def test_a_fixed_row_before_the_default_counts_as_volume_and_is_not_lifted():
    """MONEY 14."""
    terms = some_terms(tiers=TIERS, rates=(fixed(700, product="product-1"), TEN_PERCENT))
    [piece] = contributions(decided_in(versions=(terms,)))
    assert (piece.volume, piece.default_volume, piece.commission) == (10_000, 0, 700)


@pytest.mark.parametrize(
    "state",
    ["pending", "cancelled"],
)
def test_an_order_that_posts_nothing_brings_nothing(state: str):
    """MONEY 10, 14."""
    assert contributions(decided_in(state=state)) == ()


def test_terms_without_tiers_and_cap_bring_nothing_and_read_no_zone():
    decision = decided_in(versions=(some_terms(),))
    assert (contributions(decision), decision.month, decision.facts.brand) == ((), None, None)
    assert not [ref for ref in decision.refs if ref.key.startswith("brand:")]
    assert b'"month"' not in decision.to_json()


def test_an_order_by_a_version_without_tiers_counts_for_the_month_of_one_with_them():
    """MONEY 14: volume is of all lines of the collaboration in the month; only its own version's tiers lift it."""
    versions = (some_terms(), some_terms(number=2, tiers=TIERS, in_force_at=NOON + DAY))
    decision = decided_in(versions=versions, paid_at=NOON)
    [piece] = contributions(decision)
    assert (piece.terms, piece.volume, piece.tiers) == (1, 10_000, ())
    assert piece.payable_at == NOON + 30 * DAY
    assert shares(decision)[0].payable_at == NOON + 30 * DAY


def test_the_decision_names_the_zone_that_it_read_and_the_month_is_the_brands():
    """MONEY 14: the brand's zone, by order time."""
    late = datetime(2026, 3, 31, 23, 30, tzinfo=NOON.tzinfo)
    for zone, month_, close in [
        ("UTC", "2026-03", "2026-04-01T00:00:00+00:00"),
        ("Europe/Rome", "2026-04", "2026-04-30T22:00:00+00:00"),
    ]:
        decision = decided_in(zone, placed_at=late, paid_at=late)
        assert (decision.month, decision.month_close.isoformat()) == (month_, close)
        assert [ref.revision for ref in decision.refs if ref.key == f"brand:{BRAND}"] == [7]
        assert decide(an_order(placed_at=late, paid_at=late), decision.facts.world(), DEFAULT_POLICY) == decision


@pytest.mark.parametrize(
    ("hold_days", "payable_at"),
    [pytest.param(0, CLOSE, id="not before the close"), pytest.param(30, NOON + 30 * DAY, id="not before the hold")],
)
def test_with_tiers_or_cap_nothing_is_payable_before_the_months_close(hold_days: int, payable_at: datetime):
    """MONEY 14, 21: the order's shares carry it as its legs do."""
    for changes in ({"tiers": TIERS}, {"cap": euro(1)}):
        decision = decided_in(versions=(some_terms(hold_days=hold_days, **changes),), paid_at=NOON)
        transaction = posting(decision, NONE_POSTED, NOON)
        assert {leg.payable_at for leg in transaction.legs if leg.creator} == {max(payable_at, CLOSE)}
        assert [share.payable_at for share in shares(decision)] == [max(payable_at, CLOSE)]


class Marketplace:
    """What a store does with orders of one collaboration: decides, posts, and reckons the months that they touch."""

    def __init__(self, **terms: Any) -> None:
        self.terms = (some_terms(tiers=TIERS, **terms),)
        self.brought: dict[str, tuple[Contribution, ...]] = {}
        self.posted: dict[str, Entered] = {}
        self.transactions: list[Any] = []

    def arrive(self, order: str, **snapshot: Any) -> None:
        decision = decided_in("UTC", an_observation(order=order, **snapshot), versions=self.terms)
        before = self.brought.get(order, ())
        self.brought[order] = contributions(decision)
        for month_ in sorted({piece.month for piece in (*before, *self.brought[order])}):
            should = reckon(piece for own in self.brought.values() for piece in own if piece.month == month_)
            posted = self.posted.get(month_, NOTHING)
            transaction = month_posting(month_, COLLABORATION, should.entries, posted, NOON)
            if transaction is not None:
                self.transactions.append(transaction)
                self.posted[month_] = posted.after(transaction)

    @property
    def sum(self) -> int:
        return balances(self.transactions).get((creator_account(CREATOR, BRAND), "EUR"), 0)


def test_a_refund_in_a_later_month_lowers_the_month_of_its_order():
    """MONEY 14: later changes adjust it by difference; the month is the order's."""
    shop = Marketplace()
    shop.arrive("store-1:1", lines=(a_line(30_000),), paid_at=NOON)
    assert shop.sum == 200 + 500
    back = a_refund(a_refund_line(15_000), at=NOON + 40 * DAY)
    shop.arrive("store-1:1", lines=(a_line(30_000),), paid_at=NOON, refunds=(back,), version=NOON + 40 * DAY)
    assert shop.sum == 100
    assert [(one.id, one.cause) for one in shop.transactions] == [
        (f":month:2026-03:{COLLABORATION}#1", Cause.MONTH_CLOSE),
        (f":month:2026-03:{COLLABORATION}#2", Cause.MONTH_CHANGE),
    ]


def test_a_cap_that_bites_is_released_by_a_refund():
    """MONEY 14."""
    shop = Marketplace(cap=euro(3_000))
    shop.arrive("store-1:1", lines=(a_line(30_000),), paid_at=NOON)
    assert shop.sum == 700 - 700
    back = a_refund(a_refund_line(15_000), at=NOON + DAY)
    shop.arrive("store-1:1", lines=(a_line(30_000),), paid_at=NOON, refunds=(back,), version=NOON + DAY)
    assert shop.sum == 100
    shop.arrive("store-1:1", lines=(a_line(30_000),), paid_at=NOON, refunds=(), version=NOON + 2 * DAY)
    assert shop.sum == 0


def test_an_order_whose_time_is_corrected_moves_to_another_month():
    """MONEY 14, 19: a higher version has another time."""
    shop = Marketplace()
    shop.arrive("store-1:1", lines=(a_line(15_000),), paid_at=NOON)
    shop.arrive("store-1:2", lines=(a_line(15_000),), paid_at=NOON)
    assert sum(shop.posted["2026-03"].by_place().values()) == 100 + 100 + 500
    moved = NOON + 31 * DAY
    click_window = {"placed_at": moved, "click_ids": ("click-1",)}
    shop.arrive("store-1:2", lines=(a_line(15_000),), paid_at=moved, version=NOON + 2 * DAY, **click_window)
    sums = {month_: sum(posted.by_place().values()) for month_, posted in shop.posted.items()}
    assert sums.get("2026-03") == 100


orders = st.fixed_dictionaries(
    {
        "lines": st.integers(0, 30_000).map(lambda price: (a_line(price),)),
        "placed_at": st.sampled_from([NOON, NOON + HOUR, NOON + 29 * DAY, NOON - 3 * DAY]),
        "state": st.sampled_from(["paid", "pending", "cancelled"]),
        "refunds": st.sampled_from([(), (a_refund(a_refund_line(3_333)),), (a_refund(amount=777),)]),
    }
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), orders), max_size=8), st.data())
def test_whatever_changes_when_the_months_end_with_the_same_balances(changes, data):
    """MONEY 14: refunds, late orders, cancellations and moved orders, in any order of arrival of the orders."""
    last = {f"store-1:{n}": order for n, order in changes}
    there = Marketplace(cap=euro(4_000))
    for number, (n, order) in enumerate(changes):
        there.arrive(f"store-1:{n}", paid_at=NOON, version=NOON + number * HOUR, **order)
    at_once = Marketplace(cap=euro(4_000))
    for order_id in data.draw(st.permutations(sorted(last))):
        at_once.arrive(order_id, paid_at=NOON, version=NOON, **last[order_id])
    assert there.sum == at_once.sum
    assert {m: p.amounts for m, p in there.posted.items() if p.amounts} == {
        m: p.amounts for m, p in at_once.posted.items() if p.amounts
    }
