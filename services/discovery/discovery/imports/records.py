"""Lines as records of cells: quoted newlines belong to a cell, and a stray quotation mark costs its own line only."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final, Protocol

import orjson

from discovery.domain.columns import UnreadableFile
from discovery.imports.lines import LONGEST, Line

DELIMITERS: Final = (",", ";", "\t", "|")
BLANKS: Final = "".join(DELIMITERS) + '" '
SAMPLE_LINES: Final = 50
SAMPLE_OBJECTS: Final = 200
MOST_LATER: Final = 20
MOST_LINES: Final = 60
"""Physical lines of one row."""
TOO_LONG: Final = f"is longer than {LONGEST:,} characters"
STRAY: Final = "has a quotation mark that is opened and not closed"


@dataclass(frozen=True, slots=True)
class Record:
    """A row's cells, and the line where it begins."""

    line: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that is no row, and why."""

    line: int
    reason: str


class Records(Protocol):
    """How lines become records."""

    def feed(self, lines: Iterable[Line], *, last: bool = False) -> Iterator[Record | Broken]:
        """The records that these lines complete; blank ones are left out."""

    @property
    def later(self) -> Sequence[str]:
        """Names of columns that came after the header and are not read."""


class CsvRecords:
    """Rows of a delimited file. The first record is the header, whose width tells stray quotation marks from real."""

    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter
        self._lines: deque[Line] = deque()
        self._width = 0
        self.later: Sequence[str] = ()

    def feed(self, lines: Iterable[Line], *, last: bool = False) -> Iterator[Record | Broken]:
        """The records that these lines complete."""
        for line in lines:
            self._lines.append(line)
            if len(self._lines) > MOST_LINES:
                yield from self._take(last=False)
        yield from self._take(last=last)

    def _take(self, *, last: bool) -> Iterator[Record | Broken]:
        while self._lines:
            found = self._next(self._lines[0], last=last)
            if found is None:
                return
            if isinstance(found, Broken):
                yield found
            elif any(cell.strip() for cell in found.cells):
                self._width = self._width or len(found.cells)
                yield found

    def _next(self, first: Line, *, last: bool) -> Record | Broken | None:
        """The next record; None if its end is still to come."""
        if first.text is None:
            self._lines.popleft()
            return Broken(first.number, TOO_LONG)
        if '"' not in first.text:
            self._lines.popleft()
            return Record(first.number, first.text.split(self._delimiter))
        return self._quoted(first, last=last)

    def _quoted(self, first: Line, *, last: bool) -> Record | Broken | None:
        """A record with quotation marks: the csv module takes as many lines as it needs."""
        used = 0
        ran_out = False

        def lines() -> Iterator[str]:
            nonlocal used, ran_out
            size = 0
            for line in islice(self._lines, MOST_LINES):
                size += len(line.text) if line.text is not None else LONGEST + 1
                if size > LONGEST:
                    break
                used += 1
                yield f"{line.text}\n"
            ran_out = True

        try:
            cells = next(csv.reader(lines(), delimiter=self._delimiter, strict=True))
        except csv.Error:
            if ran_out and not last and used == len(self._lines) < MOST_LINES:
                return None
            cells = []
        if not cells or (used > 1 and self._width and len(cells) != self._width):
            self._lines.popleft()
            return _alone(first, self._delimiter)
        for _ in range(used):
            self._lines.popleft()
        return Record(first.number, cells)


class JsonRecords:
    """JSON Lines: an object a line. All keys of the file's first part are the header; later ones are not read."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._keys = tuple(keys)
        self._known = frozenset(self._keys)
        self._is_begun = False
        self._later: dict[str, None] = {}

    @property
    def later(self) -> Sequence[str]:
        """Keys that came too late to be read, the first of them."""
        return tuple(self._later)

    def feed(self, lines: Iterable[Line], *, last: bool = False) -> Iterator[Record | Broken]:  # noqa: ARG002 - a line is a record: no end is waited for
        """The records that these lines complete; the header stands on the line of the first."""
        for line in lines:
            if line.text is None:
                yield Broken(line.number, TOO_LONG)
                continue
            if not line.text.strip():
                continue
            found = _object(line.text)
            if found is None:
                yield Broken(line.number, "is not a JSON object")
                continue
            if not self._is_begun:
                self._begin(found)
                yield Record(line.number, self._keys)
            if not found.keys() <= self._known:
                self._note(found)
            yield Record(line.number, [_cell(found.get(key)) for key in self._keys])

    def _begin(self, first: Mapping[str, object]) -> None:
        self._is_begun = True
        self._keys = self._keys or tuple(first)
        self._known = frozenset(self._keys)

    def _note(self, found: Mapping[str, object]) -> None:
        for key in found:
            if key not in self._known and len(self._later) < MOST_LATER:
                self._later[key] = None


def records_of(head: str) -> tuple[Records, str]:
    """How a file is read that begins so, and its likely decimal mark: spreadsheets write `;` where `,` is decimal."""
    start = head.lstrip()
    if start.startswith("{"):
        return JsonRecords(_keys_of(start)), "."
    if start.startswith("[") and start[1:].lstrip().startswith("{"):
        raise UnreadableFile("this is one JSON array: JSON Lines has an object on each line")
    delimiter = delimiter_of(head.splitlines()[:SAMPLE_LINES])
    return CsvRecords(delimiter), "," if delimiter == ";" else "."


def _keys_of(start: str) -> Iterable[str]:
    """The keys of the first objects, in the order in which they come; a line that is cut or broken has none."""
    objects = (found for line in start.replace("\r", "\n").split("\n")[:SAMPLE_OBJECTS] if (found := _object(line)))
    return dict.fromkeys(chain.from_iterable(objects))


def delimiter_of(lines: Sequence[str]) -> str:
    """The mark that cuts the most lines into as many cells as the first."""
    if lines and lines[0].lower().startswith("sep=") and lines[0][4:5] in DELIMITERS:
        return lines[0][4:5]
    if not "".join(lines).strip(BLANKS):
        return DELIMITERS[0]

    def fits(delimiter: str) -> tuple[bool, int, int]:
        widths = [len(row) for row in _rows(lines, delimiter) if any(cell.strip() for cell in row)]
        return (widths[:1] > [1], widths.count(widths[0]) if widths else 0, widths[0] if widths else 0)

    return max(DELIMITERS, key=fits)


def _rows(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader((f"{line}\n" for line in lines), delimiter=delimiter))
    except csv.Error:
        return [line.split(delimiter) for line in lines]


def _alone(line: Line, delimiter: str) -> Record | Broken:
    """A line whose quotation marks are not as they should be, by itself, as leniently as can be."""
    assert line.text is not None
    unclosed = False

    def text() -> Iterator[str]:
        nonlocal unclosed
        yield f"{line.text}\n"
        unclosed = True

    try:
        cells = next(csv.reader(text(), delimiter=delimiter))
    except csv.Error:
        return Broken(line.number, f"has a cell that is longer than {csv.field_size_limit():,} characters")
    return Broken(line.number, STRAY) if unclosed else Record(line.number, cells)


def _object(text: str) -> dict[str, object] | None:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    except UnicodeEncodeError:
        return None
    return found if isinstance(found, dict) else None


def _cell(value: object) -> str:
    """A value as a cell would have it; what is neither text nor number is refused where a field needs it."""
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()
