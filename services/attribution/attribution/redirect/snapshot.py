"""The table on disk, for a start while the broker is away. Torn or altered files are noticed and left aside."""

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

FORMAT = "redirect-table 1"
_LINES_A_WRITE = 2000


class DamagedSnapshotError(Exception):
    """The file is not what was written; the message says in what way."""


def write(path: Path, rows: list[tuple[Any, ...]], erased: list[str]) -> None:
    """Replace the snapshot in one step: a crash at any moment leaves the old one or the new one."""
    draft = path.with_suffix(".new")
    with draft.open("wb") as file:
        checksum = 0
        for piece in _pieces(rows, erased):
            checksum = zlib.crc32(piece, checksum)
            file.write(piece)
        file.write(orjson.dumps({"crc32": checksum}) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_directory(path.parent)


def read(path: Path) -> tuple[list[list[Any]], list[str]] | None:
    """Rows and erased links as written; None when there is no file. Raises DamagedSnapshotError and OSError."""
    if not path.exists():
        return None
    body, newline, last = path.read_bytes().removesuffix(b"\n").rpartition(b"\n")
    try:
        trailer = orjson.loads(last)
        first, *lines = [orjson.loads(line) for line in body.split(b"\n")]
    except orjson.JSONDecodeError as error:
        raise DamagedSnapshotError("cut off or altered") from error
    if not isinstance(trailer, dict) or trailer.get("crc32") != zlib.crc32(body + newline):
        raise DamagedSnapshotError("checksum differs")
    if first["format"] != FORMAT:
        raise DamagedSnapshotError("another format")
    return lines[: first["rows"]], lines[first["rows"] :]


def sync_directory(directory: Path) -> None:
    """Make names that were added to or removed from a directory survive a power cut."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _pieces(rows: list[tuple[Any, ...]], erased: list[str]) -> Iterator[bytes]:
    yield orjson.dumps({"format": FORMAT, "rows": len(rows), "erased": len(erased)}) + b"\n"
    for lines in (rows, erased):
        for start in range(0, len(lines), _LINES_A_WRITE):
            yield b"".join(orjson.dumps(line) + b"\n" for line in lines[start : start + _LINES_A_WRITE])
