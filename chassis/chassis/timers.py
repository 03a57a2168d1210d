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
from chassis.settings import Plant
from chassis.tx import TIMERS, Transactions, backoff

LEASE = timedelta(seconds=30)
POLL_SECONDS = 0.5
AT_ONCE = 100
TOGETHER = 16
"""More of them at once would wait for one another longer than for the disk."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

COLLECTIONS = (
    mongo.CollectionSpec(
        TIMERS,
        indexes=(
            mongo.IndexModel([("due", mongo.ASCENDING)]),
            mongo.IndexModel([("aggregate", mongo.ASCENDING)]),  # what goes with an aggregate that is forgotten
        ),
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

    def __init__(self, handlers: Handlers, transactions: Transactions[Any], plant: Plant = Plant.NONE) -> None:
        self._handlers = handlers
        self._by_host = plant is Plant.HOST_CLOCK
        self._transactions = transactions
        self._rows = transactions.db[TIMERS]

    async def tick(self) -> int:
        """Fire what is due, about 100 timers at most; returns how many fired. Raises the first error of a handler's.

        Those that are claimed together fire at the same time, each in a transaction of its own, and one that fails
        holds up no other: the journal is flushed once for many.
        """
        fired = 0
        while fired < AT_ONCE and (claims := await self._claim(TOGETHER)):
            outcomes = await asyncio.gather(*(self._fire(*claim) for claim in claims), return_exceptions=True)
            fired += len(claims)
            for outcome in outcomes:
                if isinstance(outcome, BaseException):
                    raise outcome
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

    async def _claim(self, most: int) -> list[tuple[Timer, str]]:
        """Up to `most` timers that are due, and the name under which they are ours until the lease ends.

        Two workers may look at the same ones: each timer goes to the one that writes its name there first.
        """
        offset = int(self._transactions.clock.offset.total_seconds() * 1000)
        now: Any = {"$add": ["$$NOW", offset]}
        if self._by_host:
            now = self._transactions.clock.by_host()
        owner = new_id()
        free = {
            "purpose": {"$in": list(self._handlers.timers)},
            "$expr": {
                "$and": [{"$lte": ["$due", now]}, {"$lte": [{"$ifNull": ["$lease_until", EPOCH]}, "$$NOW"]}],
            },
        }
        lease: Any = {"$add": ["$$NOW", int(LEASE.total_seconds() * 1000)]}
        while seen := await self._rows.find(free, {"_id": 1}).sort("due", 1).limit(most).to_list(most):
            ids = {"$in": [row["_id"] for row in seen]}
            await self._rows.update_many(free | {"_id": ids}, [{"$set": {"owner": owner, "lease_until": lease}}])
            rows = await self._rows.find({"_id": ids, "owner": owner}).to_list(most)
            if rows:
                return [(_timer(row), owner) for row in rows]
        return []

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


def _timer(row: mongo.Document) -> Timer:
    return Timer(row["_id"], row["purpose"], row["aggregate"], row["version"], row["due"], row["data"])
