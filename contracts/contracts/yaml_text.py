"""YAML for people, from plain data: the same data gives the same text, with nothing but the standard library."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9_./ -]*[A-Za-z0-9_./-])?")
RESERVED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def to_yaml(document: Mapping[str, Any]) -> str:
    """Block style, two spaces, keys in the given order; strings are quoted wherever YAML could read something else."""
    return "\n".join(_mapping(document, 0)) + "\n"


def _mapping(mapping: Mapping[str, Any], depth: int) -> Iterator[str]:
    for key, value in mapping.items():
        yield from _entry(f"{'  ' * depth}{_scalar(key)}:", value, depth + 1)


def _sequence(items: Sequence[Any], depth: int) -> Iterator[str]:
    indent = "  " * depth
    for item in items:
        if isinstance(item, Mapping) and item:
            first, *rest = _mapping(item, depth + 1)
            yield f"{indent}- {first.lstrip()}"
            yield from rest
        else:
            yield f"{indent}- {_scalar(item)}"


def _entry(head: str, value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        yield head
        yield from _mapping(value, depth)
    elif isinstance(value, list | tuple) and value:
        yield head
        yield from _sequence(value, depth)
    else:
        yield f"{head} {_scalar(value)}"


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        is_plain = PLAIN.fullmatch(value) is not None and value.lower() not in RESERVED
        return value if is_plain else json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool | int) or value is None or value in ({}, [], ()):
        return json.dumps(value)
    raise TypeError(f"{value!r} has no place in a generated file")
