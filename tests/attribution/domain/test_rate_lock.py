"""MONEY 20: the touch fixes the terms' version, unless a later one favours the creator."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.domain.facts import Model, Policy
from attribution.domain.touches import Setting, clicks_of
from contracts.campaigns import TermsVersion, Tier
from contracts.ids import BrandId
from contracts.money import Money
from tests.attribution.builders import (
    CLICK,
    DAY,
    HOUR,
    NOON,
    SECOND,
    a_click,
    a_collaboration,
    a_coupon,
    a_line,
    a_world,
    an_order,
    commission_of,
    decided,
    fixed,
    percent,
    some_terms,
    verdicts,
)

CLICKED = NOON - 10 * DAY


def later(*rates, number: int = 2, since=NOON - DAY, notice=None, **changes) -> TermsVersion:
    """A version that comes into force between the click and the order."""
    return some_terms(
        number=number, rates=rates or (percent(1000),), notice_at=notice or since, in_force_at=since, **changes
    )


def paid(*versions: TermsVersion, order=None, at=CLICKED, **collaboration):
    terms = (some_terms(), *versions)
    return decided(order or an_order(), a_click(at=at), a_collaboration(terms=terms, **collaboration))


def part(decision):
    return decision.lines[0].parts[0]


@pytest.mark.parametrize(
    ("version", "number", "commission"),
    [
        pytest.param(later(percent(1500)), 2, 1_500, id="MONEY 20: a raise pays from its day on"),
        pytest.param(later(percent(999)), 1, 1_000, id="MONEY 20: a cut never, WEBHOOKS trap 14"),
        pytest.param(later(percent(1500), hold_days=31), 1, 1_000, id="MONEY 20: a raise with a longer hold"),
        pytest.param(later(percent(1500), window_hours=719), 1, 1_000, id="MONEY 20: a raise with a shorter window"),
        pytest.param(later(percent(1500), products=("product-1",)), 1, 1_000, id="MONEY 20: a raise that covers less"),
        pytest.param(
            later(percent(1500), fee=Money(amount=5, currency="USD")), 1, 1_000, id="MONEY 20: the fee's currency"
        ),
        pytest.param(later(fixed(9_999)), 1, 1_000, id="MONEY 20: another kind of rate"),
        pytest.param(later(percent(1500), since=NOON + SECOND), 1, 1_000, id="MONEY 20: not yet at the order's time"),
        pytest.param(later(percent(1500), since=NOON), 2, 1_500, id="MONEY 20: in force in the order's second"),
        pytest.param(later(percent(500), since=CLICKED), 2, 500, id="MONEY 20: in force at the click already"),
    ],
)
def test_which_version_pays_a_click(version, number, commission):
    decision = paid(version)
    assert (part(decision).terms, commission_of(decision)) == (number, commission)
    assert decision.candidates[0].terms == (2 if version.in_force_at == CLICKED else 1)


def test_of_the_later_version_tiers_and_cap_apply():
    """MONEY 14, 20, reading: the month is closed by the terms that pay, of which the record names the number."""
    tiers = (Tier(volume=Money(amount=1, currency="EUR"), basis_points=2_000),)
    old = some_terms(cap=Money(amount=10, currency="EUR"))
    new = later(cap=Money(amount=20, currency="EUR"), tiers=tiers)
    collaboration = a_collaboration(terms=(old, new))
    order, click = an_order(), a_click(at=CLICKED)
    setting = Setting(a_world(click, collaboration), BrandId("brand-1"), order.sale.placed_at)
    [(_, touch)] = clicks_of(order.click_ids, setting)
    assert (touch.terms.number, touch.terms.cap, touch.terms.tiers) == (1, old.cap, ())
    assert (touch.pays.number, touch.pays.cap, touch.pays.tiers) == (2, new.cap, tiers)
    assert part(decided(order, click, collaboration)).terms == 2


def test_of_the_later_version_rates_and_hold_apply():
    decision = paid(later(percent(1500), hold_days=10, window_hours=8760))
    assert (part(decision).terms, part(decision).basis_points, part(decision).hold_days) == (2, 1500, 10)


def test_the_window_stays_the_touch_s():
    """MONEY 20, reading: 31 days later the click is too old, whatever the later version allows."""
    old = NOON - 31 * DAY
    decision = paid(later(percent(1500), window_hours=8760), at=old)
    assert verdicts(decision) == {CLICK: "outside-window"}


def test_the_coverage_stays_the_touch_s():
    """MONEY 20, reading: what the later version covers beside it earns nothing by an older click."""
    lines = (a_line(line="l1", product="p1"), a_line(line="l2", product="p2"))
    terms = (some_terms(products=("p1",)), later(percent(1500), products=("p1", "p2")))
    decision = decided(an_order(lines=lines), a_click(at=CLICKED), a_collaboration(terms=terms))
    assert [line.parts[0].granted if line.parts else None for line in decision.lines] == [1_500, None]


def test_the_eligibility_stays_the_touch_s():
    """MONEY 6, 20: a click while the collaboration was paused earns by no version."""
    pause = [(CLICKED - DAY * 300, CLICKED - HOUR), (CLICKED + HOUR,)]
    decision = paid(later(percent(1500)), active=pause)
    assert verdicts(decision) == {CLICK: "paused-or-ended"}


def test_favourable_is_judged_against_the_version_in_force_at_notice():
    """MONEY 20, reading: 8 % was announced for March and came; the 9 % after it favour over the 8 %, and so pay."""
    cut = later(percent(800), since=NOON - 5 * DAY, notice=NOON - 40 * DAY)
    raised = later(percent(900), number=3, since=NOON - 2 * DAY)
    assert commission_of(paid(cut)) == 1_000
    assert commission_of(paid(cut, raised)) == 900
    announced_before_the_cut = later(percent(900), number=3, since=NOON - 2 * DAY, notice=NOON - 6 * DAY)
    assert commission_of(paid(cut, announced_before_the_cut)) == 1_000


def test_the_highest_number_whose_time_has_come_is_in_force():
    """MONEY 20, reading: a favourable version in between pays no longer once another is in force."""
    raised = later(percent(1500), since=NOON - 5 * DAY)
    cut = later(percent(800), number=3, since=NOON - 2 * DAY, notice=NOON - 4 * DAY)
    assert commission_of(paid(raised)) == 1_500
    assert commission_of(paid(raised, cut)) == 1_000


def test_a_code_is_paid_by_the_version_of_the_order_s_time():
    """MONEY 3, 20: its touch is the order's time, so a cut that has come counts for it."""
    decision = decided(
        an_order(click_ids=(), codes=("KRISTA20",)),
        a_coupon(),
        a_collaboration(terms=(some_terms(), later(percent(800)))),
    )
    assert (part(decision).terms, commission_of(decision)) == (2, 800)


def test_each_click_has_its_own_lock():
    """MONEY 7, 20: linear, one click before and one after a cut of the same collaboration."""
    clicks = (a_click(id="a", at=CLICKED), a_click(id="b", at=NOON - HOUR))
    decision = decided(
        an_order(click_ids=("a", "b")),
        *clicks,
        a_collaboration(terms=(some_terms(), later(percent(800)))),
        policy=Policy(version=2, model=Model.LINEAR),
    )
    assert [(one.touch, one.terms, one.granted) for one in decision.lines[0].parts] == [("a", 1, 500), ("b", 2, 400)]


def test_a_code_brings_its_collaboration_s_clicks_their_better_version():
    """MONEY 9, 20: the click before the cut is the better one, though a later click of the collaboration has less."""
    clicks = (a_click(id="a", at=CLICKED), a_click(id="b", at=NOON - HOUR))
    decision = decided(
        an_order(click_ids=("b", "a"), codes=("KRISTA20",)),
        *clicks,
        a_coupon(),
        a_collaboration(terms=(some_terms(), later(percent(800)))),
    )
    assert (part(decision).touch, part(decision).terms, commission_of(decision)) == ("KRISTA20", 1, 1_000)


@pytest.mark.parametrize(
    ("version", "number"),
    [
        pytest.param(later(percent(1000), window_hours=719), 2, id="MONEY 9: of equal ones the touch's own"),
        pytest.param(later(percent(1000), hold_days=31), 1, id="MONEY 9: of equal ones that which pays sooner"),
    ],
)
def test_of_a_code_s_and_a_click_s_versions_that_pay_the_same(version, number):
    terms = a_collaboration(terms=(some_terms(), version))
    decision = decided(an_order(codes=("KRISTA20",)), a_click(at=CLICKED), a_coupon(), terms)
    assert (part(decision).touch, part(decision).terms) == ("KRISTA20", number)


rates = st.sampled_from([(percent(500),), (percent(1000),), (percent(1500),), (fixed(700),), (fixed(2_000),)])
whens = st.integers(1, 12).map(lambda days: NOON - days * DAY)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(rates, whens, st.integers(0, 40), st.sampled_from([10, 30])), max_size=3))
def test_a_change_of_which_all_are_announced_after_the_click_never_costs_the_creator(changes):
    """MONEY 20: while version 1 is in force at every notice, whatever pays is not less than what the click fixed."""
    versions = [
        later(*of, number=number, since=NOON - (12 - number) * SECOND, notice=CLICKED, hold_days=hold)
        for number, (of, _, _, hold) in enumerate(changes, start=2)
    ]
    decision = paid(*versions)
    assert commission_of(decision) >= 1_000
    assert part(decision).hold_days <= 30
