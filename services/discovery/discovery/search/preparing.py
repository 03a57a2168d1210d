"""Records made into documents by other processes: the interpreter's lock leaves one process one core."""

import asyncio
import gc
import multiprocessing
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait
from types import TracebackType
from typing import Final, Self

from discovery.search.following import Found, prepare_here
from discovery.search.reading import changes_of

WORTH_IT: Final = 20_000
"""Records before which no process is started: a small topic is read in less time than that takes."""


class Preparing:
    """A `Prepare` with processes of its own, which end with this one however it ends; as many as there are cores."""

    def __init__(self, processes: int = 0) -> None:
        self.processes = processes or max(1, os.cpu_count() or 1)
        self._pool: ProcessPoolExecutor | None = None
        self._seen = 0

    async def __call__(self, values: Sequence[bytes | None]) -> Found:
        """What records say."""
        self._seen += len(values)
        if self._seen <= WORTH_IT:
            return await prepare_here(values)
        if self._pool is None:
            spawning = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.processes, mp_context=spawning, initializer=_begin)
        return await asyncio.get_running_loop().run_in_executor(self._pool, changes_of, values)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """A process whose parent was killed would wait for work for ever. And what it makes has no cycles to collect."""
    gc.freeze()
    gc.disable()
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
