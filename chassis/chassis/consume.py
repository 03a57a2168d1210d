"""The consumer loop: a batch of records becomes one transaction, whatever the records and the weather are like.

What it promises to handlers: a record's effect happens once, in the order of its key; a handler that raises parks its
culprit alone; trouble that passes is waited out in place. What a handler may not assume: order across topics, or that
its code runs once (the transaction around it does).
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from opentelemetry.trace import SpanKind

from chassis import dead_letters, doubles, metrics, mongo, tracing
from chassis.dead_letters import CONSUMERS, DEAD_LETTERS, ReplayOutcome
from chassis.doubles import Doubles
from chassis.handlers import Handlers, Reaction
from chassis.logs import log, told
from chassis.records import Invalid, Record, Taken, read
from chassis.settings import Plant
from chassis.tx import OutcomeUnknown, Transactions, TryAgainLater, Tx, backoff

MAX_RECORDS = 500
MAX_BYTES = 4 * 1024 * 1024
HALVE_FROM = 3
DUPLICATE_ATTEMPTS = 6
LINKS = 32

COLLECTIONS = (*doubles.COLLECTIONS, *dead_letters.COLLECTIONS)


class Park(Exception):
    """A handler's verdict: this record can't be handled, ever; it is parked and counts as no error of ours."""


class Retry(Exception):
    """A handler's verdict: not now; the batch is tried again like after any transient trouble."""


class Stopping(Exception):
    """The process stops; the batch was not handled and will be delivered again."""


class Loop:
    """Handles the batches of one consumer group, or of one of several consumers that a process has in it."""

    def __init__(
        self,
        group: str,
        handlers: Handlers,
        transactions: Transactions[Any],
        *,
        keep_dead_letters: timedelta = timedelta(days=90),
        max_handler_errors: int = 20,
        plant: Plant = Plant.NONE,
        member: int = 1,
    ) -> None:
        self.group = group
        self.member = member
        self._handlers = handlers
        self._transactions = transactions
        self._keep = keep_dead_letters
        self._max_errors = max_handler_errors
        self._doubles = Doubles(group, uses_inbox=plant is not Plant.NO_INBOX)
        self._errors_in_a_row = 0
        self._stop = asyncio.Event()
        self.stopped_by_errors = False
        self.is_handling = False

    async def handle(self, records: Sequence[Record]) -> None:
        """Handle a batch to the end: when this returns, every record is handled, parked or of no concern.

        Raises `Stopping` when the process stops meanwhile; the batch must then be delivered again.
        """
        if self._stop.is_set():
            raise Stopping
        self.is_handling = True
        try:
            for chunk in _chunks(records):
                await self._handle_to_the_end(chunk)
        finally:
            self.is_handling = False

    async def _handle_to_the_end(self, chunk: Sequence[Record]) -> None:
        """A defect of the loop itself holds its partitions up, loudly; raising would bring the batch again at once."""
        attempt = 0
        while True:
            try:
                await self._handle_chunk(chunk)
            except Stopping:
                raise
            except Exception as error:  # noqa: BLE001 - logged, and tried again
                attempt += 1
                log.error("loop.failed", group=self.group, attempt=attempt, exc_info=error)
                await self._wait(backoff(attempt))
            else:
                return

    def stop(self) -> None:
        """Give up waiting: what is in hand is not acknowledged and will be delivered again."""
        self._stop.set()

    @property
    def is_stopping(self) -> bool:
        """Whether the process gives up what is in hand."""
        return self._stop.is_set()

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
            return await self._transactions.run(lambda tx: self._replay_one(tx, taken, letter))
        except (TryAgainLater, OutcomeUnknown):
            raise
        except Retry as error:
            raise TryAgainLater(str(error)) from error
        except Exception as error:  # noqa: BLE001 - whatever the handler raises is the letter's next reason; logged
            again = self._culprit(taken, error)
            await self._transactions.run(lambda tx: self._park(tx, [again]))
            return ReplayOutcome.PARKED_AGAIN

    async def _replay_one(self, tx: Tx, taken: Taken, letter: str) -> ReplayOutcome:
        mine = await tx.db[DEAD_LETTERS].update_one(
            {"_id": letter, "replayed_at": None}, {"$set": {"replayed_at": tx.now}}, session=tx.session
        )
        if not mine.modified_count:
            return ReplayOutcome.ALREADY_REPLAYED
        await self._apply(tx, [taken])
        return ReplayOutcome.HANDLED

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
                fresh = await self._transactions.once(lambda tx: self._work(tx, taken, invalid))
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
                    log.warning("loop.waits", group=self.group, attempt=attempt, error=told(error))
                    await self._wait(backoff(attempt))
                    continue
                if not taken:  # the store refuses to park: no record's fault, and nothing may be dropped
                    log.error("loop.cannot_park", group=self.group, attempt=attempt, error=told(error))
                    await self._wait(backoff(attempt))
                    continue
                await self._settle_culprit(taken[0], invalid, error)
                return
            else:
                if taken:
                    self._errors_in_a_row = 0
                self._count(taken, fresh, invalid)
                return

    async def _settle_culprit(self, culprit: Taken, invalid: Sequence[Invalid], error: Exception) -> None:
        parked = self._culprit(culprit, error)
        if not isinstance(error, Park):
            self._errors_in_a_row += 1
            if self._errors_in_a_row >= self._max_errors:
                await self._wait_for_resume(error)
                await self._settle([culprit], invalid)
                return
        await self._settle([], [*invalid, parked])

    def _culprit(self, taken: Taken, error: Exception) -> Invalid:
        """Why a record is parked; what the handler did not foresee is logged."""
        if isinstance(error, Park):
            return Invalid(taken.record, "refused", str(error))
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
        return Invalid(taken.record, "handler-error", repr(error))

    def _count(self, taken: Sequence[Taken], fresh: Sequence[Taken], invalid: Sequence[Invalid]) -> None:
        read, handled = (Counter(one.record.topic for one in some) for some in (taken, fresh))
        for topic, count in read.items():
            metrics.RECORDS.labels(topic, "handled").inc(handled[topic])
            metrics.RECORDS.labels(topic, "duplicate").inc(count - handled[topic])
        for one in invalid:
            metrics.RECORDS.labels(one.record.topic, "parked").inc()
            metrics.DEAD_LETTERS.labels(one.record.topic, one.reason).inc()

    async def _work(self, tx: Tx, taken: Sequence[Taken], invalid: Sequence[Invalid]) -> list[Taken]:
        fresh = await self._apply(tx, taken)
        await self._park(tx, invalid)
        return fresh

    async def _park(self, tx: Tx, invalid: Sequence[Invalid]) -> None:
        parked = [(i.record, i.reason, i.error) for i in invalid]
        await dead_letters.park(tx, self.group, parked, self._keep, self._handlers.parked_as())

    async def _apply(self, tx: Tx, taken: Sequence[Taken]) -> list[Taken]:
        """What APIs also write comes first, then the look for doubles and their marks, then the handlers.

        Returns what was new.
        """
        tx.member = self.member
        tx.traceparents = {t.event.id: t.traceparent for t in taken if t.traceparent}
        for reaction, group in _runs(taken):
            if reaction.first is not None:
                await reaction.first([t.event for t in group], tx)
        fresh = await self._doubles.without(tx, taken)
        for reaction, group in _runs(fresh):
            await reaction.function([t.event for t in group], tx)
        tx.event = None
        return fresh

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return
        raise Stopping

    async def _wait_for_resume(self, error: Exception) -> None:
        """Stop consuming until an operator resumes: bad code must not drain a topic into the dead letters."""
        consumers = self._transactions.db[CONSUMERS]
        log.error("loop.stopped", group=self.group, errors=self._errors_in_a_row, error=told(error))
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
            except Exception as trouble:  # noqa: BLE001 - only `resume` ends a stop; logged
                log.warning("loop.stop_not_written", group=self.group, error=told(trouble))
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
        weight = len(record.value or b"") + len(record.key or b"")
        for _, value in record.headers:
            weight += len(value or b"")
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
