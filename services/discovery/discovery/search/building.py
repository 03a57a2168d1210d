"""A new index is made by a process of its own, so that the one that serves goes on serving."""

import asyncio
import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Final

from aiokafka.errors import KafkaError

from chassis.logs import log, told
from chassis.settings import ServiceSettings
from chassis.tx import backoff
from discovery.search.checks import ForeignIndex
from discovery.search.following import BUILDING, Follower, Pace, StalledConsumer
from discovery.search.index import MB, CreatorIndex
from discovery.search.preparing import Preparing

BUILD: Final = "build-search"
MEMORY: Final = 256 * MB
ORPHAN_EVERY: Final = 1.0
TORN: Final = 3
"""Exit status: what was made so far is of no use; begin anew."""


class BuildFailed(Exception):
    """The process that makes an index ended before it was done."""


class BuildTorn(BuildFailed):
    """What it had made so far is of no use."""


async def build(folder: Path, generation: int, settings: ServiceSettings, pace: Pace = BUILDING) -> None:
    """Make the index in `folder` up to the topic's present end, going on from where an earlier build was stopped.

    Raises `TornIndex`. A broker out of reach is waited for.
    """
    index = await asyncio.to_thread(_opened, folder, generation)
    attempt = 0
    try:
        with Preparing() as prepare:
            while True:
                follower = Follower(index, settings, pace, prepare, prepare.processes + 1)
                try:
                    await follower.run(to_the_end=True)
                except (KafkaError, OSError, TimeoutError, StalledConsumer) as error:
                    attempt += 1
                    log.warning("search.build_waits", error=told(error), attempt=attempt)
                    await asyncio.sleep(backoff(attempt, first=0.2))
                else:
                    return
    finally:
        await asyncio.to_thread(index.close, merged=True)


async def while_it_lives(parent: int, work: Coroutine[Any, Any, None]) -> None:
    """Do the work while the process that asked for it lives: nobody would come for the result otherwise."""
    working = asyncio.create_task(work)
    while not working.done() and os.getppid() == parent:
        await asyncio.wait([working], timeout=ORPHAN_EVERY)
    if not working.done():
        working.cancel()
    await working


async def built_apart(folder: Path, generation: int) -> None:
    """Have a process of its own make the index; it ends with this one. Raises `BuildFailed` or `BuildTorn`."""
    argv = [sys.executable, "-m", "discovery", BUILD, str(folder), str(generation), str(os.getpid())]
    process = await asyncio.create_subprocess_exec(*argv, stdin=asyncio.subprocess.DEVNULL)
    try:
        status = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if status == TORN:
        raise BuildTorn(f"the index in {folder.name} was torn while it was made")
    if status:
        raise BuildFailed(f"the process that makes {folder.name} ended with {status}")


def _opened(folder: Path, generation: int) -> CreatorIndex:
    if any(folder.iterdir()):
        opened = CreatorIndex.open(folder, memory=MEMORY)
        if opened.position.generation == generation:
            return opened
        raise ForeignIndex("the index was begun for an earlier generation")
    return CreatorIndex.create(folder, generation, memory=MEMORY)
