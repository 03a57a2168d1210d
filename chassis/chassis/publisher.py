"""A producer that outlives its own fatal errors, and a broker's absence."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from aiokafka.errors import (
    KafkaError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumber,
    ProducerFenced,
    UnknownTopicOrPartitionError,
)

from chassis import metrics, mongo
from chassis.clock import Clock
from chassis.logs import log, told
from chassis.tx import backoff


class Producer(Protocol):
    """What the relay needs of a Kafka producer."""

    async def start(self) -> None:
        """Connect."""

    async def stop(self) -> None:
        """Send what is buffered and disconnect."""

    async def send(
        self, topic: str, value: bytes, key: bytes, headers: Sequence[tuple[str, bytes]], timestamp_ms: int
    ) -> Awaitable[Any]:
        """Buffer a record; the answer resolves at the broker's ack."""


class Publisher:
    """A producer that is thrown away and built anew after a fatal error (STACK: a stuck one never recovers).

    It stamps records by the database's time: a broker refuses what is more than an hour ahead of it, and a relay on a
    host whose clock is would hold its lease and send nothing.
    """

    def __init__(self, build: Callable[[], Producer], clock: Clock) -> None:
        self._build = build
        self._clock = clock
        self._producer: Producer | None = None
        self._lock = asyncio.Lock()
        self._failures = 0
        self._not_before = 0.0

    async def send_all(self, rows: Sequence[mongo.Document]) -> list[mongo.Document]:
        """Send rows in their order and wait for the acks; returns those acked, without raising Kafka's errors.

        A row that can't be sent, too large or of a topic that does not exist, is left out: it must not hold up others.
        """
        producer = await self._ready()
        if producer is None:
            return []
        promises: list[tuple[mongo.Document, Awaitable[Any]]] = []
        errors: list[BaseException] = []
        missing: set[str] = set()
        stamp = int(self._clock.unmoved().timestamp() * 1000)
        for row in rows:
            if row["topic"] in missing:
                continue
            try:
                promises.append((row, await _send(producer, row, stamp)))
            except MessageSizeTooLargeError:
                log.error("outbox.row_too_large", event_id=row["_id"], topic=row["topic"], size=len(row["value"]))
            except UnknownTopicOrPartitionError:
                log.error("outbox.topic_missing", topic=row["topic"])
                missing.add(row["topic"])
            except KafkaError as error:
                errors.append(error)
                break
        answers = await asyncio.gather(*(promise for _, promise in promises), return_exceptions=True)
        errors += [answer for answer in answers if isinstance(answer, BaseException)]
        for unforeseen in errors:
            if not isinstance(unforeseen, KafkaError):
                raise unforeseen
        if errors:
            fatal = next((e for e in errors if isinstance(e, OutOfOrderSequenceNumber | ProducerFenced)), errors[0])
            await self._renew(producer, fatal)
        return [
            row for (row, _), answer in zip(promises, answers, strict=True) if not isinstance(answer, BaseException)
        ]

    async def stop(self) -> None:
        """Send what is buffered and disconnect."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await _stop(producer)

    async def _ready(self) -> Producer | None:
        async with self._lock:
            if self._producer is None and asyncio.get_running_loop().time() >= self._not_before:
                producer = self._build()
                try:
                    await producer.start()
                except (KafkaError, OSError) as error:
                    self._failures += 1
                    self._not_before = asyncio.get_running_loop().time() + backoff(self._failures)
                    log.warning("outbox.no_broker", error=told(error), attempt=self._failures)
                    await _stop(producer)
                else:
                    self._failures = 0
                    self._producer = producer
            return self._producer

    async def _renew(self, producer: Producer, error: BaseException) -> None:
        async with self._lock:
            if self._producer is not producer:
                return
            self._producer = None
        metrics.PRODUCER_RENEWED.inc()
        log.warning("outbox.producer_renewed", error=told(error))
        await _stop(producer)


async def _send(producer: Producer, row: mongo.Document, stamp: int) -> Awaitable[Any]:
    return await producer.send(
        row["topic"],
        value=bytes(row["value"]),
        key=row["key"].encode(),
        headers=[(name, bytes(value)) for name, value in row["headers"]],
        timestamp_ms=stamp,
    )


async def _stop(producer: Producer) -> None:
    try:
        await producer.stop()
    except (KafkaError, OSError, TimeoutError) as error:
        log.warning("outbox.producer_not_closed", error=told(error))
