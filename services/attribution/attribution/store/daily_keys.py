"""The keys that visitors are hashed with: one at random for each UTC day, destroyed after 48 hours."""

import secrets
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from attribution.store.collections import DAILY_KEYS
from chassis import mongo
from contracts.http.attribution import DailyKey

LIFE: Final = timedelta(hours=48)
AHEAD: Final = timedelta(hours=7)
"""How long before its day a key may be made; the redirects ask a little later, by clocks of their own."""
_DAY = timedelta(days=1)
_BYTES = 32


async def key_of(db: mongo.Database, day: date, now: datetime) -> DailyKey | None:
    """The day's key, made when it is first asked for; None unless the day is today or begins soon.

    However many ask at once, one key is written and all are told that one. A key that was destroyed is not made
    again, nor handed out if a backup brings it back: its day is over.
    """
    midnight = datetime.combine(day, time(), UTC)
    if not midnight - AHEAD <= now < midnight + _DAY:
        return None
    made = {"key": secrets.token_bytes(_BYTES), "destroy_at": min(now, midnight) + LIFE}
    with suppress(mongo.DuplicateKeyError):  # another process made it in the same moment
        await db[DAILY_KEYS].update_one({"_id": day.isoformat()}, {"$setOnInsert": made}, upsert=True)
    row = await db[DAILY_KEYS].find_one({"_id": day.isoformat(), "destroy_at": {"$gt": now}})
    return None if row is None else DailyKey(day=row["_id"], key=row["key"].hex(), destroy_at=row["destroy_at"])


async def destroy_keys(db: mongo.Database, now: datetime) -> int:
    """Destroy the keys whose time is over; returns how many."""
    done = await db[DAILY_KEYS].delete_many({"destroy_at": {"$lte": now}})
    return done.deleted_count
