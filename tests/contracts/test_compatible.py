"""Additive changes only: each kind of breaking change is found, and no addition is taken for one."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.__main__ import ROOT, main
from contracts.compatible import Harm, UnreadableSchemaError, breaks, breaks_with
from contracts.generate import generate, release
from contracts.schemas import all_schemas

SCHEMAS = all_schemas()
OLD: dict[str, Any] = {
    "x-topic": "attribution.links.v1",
    "x-key": "id",
    "type": "object",
    "required": ["id", "amount", "lines"],
    "properties": {
        "id": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[a-z]+$"},
        "amount": {"type": "integer", "minimum": 0, "maximum": 100},
        "ratio": {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.5, "default": 1.0},
        "at": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}], "default": None},
        "state": {"$ref": "#/$defs/State", "default": "open"},
        "note": {"type": "string", "default": ""},
        "lines": {"type": "array", "minItems": 1, "maxItems": 9, "items": {"$ref": "#/$defs/Line"}},
        "labels": {"type": "object", "additionalProperties": {"type": "string", "maxLength": 5}, "default": {}},
    },
    "$defs": {
        "State": {"type": "string", "enum": ["open", "shut"]},
        "Line": {"type": "object", "required": ["sku"], "properties": {"sku": {"type": "string"}, "parts": {}}},
    },
}
OLD["$defs"]["Line"]["properties"]["parts"] = {"type": "array", "items": {"$ref": "#/$defs/Line"}, "default": []}
GONE = object()


def changed(*edits: tuple[str, object]) -> dict[str, Any]:
    """OLD with values put, or with GONE taken away, at paths such as `properties/id/maxLength`."""
    new = copy.deepcopy(OLD)
    for path, value in edits:
        *way, last = path.split("/")
        place: Any = new
        for part in way:
            place = place[part]
        if value is GONE:
            del place[last]
        else:
            place[last] = value
    return new


def harms(new: dict[str, Any]) -> dict[tuple[Harm, str], str]:
    return {(found.harm, found.path): found.what for found in breaks(OLD, new)}


def test_a_schema_is_compatible_with_itself():
    assert breaks(OLD, copy.deepcopy(OLD)) == []


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_each_real_schema_is_understood_and_compatible_with_itself(name):
    schema = SCHEMAS[name]
    assert breaks(schema, copy.deepcopy(schema)) == []


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param([("properties/extra", {"type": "integer", "default": 0})], id="a new optional field"),
        pytest.param([("$defs/Line/properties/extra", {"type": "string"})], id="a new optional field of a line"),
        pytest.param([("properties/note/description", "Now explained.")], id="an explanation"),
        pytest.param([("title", "Link"), ("$defs/Line/x-unit", "pieces")], id="a title and an extension"),
    ],
)
def test_an_addition_breaks_nobody(edits):
    assert breaks(OLD, changed(*edits)) == []


@pytest.mark.parametrize(
    ("edits", "path", "what"),
    [
        pytest.param([("properties/note", GONE)], "/note", "removed", id="removed"),
        pytest.param([("$defs/Line/properties/sku", GONE)], "/lines[]/sku", "removed", id="removed from a line"),
        pytest.param([("required", ["id", "amount", "lines", "note"])], "/note", "newly required", id="newly required"),
        pytest.param(
            [("$defs/Line/required", ["sku", "size"]), ("$defs/Line/properties/size", {"type": "string"})],
            "/lines[]/size",
            "newly required",
            id="new and required at once",
        ),
        pytest.param([("properties/note/type", "integer")], "/note", "string is no longer allowed", id="another type"),
        pytest.param([("properties/ratio/type", "integer")], "/ratio", "number is no longer", id="number to integer"),
        pytest.param(
            [("properties/at", {"type": "string", "format": "date-time", "default": None})],
            "/at",
            "null is no longer allowed",
            id="null refused",
        ),
        pytest.param([("$defs/State/enum", ["open"])], "/state", "narrowed: without ['shut']", id="enum value removed"),
        pytest.param([("properties/note/enum", ["", "a"])], "/note", "narrowed: only", id="enum put on free text"),
        pytest.param([("properties/note/const", "")], "/note", "narrowed: only", id="const put on free text"),
        pytest.param([("properties/amount/minimum", 1)], "/amount", "narrowed: minimum 1", id="minimum raised"),
        pytest.param([("properties/amount/maximum", 99)], "/amount", "narrowed: maximum 99", id="maximum lowered"),
        pytest.param([("properties/amount/exclusiveMaximum", 100)], "/amount", "maximum", id="maximum made exclusive"),
        pytest.param([("properties/amount/exclusiveMinimum", 0)], "/amount", "minimum", id="minimum made exclusive"),
        pytest.param([("properties/ratio/multipleOf", 1.0)], "/ratio", "narrowed: multipleOf", id="coarser steps"),
        pytest.param([("properties/amount/multipleOf", 10)], "/amount", "multipleOf 10", id="steps where none were"),
        pytest.param([("properties/id/minLength", 2)], "/id", "narrowed: minLength 2", id="minLength raised"),
        pytest.param([("properties/id/maxLength", 199)], "/id", "narrowed: maxLength 199", id="maxLength lowered"),
        pytest.param([("properties/note/maxLength", 9)], "/note", "maxLength 9", id="maxLength where none was"),
        pytest.param([("properties/id/pattern", "^[a-y]+$")], "/id", "narrowed: pattern", id="another pattern"),
        pytest.param([("properties/note/pattern", "^a")], "/note", "narrowed: pattern ^a", id="pattern on free text"),
        pytest.param([("properties/note/format", "date-time")], "/note", "format date-time", id="format on free text"),
        pytest.param([("properties/lines/minItems", 2)], "/lines", "narrowed: minItems 2", id="minItems raised"),
        pytest.param([("properties/lines/maxItems", 8)], "/lines", "narrowed: maxItems 8", id="maxItems lowered"),
        pytest.param([("properties/lines/uniqueItems", True)], "/lines", "uniqueItems", id="unique where it wasn't"),
        pytest.param(
            [("additionalProperties", False)], "/*", "unknown fields are refused", id="unknown fields refused"
        ),
        pytest.param(
            [("properties/labels/additionalProperties/maxLength", 4)], "/labels/*", "maxLength 4", id="values narrowed"
        ),
        pytest.param(
            [("properties/state/default", "shut")], "/state", 'absent meant "open", means "shut"', id="default changed"
        ),
        pytest.param([("properties/note/default", GONE)], "/note", "absent meant", id="default taken away"),
        pytest.param([("x-topic", "other.topic.v1")], "/", "x-topic was attribution.links.v1", id="moved elsewhere"),
        pytest.param([("x-key", "amount")], "/", "x-key was id", id="keyed otherwise"),
    ],
)
def test_what_was_written_must_stay_readable(edits, path, what):
    assert what in harms(changed(*edits))[Harm.WRITERS, path]


@pytest.mark.parametrize(
    ("edits", "path", "what"),
    [
        pytest.param([("$defs/State/enum", ["open", "shut", "ajar"])], "/state", "without ['ajar']", id="enum grew"),
        pytest.param([("$defs/State/enum", GONE)], "/state", "widened: only", id="enum became free text"),
        pytest.param([("required", ["id", "lines"])], "/amount", "no longer required", id="no longer required"),
        pytest.param([("$defs/Line/required", [])], "/lines[]/sku", "no longer required", id="a line promises less"),
        pytest.param([("properties/amount/maximum", 101)], "/amount", "widened: maximum 100", id="maximum raised"),
        pytest.param([("properties/amount/minimum", -1)], "/amount", "widened: minimum 0", id="minimum lowered"),
        pytest.param([("properties/id/maxLength", GONE)], "/id", "widened: maxLength 200", id="maxLength gone"),
        pytest.param([("properties/id/pattern", GONE)], "/id", "widened: pattern", id="pattern gone"),
        pytest.param([("properties/lines/minItems", 0)], "/lines", "widened: minItems 1", id="empty lists allowed"),
        pytest.param(
            [("properties/amount/type", ["integer", "null"])], "/amount", "null is newly allowed", id="null allowed"
        ),
        pytest.param([("properties/amount/type", "number")], "/amount", "number is newly", id="integer to number"),
    ],
)
def test_what_is_written_must_be_readable_by_the_last_releases_readers(edits, path, what):
    new = changed(*edits)
    assert what in harms(new)[Harm.READERS, path]
    assert breaks(OLD, new, readers_elsewhere=False) == []


def test_a_new_field_is_refused_only_where_old_readers_refuse_unknown_fields():
    strict = changed(("additionalProperties", False))
    new = copy.deepcopy(strict)
    new["properties"]["extra"] = {"type": "string"}
    assert [found.what for found in breaks(strict, new)] == ["new, where unknown fields are refused"]


def test_a_recursive_schema_is_compared_to_its_end():
    found = breaks(OLD, changed(("$defs/Line/properties/parts/maxItems", 3)))
    assert [(f.path, f.what) for f in found] == [("/lines[]/parts", "narrowed: maxItems 3")]


@pytest.mark.parametrize("keyword", ["oneOf", "not", "patternProperties", "prefixItems"])
def test_a_keyword_that_the_comparison_does_not_know_is_an_error(keyword):
    with pytest.raises(UnreadableSchemaError, match=keyword):
        breaks(OLD, changed((f"properties/note/{keyword}", {})))


def test_a_broken_promise_says_where_what_and_whom_it_hurts():
    (found,) = breaks(OLD, changed(("properties/note", GONE)))
    assert str(found) == "/note: removed (refuses what was written by the last release)"


def test_today_keeps_every_promise_of_the_last_release():
    assert breaks_with(ROOT / "released", SCHEMAS) == []


def a_release(folder: Path) -> Path:
    (folder / "pyproject.toml").write_text('[project]\nversion = "1.0.0"\n')
    generate(folder)
    release(folder)
    return folder


def rewrite(folder: Path, name: str, edit: Callable[[Any], object]) -> None:
    path = folder / "released" / f"{name}.json"
    schema = json.loads(path.read_text())
    edit(schema)
    path.write_text(json.dumps(schema))


def test_a_release_keeps_one_schema_for_each_event_and_is_kept_today(tmp_path):
    folder = a_release(tmp_path)
    assert {path.stem for path in (folder / "released").iterdir()} == set(SCHEMAS)
    assert main(["check", "--root", str(folder)]) == 0


def test_an_order_field_that_is_gone_since_the_release_fails_the_check_and_the_next_release(tmp_path, capsys):
    folder = a_release(tmp_path)
    rewrite(folder, "stores.order-observed.v1", lambda s: s["properties"].update(weather={"type": "string"}))
    for verb in ("check", "release"):
        assert main([verb, "--root", str(folder)]) == 1
        assert "breaking: stores.order-observed.v1 /weather: removed" in capsys.readouterr().out
    assert "weather" in (folder / "released/stores.order-observed.v1.json").read_text()


def test_stores_may_say_more_than_before_but_our_own_topics_may_not(tmp_path):
    folder = a_release(tmp_path)
    rewrite(folder, "stores.order-observed.v1", lambda s: s["$defs"]["OrderState"]["enum"].remove("failed"))
    assert breaks_with(folder / "released", SCHEMAS) == []
    rewrite(folder, "attribution.order-decided.v1", lambda s: s["$defs"]["OrderOutcome"]["enum"].remove("waiting"))
    (line,) = breaks_with(folder / "released", SCHEMAS)
    assert line.startswith("attribution.order-decided.v1 /outcome: widened: without ['waiting']")


def test_an_event_that_is_gone_since_the_release_is_missed(tmp_path):
    folder = a_release(tmp_path)
    (folder / "released/console.brand-dreamt.v1.json").write_text("{}")
    assert breaks_with(folder / "released", SCHEMAS) == [
        "console.brand-dreamt.v1: the event is gone, its records are not"
    ]
