"""Why the orders of a list were credited: the touches that won, read from each order's own record."""

import asyncio
from collections.abc import Sequence

from console.clients import Attribution
from console.pages.parts import if_there
from contracts.attribution import OrderOutcome
from contracts.http.attribution import CandidateOut, OrderOut

AT_ONCE = 8


async def whys_of(attribution: Attribution, orders: Sequence[OrderOut]) -> dict[str, list[CandidateOut]]:
    """The winning touches by order; an order whose record can't be had right now is left out."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(order: OrderOut) -> list[CandidateOut]:
        async with places:
            decision = await if_there(attribution.decision(order.order))
        return [candidate for candidate in decision.candidates if candidate.won] if decision else []

    credited = [order for order in orders if order.outcome is OrderOutcome.CREDITED]
    found = await asyncio.gather(*(one(order) for order in credited))
    return {order.order: winners for order, winners in zip(credited, found, strict=True) if winners}
