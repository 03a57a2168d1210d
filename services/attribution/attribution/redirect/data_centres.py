"""Whether a hoster or a crawler has an address: by the ranges that a package keeps, and the operator's own."""

import asyncio
import csv
import socket
from bisect import bisect_right
from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import version
from ipaddress import ip_address, ip_network
from pathlib import Path

import structlog
from iporigin.core import BOT, HOSTING, dataset

log = structlog.stdlib.get_logger("attribution.redirect")

PACKAGE = "iporigin"
MACHINES = frozenset({HOSTING, BOT})
"""Kinds of the package's that are machines. Not VPNs, Tor and CDNs: people come through them."""
_MAPPED = "::ffff:"
_LOOK_EVERY = 30.0

Range = tuple[int, int]


class DataCentres:
    """Knows the ranges; about 2 us an address, in integers, and nothing is remembered of it.

    `path` is the operator's own file, beside the package's list; `refresh` reads it, again once it has changed. `name`
    says the versions of both.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._find = dataset().find
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._own: Ranges | None = None
        self.name = self._package = f"{PACKAGE}/{version(PACKAGE)}"

    @property
    def own(self) -> int:
        """How many of the operator's own ranges are known."""
        return 0 if self._own is None else len(self._own)

    def refresh(self) -> None:
        """Read the operator's file if it has changed; raises `RangesError`, and what was known stays known."""
        if self._path is None:
            return
        try:
            stat = self._path.stat()
        except OSError as error:
            raise RangesError(f"{self._path}: {error.strerror}") from error
        seen = stat.st_mtime_ns, stat.st_size
        if seen == self._seen:
            return
        own = own_ranges(self._path)
        self._seen, self._own = seen, own
        self.name = f"{self._package} {own.name}"

    async def keep_fresh(self) -> None:
        """Look at the operator's file at start and every 30 s, for ever; what is wrong with it is logged once."""
        told = ""
        while True:
            try:
                await asyncio.to_thread(self.refresh)
                told = ""
            except RangesError as error:
                if told != str(error):
                    told = str(error)
                    log.error("ranges of data centres can't be read", error=told)  # noqa: TRY400 - an operator's file
            await asyncio.sleep(_LOOK_EVERY)

    def hold(self, address: str) -> bool:
        """Whether a machine has this address, of version 4 or 6; False for what is no address."""
        number = _number(address)
        if number is None:
            return False
        value, family = number
        found = self._find(value, family)
        if found is not None and found[1] in MACHINES and ip_address(value).is_global:
            return True  # providers' own lists hold addresses for documentation, which are nobody's
        return self._own is not None and self._own.hold(value, family)


class Ranges:
    """Sorted ranges of addresses, merged, so that one bisection answers. `name` says which they are."""

    def __init__(self, name: str, ranges: Iterable[tuple[int, int, int]]) -> None:
        """`ranges`: version (4 or 6), first and last address as integers."""
        self.name = name
        by_family: dict[int, list[Range]] = {4: [], 6: []}
        for family, first, last in ranges:
            by_family[family].append((first, last))
        self._of = {family: _columns(found) for family, found in by_family.items()}

    def hold(self, value: int, family: int) -> bool:
        """Whether one of them has this address."""
        firsts, lasts = self._of[family]
        index = bisect_right(firsts, value) - 1
        return index >= 0 and value <= lasts[index]

    def __len__(self) -> int:
        return sum(len(firsts) for firsts, _ in self._of.values())


class RangesError(ValueError):
    """The operator's file can't be read; the message names the line."""


def own_ranges(path: Path) -> Ranges:
    """The operator's ranges: a CSV file whose rows begin with a network, or with the first and the last address.

    Further columns, blank lines, lines that begin with # and a header are skipped. Raises `RangesError`.
    """
    found: list[tuple[int, int, int]] = []
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise RangesError(f"{path}: {error}") from error
    for number, row in enumerate(csv.reader(text.splitlines()), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0].startswith("#") or (number == 1 and not any(c.isdigit() for c in cells[0])):
            continue
        try:
            found.append(_range_of(cells))
        except ValueError as error:
            raise RangesError(f"{path}, line {number}: {error}") from error
    return Ranges(f"own/{_digest(text)}", found)


def _range_of(cells: list[str]) -> tuple[int, int, int]:
    if "/" in cells[0]:
        network = ip_network(cells[0], strict=False)
        return network.version, int(network.network_address), int(network.broadcast_address)
    first = ip_address(cells[0])
    last = ip_address(cells[1]) if len(cells) > 1 and cells[1] else first
    if first.version != last.version or int(first) > int(last):
        raise ValueError(f"{first} to {last} is no range")
    return first.version, int(first), int(last)


def _columns(ranges: list[Range]) -> tuple[list[int], list[int]]:
    """First and last addresses, in order, touching ranges made one."""
    firsts: list[int] = []
    lasts: list[int] = []
    for first, last in sorted(ranges):
        if lasts and first <= lasts[-1] + 1:
            lasts[-1] = max(lasts[-1], last)
        else:
            firsts.append(first)
            lasts.append(last)
    return firsts, lasts


def _number(address: str) -> tuple[int, int] | None:
    """The address as an integer with its version; one of version 4 inside version 6 is of version 4."""
    address = address.removeprefix(_MAPPED)
    family, kind = (6, socket.AF_INET6) if ":" in address else (4, socket.AF_INET)
    try:
        return int.from_bytes(socket.inet_pton(kind, address)), family
    except (OSError, ValueError):
        return None


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]
