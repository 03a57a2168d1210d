"""MONEY 20: which version of the terms favours the creator, field by field."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.campaigns import CouponTerms, CustomerKind, Plan, Rate, TermsVersion, Tier
from contracts.favours import favours, favours_creator, in_force_at_notice, worsened
from contracts.money import Money

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NEW, RETURNING = CustomerKind.NEW, CustomerKind.RETURNING


def eur(amount: int) -> Money:
    return Money(amount=amount, currency="EUR")


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


def percent(basis_points: int, **matching: Any) -> Rate:
    return Rate(plan=Plan.PERCENT, basis_points=basis_points, **matching)


def fixed(per_unit: Money, **matching: Any) -> Rate:
    return Rate(plan=Plan.FIXED, per_unit=per_unit, **matching)


def terms(*rates: Rate, **changes: Any) -> TermsVersion:
    values: dict[str, Any] = {
        "number": 1,
        "notice_at": NOON,
        "in_force_at": NOON,
        "fee": eur(10_000),
        "rates": rates or (percent(1000),),
    }
    return TermsVersion(**values | changes)


FIELDS = [
    pytest.param({"fee": eur(10_000)}, {"fee": eur(10_001)}, {"fee": eur(9_999)}, "fee", id="MONEY 20: fee"),
    pytest.param({}, {}, {"fee": usd(99_999)}, "fee", id="MONEY 20: a change of currency"),
    pytest.param(
        {"window_hours": 720}, {"window_hours": 721}, {"window_hours": 719}, "window_hours", id="MONEY 20: window"
    ),
    pytest.param({"hold_days": 30}, {"hold_days": 29}, {"hold_days": 31}, "hold_days", id="MONEY 20: hold"),
    pytest.param(
        {"products": ("p1",)},
        {"products": ("p2", "p1")},
        {"products": ("p2",)},
        "products",
        id="MONEY 20: coverage of other products",
    ),
    pytest.param({"products": None}, {}, {"products": ("p1",)}, "products", id="MONEY 20: no longer all products"),
    pytest.param({"products": ("p1",)}, {"products": None}, {"products": ()}, "products", id="MONEY 20: all products"),
    pytest.param({}, {"cap": None}, {"cap": eur(10**9)}, "cap", id="MONEY 20: a cap where there was none"),
    pytest.param({"cap": eur(500)}, {"cap": eur(501)}, {"cap": eur(499)}, "cap", id="MONEY 20: cap"),
    pytest.param({"cap": eur(500)}, {"cap": None}, {"cap": usd(9_999)}, "cap", id="MONEY 20: the cap's currency"),
]


@pytest.mark.parametrize(("old", "better", "worse", "field"), FIELDS)
def test_a_worse_field_makes_the_whole_version_unfavourable(old, better, worse, field):
    """MONEY 20: however much better all others are."""
    before = terms(**old)
    assert worsened(terms(**old | better), before) == ()
    assert worsened(terms(percent(9_000), **old | worse), before) == (field,)
    assert not favours(terms(percent(9_000), **old | worse), before)


def tier(volume: Money, basis_points: int) -> Tier:
    return Tier(volume=volume, basis_points=basis_points)


@pytest.mark.parametrize(
    ("old", "new", "default", "worse"),
    [
        pytest.param([], [tier(eur(100), 1001)], 1000, False, id="tiers above the default"),
        pytest.param([], [tier(eur(100), 999)], 1000, True, id="a tier below the default"),
        pytest.param([tier(eur(100), 1500)], [tier(eur(100), 1500)], 1000, False, id="the same tiers"),
        pytest.param([tier(eur(100), 1500)], [tier(eur(99), 1500)], 1000, False, id="reached sooner"),
        pytest.param([tier(eur(100), 1500)], [tier(eur(101), 1500)], 1000, True, id="reached later"),
        pytest.param([tier(eur(100), 1500)], [tier(eur(100), 1499)], 1000, True, id="a lower percentage"),
        pytest.param([tier(eur(100), 1500)], [], 1000, True, id="no tiers any more"),
        pytest.param([tier(eur(100), 1500)], [], 1500, False, id="no tiers, and a default that makes up for them"),
        pytest.param([tier(eur(100), 1500)], [tier(usd(1), 9_000)], 1000, True, id="another currency"),
        pytest.param(
            [tier(eur(100), 1200), tier(eur(300), 2000)],
            [tier(eur(50), 1200), tier(eur(200), 1500), tier(eur(300), 2000)],
            1000,
            False,
            id="one more tier between",
        ),
        pytest.param(
            [tier(eur(100), 1200), tier(eur(300), 2000)], [tier(eur(100), 1900)], 1000, True, id="without the highest"
        ),
    ],
)
def test_tiers_are_compared_at_every_volume(old, new, default, worse):
    """MONEY 14, 20."""
    before, after = terms(tiers=tuple(old)), terms(percent(default), tiers=tuple(new))
    assert worsened(after, before) == (("tiers",) if worse else ())


RATES = [
    pytest.param([percent(1000)], [percent(1001)], [percent(999)], id="percent"),
    pytest.param([fixed(eur(5))], [fixed(eur(6))], [fixed(eur(4))], id="fixed"),
    pytest.param([percent(1000)], [percent(1000)], [fixed(eur(10**9))], id="another kind of row"),
    pytest.param([fixed(eur(5))], [fixed(eur(5))], [percent(10_000)], id="another kind of row, the other way"),
    pytest.param([fixed(eur(5))], [fixed(eur(5))], [fixed(usd(500))], id="the fixed amount's currency"),
    pytest.param(
        [percent(1000)],
        [percent(1500, product="p1"), percent(1000)],
        [percent(500, product="p1"), percent(2000)],
        id="a product that only the new version names",
    ),
    pytest.param(
        [percent(1500, product="p1"), percent(1000)],
        [percent(1500)],
        [percent(1499)],
        id="a product that only the old version named",
    ),
    pytest.param(
        [percent(1500, product="p1"), percent(1000)],
        [percent(1500, product="p1"), percent(1000)],
        [percent(1500, product="p1"), percent(999)],
        id="the products that nobody names",
    ),
    pytest.param(
        [percent(1500, collection="c1"), percent(1000)],
        [percent(1500, collection="c1"), percent(1100)],
        [percent(1400, collection="c1"), percent(1100)],
        id="a collection",
    ),
    pytest.param(
        [percent(1500, customer=NEW), percent(1000)],
        [percent(1500, customer=NEW), percent(1000, customer=RETURNING), percent(1000)],
        [percent(1500, customer=NEW), percent(900, customer=RETURNING), percent(1000)],
        id="a kind of customer",
    ),
    pytest.param(
        [percent(1500, customer=NEW), percent(1000)],
        [percent(1500), percent(1000)],
        [percent(1500, customer=RETURNING), percent(1000)],
        id="another kind of customer",
    ),
    pytest.param(
        [percent(1500, product="p1", customer=NEW), percent(1000)],
        [percent(1500, product="p1"), percent(1000)],
        [percent(1500, customer=NEW, product="p2"), percent(1000)],
        id="a product together with a kind of customer",
    ),
    pytest.param(
        [percent(2000, collection="c1"), percent(1500, collection="c2"), percent(1000)],
        [percent(2000, collection="c1"), percent(1500, collection="c2"), percent(1000)],
        [percent(1500, collection="c2"), percent(2000, collection="c1"), percent(1000)],
        id="a line of two collections, when only the order of rows changes",
    ),
    pytest.param(
        [percent(1000)], [percent(1000), percent(1)], [percent(1000, product="p1")], id="no row where there was one"
    ),
    pytest.param(
        [percent(1000, product="p1")],
        [percent(1000, product="p1"), percent(1)],
        [percent(999, product="p1"), percent(9_000)],
        id="a row where there was none",
    ),
]


@pytest.mark.parametrize(("old", "better", "worse"), RATES)
def test_rows_are_compared_for_everything_that_either_names(old, better, worse):
    """MONEY 20: the matched row has the same kind and is not lower."""
    assert favours(terms(*better), terms(*old))
    assert worsened(terms(*worse), terms(*old)) == ("rates",)


def test_nothing_else_counts():
    """MONEY 20, reading: number, times, the coupon."""
    other = terms(
        number=9, notice_at=NOON + DAY, in_force_at=NOON + 9 * DAY, coupon=CouponTerms(code="X", percent_off=1)
    )
    assert favours(other, terms(coupon=CouponTerms(code="Y", percent_off=9_000)))


names = st.fixed_dictionaries(
    {
        "product": st.sampled_from([None, None, "p1", "p2"]),
        "collection": st.sampled_from([None, None, "c1", "c2"]),
        "customer": st.sampled_from([None, None, NEW, RETURNING]),
    }
)
rows = st.one_of(
    st.builds(lambda amount, matching: percent(amount, **matching), st.sampled_from([500, 1000, 1500]), names),
    st.builds(lambda amount, matching: fixed(amount, **matching), st.sampled_from([eur(5), eur(9), usd(9)]), names),
)
versions = st.builds(
    lambda rates, **fields: terms(*rates, percent(1000), **fields),
    st.lists(rows.filter(lambda row: not row.is_default), max_size=3),
    cap=st.sampled_from([None, eur(50), eur(60), usd(60)]),
    tiers=st.sampled_from([(), (tier(eur(10), 1500),), (tier(eur(20), 1500),), (tier(eur(10), 900),)]),
    fee=st.sampled_from([eur(0), eur(100), usd(100)]),
    window_hours=st.sampled_from([24, 720, 8760]),
    hold_days=st.sampled_from([0, 30, 365]),
    products=st.sampled_from([None, ("p1",), ("p1", "p2")]),
)


@settings(deadline=None)
@given(versions)
def test_the_same_terms_again_favour(version):
    """MONEY 20: reflexive."""
    assert favours(version.model_copy(update={"number": 2}), version)


@settings(max_examples=300, deadline=None)
@given(versions, versions, versions)
def test_better_than_the_better_is_better(old, middle, new):
    """MONEY 20: transitive, and better both ways only where nothing that a line matches differs."""
    if favours(middle, old) and favours(new, middle):
        assert favours(new, old)


LINES = [
    (product, of, customer)
    for product in (None, "p1", "p2", "p9")
    for of in ((), ("c1",), ("c2",), ("c1", "c2"), ("c9", "c2", "c1"))
    for customer in (None, NEW, RETURNING)
]


def matched(version: TermsVersion, product, of, customer) -> Rate | None:
    return next(
        (
            row
            for row in version.rates
            if row.product in (None, product)
            and (row.collection is None or row.collection in of)
            and row.customer in (None, customer)
        ),
        None,
    )


@settings(max_examples=500, deadline=None)
@given(versions, versions)
def test_no_line_earns_less_by_a_version_that_favours(old, new):
    """MONEY 20: and where the rates are worse, there is a line that shows it."""

    def lower(line) -> bool:
        before, after = matched(old, *line), matched(new, *line)
        if before is None:
            return False
        if after is None or after.plan is not before.plan:
            return True
        if before.per_unit is None:
            return after.basis_points < before.basis_points
        return after.per_unit.currency != before.per_unit.currency or after.per_unit.amount < before.per_unit.amount

    assert ("rates" in worsened(new, old)) == any(lower(line) for line in LINES)


WORSE = {
    "cap": lambda old: {"cap": eur(0) if old.cap is None else Money(amount=1, currency=old.cap.currency)},
    "tiers": lambda old: {"tiers": (*old.tiers, tier(eur(1_000), 1))},
    "fee": lambda old: {"fee": Money(amount=old.fee.amount - 1, currency=old.fee.currency)},
    "window_hours": lambda old: {"window_hours": old.window_hours - 1},
    "hold_days": lambda old: {"hold_days": old.hold_days + 1},
    "products": lambda _old: {"products": ("p9",)},
    "rates": lambda _old: {"rates": (fixed(Money(amount=1, currency="JPY")),)},
}


@settings(max_examples=200, deadline=None)
@given(versions, versions, st.sampled_from(sorted(WORSE)))
def test_one_worse_field_is_named_whatever_the_others_are(old, new, field):
    """MONEY 20: over all fields."""
    worse = new.model_copy(update=WORSE[field](old))
    assert field in worsened(worse, old)
    assert not favours(worse, old)


def version(number: int, notice: datetime, in_force: datetime, basis_points: int) -> TermsVersion:
    return terms(percent(basis_points), number=number, notice_at=notice, in_force_at=in_force)


def test_a_version_is_judged_against_the_one_in_force_at_its_notice():
    """MONEY 20, reading: not against the one that comes before it by number, nor the first."""
    first = version(1, NOON, NOON, 1000)
    cut = version(2, NOON + DAY, NOON + 31 * DAY, 800)
    early = version(3, NOON + 2 * DAY, NOON + 2 * DAY, 900)
    late = version(4, NOON + 40 * DAY, NOON + 40 * DAY, 950)
    all_of_them = (late, early, first, cut)
    assert [in_force_at_notice(one, all_of_them) for one in (first, cut, early, late)] == [None, first, first, early]
    assert [favours_creator(one, all_of_them) for one in (first, cut, early, late)] == [False, False, False, True]


def test_the_very_second_of_its_notice_counts():
    """MONEY 2-4, 20: whole seconds."""
    first = version(1, NOON, NOON, 1000)
    second = version(2, NOON, NOON + DAY + timedelta(microseconds=999_999), 500)
    third = version(3, NOON + DAY, NOON + DAY, 600)
    assert in_force_at_notice(third, (first, second, third)) is second
    assert favours_creator(third, (first, second, third))


def test_before_anything_is_in_force_the_agreed_version_counts():
    """MONEY 20: a version that is announced before the first one begins is no less a change."""
    first = version(1, NOON, NOON + 10 * DAY, 1000)
    second = version(2, NOON + DAY, NOON + 20 * DAY, 500)
    assert in_force_at_notice(second, (first, second)) is first
    assert not favours_creator(second, (first, second))
