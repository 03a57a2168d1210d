"""Durable timers: documents with a due time and a lease, claimed by the database's clock, fired in a transaction."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis import metrics, mongo
from chassis.handlers import Handlers
from chassis.ids import new_id
from chassis.logs import log
from chassis.tx import TIMERS, Transactions, backoff

LEASE = timedelta(seconds=30)
POLL_SECONDS = 0.5
AT_ONCE = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

COLLECTIONS = (
    mongo.CollectionSpec(
        TIMERS,
        indexes=(mongo.IndexModel([("due", mongo.ASCENDING)]),),
        # A timer without a due time would fire at once: null is below every date.
        validator={
            "$jsonSchema": {
                "bsonType": "object",
                "required": ["purpose", "aggregate", "version", "due"],
                "properties": {"due": {"bsonType": "date"}, "lease_until": {"bsonType": "date"}},
            }
        },
    ),
)


@dataclass(frozen=True)
class Timer:
    """A timer that is due. `version` tells a handler whether the aggregate has moved on since it was set."""

    id: str
    purpose: str
    aggregate: str
    version: int
    due: datetime
    data: Mapping[str, Any]


class Timers:
    """Claims what is due and calls its handler; firing and forgetting are one transaction: once in effect."""

    def __init__(self, handlers: Handlers, transactions: Transactions[Any]) -> None:
        self._handlers = handlers
        self._transactions = transactions
        self._rows = transactions.db[TIMERS]

    async def tick(self) -> int:
        """Fire what is due, up to 100 timers; returns how many fired."""
        fired = 0
        while fired < AT_ONCE and (claim := await self._claim()) is not None:
            timer, owner = claim
            await self._fire(timer, owner)
            fired += 1
        return fired

    async def run(self) -> None:
        """Fire for ever what becomes due."""
        failures = 0
        while True:
            try:
                fired = await self.tick()
                failures = 0
            except Exception as error:  # noqa: BLE001 - the clockwork must outlive a handler's error; it is logged
                failures += 1
                fired = 0
                log.error("timers.tick_failed", attempt=failures, exc_info=error)
                await asyncio.sleep(backoff(failures))
            if fired < AT_ONCE:
                await asyncio.sleep(POLL_SECONDS)

    async def _claim(self) -> tuple[Timer, str] | None:
        offset = int(self._transactions.clock.offset.total_seconds() * 1000)
        now: Any = {"$add": ["$$NOW", offset]}
        owner = new_id()
        row = await self._rows.find_one_and_update(
            {
                "purpose": {"$in": list(self._handlers.timers)},
                "$expr": {
                    "$and": [
                        {"$lte": ["$due", now]},
                        {"$lte": [{"$ifNull": ["$lease_until", EPOCH]}, "$$NOW"]},
                    ]
                },
            },
            [{"$set": {"owner": owner, "lease_until": {"$add": ["$$NOW", int(LEASE.total_seconds() * 1000)]}}}],
            sort=[("due", 1)],
        )
        if row is None:
            return None
        return Timer(row["_id"], row["purpose"], row["aggregate"], row["version"], row["due"], row["data"]), owner

    async def _fire(self, timer: Timer, owner: str) -> None:
        handler = self._handlers.timers[timer.purpose]

        async def work(tx: Any) -> bool:
            # Deleting first makes a second firing of the same timer conflict here, before its handler has any effect.
            gone = await self._rows.delete_one({"_id": timer.id, "owner": owner}, session=tx.session)
            if gone.deleted_count:
                # Due by the database's clock; ours may be milliseconds behind, and no handler may find it too early.
                tx.now = max(tx.now, timer.due)
                await handler(timer, tx)
            return bool(gone.deleted_count)

        if await self._transactions.run(work):
            metrics.TIMERS_FIRED.labels(timer.purpose).inc()
            metrics.TIMER_LATENESS.observe(max(0.0, (self._transactions.clock.now() - timer.due).total_seconds()))
