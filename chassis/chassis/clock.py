"""The one clock: the database's time, carried on by the monotonic clock, plus `CLOCK_OFFSET` in development."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

MEASURE_EVERY = 30.0

ReadTime = Callable[[], Awaitable[datetime]]


class Clock:
    """`now()` is the time by the database that was asked last, at most 30 s ago, moved on by the monotonic clock.

    Before the first measurement, and for a process without a database, it is the host's time.
    """

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset
        self._origin = datetime.now(UTC)
        self._mark = time.monotonic()

    def now(self) -> datetime:
        """The present instant, UTC, `CLOCK_OFFSET` included."""
        return self._origin + timedelta(seconds=time.monotonic() - self._mark) + self.offset

    def unmoved(self) -> datetime:
        """The same without `CLOCK_OFFSET`: the database's own time."""
        return self.now() - self.offset

    def by_host(self) -> datetime:
        """The host's time, `CLOCK_OFFSET` included: nobody goes by it but a planted fault."""
        return datetime.now(UTC) + self.offset

    async def measure(self, read: ReadTime) -> timedelta:
        """Ask the database for its time and take half the round trip as its age; returns by how much we were off."""
        before = time.monotonic()
        answer = await read()
        after = time.monotonic()
        was = self.unmoved()
        self._origin = answer + timedelta(seconds=(after - before) / 2)
        self._mark = after
        return self.unmoved() - was

    async def keep(self, read: ReadTime, every: float = MEASURE_EVERY) -> None:
        """Measure again every `every` seconds, for ever; an unanswered question leaves the clock running as it was."""
        while True:
            await asyncio.sleep(every)
            try:
                await self.measure(read)
            except Exception as error:  # noqa: BLE001 - whatever the driver raises, time goes on by the monotonic clock
                from chassis.logs import log, told  # noqa: PLC0415 - logs read the clock of the host only

                log.warning("clock.not_measured", error=told(error))


class FixedClock(Clock):
    """A clock that stands where it is put: for tests."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def now(self) -> datetime:
        """The instant that was put."""
        return self.at
