"""A delimited file as it comes, cut into rows; what is no row is told with its line, and the file goes on."""

import codecs
import csv
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from charset_normalizer import from_bytes

from attribution.domain.values import frozen

HEAD_BYTES: Final = 65_536
LONGEST: Final = 200_000
"""Characters of a row."""
MOST_LINES: Final = 60
"""Physical lines of a row: quoted cells may have several."""
DELIMITERS: Final = (",", ";", "\t", "|")
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LIKELY: Final = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp932", "gb18030", "big5", "euc_kr"]
NO_CHARACTER: Final = "\ufffd"


class NoTable(ValueError):
    """The file is no table that can be read at all; the message says why."""


@frozen
class Row:
    """The cells of a row, and the physical line where it begins, counted from 1."""

    line: int
    cells: Sequence[str]


@frozen
class Broken:
    """A line that is no row, and why."""

    line: int
    reason: str


class Table:
    """Takes a file's bytes part by part and gives the rows that they complete; of the file it holds one row.

    Encoding and delimiter are told from the first 64 KB. Blank rows are left out, and so is `sep=;` before the header.
    """

    def __init__(self) -> None:
        self._head = bytearray()
        self._decoder: codecs.IncrementalDecoder | None = None
        self._delimiter = ""
        self._rest = ""
        self._is_too_long = False
        self._number = 0
        self._lines: deque[tuple[int, str | None]] = deque()
        self._width = 0

    def feed(self, part: bytes, *, last: bool = False) -> Iterator[Row | Broken]:
        """The rows that this part completes; raises `NoTable`."""
        if self._decoder is None:
            self._head += part
            if len(self._head) < HEAD_BYTES and not last:
                return
            part = bytes(self._head)
            self._head.clear()
            self._decoder = codecs.getincrementaldecoder(_encoding_of(part[:HEAD_BYTES]))(errors="replace")
        self._cut(self._decoder.decode(part, final=last), last=last)
        yield from self._rows(last=last)

    def _cut(self, text: str, *, last: bool) -> None:
        """Text into physical lines; a carriage return at the end waits for what may be its line feed."""
        *whole, self._rest = (self._rest + text).split("\n")
        for line in whole:
            self._number += 1
            too_long = self._is_too_long or len(line) > LONGEST
            self._is_too_long = False
            self._lines.append((self._number, None if too_long else line.removesuffix("\r")))
        if len(self._rest) > LONGEST:
            self._rest, self._is_too_long = "", True
        if last and (self._rest or self._is_too_long):
            self._number += 1
            self._lines.append((self._number, None if self._is_too_long else self._rest.removesuffix("\r")))

    def _rows(self, *, last: bool) -> Iterator[Row | Broken]:
        while self._lines and (last or len(self._lines) > MOST_LINES):
            number, first = self._lines[0]
            if first is None:
                self._lines.popleft()
                yield Broken(number, f"longer than {LONGEST} characters")
            elif not self._delimiter and first.lower().startswith("sep=") and first[4:] in DELIMITERS:
                self._lines.popleft()
                self._delimiter = first[4:]
            elif first.strip():
                self._delimiter = self._delimiter or _delimiter_of(first)
                yield from self._row(number, first)
            else:
                self._lines.popleft()

    def _row(self, number: int, first: str) -> Iterator[Row | Broken]:
        cells, used = self._cells(first)
        for _ in range(used):
            self._lines.popleft()
        if cells is None:
            yield Broken(number, "a quotation mark is opened and not closed")
        elif any(NO_CHARACTER in cell for cell in cells):
            yield Broken(number, "bytes that are no characters of the file's encoding")
        elif any(cell.strip() for cell in cells):
            self._width = self._width or len(cells)
            yield Row(number, cells)

    def _cells(self, first: str) -> tuple[list[str] | None, int]:
        """A row's cells and how many lines it takes; None for a line with a stray quotation mark."""
        if '"' not in first:
            return first.split(self._delimiter), 1
        used = 0

        def lines() -> Iterator[str]:
            nonlocal used
            size = 0
            for _, line in islice(self._lines, MOST_LINES):
                size += LONGEST if line is None else len(line)
                if size > LONGEST:
                    return
                used += 1
                yield f"{line}\n"

        try:
            cells = next(csv.reader(lines(), delimiter=self._delimiter, strict=True))
        except (csv.Error, StopIteration):
            return None, 1
        if used > 1 and self._width and len(cells) != self._width:
            return None, 1
        return cells, used


def _encoding_of(head: bytes) -> str:
    for mark, codec in MARKS:
        if head.startswith(mark):
            return codec
    # UTF-16 without a mark, and most binary files. A cell with a zero in it is a bad cell: the rest is read.
    if head.count(0) * 5 > len(head) * 2:
        raise NoTable("this is no text: save the table as CSV")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        lines = [line for line in head.split(b"\n")[:-1] or [head] if not line.isascii()]
        if sum(_is_utf8(line) for line in lines) * 2 >= len(lines):
            return "utf-8"  # a few broken rows in a file that is UTF-8 otherwise
        best = from_bytes(head[: head.rfind(b"\n") + 1] or head, cp_isolation=LIKELY).best()
        return best.encoding if best is not None else "cp1252"
    return "utf-8"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _delimiter_of(header: str) -> str:
    """The mark that cuts the header into the most cells."""
    return max(DELIMITERS, key=header.count)
