"""When what an order earns is payable, and when its winner is frozen (MONEY 11, 21)."""

from datetime import datetime

from attribution.domain.decisions import Decision, Part
from attribution.domain.instants import DAY_S, later_by
from contracts.attribution import OrderOutcome

SEEN_FOR_S = 2 * DAY_S
"""Nothing is payable or frozen before it was seen for 48 hours (MONEY, reading 11)."""
WITHOUT_WINNER_DAYS = 30


def payable_time(paid_at: datetime, hold_days: int) -> datetime:
    """Paid time + hold x 24 h, a whole second (MONEY 21)."""
    return later_by(paid_at, hold_days * DAY_S)


def payable_of(decision: Decision, part: Part) -> datetime:
    """When a part of a paid order is payable, a whole second: after its hold, and 48 hours after first sight.

    By terms with tiers or a cap not before the month's close (MONEY 14).
    """
    assert decision.paid_at is not None
    at = _seen_for_long(decision, payable_time(decision.paid_at, part.hold_days))
    return max(at, decision.month_close) if part.by_month and decision.month_close is not None else at


def freeze_time(decision: Decision, *, earns: bool) -> datetime | None:
    """When the winner of a decided order is frozen: as a whole, when its first share is payable (MONEY, reading 11).

    Without a winner at paid time + 30 days. None while it does not earn or is held; not before it was released.
    """
    if not earns or decision.paid_at is None or decision.held or decision.brand is None:
        return None
    parts = [part for line in decision.lines for part in line.parts]
    if decision.outcome is OrderOutcome.CREDITED and parts:
        at = min(payable_of(decision, part) for part in parts)
    else:
        at = _seen_for_long(decision, payable_time(decision.paid_at, WITHOUT_WINNER_DAYS))
    released = decision.facts.released
    return at if released is None else max(at, released.at)


def _seen_for_long(decision: Decision, at: datetime) -> datetime:
    return at if decision.first_seen_at is None else max(at, later_by(decision.first_seen_at, SEEN_FOR_S))
