"""When what an order earns is payable, and when its winner is frozen (MONEY 11, 21)."""

from collections.abc import Iterable
from dataclasses import field
from datetime import datetime

from attribution.domain.decisions import DecidedLine, Decision, Part
from attribution.domain.facts import Release
from attribution.domain.instants import DAY_S, later_by
from attribution.domain.values import frozen

SEEN_FOR_S = 2 * DAY_S
"""Nothing is payable or frozen before it was seen for 48 hours (MONEY, reading 11)."""
WITHOUT_WINNER_DAYS = 30


def payable_time(paid_at: datetime, hold_days: int) -> datetime:
    """Paid time + hold x 24 h, a whole second (MONEY 21)."""
    return later_by(paid_at, hold_days * DAY_S)


@frozen
class Payable:
    """When the parts of an order are payable: of equal parts it is reckoned once, which is most of them."""

    paid_at: datetime
    first_seen_at: datetime | None
    month_close: datetime | None
    _known: dict[tuple[int, bool], datetime] = field(default_factory=dict, compare=False, repr=False)

    def of(self, part: Part) -> datetime:
        """When a part of a paid order is payable, a whole second: after its hold, and 48 hours after first sight.

        By terms with tiers or a cap not before the month's close (MONEY 14).
        """
        key = (part.hold_days, part.by_month)
        at = self._known.get(key)
        if at is None:
            at = self.seen_for_long(payable_time(self.paid_at, part.hold_days))
            if part.by_month and self.month_close is not None:
                at = max(at, self.month_close)
            self._known[key] = at
        return at

    def seen_for_long(self, at: datetime) -> datetime:
        """Not before the order was seen for 48 hours."""
        return at if self.first_seen_at is None else max(at, later_by(self.first_seen_at, SEEN_FOR_S))


def payable(decision: Decision) -> Payable:
    """When the parts of a decided, paid order are payable."""
    assert decision.paid_at is not None
    return Payable(decision.paid_at, decision.first_seen_at, decision.month_close)


def freeze_time(
    payable_at: Payable | None, lines: Iterable[DecidedLine], *, holds: bool, released: Release | None
) -> datetime | None:
    """When the winner of a decided order is frozen: as a whole, when its first share is payable (MONEY, reading 11).

    Without a winner at paid time + 30 days. None while it does not earn (`payable_at` None) or is held; not before it
    was released.
    """
    if payable_at is None or holds:
        return None
    at = min((payable_at.of(part) for line in lines for part in line.parts), default=None)
    if at is None:
        at = payable_at.seen_for_long(payable_time(payable_at.paid_at, WITHOUT_WINNER_DAYS))
    return at if released is None else max(at, released.at)
