"""The way of a click to the broker: an idempotent producer that is thrown away when it can't recover."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
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

from contracts.attribution import ClickRecorded
from contracts.envelope import headers

log = structlog.stdlib.get_logger("attribution.redirect")

SOURCE = "attribution"
PRODUCER: Mapping[str, Any] = MappingProxyType(
    {"acks": "all", "enable_idempotence": True, "request_timeout_ms": 10_000, "retry_backoff_ms": 250}
)
"""What every click is sent with: all replicas have it, once, before its answer goes out."""
_RETRY_AFTER = 1.0
_STOP_PATIENCE = 2.0
_WORN_OUT = (OutOfOrderSequenceNumber, ProducerFenced, InvalidProducerEpoch, UnknownProducerId, ProducerClosed)


class ClickProducer:
    """Sends clicks once there is a producer. `renewed` counts those that were thrown away."""

    def __init__(self, kafka: Mapping[str, Any], *, traced_share: float) -> None:
        self._kafka = kafka
        self._traced_below = round(traced_share * 0x10000)
        self._producer: Any = None
        self._there = asyncio.Event()
        self._worn = asyncio.Event()
        self._leaving: set[asyncio.Task[None]] = set()
        self.renewed = 0

    async def send(self, click: ClickRecorded) -> None:
        """Returns once all replicas have it; waits for a producer, too. Raises KafkaError.

        A caller that stops waiting may still have sent it.
        """
        await self._there.wait()
        producer = self._producer
        record_headers = [*headers(click, SOURCE), ("traceparent", traceparent(click.id, self._traced_below))]
        try:
            await producer.send_and_wait(
                click.TOPIC.name, click.body(), key=click.key().encode(), headers=record_headers
            )
        except KafkaError as error:
            if isinstance(error, _WORN_OUT) or producer._sender.sender_task.done():  # noqa: SLF001 - it tells nobody
                log.warning("the producer is built again", error=repr(error))
                self.renew()
            raise

    @property
    def connected(self) -> bool:
        """Whether a click could be sent at once."""
        return self._there.is_set()

    def renew(self) -> None:
        """Throw the producer away. What it still holds is in the spool, or goes out twice under its one id."""
        self._worn.set()

    async def run(self) -> None:
        """See that there is a producer, for ever; the serving does not wait for it."""
        while True:
            producer = AIOKafkaProducer(**PRODUCER, **self._kafka)
            try:
                await producer.start()
                await producer.partitions_for(ClickRecorded.TOPIC.name)
                self._worn.clear()
                self._producer = producer
                self._there.set()
                await self._worn.wait()
                self.renewed += 1
            except (KafkaError, OSError) as error:
                log.warning("no producer yet", error=repr(error))
                await asyncio.sleep(_RETRY_AFTER)
            finally:
                self._there.clear()
                leaving = asyncio.get_running_loop().create_task(_discard(producer))
                self._leaving.add(leaving)
                leaving.add_done_callback(self._leaving.discard)

    async def close(self) -> None:
        """Wait until the producers that were thrown away are gone; `run` has been cancelled before."""
        if self._leaving:
            await asyncio.wait(self._leaving)


def traceparent(click: str, traced_below: int) -> bytes:
    """A click begins a trace: its UUID is the trace's id, marked to be recorded by chance, the same on each repeat."""
    digits = click.replace("-", "")
    flags = "01" if int(digits[-4:], 16) < traced_below else "00"
    return f"00-{digits}-{digits[-16:]}-{flags}".encode()


async def _discard(producer: Any) -> None:
    """End a producer, be the broker there or not: it waits for what it holds, which may never go out."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_STOP_PATIENCE):
            await producer.stop()
            return
    sender = producer._sender.sender_task  # noqa: SLF001 - stop() has no deadline of its own
    if sender is not None:
        sender.cancel()
    await producer.client.close()
