"""Examples stand for every record ever written: each must parse for ever."""

import json
from pathlib import Path

import jsonschema
import pytest

from contracts.__main__ import ROOT
from contracts.envelope import EntityEvent, fact_name
from contracts.registry import EVENTS
from contracts.schemas import all_schemas

EXAMPLES = sorted((ROOT / "examples").rglob("*.json"))
SCHEMAS = all_schemas()
REAL_ORDER_KINDS = {"snapshot", "refund", "deletion", "changed"}


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def test_every_event_has_an_example_and_every_example_an_event():
    assert {path.parent.name for path in EXAMPLES} == set(EVENTS)
    assert all(path.parent.parent == ROOT / "examples" for path in EXAMPLES)


def test_nothing_but_examples_lies_among_the_examples():
    assert [path for path in (ROOT / "examples").rglob("*") if path.is_file() and path.suffix != ".json"] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=named)
def test_each_example_is_read_by_its_model_and_accepted_by_its_schema(path):
    event = EVENTS[path.parent.name].from_body(path.read_bytes())
    checker = jsonschema.FormatChecker()
    jsonschema.Draft202012Validator(SCHEMAS[path.parent.name], format_checker=checker).validate(
        json.loads(path.read_bytes())
    )
    assert event.id == json.loads(path.read_bytes())["id"]


@pytest.mark.parametrize("path", EXAMPLES, ids=named)
def test_what_is_written_reads_back_as_the_same_event(path):
    event = EVENTS[path.parent.name].from_body(path.read_bytes())
    again = type(event).from_body(event.body())
    assert again == event
    jsonschema.Draft202012Validator(SCHEMAS[event.TYPE]).validate(json.loads(event.body()))


@pytest.mark.parametrize("path", EXAMPLES, ids=named)
def test_an_entity_example_names_its_own_fact_and_its_states_id(path):
    event = EVENTS[path.parent.name].from_body(path.read_bytes())
    if isinstance(event, EntityEvent):
        assert event.fact == fact_name(event.TYPE)
        assert event.state.id == event.entity if event.state else event.fact.endswith("-erased")


def test_the_order_examples_show_every_kind_and_way_that_there_is():
    orders = [json.loads(path.read_bytes()) for path in (ROOT / "examples/stores.order-observed.v1").glob("*.json")]
    assert {order["kind"] for order in orders} == REAL_ORDER_KINDS
    assert {order["way"] for order in orders} == {"topic", "webhook", "csv", "poll"}
    assert {order["snapshot"]["currency"] for order in orders if "snapshot" in order} >= {"EUR", "JPY", "KWD"}


def test_no_two_examples_are_the_same_event():
    ids = [json.loads(path.read_bytes())["id"] for path in EXAMPLES]
    assert len(ids) == len(set(ids))


def test_no_example_holds_an_address():
    assert [named(path) for path in EXAMPLES if "@" in path.read_text(encoding="utf-8")] == []
