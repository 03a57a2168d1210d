"""A file's bytes, in whatever parts they come, as rows: nothing is held but the part at hand."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from discovery.domain.columns import Columns, Memory, UnreadableFile, choose, refuse_row_as_header
from discovery.domain.profiles import ImportedRow
from discovery.domain.rows import ROW, Refused, RowReader
from discovery.imports.encodings import decoder_of, encoding_of
from discovery.imports.lines import Line, Lines
from discovery.imports.records import Broken, CsvRecords, Record, Records, records_of

HEAD: Final = 65_536
PART: Final = 262_144
SAMPLED: Final = 50
"""Rows that tell what columns hold."""
Found = ImportedRow | tuple[Refused, ...]


class Reading:
    """Reads one file. `encoding` and `columns` are known once its first part was seen."""

    def __init__(
        self,
        network: str,
        mapping: Mapping[str, str],
        encoding: str = "",
        remembered: Memory | None = None,
        *,
        now: datetime,
        as_of: datetime | None = None,
    ) -> None:
        self._network = network
        self._now = now
        self._as_of = as_of
        self._mapping = mapping
        self._given_encoding = encoding
        self._remembered = remembered or {}
        self._sample: list[Sequence[str]] = []
        self._head = bytearray()
        self._lines = Lines()
        self._records: Records | None = None
        self._reader: RowReader | None = None
        self._decimal = "."
        self.encoding = ""

    @property
    def columns(self) -> Columns:
        """The columns that are read; raises `UnreadableFile` while there is no header."""
        if self._reader is None:
            raise UnreadableFile("the file is empty")
        return self._reader.columns

    def not_used(self) -> tuple[str, ...]:
        """Names of columns that nothing was read from."""
        later = self._records.later if self._records is not None else ()
        return (*self.columns.not_used(), *later)

    def feed(self, part: bytes) -> Iterator[Found]:
        """The rows that this part completes. Raises `UnreadableFile`."""
        if self._records is None:
            self._head += part
            if len(self._head) < HEAD:
                return
            part = self._begin()
        for at in range(0, len(part), PART):
            yield from self._rows(self._decoder.decode(part[at : at + PART]), last=False)

    def end(self) -> Iterator[Found]:
        """The rows that were waiting for more. Raises `UnreadableFile` for a file without a header."""
        rest = self._begin() if self._records is None else b""
        for at in range(0, len(rest), PART):
            yield from self._rows(self._decoder.decode(rest[at : at + PART]), last=False)
        yield from self._rows(self._decoder.decode(b"", final=True), last=True)
        _ = self.columns

    def _begin(self) -> bytes:
        """Know the file by its first part, which is still to be read."""
        head = bytes(self._head)
        self._head.clear()
        self.encoding = encoding_of(head, self._given_encoding)
        self._decoder = decoder_of(self.encoding)
        start = decoder_of(self.encoding).decode(head[:HEAD]).lstrip("\ufeff")
        self._records, self._decimal = records_of(start)
        self._sample = _first_rows(start)
        return head

    def _rows(self, text: str, *, last: bool) -> Iterator[Found]:
        assert self._records is not None
        for record in self._records.feed(self._without_sep(self._lines.feed(text, last=last)), last=last):
            if isinstance(record, Broken):
                yield (Refused(record.line, ROW, record.reason),)
            elif self._reader is None:
                self._read_header(record)
            else:
                yield self._reader.read(record.line, record.cells)

    def _read_header(self, record: Record) -> None:
        header = [cell.removeprefix("\ufeff") for cell in record.cells]
        if isinstance(self._records, CsvRecords):
            refuse_row_as_header(header, self._sample)
        columns = choose(header, self._mapping, self._remembered, self._sample)
        self._reader = RowReader(columns, self._network, self._now, self._as_of, self._decimal)

    def _without_sep(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Without Excel's `sep=;` before the header."""
        for line in lines:
            if line.number == 1 and line.text is not None and line.text.lstrip("\ufeff").lower().startswith("sep="):
                continue
            yield line


def _first_rows(start: str) -> list[Sequence[str]]:
    """The rows of a file's first part, without its header: what columns hold is told by them."""
    records, _ = records_of(start)
    lines = (line for line in Lines().feed(start) if line.number > 1 or "sep=" not in (line.text or "").lower()[:8])
    rows = (record.cells for record in records.feed(lines) if isinstance(record, Record))
    return list(islice(rows, 1, 1 + SAMPLED))
