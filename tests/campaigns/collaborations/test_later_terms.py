"""The rate lock: what is announced, when it is in force, and what is paid by it (MONEY 20)."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns.domain.collaborations import deadlines, terms
from campaigns.domain.collaborations.terms import Change, next_version, planned, shifted, spread, spread_anew
from campaigns.domain.refusals import NotNow, Refused
from contracts.campaigns import Side, TermsVersion, Tier
from contracts.favours import favours_creator
from contracts.http.campaigns import NewDeliverable
from contracts.money import Money
from tests.campaigns.builders import NOON, WEEK, a_deliverable, a_work, agreed, an_invitation

HOUR = timedelta(hours=1)
LATER = NOON + 10 * HOUR


def eur(amount: int) -> Money:
    return Money(amount=amount, currency="EUR")


@pytest.mark.parametrize(
    ("change", "at_once"),
    [
        pytest.param(Change(commission=1251), True, id="more"),
        pytest.param(Change(commission=1249), False, id="less"),
        pytest.param(Change(window_hours=721), True, id="a longer window"),
        pytest.param(Change(window_hours=719), False, id="a shorter window"),
        pytest.param(Change(hold_days=29), True, id="a shorter hold"),
        pytest.param(Change(hold_days=31), False, id="a longer hold"),
        pytest.param(Change(products=("x",)), False, id="fewer products"),
        pytest.param(Change(cap=eur(1)), False, id="a cap"),
        pytest.param(Change(per_unit=eur(500)), False, id="another plan"),
        pytest.param(Change(tiers=(Tier(volume=eur(1), basis_points=1300),)), True, id="a tier above"),
        pytest.param(Change(tiers=(Tier(volume=eur(1), basis_points=1200),)), False, id="a tier below"),
        pytest.param(Change(commission=2000, hold_days=31), False, id="one worse field makes all of it worse"),
        pytest.param(Change(may_advertise=True), True, id="what is not money"),
    ],
)
def test_what_favours_is_in_force_at_once_and_what_does_not_after_720_hours(change, at_once):
    first = agreed().state.terms
    version = next_version(first, change, LATER)
    assert (version.number, version.notice_at) == (2, LATER)
    assert version.in_force_at == (LATER if at_once else LATER + 720 * HOUR)
    assert favours_creator(version, (*first, version)) is at_once


def test_a_later_version_is_judged_by_what_is_in_force_at_its_notice():
    versions = agreed().state.terms
    versions += (next_version(versions, Change(commission=1000), LATER),)
    versions += (next_version(versions, Change(commission=1100), LATER + HOUR),)
    assert versions[2].in_force_at == LATER + 721 * HOUR, "1,250 was still in force"
    versions += (next_version(versions, Change(commission=1200), LATER + 800 * HOUR),)
    assert versions[3].in_force_at == versions[3].notice_at, "by then 1,100 was"


def test_what_was_agreed_is_never_touched():
    record = agreed()
    step = terms.announced(record, Change(commission=1), LATER)
    assert step.after.state.terms[0] == record.state.terms[0]
    assert step.after.state.deliverables == record.state.deliverables
    assert step.after.state.terms[1].deliverables == record.state.terms[0].deliverables
    assert step.after.state.terms[1].fee == record.state.terms[0].fee


def test_nothing_is_announced_before_the_agreement():
    with pytest.raises(NotNow) as refused:
        terms.announced(an_invitation(), Change(commission=1), LATER)
    assert refused.value.state == "invited"


def test_a_field_can_be_taken_away_again():
    versions: tuple[TermsVersion, ...] = agreed().state.terms
    versions += (next_version(versions, Change(cap=eur(5), products=("x",)), LATER),)
    free = next_version(versions, Change(takes=frozenset({"cap", "products"})), LATER)
    assert (free.cap, free.products) == (None, None)


def test_the_reminder_of_worse_terms_is_given_once_and_not_early():
    record = terms.announced(agreed(), Change(commission=1), LATER).after
    (timer,) = [one for one in deadlines.wanted(record) if one.purpose == deadlines.TERMS_NEAR]
    assert (timer.version, timer.due) == (2, LATER + 672 * HOUR)
    assert deadlines.terms_reminded(record, 2, timer.due - HOUR / 3600) is None
    step = deadlines.terms_reminded(record, 2, timer.due)
    assert step is not None
    assert step.by is Side.SYSTEM
    assert deadlines.terms_reminded(step.after, 2, timer.due) is None
    assert deadlines.terms_reminded(record, 9, timer.due) is None


@pytest.mark.parametrize(
    ("weights", "amount", "shares"),
    [
        ([1, 1, 1], 100, [34, 33, 33]),
        ([2, 1], 100, [67, 33]),
        ([0, 0], 5, [3, 2]),
        ([1], 0, [0]),
        ([], 0, []),
        ([10**12, 1], 10**12, [999_999_999_999, 1]),
    ],
)
def test_a_fee_is_spread_to_the_last_minor_unit(weights: list[int], amount: int, shares: list[int]):
    assert spread(weights, amount) == shares
    assert sum(shares) == (amount if weights else 0)


def test_another_fee_keeps_the_shares():
    work = (a_deliverable(0, fee=eur(10_000)), a_deliverable(1, fee=eur(5_000)))
    assert [one.fee for one in spread_anew(work, eur(9_001))] == [eur(6_001), eur(3_000)]


def asked(**changes: Any) -> NewDeliverable:
    return NewDeliverable.model_validate(a_work(**changes))


def test_each_of_several_alike_is_a_deliverable_of_its_own():
    made = planned([asked(number=2), asked(type="story")], eur(100), NOON, iter("abc"))
    assert [(one.id, one.type.value, one.fee.amount) for one in made] == [
        ("a", "short-video", 34),
        ("b", "short-video", 33),
        ("c", "story", 33),
    ]


def test_fees_of_deliverables_sum_to_the_terms_fee_or_are_refused():
    given = [asked(fee={"amount": 60, "currency": "EUR"}), asked(fee={"amount": 40, "currency": "EUR"})]
    assert [one.fee.amount for one in planned(given, eur(100), NOON, iter("ab"))] == [60, 40]
    for wrong in (given[:1], [*given, asked()]):
        with pytest.raises(Refused):
            planned(wrong, eur(100), NOON, iter("abc"))


def test_a_deadline_moves_all_steps_by_as_much_and_none_into_the_past():
    (moved,) = shifted((a_deliverable(),), WEEK, NOON)
    assert (moved.concept_due, moved.publication_due) == (NOON + 3 * WEEK, NOON + 5 * WEEK)
    with pytest.raises(Refused):
        shifted((a_deliverable(),), -2 * WEEK, NOON)
    with pytest.raises(Refused):
        shifted((a_deliverable(),), timedelta(days=366 * 9000), NOON)
