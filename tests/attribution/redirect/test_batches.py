"""Clicks on their way in batches: what goes together, what waits, who hears of it."""

import asyncio
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError, KafkaError, ProducerClosed

from attribution.redirect import batches as module
from attribution.redirect.batches import Batches, Waiting
from tests.attribution.redirect.builders import until


class Batch:
    """As many records as `room` says."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.values: list[bytes] = []

    def append(self, *, value: bytes, **_rest: Any) -> object:
        if len(self.values) == self.room:
            return None
        self.values.append(value)
        return value


class Cluster:
    """A producer whose acks are given by hand; `leaders` by partition."""

    def __init__(self, leaders: dict[int, int | None], room: int = 100) -> None:
        self.leaders = leaders
        self.room = room
        self.sent: list[tuple[int, list[bytes]]] = []
        self.acks: list[asyncio.Future[None]] = []
        self.client = self
        self.cluster = self

    def create_batch(self) -> Batch:
        return Batch(self.room)

    async def send_batch(self, batch: Batch, _topic: str, *, partition: int) -> asyncio.Future[None]:
        self.sent.append((partition, batch.values))
        self.acks.append(asyncio.get_running_loop().create_future())
        return self.acks[-1]

    def partitions_for_topic(self, _topic: str) -> set[int]:
        return set(self.leaders)

    def leader_for_partition(self, partition: Any) -> int | None:
        return self.leaders[partition.partition]


class Road:
    """Batches to a cluster, and what they said."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.waiting = Waiting()
        self.failed: list[KafkaError] = []
        self.batches = Batches(cluster, "a-topic", self.waiting, self.failed.append)

    def send(self, value: bytes) -> asyncio.Future[None]:
        future = self.waiting.add(b"key", value, [])
        self.batches.call()
        return future


@pytest.fixture
async def road(monkeypatch: pytest.MonkeyPatch) -> Road:
    """One batch under way at a time, so that a test says when the next one goes."""
    monkeypatch.setattr(module, "UNDER_WAY", 1)
    return Road(Cluster({0: 1, 1: 1, 2: 1}))


async def test_so_many_are_under_way_to_a_broker_and_what_comes_more_waits_for_an_ack() -> None:
    road = Road(Cluster({0: 1, 1: 1, 2: 1}))
    for number in range(2):
        road.send(b"%d" % number)
        await until(lambda number=number: len(road.cluster.acks) == number + 1)  # type: ignore[misc]
    road.send(b"2")
    road.send(b"3")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [values for _, values in road.cluster.sent] == [[b"0"], [b"1"]]
    road.cluster.acks[1].set_result(None)
    await until(lambda: len(road.cluster.acks) == 3)
    assert road.cluster.sent[2] == (2, [b"2", b"3"])


async def test_what_comes_in_one_turn_goes_together_and_is_done_with_its_ack_and_not_before(road: Road) -> None:
    first, second = road.send(b"1"), road.send(b"2")
    await until(lambda: len(road.cluster.acks) == 1)
    assert road.cluster.sent == [(0, [b"1", b"2"])]
    assert not first.done()
    assert not second.done()
    road.cluster.acks[0].set_result(None)
    await asyncio.gather(first, second)


async def test_what_comes_while_a_batch_is_under_way_makes_the_next_one_in_another_partition(road: Road) -> None:
    first = road.send(b"1")
    await until(lambda: len(road.cluster.acks) == 1)
    for value in (b"2", b"3"):
        road.send(value)
        await asyncio.sleep(0)
    assert len(road.cluster.sent) == 1, "one under way to each broker"
    road.cluster.acks[0].set_result(None)
    await first
    await until(lambda: len(road.cluster.acks) == 2)
    assert road.cluster.sent[1] == (1, [b"2", b"3"])


async def test_a_broker_that_does_not_answer_keeps_no_other_from_being_sent_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "UNDER_WAY", 1)
    road = Road(Cluster({0: 1, 1: 2, 2: 1}))
    road.send(b"1")
    await until(lambda: len(road.cluster.acks) == 1)
    for number in range(3):
        sent = road.send(b"more")
        await until(lambda number=number: len(road.cluster.acks) == 2 + number)  # type: ignore[misc]
        road.cluster.acks[-1].set_result(None)
        await sent
    assert [partition for partition, _ in road.cluster.sent] == [0, 1, 1, 1]


async def test_a_partition_without_a_leader_is_passed_over_unless_there_is_no_other() -> None:
    road = Road(Cluster({0: None, 1: 1, 2: -1}))
    for _ in range(3):
        sent = road.send(b"1")
        await until(lambda: bool(road.cluster.acks) and not road.cluster.acks[-1].done())
        road.cluster.acks[-1].set_result(None)
        await sent
    assert {partition for partition, _ in road.cluster.sent} == {1}
    road.cluster.leaders[1] = None
    road.send(b"2")
    await until(lambda: len(road.cluster.sent) == 4)


async def test_what_does_not_fit_waits_for_the_next_batch_in_its_order() -> None:
    road = Road(Cluster({0: 1, 1: 1}, room=2))
    sent = [road.send(b"%d" % number) for number in range(5)]
    for batch in range(3):
        await until(lambda batch=batch: len(road.cluster.acks) > batch)  # type: ignore[misc]
        road.cluster.acks[batch].set_result(None)
    await asyncio.gather(*sent)
    assert [values for _, values in road.cluster.sent] == [[b"0", b"1"], [b"2", b"3"], [b"4"]]


async def test_whose_time_is_over_before_a_batch_took_it_is_not_sent(road: Road) -> None:
    road.send(b"1")
    await until(lambda: len(road.cluster.acks) == 1)
    gone, kept = road.send(b"gone"), road.send(b"kept")
    gone.set_exception(TimeoutError())
    assert isinstance(gone.exception(), TimeoutError)
    road.cluster.acks[0].set_result(None)
    await until(lambda: len(road.cluster.acks) == 2)
    assert road.cluster.sent[1][1] == [b"kept"]
    road.cluster.acks[1].set_result(None)
    await kept


async def test_a_batch_that_is_not_taken_fails_for_each_and_the_next_one_goes(road: Road) -> None:
    both = [road.send(b"1"), road.send(b"2")]
    await until(lambda: len(road.cluster.acks) == 1)
    late = road.send(b"3")
    road.cluster.acks[0].set_exception(KafkaConnectionError("away"))
    errors = await asyncio.gather(*both, return_exceptions=True)
    assert [type(error) for error in errors] == [KafkaConnectionError] * 2
    assert errors[0] is not errors[1], "each has a traceback of its own"
    assert [type(error) for error in road.failed] == [KafkaConnectionError], "once a batch"
    await until(lambda: len(road.cluster.acks) == 2)
    road.cluster.acks[1].set_result(None)
    await late


async def test_a_bug_is_raised_by_whoever_waits(road: Road) -> None:
    sent = road.send(b"1")
    await until(lambda: len(road.cluster.acks) == 1)
    road.cluster.acks[0].set_exception(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        await sent
    assert road.failed == []


async def test_who_waits_for_an_ended_producer_is_told_and_what_waits_is_left_to_the_next(road: Road) -> None:
    under_way = road.send(b"1")
    await until(lambda: len(road.cluster.acks) == 1)
    left = road.send(b"2")
    road.batches.take_no_more()
    await road.batches.close()
    with pytest.raises(ProducerClosed):
        await under_way
    assert not left.done()
    following = Cluster({0: 1})
    Batches(following, "a-topic", road.waiting, road.failed.append).call()
    await until(lambda: len(following.acks) == 1)
    assert following.sent == [(0, [b"2"])]
    following.acks[0].set_result(None)
    await left


async def test_nothing_is_kept_of_those_who_left_while_there_is_no_producer() -> None:
    waiting = Waiting()
    gone, kept = waiting.add(b"key", b"1", []), waiting.add(b"key", b"2", [])
    gone.cancel()
    waiting.forget_the_gone()
    assert len(waiting) == 1
    assert not kept.done()
