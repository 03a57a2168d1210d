"""The table on disk, for a start while the broker is away. Torn or altered files are noticed and left aside."""

import os
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from struct import Struct, error
from typing import BinaryIO

import orjson

from attribution.redirect.table import Rows

FORMAT = "redirect-table 2"
_A_WRITE = 2000
_ROW = Struct("<BH")
_ERASED = Struct("<H")
_CHECKSUM = Struct("<I")


class DamagedSnapshotError(Exception):
    """The file is not what was written; the message says in what way."""


def write(path: Path, rows: Rows) -> None:
    """Replace the snapshot in one step: a crash at any moment leaves the old one or the new one."""
    draft = path.with_suffix(".new")
    with draft.open("wb") as file:
        checksum = 0
        for piece in _pieces(rows):
            checksum = zlib.crc32(piece, checksum)
            file.write(piece)
        file.write(_CHECKSUM.pack(checksum))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_directory(path.parent)


def read(path: Path) -> Rows | None:
    """The rows as written; None when there is no file. Raises DamagedSnapshotError and OSError.

    Read piece by piece: a million links are never there twice.
    """
    if not path.exists():
        return None
    with path.open("rb") as file:
        source = _Checked(file)
        try:
            rows = _rows(source)
        except (error, ValueError, KeyError, TypeError) as damage:
            raise DamagedSnapshotError("cut off or altered") from damage
        if file.read() != _CHECKSUM.pack(source.checksum):
            raise DamagedSnapshotError("checksum differs")
    return rows


def sync_directory(directory: Path) -> None:
    """Make names that were added to or removed from a directory survive a power cut."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Checked:
    """Reads exactly so many bytes, and adds them to the checksum."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.checksum = 0

    def line(self) -> bytes:
        return self._counted(self._file.readline(10_000))

    def take(self, size: int) -> bytes:
        piece = self._file.read(size)
        if len(piece) != size:
            raise ValueError("cut off")
        return self._counted(piece)

    def _counted(self, piece: bytes) -> bytes:
        self.checksum = zlib.crc32(piece, self.checksum)
        return piece


def _rows(source: _Checked) -> Rows:
    header = orjson.loads(source.line())
    if header["format"] != FORMAT:
        raise DamagedSnapshotError("another format")
    codes: list[str] = []
    records: list[bytes] = []
    for _ in range(header["rows"]):
        code, record = _ROW.unpack(source.take(_ROW.size))
        codes.append(source.take(code).decode("ascii"))
        records.append(source.take(record))
    erased = [source.take(*_ERASED.unpack(source.take(_ERASED.size))) for _ in range(header["erased"])]
    return Rows(header["targets"], codes, records, erased)


def _pieces(rows: Rows) -> Iterator[bytes]:
    header = {"format": FORMAT, "targets": rows.targets, "rows": len(rows.codes), "erased": len(rows.erased)}
    yield orjson.dumps(header) + b"\n"
    for start in range(0, len(rows.codes), _A_WRITE):
        yield b"".join(_pairs(rows.codes[start : start + _A_WRITE], rows.records[start : start + _A_WRITE]))
    for start in range(0, len(rows.erased), _A_WRITE):
        yield b"".join(_ERASED.pack(len(one)) + one for one in rows.erased[start : start + _A_WRITE])


def _pairs(codes: Sequence[str], records: Sequence[bytes]) -> Iterator[bytes]:
    for code, record in zip(codes, records, strict=True):
        yield _ROW.pack(len(code), len(record))
        yield code.encode("ascii")
        yield record
