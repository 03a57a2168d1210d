"""The search of one process: which index serves, what keeps it as the topic says, and when a new one is made."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol, TypeVar

from aiokafka.errors import KafkaError

from chassis import mongo
from chassis.health import MissingError
from chassis.logs import log, told
from chassis.settings import ServiceSettings
from chassis.tx import backoff
from discovery.search import metrics
from discovery.search.building import BuildFailed, BuildTorn, built_apart
from discovery.search.checks import ForeignIndex, TornIndex, size_of
from discovery.search.finding import Finder
from discovery.search.following import Follower, StalledConsumer
from discovery.search.index import CreatorIndex
from discovery.search.places import Places

T = TypeVar("T")

PATIENCE: Final = 5.0
"""Seconds that an index of an earlier run waits for the broker before it serves as it is."""
ASK_EVERY: Final = 2.0
"""Seconds between two looks at which generation is wanted."""

Generation = Callable[[], Awaitable[int]]


class Build(Protocol):
    """Makes an index up to the topic's present end."""

    async def __call__(self, folder: Path, generation: int) -> None:
        """Raises `BuildFailed` or `BuildTorn`."""


class NoIndexYet(Exception):
    """The index is being made. HTTP 503."""


class Search:
    """Serves one index while it follows the topic; makes a new one when there is none, or another is wanted."""

    def __init__(self, root: Path, settings: ServiceSettings, build: Build = built_apart) -> None:
        self._places = Places(root)
        self._settings = settings
        self._build = build
        self._index: CreatorIndex | None = None
        self._finder: Finder | None = None
        self._torn = asyncio.Event()

    async def ask(self, *questions: Callable[[Finder], T]) -> list[T]:
        """Answer from one view of the newest commit, each question in a thread. Raises `NoIndexYet`."""
        finder = self._finder
        if finder is None:
            raise NoIndexYet
        try:
            with metrics.SECONDS.time():
                return await asyncio.gather(*(asyncio.to_thread(question, finder) for question in questions))
        except TornIndex as error:
            log.error("search.torn", error=told(error))
            self._stop_serving()
            self._torn.set()
            raise NoIndexYet from error

    async def is_ready(self) -> bool:
        """Whether there is an index that has caught up with the topic since it was opened."""
        if self._finder is None:
            raise MissingError("the search's index is being made")
        return True

    async def run(self, wanted: Generation) -> None:
        """Serve, follow and make anew, for ever. `wanted` tells the generation that an operator asked for.

        Raises `BlockingIOError` while another process uses the folder.
        """
        with self._places.claimed():
            await asyncio.to_thread(self._places.tidy)
            await self._open()
            impatient = asyncio.create_task(self._serve_anyway())
            try:
                await self._turns(wanted)
            finally:
                impatient.cancel()
                await self._close()

    async def _turns(self, wanted: Generation) -> None:
        attempt = 0
        while True:
            try:
                await self._turn(wanted)
                attempt = 0
                continue
            except ForeignIndex as error:
                log.warning("search.foreign", error=told(error))
                await self._close()  # and as there is none, a new one is made
            except TornIndex as error:
                log.error("search.torn", error=told(error))
                await self._close()
                await self._open()
            except (KafkaError, OSError, TimeoutError, StalledConsumer, BuildFailed) as error:
                log.warning("search.waits", error=told(error), attempt=attempt)
            attempt += 1
            await asyncio.sleep(backoff(attempt, first=0.1))

    async def _serve_anyway(self) -> None:
        """While the broker is away, what was true when it left is better than nothing."""
        await asyncio.sleep(PATIENCE)
        if self._finder is None and self._index is not None:
            self._serve(self._index)

    async def _turn(self, wanted: Generation) -> None:
        """Follow until something else is to be done, and do it."""
        generation = await _told_by(wanted, 0 if self._index is None else self._index.position.generation)
        if self._index is None or self._index.position.generation < generation:
            await self._renew(generation)
            return
        following = asyncio.create_task(self._follow(self._index))
        watching = asyncio.create_task(self._wants_more_than(self._index.position.generation, wanted))
        torn = asyncio.create_task(self._torn.wait())
        tasks = (following, watching, torn)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if torn.done():
                self._torn.clear()
                raise TornIndex("a search could not read it")
            if watching.done():
                await self._renew(watching.result(), following)
            else:
                await following
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, index: CreatorIndex) -> None:
        follower = Follower(index, self._settings)
        following = asyncio.create_task(follower.run(lambda: self._show(index, follower)))
        ready = asyncio.create_task(follower.caught_up.wait())
        try:
            await asyncio.wait([following, ready], return_when=asyncio.FIRST_COMPLETED)
            if ready.done():
                self._show(index, follower)
            await following
        finally:
            following.cancel()
            ready.cancel()
            await asyncio.gather(following, ready, return_exceptions=True)

    def _show(self, index: CreatorIndex, follower: Follower) -> None:
        """What was committed is what is searched from now on; before the first time, once it has caught up."""
        if index is self._index and (self._finder is not None or follower.caught_up.is_set()):
            self._serve(index)

    def _serve(self, index: CreatorIndex) -> None:
        self._finder = Finder(index.searcher())
        metrics.SERVES.set(1)

    async def _wants_more_than(self, generation: int, wanted: Generation) -> int:
        while True:
            await asyncio.sleep(ASK_EVERY)
            if (newest := await _told_by(wanted, generation)) > generation:
                return newest

    async def _renew(self, generation: int, following: "asyncio.Task[None] | None" = None) -> None:
        """Have a new index made while the old one serves and follows; then serve the new one and forget the old."""
        folder = await asyncio.to_thread(self._places.making)
        log.info("search.making", folder=folder.name, generation=generation)
        try:
            await self._build(folder, generation)
        except BuildTorn:
            metrics.TORN.inc()
            await asyncio.to_thread(self._places.begin)
            await asyncio.to_thread(self._places.tidy)
            raise
        made = await asyncio.to_thread(CreatorIndex.open, folder)
        if following is not None:
            following.cancel()
            await asyncio.wait([following])
        old, self._index = self._index, made
        await asyncio.to_thread(self._places.serve, folder)
        self._serve(made)
        metrics.MADE.inc()
        log.info("search.made", folder=folder.name, bytes=await asyncio.to_thread(size_of, folder))
        if old is not None:
            await asyncio.to_thread(old.close)
        await asyncio.to_thread(self._places.tidy)

    async def _open(self) -> None:
        """Open the current index, if it is whole; it serves once it has caught up."""
        folder = await asyncio.to_thread(self._places.current)
        if folder is None:
            return
        try:
            self._index = await asyncio.to_thread(CreatorIndex.open, folder)
        except ForeignIndex as error:
            log.warning("search.foreign", folder=folder.name, error=told(error))
        except TornIndex as error:
            metrics.TORN.inc()
            log.error("search.torn", folder=folder.name, error=told(error))

    def _stop_serving(self) -> None:
        self._finder = None
        metrics.SERVES.set(0)

    async def _close(self) -> None:
        self._stop_serving()
        index, self._index = self._index, None
        if index is not None:
            with suppress(TornIndex):
                await asyncio.to_thread(index.close)


async def _told_by(wanted: Generation, otherwise: int) -> int:
    """The generation that is wanted; while nobody can say, the one that there is will do."""
    try:
        return await wanted()
    except Exception as error:
        if not mongo.is_transient(error):
            raise
        log.warning("search.generation_unknown", error=told(error))
        return otherwise
