"""MONEY 16: fixed amounts of another currency, by the ECB's last fixing before the order's UTC date."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.domain.commission import EXPONENTS, half_even
from attribution.domain.decide import decide
from attribution.domain.exchange import Exchange, FixingDay, NotFixings, fixings_in
from attribution.domain.facts import DEFAULT_POLICY, Fixing
from attribution.domain.ledger import balances
from contracts.money import Money
from contracts.stores import Way
from tests.attribution.builders import (
    NOON,
    a_click,
    a_collaboration,
    a_coupon,
    a_line,
    a_world,
    an_order,
    commission_of,
    fixed,
    percent,
    posted_by,
    some_terms,
)

DAY = "2026-03-02"
BEFORE = "2026-02-27"


def a_fixing(currency: str, rate: str, day: str = BEFORE, before: str = DAY) -> Fixing:
    return Fixing(currency, before, day, rate)


FIVE_DOLLARS = (fixed(500, "USD"),)


def decided_with(*fixings: Fixing, rates=FIVE_DOLLARS, **order):
    world = a_world(a_click(at=NOON - timedelta(days=2)), a_collaboration(terms=(some_terms(rates=rates),)))
    world = replace(world, fixings={(fixing.currency, fixing.before): fixing for fixing in fixings})
    return decide(an_order(**order), world, DEFAULT_POLICY)


USD, JPY, KWD, GBP = (
    a_fixing("USD", "1.25"),
    a_fixing("JPY", "160.5"),
    a_fixing("KWD", "0.4"),
    a_fixing("GBP", "0.8"),
)


@pytest.mark.parametrize(
    ("rate", "currency", "exact"),
    [
        pytest.param(fixed(500, "USD"), "EUR", Fraction(400), id="MONEY 16: dollars into euros"),
        pytest.param(fixed(500), "USD", Fraction(625), id="MONEY 16: euros into dollars"),
        pytest.param(fixed(500, "USD"), "GBP", Fraction(320), id="MONEY 16: dollars into pounds, through the euro"),
        pytest.param(fixed(500, "USD"), "JPY", Fraction(642), id="MONEY 16: into a currency without decimals"),
        pytest.param(fixed(642, "JPY"), "USD", Fraction(500), id="MONEY 16: out of one"),
        pytest.param(fixed(500, "USD"), "KWD", Fraction(1_600), id="MONEY 16: into one with three decimals"),
        pytest.param(fixed(1_600, "KWD"), "JPY", Fraction(642), id="MONEY 16: from three decimals to none"),
        pytest.param(fixed(1, "USD"), "GBP", Fraction(16, 25), id="MONEY 16: exact, before the one rounding"),
    ],
)
def test_a_fixed_amount_converts_exactly(rate, currency, exact):
    decision = decided_with(USD, JPY, KWD, GBP, rates=(rate,), currency=currency)
    part = decision.lines[0].parts[0]
    assert (part.exact, part.granted, part.per_unit) == (exact, half_even(exact), rate.per_unit)
    assert part.conversion is not None
    assert (part.conversion.currency, part.conversion.day, part.conversion.source) == (
        rate.per_unit.currency,
        BEFORE,
        "ECB",
    )
    assert decision.held == ()


def test_rate_date_and_source_are_kept_in_the_decision():
    """MONEY 16: for ever, as the texts that the ECB gave; and it can be decided again from the record alone."""
    fixings = (a_fixing("USD", "1.1000"), a_fixing("GBP", "0.83800"))
    decision = decided_with(*fixings, currency="GBP")
    conversion = decision.lines[0].parts[0].conversion
    assert (conversion.per_euro, conversion.order_per_euro, conversion.rate) == (
        "1.1000",
        "0.83800",
        Fraction(838, 1100),
    )
    assert decision.facts.fixings == fixings
    assert decide(an_order(currency="GBP"), decision.facts.world(), decision.policy) == decision
    assert type(decision).from_json(decision.to_json()) == decision
    named = {ref.key: ref.revision for ref in decision.refs if ref.key.startswith("fixing:")}
    day = date.fromisoformat(BEFORE).toordinal()
    assert named == {"fixing:2026-03-02:USD": day, "fixing:2026-03-02:GBP": day}


@pytest.mark.parametrize(
    ("rates", "currency"),
    [
        pytest.param((percent(1000),), "USD", id="MONEY 16: a percentage needs none"),
        pytest.param((fixed(500),), "EUR", id="MONEY 16: the order's own currency"),
        pytest.param((fixed(500, "KWD"),), "KWD", id="MONEY 16: also one that the ECB never quotes"),
        pytest.param((fixed(500, "USD", product="p9"), percent(100)), "EUR", id="MONEY 16: a row that does not pay"),
    ],
)
def test_what_needs_no_fixing_names_none(rates, currency):
    decision = decided_with(rates=rates, currency=currency)
    assert decision.held == ()
    assert commission_of(decision) > 0
    assert not any(ref.key.startswith("fixing:") for ref in decision.refs)
    assert decision.lines[0].parts[0].conversion is None


@pytest.mark.parametrize(
    ("fixings", "currency", "named"),
    [
        pytest.param((), "EUR", {"USD": False}, id="MONEY 16: no fixing of the amount's currency"),
        pytest.param((USD,), "GBP", {"USD": True, "GBP": False}, id="MONEY 16: none of the order's"),
        pytest.param((GBP,), "GBP", {"USD": False, "GBP": True}, id="MONEY 16: only of the order's"),
        pytest.param(
            (USD, a_fixing("GBP", "0.8", day="2026-02-26")),
            "GBP",
            {"USD": True, "GBP": True},
            id="MONEY 16: of two different days",
        ),
    ],
)
def test_without_a_fixing_the_share_is_zero_and_the_order_held(fixings, currency, named):
    """MONEY 16, reading: and what was missing is named, so that it decides the order again when it comes."""
    decision = decided_with(*fixings, currency=currency)
    assert (commission_of(decision), decision.held, decision.posts) == (0, ("no-fixing",), True)
    assert decision.lines[0].parts[0].reason == "no-fixing"
    refs = {ref.key.rpartition(":")[2]: ref.revision > 0 for ref in decision.refs if ref.key.startswith("fixing:")}
    assert refs == named


def test_only_the_share_that_needs_it_is_zero():
    """MONEY 7, 16: the other line's creator has earned; the order as a whole is held."""
    lines = (a_line(line="l1", product="p1"), a_line(line="l2", product="p2"))
    decision = decided_with(rates=(fixed(500, "USD", product="p1"), percent(1000)), lines=lines)
    assert [line.parts[0].granted for line in decision.lines] == [0, 1_000]
    assert decision.held == ("no-fixing",)


def test_a_currency_that_does_not_exist_has_no_fixing():
    decision = decided_with(rates=(fixed(500, "ZZZ"),))
    assert (commission_of(decision), decision.held) == (0, ("no-fixing",))


@pytest.mark.parametrize(
    ("placed_at", "before"),
    [
        pytest.param(datetime(2026, 3, 2, 0, 0, tzinfo=UTC), "2026-03-02", id="MONEY 16: the first second of a day"),
        pytest.param(datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC), "2026-03-02", id="MONEY 16: the last second"),
        pytest.param(
            datetime(2026, 3, 3, 1, 30, tzinfo=timezone(timedelta(hours=2))), "2026-03-02", id="MONEY 16: in UTC"
        ),
    ],
)
def test_the_order_s_utc_date_counts(placed_at, before):
    decision = decided_with(
        a_fixing("USD", "1.25", before=before), placed_at=placed_at, way=Way.CSV, received_at=placed_at
    )
    assert [ref.key for ref in decision.refs if ref.key.startswith("fixing:")] == [f"fixing:{before}:USD"]


def test_the_better_version_is_found_in_the_order_s_currency():
    """MONEY 9, 16: 5.00 dollars are less than 4.50 euros, and what was compared is named, though it does not pay."""
    terms = (
        some_terms(rates=(fixed(500, "USD"),)),
        some_terms(number=2, rates=(fixed(450),), in_force_at=NOON - timedelta(minutes=1)),
    )
    world = a_world(a_click(), a_coupon(), a_collaboration(terms=terms))
    world = replace(world, fixings={("USD", DAY): USD})
    decision = decide(an_order(codes=("KRISTA20",)), world, DEFAULT_POLICY)
    assert (decision.lines[0].parts[0].terms, commission_of(decision)) == (2, 450)
    assert decision.facts.fixings == (USD,)
    assert decide(an_order(codes=("KRISTA20",)), decision.facts.world(), DEFAULT_POLICY) == decision


currencies = st.sampled_from(["EUR", "USD", "JPY", "KWD", "UYW", "GBP"])
quotes = st.decimals(min_value="0.0001", max_value="100000", places=4).map(str)


@settings(deadline=None)
@given(st.integers(0, 10**12), currencies, currencies, st.lists(quotes, min_size=5, max_size=5))
def test_there_and_back_is_the_same_amount(amount, one, other, rates):
    """MONEY 16: exact in every currency, so the order of conversions decides nothing."""
    fixings = {
        (currency, DAY): a_fixing(currency, rate)
        for currency, rate in zip(("USD", "JPY", "KWD", "UYW", "GBP"), rates, strict=True)
    }
    there, _ = Exchange(other, NOON, fixings).converted(Money(amount=amount, currency=one))
    factor, _ = Exchange(one, NOON, fixings).converted(Money(amount=1, currency=other))
    assert there * factor == amount
    if one != other:
        per_euro = {"EUR": Fraction(1)} | {currency: Fraction(fixing.rate) for (currency, _), fixing in fixings.items()}
        units = Fraction(amount, 10 ** EXPONENTS[one]) / per_euro[one] * per_euro[other]
        assert there == units * 10 ** EXPONENTS[other]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), quotes), min_size=1, max_size=5), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_converted_parts_sum_to_the_rounded_whole(lines, currency):
    """MONEY 15, 16."""
    fixings = (a_fixing("USD", lines[0][1]), a_fixing("JPY", "160.5"), a_fixing("KWD", "0.4"))
    sold = tuple(a_line(1_000, line=f"l{at}", quantity=quantity) for at, (quantity, _) in enumerate(lines))
    decision = decided_with(*fixings, rates=(fixed(333, "USD"),), lines=sold, currency=currency)
    parts = [part for line in decision.lines for part in line.parts]
    assert sum(part.granted for part in parts) == half_even(sum(part.exact for part in parts))
    posted = balances(posted_by([decision])[0])
    assert posted.get(("creator:creator-1:brand:brand-1:commission", currency), 0) == commission_of(decision)


HISTORY = "Date,USD,JPY,RUB,\n2026-02-27,1.1812,N/A,,\n\n1999-01-04,1.1789,133.73,N/A,\n"
ONE_DAY = "Date, USD, JPY, \n27 February 2026, 1.1812, 184.10, \n"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        pytest.param(
            HISTORY,
            [
                FixingDay(date(2026, 2, 27), {"USD": "1.1812"}),
                FixingDay(date(1999, 1, 4), {"USD": "1.1789", "JPY": "133.73"}),
            ],
            id="the whole history",
        ),
        pytest.param(ONE_DAY, [FixingDay(date(2026, 2, 27), {"USD": "1.1812", "JPY": "184.10"})], id="one day"),
        pytest.param("Date,USD\n", [], id="no day yet"),
        pytest.param(
            "Date,USD,JPY\n2026-02-27,1.1812\n", [FixingDay(date(2026, 2, 27), {"USD": "1.1812"})], id="a short row"
        ),
    ],
)
def test_the_ecb_s_files_are_read_as_they_are(text, days):
    assert list(fixings_in(text.splitlines())) == days


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "line 1", id="an empty file"),
        pytest.param("<html>", "line 1", id="a page"),
        pytest.param("Date,usd\n2026-02-27,1", "usd", id="a currency in small letters"),
        pytest.param("Date,USD\n27.02.2026,1", "line 2: '27.02.2026'", id="another kind of date"),
        pytest.param("Date,USD\n2026-02-27,1\n2026-02-30,1", "line 3: '2026-02-30'", id="a day that does not exist"),
        *(
            pytest.param(f"Date,USD\n2026-02-27,{rate}", "no rate of USD", id=f"a rate of {rate}")
            for rate in ("x", "-1", "0", "0.0", "1e5", "NaN", "inf", "1.2.3", "1_0", "٣")
        ),
    ],
)
def test_a_file_that_is_none_is_refused(text, said):
    with pytest.raises(NotFixings, match=said):
        list(fixings_in(text.splitlines()))
