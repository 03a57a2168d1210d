"""What attribution's worker does by the clock."""

import asyncio
from typing import Any

from attribution.redirect.bots import the_rule
from attribution.store import daily_keys, recounting
from chassis.context import Context
from chassis.logs import log

DESTROY_EVERY = 60.0
LEFTOVERS_EVERY = 10.0


async def destroy_daily_keys(context: Context[Any]) -> None:
    """Destroy the keys of days that are over, for ever; also right after a restore brought old ones back."""
    while True:
        destroyed = await daily_keys.destroy_keys(context.db, context.clock.now())
        if destroyed:
            log.info("daily_keys.destroyed", count=destroyed)
        await asyncio.sleep(DESTROY_EVERY)


async def count_leftovers(context: Context[Any]) -> None:
    """Count the clicks that came while a recount began or ended, for ever."""
    while True:
        swept = await recounting.sweep_leftovers(context.transactions, the_rule())
        if swept:
            log.info("recount.leftovers", clicks=swept)
        await asyncio.sleep(LEFTOVERS_EVERY)
