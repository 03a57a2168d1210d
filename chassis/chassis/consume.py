"""The consumer loop: a batch of records becomes one transaction, whatever the records and the weather are like.

What it promises to handlers: a record's effect happens once, in the order of its key; a handler that raises parks its
culprit alone; trouble that passes is waited out in place. What a handler may not assume: order across topics, or that
its code runs once (the transaction around it does).
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

from opentelemetry.trace import SpanKind

from chassis import dead_letters, metrics, mongo, tracing
from chassis.dead_letters import CONSUMERS, DEAD_LETTERS, ReplayOutcome
from chassis.handlers import Handlers, Reaction
from chassis.logs import log
from chassis.records import Invalid, Record, Taken, read
from chassis.settings import Plant
from chassis.tx import OutcomeUnknown, Transactions, TryAgainLater, Tx, backoff
from contracts.envelope import EntityEvent

INBOX = "inbox"
REVISIONS = "revisions"
MAX_RECORDS = 500
MAX_BYTES = 4 * 1024 * 1024
HALVE_FROM = 3
DUPLICATE_ATTEMPTS = 6
LINKS = 32
FINAL = 2**63 - 1
INBOX_EXTRA_DAYS = 100

COLLECTIONS = (
    mongo.CollectionSpec(INBOX, indexes=(mongo.IndexModel([("expires_at", 1)], expireAfterSeconds=0),)),
    mongo.CollectionSpec(REVISIONS),
    *dead_letters.COLLECTIONS,
)


class Park(Exception):
    """A handler's verdict: this record can't be handled, ever; it is parked and counts as no error of ours."""


class Retry(Exception):
    """A handler's verdict: not now; the batch is tried again like after any transient trouble."""


class Stopping(Exception):
    """The process stops; the batch was not handled and will be delivered again."""


class Loop:
    """Handles one consumer group's batches."""

    def __init__(
        self,
        group: str,
        handlers: Handlers,
        transactions: Transactions[Any],
        *,
        keep_dead_letters: timedelta = timedelta(days=90),
        max_handler_errors: int = 20,
        plant: Plant = Plant.NONE,
    ) -> None:
        self.group = group
        self._handlers = handlers
        self._transactions = transactions
        self._keep = keep_dead_letters
        self._max_errors = max_handler_errors
        self._uses_inbox = plant is not Plant.NO_INBOX
        self._errors_in_a_row = 0
        self._stop = asyncio.Event()
        self.stopped_by_errors = False
        self.is_handling = False

    async def handle(self, records: Sequence[Record]) -> None:
        """Handle a batch to the end: when this returns, every record is handled, parked or of no concern.

        Raises `Stopping` when the process stops meanwhile; the batch must then be delivered again.
        """
        self.is_handling = True
        try:
            for chunk in _chunks(records):
                await self._handle_chunk(chunk)
        finally:
            self.is_handling = False

    def stop(self) -> None:
        """Give up waiting: what is in hand is not acknowledged and will be delivered again."""
        self._stop.set()

    async def replay(self, letter: str) -> ReplayOutcome:
        """Send a dead letter of this group through the loop again, as the operator asked."""
        row = await self._transactions.db[DEAD_LETTERS].find_one({"_id": letter, "group": self.group})
        if row is None:
            return ReplayOutcome.NOT_FOUND
        if row.get("replayed_at"):
            return ReplayOutcome.ALREADY_REPLAYED
        found = read(dead_letters.stored_record(row), self._handlers)
        if found is None:
            return ReplayOutcome.UNKNOWN_TYPE
        try:
            if isinstance(found, Invalid):
                unread = found
                await self._transactions.run(lambda tx: self._park(tx, [unread]))
                return ReplayOutcome.PARKED_AGAIN
            taken = found
            await self._transactions.run(lambda tx: self._replay_one(tx, taken, letter))
        except (TryAgainLater, OutcomeUnknown):
            raise
        except Exception as error:  # noqa: BLE001 - whatever the handler raises is the letter's next reason; logged
            self._log_error(taken, error)
            again = Invalid(found.record, "handler-error", repr(error))
            await self._transactions.run(lambda tx: self._park(tx, [again]))
            return ReplayOutcome.PARKED_AGAIN
        return ReplayOutcome.HANDLED

    async def _replay_one(self, tx: Tx, taken: Taken, letter: str) -> None:
        await tx.db[DEAD_LETTERS].update_one({"_id": letter}, {"$set": {"replayed_at": tx.now}}, session=tx.session)
        await self._apply(tx, [taken])

    async def _handle_chunk(self, records: Sequence[Record]) -> None:
        taken: list[Taken] = []
        invalid: list[Invalid] = []
        for record in records:
            found = read(record, self._handlers)
            if found is None:
                metrics.RECORDS.labels(record.topic, "unknown").inc()
            elif isinstance(found, Invalid):
                invalid.append(found)
            else:
                taken.append(found)
        started = asyncio.get_running_loop().time()
        parents = tuple(dict.fromkeys(t.traceparent for t in taken if t.traceparent))[:LINKS]
        with tracing.span(f"{self.group} process", SpanKind.CONSUMER, parents):
            if taken or invalid:
                await self._settle(taken, invalid)
        metrics.BATCH_RECORDS.labels(self.group).observe(len(records))
        metrics.BATCH_SECONDS.labels(self.group).observe(asyncio.get_running_loop().time() - started)

    async def _settle(self, taken: Sequence[Taken], invalid: Sequence[Invalid]) -> None:
        """Try until it is done: wait out what passes, halve what doesn't, park the one that can't be helped."""
        attempt = 0
        while True:
            try:
                await self._transactions.once(lambda tx: self._work(tx, taken, invalid))
            except Exception as error:  # noqa: BLE001 - each kind of error has its answer below; none is swallowed
                attempt += 1
                transient = isinstance(error, Retry) or mongo.is_transient(error)
                if transient and mongo.is_duplicate(error) and attempt >= DUPLICATE_ATTEMPTS:
                    transient = False  # nobody else is writing this key: the handler itself breaks a unique index
                if len(taken) > 1 and (not transient or attempt >= HALVE_FROM):
                    metrics.BATCH_RETRIES.labels(self.group, "halved").inc()
                    middle = len(taken) // 2
                    await self._settle(taken[:middle], invalid)
                    await self._settle(taken[middle:], ())
                    return
                if transient:
                    metrics.BATCH_RETRIES.labels(self.group, "transient").inc()
                    log.warning("loop.waits", group=self.group, attempt=attempt, error=_short(error))
                    await self._wait(backoff(attempt))
                    continue
                await self._settle_culprit(taken[0], invalid, error)
                return
            else:
                if taken:
                    self._errors_in_a_row = 0
                self._count(taken, invalid)
                return

    async def _settle_culprit(self, culprit: Taken, invalid: Sequence[Invalid], error: Exception) -> None:
        expected = isinstance(error, Park)
        if not expected:
            self._log_error(culprit, error)
            self._errors_in_a_row += 1
            if self._errors_in_a_row >= self._max_errors:
                await self._wait_for_resume(error)
                await self._settle([culprit], invalid)
                return
        reason = "refused" if expected else "handler-error"
        await self._settle([], [*invalid, Invalid(culprit.record, reason, str(error) if expected else repr(error))])

    def _log_error(self, taken: Taken, error: Exception) -> None:
        log.error(
            "loop.handler_failed",
            group=self.group,
            handler=taken.reaction.name,
            event_id=taken.event.id,
            event_type=taken.event.TYPE if hasattr(taken.event, "TYPE") else "",
            topic=taken.record.topic,
            partition=taken.record.partition,
            offset=taken.record.offset,
            exc_info=error,
        )

    def _count(self, taken: Sequence[Taken], invalid: Sequence[Invalid]) -> None:
        for topic, same in groupby(taken, key=lambda t: t.record.topic):
            metrics.RECORDS.labels(topic, "handled").inc(sum(1 for _ in same))
        for one in invalid:
            metrics.RECORDS.labels(one.record.topic, "parked").inc()
            metrics.DEAD_LETTERS.labels(one.record.topic, one.reason).inc()

    async def _work(self, tx: Tx, taken: Sequence[Taken], invalid: Sequence[Invalid]) -> None:
        await self._apply(tx, taken)
        await self._park(tx, invalid)

    async def _park(self, tx: Tx, invalid: Sequence[Invalid]) -> None:
        await dead_letters.park(tx, self.group, [(i.record, i.reason, i.error) for i in invalid], self._keep)

    async def _apply(self, tx: Tx, taken: Sequence[Taken]) -> None:
        """What APIs also write comes first, then the looks for doubles, then the handlers, then their marks."""
        tx.traceparents = {t.event.id: t.traceparent for t in taken if t.traceparent}
        for reaction, group in _runs(taken):
            if reaction.first is not None:
                await reaction.first([t.event for t in group], tx)
        fresh = await self._without_doubles(tx, taken)
        for reaction, group in _runs(fresh):
            await reaction.function([t.event for t in group], tx)
        tx.event = None

    async def _without_doubles(self, tx: Tx, taken: Sequence[Taken]) -> list[Taken]:
        """Only what is new: facts by inbox (look first, insert second), entities by revision, the newest of each."""
        facts = [t for t in taken if t.reaction.inbox] if self._uses_inbox else []
        states = [t for t in taken if t.reaction.is_state]
        seen = await self._seen(tx, facts)
        known = await self._known_revisions(tx, states)
        newest: dict[str, int] = {}
        for one in states:
            newest[_entity(one)] = max(newest.get(_entity(one), 0), _revision(one))
        fresh: list[Taken] = []
        marks: dict[str, Taken] = {}
        for one in taken:
            if one.reaction.is_state:
                entity = _entity(one)
                if _revision(one) <= known.get(entity, 0) or _revision(one) < newest[entity] or entity in marks:
                    metrics.RECORDS.labels(one.record.topic, "duplicate").inc()
                    continue
                marks[entity] = one
            elif one.reaction.inbox and self._uses_inbox:
                mark = self._inbox_id(one)
                if mark in seen or mark in marks:
                    metrics.RECORDS.labels(one.record.topic, "duplicate").inc()
                    continue
                marks[mark] = one
            fresh.append(one)
        await self._mark(tx, marks)
        return fresh

    async def _mark(self, tx: Tx, marks: dict[str, Taken]) -> None:
        facts = {mark: one for mark, one in marks.items() if not one.reaction.is_state}
        if facts:
            await tx.db[INBOX].insert_many(
                [{"_id": mark, "at": tx.now, "expires_at": tx.now + _inbox_memory(one)} for mark, one in facts.items()],
                session=tx.session,
            )
        states = {mark: one for mark, one in marks.items() if one.reaction.is_state}
        if states:
            await tx.db[REVISIONS].bulk_write(
                [
                    mongo.UpdateOne({"_id": mark}, {"$max": {"revision": _revision(one)}}, upsert=True)
                    for mark, one in states.items()
                ],
                session=tx.session,
            )

    async def _seen(self, tx: Tx, facts: Sequence[Taken]) -> set[str]:
        if not facts:
            return set()
        ids = [self._inbox_id(one) for one in facts]
        found = tx.db[INBOX].find({"_id": {"$in": ids}}, {"_id": 1}, session=tx.session)
        return {row["_id"] async for row in found}

    async def _known_revisions(self, tx: Tx, states: Sequence[Taken]) -> dict[str, int]:
        if not states:
            return {}
        ids = list({_entity(one) for one in states})
        found = tx.db[REVISIONS].find({"_id": {"$in": ids}}, session=tx.session)
        return {row["_id"]: row["revision"] async for row in found}

    def _inbox_id(self, taken: Taken) -> str:
        return f"{self.group}:{taken.event.id}"

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return
        raise Stopping

    async def _wait_for_resume(self, error: Exception) -> None:
        """Stop consuming until an operator resumes: bad code must not drain a topic into the dead letters."""
        consumers = self._transactions.db[CONSUMERS]
        log.error("loop.stopped", group=self.group, errors=self._errors_in_a_row, error=repr(error))
        metrics.CONSUMER_STOPPED.labels(self.group).set(1)
        self.stopped_by_errors = True
        stopped = {"stopped": True, "at": self._transactions.clock.now(), "error": repr(error)[:2000]}
        written = False
        while True:
            try:
                if not written:
                    await consumers.update_one({"_id": self.group}, {"$set": stopped}, upsert=True)
                    written = True
                row = await consumers.find_one({"_id": self.group})
                if row is None or not row["stopped"]:
                    break
            except Exception as trouble:
                if not mongo.is_transient(trouble):
                    raise
            await self._wait(0.5)
        self._errors_in_a_row = 0
        self.stopped_by_errors = False
        metrics.CONSUMER_STOPPED.labels(self.group).set(0)
        log.info("loop.resumed", group=self.group)


async def resume(db: mongo.Database, group: str | None = None) -> int:
    """Let consumers that stopped themselves go on; returns how many were stopped."""
    query: dict[str, Any] = {"stopped": True} | ({"_id": group} if group else {})
    return (await db[CONSUMERS].update_many(query, {"$set": {"stopped": False}})).modified_count


def _chunks(records: Sequence[Record]) -> Iterator[Sequence[Record]]:
    """Parts of at most 500 records and 4 MB, in order."""
    chunk: list[Record] = []
    size = 0
    for record in records:
        weight = len(record.value or b"")
        if chunk and (len(chunk) >= MAX_RECORDS or size + weight > MAX_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(record)
        size += weight
    if chunk:
        yield chunk


def _runs(taken: Iterable[Taken]) -> list[tuple[Reaction, list[Taken]]]:
    """By topic, then runs of one handler: order across topics does not exist, order within one is kept."""
    by_topic: dict[str, list[Taken]] = {}
    for one in taken:
        by_topic.setdefault(one.record.topic, []).append(one)
    runs: list[tuple[Reaction, list[Taken]]] = []
    for of_topic in by_topic.values():
        for one in of_topic:
            if runs and runs[-1][0] is one.reaction:
                runs[-1][1].append(one)
            else:
                runs.append((one.reaction, [one]))
    return runs


def _entity(taken: Taken) -> str:
    return f"{taken.record.topic}|{taken.event.key()}"


def _revision(taken: Taken) -> int:
    """An entity event's revision; an erased entity's is final, so that later ones are refused."""
    assert isinstance(taken.event, EntityEvent)
    return FINAL if taken.event.state is None else taken.event.revision


def _inbox_memory(taken: Taken) -> timedelta:
    """ARCHITECTURE 6: the topic's retention + 100 days, longer than the longest replay."""
    return timedelta(days=(taken.reaction.topic.retention_days or 0) + INBOX_EXTRA_DAYS)


def _short(error: Exception) -> str:
    return repr(error)[:300]
