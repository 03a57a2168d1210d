"""Whether an event's schema keeps the promise of the last released one: additive changes only (ARCHITECTURE 4).

A schema has two sides, and each is asked in its own direction:

- *Writers* of the last release, and every record that they left on a topic, meet today's readers. Nothing may be
  removed, narrowed or newly required, and what an absent field means stays.
- *Readers* of the last release meet today's writers. Our models refuse an enum's value, a number or a text that their
  own release did not allow, so a topic that we write may not be widened either: no new enum value, no looser bound, no
  field that is no longer promised. A new optional field or a new type is ignored by them, and so is always allowed.

A topic that outsiders write (`Topic.public_writers`) is read by us alone: there, only the first side counts.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from contracts.topics import ALL

Json = Mapping[str, Any]

NOTES = frozenset({"$schema", "$id", "$defs", "title", "description", "examples", "deprecated", "default"})
RULES = frozenset(
    {"$ref", "anyOf", "type", "enum", "const", "format", "pattern", "multipleOf"}
    | {"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "minLength", "maxLength"}
    | {"properties", "required", "additionalProperties", "items", "minItems", "maxItems", "uniqueItems"}
)
LEAST = ("minLength", "minItems")
MOST = ("maxLength", "maxItems")
TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


class UnreadableSchemaError(Exception):
    """A schema uses a keyword that this comparison does not know, so it can promise nothing; teach it here."""


class Harm(StrEnum):
    """Who is hurt by a change."""

    WRITERS = "refuses what was written by the last release"
    READERS = "says what readers of the last release refuse"


@dataclass(frozen=True)
class Break:
    """One broken promise. `path` leads to the field: `/snapshot/lines[]/quantity`."""

    harm: Harm
    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what} ({self.harm})"


def breaks_with(released: Path, schemas: Mapping[str, Json]) -> list[str]:
    """One line for each promise of the schemas in `released` that today's do not keep, in the order of the types."""
    ours = {topic.name for topic in ALL if not topic.public_writers}
    lines = []
    for path in sorted(released.glob("*.json")):
        old = json.loads(path.read_text(encoding="utf-8"))
        new = schemas.get(path.stem)
        if new is None:
            lines.append(f"{path.stem}: the event is gone, its records are not")
            continue
        lines += [f"{path.stem} {found}" for found in breaks(old, new, readers_elsewhere=new.get("x-topic") in ours)]
    return lines


def breaks(old: Json, new: Json, *, readers_elsewhere: bool = True) -> list[Break]:
    """What `new` breaks of `old`; without `readers_elsewhere` only what stored records and writers would notice."""
    found = [
        Break(Harm.WRITERS, "/", f"{name} was {old.get(name)}, is {new.get(name)}")
        for name in ("x-topic", "x-key")
        if old.get(name) != new.get(name)
    ]
    found += [Break(Harm.WRITERS, path, what) for path, what in _Comparison(old, new, is_forward=True).run()]
    if readers_elsewhere:
        found += [Break(Harm.READERS, path, what) for path, what in _Comparison(new, old, is_forward=False).run()]
    return found


Found = Iterator[tuple[str, str]]


@dataclass
class _Comparison:
    """Asks what `reader` refuses of all that `writer` allows; `is_forward` where the reader is the newer one."""

    writer: Json
    reader: Json
    is_forward: bool
    open_pairs: set[tuple[str, str]] = field(default_factory=set)

    def run(self) -> Found:
        yield from self._any(self.writer, self.reader, "")

    def _any(self, writer: Json, reader: Json, path: str) -> Found:
        pair = (str(writer.get("$ref")), str(reader.get("$ref")))
        is_recursive = "$ref" in writer and "$ref" in reader
        if is_recursive and pair in self.open_pairs:
            return
        self.open_pairs.add(pair)
        readers = list(_alternatives(reader, self.reader))
        for said in _alternatives(writer, self.writer):
            answers = [list(self._one(said, heard, path)) for heard in readers if _may_meet(said, heard)]
            if not answers:
                yield path or "/", f"{_type(said)} is {'no longer' if self.is_forward else 'newly'} allowed"
            else:
                yield from min(answers, key=len)
        self.open_pairs.discard(pair)

    def _one(self, said: Json, heard: Json, path: str) -> Found:
        here = path or "/"
        changed = "narrowed" if self.is_forward else "widened"
        yield from ((here, f"{changed}: {what}") for what in _tighter(said, heard))
        if _type(said) == "array" and "items" in heard:
            yield from self._any(said.get("items", {}), heard["items"], f"{path}[]")
        if _type(said) == "object":
            yield from self._object(said, heard, path)

    def _object(self, said: Json, heard: Json, path: str) -> Found:
        ours, theirs = said.get("properties", {}), heard.get("properties", {})
        promised, wanted = set(said.get("required", ())), set(heard.get("required", ()))
        for name in sorted(wanted - promised):
            yield f"{path}/{name}", "newly required" if self.is_forward else "no longer required"
        for name, value in ours.items():
            where = f"{path}/{name}"
            if name in theirs:
                yield from self._any(value, theirs[name], where)
                before, after = value.get("default"), theirs[name].get("default")
                if self.is_forward and name not in promised and before != after:
                    yield where, f"absent meant {json.dumps(before)}, means {json.dumps(after)}"
            elif self.is_forward:
                yield where, "removed"
            elif heard.get("additionalProperties") is False:
                yield where, "new, where unknown fields are refused"
        yield from self._others(said, heard, f"{path}/*")

    def _others(self, said: Json, heard: Json, path: str) -> Found:
        ours, theirs = (schema.get("additionalProperties", True) for schema in (said, heard))
        if theirs is True or ours is False:
            return
        if theirs is False:
            yield path, "unknown fields are refused"
        else:
            yield from self._any({} if ours is True else ours, theirs, path)


def _alternatives(schema: Json, root: Json) -> Iterator[Json]:
    """The schema without `$ref`, `anyOf` and lists of types: each of them a plain one."""
    unknown = {key for key in schema if not key.startswith("x-")} - NOTES - RULES
    if unknown:
        raise UnreadableSchemaError(f"unknown keyword {sorted(unknown)} in {json.dumps(schema)[:200]}")
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        yield from _alternatives(root["$defs"][name], root)
    elif "anyOf" in schema:
        for one in schema["anyOf"]:
            yield from _alternatives(one, root)
    elif isinstance(schema.get("type"), list):
        for name in schema["type"]:
            yield {**schema, "type": name}
    else:
        yield schema


def _values(schema: Json) -> set[Any] | None:
    if "const" in schema:
        return {schema["const"]}
    return set(schema["enum"]) if "enum" in schema else None


def _type(schema: Json) -> str:
    if "type" in schema:
        return str(schema["type"])
    kinds = {TYPES[type(value)] for value in _values(schema) or ()}
    return kinds.pop() if len(kinds) == 1 else "anything"


def _may_meet(said: Json, heard: Json) -> bool:
    """Whether a value of the one could be a value of the other at all; an integer is a number, too."""
    return _type(heard) in {_type(said), "anything"} or (_type(said), _type(heard)) == ("integer", "number")


def _tighter(said: Json, heard: Json) -> Iterator[str]:
    """Each rule of `heard` that `said` does not guarantee."""
    ours, theirs = _values(said), _values(heard)
    if theirs is not None and ours is None:
        yield f"only {sorted(theirs, key=str)}"
    elif theirs is not None and ours is not None and ours - theirs:
        yield f"without {sorted(ours - theirs, key=str)}"
    if ours is None:
        yield from _tighter_bounds(said, heard)
        yield from _tighter_form(said, heard)


def _tighter_bounds(said: Json, heard: Json) -> Iterator[str]:
    for name in LEAST:
        if heard.get(name, 0) > said.get(name, 0):
            yield f"{name} {heard[name]}"
    for name in MOST:
        if name in heard and said.get(name, float("inf")) > heard[name]:
            yield f"{name} {heard[name]}"
    if _floor(heard) > _floor(said):
        yield f"minimum {heard.get('minimum', heard.get('exclusiveMinimum'))}"
    if _ceiling(heard) < _ceiling(said):
        yield f"maximum {heard.get('maximum', heard.get('exclusiveMaximum'))}"


def _tighter_form(said: Json, heard: Json) -> Iterator[str]:
    # Whether one pattern implies another can't be decided here, so any other pattern or format counts as a tighter one.
    for name in ("pattern", "format"):
        if name in heard and heard[name] != said.get(name):
            yield f"{name} {heard[name]}"
    step = heard.get("multipleOf")
    if step is not None and ("multipleOf" not in said or said["multipleOf"] % step):
        yield f"multipleOf {step}"
    if heard.get("uniqueItems") and not said.get("uniqueItems"):
        yield "uniqueItems"


def _floor(schema: Json) -> tuple[float, int]:
    """The lower bound; the second part is 1 where the bound itself is out."""
    none = (float("-inf"), 0)
    at = (schema["minimum"], 0) if "minimum" in schema else none
    above = (schema["exclusiveMinimum"], 1) if "exclusiveMinimum" in schema else none
    return max(at, above)


def _ceiling(schema: Json) -> tuple[float, int]:
    """The upper bound; the second part is -1 where the bound itself is out."""
    none = (float("inf"), 0)
    at = (schema["maximum"], 0) if "maximum" in schema else none
    below = (schema["exclusiveMaximum"], -1) if "exclusiveMaximum" in schema else none
    return min(at, below)
