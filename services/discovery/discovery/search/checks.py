"""Whether an index on disk is what was written: each of its files ends with a checksum of the rest."""

import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

FOOTER_MAGIC: Final = 1337
FOOTER_TAIL: Final = struct.Struct("<II")
"""The footer's length and the magic number, at the very end of a file of tantivy's."""
PART: Final = 1 << 22
PARTS: Final = ("fast", "fieldnorm", "idx", "pos", "store", "term")


class TornIndex(Exception):
    """The index is not what was written, and must be made anew."""


class ForeignIndex(TornIndex):
    """The index is whole, but was made from another topic or by other code."""


def check(folder: Path) -> int:
    """Read every file that the newest commit names and compare its checksum; how many bytes were read.

    Raises `TornIndex`. Reading them all costs about a second a gigabyte, and warms the page cache.
    """
    return sum(_checked(path) for path in _files(folder))


def size_of(folder: Path) -> int:
    """Bytes on disk; files that a merge removes meanwhile count nothing."""
    total = 0
    for path in folder.iterdir():
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total


def _files(folder: Path) -> Iterator[Path]:
    try:
        meta: dict[str, Any] = json.loads((folder / "meta.json").read_bytes())
        for segment in meta["segments"]:
            name = segment["segment_id"].replace("-", "")
            yield from (folder / f"{name}.{part}" for part in PARTS)
            if segment["deletes"] is not None:
                yield folder / f"{name}.{segment['deletes']['opstamp']}.del"
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TornIndex(f"what the index is made of can't be read: {error!r}") from error


def _checked(path: Path) -> int:
    try:
        with path.open("rb") as opened:
            size = path.stat().st_size
            opened.seek(max(0, size - FOOTER_TAIL.size))
            length, magic = FOOTER_TAIL.unpack(opened.read(FOOTER_TAIL.size))
            body = size - FOOTER_TAIL.size - length
            if magic != FOOTER_MAGIC or body < 0:
                raise TornIndex(f"{path.name} was cut off")
            opened.seek(body)
            said = json.loads(opened.read(length))["crc"]
            opened.seek(0)
            found, left = 0, body
            while left and (part := opened.read(min(PART, left))):
                found = zlib.crc32(part, found)
                left -= len(part)
    except (OSError, struct.error, ValueError, KeyError, TypeError) as error:
        raise TornIndex(f"{path.name} can't be read: {error!r}") from error
    if found != said:
        raise TornIndex(f"{path.name} is not what was written")
    return size
