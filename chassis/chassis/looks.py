"""Write, commit, then look: two facts that wait for each other can't both miss (ARCHITECTURE 5)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chassis import metrics, mongo
from chassis.handlers import Handlers
from chassis.ids import new_id
from chassis.logs import log, told
from chassis.settings import Plant
from chassis.tx import LOOKS, SETTLED, TOLD, Transactions, backoff

SWEEP_EVERY = 1.0
SWEEP_AT_ONCE = 200

COLLECTIONS = (mongo.CollectionSpec(LOOKS, indexes=(mongo.IndexModel([("at", mongo.ASCENDING)]),)),)


@dataclass
class Look:
    """One transaction's promise to look at the other side of `keys`; `position` is how far an interrupted look came.

    `told` is what the transaction said of its keys, if it lives on in this process: of each the value, or None.
    """

    id: str
    kind: str
    keys: Sequence[str]
    position: Any
    _keep: Callable[[str, Any], Awaitable[None]]
    told: Mapping[str, Any] = field(default_factory=dict)

    async def keep_position(self, position: Any) -> None:
        """Remember how far this look has come, so that the next one, after a crash, begins there.

        It counts as young again, so that nobody else takes it up while it gets on.
        """
        self.position = position
        await self._keep(self.id, position)


class Looks:
    """Takes looks right after their commit, and sweeps those that a crash left behind."""

    def __init__(self, handlers: Handlers, transactions: Transactions[Any], plant: Plant = Plant.NONE) -> None:
        self._handlers = handlers
        self._transactions = transactions
        self._rows = transactions.db[LOOKS]
        self._off = plant is Plant.LOOKUP_ONLY

    async def committed(self, _rows: Sequence[mongo.Document], looks: Sequence[mongo.Document]) -> None:
        """Take the looks of a transaction that has just committed; what fails stays for the sweep."""
        if looks and not self._off:
            try:
                await self._take(looks, "at once")
            except Exception as error:  # noqa: BLE001 - the commit has happened: what is told of it can't undo it; logged
                log.warning("looks.left_for_sweep", count=len(looks), error=told(error))

    async def sweep(self) -> int:
        """Take the looks that are older than 5 s: somebody died between commit and look. Returns how many."""
        if self._off:
            return 0
        rows = await self._claim()
        if rows:
            await self._take(rows, "swept")
        return len(rows)

    async def _claim(self) -> list[mongo.Document]:
        """Leftovers that nobody else gets: two at one long look would only be in each other's way."""
        now = self._transactions.clock.now()
        left = {"at": {"$lt": now - SETTLED}}
        found = await self._rows.find(left, {"_id": 1}).sort("at", 1).limit(SWEEP_AT_ONCE).to_list(SWEEP_AT_ONCE)
        if not found:
            return []
        those, claim = {"_id": {"$in": [row["_id"] for row in found]}}, new_id()
        await self._rows.update_many(those | left, {"$set": {"at": now, "claim": claim}})
        return await self._rows.find(those | {"claim": claim}).to_list(SWEEP_AT_ONCE)

    async def run(self) -> None:
        """Sweep for ever."""
        failures = 0
        while True:
            try:
                await self.sweep()
                failures = 0
            except Exception as error:  # noqa: BLE001 - the sweep must outlive whatever the store raises; it is logged
                failures += 1
                log.warning("looks.sweep_failed", error=told(error), attempt=failures)
                await asyncio.sleep(backoff(failures))
            await asyncio.sleep(SWEEP_EVERY)

    async def _take(self, rows: Sequence[mongo.Document], way: str) -> None:
        by_kind: dict[str, list[mongo.Document]] = {}
        for row in rows:
            by_kind.setdefault(row["kind"], []).append(row)
        for kind, of_kind in by_kind.items():
            if kind not in self._handlers.looks:
                log.error("looks.nobody", kind=kind, count=len(of_kind))  # the rows stay until a version that looks
            elif not await self._look_at(kind, of_kind, way) and len(of_kind) > 1:
                for row in of_kind:  # one that can't be looked at must not hold up the others
                    await self._look_at(kind, [row], way)

    async def _look_at(self, kind: str, rows: Sequence[mongo.Document], way: str) -> bool:
        ids = [row["_id"] for row in rows]
        try:
            await self._handlers.looks[kind]([self._look(row) for row in rows], self._transactions)
        except Exception as error:  # noqa: BLE001 - the rows stay and are swept: nothing is lost, and it is logged
            log.warning("looks.left_for_sweep", kind=kind, count=len(rows), error=told(error))
            # Behind the others, so that what fails for ever is not all that is ever swept.
            await self._rows.update_many({"_id": {"$in": ids}}, {"$set": {"at": self._transactions.clock.now()}})
            return False
        await mongo.unjournaled(self._rows).delete_many({"_id": {"$in": ids}})
        metrics.LOOKS.labels(kind, way).inc(len(rows))
        return True

    def _look(self, row: mongo.Document) -> Look:
        return Look(row["_id"], row["kind"], row["keys"], row.get("position"), self._keep, row.get(TOLD, {}))

    async def _keep(self, look_id: str, position: Any) -> None:
        now = self._transactions.clock.now()
        await self._rows.update_one({"_id": look_id}, {"$set": {"position": position, "at": now}})
