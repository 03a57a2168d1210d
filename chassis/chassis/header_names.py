"""Header names that are not UTF-8 are read leniently: outsiders write to `stores.orders` with any client they have.

aiokafka decodes names strictly while it unpacks a fetch: such a name would hold its partition up for ever, and records
of other partitions that the same poll had taken would be lost. Only a fetch with such a name takes this slower way.
"""

from collections.abc import Iterator
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy

_Strict = fetcher.PartitionRecords
_Records = fetcher.MemoryRecords
_LENGTH_AT = _MemoryRecordsPy.LENGTH_OFFSET
_OVERHEAD = _MemoryRecordsPy.LOG_OVERHEAD


class _Text(bytearray):
    r"""Bytes whose slices decode to text with `\xff` for what is not UTF-8."""

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return _Text(found) if isinstance(index, slice) else found

    def decode(self, encoding: str = "utf-8", _errors: str = "strict") -> str:
        return super().decode(encoding, "backslashreplace")


class _KeptRecords:
    """aiokafka's own records, and the bytes that they are made of."""

    def __init__(self, fetched: bytes) -> None:
        self.fetched = fetched
        self._records = _Records(fetched)
        self.has_next = self._records.has_next
        self.next_batch = self._records.next_batch
        self.size_in_bytes = self._records.size_in_bytes


class _LenientRecords:
    """The batches from `offset` on, unpacked in Python."""

    def __init__(self, fetched: bytes, offset: int) -> None:
        self._batches: list[Any] = []
        records = _MemoryRecordsPy(fetched)
        start = 0
        while records.has_next():
            length = int.from_bytes(fetched[start + _LENGTH_AT : start + _OVERHEAD], "big")
            end = start + _OVERHEAD + length
            strict: Any = records.next_batch()
            if strict.next_offset > offset:
                has_headers = fetched[start + _MemoryRecordsPy.MAGIC_OFFSET] >= 2  # noqa: PLR2004 - Kafka's own number
                self._batches.append(_Lenient(fetched[start:end], strict) if has_headers else strict)
            start = end

    def has_next(self) -> bool:
        return bool(self._batches)

    def next_batch(self) -> Any:
        return self._batches.pop(0)


class _Lenient:
    """A batch whose checksum is asked of the strict one: its own bytes are unpacked already."""

    def __init__(self, raw: bytes, strict: Any) -> None:
        self._batch: Any = _DefaultRecordBatchPy(raw)
        self._batch._maybe_uncompress()  # noqa: SLF001 - makes the buffer that the names are sliced from
        self._batch._buffer = _Text(self._batch._buffer)  # noqa: SLF001
        self.validate_crc = strict.validate_crc

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._batch)


class _Tolerant(_Strict):  # type: ignore[misc,valid-type] # aiokafka ships no types
    """Unpacks strictly until a name is not UTF-8, then goes on leniently where it was."""

    _records: Any
    next_fetch_offset: int

    def _unpack_records(self) -> Iterator[Any]:
        records: _KeptRecords = self._records
        try:
            yield from super()._unpack_records()
        except (UnicodeDecodeError, CorruptRecordException) as error:
            if not isinstance(error.__cause__ or error, UnicodeDecodeError):
                raise
            self._records = _LenientRecords(records.fetched, self.next_fetch_offset)
            yield from super()._unpack_records()


def read_leniently() -> None:
    """Have every aiokafka consumer of this process read such names; idempotent."""
    fetcher.MemoryRecords = _KeptRecords
    fetcher.PartitionRecords = _Tolerant
