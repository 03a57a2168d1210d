"""What discovery's worker does besides handlers and timers: how many erasures wait for an answer is measured."""

import asyncio
from datetime import timedelta
from typing import Any, Final, cast

from prometheus_client import Gauge

from chassis.context import Context
from discovery.settings import DiscoverySettings
from discovery.store import Erasures

EVERY: Final = 30.0

# How many erasures wait for a service's answer?
OUTSTANDING: Final = Gauge("discovery_erasures_outstanding", "Erasures that a service has not answered yet")
# How many of them have waited for too long? Anything but 0 is to be looked at.
OVERDUE: Final = Gauge("discovery_erasures_overdue", "Erasures that wait for longer than ERASURE_OVERDUE_MINUTES")


async def measure_erasures(context: Context[Any]) -> None:
    """Count them for ever."""
    while True:
        await count_erasures(context)
        await asyncio.sleep(EVERY)


async def count_erasures(context: Context[Any]) -> None:
    """Set both gauges to what is true now."""
    overdue = timedelta(minutes=cast("DiscoverySettings", context.settings).erasure_overdue_minutes)
    waiting, late = await Erasures(context.db).outstanding(context.clock.now() - overdue)
    OUTSTANDING.set(waiting)
    OVERDUE.set(late)
