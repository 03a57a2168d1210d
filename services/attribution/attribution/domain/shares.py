"""What others hear of a decision: each creator's share, and the event."""

from datetime import datetime
from fractions import Fraction

from attribution.domain.commission import half_even
from attribution.domain.decisions import Decision
from attribution.domain.payable import payable
from contracts.attribution import OrderDecided, Share


def shares(decision: Decision) -> tuple[Share, ...]:
    """What each creator earns by each collaboration now, after refunds, in minor units; zeros while nothing is posted.

    Gross sales are price x quantity, net sales base less what went back, rounded half-even once per share. No
    `payable_at` while nothing is posted or the order is held (MONEY 5, 21); the latest one where parts of a share
    become payable at different times.
    """
    commissions: dict[tuple[str, str, str], int] = {}
    sales: dict[tuple[str, str, str], Fraction | int] = {}
    gross: dict[tuple[str, str, str], Fraction | int] = {}
    latest: dict[tuple[str, str, str], datetime] = {}
    times = payable(decision) if decision.posts and not decision.held and decision.paid_at is not None else None
    for line in decision.lines:
        # Whole numbers stay integers, which is most lines: fractions cost a tenth of a whole decision.
        left = line.base - line.refunded if line.refunded else line.base
        for part in line.parts:
            key = (part.creator, part.collaboration, part.campaign)
            commissions[key] = commissions.get(key, 0) + part.commission
            sales[key] = sales.get(key, 0) + (left if part.weight == 1 else left * part.weight)
            gross[key] = gross.get(key, 0) + (line.value if part.weight == 1 else line.value * part.weight)
            if times is not None:
                at = times.of(part)
                latest[key] = max(latest.get(key, at), at)
    return tuple(
        Share(
            creator=creator,
            collaboration=collaboration,
            campaign=campaign,
            commission=commission if decision.posts else 0,
            net_sales=half_even(sales[creator, collaboration, campaign]) if decision.posts else 0,
            gross_sales=half_even(gross[creator, collaboration, campaign]) if decision.posts else 0,
            payable_at=latest.get((creator, collaboration, campaign)),
        )
        for (creator, collaboration, campaign), commission in commissions.items()
    )


def order_decided(
    decision: Decision,
    previous: Decision | None,
    *,
    event_id: str,
    time: datetime,
    number: int,
) -> OrderDecided:
    """The event of an order's `number`-th decision, which replaces `previous`."""
    return OrderDecided(
        id=event_id,
        time=time,
        order=decision.order,
        store=decision.store,
        brand=decision.brand,
        number=number,
        outcome=decision.outcome,
        posted=decision.posts,
        held=tuple(decision.held),
        currency=decision.currency,
        placed_at=decision.placed_at,
        shares=shares(decision),
        previous=() if previous is None else shares(previous),
    )
