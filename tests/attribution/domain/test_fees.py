"""MONEY 22: what a deliverable's fee is worth at each stage, and what each step of it posts."""

from datetime import timedelta
from typing import Any

import pytest

from attribution.domain.entries import NOTHING, Entered, fee_posting
from attribution.domain.fees import Fee, cause_of, due, fee_of
from attribution.domain.ledger import Cause, LegKind, balances, fee_account, fee_key
from contracts.campaigns import Cancellation, CancelledBy, Deliverable
from contracts.money import Money
from tests.attribution.builders import BRAND, CREATOR, DAY, HOUR, NOON, a_collaboration_state

BRAND_CANCELS = Cancellation(at=NOON, by=CancelledBy.BRAND)
CREATOR_CANCELS = Cancellation(at=NOON, by=CancelledBy.CREATOR)


def a_deliverable(**changes: Any) -> Deliverable:
    return Deliverable(**{"id": "video", "fee": Money(amount=10_001, currency="EUR"), **changes})


@pytest.mark.parametrize(
    ("steps", "fee"),
    [
        pytest.param({}, None, id="nothing has happened"),
        pytest.param({"concept_approved_at": NOON}, None, id="a concept alone earns nothing"),
        pytest.param(
            {"submission_approved_at": NOON}, Fee(10_001, NOON, Cause.FEE_APPROVED), id="all of it at the approval"
        ),
        pytest.param(
            {"submission_approved_at": NOON, "published_at": NOON + DAY},
            Fee(10_001, NOON, Cause.FEE_APPROVED),
            id="publication changes nothing",
        ),
        pytest.param(
            {"cancelled": BRAND_CANCELS},
            Fee(0, NOON, Cause.FEE_CANCELLED),
            id="the brand cancels before the concept's approval",
        ),
        pytest.param(
            {"concept_approved_at": NOON, "cancelled": BRAND_CANCELS},
            Fee(5_000, NOON, Cause.FEE_CANCELLED),
            id="the brand cancels after it: half, half-even",
        ),
        pytest.param(
            {"concept_approved_at": NOON + timedelta(seconds=1), "cancelled": BRAND_CANCELS},
            Fee(0, NOON, Cause.FEE_CANCELLED),
            id="a concept approved a second later came too late",
        ),
        pytest.param(
            {"submission_approved_at": NOON, "cancelled": BRAND_CANCELS},
            Fee(10_001, NOON, Cause.FEE_APPROVED),
            id="the brand cancels after the submission's approval",
        ),
        pytest.param(
            {
                "concept_approved_at": NOON - DAY,
                "submission_approved_at": NOON + timedelta(seconds=1),
                "cancelled": BRAND_CANCELS,
            },
            Fee(5_000, NOON, Cause.FEE_CANCELLED),
            id="what is approved after it was cancelled stays cancelled",
        ),
        pytest.param(
            {
                "concept_approved_at": NOON,
                "cancelled": Cancellation(at=NOON, by=CancelledBy.BRAND, days_late=7),
            },
            Fee(5_000, NOON, Cause.FEE_CANCELLED),
            id="seven days late are not more than seven",
        ),
        pytest.param(
            {
                "concept_approved_at": NOON,
                "cancelled": Cancellation(at=NOON, by=CancelledBy.BRAND, days_late=8),
            },
            Fee(0, NOON, Cause.FEE_CANCELLED),
            id="the creator is more than seven days late",
        ),
        pytest.param(
            {
                "submission_approved_at": NOON,
                "cancelled": Cancellation(at=NOON, by=CancelledBy.BRAND, days_late=8),
            },
            Fee(10_001, NOON, Cause.FEE_APPROVED),
            id="late work that was approved is paid",
        ),
        pytest.param(
            {"concept_approved_at": NOON, "cancelled": CREATOR_CANCELS},
            Fee(0, NOON, Cause.FEE_CANCELLED),
            id="the creator cancels before the submission's approval",
        ),
        pytest.param(
            {"submission_approved_at": NOON, "cancelled": CREATOR_CANCELS},
            Fee(10_001, NOON, Cause.FEE_APPROVED),
            id="the creator cancels after it",
        ),
        pytest.param(
            {"concept_asked": False, "concept_approved_at": NOON, "cancelled": BRAND_CANCELS},
            Fee(0, NOON, Cause.FEE_CANCELLED),
            id="work for which no concept was asked",
        ),
    ],
)
def test_a_fee_is_worth_what_its_stage_says(steps: dict[str, Any], fee: Fee | None):
    """MONEY 22 and its reading."""
    assert fee_of(a_deliverable(**steps)) == fee


@pytest.mark.parametrize(("fee", "half"), [(0, 0), (1, 0), (2, 1), (3, 2), (5, 2), (7, 4)])
def test_half_a_fee_is_rounded_half_even(fee: int, half: int):
    """MONEY 22."""
    cancelled = a_deliverable(fee=Money(amount=fee, currency="JPY"), concept_approved_at=NOON, cancelled=BRAND_CANCELS)
    assert fee_of(cancelled) == Fee(half, NOON, Cause.FEE_CANCELLED)


def posted_by(*states: Deliverable | None):
    """What a deliverable's states post one after another."""
    posted, before, transactions = NOTHING, None, []
    for state in states:
        should, fee = due(a_collaboration_state(), state)
        cause = cause_of(fee, before)
        transaction = fee_posting("collaboration-1", "video", should, cause, posted, NOON + HOUR)
        if transaction is not None:
            transactions.append(transaction)
            posted, before = posted.after(transaction), fee.cause if fee else None
    assert posted == Entered.of(transactions)
    return transactions


def test_each_step_posts_the_difference_under_its_own_id_and_names_its_cause():
    """MONEY 22, 23: approved, undone, approved with another fee, cancelled at half, left out."""
    approved = a_deliverable(submission_approved_at=NOON)
    steps = posted_by(
        a_deliverable(),
        approved,
        approved,
        a_deliverable(),
        a_deliverable(submission_approved_at=NOON + DAY, fee=Money(amount=7, currency="EUR")),
        a_deliverable(submission_approved_at=NOON + DAY, fee=Money(amount=9, currency="EUR")),
        a_deliverable(concept_approved_at=NOON, cancelled=BRAND_CANCELS),
        None,
    )
    assert [(step.id, step.cause) for step in steps] == [
        (":fee:collaboration-1:video#1", Cause.FEE_APPROVED),
        (":fee:collaboration-1:video#2", Cause.FEE_UNDONE),
        (":fee:collaboration-1:video#3", Cause.FEE_APPROVED),
        (":fee:collaboration-1:video#4", Cause.FEE_CHANGED),
        (":fee:collaboration-1:video#5", Cause.FEE_CANCELLED),
        (":fee:collaboration-1:video#6", Cause.FEE_UNDONE),
    ]
    account = (fee_account(CREATOR, BRAND), "EUR")
    sums = [balances(steps[: n + 1]).get(account, 0) for n in range(len(steps))]
    assert sums == [10_001, 0, 7, 9, 5_000, 0]


def test_a_fee_is_payable_from_its_approval_on_and_the_brand_pays_it():
    """MONEY 22: before publication; MONEY 23: both sides in one document."""
    [step] = posted_by(a_deliverable(submission_approved_at=NOON + timedelta(microseconds=5)))
    creators, brands = step.legs
    assert (creators.kind, creators.amount, creators.payable_at) == (LegKind.FEE, 10_001, NOON)
    assert (brands.kind, brands.amount, brands.payable_at) == (LegKind.FEE_EXPENSE, -10_001, None)
    assert brands.account == "brand:brand-1:fee-expense"


def test_a_fee_of_nothing_posts_nothing():
    """MONEY 24: a zero is no ledger transaction."""
    assert posted_by(a_deliverable(cancelled=BRAND_CANCELS), a_deliverable(cancelled=CREATOR_CANCELS)) == []


def test_two_deliverables_never_share_a_name():
    """MONEY 23: ids are opaque, colons in them included."""
    assert fee_key("a:b", "c") != fee_key("a", "b:c")
