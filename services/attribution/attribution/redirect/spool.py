"""The spool off the loop: what many requests hand in at once is flushed to disk once."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from attribution.redirect.segments import Segments

R = TypeVar("R")


class Spool:
    """Keeps clicks that the broker did not take. All file work is done by one thread, one thing at a time."""

    def __init__(self, segments: Segments, *, patience: float) -> None:
        self._segments = segments
        self._patience = patience
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spool")
        self._waiting: list[tuple[bytes, asyncio.Future[bool]]] = []
        self._flusher: asyncio.Task[None] | None = None
        self._unsure = 0
        self._lost = 0

    @property
    def size(self) -> int:
        """How many bytes it holds."""
        return self._segments.size

    @property
    def lost(self) -> int:
        """Clicks that were answered and not kept, over all starts. An upper bound: see `keep`."""
        return self._lost + self._unsure

    async def open(self) -> None:
        """Take the directory; raises SpoolInUseError and OSError."""
        await self._run(self._segments.open)
        self._lost = self._segments.lost

    async def keep(self, body: bytes) -> bool:
        """Whether the click is safe on disk. A disk that takes longer than the patience counts as a loss, too."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((body, future))
        self._flush_soon()
        try:
            async with asyncio.timeout(self._patience):
                return await future
        except TimeoutError:
            self._unsure += 1
            return False

    async def oldest(self) -> tuple[Path, list[bytes]] | None:
        """The oldest segment and its clicks; it takes no more."""
        return await self._run(self._segments.oldest)

    async def drop(self, segment: Path) -> None:
        """Forget a segment whose clicks are all on the topic."""
        await self._run(partial(self._segments.drop, segment))

    async def count_lost(self, clicks: int) -> None:
        """Count clicks that can't be brought to the topic."""
        self._unsure += clicks
        self._flush_soon()
        if self._flusher is not None:
            await asyncio.shield(self._flusher)

    async def close(self) -> None:
        """Flush what is waiting and let the directory go."""
        if self._unsure:
            self._flush_soon()
        if self._flusher is not None:
            await asyncio.shield(self._flusher)
        await self._run(self._segments.close)
        self._thread.shutdown(wait=False)

    def _flush_soon(self) -> None:
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.get_running_loop().create_task(self._flush())

    async def _flush(self) -> None:
        while self._waiting or self._unsure:
            group, self._waiting = self._waiting, []
            unsure = self._unsure
            bodies = [body for body, _ in group]
            try:
                kept = await self._run(partial(self._segments.commit, bodies, unsure))
            except BaseException as error:
                for _, future in group:
                    if not future.done():
                        future.set_exception(error)
                raise
            self._unsure -= unsure
            self._lost = self._segments.lost
            for place, (_, future) in enumerate(group):
                if not future.done():
                    future.set_result(place < kept)

    async def _run(self, work: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
