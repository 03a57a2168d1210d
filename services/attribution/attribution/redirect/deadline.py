"""One deadline for many that wait at once: a timer each would cost more than all the rest of a click's way."""

import asyncio
from collections.abc import Awaitable
from typing import Any

_TICKS = 10
"""Looks within one deadline: whoever runs over is stopped at most a tenth of it late."""


class Deadline:
    """Stops whatever takes longer than `seconds`, as `asyncio.timeout` does, and up to a tenth later.

    All have the same deadline, so those that began first are over first, and one look at the oldest is enough.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._began: dict[asyncio.Task[Any], float] = {}
        self._late: set[asyncio.Task[Any]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def within(self, work: Awaitable[None]) -> None:
        """Wait for `work`; raises TimeoutError once it took too long. One at a time of each task."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        assert task is not None
        asked_to_stop = task.cancelling()
        self._began[task] = loop.time()
        if self._timer is None:
            self._timer = loop.call_later(self._seconds / _TICKS, self._look, loop)
        try:
            await work
        except asyncio.CancelledError as stopped:
            # Somebody else may have asked it to stop, too: then it stops.
            if task in self._late and task.uncancel() <= asked_to_stop:
                raise TimeoutError from stopped
            raise
        finally:
            self._began.pop(task, None)
            self._late.discard(task)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        over = loop.time() - self._seconds
        late = []
        for task, began in self._began.items():
            if began > over:
                break
            late.append(task)
        for task in late:
            del self._began[task]
            self._late.add(task)
            task.cancel()
        self._timer = loop.call_later(self._seconds / _TICKS, self._look, loop) if self._began else None
