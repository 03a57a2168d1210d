"""The outbox's relay: what a transaction said reaches Kafka, facts at once, entity events in their order.

Fact rows are published by the process that wrote them, right after its commit, and swept by anyone after 5 s; doubles
are absorbed by the readers. One row holds what one transaction said: it goes once all of it is acked, and if whoever
sends it dies before that, all of it is sent again (ADR 26). Entity rows go out by the holder of one lease, by revision,
and never below the row kept in `outbox_sent`; whoever takes the lease over sends the kept rows of the last two lease
times again, so that a relay that was stopped past its lease can't leave an old state as a key's newest record. If it is
killed before it can tell that it was late, nobody knows: so each kept row is said once more a day later, while
compaction still keeps what it corrects.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from chassis import metrics, mongo
from chassis.clock import Clock
from chassis.ids import new_id
from chassis.logs import log, told
from chassis.publisher import Publisher
from chassis.tx import ENTITY, FACT, FACTS, OUTBOX, SETTLED, backoff, facts_of

LEASES = "leases"
SENT = "outbox_sent"
LEASE = timedelta(seconds=5)
ONCE_MORE_AFTER = timedelta(days=1)
"""Longer than any process is frozen, shorter than the 7 days in which compaction removes nothing (ADR 23)."""
POLL_SECONDS = 0.1
IDLE_SECONDS = 0.5
"""The relay's pause once nothing was found for a while: what this process itself writes wakes it, others' rows wait."""
SWEEP_EVERY = 1.0
AT_ONCE = 500
SWEPT_AT_ONCE = {FACT: AT_ONCE, FACTS: 20}
"""Rows by kind: those that hold many facts are up to 1 MB each."""
WAITING_FACTS = 20_000
RELAY = "outbox-relay"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

COLLECTIONS = (
    mongo.CollectionSpec(
        OUTBOX,
        indexes=(
            mongo.IndexModel([("kind", 1), ("at", 1)]),
            mongo.IndexModel(
                [("topic", 1), ("key", 1), ("revision", 1)], partialFilterExpression={"kind": ENTITY}, name="entities"
            ),
        ),
    ),
    mongo.CollectionSpec(SENT, indexes=(mongo.IndexModel([("at", 1)]), mongo.IndexModel([("once_more_at", 1)]))),
    mongo.CollectionSpec(LEASES),
)


class Outbox:
    """Publishes the outbox of one service from one process."""

    def __init__(self, db: mongo.Database, clock: Clock, publisher: Publisher, slot: str = "") -> None:
        self._rows = db[OUTBOX]
        self._sent = db[SENT]
        self._leases = db[LEASES]
        self._clock = clock
        self._publisher = publisher
        self._holder = new_id()
        self._slot = slot or self._holder
        self._facts: asyncio.Queue[Sequence[mongo.Document]] = asyncio.Queue()
        self._waiting = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._wake = asyncio.Event()
        self._holds_until = 0.0
        self._seeded = False
        self._next_once_more = 0.0

    async def committed(self, rows: Sequence[mongo.Document], _looks: Sequence[mongo.Document]) -> None:
        """Take a commit's rows over: facts are published next, entity rows wake the relay."""
        facts = [row for row in rows if row["kind"] != ENTITY]
        # Past the bound the rows stay where they are, in the store, and the sweep takes them.
        if facts and self._waiting < WAITING_FACTS:
            self._waiting += _count(facts)
            self._idle.clear()
            self._facts.put_nowait(facts)
        if len(facts) < len(rows):
            self._wake.set()

    async def run_facts(self) -> None:
        """Publish for ever what this process commits."""
        while True:
            batch = list(await self._facts.get())
            while not self._facts.empty() and _count(batch) < AT_ONCE:
                batch.extend(self._facts.get_nowait())
            try:
                await self._publish_facts(batch, mongo.unjournaled(self._rows))
            except Exception as error:  # noqa: BLE001 - the rows are in the store and are swept; logged
                log.warning("outbox.facts_left_for_sweep", count=_count(batch), error=told(error))
            finally:
                self._waiting -= _count(batch)
                if self._waiting == 0:
                    self._idle.set()

    async def drained(self, seconds: float) -> None:
        """Wait for what this process committed to go out, at most `seconds`; the rest is swept by another process."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), seconds)

    async def _publish_facts(self, rows: Sequence[mongo.Document], kept: mongo.Collection) -> int:
        """Send what these rows hold and forget what was acked; returns how many facts went out.

        Of a row that is acked in part the rest stays: two at one row drop only what one of them has an ack for.
        """
        acked = {one["_id"] for one in await self._publisher.send_all([one for row in rows for one in facts_of(row)])}
        gone = [row["_id"] for row in rows if all(one["_id"] in acked for one in facts_of(row))]
        if gone:
            await kept.delete_many({"_id": {"$in": gone}})
        for row in rows:
            left = [one for one in facts_of(row) if one["_id"] not in acked]
            if 0 < len(left) < len(facts_of(row)):
                await kept.update_one({"_id": row["_id"]}, {"$set": {"facts": left}})
        metrics.OUTBOX_SENT.labels(FACT).inc(len(acked))
        return len(acked)

    async def sweep_facts(self) -> int:
        """Publish what rows older than 5 s hold, whoever wrote them; returns how many facts went out.

        Forgotten with the journal, for the next sweep reads by majority and would find them again.
        """
        before = self._clock.now() - SETTLED
        rows: list[mongo.Document] = []
        for kind, most in SWEPT_AT_ONCE.items():
            found = self._rows.find({"kind": kind, "at": {"$lt": before}}).sort("at", 1).limit(most)
            rows += await found.to_list(most)
        rows.sort(key=lambda row: row["at"])
        return await self._publish_facts(rows, self._rows) if rows else 0

    async def run_age(self) -> None:
        """Measure for ever how old the outbox is; apart from the sweep, which waits while no broker answers."""
        while True:
            try:
                metrics.OUTBOX_AGE.set(await self.age())
            except Exception as error:  # noqa: BLE001 - the next measurement may succeed; logged
                log.warning("outbox.not_measured", error=told(error))
            await asyncio.sleep(SWEEP_EVERY)

    async def age(self) -> float:
        """Seconds since the oldest waiting row was written."""
        kinds = {"kind": {"$in": [FACT, FACTS, ENTITY]}}  # named, so that the index gives each one's oldest
        oldest = await self._rows.find_one(kinds, sort=[("at", 1)], projection={"at": 1})
        return 0.0 if oldest is None else max(0.0, (self._clock.now() - oldest["at"]).total_seconds())

    async def run_sweep(self) -> None:
        """Sweep for ever."""
        failures = 0
        while True:
            try:
                sent = await self.sweep_facts()
                failures = 0
            except Exception as error:  # noqa: BLE001 - the sweep must outlive whatever the store raises; logged
                failures += 1
                sent = 0
                log.warning("outbox.sweep_failed", error=told(error), attempt=failures)
                await asyncio.sleep(backoff(failures))
            if sent == 0:
                await asyncio.sleep(SWEEP_EVERY)

    async def run_entities(self) -> None:
        """Relay entity rows for ever while this process holds the lease."""
        failures = 0
        pause = POLL_SECONDS
        while True:
            try:
                sent = await self.relay_entities()
                failures = 0
            except Exception as error:  # noqa: BLE001 - the relay must outlive whatever the store raises; logged
                failures += 1
                sent = 0
                log.warning("outbox.relay_failed", error=told(error), attempt=failures)
                await asyncio.sleep(backoff(failures))
            pause = min(pause * 1.1, IDLE_SECONDS) if sent == 0 else POLL_SECONDS
            if sent == 0:
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), pause)
            self._wake.clear()

    async def relay_entities(self) -> int:
        """One round: hold the lease, send what waits in order, remember it, forget the rows; returns how many."""
        if not await self._hold_lease():
            return 0
        await self._say_once_more()
        rows = (
            await self._rows.find({"kind": ENTITY})
            .sort([("topic", 1), ("key", 1), ("revision", 1)])
            .hint("entities")
            .limit(AT_ONCE)
            .to_list(AT_ONCE)
        )
        if not rows:
            return 0
        kept = await self._kept([_sent_id(row) for row in rows])
        fresh = [row for row in rows if row["revision"] > kept.get(_sent_id(row), 0)]
        acked = await self._publisher.send_all(fresh) if self._still_holds() else []
        if fresh and not acked:
            return 0
        unbroken = _until_first_gap(fresh, acked)
        if unbroken and not self._still_holds():
            await self._repair(unbroken)
        await self._remember(unbroken)
        sent = {row["_id"] for row in fresh}
        done = [row["_id"] for row in unbroken] + [row["_id"] for row in rows if row["_id"] not in sent]
        await self._rows.delete_many({"_id": {"$in": done}})
        metrics.OUTBOX_SENT.labels(ENTITY).inc(len(unbroken))
        return len(done)

    async def _repair(self, rows: Sequence[mongo.Document]) -> None:
        """These were sent past the lease, perhaps after newer ones: have the holder send the kept ones again."""
        ids = list({_sent_id(row) for row in rows})
        await self._sent.update_many({"_id": {"$in": ids}}, {"$set": {"at": self._clock.now()}})
        await self._leases.update_one({"_id": RELAY}, {"$set": {"resend": True}})

    async def _say_once_more(self) -> None:
        """What was sent a day ago: whatever older state came after it from a relay that was frozen and killed."""
        now = asyncio.get_running_loop().time()
        if now < self._next_once_more:
            return
        found = self._sent.find({"once_more_at": {"$lt": self._clock.now()}}).limit(AT_ONCE)
        due = [row["row"] | {"_id": row["_id"]} for row in await found.to_list(AT_ONCE)]
        acked = await self._publisher.send_all(due) if due and self._still_holds() else []
        if acked and not self._still_holds():
            await self._repair(acked)
        elif acked:
            # A newer row has its own time, so only this revision is done with.
            said = [
                ({"_id": row["_id"], "revision": row["revision"]}, {"$set": {"once_more_at": None}}) for row in acked
            ]
            await self._sent.bulk_write([mongo.UpdateOne(*one) for one in said], ordered=False)
        if len(due) < AT_ONCE:
            self._next_once_more = now + LEASE.total_seconds()

    async def _hold_lease(self) -> bool:
        """Keep the lease, renew it or take it over, by the database's clock; a slot takes its own back at once."""
        asked = asyncio.get_running_loop().time()
        if asked < self._holds_until - LEASE.total_seconds() / 2:
            return True
        await self._seed_lease()
        span = int(LEASE.total_seconds() * 1000)
        mine_or_over = {"$or": [{"$eq": ["$slot", self._slot]}, {"$lte": ["$until", "$$NOW"]}]}
        held = {"slot": self._slot, "holder": self._holder, "until": {"$add": ["$$NOW", span]}, "resend": False}
        before = await self._leases.find_one_and_update({"_id": RELAY, "$expr": mine_or_over}, [{"$set": held}])
        if before is None:
            self._holds_until = 0.0
            return False
        self._holds_until = asked + LEASE.total_seconds()
        if before["holder"] != self._holder or before["resend"]:
            await self._send_kept_again()
        return True

    async def _seed_lease(self) -> None:
        if not self._seeded:
            nobody = {"slot": "", "holder": "", "until": EPOCH, "resend": False}
            await self._leases.update_one({"_id": RELAY}, {"$setOnInsert": nobody}, upsert=True)
            self._seeded = True

    def _still_holds(self) -> bool:
        return asyncio.get_running_loop().time() < self._holds_until

    async def _send_kept_again(self) -> None:
        since = self._clock.now() - 2 * LEASE
        found = self._sent.find({"at": {"$gte": since}})
        while kept := await found.to_list(AT_ONCE):
            again = [row["row"] | {"_id": row["_id"]} for row in kept]
            if len(await self._publisher.send_all(again)) < len(again):
                await self._leases.update_one({"_id": RELAY}, {"$set": {"resend": True}})
                return

    async def _kept(self, ids: Sequence[str]) -> dict[str, int]:
        found = self._sent.find({"_id": {"$in": list(set(ids))}}, {"revision": 1})
        return {row["_id"]: row["revision"] async for row in found}

    async def _remember(self, rows: Sequence[mongo.Document]) -> None:
        newest: dict[str, mongo.Document] = {}
        for row in rows:
            newest[_sent_id(row)] = row
        if not newest:
            return
        now = self._clock.now()
        kept_fields = ("topic", "key", "value", "headers", "revision")
        await self._sent.bulk_write(
            [
                mongo.UpdateOne(
                    {"_id": sent_id},
                    # Only ever upwards: another relay may have remembered a newer row meanwhile.
                    [
                        {
                            "$replaceWith": {
                                "$cond": [
                                    {"$gt": [{"$ifNull": ["$revision", 0]}, row["revision"]]},
                                    "$$ROOT",
                                    {
                                        "_id": sent_id,
                                        "revision": row["revision"],
                                        "at": now,
                                        "once_more_at": now + ONCE_MORE_AFTER,
                                        "row": {"$literal": {name: row[name] for name in kept_fields}},
                                    },
                                ]
                            }
                        }
                    ],
                    upsert=True,
                )
                for sent_id, row in newest.items()
            ],
            ordered=False,
        )


def _count(rows: Sequence[mongo.Document]) -> int:
    return sum(len(facts_of(row)) for row in rows)


def _sent_id(row: mongo.Document) -> str:
    return f"{row['topic']}|{row['key']}"


def _until_first_gap(rows: Sequence[mongo.Document], acked: Sequence[mongo.Document]) -> list[mongo.Document]:
    """The acked rows, of each key only those before its first unacked one: later ones are sent again, in order."""
    ids = {row["_id"] for row in acked}
    broken: set[str] = set()
    kept = []
    for row in rows:
        if row["_id"] not in ids:
            broken.add(_sent_id(row))
        elif _sent_id(row) not in broken:
            kept.append(row)
    return kept
