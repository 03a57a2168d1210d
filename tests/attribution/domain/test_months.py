"""MONEY 14: orders post the base rate; a month's close posts the tiers' uplift and the cap's deduction."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.domain.calendar import close_of
from attribution.domain.commission import EXPONENTS, half_even
from attribution.domain.entries import NOTHING, Entered, month_posting
from attribution.domain.facts import Fixing as KeptFixing
from attribution.domain.ledger import LegKind
from attribution.domain.months import Contribution, Reckoned, Worth, reckon, to_look_up, worth_by
from contracts.campaigns import Tier
from contracts.money import Money
from tests.attribution.builders import (
    BRAND,
    CAMPAIGN,
    COLLABORATION,
    CREATOR,
    DAY,
    HOUR,
    NOON,
    SECOND,
)

CLOSE = close_of("2026-03", "UTC")


def euro(amount: int) -> Money:
    return Money(amount=amount, currency="EUR")


def tiers(*rows: tuple[int, int], currency: str = "EUR") -> tuple[Tier, ...]:
    return tuple(Tier(volume=Money(amount=volume, currency=currency), basis_points=points) for volume, points in rows)


TIERS = tiers((10_000, 1_200), (20_000, 1_500))


def brought(volume: int = 10_000, **changes: Any) -> Contribution:
    """One order at 10 %, all of it by the default row."""
    volume_ = Fraction(volume)
    values: dict[str, Any] = {
        "order": "store-1:1",
        "placed_at": NOON,
        "month": "2026-03",
        "close": CLOSE,
        "brand": BRAND,
        "creator": CREATOR,
        "campaign": CAMPAIGN,
        "collaboration": COLLABORATION,
        "terms": 1,
        "currency": "EUR",
        "volume": volume_,
        "default_volume": volume_,
        "default_points": 1_000,
        "commission": half_even(volume_ / 10),
        "payable_at": NOON + 30 * DAY,
        "held": False,
        "tiers": TIERS,
        "cap": None,
    }
    return Contribution(**values | changes)


def month(*volumes: int, **changes: Any) -> list[Contribution]:
    return [
        brought(volume, order=f"store-1:{n}", placed_at=NOON + n * HOUR, **changes) for n, volume in enumerate(volumes)
    ]


def amounts(reckoned: Reckoned, currency: str = "EUR") -> dict[str, int]:
    sums: dict[str, int] = {}
    for (bucket, kind), amount in reckoned.entries.items():
        if bucket.currency == currency:
            sums[kind.value] = sums.get(kind.value, 0) + amount
    return sums


@pytest.mark.parametrize(
    ("volumes", "uplift"),
    [
        pytest.param([9_999], 0, id="below the first tier"),
        pytest.param([10_000], 0, id="up to the first tier"),
        pytest.param([15_000], 100, id="the marginal part only"),
        pytest.param([5_000, 5_000, 5_000], 100, id="the same by three orders"),
        pytest.param([25_000], 200 + 250, id="one order climbs two tiers"),
        pytest.param([20_000, 10_000], 200 + 500, id="the last tier has no end"),
        pytest.param([0, 10_050], 1, id="an order of nothing climbs nothing"),
    ],
)
def test_tiers_lift_what_lies_above_them(volumes: list[int], uplift: int):
    """MONEY 14: the marginal tier's uplift."""
    assert amounts(reckon(month(*volumes))).get("tier-uplift", 0) == uplift


def test_no_order_no_entry():
    assert reckon([]) == Reckoned()


def test_a_month_without_tiers_and_cap_brings_nothing():
    """MONEY 14: zero tiers."""
    assert not reckon(month(50_000, tiers=())).entries


def test_a_tier_of_zero_percent_takes_what_the_default_row_gave_beyond_it():
    """MONEY 14: tiers replace the default percentage, be it by nothing; such a difference is due with the close."""
    reckoned = reckon(month(30_000, tiers=tiers((10_000, 0))))
    assert amounts(reckoned) == {"tier-uplift": -2_000}
    assert {bucket.payable_at for bucket, _ in reckoned.entries} == {CLOSE}


def test_a_tier_at_zero_volume_replaces_the_default_from_the_first_cent_on():
    assert amounts(reckon(month(10_000, tiers=tiers((0, 1_500))))) == {"tier-uplift": 500}


def test_lines_of_other_rows_climb_and_are_not_lifted():
    """MONEY 14: volume is of all lines; tiers replace the percentage of the lines that the default row pays."""
    first = brought(15_000, default_volume=Fraction(0))
    second = brought(10_000, order="store-1:2", placed_at=NOON + HOUR, default_volume=Fraction(5_000))
    # 5,000 of it lie at 12 % and 5,000 at 15 %; half of each is the default row's.
    assert amounts(reckon([first, second])) == {"tier-uplift": 50 + 125}


def test_orders_climb_by_time_then_id_in_whole_seconds():
    """MONEY 14 and reading 2-4: at one second the smaller id goes first."""
    low = brought(10_000, order="store-1:a", placed_at=NOON + timedelta(milliseconds=900), default_points=1_000)
    high = brought(10_000, order="store-1:b", placed_at=NOON, default_points=0, commission=0)
    assert amounts(reckon([high, low])) == {"tier-uplift": 1_200}
    earlier = brought(10_000, order="store-1:b", placed_at=NOON - SECOND, default_points=0, commission=0)
    assert amounts(reckon([earlier, low])) == {"tier-uplift": 200}


def test_each_order_climbs_its_own_versions_tiers_from_the_volume_before_it():
    """MONEY 14: two versions of the terms in one month."""
    first = brought(15_000, terms=1)
    second = brought(
        10_000, order="store-1:2", placed_at=NOON + DAY, terms=2, tiers=tiers((20_000, 3_000)), default_points=2_000
    )
    # 15,000: 5,000 at 12 %. Then from 15,000 to 25,000 by the other version: 5,000 at 30 % in place of 20 %.
    assert amounts(reckon([first, second])) == {"tier-uplift": 100 + 500}


def test_the_cap_takes_what_exceeds_it_of_base_and_uplift():
    """MONEY 14: base 3,000 + uplift 700, capped at 3,100."""
    reckoned = reckon(month(20_000, 10_000, cap=euro(3_100)))
    assert amounts(reckoned) == {"tier-uplift": 700, "cap-deduction": -600}


def test_a_cap_alone_takes_from_the_base():
    """MONEY 14."""
    assert amounts(reckon(month(20_000, 10_000, tiers=(), cap=euro(2_999)))) == {"cap-deduction": -1}
    assert not reckon(month(20_000, 10_000, tiers=(), cap=euro(3_000))).entries
    assert amounts(reckon(month(20_000, tiers=(), cap=euro(0)))) == {"cap-deduction": -2_000}


def test_the_months_highest_cap_holds_and_none_is_higher_than_any():
    """MONEY 14: two versions of the terms in one month."""
    low = brought(20_000, tiers=(), cap=euro(1_000))
    high = brought(20_000, order="store-1:2", terms=2, tiers=(), cap=euro(3_500))
    assert amounts(reckon([low, high])) == {"cap-deduction": -500}
    free = brought(1, order="store-1:3", terms=3, tiers=(), cap=None)
    assert not reckon([low, high, free]).entries


def test_an_uplift_is_due_with_the_last_order_that_it_rests_on_and_a_deduction_with_the_close():
    """MONEY 14."""
    early = brought(15_000, payable_at=NOON + DAY)
    last = brought(10_000, order="store-1:2", placed_at=NOON + HOUR, payable_at=CLOSE + 9 * DAY)
    after = brought(
        10_000, order="store-1:3", placed_at=NOON + 2 * HOUR, payable_at=CLOSE + 20 * DAY, default_points=1_500
    )
    due = {kind: bucket.payable_at for bucket, kind in reckon([early, last, after]).entries}
    assert due == {LegKind.TIER_UPLIFT: CLOSE + 9 * DAY}
    due = {kind: bucket.payable_at for bucket, kind in reckon([brought(15_000, payable_at=NOON, cap=euro(1))]).entries}
    assert due == {LegKind.TIER_UPLIFT: CLOSE, LegKind.CAP_DEDUCTION: CLOSE}


def test_an_uplift_that_rests_on_a_held_order_is_held():
    """MONEY 5, 14: held is posted, and never payable; what comes after the last order that is lifted holds nothing."""
    assert reckon([brought(10_000, held=True), brought(5_000, order="store-1:2", placed_at=NOON + HOUR)]).held
    unlifted = brought(5_000, order="store-1:2", placed_at=NOON + HOUR, held=True, default_volume=Fraction(0))
    assert not reckon([brought(15_000), unlifted]).held


def rates(**per_euro: int):
    """What one euro cent is worth in other currencies' minor units, the day's number on top."""

    def fixing(currency: str, to: str, day: date) -> Worth | None:
        known = {"EUR": 1} | {code: rate + day.day for code, rate in per_euro.items()}
        if currency not in known or to not in known:
            return None
        return Worth(Fraction(known[to], known[currency]), day, "test")

    return fixing


def test_each_order_is_converted_at_its_own_fixing_and_the_rates_are_kept():
    """MONEY 14, 16: thresholds in euro, orders in yen, at 102 and 103 yen for a euro cent."""
    orders = [
        brought(10_000 * 102, currency="JPY"),
        brought(10_000 * 103, currency="JPY", order="store-1:2", placed_at=NOON + DAY),
    ]
    reckoned = reckon(orders, rates(JPY=100))
    assert amounts(reckoned, "JPY") == {"tier-uplift": 10_000 * 103 * 2 // 100}
    assert [(one.day, one.factor, one.source) for one in reckoned.fixings] == [
        (date(2026, 3, 2), Fraction(1, 102), "test"),
        (date(2026, 3, 3), Fraction(1, 103), "test"),
    ]


def test_one_collaboration_climbs_in_all_its_currencies_and_each_is_rounded_once():
    """MONEY 14: one entry per month, collaboration and currency; a cap in euro over both."""
    orders = [brought(10_000), brought(10_000 * 102, currency="JPY", order="store-1:2")]
    reckoned = reckon(orders, rates(JPY=100))
    assert amounts(reckoned) == {}
    assert amounts(reckoned, "JPY") == {"tier-uplift": 20_400}
    capped = reckon(
        [brought(10_000, cap=euro(1_100)), brought(1_020_000, currency="JPY", order="store-1:2", cap=euro(1_100))],
        rates(JPY=100),
    )
    assert amounts(capped, "JPY") == {"tier-uplift": 20_400, "cap-deduction": 100 * 102 - 102_000 - 20_400}


def test_an_order_without_a_fixing_neither_climbs_nor_is_capped_and_holds_the_uplift():
    """MONEY 16: until there is one."""
    unknown = brought(1_000_000, currency="XAF", order="store-1:0", placed_at=NOON - HOUR, cap=euro(1))
    reckoned = reckon([unknown, brought(15_000, cap=euro(1))])
    assert amounts(reckoned) == {"tier-uplift": 100, "cap-deduction": -1_599}
    assert amounts(reckoned, "XAF") == {}
    assert (reckoned.held, reckoned.unfixed) == (True, ("store-1:0",))


def test_caps_of_two_currencies_compare_at_the_fixing_of_the_order_that_brings_each():
    """MONEY 14, 16."""
    yen = Money(amount=102 * 5_000, currency="JPY")
    orders = [brought(100_000, tiers=(), cap=euro(4_000)), brought(1, order="store-1:2", terms=2, tiers=(), cap=yen)]
    assert amounts(reckon(orders, rates(JPY=100))) == {"cap-deduction": -5_000}


@pytest.mark.parametrize("currency", sorted(EXPONENTS))
def test_what_a_month_pays_is_exact_to_the_minor_unit_in_every_currency(currency: str):
    """MONEY 14, 15: 12 % of 5,005 minor units in place of 10 % is 100.1, whatever a minor unit is."""
    reckoned = reckon(month(15_005, currency=currency, tiers=tiers((10_000, 1_200), currency=currency)))
    assert amounts(reckoned, currency) == {"tier-uplift": 100}


@pytest.mark.parametrize(("above", "uplift"), [(25, 0), (75, 2), (26, 1), (125, 2)])
def test_a_month_is_rounded_half_even_once(above: int, uplift: int):
    """MONEY 14: two percent of 25 is one half."""
    assert amounts(reckon(month(10_000, above))).get("tier-uplift", 0) == uplift
    halves = month(10_000, *[25] * (above // 25), above % 25)
    assert amounts(reckon(halves)).get("tier-uplift", 0) == uplift


pieces = st.builds(
    brought,
    st.integers(0, 40_000),
    order=st.integers(1, 8).map(lambda n: f"store-1:{n}"),
    placed_at=st.integers(0, 5).map(lambda n: NOON + n * HOUR),
    terms=st.integers(1, 2),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    default_volume=st.just(Fraction(0)) | st.integers(0, 40_000).map(lambda n: Fraction(n, 3)),
    default_points=st.integers(0, 3_000),
    commission=st.integers(0, 9_000),
    payable_at=st.integers(0, 60).map(lambda n: NOON + n * DAY),
    held=st.booleans(),
    tiers=st.sampled_from([(), TIERS, tiers((0, 0), (5_000, 3_000)), tiers((700_000, 1_300), currency="JPY")]),
    cap=st.none() | st.integers(0, 20_000).map(euro),
)
months = st.lists(pieces, max_size=8, unique_by=lambda piece: (piece.order, piece.terms))


@settings(max_examples=200, deadline=None)
@given(months, st.data())
def test_the_order_of_arrival_says_nothing_and_corrections_end_with_the_same_balances(pieces, data):
    """MONEY 14: later changes adjust by difference."""
    shuffled = data.draw(st.permutations(pieces))
    whole = reckon(pieces, rates(JPY=100, KWD=7))
    assert reckon(shuffled, rates(JPY=100, KWD=7)) == whole
    posted, transactions = NOTHING, []
    for end in [*data.draw(st.lists(st.integers(0, len(shuffled)), max_size=4)), len(shuffled)]:
        seen = reckon(shuffled[:end], rates(JPY=100, KWD=7))
        transaction = month_posting("2026-03", COLLABORATION, seen.entries, posted, NOON)
        if transaction is not None:
            transactions.append(transaction)
            posted = posted.after(transaction)
    assert posted.by_place() == dict(whole.entries)
    assert Entered.of(transactions) == posted
    assert [transaction.number for transaction in transactions] == list(range(1, len(transactions) + 1))
    assert all(Entered.from_doc(posted.to_doc()) == posted for _ in transactions)


@settings(max_examples=200, deadline=None)
@given(months, st.integers(0, 20_000))
def test_with_a_cap_nobody_earns_more_than_it_and_nobody_below_it_loses(pieces, limit):
    """MONEY 14: in one currency the sum of base, uplift and deduction is the smaller of cap and what it would be."""
    if not pieces:
        return
    capped = [brought_again(piece, euro(limit)) for piece in pieces]
    free = [brought_again(piece, None) for piece in pieces]
    base = sum(piece.commission for piece in pieces)
    without = base + sum(amounts(reckon(free)).values())
    assert base + sum(amounts(reckon(capped)).values()) == min(without, limit)


def brought_again(piece: Contribution, cap: Money | None) -> Contribution:
    in_euro = TIERS if piece.tiers and piece.tiers[0].volume.currency != "EUR" else piece.tiers
    return Contribution.from_doc(piece.to_doc() | {"currency": "EUR", "tiers": in_euro, "cap": cap})


def test_a_minor_unit_is_worth_what_the_fixing_before_the_orders_day_says():
    """MONEY 14, 16: one cent is 1.6 yen; a currency that no list has is worth nothing known."""
    found = {
        ("USD", "2026-03-02"): KeptFixing("USD", "2026-03-02", "2026-02-27", "1.25"),
        ("JPY", "2026-03-02"): KeptFixing("JPY", "2026-03-02", "2026-02-27", "200"),
    }
    worth, day = worth_by(found), date(2026, 3, 2)
    assert worth("USD", "JPY", day) == Worth(Fraction(200, 125), date(2026, 2, 27), "ECB")
    assert worth("USD", "EUR", day) == Worth(Fraction(4, 5), date(2026, 2, 27), "ECB")
    assert worth("XAF", "EUR", day) is None
    assert worth("USD", "EUR", date(2026, 3, 3)) is None


def test_nothing_is_looked_up_where_all_is_in_one_currency():
    """MONEY 16: a conversion is asked for only where there is one."""
    assert to_look_up(month(1, 2, cap=euro(1))) == (set(), set())
    assert to_look_up(month(1, cap=Money(amount=1, currency="JPY"))) == ({"2026-03-02"}, {"EUR", "JPY"})
