"""A click is on the topic or in the spool before its answer goes out, and what is in the spool gets to the topic."""

import asyncio
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import structlog
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from attribution.redirect.circuit import Circuit
from attribution.redirect.deadline import Deadline
from attribution.redirect.settings import RedirectSettings
from attribution.redirect.spool import Spool
from attribution.redirect.written import WrittenClick, read

log = structlog.stdlib.get_logger("attribution.redirect")

_CHUNK = 500
_DISK_RETRY_AFTER = 1.0


class Broker(Protocol):
    """Where clicks go."""

    def send(self, click: WrittenClick) -> asyncio.Future[None]:
        """Done once the broker has it for good, or failed with KafkaError; whoever stops waiting may cancel it."""

    def renew(self) -> None:
        """Begin again with a new connection."""


class Outcome(StrEnum):
    """Where a click is when its answer goes out."""

    SENT = "sent"
    SPOOLED = "spooled"
    LOST = "lost"


class ClickLog:
    """Records clicks through circuit and spool, and drains the spool in the background (`recover`).

    A send that ran out of time may still arrive while its click is in the spool, too: one id, absorbed by readers.
    """

    def __init__(self, broker: Broker, spool: Spool, settings: RedirectSettings) -> None:
        self._broker = broker
        self._spool = spool
        self._settings = settings
        self.circuit = Circuit(probe_every=settings.probe_every, acks_to_close=settings.acks_to_close)
        self._deadline = Deadline(settings.ack_deadline)
        self._work = asyncio.Event()
        self._work.set()  # an earlier run may have left clicks behind
        self._probe: WrittenClick | None = None
        self._draining: tuple[Path, list[WrittenClick]] | None = None
        self._renewed_at = 0.0
        self.drained = 0

    async def record(self, click: WrittenClick) -> Outcome:
        """Returns when the click is safe, or counted as lost; one deadline covers the send and the broker's ack."""
        if self.circuit.closed:
            try:
                await self._deadline.watch(self._broker.send(click))
            except (TimeoutError, KafkaError) as error:
                self._failed(click, error)
            else:
                return Outcome.SENT
        kept = await self._spool.keep(click.body)
        self._work.set()
        return Outcome.SPOOLED if kept else Outcome.LOST

    async def recover(self) -> None:
        """Probe while the circuit is open, drain while it is closed, for ever."""
        while True:
            await self._work.wait()
            try:
                if self.circuit.closed:
                    await self._drain()
                else:
                    await self._sleep_until(self.circuit.next_probe)
                    await self._ask_again()
            except OSError as error:
                log.error("the spool can't be read", error=str(error))  # noqa: TRY400 - the disk's trouble, not ours
                await asyncio.sleep(_DISK_RETRY_AFTER)

    async def close(self) -> None:
        """Drain what goes within `stop_patience`; the rest stays in the spool. `recover` has been cancelled before."""
        try:
            async with asyncio.timeout(self._settings.stop_patience):
                while self.circuit.closed and await self._drain():
                    pass
        except (TimeoutError, OSError) as error:
            log.warning("the spool keeps its clicks until the next start", bytes=self._spool.size, why=repr(error))

    async def _ask_again(self) -> None:
        """One probe: the click that opened the circuit, again. The producer retries it, so it stays out.

        A late ack shows a slow broker: the circuit stays open, and one chunk of the spool follows.
        """
        clock = asyncio.get_running_loop().time
        begun = clock()
        acked = self._probe is not None and await self._send([self._probe], self._settings.renew_after)
        now = clock()
        if acked and now - begun <= self._settings.ack_deadline:
            if self.circuit.probe_acked(now):
                log.info(
                    "the broker answers again: the circuit is closed", seconds=round(now - self.circuit.opened_at, 1)
                )
            return
        self.circuit.failed(now)
        if acked:
            await self._drain()
        elif now - max(self.circuit.opened_at, self._renewed_at) >= self._settings.renew_after:
            self._renewed_at = now
            log.warning("no probe gets through: the producer is built again")
            self._broker.renew()

    async def _drain(self) -> bool:
        """Bring one chunk of the oldest segment to the topic, drop a segment that is done; False when none is left."""
        if self._draining is None:
            self._work.clear()
            found = await self._spool.oldest()
            if found is None:
                return False
            self._work.set()
            segment, bodies = found
            self._draining = segment, await self._read(segment, bodies)
        segment, clicks = self._draining
        chunk = clicks[:_CHUNK]
        if not await self._send(chunk, self._settings.drain_patience):
            self._failed(chunk[0], TimeoutError("spooled clicks were not acked"))
            return True
        self.drained += len(chunk)
        del clicks[:_CHUNK]
        if not clicks:
            await self._spool.drop(segment)
            self._draining = None
        return True

    async def _read(self, segment: Path, bodies: Sequence[bytes]) -> list[WrittenClick]:
        clicks: list[WrittenClick] = []
        for body in bodies:
            try:
                clicks.append(read(body))
            except ValidationError as error:
                fields = [e["loc"] for e in error.errors(include_input=False, include_url=False)]
                log.error(  # noqa: TRY400 - its message would show the payload
                    "a spooled click can't be read and counts as lost", segment=segment.name, fields=fields
                )
        if len(clicks) < len(bodies):
            await self._spool.count_lost(len(bodies) - len(clicks))
        return clicks

    async def _send(self, clicks: Sequence[WrittenClick], patience: float) -> bool:
        """Whether all were acked within so many seconds."""
        try:
            async with asyncio.timeout(patience):
                results = await asyncio.gather(*map(self._broker.send, clicks), return_exceptions=True)
        except TimeoutError:
            return False
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, KafkaError):
                raise result
        return not any(isinstance(result, KafkaError) for result in results)

    def _failed(self, click: WrittenClick, error: Exception) -> None:
        self._probe = click
        if self.circuit.failed(asyncio.get_running_loop().time()):
            log.warning("the broker does not answer in time: clicks go to the spool", error=repr(error))
        self._work.set()

    async def _sleep_until(self, then: float) -> None:
        await asyncio.sleep(max(0.0, then - asyncio.get_running_loop().time()))
