"""One MongoDB transaction: what a handler, an API or a timer writes and says together, or not at all."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from chassis import mongo, tracing
from chassis.clock import Clock
from chassis.ids import derived_id, new_id
from contracts import envelope
from contracts.envelope import EntityEvent, Event, State

R = TypeVar("R")
T = TypeVar("T", bound="Tx")
S = TypeVar("S", bound=State)

LOOKS = "looks"
OUTBOX = "outbox"
TIMERS = "timers"
TOLD = "told"

ENTITY = "entity"
FACT = "fact"
FACTS = "facts"
MOST_TOGETHER = 500
MOST_BYTES_TOGETHER = 1024 * 1024
"""A sixteenth of what a document may hold: a sweep has many of them in hand at once."""


class TryAgainLater(Exception):
    """The store did not answer, or others kept writing the same; nothing happened. HTTP 503."""


class OutcomeUnknown(Exception):
    """The commit was sent and its answer was lost: 0 or 1 effects. HTTP 503; an Idempotency-Key makes a retry safe."""


class Tx:
    """What happens inside one transaction. Services extend it with their own reads and writes.

    `now` is the clock's instant at the beginning, `member` which of its process's consumers works at it: two that add
    to one document at once would conflict. Events said with `emit` or `announce`, timers and looks are written when the
    work is done, in the same transaction.
    """

    def __init__(self, db: mongo.Database, session: mongo.Session, *, now: datetime, source: str) -> None:
        self.db = db
        self.session = session
        self.now = now
        self.source = source
        self.event: Event | None = None
        self.member = 1
        self.traceparents: dict[str, str] = {}
        self.rows: list[mongo.Document] = []
        self.looks: list[mongo.Document] = []
        self._facts: list[mongo.Document] = []
        self._look_keys: dict[str, dict[str, Any]] = {}
        self._timers: list[mongo.Document] = []
        self._dropped_timers: list[str] = []
        self._running: str | None = None  # the span around it, asked for once

    def emit(self, event: Event, because: Event | None = None) -> None:
        """Say a fact, once this commits. `because` names the event that caused it, for the trace across hops."""
        self._facts.append(self._row(event, because))

    def announce(self, kind: type[EntityEvent[S]], state: S, revision: int, because: Event | None = None) -> None:
        """Say that an entity became `state` at `revision`, once this commits; revisions of one entity only grow."""
        event = kind.of(state, id=new_id(), time=self.now, revision=revision)
        self._say_state(event, revision, because)

    def announce_erased(self, kind: type[EntityEvent[Any]], entity: str, revision: int) -> None:
        """Say the last event of an entity, without a state, once this commits: erased is final."""
        fact = envelope.fact_name(kind.TYPE)
        event = kind(id=new_id(), time=self.now, entity=entity, revision=revision, fact=fact)
        self._say_state(event, revision, None)

    def _say_state(self, event: Event, revision: int, because: Event | None) -> None:
        self.rows.append(self._row(event, because) | {"kind": ENTITY, "at": self.now, "revision": revision})

    def _row(self, event: Event, because: Event | None) -> mongo.Document:
        headers = envelope.headers(event, self.source)
        cause = because or self.event
        parent = self.traceparents.get(cause.id, "") if cause is not None else ""
        if not parent:
            if self._running is None:
                self._running = tracing.current_traceparent()
            parent = self._running
        if parent:
            headers.append(("traceparent", parent.encode()))
        return {
            "_id": event.id,
            "topic": event.TOPIC.name,
            "key": event.key(),
            "value": event.body(),
            "headers": [[name, value] for name, value in headers],
        }

    def look(self, kind: str, key: str, told: Any = None) -> None:
        """After this commits, look at the other side again: `@handlers.on_look(kind)` is called with `key`.

        `told` reaches the look by memory, to spare it reading back what was just written; after a crash it is absent.
        """
        self._look_keys.setdefault(kind, {})[key] = told

    def set_timer(
        self, purpose: str, aggregate: str, due: datetime, *, version: int = 1, data: Mapping[str, Any] | None = None
    ) -> None:
        """Fire `@handlers.on_timer(purpose)` at `due` (UTC, by the clock); one aggregate and version set it once."""
        self._timers.append(
            {
                "_id": timer_id(aggregate, purpose, version),
                "purpose": purpose,
                "aggregate": aggregate,
                "version": version,
                "due": _up_to_the_millisecond(due),
                "data": dict(data or {}),
            }
        )

    def drop_timer(self, purpose: str, aggregate: str, *, version: int = 1) -> None:
        """Forget a timer that has become pointless. One that fires all the same must find nothing to do."""
        self._dropped_timers.append(timer_id(aggregate, purpose, version))

    async def flush(self) -> None:
        """Write what was said: outbox, looks, timers. Called by who runs the transaction, right before the commit."""
        self.rows += together(self._facts, self.now)
        if self.rows:
            await self.db[OUTBOX].insert_many(self.rows, session=self.session)
        self.looks = [
            {"_id": new_id(), "kind": kind, "keys": list(keys), "at": self.now}
            for kind, keys in self._look_keys.items()
        ]
        if self.looks:
            await self.db[LOOKS].insert_many(self.looks, session=self.session)
            for row in self.looks:
                row[TOLD] = self._look_keys[row["kind"]]
        if self._dropped_timers:
            await self.db[TIMERS].delete_many({"_id": {"$in": self._dropped_timers}}, session=self.session)
        if self._timers:
            await self.db[TIMERS].bulk_write(
                [
                    mongo.UpdateOne(
                        {"_id": t["_id"]}, {"$setOnInsert": {k: t[k] for k in t if k != "_id"}}, upsert=True
                    )
                    for t in self._timers
                ],
                session=self.session,
            )


def together(facts: Sequence[mongo.Document], at: datetime) -> list[mongo.Document]:
    """One transaction's facts as outbox rows, as few as may be: one alone is its row, several share one (ADR 26)."""
    parts: list[list[mongo.Document]] = []
    size = 0
    for fact in facts:
        weight = len(fact["value"]) + sum(len(value) for _, value in fact["headers"])
        if not parts or len(parts[-1]) >= MOST_TOGETHER or size + weight > MOST_BYTES_TOGETHER:
            parts.append([])
            size = 0
        parts[-1].append(fact)
        size += weight
    return [
        {**part[0], "kind": FACT, "at": at}
        if len(part) == 1
        else {"_id": part[0]["_id"], "kind": FACTS, "at": at, "facts": part}
        for part in parts
    ]


def facts_of(row: mongo.Document) -> Sequence[mongo.Document]:
    """The facts that an outbox row holds, in the order of their saying."""
    facts: Sequence[mongo.Document] = row["facts"] if row["kind"] == FACTS else (row,)
    return facts


def _up_to_the_millisecond(due: datetime) -> datetime:
    """The store cuts times down to milliseconds, and a timer never fires early."""
    return due + timedelta(microseconds=-due.microsecond % 1000)


def timer_id(aggregate: str, purpose: str, version: int) -> str:
    """RELIABILITY: the hash of (aggregate, purpose, version)."""
    return derived_id(aggregate, purpose, str(version))


class Afterwards(Protocol):
    """What is told of each commit: the outbox publishes its facts, the looks are taken."""

    async def committed(self, rows: Sequence[mongo.Document], looks: Sequence[mongo.Document]) -> None:
        """A transaction wrote these outbox rows and looks."""


class Transactions(Generic[T]):
    """Runs work in transactions of one service's own kind of `Tx`."""

    def __init__(
        self,
        client: mongo.Client,
        db: mongo.Database,
        kind: type[T],
        clock: Clock,
        source: str,
    ) -> None:
        self.client = client
        self.db = db
        self.kind = kind
        self.clock = clock
        self.source = source
        self.afterwards: Sequence[Afterwards] = ()

    async def once(self, work: Callable[[T], Awaitable[R]]) -> R:
        """One attempt; any error aborts it. After the commit the outbox and the looks are told."""
        async with mongo.transaction(self.client) as session:
            tx = self.kind(self.db, session, now=self.clock.now(), source=self.source)
            result = await work(tx)
            await tx.flush()
        for listener in self.afterwards:
            await listener.committed(tx.rows, tx.looks)
        return result

    async def run(self, work: Callable[[T], Awaitable[R]], *, seconds: float = 5.0) -> R:
        """Try for up to `seconds` while the trouble is transient; for APIs, timers and looks.

        Raises `TryAgainLater` when it stayed so, `OutcomeUnknown` when the commit's answer was lost, and whatever
        `work` raises. `work` is called anew for each attempt and must not keep anything between them.
        """
        deadline = asyncio.get_running_loop().time() + seconds
        attempt = 0
        while True:
            try:
                return await self.once(work)
            except Exception as error:
                if mongo.is_unknown_commit(error):
                    raise OutcomeUnknown(str(error)) from error
                if not mongo.is_transient(error):
                    raise
                attempt += 1
                delay = backoff(attempt)
                if asyncio.get_running_loop().time() + delay > deadline:
                    if mongo.is_duplicate(error):
                        raise
                    raise TryAgainLater(str(error)) from error
                await asyncio.sleep(delay)


def backoff(attempt: int, *, first: float = 0.02, most: float = 2.0) -> float:
    """Seconds to wait before attempt `attempt` + 1: doubling, bounded, with full jitter."""
    return random.uniform(0.5, 1.0) * min(most, first * float(2 ** min(attempt, 10)))  # noqa: S311 - jitter, not a secret


SETTLED = timedelta(seconds=5)
"""Rows older than this are swept by anyone (ARCHITECTURE 5)."""
