"""MongoDB gone, the broker gone, answers lost, an API in the way: everything is handled in the end, once."""

import asyncio
import gc
import json
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka.errors import ProducerClosed
from pymongo.errors import AutoReconnect

from chassis import kafka as wire
from chassis import mongo as store
from chassis.consume import Loop
from chassis.doubles import INBOX
from chassis.testing import waiting
from chassis.tx import OutcomeUnknown, TryAgainLater
from local.stack import Addressed
from tests.support.servers import OwnServer
from tests.support.toy_service import Toys, ToyTx, an_echo, until
from tests.support.toys import a_record, a_ring, records_of

GONE_SECONDS = 10.0


def hears(toys: Toys) -> None:
    @toys.handlers.on_batch(toys.kinds.Rang)
    async def hear(rings: Sequence[Any], tx: ToyTx) -> None:
        for ring in rings:
            await tx.hear(ring)
            tx.emit(an_echo(toys.kinds, ring))


def rings(toys: Toys, count: int) -> list[Any]:
    return [a_ring(toys.kinds.Rang, bell=f"bell-{n % 5}", number=n) for n in range(count)]


async def heard_once(toys: Toys, events: Sequence[Any], within: float = 120) -> None:
    async def enough() -> bool:
        try:
            return len(set(await toys.heard())) >= len(events)
        except AutoReconnect:
            return False

    await until(enough, within, every=0.2)
    assert sorted(await toys.heard()) == sorted(event.id for event in events)


async def echoed(toys: Toys, count: int, within: float = 120) -> list[int]:
    """The numbers on the echoes' topic, once there are as many different ones.

    An echo may stand there twice: its ack or its row's deletion was lost. It is the same event then, for its readers.
    """

    async def enough() -> list[int]:
        records = await toys.on_topic(toys.kinds.Echoed)
        events = {dict(record.headers)["ce_id"]: json.loads(record.value)["number"] for record in records}
        return sorted(events.values()) if len(events) >= count else []

    numbers: list[int] = await until(enough, within, every=0.3)
    return numbers


@pytest.fixture
async def own_store(own_mongo: OwnServer) -> Any:
    return await asyncio.to_thread(own_mongo)


async def gone(server: Any, seconds: float = GONE_SECONDS) -> None:
    """Killed with -9, away for a while, and back with its data."""
    await asyncio.to_thread(server.kill)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(server.start)


async def stays_away(since: float) -> None:
    """For the rest of the 10 seconds."""
    await asyncio.sleep(max(0.0, since + GONE_SECONDS - asyncio.get_running_loop().time()))


async def test_mongodb_gone_for_10_seconds_loses_and_doubles_nothing(own_store: Any, kafka: Addressed) -> None:
    toys = Toys(own_store.address, "toys", kafka.address)
    await toys.setup()
    await toys.make_topics()
    hears(toys)
    events = rings(toys, 120)
    parts = toys.parts()
    async with toys.running(parts, relays=True) as subscriptions:
        await toys.send(events[:40])
        await heard_once(toys, events[:40])
        await asyncio.to_thread(own_store.kill)
        since = asyncio.get_running_loop().time()
        await toys.send(events[40:])

        async def waits() -> bool:
            return subscriptions.subscriptions[0].loop.is_handling

        await until(waits)
        assert subscriptions.subscriptions[0].is_live, "it waits in place, and a restart would mend nothing"
        await stays_away(since)
        await asyncio.to_thread(own_store.start)
        await heard_once(toys, events)
        assert await echoed(toys, 120) == list(range(120))
    await toys.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # aiokafka drops a half-open connection
async def test_the_broker_gone_for_10_seconds_loses_and_doubles_nothing(
    own_kafka: OwnServer, mongo: Addressed, toy_database: str
) -> None:
    broker: Any = await asyncio.to_thread(own_kafka)
    toys = Toys(mongo.address, toy_database, broker.address)
    await toys.make_topics()
    hears(toys)
    events = rings(toys, 80)
    parts = toys.parts()
    async with toys.running(parts, relays=True):
        await toys.send(events[:40])
        await heard_once(toys, events[:40])
        stopping = wire.new_producer(toys.settings())
        await stopping.start()
        await stopping.send_and_wait(toys.kinds.Lamp.TOPIC.name, value=b"in time", key=b"k", partition=0)
        away = asyncio.create_task(gone(broker))

        async def is_gone() -> bool:
            return not broker.running

        await until(is_gone)
        await ends_without_sending(stopping, toys)
        # What an API says meanwhile waits in the outbox.
        echo = a_ring(toys.kinds.Rang, number=1000)
        await parts.context.transactions.run(lambda tx: _emit(tx, toys, echo))
        await away
        await toys.send(events[40:])
        await heard_once(toys, events)
        assert await echoed(toys, 81) == [*range(80), 1000]
        await parts.outbox.drained(60)
    for name in await toys.db.list_collection_names():
        await toys.db[name].delete_many({})
    await toys.close()
    gc.collect()  # here, not in a test that has no such connection


async def ends_without_sending(producer: Any, toys: Toys) -> None:
    """An idempotent producer tries for ever; a process that stops has seconds, and must leave nothing to send late."""
    promise = await producer.send(toys.kinds.Lamp.TOPIC.name, value=b"late", key=b"k", partition=0)
    await asyncio.wait_for(producer.stop(), 60)
    assert isinstance(promise.exception(), ProducerClosed)


async def _emit(tx: ToyTx, toys: Toys, ring: Any) -> None:
    tx.emit(an_echo(toys.kinds, ring))


class LostAnswers:
    """The server commits; its answer does not arrive, this many times."""

    def __init__(self, count: int) -> None:
        self.left = count

    async def commit(self, session: Any, attempts: int = 3) -> None:
        await self._whole(session, attempts)
        if self.left > 0:
            self.left -= 1
            error = AutoReconnect("the answer was lost")
            error._add_error_label("UnknownTransactionCommitResult")
            raise error

    def plant(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._whole = store._commit
        monkeypatch.setattr(store, "_commit", self.commit)


async def test_a_commit_whose_answer_was_lost_has_one_effect(store_toys: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
    hears(store_toys)
    events = rings(store_toys, 10)
    LostAnswers(2).plant(monkeypatch)

    await asyncio.wait_for(store_toys.loop().handle(records_of(events)), 90)

    assert sorted(await store_toys.heard()) == sorted(event.id for event in events)
    assert len(await waiting(store_toys.db)) == 10, "and what it says waits for the sweep, once"


async def test_an_api_learns_that_the_outcome_of_its_commit_is_unknown(
    store_toys: Toys, monkeypatch: pytest.MonkeyPatch
) -> None:
    LostAnswers(1).plant(monkeypatch)

    with pytest.raises(OutcomeUnknown):
        await store_toys.parts().context.transactions.run(lambda tx: tx.count("orders"))
    assert await store_toys.counted("orders") == 1, "0 or 1 effects, never 2"


class LosesItsFirstAnswer:
    """A session whose first commit is done without an answer."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self.asked = 0

    async def commit_transaction(self) -> None:
        self.asked += 1
        await self._session.commit_transaction()
        if self.asked == 1:
            error = AutoReconnect("the answer was lost")
            error._add_error_label("UnknownTransactionCommitResult")
            raise error


async def test_a_lost_answer_is_asked_for_again_before_anything_is_repeated(store_toys: Toys) -> None:
    async with await store_toys.client.start_session() as session:
        session.start_transaction()
        await store_toys.db["facts"].insert_one({"_id": "a"}, session=session)
        losing = LosesItsFirstAnswer(session)
        await store._commit(losing)  # type: ignore[arg-type]

    assert losing.asked == 2
    assert len(await store_toys.rows("facts")) == 1


async def test_an_api_that_writes_what_a_batch_writes_every_5_ms_does_not_keep_it_from_finishing(
    store_toys: Toys,
) -> None:
    order: list[str] = []

    async def claim(some: Sequence[Any], tx: ToyTx) -> None:
        order.append("first")
        for bell in sorted({ring.bell for ring in some}):
            await tx.db["counts"].update_one({"_id": bell}, {"$inc": {"n": 1}}, upsert=True, session=tx.session)

    @store_toys.handlers.on_batch(store_toys.kinds.Rang, first=claim)
    async def hear(some: Sequence[Any], tx: ToyTx) -> None:
        order.append("then")
        for ring in some:
            await tx.hear(ring)

    async def api() -> None:
        transactions = store_toys.parts().context.transactions
        while True:
            try:
                await transactions.run(lambda tx: tx.count("bell-0"))
            except TryAgainLater:
                order.append("an API gave up")
            await asyncio.sleep(0.005)

    events = rings(store_toys, 500)
    hot = asyncio.create_task(api())
    try:
        loop = store_toys.loop()
        await asyncio.wait_for(loop.handle(records_of(events[:250])), 120)
        await asyncio.wait_for(loop.handle(records_of(events[250:])), 120)
    finally:
        hot.cancel()
    assert sorted(await store_toys.heard()) == sorted(event.id for event in events)
    assert order.index("first") < order.index("then")
    assert await store_toys.counted("bell-1") <= 16, "halved a few times at most, not down to one record after another"


async def test_what_apis_also_write_is_written_before_anything_is_read_or_inserted(store_toys: Toys) -> None:
    inbox_was: list[int] = []

    async def claim(_some: Sequence[Any], tx: ToyTx) -> None:
        inbox_was.append(await tx.db[INBOX].count_documents({}, session=tx.session))

    @store_toys.handlers.on_batch(store_toys.kinds.Rang, first=claim)
    async def hear(_some: Sequence[Any], tx: ToyTx) -> None:
        inbox_was.append(await tx.db[INBOX].count_documents({}, session=tx.session))

    loop = store_toys.loop()
    assert isinstance(loop, Loop)
    await loop.handle([a_record(a_ring(store_toys.kinds.Rang))])

    assert inbox_was == [0, 1]
