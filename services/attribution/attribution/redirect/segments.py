"""The spool's files: framed records in segments, and a header that counts what could not be kept.

A record is `length, crc32, payload`; what follows the first frame that does not fit is a torn tail, whose clicks were
never answered. The header has two slots written in turn, so a torn write leaves the other one. One thread at a time.
"""

import fcntl
import os
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import structlog

from attribution.redirect.snapshot import sync_directory

log = structlog.stdlib.get_logger("attribution.redirect")

MAGIC = b"CLICKS 1"
_FRAME = struct.Struct(">II")
_SLOT = struct.Struct(">8sQQ")
_CHECK = struct.Struct(">I")
_SLOT_DISTANCE = 512
_HEADER_SIZE = 2 * _SLOT_DISTANCE
_SUFFIX = ".clicks"
_LARGEST = 256 * 1024


class SpoolInUseError(Exception):
    """Another process holds this spool. Give each process a directory of its own."""


class Segments:
    """The files: `size` is their bytes, `lost` counts clicks that were answered and not kept, over all starts."""

    def __init__(self, directory: Path, *, max_bytes: int, segment_bytes: int) -> None:
        self._directory = directory
        self._max_bytes = max_bytes
        self._segment_bytes = segment_bytes
        self._lock: int | None = None
        self._header: int | None = None
        self._generation = 0
        self._sizes: dict[Path, int] = {}
        self._active: tuple[Path, int] | None = None
        self._number = 0
        self._lost_on_disk = 0
        self.lost = 0
        self.size = 0

    def open(self) -> None:
        """Take the directory, whatever a crash left in it. Raises SpoolInUseError and OSError."""
        self._directory.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self._directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._lock)
            self._lock = None
            raise SpoolInUseError(f"another process holds the spool {self._directory}") from error
        self._header = os.open(self._directory / "header", os.O_RDWR | os.O_CREAT, 0o600)
        self._read_header(self._header)
        found = sorted(self._directory.glob(f"*{_SUFFIX}"))
        self._sizes = {path: path.stat().st_size for path in found}
        self.size = sum(self._sizes.values())
        self._number = int(found[-1].stem) if found else 0

    def commit(self, payloads: Sequence[bytes], also_lost: int = 0) -> int:
        """Append and flush to disk; returns how many, from the first on, were kept. The others count as lost."""
        kept = 0
        if payloads:
            try:
                kept = self._append(payloads)
            except OSError as error:
                self._seal()
                log.error("the spool can't be written", error=str(error))  # noqa: TRY400 - a full disk needs no trace
        self.lost += len(payloads) - kept + also_lost
        if self.lost != self._lost_on_disk:
            try:
                self._write_header()
            except OSError as error:
                log.error("the spool's header can't be written", error=str(error))  # noqa: TRY400 - as above
        return kept

    def oldest(self) -> tuple[Path, list[bytes]] | None:
        """The oldest segment with all its records, closed to more of them; None when there is none."""
        if not self._sizes:
            return None
        path = next(iter(self._sizes))
        if self._active is not None and self._active[0] == path:
            self._seal()
        payloads, ignored = unframed(path.read_bytes())
        if ignored:
            log.warning("a torn end of a spool segment is ignored", segment=path.name, bytes=ignored)
        return path, payloads

    def drop(self, path: Path) -> None:
        """Forget a segment whose records are all on the topic; twice does no harm."""
        path.unlink(missing_ok=True)
        self.size -= self._sizes.pop(path, 0)
        sync_directory(self._directory)

    def close(self) -> None:
        """Let the directory go; what is in it stays."""
        self._seal()
        for handle in (self._header, self._lock):
            if handle is not None:
                os.close(handle)
        self._header = self._lock = None

    def _append(self, payloads: Sequence[bytes]) -> int:
        room = self._max_bytes - self.size
        frames: list[bytes] = []
        if self._active is None:
            room -= len(MAGIC)
        for payload in payloads:
            frame = framed(payload)
            room -= len(frame)
            if room < 0:
                break
            frames.append(frame)
        if not frames:
            return 0
        path, handle = self._active or self._begin()
        _write_all(handle, b"".join(frames))
        os.fdatasync(handle)
        self._grow(path, sum(map(len, frames)))
        if self._sizes[path] >= self._segment_bytes:
            self._seal()
        return len(frames)

    def _begin(self) -> tuple[Path, int]:
        self._number += 1
        path = self._directory / f"{self._number:020d}{_SUFFIX}"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        self._active = (path, handle)
        self._sizes[path] = 0
        _write_all(handle, MAGIC)
        sync_directory(self._directory)
        self._grow(path, len(MAGIC))
        return self._active

    def _grow(self, path: Path, added: int) -> None:
        self._sizes[path] += added
        self.size += added

    def _seal(self) -> None:
        if self._active is not None:
            path, handle = self._active
            self._active = None
            self._grow(path, os.fstat(handle).st_size - self._sizes[path])  # differs after a failed write
            os.close(handle)

    def _read_header(self, handle: int) -> None:
        slots = [slot_from(os.pread(handle, _SLOT.size + _CHECK.size, n * _SLOT_DISTANCE)) for n in (0, 1)]
        valid = [slot for slot in slots if slot is not None]
        if valid:
            self._generation, self.lost = max(valid)
            self._lost_on_disk = self.lost
            return
        if any(os.pread(handle, _HEADER_SIZE, 0)):
            log.error("the spool's header is damaged: the count of lost clicks begins at 0 again")
        os.pwrite(handle, bytes(_HEADER_SIZE), 0)  # its place on the disk is taken now, for a full disk needs the count
        os.fsync(handle)

    def _write_header(self) -> None:
        if self._header is None:
            raise OSError("the spool is not open")
        generation = self._generation + 1
        body = _SLOT.pack(MAGIC, generation, self.lost)
        os.pwrite(self._header, body + _CHECK.pack(zlib.crc32(body)), generation % 2 * _SLOT_DISTANCE)
        os.fdatasync(self._header)
        self._generation = generation
        self._lost_on_disk = self.lost


def framed(payload: bytes) -> bytes:
    """One record as it stands in a segment."""
    return _FRAME.pack(len(payload), zlib.crc32(payload)) + payload


def unframed(segment: bytes) -> tuple[list[bytes], int]:
    """A segment's records up to the first frame that does not fit, and how many bytes are left after it."""
    if not segment.startswith(MAGIC):
        return [], len(segment)
    payloads: list[bytes] = []
    at = len(MAGIC)
    while at + _FRAME.size <= len(segment):
        length, checksum = _FRAME.unpack_from(segment, at)
        payload = segment[at + _FRAME.size : at + _FRAME.size + length]
        if length == 0 or length > _LARGEST or len(payload) < length or zlib.crc32(payload) != checksum:
            break
        payloads.append(payload)
        at += _FRAME.size + length
    return payloads, len(segment) - at


def slot_from(slot: bytes) -> tuple[int, int] | None:
    """A header slot's generation and count of lost clicks; None when it is torn or was never written."""
    if len(slot) < _SLOT.size + _CHECK.size:
        return None
    magic, generation, lost = _SLOT.unpack_from(slot)
    (checksum,) = _CHECK.unpack_from(slot, _SLOT.size)
    if magic != MAGIC or zlib.crc32(slot[: _SLOT.size]) != checksum:
        return None
    return generation, lost


def _write_all(handle: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]
