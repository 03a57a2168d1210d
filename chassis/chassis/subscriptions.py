"""FastStream's batch subscribers, one per consumer group, that hand raw records to the loop and commit after it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import ConsumerStoppedError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.message import StreamMessage

from chassis import kafka, metrics
from chassis.consume import MAX_RECORDS, Loop
from chassis.header_names import read_leniently
from chassis.logs import log, told
from chassis.settings import Plant, ServiceSettings
from chassis.tx import backoff

TURN_MS = 1_000
"""How long a poll waits for records at most; each is a sign of life."""
SESSION_TIMEOUT_MS = 6_000
METADATA_MAX_AGE_MS = 5_000  # how soon a topic is heard that another service's `setup` makes after our start
FETCH_MAX_BYTES = 16 * 1024 * 1024
FETCH_WAIT_MS = 500
UNHURRIED_MS = 200
UNHURRIED_BYTES = 256 * 1024
WATCH_EVERY = 5.0
LOOK_AHEAD_EVERY = 0.02
TELL_EVERY = 2.0
STUCK_AFTER = 30.0
HEAD_START = 60.0
"""Seconds after its start for which a group lets the one that it follows catch up at most (ADR 12)."""

Parse = Callable[[Any], Awaitable[StreamMessage[Any]]]


async def without_headers(records: Any, original: Parse) -> StreamMessage[Any]:
    """FastStream's parser decodes every header before anybody asks; one bad header would lose the batch (STACK 4b).

    It is shown one record: what it makes of the others is replaced anyway, and costs 4 µs each.
    """
    message = await original((replace(records[0], headers=()),))
    message.raw_message = records
    return message


async def as_records(message: StreamMessage[Any]) -> Any:
    """The identity decoder: the loop wants the raw records."""
    return message.raw_message


@dataclass
class Subscription(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka ships no types
    """One consumer of this process in a group: its loop, and what is known of its progress."""

    group: str
    topics: tuple[str, ...]
    loop: Loop
    joined: bool = False
    starting: bool = True
    waits_for: tuple[str, ...] = ()
    """Topics that must exist before the group can be joined, and don't."""
    leaders: "tuple[Subscription, ...]" = ()
    """The consumers of the group that this one lets catch up for at most `HEAD_START` seconds after a start."""
    unhurried: bool = False
    """It waits a moment for more to come."""
    commits_first: bool = False  # the planted fault
    broker: KafkaBroker | None = None
    turned_at: float = field(default_factory=time.monotonic)
    _positions: dict[TopicPartition, int] = field(default_factory=dict)
    _first_ends: dict[TopicPartition, int] = field(default_factory=dict)
    _moved_at: float = field(default_factory=time.monotonic)
    _waits_until: float = 0.0

    @property
    def name(self) -> str:
        """The group, and of further consumers of this process which one it is."""
        return self.group if self.loop.member == 1 else f"{self.group} {self.loop.member}"

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """The batch in hand goes on; doing it twice at once is harmless (STACK 13)."""

    async def on_partitions_assigned(self, assigned: Any) -> None:
        """The group is joined, with or without partitions."""
        self.joined = True
        self.begun()
        log.info("consumer.assigned", group=self.group, partitions=len(assigned))

    async def handle(self, records: Sequence[ConsumerRecord]) -> None:
        """Handle a batch; returning acknowledges it, raising has it delivered again."""
        if self.commits_first:
            await self.consumer.commit()
        await self._let_ahead()
        await self.loop.handle(records)
        self.turned()
        self._moved_at = time.monotonic()

    def begun(self) -> None:
        """A consumer begins: it has its time to move from now on."""
        self._positions = {}
        self._moved_at = time.monotonic()

    def started(self) -> None:
        """A consumer started: whom it follows has its head start from now on."""
        self.starting = False
        self._first_ends = {}
        self._waits_until = time.monotonic() + HEAD_START
        self.begun()
        self.turned()

    async def _let_ahead(self) -> None:
        """After a start let the leaders catch up: costs a delay once, and spares doing things by halves.

        Never for correctness, and bounded: a leader that is flooded, or gone, holds nobody up.
        """
        while self.leaders and time.monotonic() < self._waits_until and not self.loop.is_stopping:
            if not any([await leader.is_behind() for leader in self.leaders]):
                self._waits_until = 0.0
                return
            self._moved_at = time.monotonic()
            self.turned()
            await asyncio.sleep(LOOK_AHEAD_EVERY)

    async def is_behind(self) -> bool:
        """Whether more than one batch of what was there when it was first asked waits here still, or nobody knows yet.

        What comes later is not waited for: a flood that goes on would hold everybody up for all of their head start.
        """
        if self.waits_for or self.loop.stopped_by_errors:
            return False
        consumer = self.consumer
        if consumer is None or not self.joined:
            return True
        ends = {partition: consumer.highwater(partition) for partition in consumer.assignment()}
        if None in ends.values():
            return True
        try:
            for partition, end in ends.items():
                self._first_ends.setdefault(partition, end)
            async with asyncio.timeout(1):
                behind: int = sum([max(0, self._first_ends[one] - await consumer.position(one)) for one in ends])
        except (KafkaError, TimeoutError):
            return True  # the partitions went elsewhere meanwhile
        return behind > MAX_RECORDS

    def turned(self) -> None:
        """The loop turned: a poll returned, be it empty, or a batch was handled."""
        self.turned_at = time.monotonic()
        metrics.LOOP_TURNED.labels(self.name).set_to_current_time()

    async def measure(self, consumer: Any) -> None:
        """Write the lag down, and notice a consumer that has records to read and does not move."""
        assigned = consumer.assignment()
        ends = await asyncio.wait_for(consumer.end_offsets(list(assigned)), 5) if assigned else {}
        lag = 0
        moved = False
        for partition, end in ends.items():
            position = await asyncio.wait_for(consumer.position(partition), 5)
            behind = max(0, end - position)
            metrics.LAG.labels(self.group, partition.topic, partition.partition).set(behind)
            lag += behind
            moved = moved or self._positions.get(partition) != position
            self._positions[partition] = position
        if moved or lag == 0 or self.loop.is_handling:
            self._moved_at = time.monotonic()

    @property
    def consumer(self) -> Any:
        """The aiokafka consumer; None before its start and after its end."""
        if self.broker is None:
            return None
        (subscriber,) = self.broker.subscribers
        return subscriber.consumer  # type: ignore[attr-defined]

    @property
    def is_stuck(self) -> bool:
        """Records wait, nobody handles any, and nothing has moved for 30 s."""
        return time.monotonic() - self._moved_at > STUCK_AFTER and not self.loop.is_handling

    @property
    def is_live(self) -> bool:
        """The loop turned in the last 30 s, is in the middle of a batch, or waits for brokers and topics."""
        return self.starting or self.loop.is_handling or time.monotonic() - self.turned_at < STUCK_AFTER


class Subscriptions:
    """All consumer groups of this process, each on a FastStream broker of its own, built anew when it gets stuck.

    A consumer waits for its topics to exist before it starts; on one broker it would keep the other groups waiting.
    """

    def __init__(self, settings: ServiceSettings, subscriptions: Sequence[Subscription]) -> None:
        self._settings = settings
        self.subscriptions = subscriptions
        self._stopping = asyncio.Event()

    def build(self, subscription: Subscription) -> KafkaBroker:
        """A broker with one batch subscriber, with its own acknowledgement policy."""
        settings = self._settings
        read_leniently()
        broker = KafkaBroker(
            kafka.bootstrap(settings),
            security=kafka.security(settings),
            consumer_only=True,
            allow_auto_create_topics=False,
            metadata_max_age_ms=METADATA_MAX_AGE_MS,
            graceful_timeout=settings.grace_seconds * 0.75,
            apply_types=False,
            logger=logging.getLogger("faststream"),
        )
        subscription.commits_first = settings.plant is Plant.COMMIT_FIRST
        subscriber = broker.subscriber(
            *subscription.topics,
            batch=True,
            group_id=subscription.group,
            group_instance_id=_instance(subscription, settings.process_slot),
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.NACK_ON_ERROR,
            no_reply=True,
            parser=without_headers,
            decoder=as_records,
            listener=subscription,
            max_records=MAX_RECORDS,
            batch_timeout_ms=TURN_MS,
            session_timeout_ms=SESSION_TIMEOUT_MS,
            heartbeat_interval_ms=SESSION_TIMEOUT_MS // 3,
            fetch_min_bytes=UNHURRIED_BYTES if subscription.unhurried else 1,
            fetch_max_wait_ms=UNHURRIED_MS if subscription.unhurried else FETCH_WAIT_MS,
            fetch_max_bytes=FETCH_MAX_BYTES,
            max_partition_fetch_bytes=4 * 1024 * 1024,
        )
        subscriber(subscription.handle)
        return broker

    async def run(self) -> None:
        """Consume until stopped: wait for brokers and topics, watch the progress, and build anew what got stuck."""
        await asyncio.gather(*(self._run(subscription) for subscription in self.subscriptions))

    async def stop(self) -> None:
        """Finish the batches in hand, commit them and leave the groups."""
        self._stopping.set()
        await asyncio.gather(*(self._close(subscription) for subscription in self.subscriptions))

    async def _run(self, subscription: Subscription) -> None:
        failures = 0
        while not self._stopping.is_set():
            subscription.broker = broker = self.build(subscription)
            subscription.starting = True
            telling = asyncio.create_task(self._tell_what_is_missing(subscription))
            try:
                await broker.start()
                telling.cancel()
                self._watch_polls(subscription)
                failures = 0
                await self._until_stuck(subscription)
            except Exception as error:  # noqa: BLE001 - consuming must outlive whatever the client raises; it is logged
                if not self._stopping.is_set():
                    failures += 1
                    log.warning("consumer.not_started", group=subscription.group, error=told(error), attempt=failures)
                    await self._pause(backoff(failures, first=0.2))
            finally:
                telling.cancel()
            subscription.broker = broker
            await self._close(subscription)

    async def _tell_what_is_missing(self, subscription: Subscription) -> None:
        """While a start takes long: which topics it waits for, to the log and to who asks whether we are ready."""
        try:
            while True:
                await asyncio.sleep(TELL_EVERY)
                try:
                    missing = await kafka.missing_topics(self._settings, subscription.topics)
                except (KafkaError, OSError) as error:
                    log.warning("consumer.not_joined", group=subscription.group, error=told(error))
                    continue
                subscription.waits_for = tuple(missing)
                if missing:
                    log.warning("consumer.not_joined", group=subscription.group, missing=missing)
        finally:
            subscription.waits_for = ()

    async def _close(self, subscription: Subscription) -> None:
        broker, subscription.broker = subscription.broker, None
        subscription.joined = False
        try:
            if broker is not None:
                await broker.stop()
        except Exception as error:  # noqa: BLE001 - it is thrown away whatever it says; it is logged
            log.warning("consumer.not_closed", group=subscription.group, error=told(error))

    def _watch_polls(self, subscription: Subscription) -> None:
        """Have the consumer's polls counted as turns: an empty poll is a sign of life, too."""
        consumer = subscription.consumer
        if consumer is not None:
            subscription.started()
            consumer.getmany = _watched(subscription, consumer)

    async def _until_stuck(self, subscription: Subscription) -> None:
        while not self._stopping.is_set():
            await self._pause(WATCH_EVERY)
            consumer = subscription.consumer
            if consumer is None:
                return
            try:
                await subscription.measure(consumer)
            except (KafkaError, TimeoutError) as error:
                log.warning("consumer.not_measured", group=subscription.group, error=told(error))
            if subscription.is_stuck:
                log.error("consumer.stuck", group=subscription.group)
                return

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


def _instance(subscription: Subscription, slot: str) -> str | None:
    """Under which name a slot's consumer comes back after a restart: at once, and to its partitions."""
    if not slot:
        return None
    member = subscription.loop.member
    return f"{subscription.group}-{slot}" + ("" if member == 1 else f".member-{member}")


def _watched(subscription: Subscription, consumer: Any) -> Callable[..., Awaitable[Any]]:
    """Polls until there are records: after an empty poll FastStream would sleep, and hear nothing meanwhile."""
    poll = consumer.getmany

    async def getmany(*args: Any, **kwargs: Any) -> Any:
        found = None
        while not found:
            try:
                found = await poll(*args, **kwargs)
            except ConsumerStoppedError:
                raise
            except Exception as error:
                # The poll may have taken other partitions' records before it failed; all that was handled is committed.
                log.error("consumer.poll_failed", group=subscription.group, error=told(error))
                await _rewind(consumer)
                raise
            subscription.turned()
        return found

    return getmany


async def _rewind(consumer: Any) -> None:
    """Back to what is committed, else to the beginning: aiokafka's own skips a partition that has no commit yet."""
    for partition in consumer.assignment():
        committed = await consumer.committed(partition)
        if committed is None:
            await consumer.seek_to_beginning(partition)
        else:
            consumer.seek(partition, committed)
