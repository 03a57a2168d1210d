"""Clicks on their way in batches: two under way to each broker, and what comes meanwhile makes the next.

A record sent by itself costs more of the processor than all else of an answer: its partition by a hash in Python, a
task's wake-up, its share in a dozen small batches. A batch goes to one partition, the next one to another; each click
still waits for the ack of its own batch. While answers of an acked batch go out, the broker has the next one already.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from copy import copy
from typing import Any, NamedTuple

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, ProducerClosed

UNDER_WAY = 2
"""Batches to each broker: one that it works at, and one that goes out the moment it has acked."""

Headers = list[tuple[str, bytes]]


class One(NamedTuple):
    """A record that waits, and who waits for it."""

    future: asyncio.Future[None]
    key: bytes
    value: bytes
    headers: Headers


class Waiting:
    """Records that no batch has taken yet, in their order. Whoever cancels the future takes the record out."""

    def __init__(self) -> None:
        self._ones: deque[One] = deque()

    def __len__(self) -> int:
        return len(self._ones)

    def add(self, key: bytes, value: bytes, headers: Headers) -> asyncio.Future[None]:
        """The future is done once the record's batch is acked."""
        future = asyncio.get_running_loop().create_future()
        self._ones.append(One(future, key, value, headers))
        return future

    def load(self, batch: Any) -> list[asyncio.Future[None]]:
        """Put as many into a batch of aiokafka's as it takes; returns who waits for them."""
        ones, aboard = self._ones, []
        while ones:
            one = ones[0]
            if not one.future.done():
                if batch.append(timestamp=None, key=one.key, value=one.value, headers=one.headers) is None:
                    break  # it is full; the first always fits
                aboard.append(one.future)
            ones.popleft()
        return aboard

    def forget_the_gone(self) -> None:
        """Drop those that nobody waits for any more, while no batch takes them."""
        self._ones = deque(one for one in self._ones if not one.future.done())


class Batches:
    """Brings what waits to one producer's topic. `failed` hears of each batch that was not taken."""

    def __init__(self, producer: Any, topic: str, waiting: Waiting, failed: Callable[[KafkaError], None]) -> None:
        self.producer = producer
        self._topic = topic
        self._waiting = waiting
        self._failed = failed
        self._called = False
        self._closed = False
        self._busy: Counter[int | None] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._last = -1

    def call(self) -> None:
        """Something waits: it goes with whatever else comes in the same turn of the loop."""
        if not self._called:
            self._called = True
            asyncio.get_running_loop().call_soon(self._go)

    def take_no_more(self) -> None:
        """What waits is left to the next producer's batches."""
        self._closed = True

    async def close(self) -> None:
        """The producer has ended: whoever still waits for a batch's ack is told so."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _go(self) -> None:
        self._called = False
        while self._waiting and not self._closed:
            way = self._free()
            if way is None:
                return  # the next ack goes on
            partition, leader = way
            batch = self.producer.create_batch()
            aboard = self._waiting.load(batch)
            if not aboard:
                return
            self._busy[leader] += 1
            task = asyncio.get_running_loop().create_task(self._bring(batch, partition, leader, aboard))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _bring(self, batch: Any, partition: int, leader: int | None, aboard: list[asyncio.Future[None]]) -> None:
        try:
            await (await self.producer.send_batch(batch, self._topic, partition=partition))
        except asyncio.CancelledError:
            _fail(aboard, ProducerClosed())
            raise
        except Exception as error:  # noqa: BLE001 - whoever waits raises it
            _fail(aboard, error)
            if isinstance(error, KafkaError):
                self._failed(error)
        else:
            for future in aboard:
                if not future.done():
                    future.set_result(None)
        finally:
            self._busy[leader] -= 1
            self._go()

    def _free(self) -> tuple[int, int | None] | None:
        """The next partition in turn whose broker has room for one more batch under way, with that broker."""
        cluster = self.producer.client.cluster
        partitions = sorted(cluster.partitions_for_topic(self._topic) or (0,))
        without = None
        for step in range(1, len(partitions) + 1):
            place = (self._last + step) % len(partitions)
            leader = cluster.leader_for_partition(TopicPartition(self._topic, partitions[place]))
            if leader is None or leader < 0:
                without = place if without is None else without
            elif self._busy[leader] < UNDER_WAY:
                self._last = place
                return partitions[place], leader
        if without is None or self._busy.total():
            return None
        self._last = without  # no partition has a leader: the producer waits for one, as long as it waits for an ack
        return partitions[without], None


def _fail(aboard: list[asyncio.Future[None]], error: Exception) -> None:
    for future in aboard:
        if not future.done():
            future.set_exception(copy(error))  # or each that raises it would lengthen the same traceback
