"""A row's cells as what they say of a creator, or what is wrong with each of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from discovery.domain.addresses import ALIASES, NotAProfileError, is_address, profile_at
from discovery.domain.columns import Columns, UnreadableFile
from discovery.domain.counts import UNKNOWN, NotACount, read_count, shown
from discovery.domain.dates import NotADate, dated
from discovery.domain.fields import Field
from discovery.domain.profiles import ImportedRow, normal_handle
from discovery.domain.snapshots import Figures
from discovery.domain.words import words_of

ROW: Final = "row"
"""The field of what is wrong with a row as a whole."""

LONGEST_HANDLE: Final = 200
LONGEST_NAME: Final = 400
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
NETWORK: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
NOTHING: Final = frozenset({"-", "--", "\u2013", "\u2014", "?", "n/a", "#n/a"})
"""No name, in a column of names; `null` and `nan` are people's."""
COUNTS: Final = {
    Field.FOLLOWERS: True,
    Field.AVERAGE_VIEWS: False,
    Field.AVERAGE_LIKES: False,
    Field.AVERAGE_COMMENTS: False,
    Field.AVERAGE_SHARES: False,
}
"""Which figures are counts of people or things, and so whole; averages need not be."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What is wrong with a row: where it begins, the field, and why."""

    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.field}: {self.reason}"


class _Wrong(ValueError):
    """A cell's text can't be what the field needs."""


@dataclass(frozen=True, slots=True)
class RowReader:
    """How the rows of one file are read: its columns, network and time where no column says them, its decimal mark.

    `now` is when it is read: nothing can be of later.
    """

    columns: Columns
    network: str
    now: datetime
    as_of: datetime | None = None
    decimal: str = "."

    def read(self, line: int, cells: Sequence[str]) -> ImportedRow | tuple[Refused, ...]:
        """The row, or everything that is wrong with it."""
        width = len(self.columns.header)
        if len(cells) < self.columns.reach or any(cell.strip() for cell in cells[width:]):
            return (Refused(line, ROW, f"{_cells(len(cells))} where the header has {width}"),)
        wrong: list[Refused] = []
        texts: dict[Field, str] = {}
        network = ""
        at = self.as_of
        figures: dict[str, int | None] = {}
        for field, places in self.columns.of.items():
            try:
                if field in COUNTS:
                    figures[field.value] = self._count(field, [cells[place] for place in places])
                elif field is Field.AS_OF:
                    at = dated(_in_encoding(cells[places[0]]), self.now) or self.as_of
                elif field is Field.HANDLE:
                    network, texts[field] = _handle(_in_encoding(cells[places[0]]))
                else:
                    texts[field] = _text(field, _in_encoding(cells[places[0]]))
            except (_Wrong, NotACount, NotADate) as error:
                wrong.append(Refused(line, field.value, str(error)))
        said = texts.get(Field.NETWORK)
        if network and said and network != said:
            reason = f"{shown(said)} is not {shown(network)}, of which the handle is an address"
            wrong.append(Refused(line, Field.NETWORK.value, reason))
        if wrong:
            return tuple(wrong)
        return ImportedRow(
            line=line,
            network=network or said or self.network,
            handle=texts[Field.HANDLE],
            display_name=texts.get(Field.DISPLAY_NAME, ""),
            figures=Figures(**figures),
            at=at,
        )

    def _count(self, field: Field, cells: Sequence[str]) -> int | None:
        """Of a column that stands twice, the exact figure rather than the rounded one: 1304221 rather than 1.3M."""
        read = [(cell, read_count(cell, whole=COUNTS[field], decimal=self.decimal)) for cell in cells]
        known = [(cell, count) for cell, count in read if count is not None]
        if len(known) < 2:  # noqa: PLR2004 - nothing to choose from
            return known[0][1] if known else None
        exact = (count for cell, count in known if not any(letter.isalpha() for letter in cell))
        return next(exact, known[0][1])


def network_of(text: str) -> str:
    """A network's name as ids have it; raises `UnreadableFile`."""
    try:
        return _network(text)
    except _Wrong as error:
        raise UnreadableFile(str(error), "network") from error


def _in_encoding(cell: str) -> str:
    try:
        cell.encode()
    except UnicodeEncodeError:
        raise _Wrong("has bytes that are not in the file's encoding") from None
    return cell


def _text(field: Field, cell: str) -> str:
    if field is Field.NETWORK:
        return _network(cell) if cell.strip().casefold() not in UNKNOWN else ""
    return _name(cell)


def _handle(cell: str) -> tuple[str, str]:
    """The handle without `@` and spaces around, behind the network if an address tells it, else behind ""."""
    text = cell.strip()
    network = ""
    if is_address(text):
        try:
            network, text = profile_at(text)
        except NotAProfileError as error:
            raise _Wrong(f"{shown(cell)} {error}") from None
    handle = text.removeprefix("@").strip()
    if not handle or handle.casefold() in NOTHING:
        raise _Wrong("is missing")
    if len(handle) > LONGEST_HANDLE:
        raise _Wrong(f"is longer than {LONGEST_HANDLE} characters")
    if "\ufffd" in handle or CONTROL.search(handle):
        raise _Wrong(f"{shown(handle)} is not a handle")
    if not handle.isascii() and not normal_handle(handle):
        raise _Wrong("is missing")
    return network, handle


def _name(cell: str) -> str:
    """On one line, without control characters."""
    name = " ".join(CONTROL.sub(" ", cell).split())
    if len(name) > LONGEST_NAME:
        raise _Wrong(f"is longer than {LONGEST_NAME} characters")
    return "" if name.casefold() in NOTHING else name


def _network(text: str) -> str:
    name = "-".join(words_of(text))
    if NETWORK.fullmatch(name) is None:
        raise _Wrong(f"{shown(text)} is no network's name: use letters, digits and -")
    return ALIASES.get(name, name)


def _cells(count: int) -> str:
    return f"{count:,} column" if count == 1 else f"{count:,} columns"
