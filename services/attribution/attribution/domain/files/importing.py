"""A file, part by part, to orders. It is read twice: first whose rows stand apart, then what they say.

Rows that stand together are one order; memory holds one order, and eight bytes for each order of the file.
"""

import hashlib
from array import array
from collections.abc import Iterator
from itertools import pairwise

from attribution.domain.files.cells import BadCell
from attribution.domain.files.columns import Columns, Field, columns_of
from attribution.domain.files.orders import MOST_LINES, Fault, Group, Reading, name_of, order_of
from attribution.domain.files.table import Broken, NoTable, Row, Table
from attribution.domain.values import frozen
from contracts.stores import OrderObserved


@frozen
class Found:
    """One order of the file: what it says, or why it was refused. `raw` are its rows."""

    observation: OrderObserved | None
    raw: bytes
    faults: list[Fault]


class _Reader:
    """What both readings have in common: rows, under a header."""

    def __init__(self) -> None:
        self._table = Table()
        self.columns: Columns | None = None

    def feed(self, part: bytes, *, last: bool = False) -> Iterator[Row | Broken]:
        """The rows below the header; raises `NoTable`."""
        for each in self._table.feed(part, last=last):
            if self.columns is not None:
                yield each
            elif isinstance(each, Broken):
                raise NoTable(f"the header can't be read: {each.reason}")
            else:
                self.columns = columns_of(each.cells)
        if last and self.columns is None:
            raise NoTable("the file has no header")


class Apart:
    """The first reading: which orders have rows that don't stand together. Half an order must not be loaded.

    Eight bytes are kept for each run of rows, in buckets that are sorted one by one at the end.
    """

    def __init__(self) -> None:
        self._reader = _Reader()
        self._buckets = [array("Q") for _ in range(256)]
        self._last: int | None = None

    def feed(self, part: bytes, *, last: bool = False) -> None:
        """Raises `NoTable`."""
        for each in self._reader.feed(part, last=last):
            if isinstance(each, Broken) or self._reader.columns is None:
                continue
            try:
                digest = _digest(name_of(each, self._reader.columns))
            except BadCell:
                continue
            if digest != self._last:
                self._buckets[digest & 0xFF].append(digest)
            self._last = digest

    def names(self) -> frozenset[int]:
        """The digests of orders that begin more than once."""
        found: set[int] = set()
        for bucket in self._buckets:
            runs = sorted(bucket)
            found.update(one for one, other in pairwise(runs) if one == other)
        return frozenset(found)


class OrderFile:
    """The second reading: takes a file's bytes and gives its orders; counts the rows that it read."""

    def __init__(self, reading: Reading, apart: frozenset[int] = frozenset()) -> None:
        self._reading = reading
        self._apart = apart
        self._reader = _Reader()
        self._group: Group | None = None
        self._doubt: int | None = None
        self.rows = 0

    def feed(self, part: bytes, *, last: bool = False) -> Iterator[Found]:
        """The orders that this part completes; raises `NoTable`."""
        for each in self._reader.feed(part, last=last):
            self.rows += 1
            if isinstance(each, Broken):
                yield from self._broken(each)
            elif self._reader.columns is not None:
                yield from self._row(each, self._reader.columns)
        if last:
            yield from self._end()

    def _broken(self, broken: Broken) -> Iterator[Found]:
        """Whose row it was nobody knows: the order before is refused, and one that begins behind it, too."""
        fault = Fault(broken.line, "row", broken.reason)
        self._doubt = broken.line
        if self._group is None:
            yield Found(None, b"", [fault])
        else:
            self._group.faults.append(fault)

    def _row(self, row: Row, columns: Columns) -> Iterator[Found]:
        try:
            name = name_of(row, columns)
        except BadCell as bad:
            yield from self._broken(Broken(row.line, str(bad)))
            return
        if not name:
            yield from self._broken(Broken(row.line, f"no {Field.ORDER.value}"))
            return
        if self._group is None or self._group.name != name:
            yield from self._end()
            self._group = self._begun(name, row)
        self._doubt = None
        if any(cell.strip() for cell in row.cells[columns.width :]):
            self._group.faults.append(Fault(row.line, "row", "more cells than the header has"))
        if len(self._group.rows) < MOST_LINES:
            self._group.rows.append(row)
        else:
            self._group.is_too_long = True

    def _begun(self, name: str, row: Row) -> Group:
        group = Group(name)
        if _digest(name) in self._apart:
            group.faults.append(Fault(row.line, Field.ORDER.value, "rows of one order must stand together"))
        if self._doubt is not None:
            why = f"line {self._doubt} can't be read and may be this order's"
            group.faults.append(Fault(row.line, "row", why))
        return group

    def _end(self) -> Iterator[Found]:
        if self._group is None or self._reader.columns is None:
            return
        group, self._group = self._group, None
        observation, raw, faults = order_of(group, self._reader.columns, self._reading)
        yield Found(observation, raw, faults)


def _digest(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=8).digest(), "big")
