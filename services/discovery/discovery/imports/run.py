"""One import from its first byte to its report. Interrupted and repeated, it ends in the same."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from chassis.tx import OutcomeUnknown, Transactions
from contracts.http.discovery import ImportReport, RefusedRow
from discovery.domain.profiles import ImportedRow
from discovery.domain.rows import Refused, network_of
from discovery.imports.reading import Found, Reading
from discovery.imports.seen import Seen
from discovery.store import DiscoveryTx, Written

BATCH: Final = 500
MOST_TOLD: Final = 1000
PATIENCE: Final = 30.0
"""Seconds that a batch is tried for while the store is away or others write the same profiles."""
ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be read: the network where no column says it, columns by field, the encoding if known.

    `source` is whose file it is: a name that stands beside every figure.
    """

    network: str = "tiktok"
    mapping: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    source: str = "import"


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

    def refuse(self, reasons: Sequence[Refused]) -> None:
        """Count one row that was refused, and tell each reason."""
        self.rows += 1
        self.refused_total += 1
        for reason in reasons:
            if len(self.refused) < MOST_TOLD:
                self.refused.append(reason)
            self.told(reason)

    def add(self, written: Written) -> None:
        """Count what a batch did."""
        self.new += written.new
        self.changed += written.changed
        self.unchanged += written.unchanged


async def run_import(
    source: AsyncIterator[bytes], transactions: Transactions[DiscoveryTx], options: Options, progress: Progress
) -> ImportReport:
    """Read the file to its end and keep the good rows, a batch at a time.

    Raises `UnreadableFile` where there is nothing to begin with, and `TryAgainLater` when the store stays away: what
    came before is in, and a repetition goes on from there.
    """
    reading = Reading(network_of(options.network), options.mapping, options.encoding)
    batch: list[ImportedRow] = []
    began = transactions.clock.now()
    with Seen() as seen:

        async def take(found: Found) -> None:
            row = _fresh(found, seen, progress)
            if row is not None:
                batch.append(row)
            if len(batch) >= BATCH:
                await _write(transactions, batch, progress, options.source, began)

        async for part in source:
            for found in reading.feed(part):
                await take(found)
            progress.bytes += len(part)
            progress.moved(progress)
        for found in reading.end():
            await take(found)
        await _write(transactions, batch, progress, options.source, began)
    progress.is_done = True
    progress.moved(progress)
    return _report(progress, reading)


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
        reason = f'"{found.handle}" is on line {line}, too, with other values; that line counts'
        progress.refuse([Refused(found.line, "handle", reason)])
    return None


async def _write(
    transactions: Transactions[DiscoveryTx], batch: list[ImportedRow], progress: Progress, source: str, at: datetime
) -> None:
    rows = tuple(batch)
    batch.clear()
    if not rows:
        return
    for attempt in range(1, ATTEMPTS + 1):
        try:
            written = await transactions.run(lambda tx: tx.keep_rows(rows, source, at), seconds=PATIENCE)
        except OutcomeUnknown:
            if attempt == ATTEMPTS:
                raise
            # The same rows again: if they are in, they are unchanged.
        else:
            progress.add(written)
            return


def _report(progress: Progress, reading: Reading) -> ImportReport:
    return ImportReport(
        rows=progress.rows,
        new=progress.new,
        changed=progress.changed,
        unchanged=progress.unchanged,
        refused_total=progress.refused_total,
        refused=tuple(RefusedRow(line=r.line, field=r.field, reason=r.reason) for r in progress.refused),
        mapping=reading.columns.told(),
        encoding=reading.encoding,
    )
