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
        self._is_doubted = False

    async def ask(self, *questions: Callable[[Finder], T]) -> list[T]:
        """Answer from one view of the newest commit, each question in a thread. Raises `NoIndexYet`."""
        finder, index = self._finder, self._index
        if finder is None:
            raise NoIndexYet
        try:
            with metrics.SECONDS.time():
                return await asyncio.gather(*(asyncio.to_thread(question, finder) for question in questions))
        except TornIndex as error:
            log.error("search.torn", error=told(error))
            if index is self._index and not self._is_doubted:  # and no view of one that was replaced meanwhile
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
                await self._open_again(is_doubted=self._torn.is_set())
            except (OSError, TimeoutError, BuildFailed) as error:
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
        if self._index is None:
            await self._change_to(await self._made(await _told_by(wanted, 0)))
            return
        following = asyncio.create_task(self._follow(self._index))
        making = asyncio.create_task(self._made_once_wanted(self._index.position.generation, wanted))
        torn = asyncio.create_task(self._torn.wait())
        tasks = (following, making, torn)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if making.done():
                made = making.result()
                following.cancel()
                await asyncio.wait([following])
                await self._change_to(made)
            elif torn.done():
                raise TornIndex("a search could not read it")
            else:
                await following
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, index: CreatorIndex) -> None:
        """Follow for ever, again and again while the broker is out of reach."""
        attempt = 0
        while True:
            follower = Follower(index, self._settings)
            try:
                await self._shown(index, follower)
            except (KafkaError, OSError, TimeoutError, StalledConsumer) as error:
                attempt = 0 if follower.caught_up.is_set() else attempt + 1
                log.warning("search.waits", error=told(error), attempt=attempt)
                await asyncio.sleep(backoff(attempt, first=0.1))

    async def _shown(self, index: CreatorIndex, follower: Follower) -> None:
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

    async def _made_once_wanted(self, generation: int, wanted: Generation) -> CreatorIndex:
        """A new index, once another generation is wanted or the one that serves is in doubt."""
        while True:
            newest = await _told_by(wanted, generation)
            if newest > generation or self._is_doubted:
                return await self._made(max(newest, generation))
            await asyncio.sleep(ASK_EVERY)

    async def _made(self, generation: int) -> CreatorIndex:
        """Have a new index made, whatever serves and follows meanwhile. Raises `BuildFailed` or `BuildTorn`."""
        folder = await asyncio.to_thread(self._places.making)
        log.info("search.making", folder=folder.name, generation=generation)
        try:
            await self._build(folder, generation)
            return await asyncio.to_thread(CreatorIndex.open, folder)
        except (BuildTorn, TornIndex) as error:
            metrics.TORN.inc()
            await asyncio.to_thread(self._places.begin)
            await asyncio.to_thread(self._places.tidy)
            raise BuildTorn(f"{folder.name}: {error}") from error

    async def _change_to(self, made: CreatorIndex) -> None:
        """Serve the new one and forget the old."""
        await asyncio.to_thread(self._places.serve, made.folder)
        old = self._index
        self._hold(made)
        self._serve(made)
        metrics.MADE.inc()
        log.info("search.made", folder=made.folder.name, bytes=await asyncio.to_thread(size_of, made.folder))
        if old is not None:
            await asyncio.to_thread(old.close)
        await asyncio.to_thread(self._places.tidy)

    def _hold(self, index: CreatorIndex | None) -> None:
        """This is the index from now on, and whatever was known to be wrong was so of another."""
        self._index = index
        self._is_doubted = False
        self._torn.clear()

    async def _open(self) -> None:
        """Open the current index, if it is whole; it serves once it has caught up."""
        folder = await asyncio.to_thread(self._places.current)
        if folder is None:
            return
        try:
            self._hold(await asyncio.to_thread(CreatorIndex.open, folder))
        except ForeignIndex as error:
            log.warning("search.foreign", folder=folder.name, error=told(error))
        except TornIndex as error:
            metrics.TORN.inc()
            log.error("search.torn", folder=folder.name, error=told(error))

    async def _open_again(self, *, is_doubted: bool) -> None:
        """Let go of an index that could not be read or written; if its files are whole it serves on.

        One `is_doubted` that no search could read, though it is whole: it serves what it can until a new one is made.
        """
        await self._close()
        await self._open()
        if self._index is not None:
            self._is_doubted = is_doubted
            self._serve(self._index)

    def _stop_serving(self) -> None:
        self._finder = None
        metrics.SERVES.set(0)

    async def _close(self) -> None:
        self._stop_serving()
        index = self._index
        self._hold(None)
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
