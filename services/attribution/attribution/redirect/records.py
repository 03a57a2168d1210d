"""A link as bytes: a header, its ids, its target. An id that is a UUID takes 17 bytes instead of 85."""

import re
from struct import Struct
from typing import NamedTuple

from contracts.attribution import LinkStatus

_HEADER = Struct("<Bdq")
_LENGTH = Struct("<H")
_STATUSES = tuple(LinkStatus)
_NUMBERS = {status: number for number, status in enumerate(_STATUSES)}
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HEX = re.compile(r"[0-9a-f]{32}")
_AS_UUID, _AS_HEX, _AS_TEXT = b"\x01", b"\x02", b"\x03"
_PACKED = 17
_IDS = 5
# Where they stand when all are UUIDs, as ours are.
_BEGINS = tuple(range(_HEADER.size + 1, _HEADER.size + _IDS * _PACKED, _PACKED))
_IDS_END = _HEADER.size + _IDS * _PACKED
_ALL_UUIDS = _AS_UUID * _IDS


class Fields(NamedTuple):
    """What a record holds. `ids`: link, brand, campaign, collaboration, creator; `target` in ASCII."""

    ids: tuple[str, ...]
    target: str
    status: LinkStatus
    expires_at: float
    revision: int


def pack(fields: Fields) -> bytes:
    """The fields as bytes; `unpack` gives them back."""
    header = _HEADER.pack(_NUMBERS[fields.status], fields.expires_at, fields.revision)
    return b"".join((header, *map(pack_id, fields.ids), fields.target.encode("ascii")))


def unpack(record: bytes) -> Fields:
    """The fields of a record; raises ValueError, IndexError or struct.error for what is none."""
    number, expires_at, revision = _HEADER.unpack_from(record)
    at = _HEADER.size
    if record[at:_IDS_END:_PACKED] == _ALL_UUIDS:
        ours = tuple([_uuid(record[begin : begin + 16]) for begin in _BEGINS])
        return Fields(ours, record[_IDS_END:].decode("ascii"), _STATUSES[number], expires_at, revision)
    ids = []
    for _ in range(_IDS):
        id_, at = _unpack_id(record, at)
        ids.append(id_)
    return Fields(tuple(ids), record[at:].decode("ascii"), _STATUSES[number], expires_at, revision)


def pack_id(id_: str) -> bytes:
    """An id as few bytes; different ids never become the same."""
    if _UUID.fullmatch(id_):
        return _AS_UUID + bytes.fromhex(id_.replace("-", ""))
    if _HEX.fullmatch(id_):
        return _AS_HEX + bytes.fromhex(id_)
    text = id_.encode()
    return _AS_TEXT + _LENGTH.pack(len(text)) + text


def _unpack_id(record: bytes, at: int) -> tuple[str, int]:
    kind = record[at : at + 1]
    if kind == _AS_TEXT:
        (length,) = _LENGTH.unpack_from(record, at + 1)
        begin = at + 1 + _LENGTH.size
        return record[begin : begin + length].decode(), begin + length
    digits = record[at + 1 : at + _PACKED].hex()
    if kind == _AS_HEX:
        return digits, at + _PACKED
    if kind != _AS_UUID:
        raise ValueError("no id")
    return _uuid(record[at + 1 : at + _PACKED]), at + _PACKED


def _uuid(packed: bytes) -> str:
    """As text: pairs of bytes between dashes, and then without those that a UUID does not have."""
    pairs = packed.hex("-", 2)
    return f"{pairs[:4]}{pairs[5:29]}{pairs[30:34]}{pairs[35:]}"
