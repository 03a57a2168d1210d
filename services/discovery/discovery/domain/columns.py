"""Which column of a file holds which field: suggested, remembered from the source's last file, or given."""

import dataclasses
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from discovery.domain.counts import shown
from discovery.domain.fields import Field
from discovery.domain.suggesting import is_a_row, is_no_header, plain, says_plainly, suggest
from discovery.domain.values import COUNTS

MOST_COLUMNS: Final = 5000
SHOWN_HEADERS: Final = 30
NO_HEADER: Final = "its first line looks like a creator: put a line with the columns' names above it; it is {}"
NUMBER: Final = re.compile(r"#([0-9]{1,4})")


class UnreadableFile(Exception):
    """Nothing can be read from the file, or not as asked; the message says why. Exit status 2, HTTP 422."""

    def __init__(self, message: str, about: str = "file") -> None:
        super().__init__(message)
        self.about = about
        """What to change: `file`, `mapping`, `network`, `encoding` or `as_of`."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A header that somebody named for a field, and the one that would have been suggested for it in that file."""

    title: str
    instead_of: str = ""


Places = Mapping[Field, tuple[int, ...]]
Memory = Mapping[str, Remembered]
"""What is remembered of a source's files, by field: headers only, for a number says nothing of another file."""


@dataclass(frozen=True)
class Columns:
    """The columns of each field, from 0; several where a header stands more than once.

    `by_memory` are the fields that are read as remembered, `by_values` those that no header tells, and `memory` is what
    to remember for the source's next file.
    """

    header: tuple[str, ...]
    of: Places
    by_memory: frozenset[Field] = frozenset()
    by_values: frozenset[Field] = frozenset()
    memory: Memory = dataclasses.field(default_factory=dict)

    @cached_property
    def reach(self) -> int:
        """How many cells a row needs."""
        return 1 + max(max(places) for places in self.of.values())

    def told(self) -> dict[str, str]:
        """Each field's header, for people."""
        return {field.value: self.header[places[0]] or f"#{places[0] + 1}" for field, places in self.of.items()}

    def not_used(self) -> tuple[str, ...]:
        """The headers of all other columns; those without a header are not told."""
        used = _all_of(self.of)
        return tuple(dict.fromkeys(title for at, title in enumerate(self.header) if title and at not in used))


def choose(
    header: Sequence[str],
    given: Mapping[str, str],
    remembered: Memory | None = None,
    sample: Sequence[Sequence[str]] = (),
) -> Columns:
    """The columns by headers and values, and where `given` names one for a field, by that; an empty one leaves it out.

    A column is named by its header or by its number, `#4`. What is `remembered` from an earlier file counts where this
    one has such a column, and no header that was not there then says the same. `sample` are the first rows. Raises
    `UnreadableFile`.
    """
    titles = tuple(title.strip() for title in header)
    if len(titles) > MOST_COLUMNS:
        raise UnreadableFile(f"{len(titles):,} columns are more than a list of creators has")
    values = columns_of(titles, sample)
    asked = {_field(name): title.strip() for name, title in given.items()}
    named = {field: _named(titles, field, title) for field, title in asked.items() if title}
    usual = suggest(titles, values=values).by_header
    by_memory = _still_there(titles, remembered or {}, usual, asked, _all_of(named))
    taken = _all_of(named) | _all_of(by_memory)
    suggested = suggest(titles, taken, frozenset(asked) | frozenset(by_memory), values)
    found = {field: named.get(field) or by_memory.get(field) or suggested.get(field) for field in Field}
    of = {field: places for field, places in found.items() if places}
    if Field.HANDLE not in of:
        raise UnreadableFile(
            f"no column looks like the creators' handles: name it by handle=<column>; the columns are {listed(titles)}",
            "mapping",
        )
    _refuse_rows_named_by_number(titles, asked, of)
    memory = _memory(remembered or {}, asked, _to_remember(titles, named, usual))
    return Columns(titles, of, frozenset(by_memory), frozenset(suggested.by_values), memory)


def refuse_row_as_header(header: Sequence[str], sample: Sequence[Sequence[str]]) -> None:
    """Raise `UnreadableFile` where a table begins with a creator: as a header that one would be lost without a word."""
    titles = [title.strip() for title in header[:MOST_COLUMNS]]
    if is_a_row(titles, columns_of(titles, sample)):
        raise UnreadableFile(NO_HEADER.format(listed(titles)))


def _refuse_rows_named_by_number(titles: Sequence[str], asked: Mapping[Field, str], of: Places) -> None:
    """The same for plain handles, which nothing tells from a header's words but the number beside them."""
    numbered = {field for field, title in asked.items() if NUMBER.fullmatch(title) and title not in titles}
    if Field.HANDLE in numbered and any(
        is_no_header(titles[of[Field.HANDLE][0]], titles[of[field][0]]) for field in numbered & COUNTS & of.keys()
    ):
        raise UnreadableFile(NO_HEADER.format(listed(titles)))


def columns_of(titles: Sequence[str], sample: Sequence[Sequence[str]]) -> list[list[str]]:
    """What each column holds in these rows."""
    return [[row[at] if at < len(row) else "" for row in sample] for at in range(len(titles))]


def _still_there(
    titles: Sequence[str],
    remembered: Memory,
    usual: Places,
    asked: Container[Field],
    taken: Container[int],
) -> dict[Field, tuple[int, ...]]:
    """What is remembered and not said now, where this file has the column and no new header says the same."""
    found = {}
    for name, one in remembered.items():
        field = Field(name)
        places = _alike(titles, one.title)
        says_so = {plain(titles[at]) for at in usual.get(field, ()) if says_plainly(field, titles[at])}
        is_free = field not in asked and not any(at in taken for at in places)
        if places and is_free and says_so <= {plain(one.title), plain(one.instead_of)}:
            found[field] = places
    return found


def _to_remember(titles: Sequence[str], named: Places, usual: Places) -> dict[str, Remembered]:
    """The headers of what was named, but where a header does not tell just these columns."""
    memory = {}
    for field, places in named.items():
        title = titles[places[0]]
        if title and _alike(titles, title) == places:
            instead = usual.get(field)
            memory[field.value] = Remembered(title, titles[instead[0]] if instead else "")
    return memory


def _memory(remembered: Memory, asked: Container[Field], told: Memory) -> Memory:
    """What is told now, and of what was remembered what is neither said otherwise now nor another field's header."""
    taken_over = {plain(one.title) for one in told.values()}
    kept = {
        name: one for name, one in remembered.items() if Field(name) not in asked and plain(one.title) not in taken_over
    }
    return {**kept, **told}


def _all_of(of: Places) -> frozenset[int]:
    return frozenset(at for places in of.values() for at in places)


def _field(name: str) -> Field:
    try:
        return Field(name.strip().casefold())
    except ValueError:
        known = ", ".join(field.value for field in Field)
        raise UnreadableFile(f"{shown(name)} is no field; the fields are {known}", "mapping") from None


def _named(titles: Sequence[str], field: Field, title: str) -> tuple[int, ...]:
    number = NUMBER.fullmatch(title)
    if number and title not in titles and 1 <= int(number[1]) <= len(titles):
        return (int(number[1]) - 1,)
    alike = _alike(titles, title)
    if not alike:
        raise UnreadableFile(
            f"there is no column {shown(title)} for {field.value}; the columns are {listed(titles)}", "mapping"
        )
    return alike


def _alike(titles: Sequence[str], title: str) -> tuple[int, ...]:
    exact = tuple(at for at, other in enumerate(titles) if other == title)
    return exact or tuple(at for at, other in enumerate(titles) if plain(other) and plain(other) == plain(title))


def listed(titles: Sequence[str]) -> str:
    """The first headers, for people."""
    first = ", ".join(dict.fromkeys(shown(title) for title in titles[:SHOWN_HEADERS]))
    return first if len(titles) <= SHOWN_HEADERS else f"{first} and {len(titles) - SHOWN_HEADERS:,} more"
