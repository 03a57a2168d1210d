"""What agreements bind of a budget, and what is left: pure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from campaigns.domain import budgets
from campaigns.domain.budgets import BudgetExceeded, BudgetTooSmall, Commitment, Standing
from contracts.campaigns import Budget, Cancellation, CancelledBy, CollaborationStatus, Deliverable
from contracts.money import INT64_MAX, Money
from tests.campaigns.builders import NOON, an_invitation

EUR = "EUR"
BUDGET = Budget(
    amount=Money(amount=100_000, currency=EUR),
    product=Money(amount=1_200, currency=EUR),
    shipping=Money(amount=600, currency=EUR),
)
JANUARY = datetime(2027, 1, 15, tzinfo=UTC)


def agreed(*, cap: int | None = None, deliverables: tuple[Deliverable, ...] = (), status=CollaborationStatus.AGREED):
    state = an_invitation().state
    terms = state.terms[0].model_copy(update={"cap": None if cap is None else Money(amount=cap, currency=EUR)})
    changes = {"agreed_at": NOON, "terms": (terms,), "deliverables": deliverables, "status": status}
    return state.model_copy(update=changes)


def bound(state, budget: Budget | None = BUDGET, until: datetime = JANUARY) -> Commitment:
    found = budgets.commitment(state, budget, runs_until=until, zone=ZoneInfo("Europe/Rome"))
    assert found is not None
    return found


def work(**steps) -> Deliverable:
    return Deliverable(id="d-1", fee=Money(amount=15_001, currency=EUR), **steps)


def cancelled(by: CancelledBy, days_late: int = 0) -> Cancellation:
    return Cancellation(at=NOON + timedelta(days=9), by=by, days_late=days_late)


def test_an_agreement_binds_fee_product_shipping_and_the_cap_of_each_month():
    assert bound(agreed(cap=2_000)) == Commitment(15_000, 1_200, 600, 3 * 2_000)
    assert bound(agreed(cap=2_000)).total == 22_800


def test_before_it_is_agreed_nothing_is_bound():
    assert budgets.commitment(an_invitation().state, BUDGET, runs_until=JANUARY, zone=UTC) is None


def test_terms_without_a_cap_bind_no_commission_and_are_counted():
    assert bound(agreed()) == Commitment(15_000, 1_200, 600, 0, uncapped=True)


def test_without_a_budget_the_fee_is_bound_all_the_same():
    assert bound(agreed(cap=0), None) == Commitment(fees=15_000)


@pytest.mark.parametrize(
    ("begins", "ends", "months"),
    [
        pytest.param("2026-11-01T12:00Z", "2026-11-30T12:00Z", 1, id="within a month"),
        pytest.param("2026-11-30T22:59Z", "2026-11-30T23:01Z", 2, id="over midnight in Rome"),
        pytest.param("2026-11-30T23:30Z", "2026-12-31T22:59Z", 1, id="December in Rome"),
        pytest.param("2026-12-01T00:00Z", "2027-12-01T00:00Z", 13, id="over a year"),
        pytest.param("2026-12-01T00:00Z", "2026-11-01T00:00Z", 1, id="never less than one"),
    ],
)
def test_months_are_the_brand_s_calendar_s(begins, ends, months):
    times = (datetime.fromisoformat(at) for at in (begins, ends))
    assert budgets.months_of(*times, ZoneInfo("Europe/Rome")) == months


@pytest.mark.parametrize(
    ("deliverable", "owed", "earned"),
    [
        pytest.param(work(), 15_001, 0, id="not begun"),
        pytest.param(work(concept_approved_at=NOON), 15_001, 0, id="concept approved"),
        pytest.param(work(submission_approved_at=NOON), 15_001, 15_001, id="approved"),
        pytest.param(work(cancelled=cancelled(CancelledBy.BRAND)), 0, 0, id="cancelled before the concept"),
        pytest.param(
            work(concept_approved_at=NOON, cancelled=cancelled(CancelledBy.BRAND)), 7_500, 7_500, id="half, half-even"
        ),
        pytest.param(
            work(concept_approved_at=NOON, cancelled=cancelled(CancelledBy.BRAND, 7)), 7_500, 7_500, id="a week late"
        ),
        pytest.param(
            work(concept_approved_at=NOON, cancelled=cancelled(CancelledBy.BRAND, 8)), 0, 0, id="more than a week late"
        ),
        pytest.param(
            work(concept_approved_at=NOON, cancelled=cancelled(CancelledBy.CREATOR)), 0, 0, id="the creator cancels"
        ),
        pytest.param(
            work(submission_approved_at=NOON, cancelled=cancelled(CancelledBy.BRAND)), 15_001, 15_001, id="too late"
        ),
        pytest.param(
            work(concept_asked=False, concept_approved_at=NOON, cancelled=cancelled(CancelledBy.BRAND)),
            0,
            0,
            id="no concept was asked",
        ),
    ],
)
def test_a_deliverable_binds_what_it_is_owed_by_money_22(deliverable, owed, earned):
    found = bound(agreed(deliverables=(deliverable,)))
    assert (found.fees, found.earned) == (owed, earned)


def test_what_is_cancelled_whole_binds_no_fee_and_no_commission():
    found = bound(agreed(cap=500, status=CollaborationStatus.CANCELLED))
    assert (found.fees, found.commission, found.uncapped) == (0, 0, False)


@pytest.mark.parametrize(
    ("needs", "is_covered"), [(40_000, True), (40_001, False), (0, True)], ids=["exactly", "one cent more", "nothing"]
)
def test_an_agreement_needs_what_is_left(needs, is_covered):
    standing = Standing(EUR, amount=100_000, fees=60_000)
    if is_covered:
        budgets.must_cover(standing, None, Commitment(fees=needs))
        return
    with pytest.raises(BudgetExceeded) as refused:
        budgets.must_cover(standing, None, Commitment(fees=needs))
    assert (refused.value.needs, refused.value.left) == (needs, 40_000)


def test_what_no_json_reader_takes_is_told_as_the_most_that_one_does():
    with pytest.raises(BudgetExceeded) as refused:
        budgets.must_cover(Standing(EUR, amount=1), None, Commitment(commission=26 * INT64_MAX))
    assert refused.value.needs == INT64_MAX


def test_what_it_bound_before_counts_as_left():
    standing = Standing(EUR, amount=100_000, fees=100_000)
    budgets.must_cover(standing, Commitment(fees=30_000), Commitment(fees=30_000))
    budgets.must_cover(standing, Commitment(fees=30_000), Commitment(fees=10_000))
    with pytest.raises(BudgetExceeded):
        budgets.must_cover(standing, Commitment(fees=30_000), Commitment(fees=30_001))


def test_commission_beyond_the_caps_eats_what_is_left_and_runs_it_out():
    standing = Standing(EUR, amount=100_000, fees=60_000, over=39_999)
    assert (standing.left, standing.has_run_out) == (1, False)
    assert Standing(EUR, amount=100_000, fees=60_000, over=40_000).has_run_out
    assert not Standing(EUR, amount=100_000, fees=100_000).has_run_out, "agreements alone are no reason to pause"
    assert not Standing(EUR, over=10**9).has_run_out, "without a budget nothing runs out"


def test_a_budget_never_goes_below_what_is_bound():
    standing = Standing(EUR, amount=200_000, fees=100_000, over=1)
    with pytest.raises(BudgetTooSmall):
        budgets.must_suffice(standing, BUDGET)
    budgets.must_suffice(standing, None)
    budgets.must_suffice(Standing(EUR, fees=100_000), BUDGET)
