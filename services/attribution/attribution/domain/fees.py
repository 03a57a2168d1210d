"""What a deliverable's fee is worth as it stands: earned at approval, by stages when it is cancelled (MONEY 22)."""

from datetime import datetime
from fractions import Fraction

from attribution.domain.commission import half_even
from attribution.domain.entries import Amounts
from attribution.domain.instants import seconds
from attribution.domain.ledger import Bucket, Cause, LegKind
from attribution.domain.values import frozen
from contracts.campaigns import CancelledBy, Collaboration, Deliverable

LATE_DAYS = 7
"""A creator who is later than that has no part of the fee of what the brand cancels."""


@frozen
class Fee:
    """What a deliverable earned, in minor units of its fee's currency, since when, and by which step."""

    amount: int
    since: datetime
    cause: Cause


def fee_of(deliverable: Deliverable) -> Fee | None:
    """The fee as the deliverable's steps have it; None while nothing decides it yet.

    An approved submission (approval by silence included) earns all of it, whatever is cancelled afterwards and however
    late it was. The brand cancels: nothing before the concept's approval, half after it (half-even), nothing of work
    for which no concept was asked or whose creator is more than seven days late. A creator who cancels earns nothing.
    """
    approved, cancelled = deliverable.submission_approved_at, deliverable.cancelled
    if approved is not None and (cancelled is None or seconds(approved) <= seconds(cancelled.at)):
        return Fee(deliverable.fee.amount, approved, Cause.FEE_APPROVED)
    if cancelled is None:
        return None
    concept = deliverable.concept_approved_at
    half = (
        cancelled.by is CancelledBy.BRAND
        and deliverable.concept_asked
        and concept is not None
        and seconds(concept) <= seconds(cancelled.at)
        and cancelled.days_late <= LATE_DAYS
    )
    amount = half_even(Fraction(deliverable.fee.amount, 2)) if half else 0
    return Fee(amount, cancelled.at, Cause.FEE_CANCELLED)


def due(collaboration: Collaboration, deliverable: Deliverable | None) -> tuple[Amounts, Fee | None]:
    """What should be posted of a deliverable's fee, and why; nothing for one that the collaboration no longer has.

    It is payable from the step that earned it on, before publication (MONEY 22).
    """
    fee = None if deliverable is None or collaboration.creator is None else fee_of(deliverable)
    if fee is None or deliverable is None or not fee.amount:
        return {}, fee
    bucket = Bucket(
        collaboration.brand,
        collaboration.creator,
        collaboration.id,
        collaboration.campaign,
        deliverable.fee.currency,
        fee.since.replace(microsecond=0),
    )
    return {(bucket, LegKind.FEE): fee.amount}, fee


def cause_of(fee: Fee | None, before: Cause | None) -> Cause:
    """What a fee's next step is caused by: the stage that it came to, its undoing, or a change within a stage.

    `before` is the stage that was posted last. A change is a fee or a date that was corrected.
    """
    if fee is None:
        return Cause.FEE_UNDONE
    return Cause.FEE_CHANGED if before is fee.cause else fee.cause
