"""What cancelling work costs, as it is told before somebody does it (MONEY 22); what is owed is attribution's word."""

from datetime import datetime, timedelta
from math import ceil

from contracts.campaigns import Deliverable, Side

DAY = timedelta(days=1)
LATE_DAYS = 7
"""A creator who is later than that has no part of the fee of what the brand cancels."""


def fee_if_cancelled(one: Deliverable, by: Side, now: datetime) -> int:
    """What of its fee is owed if `by` cancels it now, in minor units of the fee's currency; half of it half-even."""
    if one.submission_approved_at is not None:
        return one.fee.amount
    if by is not Side.BRAND or not one.concept_asked or one.concept_approved_at is None:
        return 0
    return 0 if days_late(one, now) > LATE_DAYS else _half_even(one.fee.amount)


def days_late(one: Deliverable, now: datetime) -> int:
    """How late the creator is, or was when handing in what is under review; a day that has begun counts whole."""
    if one.deadline is not None and one.deadline.by is Side.CREATOR:
        due, handed_in = one.deadline.at, now
    else:
        in_concept = one.concept_asked and one.concept_approved_at is None
        versions = one.concepts if in_concept else one.submissions
        planned = one.concept_due if in_concept else one.submission_due
        if planned is None or not versions:
            return 0
        due, handed_in = planned, versions[-1].at
    return max(0, ceil((handed_in - due) / DAY))


def _half_even(amount: int) -> int:
    half, rest = divmod(amount, 2)
    return half + (half % 2 if rest else 0)
