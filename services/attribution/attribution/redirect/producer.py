"""The way of a click to the broker: an idempotent producer that is thrown away when it can't recover."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from types import MappingProxyType
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidProducerEpoch,
    KafkaError,
    OutOfOrderSequenceNumber,
    ProducerClosed,
    ProducerFenced,
    UnknownProducerId,
)

from attribution.redirect.batches import Batches, Waiting
from attribution.redirect.written import WrittenClick
from contracts.attribution import ClickRecorded
from contracts.envelope import attributes

log = structlog.stdlib.get_logger("attribution.redirect")

SOURCE = "attribution"
PRODUCER: Mapping[str, Any] = MappingProxyType(
    {
        "acks": "all",
        "enable_idempotence": True,
        "request_timeout_ms": 10_000,
        "retry_backoff_ms": 250,
        "max_batch_size": 256 * 1024,
    }
)
"""What every click is sent with: all replicas have it, once, before its answer goes out."""
_RETRY_AFTER = 1.0
_STOP_PATIENCE = 2.0
_WORN_OUT = (OutOfOrderSequenceNumber, ProducerFenced, InvalidProducerEpoch, UnknownProducerId, ProducerClosed)
_TOPIC = ClickRecorded.TOPIC.name


class ClickProducer:
    """Sends clicks once there is a producer. `renewed` counts those that were thrown away."""

    def __init__(self, kafka: Mapping[str, Any], *, traced_share: float) -> None:
        self._kafka = kafka
        self._traced_below = round(traced_share * 0x10000)
        self._waiting = Waiting()
        self._batches: Batches | None = None
        self._there = asyncio.Event()
        self._worn = asyncio.Event()
        self._leaving: set[asyncio.Task[None]] = set()
        self.renewed = 0

    def send(self, click: WrittenClick) -> asyncio.Future[None]:
        """Done once all replicas have it, or failed with KafkaError; waits for a producer, too.

        A caller that stops waiting may still have sent it.
        """
        key = click.id.encode()
        headers = attributes(ClickRecorded, SOURCE, key, click.time.encode(), key)
        headers.append(("traceparent", traceparent(click.id, self._traced_below)))
        future = self._waiting.add(key, click.body, headers)
        if self._batches is not None:
            self._batches.call()
        return future

    @property
    def connected(self) -> bool:
        """Whether a click could be sent at once."""
        return self._there.is_set()

    def renew(self) -> None:
        """Throw the producer away. What it still holds is in the spool, or goes out twice under its one id."""
        self._worn.set()
        if self._batches is not None:
            self._batches.take_no_more()

    async def run(self) -> None:
        """See that there is a producer, for ever; the serving does not wait for it."""
        while True:
            producer = AIOKafkaProducer(**PRODUCER, **self._kafka)
            batches = Batches(producer, _TOPIC, self._waiting, partial(self._failed, producer))
            try:
                await producer.start()
                await producer.partitions_for(_TOPIC)
                self._worn.clear()
                self._batches = batches
                self._there.set()
                batches.call()
                await self._worn.wait()
                self.renewed += 1
            except (KafkaError, OSError) as error:
                log.warning("no producer yet", error=repr(error))
                self._waiting.forget_the_gone()
                await asyncio.sleep(_RETRY_AFTER)
            finally:
                self._there.clear()
                self._batches = None
                batches.take_no_more()
                leaving = asyncio.get_running_loop().create_task(_discard(producer, batches))
                self._leaving.add(leaving)
                leaving.add_done_callback(self._leaving.discard)

    async def close(self) -> None:
        """Wait until the producers that were thrown away are gone; `run` has been cancelled before."""
        if self._leaving:
            await asyncio.wait(self._leaving)

    def _failed(self, producer: Any, error: KafkaError) -> None:
        """A batch was not taken: some errors, and the end of the sender's task, are for ever."""
        over = isinstance(error, _WORN_OUT) or producer._sender.sender_task.done()  # noqa: SLF001 - it tells nobody
        if over and self._batches is not None and self._batches.producer is producer:
            log.warning("the producer is built again", error=repr(error))
            self.renew()


def traceparent(click: str, traced_below: int) -> bytes:
    """A click begins a trace: its UUID is the trace's id, marked to be recorded by chance, the same on each repeat."""
    digits = click.replace("-", "")
    flags = "01" if int(digits[-4:], 16) < traced_below else "00"
    return f"00-{digits}-{digits[-16:]}-{flags}".encode()


async def _discard(producer: Any, batches: Batches) -> None:
    """End a producer, be the broker there or not: it waits for what it holds, which may never go out."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_STOP_PATIENCE):
            await producer.stop()
            await batches.close()
            return
    sender = producer._sender.sender_task  # noqa: SLF001 - stop() has no deadline of its own
    if sender is not None:
        sender.cancel()
    await producer.client.close()
    await batches.close()
