"""The outbox's relay against a log in memory and a real store: what goes out, in which order, and what survives."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiokafka.errors import (
    KafkaConnectionError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumber,
    UnknownTopicOrPartitionError,
)

from chassis.outbox import LEASES, SENT, Outbox
from chassis.publisher import Publisher
from chassis.service import Parts, _background
from chassis.tx import OUTBOX
from tests.support.toy_service import Toys, ToyTx, an_echo, until
from tests.support.toys import NOON, a_ring

Line = tuple[str, int]


class FakeLog:
    """A broker in memory: keeps (key, number or revision) in the order of arrival."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.stamps: list[int] = []
        self.started = 0
        self.before_send: Callable[[Any], None] = lambda _value: None
        self.before_ack: Callable[[Any], Awaitable[None]] | None = None
        self.is_there = True

    def newest(self) -> dict[str, int]:
        return dict(self.lines)


class FakeProducer:
    def __init__(self, log: FakeLog) -> None:
        self._log = log
        self.stopped = False

    async def start(self) -> None:
        if not self._log.is_there:
            raise KafkaConnectionError("nobody there")
        self._log.started += 1

    async def stop(self) -> None:
        self.stopped = True

    async def send(self, topic: str, value: bytes, key: bytes, headers: Any, timestamp_ms: int) -> Awaitable[Any]:  # noqa: ARG002 - the producer's
        said = json.loads(value)
        self._log.stamps.append(timestamp_ms)
        self._log.before_send(said)
        return asyncio.ensure_future(self._append(key.decode(), said))

    async def _append(self, key: str, said: Any) -> None:
        if self._log.before_ack is not None:
            await self._log.before_ack(said)
        self._log.lines.append((key, said.get("revision", said.get("number"))))


@pytest.fixture
def log() -> FakeLog:
    return FakeLog()


def a_relay(parts: Parts[ToyTx], log: FakeLog, slot: str = "") -> Outbox:
    context = parts.context
    relay = Outbox(context.db, context.clock, Publisher(lambda: FakeProducer(log), context.clock), slot)
    context.transactions.afterwards = (relay,)
    return relay


async def change(parts: Parts[ToyTx], toys: Toys, *revisions: int, lamp: str = "hall") -> None:
    async def work(tx: ToyTx) -> None:
        for revision in revisions:
            tx.announce(toys.kinds.LampChanged, toys.kinds.Lamp(id=lamp, on=True), revision)

    await parts.context.transactions.run(work)


async def say(parts: Parts[ToyTx], toys: Toys, *numbers: int) -> None:
    async def work(tx: ToyTx) -> None:
        for number in numbers:
            tx.emit(an_echo(toys.kinds, a_ring(toys.kinds.Rang, number=number)))

    await parts.context.transactions.run(work)


async def empty(toys: Toys) -> None:
    """The outbox is empty: its fact rows are deleted without waiting for the majority that reads see."""

    async def no_rows() -> bool:
        return not await toys.rows(OUTBOX)

    await until(no_rows)


@pytest.fixture
def background() -> Iterator[Callable[[Any], asyncio.Task[Any]]]:
    tasks: list[asyncio.Task[Any]] = []

    def start(work: Any) -> asyncio.Task[Any]:
        tasks.append(asyncio.create_task(work))
        return tasks[-1]

    yield start
    for task in tasks:
        task.cancel()


async def test_facts_go_out_at_once_and_their_rows_go(store_toys: Toys, log: FakeLog, background: Any) -> None:
    parts = store_toys.parts()
    relay = a_relay(parts, log)
    background(relay.run_facts())

    await say(parts, store_toys, 1, 2, 3)

    await relay.drained(60)
    assert log.lines == [("north", 1), ("north", 2), ("north", 3)]
    await empty(store_toys)


async def test_a_transaction_that_aborts_says_nothing(store_toys: Toys, log: FakeLog, background: Any) -> None:
    parts = store_toys.parts()
    relay = a_relay(parts, log)
    background(relay.run_facts())

    async def work(tx: ToyTx) -> None:
        tx.emit(an_echo(store_toys.kinds, a_ring(store_toys.kinds.Rang)))
        raise LookupError

    with pytest.raises(LookupError):
        await parts.context.transactions.run(work)
    await relay.drained(60)
    assert not log.lines
    assert not await store_toys.rows(OUTBOX)


async def test_facts_of_a_process_that_died_are_swept_by_another_after_5_seconds(
    store_toys: Toys, log: FakeLog
) -> None:
    dead, other = store_toys.parts(), store_toys.parts()
    a_relay(dead, log)
    relay = a_relay(other, log)
    await say(dead, store_toys, 1, 2)

    assert await relay.sweep_facts() == 0, "the writer is at it"
    assert not log.lines
    other.context.clock.offset = timedelta(seconds=6)
    assert await relay.age() > 5
    assert await relay.sweep_facts() == 2
    assert sorted(log.lines) == [("north", 1), ("north", 2)]
    await empty(store_toys)
    assert await relay.age() == 0


async def test_a_fact_that_was_not_acked_stays(store_toys: Toys, log: FakeLog, background: Any) -> None:
    async def refuse(said: Any) -> None:
        if said["number"] == 2 and log.started == 1:
            raise KafkaConnectionError("gone")

    log.before_ack = refuse
    parts = store_toys.parts()
    relay = a_relay(parts, log)
    background(relay.run_facts())
    await say(parts, store_toys, 1, 2, 3)
    await relay.drained(60)

    parts.context.clock.offset = timedelta(seconds=6)
    await relay.sweep_facts()
    assert sorted(set(log.lines)) == [("north", 1), ("north", 2), ("north", 3)]
    await empty(store_toys)


async def test_after_a_sequence_out_of_order_a_new_producer_is_built(
    store_toys: Toys, log: FakeLog, background: Any
) -> None:
    def stuck(_said: Any) -> None:
        if log.started == 1:
            raise OutOfOrderSequenceNumber

    log.before_send = stuck
    parts = store_toys.parts()
    relay = a_relay(parts, log)
    background(relay.run_entities())
    await change(parts, store_toys, 1)

    async def is_out() -> bool:
        return log.lines == [("hall", 1)]

    await until(is_out)
    assert log.started == 2


@pytest.mark.parametrize("error", [MessageSizeTooLargeError, UnknownTopicOrPartitionError])
async def test_a_row_that_can_never_be_sent_holds_up_no_other(
    store_toys: Toys, log: FakeLog, error: type[Exception]
) -> None:
    def refuse(said: Any) -> None:
        if said["entity"] == "hall":
            raise error

    log.before_send = refuse
    parts = store_toys.parts()
    relay = a_relay(parts, log)
    await change(parts, store_toys, 1)
    if error is MessageSizeTooLargeError:
        await change(parts, store_toys, 1, lamp="porch")
        await relay.relay_entities()
        assert log.lines == [("porch", 1)]
    else:
        await relay.relay_entities()
        assert not log.lines
    assert [row["key"] for row in await store_toys.rows(OUTBOX)] == ["hall"]
    assert log.started == 1, "and it costs no producer"


async def test_an_absent_broker_is_waited_for(store_toys: Toys, log: FakeLog, background: Any) -> None:
    log.is_there = False
    parts = store_toys.parts()
    relay = a_relay(parts, log)
    for work in (relay.run_facts, relay.run_sweep, relay.run_entities, relay.run_age):
        background(work())
    await change(parts, store_toys, 1, 2)
    await relay.drained(1)
    log.is_there = True

    async def is_out() -> bool:
        return log.lines == [("hall", 1), ("hall", 2)]

    await until(is_out)


async def test_entity_rows_go_out_by_revision_whatever_the_order_of_commits(store_toys: Toys, log: FakeLog) -> None:
    parts = store_toys.parts()
    relay = a_relay(parts, log)
    await change(parts, store_toys, 3)
    await change(parts, store_toys, 2)
    await change(parts, store_toys, 1, lamp="attic")
    await change(parts, store_toys, 1)

    assert await relay.relay_entities() == 4
    assert [line for line in log.lines if line[0] == "hall"] == [("hall", 1), ("hall", 2), ("hall", 3)]
    assert {row["_id"].split("|")[1]: row["revision"] for row in await store_toys.rows(SENT)} == {"hall": 3, "attic": 1}
    assert not await store_toys.rows(OUTBOX)


async def test_what_is_below_the_newest_that_was_sent_is_dropped_unsent(store_toys: Toys, log: FakeLog) -> None:
    parts = store_toys.parts()
    relay = a_relay(parts, log)
    await change(parts, store_toys, 5)
    await relay.relay_entities()
    await change(parts, store_toys, 4)
    await relay.relay_entities()

    assert log.lines == [("hall", 5)]
    assert not await store_toys.rows(OUTBOX)


async def test_after_an_unacked_revision_the_later_ones_of_its_key_are_sent_again_in_order(
    store_toys: Toys, log: FakeLog
) -> None:
    async def refuse(said: Any) -> None:
        if said["revision"] == 2 and log.started == 1:
            raise KafkaConnectionError("gone")

    log.before_ack = refuse
    parts = store_toys.parts()
    relay = a_relay(parts, log)
    await change(parts, store_toys, 1, 2, 3)
    await change(parts, store_toys, 1, lamp="attic")
    await relay.relay_entities()
    await relay.relay_entities()

    assert [revision for key, revision in log.lines if key == "hall"][-2:] == [2, 3]
    assert log.newest() == {"hall": 3, "attic": 1}
    assert not await store_toys.rows(OUTBOX)


async def test_only_the_holder_of_the_lease_relays(store_toys: Toys, log: FakeLog) -> None:
    first, second = (a_relay(store_toys.parts(), log) for _ in range(2))
    parts = store_toys.parts()
    await first.relay_entities()
    await change(parts, store_toys, 1)

    assert await second.relay_entities() == 0
    assert await first.relay_entities() == 1


async def test_a_slot_takes_its_own_lease_back_at_once_and_another_after_5_seconds(
    store_toys: Toys, log: FakeLog
) -> None:
    killed, again, other = (a_relay(store_toys.parts(), log, slot) for slot in ("pod-0", "pod-0", "pod-1"))
    await killed.relay_entities()
    await change(store_toys.parts(), store_toys, 1)

    assert await other.relay_entities() == 0
    assert await again.relay_entities() == 1
    await expire_lease(store_toys)
    await change(store_toys.parts(), store_toys, 2)
    assert await other.relay_entities() == 1


async def expire_lease(toys: Toys) -> None:
    await toys.db[LEASES].update_many({}, {"$set": {"until": NOON.replace(year=2020)}})


async def test_a_relay_stopped_past_its_lease_cannot_leave_an_old_state_newest(store_toys: Toys, log: FakeLog) -> None:
    frozen, thawed = asyncio.Event(), asyncio.Event()

    async def freeze(said: Any) -> None:
        if said["revision"] == 1 and not frozen.is_set():
            frozen.set()
            await thawed.wait()

    log.before_ack = freeze
    zombie_parts = store_toys.parts()
    zombie, holder = a_relay(zombie_parts, log), a_relay(store_toys.parts(), log)
    await change(zombie_parts, store_toys, 1)
    late = asyncio.create_task(zombie.relay_entities())
    await frozen.wait()
    await expire_lease(store_toys)
    await change(zombie_parts, store_toys, 2)
    assert await holder.relay_entities() == 2
    # It was stopped for longer than what a new holder sends again; only the zombie itself knows what it did.
    await store_toys.db[SENT].update_many({}, {"$set": {"at": NOON.replace(year=2020)}})

    zombie._holds_until = 0.0
    thawed.set()
    await late
    assert log.newest() == {"hall": 1}, "the zombie's send arrived last"

    holder._holds_until = 0.0  # half a lease later
    await holder.relay_entities()
    assert log.newest() == {"hall": 2}
    assert not await store_toys.rows(OUTBOX)


async def test_who_takes_the_lease_over_sends_the_newest_of_the_last_two_leases_again(
    store_toys: Toys, log: FakeLog
) -> None:
    parts = store_toys.parts()
    first, second = a_relay(parts, log), a_relay(store_toys.parts(), log)
    await change(parts, store_toys, 1, 2)
    await change(parts, store_toys, 7, lamp="attic")
    await first.relay_entities()
    await store_toys.db[SENT].update_one({"revision": 7}, {"$set": {"at": NOON.replace(year=2020)}})
    log.lines.clear()
    await expire_lease(store_toys)

    await second.relay_entities()

    assert log.lines == [("hall", 2)]


async def test_a_stopping_process_sends_what_it_committed(store_toys: Toys, log: FakeLog, background: Any) -> None:
    async def slow(_said: Any) -> None:
        await asyncio.sleep(0.2)

    log.before_ack = slow
    parts = store_toys.parts()
    relay = a_relay(parts, log)
    background(relay.run_facts())
    await say(parts, store_toys, *range(5))
    await relay.drained(60)

    assert len(log.lines) == 5


async def test_records_are_stamped_by_the_databases_time_whatever_the_host_or_a_moved_clock_says(
    store_toys: Toys, log: FakeLog
) -> None:
    parts = store_toys.parts(clock_offset=timedelta(days=8))
    parts.context.clock._origin -= timedelta(hours=2)  # as if the host's clock were two hours ahead of the database's
    relay = a_relay(parts, log)
    await change(parts, store_toys, 1)
    assert await relay.relay_entities() == 1

    database = datetime.now(UTC) - timedelta(hours=2)
    assert log.stamps == [pytest.approx(database.timestamp() * 1000, abs=60_000)]


async def test_the_end_of_a_process_waits_for_what_it_committed(store_toys: Toys, log: FakeLog) -> None:
    async def slow(_said: Any) -> None:
        await asyncio.sleep(0.5)

    log.before_ack = slow
    parts = store_toys.parts()
    parts.outbox._publisher = Publisher(lambda: FakeProducer(log), parts.context.clock)
    async with _background(parts.context, parts):
        await say(parts, store_toys, 1)
        assert not log.lines

    assert log.lines == [("north", 1)]
