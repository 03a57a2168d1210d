"""Reads discovery's own topic without a group, from where the index says it came to."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis import kafka
from chassis.logs import log
from chassis.settings import ServiceSettings
from contracts.topics import CREATORS
from discovery.search.checks import ForeignIndex
from discovery.search.index import Change, CreatorIndex, Position
from discovery.search.metrics import REFUSED
from discovery.search.reading import Refusal, changes_of

TURN_MS: Final = 200
CHECK_EVERY: Final = 10.0
PATIENCE: Final = 10.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How many records are read at once, and after how many of them or seconds they are committed."""

    records: int
    commit_records: int
    commit_seconds: float


SERVING: Final = Pace(records=500, commit_records=5_000, commit_seconds=0.3)
"""A change is seen in less than two seconds."""
BUILDING: Final = Pace(records=2_000, commit_records=200_000, commit_seconds=60.0)
"""Few commits, and large parts; a build that is killed goes on from its last commit."""


class StalledConsumer(Exception):
    """The topic is not there, or there are more records and none of them comes: a new consumer is needed."""


Found = Sequence[Change | Refusal]
Prepare = Callable[[Sequence[bytes | None]], Awaitable[Found]]


async def prepare_here(values: Sequence[bytes | None]) -> Found:
    """What records say, told in a thread of this process."""
    return await asyncio.to_thread(changes_of, values)


class Follower:
    """Keeps one index as the topic says. `caught_up` once it was at the ends that the topic had at the start.

    `prepare` makes documents of some records while those before them are written, up to `ahead` lots of them.
    """

    def __init__(
        self,
        index: CreatorIndex,
        settings: ServiceSettings,
        pace: Pace = SERVING,
        prepare: Prepare = prepare_here,
        ahead: int = 0,
    ) -> None:
        self._index = index
        self._settings = settings
        self._pace = pace
        self._offsets = dict(index.position.offsets)
        self._prepare = prepare
        self._ahead = ahead
        self._lots: deque[tuple[Sequence[Any], asyncio.Task[Found]]] = deque()
        self._read_to: dict[int, int] = {}
        self._taken = 0
        self._since = 0.0
        self.caught_up = asyncio.Event()

    async def run(self, committed: Callable[[], None] = lambda: None, *, to_the_end: bool = False) -> None:
        """Follow for ever, or `to_the_end` as it was at the start. `committed` is called after each commit.

        Raises `KafkaError`, `OSError`, `TimeoutError` or `StalledConsumer` when the broker is out of reach, and
        `TornIndex` when the index can't be written or the topic is another than the one it was made from.
        """
        consumer = AIOKafkaConsumer(
            CREATORS.name,
            bootstrap_servers=kafka.bootstrap(self._settings),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            request_timeout_ms=10_000,
            retry_backoff_ms=250,
            max_partition_fetch_bytes=4 * 1024 * 1024,
            **kafka.security_arguments(self._settings),
        )
        try:
            await consumer.start()
            ends = await self._begin(consumer)
            await self._read(consumer, ends, committed, to_the_end=to_the_end)
        finally:
            for _, lot in self._lots:
                lot.cancel()
            await asyncio.gather(*(lot for _, lot in self._lots), return_exceptions=True)
            await consumer.stop()

    async def _begin(self, consumer: Any) -> Mapping[TopicPartition, int]:
        """Go to where the index came to; where it never was, to the beginning."""
        partitions = sorted(consumer.assignment())
        if not partitions:
            raise StalledConsumer(f"there is no topic {CREATORS.name} yet")
        async with asyncio.timeout(PATIENCE):
            first = await consumer.beginning_offsets(partitions)
            ends = await consumer.end_offsets(partitions)
        for partition in partitions:
            at = self._offsets.get(partition.partition)
            if at is not None and not first[partition] <= at <= ends[partition]:
                raise ForeignIndex(f"the index came to {at} of partition {partition.partition}, which ends elsewhere")
            consumer.seek(partition, first[partition] if at is None else at)
        return dict(ends)

    async def _read(
        self,
        consumer: Any,
        ends: Mapping[TopicPartition, int],
        committed: Callable[[], None],
        *,
        to_the_end: bool,
    ) -> None:
        clock = asyncio.get_running_loop().time
        check_at = clock() + CHECK_EVERY
        seen: Mapping[TopicPartition, int] = {}
        while True:
            found = await consumer.getmany(timeout_ms=TURN_MS, max_records=self._pace.records)
            records = [record for batch in found.values() for record in batch]
            self._note(records)
            if records:
                self._lots.append((records, asyncio.create_task(self._said([record.value for record in records]))))
            await self._take(leaving=self._ahead if records else 0)
            at_the_end = not self.caught_up.is_set() and await _is_at(consumer, ends)
            if at_the_end:
                await self._take(leaving=0)
            due = self._taken and clock() >= self._since + self._pace.commit_seconds
            if self._taken >= self._pace.commit_records or due or (at_the_end and self._taken):
                position = Position(dict(self._offsets), self._index.position.generation)
                await asyncio.to_thread(self._index.commit, position)
                self._taken = 0
                committed()
            if at_the_end:
                self.caught_up.set()
                if to_the_end:
                    return
            if clock() >= check_at:
                seen = await _moved(consumer, seen)
                check_at = clock() + CHECK_EVERY

    def _note(self, records: Sequence[Any]) -> None:
        """Raises `ForeignIndex` where a partition begins again before what was read of it: it is another topic."""
        for record in records:
            if record.offset < self._read_to.get(record.partition, 0):
                raise ForeignIndex(f"partition {record.partition} begins again at {record.offset}")
            self._read_to[record.partition] = record.offset + 1

    async def _said(self, values: Sequence[bytes | None]) -> Found:
        return await self._prepare(values)

    async def _take(self, *, leaving: int) -> None:
        """Take lots of records in the order in which they were read, but for the last ones."""
        while len(self._lots) > leaving:
            records, lot = self._lots.popleft()
            found = await lot
            changes = [one for one in found if isinstance(one, Change)]
            for record, one in zip(records, found, strict=True):
                if isinstance(one, Refusal):
                    REFUSED.inc()
                    log.error(
                        "search.record_refused", partition=record.partition, offset=record.offset, fields=one.fields
                    )
            self._since = self._since if self._taken else asyncio.get_running_loop().time()
            await asyncio.to_thread(self._index.take, changes)
            self._taken += len(records)
            for record in records:
                self._offsets[record.partition] = record.offset + 1


async def _is_at(consumer: Any, ends: Mapping[TopicPartition, int]) -> bool:
    async with asyncio.timeout(PATIENCE):
        for partition, end in ends.items():
            if await consumer.position(partition) < end:
                return False
    return True


async def _moved(consumer: Any, before: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
    """Where each partition is read up to now.

    Raises `StalledConsumer` where records wait and none was read, `ForeignIndex` where the topic lost what was read.
    """
    async with asyncio.timeout(PATIENCE):
        now = {partition: await consumer.position(partition) for partition in consumer.assignment()}
        ends = await consumer.end_offsets(list(now))
    for partition, end in ends.items():
        if end < now[partition] or now[partition] < before.get(partition, 0):
            raise ForeignIndex(f"partition {partition.partition} ends at {end}, before what was read of it")
        if before.get(partition) == now[partition] < end:
            raise StalledConsumer(f"partition {partition.partition} stands at {now[partition]} of {end}")
    return now
