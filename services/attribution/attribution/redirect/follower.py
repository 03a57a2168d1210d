"""Reads the links' topic without a group: all of it from the beginning, then what follows."""

import asyncio
from collections.abc import Callable
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from attribution.redirect import snapshot
from attribution.redirect.settings import RedirectSettings
from attribution.redirect.table import Table
from contracts.attribution import LinkEvent
from contracts.topics import LINKS

log = structlog.stdlib.get_logger("attribution.redirect")

_RECORDS_A_TURN = 500
_TURN_MS = 200
_CHECK_EVERY = 10.0
_RETRY_AFTER = 1.0
_PATIENCE = 5.0


class StalledError(Exception):
    """The partition has more records, and none of them comes: a new consumer is needed."""


class Follower:
    """Keeps the table as the topic says. Ready once at the ends that the topic had at start.

    When the broker does not answer, the snapshot of an earlier run is ready after `snapshot_after` seconds.
    """

    def __init__(self, table: Table, settings: RedirectSettings, invalid: Callable[[], None]) -> None:
        self._table = table
        self._settings = settings
        self._invalid = invalid
        self._path = settings.data_dir / "links.snapshot"
        self._changed = False
        self._started = 0.0
        self._restored = False
        self.caught_up = False

    @property
    def ready(self) -> bool:
        """Whether an unknown code is known to be unknown."""
        return self.caught_up or (self._restored and self.has_waited)

    @property
    def has_waited(self) -> bool:
        """Whether the broker had its time to answer."""
        return asyncio.get_running_loop().time() - self._started >= self._settings.snapshot_after

    async def restore(self) -> None:
        """Fill the table from the snapshot, if there is a whole one."""
        self._started = asyncio.get_running_loop().time()
        self._settings.data_dir.mkdir(parents=True, exist_ok=True)
        try:
            kept = await asyncio.to_thread(snapshot.read, self._path)
        except (snapshot.DamagedSnapshotError, OSError) as error:
            log.error("the table's snapshot is ignored", path=str(self._path), why=str(error))  # noqa: TRY400 - expected
            return
        if kept is not None:
            self._table.restore(kept)
            self._restored = True
            log.info("the table's snapshot is loaded", links=len(self._table))

    async def run(self) -> None:
        """Follow the topic for ever, through lost connections and stuck consumers."""
        while True:
            try:
                await self._follow()
            except (KafkaError, OSError, TimeoutError, StalledError) as error:
                log.warning("the links' topic is out of reach", error=repr(error))
            await asyncio.sleep(_RETRY_AFTER)

    async def keep_snapshots(self) -> None:
        """Write the snapshot when something changed, at most once in `snapshot_every` seconds, for ever."""
        while True:
            await asyncio.sleep(self._settings.snapshot_every)
            await self.save()

    async def save(self) -> None:
        """Write the snapshot now if something changed. A table that has not caught up never replaces a fuller one."""
        if not self._changed or not self.caught_up:
            return
        self._changed = False
        try:
            await asyncio.to_thread(snapshot.write, self._path, self._table.rows())
        except OSError as error:
            self._changed = True
            log.error("the table's snapshot can't be written", path=str(self._path), error=str(error))  # noqa: TRY400

    async def _follow(self) -> None:
        consumer = AIOKafkaConsumer(
            LINKS.name,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            request_timeout_ms=10_000,
            retry_backoff_ms=250,
            **self._settings.kafka,
        )
        try:
            await consumer.start()
            ends = await consumer.end_offsets(consumer.assignment())
            await self._read(consumer, ends)
        finally:
            await consumer.stop()

    async def _read(self, consumer: Any, ends: dict[TopicPartition, int]) -> None:
        clock = asyncio.get_running_loop().time
        check_at = clock() + _CHECK_EVERY
        positions: dict[TopicPartition, int] = {}
        reached = False
        while True:
            records = await consumer.getmany(timeout_ms=_TURN_MS, max_records=_RECORDS_A_TURN)
            for batch in records.values():
                for record in batch:
                    self._take(record)
            if not reached:
                reached = await _is_at(consumer, ends)
                if reached:
                    self._caught_up_now()
            if clock() >= check_at:
                positions = await _check_progress(consumer, positions)
                check_at = clock() + _CHECK_EVERY
            await asyncio.sleep(0)

    def _take(self, record: Any) -> None:
        try:
            event = LinkEvent.from_body(record.value or b"")
        except ValidationError as error:
            self._invalid()
            fields = [".".join(map(str, e["loc"])) for e in error.errors(include_input=False, include_url=False)]
            log.error(  # noqa: TRY400 - an outsider's record, not a bug of ours
                "a record on the links' topic is no link",
                partition=record.partition,
                offset=record.offset,
                fields=fields,
            )
            return
        if self._table.apply(event):
            self._changed = True

    def _caught_up_now(self) -> None:
        if not self.caught_up:
            self.caught_up = True
            log.info("the table has caught up with the links' topic", links=len(self._table))


async def _is_at(consumer: Any, ends: dict[TopicPartition, int]) -> bool:
    async with asyncio.timeout(_PATIENCE):
        for partition, end in ends.items():
            if end > 0 and await consumer.position(partition) < end:
                return False
    return True


async def _check_progress(consumer: Any, before: dict[TopicPartition, int]) -> dict[TopicPartition, int]:
    """Where each partition is read up to now; StalledError where there is more than before and nothing was read."""
    async with asyncio.timeout(_PATIENCE):
        ends = await consumer.end_offsets(consumer.assignment())
        now = {partition: await consumer.position(partition) for partition in ends}
    for partition, end in ends.items():
        if before.get(partition) == now[partition] < end:
            raise StalledError(f"partition {partition.partition} stands at {now[partition]} of {end}")
    return now
