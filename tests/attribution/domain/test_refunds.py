"""MONEY 17, 18: what refunds, removals and amounts take back."""

from datetime import timedelta
from fractions import Fraction

import pytest

from attribution.domain.commission import bases
from attribution.domain.refunds import TakenBack, taken_of_parts
from contracts.console import StoreKind
from contracts.stores import Way
from tests.attribution.builders import (
    DAY,
    NOON,
    SECOND,
    TEN_PERCENT,
    a_click,
    a_collaboration,
    a_discount,
    a_line,
    a_refund,
    a_refund_line,
    an_order,
    commission_of,
    decided,
    fixed,
    percent,
    some_terms,
)

HALF_YEAR = timedelta(days=180)


def refunded(*refunds, lines=None, rates=(TEN_PERCENT,), kind=StoreKind.SHOPIFY, **order):
    """The decision about an order, paid at noon, with these refunds."""
    collaboration = a_collaboration(terms=(some_terms(rates=rates),))
    values = {"lines": lines or (a_line(),), "refunds": refunds, "paid_at": NOON}
    return decided(an_order(kind=kind, **values | order), a_click(), collaboration)


def taken(decision):
    return [line.parts[0].taken for line in decision.lines]


@pytest.mark.parametrize(
    ("refunds", "expected"),
    [
        pytest.param([a_refund(a_refund_line(5_000, quantity=1))], [500], id="MONEY 17: in proportion to the base"),
        pytest.param([a_refund(a_refund_line(10_000))], [1000], id="MONEY 17: a full refund leaves exactly zero"),
        pytest.param([a_refund(a_refund_line(12_000))], [1000], id="MONEY 17: clamped"),
        pytest.param(
            [a_refund(a_refund_line(2_000), id="r1"), a_refund(a_refund_line(3_000), id="r2")],
            [500],
            id="MONEY 17: cumulative",
        ),
        pytest.param([a_refund(a_refund_line(5_000, tax=1_100))], [500], id="MONEY 17: a line's amount is without tax"),
        pytest.param([a_refund(shipping=900)], [0], id="MONEY 17: shipping refunds don't count"),
        pytest.param([a_refund(a_refund_line(50))], [5], id="0.5 % of it"),
        pytest.param([a_refund(a_refund_line(45))], [4], id="MONEY 17: 4.5 rounds to even"),
        pytest.param([a_refund(a_refund_line(55))], [6], id="MONEY 17: 5.5 rounds to even"),
        pytest.param([a_refund(a_refund_line(5_000, line="nobody's"))], [0], id="a line that the order doesn't have"),
        pytest.param(
            [a_refund(a_refund_line(5_000), at=NOON + HALF_YEAR)], [500], id="MONEY 17: 180 days after payment"
        ),
        pytest.param(
            [a_refund(a_refund_line(5_000), at=NOON + HALF_YEAR + 0.9 * SECOND)], [500], id="MONEY 2-4: floored"
        ),
        pytest.param(
            [a_refund(a_refund_line(5_000), at=NOON + HALF_YEAR + SECOND)], [0], id="MONEY 17: later than 180 days"
        ),
    ],
)
def test_what_a_refund_takes_back(refunds, expected):
    assert taken(refunded(*refunds)) == expected


def test_the_take_back_is_at_the_granted_amount_not_at_the_exact_one():
    """MONEY 17: granted 2 (of 1.5 and 1.0 -> 2.5), so half of a line granted 2 is 1."""
    lines = (a_line(15, line="l1"), a_line(10, line="l2"))
    decision = refunded(a_refund(a_refund_line(8, line="l1")), lines=lines)
    assert [line.parts[0].granted for line in decision.lines] == [1, 1]
    assert taken(decision) == [1, 0]


@pytest.mark.parametrize(
    ("refund", "lines", "expected"),
    [
        pytest.param(a_refund(amount=5_000), (a_line(),), [500], id="MONEY 17, WEBHOOKS trap 8: amount only"),
        pytest.param(a_refund(amount=10_000), (a_line(),), [1000], id="MONEY 17: all of it"),
        pytest.param(a_refund(amount=99_000), (a_line(),), [1000], id="MONEY 17: clamped"),
        pytest.param(
            a_refund(amount=6_100), (a_line(10_000, tax=2_200),), [500], id="MONEY 17: it includes the order's tax"
        ),
        pytest.param(
            a_refund(amount=3_000),
            (a_line(10_000), a_line(5_000, line="l2")),
            [200, 100],
            id="MONEY 17: spread over the bases",
        ),
        pytest.param(
            a_refund(a_refund_line(4_000), amount=5_500),
            (a_line(10_000), a_line(5_000, line="l2")),
            [700, 250],
            id="MONEY 17: line refunds first, the rest over what remains of each base",
        ),
        pytest.param(
            a_refund(amount=4_000),
            (a_line(2_500, quantity=4, current_quantity=3), a_line(5_000, line="l2")),
            [340, 60],
            id="MONEY 17: first for removed units that no refund line names",
        ),
        pytest.param(
            a_refund(amount=1_000),
            (a_line(2_500, quantity=4, current_quantity=3), a_line(5_000, line="l2")),
            [250, 0],
            id="MONEY 17: less than the removed unit",
        ),
        pytest.param(a_refund(amount=500), (a_line(10_000, gift_card=True),), [0], id="nothing remains of no base"),
    ],
)
def test_amount_only_refunds(refund, lines, expected):
    decision = refunded(refund, lines=lines)
    if expected == [340, 60]:
        # removed: 2500 of 10000; the rest of 1500 over 7500 and 5000: 900 and 600
        assert [line.refunded for line in decision.lines] == [Fraction(3_400), Fraction(600)]
    assert taken(decision) == expected


def test_amount_only_refunds_are_summed_before_they_are_spread():
    """MONEY 17: as an exact fraction: three thirds make one."""
    lines = (a_line(100, line="l1"), a_line(100, line="l2"), a_line(100, line="l3"))
    refunds = [a_refund(id=f"r{n}", amount=50) for n in range(2)]
    decision = refunded(*refunds, lines=lines, rates=(percent(10_000),))
    assert [line.refunded for line in decision.lines] == [Fraction(100, 3)] * 3
    assert taken(decision) == [33, 33, 33]


@pytest.mark.parametrize(
    ("line", "refunds", "expected"),
    [
        pytest.param(
            a_line(quantity=4, current_quantity=3), [], 1000, id="MONEY 18: a removed unit is base / quantity"
        ),
        pytest.param(
            a_line(quantity=4, current_quantity=3),
            [a_refund(a_refund_line(10_000, quantity=1))],
            1000,
            id="MONEY 18: removed and refunded is counted once",
        ),
        pytest.param(
            a_line(quantity=4, current_quantity=1),
            [a_refund(a_refund_line(10_000, quantity=1))],
            3000,
            id="MONEY 18: two more units that no refund line names",
        ),
        pytest.param(
            a_line(quantity=4, current_quantity=4),
            [a_refund(a_refund_line(10_000, quantity=1))],
            1000,
            id="MONEY 18: refunded and not removed",
        ),
        pytest.param(a_line(quantity=4, current_quantity=6), [], 0, id="units added later are a matter of quantity"),
        pytest.param(
            a_line(quantity=3, current_quantity=2, subtotal=10_000),
            [],
            333,
            id="MONEY 18: a third of the base, exactly",
        ),
        pytest.param(
            a_line(quantity=4, current_quantity=3),
            [a_refund(a_refund_line(10_000, quantity=1), at=NOON + HALF_YEAR + DAY)],
            0,
            id="MONEY 17: a unit that a late refund names is not removed for nothing",
        ),
        pytest.param(a_line(quantity=0, current_quantity=0), [], 0, id="no units at all"),
    ],
)
def test_removed_units(line, refunds, expected):
    assert taken(refunded(*refunds, lines=(line,))) == [expected]


@pytest.mark.parametrize(
    ("line", "refunds", "expected"),
    [
        pytest.param(
            a_line(0, quantity=4), [a_refund(a_refund_line(0, quantity=1))], 500, id="MONEY 17: a base of 0 by units"
        ),
        pytest.param(a_line(0, quantity=4), [], 0, id="nothing goes back of what is free and kept"),
        pytest.param(a_line(0, quantity=4, current_quantity=1), [], 1500, id="MONEY 17, 18: by removed units"),
        pytest.param(a_line(0, quantity=4, current_quantity=0), [], 2000, id="MONEY 17: all units, exactly zero"),
        pytest.param(
            a_line(1_000, quantity=4), [a_refund(a_refund_line(1_000, quantity=0))], 500, id="with a base, by amount"
        ),
    ],
)
def test_a_fixed_commission_goes_back(line, refunds, expected):
    assert taken(refunded(*refunds, lines=(line,), rates=(fixed(500),))) == [expected]


@pytest.mark.parametrize(
    ("refunds", "expected"),
    [
        pytest.param([], [1000], id="MONEY 10: refunded without a listed refund: everything went back"),
        pytest.param([a_refund(a_refund_line(4_000))], [400], id="MONEY 10: a listed refund replaces this"),
    ],
)
def test_state_refunded(refunds, expected):
    decision = refunded(*refunds, state="refunded")
    assert decision.posts
    assert taken(decision) == expected


def test_a_refund_of_everything_later_than_180_days_takes_nothing_back():
    """MONEY 10, 17: it happened at the lowest version in that state."""
    lines = (a_line(quantity=1, current_quantity=0),)
    late = {"state": "refunded", "version": NOON + HALF_YEAR + DAY}
    assert taken(refunded(lines=lines, **late)) == [0]
    assert taken(refunded(lines=(a_line(0, quantity=2),), rates=(fixed(500),), **late)) == [0]


def test_what_a_refund_takes_back_is_of_the_discounted_base():
    """WEBHOOKS trap 7: the base is the original one, refunds are by id, never `current_*`."""
    line = a_line(10_000, quantity=2, current_quantity=1, discounts=(a_discount(4_000),))
    decision = refunded(a_refund(a_refund_line(8_000, quantity=1)), lines=(line,))
    assert (decision.lines[0].base, taken(decision)) == (16_000, [800])


def test_lines_that_nobody_won_share_in_an_amount():
    """MONEY 17: an amount-only refund is the order's, not the creator's."""
    lines = (a_line(line="l1", product="p1"), a_line(line="l2", product="p2"))
    collaboration = a_collaboration(terms=(some_terms(products=("p1",)),))
    decision = decided(an_order(lines=lines, refunds=(a_refund(amount=10_000),)), a_click(), collaboration)
    assert commission_of(decision) == 500


def test_a_woocommerce_refund_without_lines_holds_the_order_until_its_details_are_read():
    """MONEY 17: meanwhile its amount is spread."""
    decision = refunded(a_refund(amount=5_000), kind=StoreKind.WOOCOMMERCE)
    assert (decision.held, taken(decision)) == (("refund-details-missing",), [500])


def test_two_lines_of_one_id_are_refunded_once():
    lines = (a_line(), a_line())
    assert taken(refunded(a_refund(a_refund_line(10_000)), lines=lines)) == [1000, 0]


def test_of_two_lines_with_one_id_each_loses_its_own_removed_units_and_the_first_its_refund():
    """A broken source: what names the id names the first of them, and nothing is taken twice."""
    lines = tuple(a_line(1_000, line="l1", quantity=2, current_quantity=1) for _ in range(2))
    assert taken(refunded(lines=lines)) == [100, 100]
    assert taken(refunded(lines=lines, rates=(fixed(3_000),))) == [3_000, 3_000]
    free = tuple(a_line(0, line="l1", quantity=2) for _ in range(2))
    unit = a_refund(a_refund_line(0, line="l1", quantity=1))
    assert taken(refunded(unit, lines=free, rates=(fixed(500),))) == [500, 0]
    assert taken(refunded(a_refund(a_refund_line(1_000, line="l1", quantity=1)), lines=lines)) == [100, 100]


def test_a_unit_that_was_removed_of_one_line_of_several_is_taken_back():
    """MONEY 18, without any refund."""
    lines = (a_line(1_000, line="l1"), a_line(1_000, line="l2", quantity=2, current_quantity=1))
    assert taken(refunded(lines=lines)) == [0, 100]


@pytest.mark.parametrize("left", [None, 1], ids=["nobody says what is left of it", "all of it is left"])
def test_a_refund_of_one_line_takes_nothing_of_another(left):
    lines = (a_line(1_000, line="l1"), a_line(1_000, line="l2", current_quantity=left))
    assert taken(refunded(a_refund(a_refund_line(500, line="l1")), lines=lines)) == [50, 0]


def test_several_parts_of_a_free_line_go_back_by_units():
    """MONEY, reading 17: a base of 0, whose fixed commission two clicks share."""
    (base,) = bases(an_order(lines=(a_line(0, quantity=4),)).sale)
    assert taken_of_parts([250, 250], base, TakenBack(Fraction(0), 1)) == [63, 62]
    assert taken_of_parts([250, 250], base, TakenBack(Fraction(0), 0)) == [0, 0]
    assert taken_of_parts([250, 250], base, TakenBack(Fraction(0), 4)) == [250, 250]


@pytest.mark.parametrize(
    "order",
    [
        pytest.param({"version": None, "way": Way.CSV}, id="a refund that nobody dates"),
        pytest.param({"state": "pending", "paid_at": None}, id="an order that nobody paid yet"),
    ],
)
def test_what_has_no_date_is_not_too_late(order):
    """MONEY 17: the 180 days run from a payment to a refund."""
    assert taken(refunded(a_refund(a_refund_line(5_000), at=None), **order)) == [500]
