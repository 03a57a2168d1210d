"""One deadline for many that wait at once: a timer each would cost more than all the rest of a click's way."""

import asyncio
from collections import deque
from typing import TypeVar

_TICKS = 10
"""Looks within one deadline: whoever runs over is stopped at most a tenth of it late."""

T = TypeVar("T")


class Deadline:
    """Ends what takes longer than `seconds` with TimeoutError, and up to a tenth later.

    All have the same deadline, so those that began first are over first, and one look at the oldest is enough.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._began: deque[tuple[float, asyncio.Future[object]]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, future: asyncio.Future[T]) -> asyncio.Future[T]:
        """The same future, which fails with TimeoutError unless it is done in time."""
        loop = future.get_loop()
        self._began.append((loop.time(), future))  # type: ignore[arg-type]  # its result is nothing to us
        if self._timer is None:
            self._timer = loop.call_later(self._seconds / _TICKS, self._look, loop)
        return future

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        over = loop.time() - self._seconds
        began = self._began
        while began and (began[0][1].done() or began[0][0] <= over):
            _, future = began.popleft()
            if not future.done():
                future.set_exception(TimeoutError())
        self._timer = loop.call_later(self._seconds / _TICKS, self._look, loop) if began else None
