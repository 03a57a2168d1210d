"""A store, a log and time in memory: processes that die at any await, and a whole hour in a millisecond.

The store answers what the chassis asks of MongoDB and no more: snapshots, write conflicts, unique ids, commits whose
answer is lost. Every call is a step; a process dies at the step that it was told, before or after its effect.
"""

import asyncio
import heapq
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, Self, TypeVar

from pymongo import UpdateOne
from pymongo.errors import AutoReconnect, DuplicateKeyError, OperationFailure

from tests.support.memory_queries import Document, matches, updated

R = TypeVar("R")

TOO_MANY_STEPS = 20_000


class Crash(BaseException):
    """kill -9: nothing catches it, and nothing of the process runs after it."""


class HotLoopError(BaseException):
    """So many steps mean that something is tried again and again without a pause."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """Where nothing is ready, time goes on to the next timer at once."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0

    def time(self) -> float:
        """Virtual seconds since the beginning."""
        return self._now

    def _run_once(self) -> None:
        scheduled: list[Any] = self._scheduled  # type: ignore[attr-defined] # asyncio's own heap of timers
        while scheduled and scheduled[0].cancelled():
            self._timer_cancelled_count -= 1  # type: ignore[attr-defined]
            heapq.heappop(scheduled)._scheduled = False
        if scheduled and not self._ready:  # type: ignore[attr-defined]
            self._now = max(self._now, scheduled[0].when())
        super()._run_once()  # type: ignore[misc]


def in_virtual_time(work: Coroutine[Any, Any, R]) -> R:
    """Run to the end, in virtual time; what is left running is cancelled."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(work)
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(_ended(left))
        loop.close()


async def _ended(tasks: Iterable[asyncio.Task[Any]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)


class Life:
    """One process's time on earth: it dies at its step `dies_at`, counted from 1; even ones after the effect."""

    def __init__(self, dies_at: int | None = None) -> None:
        self.dies_at = dies_at
        self.steps = 0
        self.is_dead = False
        self.at_death: Callable[[], None] = lambda: None

    async def step(self) -> None:
        """One place where it may die; others run meanwhile."""
        self._count()
        await asyncio.sleep(0)
        if self.is_dead:
            raise Crash

    def _count(self) -> None:
        if self.is_dead:
            raise Crash
        self.steps += 1
        if self.steps > TOO_MANY_STEPS:
            raise HotLoopError(f"{self.steps} steps")
        if self.steps == self.dies_at:
            self.die()
            raise Crash

    def die(self) -> None:
        """Now; whatever it still had in hand never happens."""
        self.is_dead = True
        self.at_death()


class Store:
    """What outlives every process: documents, and the newest commit's number of each."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[Any, Document]] = {}
        self.versions: dict[tuple[str, Any], int] = {}
        self.commits = 0
        self.locks: dict[tuple[str, Any], Session] = {}
        self.is_away = False
        self.lost_answers: list[bool] = []
        """Of the next commits: True, it happens and its answer is lost; False, it does not happen either."""
        self.on_commit: Callable[[str, Document], None] = lambda _name, _document: None

    def all(self, name: str) -> list[Document]:
        """A collection's committed documents."""
        return list(self.documents.get(name, {}).values())

    def apply(self, writes: Mapping[tuple[str, Any], Document | None]) -> None:
        """Make these writes everybody's, at once."""
        self.commits += 1
        for (name, id_), document in writes.items():
            kept = self.documents.setdefault(name, {})
            if document is None:
                kept.pop(id_, None)
            else:
                kept[id_] = document
                self.on_commit(name, document)
            self.versions[name, id_] = self.commits


def _labelled(error: Any, label: str) -> Any:
    error._add_error_label(label)
    return error


class Session:
    """A transaction with a snapshot of its own; the second writer of a document fails at once."""

    def __init__(self, store: Store, life: Life) -> None:
        self._store = store
        self._life = life
        self.in_transaction = False
        self.writes: dict[tuple[str, Any], Document | None] = {}
        self._committed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.release()

    def start_transaction(self, **_options: Any) -> None:
        self.in_transaction = True
        self.began_at = self._store.commits
        self.seen = {name: dict(kept) for name, kept in self._store.documents.items()}

    async def commit_transaction(self) -> None:
        await self._life.step()
        self._must_answer()
        lost = self._store.lost_answers.pop(0) if self._store.lost_answers else None
        if lost is not False and not self._committed:
            self._store.apply(self.writes)
            self._committed = True
            self.release()
        if lost is not None:
            raise _labelled(AutoReconnect("the answer is lost"), "UnknownTransactionCommitResult")
        await self._life.step()
        self.in_transaction = False

    async def abort_transaction(self) -> None:
        self.in_transaction = False
        self.release()

    def release(self) -> None:
        for key in [key for key, holder in self._store.locks.items() if holder is self]:
            del self._store.locks[key]

    def view(self, name: str) -> dict[Any, Document]:
        kept = dict(self.seen.get(name, {}))
        for (where, id_), document in self.writes.items():
            if where == name:
                kept.pop(id_, None)
                if document is not None:
                    kept[id_] = document
        return kept

    def write(self, name: str, id_: Any, document: Document | None) -> None:
        key = (name, id_)
        if self._store.locks.setdefault(key, self) is not self or self._store.versions.get(key, 0) > self.began_at:
            raise _labelled(OperationFailure("write conflict", 112), "TransientTransactionError")
        self.writes[key] = document

    def _must_answer(self) -> None:
        if self._store.is_away:
            raise AutoReconnect("nobody there")


class Client:
    """One process's connection."""

    def __init__(self, store: Store, life: Life) -> None:
        self.store = store
        self.life = life

    async def start_session(self) -> Session:
        await self.life.step()
        if self.store.is_away:
            raise AutoReconnect("nobody there")
        return Session(self.store, self.life)

    def __getitem__(self, name: str) -> "Collection":
        return Collection(self.store, self.life, name)


class Collection:
    """The commands that the chassis uses, one step before and one after each."""

    def __init__(self, store: Store, life: Life, name: str) -> None:
        self._store = store
        self._life = life
        self._name = name

    def with_options(self, **_options: Any) -> Self:
        return self

    async def _do(self, session: Session | None, work: Callable[[Any], R]) -> R:
        await self._life.step()
        if self._store.is_away:
            raise AutoReconnect("nobody there")
        if session is not None:
            answer = work(session)
        else:
            alone = Session(self._store, self._life)
            alone.start_transaction()
            while True:  # a write outside of a transaction waits for the one that holds the document
                try:
                    answer = work(alone)
                    break
                except OperationFailure as error:
                    if error.code != 112:
                        raise
                    alone.release()
                    await asyncio.sleep(0.001)
                    alone = Session(self._store, self._life)
                    alone.start_transaction()
            self._store.apply(alone.writes)
            alone.release()
        await self._life.step()
        return answer

    def _matching(self, session: Session, query: Mapping[str, Any]) -> list[Document]:
        return [row for row in session.view(self._name).values() if matches(row, query)]

    def _upsert(self, session: Session, query: Mapping[str, Any], update: Any, *, upsert: bool) -> Document | None:
        found = self._matching(session, query)
        if not found and not upsert:
            return None
        before = found[0] if found else {"_id": query["_id"]}
        session.write(self._name, before["_id"], updated(before, update, is_new=not found))
        return before if found else None

    async def insert_many(self, rows: Sequence[Document], *, session: Session | None = None, **_: Any) -> None:
        def work(session: Session) -> None:
            for row in rows:
                if row["_id"] in session.view(self._name):
                    raise DuplicateKeyError("there is one", 11000)
                session.write(self._name, row["_id"], deepcopy(row))

        await self._do(session, work)

    async def insert_one(self, row: Document, *, session: Session | None = None) -> None:
        await self.insert_many([row], session=session)

    async def update_one(
        self, query: Mapping[str, Any], update: Any, *, upsert: bool = False, session: Session | None = None
    ) -> None:
        await self._do(session, lambda tx: self._upsert(tx, query, update, upsert=upsert))

    async def find_one_and_update(self, query: Mapping[str, Any], update: Any) -> Document | None:
        return await self._do(None, lambda tx: self._upsert(tx, query, update, upsert=False))

    async def update_many(self, query: Mapping[str, Any], update: Any, *, session: Session | None = None) -> None:
        def work(session: Session) -> None:
            for row in self._matching(session, query):
                session.write(self._name, row["_id"], updated(row, update, is_new=False))

        await self._do(session, work)

    async def bulk_write(self, asked: Sequence[UpdateOne], *, session: Session | None = None, **_: Any) -> None:
        def work(session: Session) -> None:
            for one in asked:
                self._upsert(session, one._filter, one._doc, upsert=bool(one._upsert))

        await self._do(session, work)

    async def delete_many(self, query: Mapping[str, Any], *, session: Session | None = None) -> None:
        def work(session: Session) -> None:
            for row in self._matching(session, query):
                session.write(self._name, row["_id"], None)

        await self._do(session, work)

    async def find_one(self, query: Mapping[str, Any], *, session: Session | None = None, **_: Any) -> Document | None:
        found = await self.find(query, session=session).to_list(1)
        return found[0] if found else None

    def find(self, query: Mapping[str, Any], *_: Any, session: Session | None = None) -> "Cursor":
        return Cursor(lambda: self._do(session, lambda tx: deepcopy(self._matching(tx, query))))


class Cursor:
    """The rows of one query, read when they are asked for."""

    def __init__(self, read: Callable[[], Awaitable[list[Document]]]) -> None:
        self._read = read
        self._order: Sequence[tuple[str, int]] = ()
        self._limit: int | None = None
        self._rows: Iterator[Document] | None = None

    def sort(self, by: Any, direction: int = 1) -> Self:
        self._order = [(by, direction)] if isinstance(by, str) else by
        return self

    def limit(self, count: int) -> Self:
        self._limit = count
        return self

    def hint(self, _index: Any) -> Self:
        return self

    async def _all(self) -> Iterator[Document]:
        if self._rows is None:
            rows = await self._read()
            for name, direction in reversed(self._order):
                rows.sort(key=lambda row: row[name], reverse=direction < 0)
            self._rows = iter(rows[: self._limit])
        return self._rows

    async def to_list(self, count: int | None) -> list[Document]:
        rows = await self._all()
        return [row for row, _ in zip(rows, range(count), strict=False)] if count else list(rows)

    async def __aiter__(self) -> AsyncIterator[Document]:
        for row in await self._all():
            yield row


class Log:
    """A topic in memory: (id, key, value) as they came in."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, bytes]] = []
        self.slow: dict[int, float] = {}
        """By number of the send: seconds until it reaches the broker; its process is frozen, and so is its time."""
        self.killed_when_late = False
        """A process whose send was slow is killed once it has reached the broker: nobody is told of it."""
        self.sends = 0
        self.under_way = 0


class Producer:
    """One process's producer; a record is on the log before its ack is heard."""

    def __init__(self, log: Log, life: Life) -> None:
        self._log = log
        self._life = life

    async def start(self) -> None:
        await self._life.step()

    async def stop(self) -> None:
        """Nothing is buffered."""

    async def send(self, topic: str, value: bytes, key: bytes, headers: Any, timestamp_ms: int) -> Awaitable[Any]:  # noqa: ARG002
        await self._life.step()
        self._log.sends += 1
        seconds = self._log.slow.get(self._log.sends, 0.0)
        if seconds:
            self._log.under_way += 1
            await asyncio.sleep(seconds)
            self._log.under_way -= 1
        id_ = next(said.decode() for name, said in headers if name == "ce_id")
        self._log.lines.append((id_, key.decode(), value))
        if seconds and self._log.killed_when_late:
            self._life.die()
        ack = asyncio.ensure_future(self._life.step())
        ack.add_done_callback(lambda done: done.cancelled() or done.exception())  # a dead process asks for none
        return ack
