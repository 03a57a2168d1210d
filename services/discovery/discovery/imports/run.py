"""One import from its first byte to its report. Interrupted and repeated, it ends in the same."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType
from typing import Final, Self

from chassis.ids import derived_id, new_id
from chassis.tx import OutcomeUnknown, Transactions
from contracts.http.discovery import ImportReport, RefusedRow
from discovery.domain.columns import Memory, UnreadableFile
from discovery.domain.counts import shown
from discovery.domain.dates import NotADate, dated
from discovery.domain.fields import Field
from discovery.domain.profiles import ImportedRow
from discovery.domain.rows import Refused, network_of
from discovery.domain.snapshots import at_millisecond
from discovery.imports.reading import HEAD, Found, Reading
from discovery.imports.seen import Seen
from discovery.store import DiscoveryTx, Written, erased_among, imports
from discovery.store.imports import Position

BATCH: Final = 1000
FAR: Final = 50_000
"""Rows after which the position is kept, also where none of them is written."""
MOST_TOLD: Final = 1000
MOST_NOT_USED: Final = 100
PATIENCE: Final = 30.0
"""Seconds that a batch is tried for while the store is away or others write the same profiles."""
ATTEMPTS: Final = 3
ERASED: Final = "whoever this is was erased on request, and no list brings them back"


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be read: the network where no column says it, columns by field, the encoding if known.

    `source` is whose file it is: a name that stands beside every figure. `name` is the import's own, the same for the
    same file and options: by it an import that was killed goes on. Without one it begins anew. With `forget`, what is
    remembered of the source's columns counts for nothing and is gone once the import is complete. `as_of` is the time
    that the figures are of where no column says it; without one, as of the import.
    """

    network: str = "tiktok"
    mapping: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    source: str = "import"
    name: str = ""
    forget: bool = False
    as_of: str = ""

    def words(self) -> Sequence[str]:
        """How the file is read, without the import's name."""
        mapping = repr(sorted(self.mapping.items()))
        return self.network, self.encoding, self.source, mapping, str(self.forget), self.as_of


@dataclass(slots=True)
class Progress:
    """How far an import is. `refused` holds the first reasons only, `refused_total` counts the rows."""

    bytes: int = 0
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused_total: int = 0
    refused: list[Refused] = field(default_factory=list)
    told: Callable[[Refused], None] = field(default=lambda _: None)
    """Called for each reason, as it is found."""
    moved: Callable[["Progress"], None] = field(default=lambda _: None)
    """Called after each part of the file, and at the end."""
    is_done: bool = False
    resumed_from: int = 0
    """Rows that an earlier run has behind it already."""

    def refuse(self, reasons: Sequence[Refused]) -> None:
        """Count one row that was refused, and tell each reason."""
        self.rows += 1
        self.tell(reasons)

    def tell(self, reasons: Sequence[Refused]) -> None:
        """The same for a row that was counted as read before it was known to be refused."""
        self.refused_total += 1
        for reason in reasons:
            if len(self.refused) < MOST_TOLD:
                self.refused.append(reason)
            self.told(reason)

    def end(self) -> None:
        """The file is read to its end, and all is written."""
        self.is_done = True
        self.moved(self)

    def add(self, written: Written) -> None:
        """Count what a batch did."""
        self.new += written.new
        self.changed += written.changed
        self.unchanged += written.unchanged


async def run_import(
    source: AsyncIterator[bytes], transactions: Transactions[DiscoveryTx], options: Options, progress: Progress
) -> ImportReport:
    """Read the file to its end and keep the good rows, a batch at a time, each with the position that it reaches.

    An import with a name goes on where it stopped: what is behind it is read over and not written again. Raises
    `UnreadableFile` where there is nothing to begin with, `TryAgainLater` when the store stays away, `ElsewhereError`
    when another run of the same import moved on meanwhile, and `AnotherFileError` when what stopped was another import.
    """
    parts = await _begun(source)
    keeping = await Keeping.begin(transactions, options, _fingerprint(parts, options), progress)
    remembered = await imports.remembered(transactions.db, options.source)
    reading = _reading(options, remembered, transactions.clock.now(), keeping.began)
    with Seen() as seen:
        async with keeping:
            async for row in _rows(_all(parts, source), reading, seen, progress):
                await keeping.take(row)
            memory = reading.columns.memory
            await keeping.end(None if memory == remembered else memory)
    progress.end()
    return _report(progress, reading, {} if options.forget else remembered)


async def try_import(
    source: AsyncIterator[bytes], transactions: Transactions[DiscoveryTx], options: Options, progress: Progress
) -> ImportReport:
    """Read the file as `run_import` does, and write nothing: the report counts rows, and none as new or changed.

    Who was erased is not known here: their rows count as good. Raises `UnreadableFile`.
    """
    remembered = await imports.remembered(transactions.db, options.source)
    now = transactions.clock.now()
    reading = _reading(options, remembered, now, now)
    with Seen() as seen:
        async for _ in _rows(source, reading, seen, progress):
            pass
    progress.end()
    return _report(progress, reading, {} if options.forget else remembered)


def _reading(options: Options, remembered: Memory, now: datetime, began: datetime) -> Reading:
    as_of = _as_of(options, now)
    network = network_of(options.network)
    believed = {} if options.forget else remembered
    return Reading(network, options.mapping, options.encoding, believed, now=began, as_of=as_of)


async def _rows(
    source: AsyncIterator[bytes], reading: Reading, seen: Seen, progress: Progress
) -> AsyncIterator[ImportedRow | None]:
    """The file's rows, None for each that is refused or said before."""
    async for part in source:
        for found in reading.feed(part):
            yield _fresh(found, seen, progress)
        progress.bytes += len(part)
        progress.moved(progress)
    for found in reading.end():
        yield _fresh(found, seen, progress)


class Keeping:
    """Writes an import's rows in batches, from the position on that it came to before.

    A batch is written while the next one is read; never two at once, for each begins where the one before it ended.
    """

    def __init__(
        self, transactions: Transactions[DiscoveryTx], options: Options, progress: Progress, position: Position
    ) -> None:
        self._transactions = transactions
        self._options = options
        self._progress = progress
        self._position = position
        self._name = options.name or new_id()
        self._behind = position.rows
        self._begun = position.rows
        self._read = 0
        self._batch: list[ImportedRow] = []
        self._writing: asyncio.Task[None] | None = None

    @property
    def began(self) -> datetime:
        """When the import began, before it was stopped, too."""
        return self._position.began

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """However the import ends, what is being written is written, or is not, before anybody is told."""
        if self._writing is not None:
            await asyncio.gather(self._writing, return_exceptions=True)

    @classmethod
    async def begin(
        cls, transactions: Transactions[DiscoveryTx], options: Options, of: str, progress: Progress
    ) -> "Keeping":
        """Look how far an import of this name came; one without a name begins. Raises `AnotherFileError`."""
        found = await imports.position(transactions.db, options.name) if options.name else None
        if found is not None:
            imports.refuse_another(found, of)
        position = found or Position(at_millisecond(transactions.clock.now()), of=of)
        progress.add(Written(position.new, position.changed, position.unchanged))
        progress.resumed_from = position.rows
        return cls(transactions, options, progress, position)

    async def take(self, row: ImportedRow | None) -> None:
        """Take the file's next row; None for one that is not to be written."""
        self._read += 1
        if row is not None and self._read > self._behind:
            self._batch.append(row)
        if len(self._batch) >= BATCH or self._read - self._begun >= FAR:
            await self._begin_to_write()

    async def end(self, memory: Memory | None) -> None:
        """Write what is left, and forget the position: the import is complete, and its source's columns are known."""
        await self._begin_to_write()
        await self._written()
        name, source = self._name, self._options.source
        await self._transactions.run(lambda tx: tx.end_import(name, source, memory), seconds=PATIENCE)

    async def _begin_to_write(self) -> None:
        """Once the batch before is written."""
        await self._written()
        rows = tuple(self._batch)
        self._batch.clear()
        if self._read > self._position.rows:
            self._begun = self._read
            self._writing = asyncio.create_task(self._write(rows, self._read))

    async def _written(self) -> None:
        writing, self._writing = self._writing, None
        if writing is not None:
            await writing

    async def _write(self, rows: Sequence[ImportedRow], read: int) -> None:
        before, source = self._position, self._options.source
        for attempt in range(1, ATTEMPTS + 1):
            try:
                after, written = await self._transactions.run(
                    lambda tx: tx.keep_part(rows, source, self._name, before, read), seconds=PATIENCE
                )
            except OutcomeUnknown:
                if attempt == ATTEMPTS:
                    raise
                there = await imports.position(self._transactions.db, self._name)
                if there is not None and there.rows == read:  # it was committed, and its answer was lost
                    written = Written(
                        there.new - before.new, there.changed - before.changed, there.unchanged - before.unchanged
                    )
                    erased = frozenset(await erased_among(self._transactions.db, [row.profile for row in rows]))
                    self._take_stock(there, replace(written, erased=erased), rows)
                    return
            else:
                self._take_stock(after, written, rows)
                return

    def _take_stock(self, reached: Position, written: Written, rows: Sequence[ImportedRow]) -> None:
        """Count what a batch did, and tell of each row whose person was erased."""
        self._position = reached
        self._progress.add(written)
        for row in rows:
            if row.profile in written.erased:
                self._progress.tell([Refused(row.line, "handle", ERASED)])


async def _begun(source: AsyncIterator[bytes]) -> list[bytes]:
    """The parts of the file's beginning, by which an import is known."""
    parts: list[bytes] = []
    while sum(map(len, parts)) < HEAD and (part := await anext(source, None)) is not None:
        parts.append(part)
    return parts


def _fingerprint(parts: Sequence[bytes], options: Options) -> str:
    return derived_id("import-of", hashlib.sha256(b"".join(parts)[:HEAD]).hexdigest(), *options.words())


async def _all(parts: Sequence[bytes], source: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
    async for part in source:
        yield part


def _as_of(options: Options, now: datetime) -> datetime | None:
    try:
        return dated(options.as_of, now)
    except NotADate as error:
        raise UnreadableFile(str(error), "as_of") from error


def _fresh(found: Found, seen: Seen, progress: Progress) -> ImportedRow | None:
    """The row, if it is good and the first of its creator in this file."""
    if isinstance(found, tuple):
        progress.refuse(found)
        return None
    before = seen.before(found)
    if before is None:
        progress.rows += 1
        return found
    line, says_the_same = before
    if says_the_same:
        progress.rows += 1
        progress.unchanged += 1
    else:
        reason = f"{shown(found.handle)} is on line {line}, too, with other values; that line counts"
        progress.refuse([Refused(found.line, "handle", reason)])
    return None


def _report(progress: Progress, reading: Reading, believed: Memory) -> ImportReport:
    columns = reading.columns
    return ImportReport(
        rows=progress.rows,
        resumed_from=progress.resumed_from,
        new=progress.new,
        changed=progress.changed,
        unchanged=progress.unchanged,
        refused_total=progress.refused_total,
        refused=tuple(RefusedRow(line=r.line, field=r.field, reason=r.reason) for r in progress.refused),
        mapping=columns.told(),
        by_memory=tuple(field.value for field in Field if field in columns.by_memory),
        by_values=tuple(field.value for field in Field if field in columns.by_values),
        not_used=reading.not_used()[:MOST_NOT_USED],
        remembered={name: one.title for name, one in columns.memory.items() if believed.get(name) != one},
        encoding=reading.encoding,
    )
