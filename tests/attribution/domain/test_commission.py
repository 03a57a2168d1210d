"""MONEY 12, 13, 15: bases, rates, rounding."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.domain.commission import EXPONENTS, allocate, bases, half_even, matching_rate, spread
from contracts.campaigns import CustomerKind
from tests.attribution.builders import (
    TEN_PERCENT,
    a_click,
    a_collaboration,
    a_discount,
    a_line,
    an_order,
    commission_of,
    decided,
    fixed,
    percent,
    some_terms,
)


def amounts(**order):
    return [base.amount for base in bases(an_order(**order).sale)]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        pytest.param({"lines": (a_line(999, quantity=3),)}, [2997], id="MONEY 12: price x quantity"),
        pytest.param({"lines": (a_line(999, quantity=3, subtotal=3000),)}, [3000], id="a source that gives the sum"),
        pytest.param(
            {"lines": (a_line(999, quantity=0, subtotal=3000),)}, [0], id="MONEY 12: no units, whatever the sum"
        ),
        pytest.param(
            {"lines": (a_line(1_000, discounts=(a_discount(100), a_discount(50, "X"))),)},
            [850],
            id="MONEY 12: less all discounts allocated to it",
        ),
        pytest.param(
            {"lines": (a_line(1_220, tax=220),), "prices_include_tax": True}, [1000], id="MONEY 12: less included tax"
        ),
        pytest.param({"lines": (a_line(1_000, tax=220),)}, [1000], id="MONEY 12: tax on top is not in the price"),
        pytest.param(
            {"lines": (a_line(100, discounts=(a_discount(150),)), a_line(50, line="l2"))},
            [0, 50],
            id="MONEY 12: never below 0",
        ),
        pytest.param(
            {"lines": (a_line(5_000, gift_card=True), a_line(100, line="l2"))}, [0, 100], id="MONEY 12: no gift cards"
        ),
        pytest.param({"lines": (a_line(1_000),), "tip": 500}, [1000], id="MONEY 12: no tips"),
        pytest.param(
            {"lines": tuple(a_line(1_000, line=f"l{n}") for n in range(3)), "discounts": (a_discount(100),)},
            [966, 967, 967],
            id="MONEY 12, WEBHOOKS trap 17: an order discount over three lines, cents sum, the first line on ties",
        ),
        pytest.param(
            {
                "lines": (a_line(1_000, discounts=(a_discount(900),)), a_line(300, line="l2")),
                "discounts": (a_discount(40),),
            },
            [90, 270],
            id="MONEY 12: by price x quantity less the line's own discounts",
        ),
        pytest.param(
            {"lines": (a_line(1_000, gift_card=True), a_line(1_000, line="l2")), "discounts": (a_discount(100),)},
            [0, 900],
            id="MONEY 12: over product lines only",
        ),
        pytest.param({"lines": (a_line(0),), "discounts": (a_discount(100),)}, [0], id="nothing to spread over"),
        pytest.param(
            {
                "lines": (a_line(9_000, gift_card=True), a_line(1_000_000, line="l2")),
                "discounts": (a_discount(900_000),),
            },
            [0, 100_000],
            id="MONEY 12: a gift card bears not a cent of it",
        ),
        pytest.param(
            {
                "lines": (a_line(1_000, discounts=(a_discount(1_000),)), a_line(1_000_000, line="l2")),
                "discounts": (a_discount(900_000),),
            },
            [0, 100_000],
            id="MONEY 12: nor a line of which nothing is left",
        ),
    ],
)
def test_the_base_of_a_line(order, expected):
    assert amounts(**order) == expected


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param(a_line(1_220, quantity=2), (2_440, 0, 0), id="nothing off"),
        pytest.param(
            a_line(1_220, tax=200, discounts=(a_discount(100), a_discount(20))),
            (1_220, 120, 200),
            id="discounts and tax",
        ),
    ],
)
def test_the_record_tells_how_a_base_comes_about(line, told):
    """MONEY 12: value, discounts and tax of a line; the base is what is left."""
    decided_line = earned(line, prices_include_tax=True).lines[0]
    value, discounts, tax = told
    assert (decided_line.value, decided_line.discounts, decided_line.tax) == told
    assert decided_line.base == value - discounts - tax
    assert earned(line).lines[0].tax == 0, "prices without tax hold none"


def test_an_order_discount_by_a_code_is_a_discount_of_that_code_on_the_line():
    sale = an_order(lines=(a_line(), a_line(line="l2")), discounts=(a_discount(101, "X"),)).sale
    assert [base.discounts for base in bases(sale)] == [(a_discount(51, "X"),), (a_discount(50, "X"),)]


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        pytest.param((percent(500), percent(900)), 0, id="MONEY 13: the first match wins"),
        pytest.param((percent(500, product="p9"), TEN_PERCENT), 1, id="MONEY 13: another product"),
        pytest.param((percent(500, product="p1"), TEN_PERCENT), 0, id="MONEY 13: this product"),
        pytest.param((percent(500, collection="c9"), TEN_PERCENT), 1, id="MONEY 13: another collection"),
        pytest.param((percent(500, collection="c2"), TEN_PERCENT), 0, id="MONEY 13: a collection that the order names"),
        pytest.param((percent(500, product="p1", collection="c9"), TEN_PERCENT), 1, id="MONEY 13: both must match"),
        pytest.param((percent(500, customer=CustomerKind.NEW), TEN_PERCENT), 1, id="MONEY 13: unknown is neither new"),
        pytest.param((percent(500, customer=CustomerKind.RETURNING), TEN_PERCENT), 1, id="MONEY 13: nor returning"),
        pytest.param((percent(500, product="p9"),), None, id="MONEY 13: no row"),
    ],
)
def test_rows_are_matched_in_order(rates, expected):
    line = a_line(product="p1", collections=("c1", "c2"))
    row = matching_rate(rates, line, None)
    assert row == (None if expected is None else rates[expected])


def earned(*lines, rates=(TEN_PERCENT,), currency="EUR", **order):
    collaboration = a_collaboration(terms=(some_terms(rates=rates),))
    return decided(an_order(lines=lines, currency=currency, **order), a_click(), collaboration)


@pytest.mark.parametrize(
    ("lines", "rates", "commission"),
    [
        pytest.param([a_line(10_000)], (percent(1250),), 1250, id="MONEY 13: percent in basis points"),
        pytest.param([a_line(10_000, quantity=3)], (fixed(500),), 1500, id="MONEY 13: fixed per unit"),
        pytest.param([a_line(100)], (fixed(500),), 500, id="MONEY 12: a fixed commission may exceed the base"),
        pytest.param([a_line(0)], (fixed(500),), 500, id="MONEY 12: also of something free"),
        pytest.param([a_line(10_000, gift_card=True)], (fixed(500),), 0, id="MONEY 12: not for a gift card"),
        pytest.param([a_line(5)], (percent(1000),), 0, id="MONEY 15: 0.5 rounds to even, 0"),
        pytest.param([a_line(15)], (percent(1000),), 2, id="MONEY 15: 1.5 rounds to even, 2"),
        pytest.param([a_line(25)], (percent(1000),), 2, id="MONEY 15: 2.5 rounds to even, 2"),
    ],
)
def test_what_lines_earn(lines, rates, commission):
    assert commission_of(earned(*lines, rates=rates)) == commission


def test_a_creator_s_sum_is_rounded_once_and_spread_by_largest_remainder():
    """MONEY 15: 0.6 + 0.6 + 0.7 = 1.9 -> 2, and not 1 + 1 + 1."""
    decision = earned(a_line(6, line="l1"), a_line(6, line="l2"), a_line(7, line="l3"))
    assert [line.parts[0].granted for line in decision.lines] == [1, 0, 1]
    assert [line.parts[0].exact for line in decision.lines] == [Fraction(6, 10), Fraction(6, 10), Fraction(7, 10)]


def test_creators_are_not_balanced_against_each_other():
    """MONEY 8, 15: 0.5 each: both round to 0, although the lines sum to 1."""
    lines = (a_line(5, line="l1", product="p1"), a_line(5, line="l2", product="p2"))
    decision = decided(
        an_order(lines=lines, click_ids=("a", "b")),
        a_click(id="a"),
        a_collaboration(terms=(some_terms(products=("p1",)),)),
        a_click(id="b", creator="creator-2", collaboration="c2"),
        a_collaboration(id="c2", creator="creator-2", terms=(some_terms(products=("p2",)),)),
    )
    assert [line.parts[0].granted for line in decision.lines] == [0, 0]


def test_one_creator_s_collaborations_are_rounded_together():
    """MONEY 8, 15: per creator and order."""
    lines = (a_line(5, line="l1", product="p1"), a_line(5, line="l2", product="p2"))
    decision = decided(
        an_order(lines=lines, click_ids=("a", "b")),
        a_click(id="a"),
        a_collaboration(terms=(some_terms(products=("p1",)),)),
        a_click(id="b", collaboration="c2"),
        a_collaboration(id="c2", terms=(some_terms(products=("p2",)),)),
    )
    assert [line.parts[0].granted for line in decision.lines] == [1, 0]


@pytest.mark.parametrize(
    ("currency", "digits"),
    [
        pytest.param("JPY", 0, id="MONEY 15: JPY 0 (WEBHOOKS trap 12)"),
        pytest.param("KWD", 3, id="MONEY 15: KWD 3 (WEBHOOKS trap 12)"),
        pytest.param("UYW", 4, id="MONEY 15: UYW 4"),
        pytest.param("EUR", 2, id="MONEY 15: EUR 2"),
    ],
)
def test_minor_units_are_those_of_iso_4217(currency, digits):
    assert EXPONENTS[currency] == digits
    assert commission_of(earned(a_line(12_345), currency=currency)) == 1234


@pytest.mark.parametrize("currency", ["XXX", "XTS", "ZZZ", "XAU"])
def test_a_currency_that_nobody_pays_in_is_rejected(currency):
    decision = earned(a_line(), currency=currency)
    assert (decision.outcome, decision.reason, decision.posts) == ("rejected", "currency-unknown", False)


def test_a_fixed_amount_in_another_currency_is_0_and_held_until_there_is_a_fixing():
    """MONEY 16 and its reading."""
    decision = earned(a_line(), rates=(fixed(500, "USD"),))
    assert (commission_of(decision), decision.held) == (0, ("no-fixing",))


@pytest.mark.parametrize(
    ("lines", "rates", "reason"),
    [
        pytest.param([a_line(0)], (TEN_PERCENT,), "base-is-zero", id="nothing was paid"),
        pytest.param([a_line()], (percent(0),), "rate-is-zero", id="the rate is 0"),
        pytest.param([a_line(quantity=0)], (fixed(500),), "base-is-zero", id="no units, each of a fixed amount"),
        pytest.param([a_line()], (fixed(0),), "rate-is-zero", id="a fixed amount of 0"),
        pytest.param([a_line()], (percent(500, product="p9"),), "no-rate", id="no row matches"),
        pytest.param([a_line(gift_card=True)], (TEN_PERCENT,), "gift-card", id="a gift card"),
        pytest.param([a_line(1)], (TEN_PERCENT,), "rounded-to-zero", id="0.1 cent"),
    ],
)
def test_zero_is_a_decision_with_its_reason(lines, rates, reason):
    """MONEY 24: a conversion never vanishes from the creator's list."""
    decision = earned(*lines, rates=rates)
    assert (decision.outcome, decision.posts, commission_of(decision)) == ("credited", True, 0)
    assert decision.lines[0].parts[0].reason == reason


def test_amounts_beyond_64_bits_are_rejected_with_all_that_was_read():
    decision = earned(a_line(2**62, quantity=10**9))
    assert (decision.outcome, decision.reason) == ("rejected", "amount-out-of-range")
    assert len(decision.refs) == 3
    assert earned(a_line(1, quantity=10**9), rates=(fixed(2**62),)).reason == "amount-out-of-range"


@pytest.mark.parametrize(
    ("parts", "rounded"),
    [
        pytest.param(["1/4", "1/4"], [0, 0], id="0.5"),
        pytest.param(["3/4", "3/4"], [1, 1], id="1.5"),
        pytest.param(["5/4", "5/4"], [1, 1], id="2.5"),
        pytest.param(["7/4", "7/4"], [2, 2], id="3.5"),
        pytest.param(["9/4", "9/4"], [2, 2], id="4.5"),
        pytest.param(["2/3", "2/3"], [1, 0], id="a third above 1"),
        pytest.param(["6/5", "6/5"], [1, 1], id="2.4"),
        pytest.param(["13/10", "13/10"], [2, 1], id="2.6, the first on ties"),
        pytest.param(["13/10", "27/20"], [1, 2], id="2.65, the larger remainder"),
        pytest.param(["5/2"], [2], id="one part of 2.5"),
        pytest.param(["7/2"], [4], id="one part of 3.5"),
    ],
)
def test_a_sum_is_rounded_half_even_once(parts, rounded):
    """MONEY 15."""
    assert allocate([Fraction(part) for part in parts]) == rounded


@settings(deadline=None)
@given(st.lists(st.fractions(min_value=0, max_value=10**12, max_denominator=10_000), min_size=1, max_size=12))
def test_parts_sum_to_the_whole(exact):
    """MONEY 15."""
    total = half_even(sum(exact, Fraction(0)))
    parts = allocate(exact)
    assert sum(parts) == total
    assert all(abs(part - of) < 1 or part == of + 1 for part, of in zip(parts, exact, strict=True))
    assert all(part >= 0 for part in parts)


@settings(deadline=None)
@given(st.integers(0, 2**63 - 1), st.lists(st.integers(0, 2**40), min_size=1, max_size=12))
def test_a_spread_sums_to_its_total(total, weights):
    """MONEY 12."""
    parts = spread(total, weights)
    assert sum(parts) == (total if any(weights) else 0)
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)
