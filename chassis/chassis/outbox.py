"""The outbox's relay: what a transaction said reaches Kafka, facts at once, entity events in their order.

Fact rows are published by the process that wrote them, right after its commit, and swept by anyone after 5 s; doubles
are absorbed by the readers. Entity rows go out by the holder of one lease, by revision, and never below the row kept in
`outbox_sent`; whoever takes the lease over sends the kept rows of the last two lease times again, so that a relay that
was stopped past its lease can't leave an old state as a key's newest record.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from aiokafka.errors import KafkaError, OutOfOrderSequenceNumber, ProducerFenced

from chassis import metrics, mongo
from chassis.clock import Clock
from chassis.ids import new_id
from chassis.logs import log
from chassis.tx import OUTBOX, SETTLED, backoff

LEASES = "leases"
SENT = "outbox_sent"
LEASE = timedelta(seconds=5)
POLL_SECONDS = 0.1
SWEEP_EVERY = 1.0
AT_ONCE = 500
WAITING_ROWS = 20_000
RELAY = "outbox-relay"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

COLLECTIONS = (
    mongo.CollectionSpec(
        OUTBOX,
        indexes=(
            mongo.IndexModel([("kind", 1), ("at", 1)]),
            mongo.IndexModel(
                [("topic", 1), ("key", 1), ("revision", 1)], partialFilterExpression={"kind": "entity"}, name="entities"
            ),
        ),
    ),
    mongo.CollectionSpec(SENT, indexes=(mongo.IndexModel([("at", 1)]),)),
    mongo.CollectionSpec(LEASES),
)


class Producer(Protocol):
    """What the relay needs of a Kafka producer."""

    async def start(self) -> None:
        """Connect."""

    async def stop(self) -> None:
        """Send what is buffered and disconnect."""

    async def send(self, topic: str, value: bytes, key: bytes, headers: Sequence[tuple[str, bytes]]) -> Awaitable[Any]:
        """Buffer a record; the answer resolves at the broker's ack."""


class Publisher:
    """A producer that is thrown away and built anew after a fatal error (STACK: a stuck one never recovers)."""

    def __init__(self, build: Callable[[], Producer]) -> None:
        self._build = build
        self._producer: Producer | None = None
        self._lock = asyncio.Lock()

    async def send_all(self, rows: Sequence[mongo.Document]) -> list[mongo.Document]:
        """Send rows in their order and wait for the acks; returns those acked, without raising Kafka's errors."""
        producer = await self._ready()
        if producer is None:
            return []
        try:
            promises = [
                await producer.send(
                    row["topic"],
                    value=bytes(row["value"]),
                    key=row["key"].encode(),
                    headers=[(name, bytes(value)) for name, value in row["headers"]],
                )
                for row in rows
            ]
        except KafkaError as error:
            await self._renew(producer, error)
            return []
        answers = await asyncio.gather(*promises, return_exceptions=True)
        failed = [answer for answer in answers if isinstance(answer, BaseException)]
        for answer in failed:
            if not isinstance(answer, KafkaError):
                raise answer
        if failed:
            fatal = next((e for e in failed if isinstance(e, OutOfOrderSequenceNumber | ProducerFenced)), failed[0])
            await self._renew(producer, fatal)
        return [row for row, answer in zip(rows, answers, strict=True) if not isinstance(answer, BaseException)]

    async def stop(self) -> None:
        """Send what is buffered and disconnect."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(KafkaError):
                await producer.stop()

    async def _ready(self) -> Producer | None:
        async with self._lock:
            if self._producer is None:
                producer = self._build()
                try:
                    await producer.start()
                except KafkaError as error:
                    log.warning("outbox.no_broker", error=repr(error))
                    with suppress(KafkaError):
                        await producer.stop()
                    return None
                self._producer = producer
            return self._producer

    async def _renew(self, producer: Producer, error: BaseException) -> None:
        async with self._lock:
            if self._producer is not producer:
                return
            self._producer = None
        metrics.PRODUCER_RENEWED.inc()
        log.warning("outbox.producer_renewed", error=repr(error))
        with suppress(KafkaError, asyncio.TimeoutError):
            await asyncio.wait_for(producer.stop(), 5)


class Outbox:
    """Publishes the outbox of one service from one process."""

    def __init__(self, db: mongo.Database, clock: Clock, publisher: Publisher, slot: str = "") -> None:
        self._rows = db[OUTBOX]
        self._sent = db[SENT]
        self._leases = db[LEASES]
        self._clock = clock
        self._publisher = publisher
        self._owner = slot or new_id()
        self._facts: asyncio.Queue[Sequence[mongo.Document]] = asyncio.Queue()
        self._waiting = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._wake = asyncio.Event()
        self._holds_until = 0.0

    async def committed(self, rows: Sequence[mongo.Document], _looks: Sequence[mongo.Document]) -> None:
        """Take a commit's rows over: facts are published next, entity rows wake the relay."""
        facts = [row for row in rows if row["kind"] == "fact"]
        # Past the bound the rows stay where they are, in the store, and the sweep takes them.
        if facts and self._waiting < WAITING_ROWS:
            self._waiting += len(facts)
            self._idle.clear()
            self._facts.put_nowait(facts)
        if len(facts) < len(rows):
            self._wake.set()

    async def run_facts(self) -> None:
        """Publish for ever what this process commits."""
        while True:
            batch = list(await self._facts.get())
            while not self._facts.empty() and len(batch) < AT_ONCE:
                batch.extend(self._facts.get_nowait())
            try:
                await self._publish_facts(batch)
            except Exception as error:  # noqa: BLE001 - the rows are in the store and are swept; logged
                log.warning("outbox.facts_left_for_sweep", count=len(batch), error=repr(error))
            finally:
                self._waiting -= len(batch)
                if self._waiting == 0:
                    self._idle.set()

    async def drained(self, seconds: float) -> None:
        """Wait for what this process committed to go out, at most `seconds`; the rest is swept by another process."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), seconds)

    async def _publish_facts(self, rows: Sequence[mongo.Document]) -> None:
        acked = await self._publisher.send_all(rows)
        if acked:
            await mongo.unjournaled(self._rows).delete_many({"_id": {"$in": [row["_id"] for row in acked]}})
            metrics.OUTBOX_SENT.labels("fact").inc(len(acked))

    async def sweep_facts(self) -> int:
        """Publish fact rows older than 5 s, whoever wrote them; returns how many were found."""
        before = self._clock.now() - SETTLED
        query = {"kind": "fact", "at": {"$lt": before}}
        rows = await self._rows.find(query).sort("at", 1).limit(AT_ONCE).to_list(AT_ONCE)
        if rows:
            await self._publish_facts(rows)
        return len(rows)

    async def run_sweep(self) -> None:
        """Sweep for ever, and measure how old the outbox is."""
        failures = 0
        while True:
            try:
                found = await self.sweep_facts()
                oldest = await self._rows.find_one({}, sort=[("at", 1)], projection={"at": 1})
                age = (self._clock.now() - oldest["at"]).total_seconds() if oldest else 0.0
                metrics.OUTBOX_AGE.set(max(0.0, age))
                failures = 0
            except Exception as error:  # noqa: BLE001 - the sweep must outlive whatever the store raises; logged
                failures += 1
                found = 0
                log.warning("outbox.sweep_failed", error=repr(error), attempt=failures)
                await asyncio.sleep(backoff(failures))
            if found < AT_ONCE:
                await asyncio.sleep(SWEEP_EVERY)

    async def run_entities(self) -> None:
        """Relay entity rows for ever while this process holds the lease."""
        failures = 0
        while True:
            try:
                sent = await self.relay_entities()
                failures = 0
            except Exception as error:  # noqa: BLE001 - the relay must outlive whatever the store raises; logged
                failures += 1
                sent = 0
                log.warning("outbox.relay_failed", error=repr(error), attempt=failures)
                await asyncio.sleep(backoff(failures))
            if sent == 0:
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
            self._wake.clear()

    async def relay_entities(self) -> int:
        """One round: hold the lease, send what waits in order, remember it, forget the rows; returns how many."""
        if not await self._hold_lease():
            return 0
        rows = (
            await self._rows.find({"kind": "entity"})
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
        if not self._still_holds():
            # Stopped past its lease, perhaps while its producer sent: the holder sends the kept rows again.
            await self._leases.update_one({"_id": RELAY}, {"$set": {"resend": True}})
        await self._remember(unbroken)
        done = {row["_id"] for row in unbroken} | {row["_id"] for row in rows if row not in fresh}
        await self._rows.delete_many({"_id": {"$in": list(done)}})
        metrics.OUTBOX_SENT.labels("entity").inc(len(unbroken))
        return len(done)

    async def _hold_lease(self) -> bool:
        """Take, renew or take over the lease, by the database's clock."""
        asked = asyncio.get_running_loop().time()
        span = int(LEASE.total_seconds() * 1000)
        mine_or_over = {"$or": [{"$eq": ["$owner", self._owner]}, {"$lte": ["$until", "$$NOW"]}]}
        await self._leases.update_one(
            {"_id": RELAY},
            {"$setOnInsert": {"owner": "", "until": EPOCH, "resend": False}},
            upsert=True,
        )
        before = await self._leases.find_one_and_update(
            {"_id": RELAY, "$expr": mine_or_over},
            [{"$set": {"owner": self._owner, "until": {"$add": ["$$NOW", span]}, "resend": False}}],
        )
        if before is None:
            self._holds_until = 0.0
            return False
        self._holds_until = asked + LEASE.total_seconds()
        if before["owner"] != self._owner or before.get("resend"):
            await self._send_kept_again()
        return True

    def _still_holds(self) -> bool:
        return asyncio.get_running_loop().time() < self._holds_until

    async def _send_kept_again(self) -> None:
        since = self._clock.now() - 2 * LEASE
        async for row in self._sent.find({"at": {"$gte": since}}):
            again = row["row"] | {"_id": row["_id"]}
            if not await self._publisher.send_all([again]):
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
