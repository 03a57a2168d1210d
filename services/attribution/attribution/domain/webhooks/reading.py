"""From a body's bytes to a JSON object, strictly: nothing is guessed, no number passes through a binary float."""

import json
import re
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any

DEPTH = 64
"""How many objects and arrays may lie within one another; real orders have fewer than ten."""
VALUES = 500_000
"""How many values a body may have: ten megabytes of real orders have fewer, of empty objects three million."""

_INTEGER_DIGITS = 100
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_ALL_BUT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_SQUARE = bytes.maketrans(b"{}", b"[]")


class Unreadable(Exception):
    """A body that is no JSON object that we can take.

    `is_json` tells two answers apart: not JSON at all (400, `where` says at which place), or JSON that no two readers
    need understand alike, or that is no object: kept raw.
    """

    def __init__(self, reason: str, where: str | None = None, *, is_json: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.where = where
        self.is_json = is_json


def read_object(raw: bytes) -> dict[str, Any]:
    """The JSON object in `raw`: integers exact, other numbers as Decimal; raises Unreadable and nothing else."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable("not JSON: not UTF-8", _place(raw, error.start)) from None
    bare = _STRING.sub(b"", raw)
    if _is_deeper_than(bare, DEPTH):
        raise Unreadable(f"nested more than {DEPTH} deep", is_json=True)
    if sum(bare.count(mark) for mark in (b",", b"[", b"{")) > VALUES:
        raise Unreadable(f"more than {VALUES} values", is_json=True)
    try:
        value = json.loads(
            text,
            parse_int=_integer,
            parse_float=_decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        at = len(error.doc[: error.pos].encode())
        raise Unreadable(f"not JSON: {error.msg}", _place(raw, at)) from None
    except _NotANumber as found:
        name = str(found)
        at = _STRING.sub(lambda string: b" " * len(string[0]), raw).find(name.encode())
        raise Unreadable(f"not JSON: {name} is no JSON number", _place(raw, at)) from None
    except RecursionError:  # brackets that never close
        raise Unreadable("not JSON: brackets without end") from None
    if not isinstance(value, dict):
        raise Unreadable("the body is not a JSON object", is_json=True)
    return value


def _place(raw: bytes, at: int) -> str:
    before = raw[:at]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    return f"line {line}, column {column} (byte {at})"


def _is_deeper_than(bare: bytes, limit: int) -> bool:
    """Whether brackets lie deeper than `limit`: each round takes away the innermost pairs, all at C's speed.

    `bare` is a body without its strings.
    """
    brackets = bare.translate(_SQUARE, _ALL_BUT_BRACKETS)
    for _ in range(limit):
        fewer = brackets.replace(b"[]", b"")
        if fewer == brackets:
            return False  # nothing left, or brackets that don't match: the parser says where
        brackets = fewer
    return bool(brackets)


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _INTEGER_DIGITS else digits


def _decimal(digits: str) -> Decimal | str:
    try:
        return Decimal(digits)
    except InvalidOperation:  # an exponent beyond any Decimal: no field of ours takes it
        return digits


class _NotANumber(Exception):
    """NaN or an infinity, which Python's reader takes and JSON doesn't have."""


def _refuse_constant(name: str) -> None:
    raise _NotANumber(name)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = Counter(name for name, _ in pairs)
        twice = next(name for name, times in names.items() if times > 1)
        raise Unreadable("an object has a key twice", f"key {twice[:60]!a}", is_json=True)
    return found
