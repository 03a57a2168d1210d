"""A small service on the toy events: in a test through `Toys`, or as `python -m tests.support.toy_service`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from types import SimpleNamespace
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from chassis import kafka, mongo
from chassis.cli import main
from chassis.consume import Loop
from chassis.handlers import Handlers
from chassis.ids import new_id
from chassis.service import CHASSIS_COLLECTIONS, Parts, Service, assemble
from chassis.settings import Environment, Plant, ServiceSettings
from chassis.subscriptions import Subscriptions
from chassis.tx import Tx
from contracts.envelope import Event, headers
from tests.support.toys import NOON, toys

COLLECTIONS = (
    mongo.CollectionSpec("heard", indexes=(mongo.IndexModel([("event", 1)]),)),
    mongo.CollectionSpec("counts"),
    mongo.CollectionSpec("facts"),
)


class ToyTx(Tx):
    """Its writes are plain inserts and increments, so that whatever is done twice is seen."""

    async def hear(self, event: Any) -> None:
        row = {"_id": new_id(), "event": event.id, "bell": event.bell, "number": event.number}
        await self.db["heard"].insert_one(row, session=self.session)

    async def count(self, name: str) -> None:
        await self.db["counts"].update_one({"_id": name}, {"$inc": {"n": 1}}, upsert=True, session=self.session)


class ToySettings(ServiceSettings):
    toy_mark: str = ""
    toy_seconds: float = 0.0


def create_app(settings: ToySettings) -> Service[ToyTx]:
    """Hears each ring after `TOY_SECONDS` a batch, and echoes it."""
    kinds = toys(mark=settings.toy_mark)
    handlers = Handlers()

    @handlers.on_batch(kinds.Rang)
    async def echo(rings: Sequence[Any], tx: ToyTx) -> None:
        await tx.db["counts"].update_one({"_id": "begun"}, {"$inc": {"n": 1}}, upsert=True)
        for ring in rings:
            await tx.hear(ring)
        await asyncio.sleep(settings.toy_seconds)
        for ring in rings:
            tx.emit(an_echo(kinds, ring), because=ring)

    return a_service(settings, handlers)


def a_service(settings: ToySettings, handlers: Handlers) -> Service[ToyTx]:
    name = f"toys-{settings.toy_mark}"
    return Service(name=name, settings=settings, tx=ToyTx, collections=COLLECTIONS, handlers=handlers)


def an_echo(kinds: SimpleNamespace, ring: Any) -> Any:
    return kinds.Echoed(id=new_id(), time=NOON, bell=ring.bell, number=ring.number)


async def until(found: Callable[[], Awaitable[Any]], within: float = 90, every: float = 0.05) -> Any:
    """What `found` answers once it is true; AssertionError with its last answer when that takes too long."""
    deadline = asyncio.get_running_loop().time() + within
    while not (answer := await found()):
        assert asyncio.get_running_loop().time() < deadline, f"not within {within} s: {answer!r}"
        await asyncio.sleep(every)
    return answer


class Toys:
    """One test's toy service: its events on topics of their own, and any number of its processes' parts."""

    def __init__(self, mongo_url: str, database: str, bootstrap: str = "127.0.0.1:9", partitions: int = 3) -> None:
        self.kinds = toys(partitions)
        self.handlers = Handlers()
        self.client = mongo.connect(mongo_url)
        self.db = mongo.database(self.client, database)
        self._given: dict[str, Any] = {
            "environment": Environment.DEVELOPMENT,
            "mongo_url": mongo_url,
            "mongo_database": database,
            "kafka_bootstrap": bootstrap,
            "toy_mark": self.kinds.mark,
        }
        self._parts: list[Parts[ToyTx]] = []

    def settings(self, **changes: Any) -> ToySettings:
        return ToySettings(**(self._given | changes))

    def environment(self, **changes: Any) -> dict[str, str]:
        """The same for a process."""
        return {name.upper(): str(value) for name, value in (self._given | changes).items()}

    def parts(self, handlers: Handlers | None = None, **changes: Any) -> Parts[ToyTx]:
        """What one process of the service is made of."""
        parts = assemble(a_service(self.settings(**changes), handlers or self.handlers))
        self._parts.append(parts)
        return parts

    def loop(self, handlers: Handlers | None = None, plant: Plant = Plant.NONE, **changes: Any) -> Loop:
        """The loop of its one group."""
        (loop,) = self.parts(handlers, plant=plant, **changes).loops.values()
        return loop

    async def setup(self) -> None:
        await mongo.ensure(self.db, [*CHASSIS_COLLECTIONS, *COLLECTIONS])

    async def make_topics(self) -> None:
        await kafka.create_topics(self.settings(), self.kinds.topics)

    async def send(self, events: Sequence[Event], *, headers_of: Callable[[Event], Any] | None = None) -> None:
        rows = [
            (e.TOPIC.name, e.key().encode(), e.body(), headers_of(e) if headers_of else headers(e, "toys"))
            for e in events
        ]
        await self.send_raw(rows)

    async def send_raw(
        self, rows: Sequence[tuple[str, bytes | None, bytes | None, Any]], partition: Any = None
    ) -> None:
        producer = kafka.new_producer(self.settings())
        await producer.start()
        try:
            sent = [await producer.send(t, v, k, partition=partition, headers=h) for t, k, v, h in rows]
            await asyncio.gather(*sent)
        finally:
            await producer.stop()

    @asynccontextmanager
    async def running(self, parts: Parts[ToyTx], *, relays: bool = False) -> AsyncIterator[Subscriptions]:
        """The process's consumers and, if asked for, its relays."""
        subscriptions = Subscriptions(parts.context.settings, parts.listening())
        work = [subscriptions.run()]
        if relays:
            work += [parts.outbox.run_facts(), parts.outbox.run_sweep(), parts.outbox.run_entities()]
        tasks = [asyncio.create_task(one) for one in work]
        try:
            yield subscriptions
        finally:
            for subscription in subscriptions.subscriptions:
                subscription.loop.stop()
            await subscriptions.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def rows(self, collection: str, **query: Any) -> list[Any]:
        rows: list[Any] = await self.db[collection].find(query).sort("_id", 1).to_list(None)
        return rows

    async def heard(self) -> list[str]:
        """The ids of the events heard, one per time."""
        return [row["event"] for row in await self.rows("heard")]

    async def counted(self, name: str) -> int:
        row = await self.db["counts"].find_one({"_id": name})
        return int(row["n"]) if row else 0

    async def on_topic(self, kind: Any) -> list[ConsumerRecord]:
        """All that stands on an event's topic now, partition by partition."""
        consumer = AIOKafkaConsumer(bootstrap_servers=kafka.bootstrap(self.settings()), auto_offset_reset="earliest")
        await consumer.start()
        try:
            partitions = [TopicPartition(kind.TOPIC.name, n) for n in range(kind.TOPIC.partitions)]
            consumer.assign(partitions)
            ends = await consumer.end_offsets(partitions)
            found: list[ConsumerRecord] = []
            while any([await consumer.position(p) < ends[p] for p in partitions]):
                for records in (await consumer.getmany(timeout_ms=100)).values():
                    found += records
            return found
        finally:
            await consumer.stop()

    async def close(self) -> None:
        for parts in self._parts:
            with suppress(Exception):
                await parts.publisher.stop()
            parts.context.client.close()
        self.client.close()


if __name__ == "__main__":
    main(create_app, ToySettings)
