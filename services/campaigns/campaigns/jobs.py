"""What campaigns' worker does besides handlers and timers: bytes of dropped files are erased."""

import asyncio
from typing import Any, cast

from campaigns.objects import Objects, objects_of
from campaigns.settings import CampaignsSettings
from campaigns.store import assets
from chassis.context import Context

AT_ONCE = 100
EVERY_SECONDS = 10.0


async def erase_files(context: Context[Any]) -> None:
    """For ever: the bytes first, then the row that remembers them, so that a crash between forgets nothing."""
    objects = objects_of(cast("CampaignsSettings", context.settings))
    while True:
        if await erase_some(context, objects) < AT_ONCE:
            await asyncio.sleep(EVERY_SECONDS)


async def erase_some(context: Context[Any], objects: Objects) -> int:
    """Erase up to a hundred files; how many."""
    found = await assets.to_erase(context.db, context.clock.now(), AT_ONCE)
    for key in found:
        await objects.delete(key)
        await assets.erased(context.db, key)
    return len(found)
