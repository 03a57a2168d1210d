"""What agreements bind of a campaign's budget, what was earned of it, and what is left (C14, MONEY 22)."""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

from campaigns.domain.collaborations.states import CANCELLED
from contracts.campaigns import (
    Budget,
    BudgetLevel,
    BudgetNotice,
    CancelledBy,
    Collaboration,
    Deliverable,
)
from contracts.money import INT64_MAX, Money

NEAR_PERCENT: Final = 80
"""From which share of it on a brand is told that a budget is nearly bound (C14)."""
LATE_DAYS: Final = 7
"""A creator who is later than that has no part of the fee of what the brand cancels (MONEY 22)."""


class BudgetExceeded(Exception):
    """The budget can't cover an agreement: what it needs and what is left, in minor units. HTTP 409.

    `needs` is told up to what 64 bits hold: a cap for many months may be more, and no JSON reader takes that.
    """

    def __init__(self, needs: int, left: int, currency: str) -> None:
        super().__init__(f"{needs} is needed and {left} {currency} is left")
        self.needs = min(needs, INT64_MAX)
        self.left = left
        self.currency = currency


class BudgetTooSmall(Exception):
    """A new budget is below what is bound already, in minor units. HTTP 409."""

    def __init__(self, amount: int, bound: int, currency: str) -> None:
        super().__init__(f"{amount} is less than {bound} {currency}")
        self.amount = amount
        self.bound = bound
        self.currency = currency


@dataclass(frozen=True, slots=True)
class Commitment:
    """What one collaboration binds, in minor units, and how much of its fees was earned."""

    fees: int = 0
    product: int = 0
    shipping: int = 0
    commission: int = 0
    uncapped: bool = False
    earned: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.fees + self.product + self.shipping + self.commission


@dataclass(frozen=True, slots=True)
class Standing:
    """A campaign's sums, in minor units of `currency`; `over` is commission beyond what agreements bind."""

    currency: str
    amount: int | None = None
    fees: int = 0
    product: int = 0
    shipping: int = 0
    commission: int = 0
    over: int = 0
    earned: int = 0
    collaborations: int = 0
    uncapped: int = 0
    posted: dict[str, int] = field(default_factory=dict)

    @property
    def bound(self) -> int:
        """What can't be taken back any more: commitments, and commission beyond them."""
        return self.fees + self.product + self.shipping + self.commission + self.over

    @property
    def left(self) -> int | None:
        """What new agreements may bind; None without a budget. Below zero by commission only, which nothing refuses."""
        return None if self.amount is None else self.amount - self.bound

    @property
    def level(self) -> BudgetLevel | None:
        """Where the budget stands; None below 80 %, or without a budget."""
        if self.amount is None or self.left is None:
            return None
        if self.left <= 0:
            return BudgetLevel.FULL
        return BudgetLevel.NEAR if self.bound * 100 >= self.amount * NEAR_PERCENT else None

    @property
    def has_run_out(self) -> bool:
        """Whether commission has eaten up what agreements left: time to pause the links."""
        return self.left is not None and self.over > 0 and self.left <= 0


def commitment(
    collaboration: Collaboration, budget: Budget | None, *, runs_until: datetime, zone: tzinfo
) -> Commitment | None:
    """What a collaboration binds by its newest terms; None before it is agreed.

    The cap counts once for each month of the brand's calendar from the agreement to the campaign's end. What was
    cancelled binds the fees that are owed all the same, and the product that may be with the creator.
    """
    if collaboration.agreed_at is None:
        return None
    terms = collaboration.terms[-1]
    is_cancelled = collaboration.status is CANCELLED
    deliverables = collaboration.deliverables
    without_deliverables = 0 if is_cancelled else terms.fee.amount
    fees = sum(owed(each) for each in deliverables) if deliverables else without_deliverables
    months = months_of(collaboration.agreed_at, runs_until, zone)
    cap = terms.cap.amount if terms.cap is not None else 0
    return Commitment(
        fees=fees,
        product=budget.product.amount if budget is not None and budget.product is not None else 0,
        shipping=budget.shipping.amount if budget is not None and budget.shipping is not None else 0,
        commission=0 if is_cancelled else cap * months,
        uncapped=terms.cap is None and not is_cancelled,
        earned=sum(earned(each) for each in deliverables),
    )


def owed(deliverable: Deliverable) -> int:
    """What a deliverable's fee may still cost: all of it while it goes on, by stages once it is cancelled."""
    return earned(deliverable) if deliverable.cancelled is not None else deliverable.fee.amount


def earned(deliverable: Deliverable) -> int:
    """What a deliverable's fee has earned for certain (MONEY 22): all at approval, half of what the brand cancels."""
    approved, cancelled = deliverable.submission_approved_at, deliverable.cancelled
    if approved is not None and (cancelled is None or approved <= cancelled.at):
        return deliverable.fee.amount
    if cancelled is None or cancelled.by is not CancelledBy.BRAND or cancelled.days_late > LATE_DAYS:
        return 0
    concept = deliverable.concept_approved_at
    is_half = deliverable.concept_asked and concept is not None and concept <= cancelled.at
    return _half_even(deliverable.fee.amount) if is_half else 0


def _half_even(amount: int) -> int:
    half, rest = divmod(amount, 2)
    return half + (half % 2 if rest else 0)


def months_of(begins: datetime, ends: datetime, zone: tzinfo) -> int:
    """How many months of the brand's calendar the time from `begins` to `ends` touches, at least one."""
    first, last = begins.astimezone(zone), ends.astimezone(zone)
    return max(1, (last.year - first.year) * 12 + last.month - first.month + 1)


def must_cover(standing: Standing, before: Commitment | None, after: Commitment) -> None:
    """Raise `BudgetExceeded` if an agreement needs more than is left; what it bound before counts as left."""
    if standing.left is None:
        return
    more = after.total - (before.total if before is not None else 0)
    if more > 0 and more > standing.left:
        raise BudgetExceeded(more, standing.left, standing.currency)


def notice(standing: Standing, level: BudgetLevel, now: datetime, needs: int | None = None) -> BudgetNotice:
    """What a brand is to hear of its budget, with the sums as they stand."""
    sums = {"bound": standing.bound, "left": max(0, standing.left or 0), "needs": needs}
    told = {
        name: None if sum_ is None else Money(amount=sum_, currency=standing.currency) for name, sum_ in sums.items()
    }
    return BudgetNotice(level=level, at=now, **told)


def must_suffice(standing: Standing, budget: Budget | None) -> None:
    """Raise `BudgetTooSmall` for a budget below what is bound."""
    if budget is not None and budget.amount.amount < standing.bound:
        raise BudgetTooSmall(budget.amount.amount, standing.bound, standing.currency)
