"""The loop on a real broker: redelivery, odd headers, rebalances, topics that come later, stuck consumers, traces."""

import asyncio
import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from faststream import AckPolicy

from chassis import kafka as wire
from chassis.dead_letters import DEAD_LETTERS
from chassis.handlers import Handlers
from chassis.health import Health
from chassis.service import _watch
from chassis.subscriptions import _instance
from contracts.envelope import headers
from local.stack import Addressed
from tests.chassis.conftest import empty
from tests.support.toy_service import Toys, ToyTx, an_echo, until
from tests.support.toys import a_ring
from tests.support.toys import toys as toys_of_another_service


def hears(toys: Toys, handlers: Handlers | None = None) -> None:
    @(handlers or toys.handlers).on(toys.kinds.Rang)
    async def hear(ring: Any, tx: ToyTx) -> None:
        await tx.hear(ring)
        tx.emit(an_echo(toys.kinds, ring))


def rings(toys: Toys, count: int, first: int = 0) -> list[Any]:
    return [a_ring(toys.kinds.Rang, bell=f"bell-{n % 7}", number=n) for n in range(first, first + count)]


async def all_heard(toys: Toys, events: Sequence[Any], within: float = 90) -> None:
    """Each was heard, and none twice."""

    async def enough() -> bool:
        return len(set(await toys.heard())) >= len(events)

    await until(enough, within)
    assert sorted(await toys.heard()) == sorted(event.id for event in events)


async def committed(toys: Toys) -> int:
    """How many records of the bells' topic the group has committed."""
    group = f"toys-{toys.kinds.mark}"
    topic = toys.kinds.Rang.TOPIC
    consumer = AIOKafkaConsumer(bootstrap_servers=wire.bootstrap(toys.settings()), group_id=group)
    await consumer.start()
    try:
        offsets = [await consumer.committed(TopicPartition(topic.name, n)) for n in range(topic.partitions)]
        return sum(offset or 0 for offset in offsets)
    finally:
        await consumer.stop()


async def rewind(toys: Toys) -> None:
    """Forget the group's commits, as an operator does who has everything delivered again."""
    group, topic = f"toys-{toys.kinds.mark}", toys.kinds.Rang.TOPIC
    consumer = AIOKafkaConsumer(bootstrap_servers=wire.bootstrap(toys.settings()), group_id=group)
    await consumer.start()
    try:
        partitions = [TopicPartition(topic.name, n) for n in range(topic.partitions)]
        consumer.assign(partitions)
        await consumer.commit(dict.fromkeys(partitions, 0))
    finally:
        await consumer.stop()


async def test_what_is_sent_is_heard_once_echoed_once_and_committed(wire_toys: Toys) -> None:
    hears(wire_toys)
    events = rings(wire_toys, 300)
    await wire_toys.send(events)
    parts = wire_toys.parts()

    async with wire_toys.running(parts, relays=True):
        await all_heard(wire_toys, events)
        await parts.outbox.drained(60)

    assert await committed(wire_toys) == 300
    echoes = await wire_toys.on_topic(wire_toys.kinds.Echoed)
    assert sorted(json.loads(record.value)["number"] for record in echoes) == list(range(300))


async def test_what_is_delivered_again_has_no_second_effect(wire_toys: Toys) -> None:
    hears(wire_toys)
    events = rings(wire_toys, 50)
    await wire_toys.send(events)
    async with wire_toys.running(wire_toys.parts()):
        await all_heard(wire_toys, events)
    await rewind(wire_toys)

    more = rings(wire_toys, 1, first=50)
    await wire_toys.send([*events[:10], *more])
    async with wire_toys.running(wire_toys.parts()):
        await all_heard(wire_toys, [*events, *more])

        async def all_read() -> bool:
            return await committed(wire_toys) == 61

        await until(all_read)
    await all_heard(wire_toys, [*events, *more])


async def test_poison_on_the_wire_is_parked_and_everything_else_is_heard(wire_toys: Toys) -> None:
    """A null type, a null and a non-UTF-8 header, a tombstone: FastStream's own parser would lose the batch."""
    hears(wire_toys)
    kinds = wire_toys.kinds
    good = rings(wire_toys, 30)
    odd = [("null", None), ("bytes", b"\xff"), ("reply_to", b"toys.elsewhere")]
    topic = kinds.Rang.TOPIC.name
    poison = [
        (topic, b"k", b"{}", [("ce_type", None)]),
        (topic, b"k", None, []),
        (topic, b"k", b"\xff", [("ce_type", kinds.Rang.TYPE.encode())]),
    ]
    await wire_toys.send(good[:15], headers_of=lambda event: [*headers(event, "toys"), *odd])
    await wire_toys.send_raw(poison)
    await wire_toys.send(good[15:])

    async with wire_toys.running(wire_toys.parts()):
        await all_heard(wire_toys, good)

        async def parked() -> bool:
            return len(await wire_toys.rows(DEAD_LETTERS)) == 3

        await until(parked)
    assert await committed(wire_toys) == 33


class Bytes(str):
    """A header name that is no text, as any client of librdkafka can write it."""

    __slots__ = ()

    def encode(self, *_: Any) -> bytes:
        return b"\xff\xfe"


@pytest.mark.parametrize("compression", [pytest.param(0, id="plain"), pytest.param(1, id="gzip")])
async def test_a_header_name_that_is_not_utf_8_holds_up_and_loses_nothing(wire_toys: Toys, compression: int) -> None:
    hears(wire_toys)
    good, odd, late = rings(wire_toys, 200), rings(wire_toys, 3, first=200), rings(wire_toys, 20, first=203)
    await wire_toys.send(good)
    producer = AIOKafkaProducer(bootstrap_servers=wire.bootstrap(wire_toys.settings()))
    await producer.start()
    try:
        batch = producer.create_batch()
        builder = _DefaultRecordBatchBuilderPy(2, compression, False, -1, -1, 0, 100_000)
        batch._builder = builder
        for number, event in enumerate(odd):
            named = [*headers(event, "toys"), (Bytes("?") if number == 1 else "fine", b"1")]
            batch.append(key=event.key().encode(), value=event.body(), timestamp=1_000, headers=named)
        batch.close()
        await (await producer.send_batch(batch, wire_toys.kinds.Rang.TOPIC.name, partition=0))
    finally:
        await producer.stop()
    await wire_toys.send(late)

    async with wire_toys.running(wire_toys.parts()):
        await all_heard(wire_toys, [*good, *odd, *late])
    assert not await wire_toys.rows(DEAD_LETTERS)


async def test_a_poll_that_fails_midway_loses_no_other_partitions_records(wire_toys: Toys) -> None:
    hears(wire_toys)
    events = rings(wire_toys, 100)
    await wire_toys.send(events)
    parts, failed = wire_toys.parts(), False

    async with wire_toys.running(parts) as subscriptions:
        await all_heard(wire_toys, events)
        consumer = subscriptions.subscriptions[0].consumer
        whole = consumer._fetcher.fetched_records

        async def taken_and_lost(*args: Any, **kwargs: Any) -> Any:
            nonlocal failed
            found = await whole(*args, **kwargs)
            if found and not failed:
                failed = True
                raise ValueError("one partition's records can't be unpacked; the others' were taken already")
            return found

        consumer._fetcher.fetched_records = taken_and_lost
        for first in (100, 200):  # the poll that waits already may take the first hundred in the old way
            await wire_toys.send(more := rings(wire_toys, 100, first=first))
            await all_heard(wire_toys, events := [*events, *more])
    assert failed


async def test_a_rebalance_during_a_slow_handler_has_one_effect(wire_toys: Toys) -> None:
    slow = Handlers()
    entered, go_on = asyncio.Event(), asyncio.Event()

    @slow.on_batch(wire_toys.kinds.Rang)
    async def hear_slowly(some: Sequence[Any], tx: ToyTx) -> None:
        for ring in some:
            await tx.hear(ring)
        entered.set()
        await go_on.wait()

    hears(wire_toys)
    events = rings(wire_toys, 60)
    await wire_toys.send(events)
    async with wire_toys.running(wire_toys.parts(slow)):
        await asyncio.wait_for(entered.wait(), 90)
        async with wire_toys.running(wire_toys.parts()) as second:

            async def joined() -> bool:
                return second.subscriptions[0].joined

            await until(joined)
            go_on.set()  # both have the same records in hand now
            await all_heard(wire_toys, events)
            await wire_toys.send(more := rings(wire_toys, 60, first=60))
            await all_heard(wire_toys, [*events, *more])


async def test_two_consumers_of_one_process_share_its_partitions_and_keep_the_order_of_each_key(
    wire_toys: Toys,
) -> None:
    numbers: dict[str, list[int]] = {}
    members: set[int] = set()

    @wire_toys.handlers.on_batch(wire_toys.kinds.Rang, members=2)
    async def hear(rings: Sequence[Any], tx: ToyTx) -> None:
        members.add(tx.member)
        for ring in rings:
            await tx.hear(ring)
            numbers.setdefault(ring.bell, []).append(ring.number)

    events = rings(wire_toys, 70)
    async with wire_toys.running(wire_toys.parts(process_slot="pod-0")) as subscriptions:

        async def both_have_some() -> bool:
            consumers = [one.consumer for one in subscriptions.subscriptions]
            return len(consumers) == 2 and all(one is not None and one.assignment() for one in consumers)

        await until(both_have_some)
        await wire_toys.send(events)
        await all_heard(wire_toys, events)

    assert members == {1, 2}
    assert [one.name.rpartition(" ")[2] for one in subscriptions.subscriptions][1] == "2"
    assert all(of_bell == sorted(of_bell) for of_bell in numbers.values())
    assert await committed(wire_toys) == len(events)


def test_each_consumer_of_a_slot_has_a_name_of_its_own_in_the_group(wire_toys: Toys) -> None:
    """A slot called like another's second consumer would throw it out."""

    @wire_toys.handlers.on_batch(wire_toys.kinds.Rang, members=2)
    async def hear(rings: Sequence[Any], tx: ToyTx) -> None:
        """Hear."""

    listening = wire_toys.parts().listening()
    names = {_instance(one, slot) for one in listening for slot in ("pod", "pod-2", "pod-1")}
    assert len(names) == 6
    assert all(re.fullmatch(r"[a-zA-Z0-9._-]+", name or "") for name in names), "what Kafka takes"
    assert {_instance(one, "") for one in listening} == {None}


async def test_a_topic_that_is_made_after_the_start_is_heard_within_seconds(
    mongo: Addressed, kafka: Addressed, toy_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.subscriptions.STUCK_AFTER", 0.0)
    toys = Toys(mongo.address, toy_database, kafka.address)
    hears(toys)
    async with toys.running(toys.parts()) as subscriptions:

        async def consuming() -> bool:
            return subscriptions.subscriptions[0].broker is not None

        await until(consuming)
        (waiting,) = subscriptions.subscriptions
        assert not waiting.joined, "not ready: what it hears does not exist"
        assert waiting.is_live, "a restart would not mend that"
        monkeypatch.undo()
        await toys.make_topics()
        await toys.send(events := rings(toys, 5))
        await all_heard(toys, events)
    await empty(toys)


async def test_a_group_that_waits_for_a_topic_says_which_until_it_is_made(wire_toys: Toys) -> None:
    class Late(toys_of_another_service().Rang):  # type: ignore[misc]
        TYPE = "toys.late.v1"

    @wire_toys.handlers.on(Late)
    async def never(_ring: Any, _tx: ToyTx) -> None:
        raise AssertionError

    hears(wire_toys)
    async with wire_toys.running(wire_toys.parts()) as subscriptions:
        (subscription,) = subscriptions.subscriptions
        health = Health()
        _watch(health, subscription)

        async def missing() -> bool:
            said = (await health.readiness()).checks[f"consumer {subscription.group}"]
            return Late.TOPIC.name in said and wire_toys.kinds.Rang.TOPIC.name not in said

        async def ready() -> bool:
            return (await health.readiness()).is_good

        await until(missing)
        await wire.create_topics(wire_toys.settings(), [Late.TOPIC])
        await until(ready)


async def test_a_group_whose_topic_does_not_exist_keeps_no_other_group_waiting(wire_toys: Toys) -> None:
    class Absent(toys_of_another_service().Rang):  # type: ignore[misc]
        TYPE = "toys.absent.v1"

    @wire_toys.handlers.on(Absent, group="absent")
    async def never(_ring: Any, _tx: ToyTx) -> None:
        raise AssertionError

    hears(wire_toys)
    await wire_toys.send(events := rings(wire_toys, 5))
    async with wire_toys.running(wire_toys.parts()):
        await all_heard(wire_toys, events)


async def test_a_stuck_consumer_is_noticed_although_its_polls_return_and_built_anew(
    wire_toys: Toys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.subscriptions.STUCK_AFTER", 1.5)
    monkeypatch.setattr("chassis.subscriptions.WATCH_EVERY", 0.2)
    hears(wire_toys)
    async with wire_toys.running(wire_toys.parts()) as subscriptions:

        async def joined() -> bool:
            return subscriptions.subscriptions[0].joined

        await until(joined)
        stuck, consumer = subscriptions.subscriptions[0].broker, subscriptions.subscriptions[0].consumer
        consumer.pause(*consumer.assignment())  # polls return, nothing comes, nobody says why
        await wire_toys.send(events := rings(wire_toys, 20))
        await all_heard(wire_toys, events)
        assert subscriptions.subscriptions[0].broker is not stuck


async def test_an_idle_consumer_is_live_and_not_taken_for_stuck(
    wire_toys: Toys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.subscriptions.STUCK_AFTER", 3.0)
    monkeypatch.setattr("chassis.subscriptions.WATCH_EVERY", 0.1)
    hears(wire_toys)
    async with wire_toys.running(wire_toys.parts()) as subscriptions:
        (subscription,) = subscriptions.subscriptions

        async def joined() -> bool:
            return subscription.joined

        await until(joined)
        same, begun = subscription.broker, asyncio.get_running_loop().time()

        async def idle_for_long() -> bool:
            assert subscription.is_live
            return asyncio.get_running_loop().time() - begun > 7

        await until(idle_for_long)
        assert subscription.broker is same


async def test_the_trace_of_a_record_goes_on_in_what_its_handler_says(wire_toys: Toys) -> None:
    hears(wire_toys)
    ring = a_ring(wire_toys.kinds.Rang)
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await wire_toys.send([ring], headers_of=lambda event: [*headers(event, "toys"), ("traceparent", trace.encode())])
    parts = wire_toys.parts()
    async with wire_toys.running(parts, relays=True):
        await all_heard(wire_toys, [ring])
        await parts.outbox.drained(60)

    (echo,) = await wire_toys.on_topic(wire_toys.kinds.Echoed)
    said = dict(echo.headers)
    assert said["traceparent"].split(b"-")[1] == trace.encode().split(b"-")[1]
    assert said["ce_type"] == b"toys.echoed.v1"


async def test_every_subscriber_has_its_own_ack_policy_and_takes_no_replies(wire_toys: Toys) -> None:
    hears(wire_toys)
    async with wire_toys.running(wire_toys.parts()) as subscriptions:
        broker = subscriptions.build(subscriptions.subscriptions[0])
    (subscriber,) = broker.subscribers
    assert subscriber.ack_policy is AckPolicy.NACK_ON_ERROR
    assert subscriber._no_reply
