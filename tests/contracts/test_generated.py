"""The committed schemas and AsyncAPI document are what the models say."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from contracts.__main__ import ROOT, main
from contracts.asyncapi import asyncapi
from contracts.generate import generate, generated_files, stale
from contracts.registry import EVENTS
from contracts.schemas import all_schemas
from contracts.topics import ALL
from contracts.yaml_text import to_yaml


def a_checkout(folder: Path) -> Path:
    (folder / "pyproject.toml").write_text('[project]\nversion = "9.8.7"\n')
    generate(folder)
    return folder


def test_every_committed_file_equals_its_regeneration():
    assert stale(ROOT, generated_files(ROOT)) == []


def test_generating_twice_changes_nothing(tmp_path):
    checkout = a_checkout(tmp_path)
    assert generate(checkout) == []


@pytest.mark.parametrize("name", ["asyncapi.yaml", "schemas/stores.order-observed.v1.json"])
def test_check_fails_and_names_an_edited_file(tmp_path, capsys, name):
    checkout = a_checkout(tmp_path)
    with (checkout / name).open("a") as file:
        file.write("\n")
    assert main(["check", "--root", str(checkout)]) == 1
    assert f"stale: {name}" in capsys.readouterr().out
    assert main(["generate", "--root", str(checkout)]) == 0
    assert main(["check", "--root", str(checkout)]) == 0


def test_check_fails_on_a_missing_file_and_on_a_schema_without_an_event(tmp_path, capsys):
    checkout = a_checkout(tmp_path)
    (checkout / "schemas/stores.order-observed.v1.json").unlink()
    (checkout / "schemas/stores.order-dreamt.v1.json").write_text("{}")
    assert main(["check", "--root", str(checkout)]) == 1
    said = capsys.readouterr().out
    assert "stale: schemas/stores.order-observed.v1.json" in said
    assert "stale: schemas/stores.order-dreamt.v1.json" in said
    generate(checkout)
    assert not (checkout / "schemas/stores.order-dreamt.v1.json").exists()


def test_generating_outside_a_checkout_is_refused_in_one_sentence(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["generate", "--root", str(tmp_path)])
    assert stopped.value.code == 2
    assert "holds no pyproject.toml" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def schemas():
    """Made once: to make them all for each of them would take minutes."""
    return all_schemas()


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_each_schema_is_valid_and_says_type_topic_key_and_id(name, schemas):
    schema, event = schemas[name], EVENTS[name]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["x-type"] == name
    assert schema["x-topic"] == event.TOPIC.name
    assert schema["x-key"] == event.KEY
    assert schema["x-key"] in schema["properties"]
    assert schema["$id"] == f"/schemas/{name}.json"


def the_document() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((ROOT / "asyncapi.yaml").read_text())
    return document


def test_the_asyncapi_file_reads_back_as_the_document_it_was_made_from():
    document = the_document()
    assert document == asyncapi(document["info"]["version"])
    assert document["asyncapi"] == "3.0.0"


def test_each_topic_is_a_channel_with_bindings_owner_readers_and_key():
    channels = the_document()["channels"]
    assert list(channels) == [topic.name for topic in ALL]
    for topic in ALL:
        channel = channels[topic.name]
        kafka = channel["bindings"]["kafka"]
        assert kafka["partitions"] == topic.partitions
        assert kafka["topicConfiguration"]["cleanup.policy"] == [topic.cleanup.value]
        assert str(kafka["topicConfiguration"]["retention.ms"]) == topic.config()["retention.ms"]
        assert (channel["x-owner"], channel["x-readers"]) == (topic.owner, list(topic.readers))
        assert {channel["x-key"]} == {EVENTS[name].KEY for name in channel["messages"]}


def test_every_event_is_a_message_of_exactly_one_channel():
    document = the_document()
    placed = [name for channel in document["channels"].values() for name in channel["messages"]]
    assert sorted(placed) == sorted(EVENTS) == sorted(document["components"]["messages"])


def test_the_public_way_in_is_sent_by_stores_and_received_by_attribution():
    operations = the_document()["operations"]
    parties = {(o["x-party"], o["action"]) for o in operations.values() if "stores.orders.v1" in o["channel"]["$ref"]}
    assert parties == {
        ("upstream stores", "send"),
        ("attribution", "send"),
        ("attribution", "receive"),
        ("campaigns", "receive"),
    }


def test_every_reference_of_the_document_leads_somewhere():
    document = the_document()

    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            yield from (v for k, v in value.items() if k == "$ref")
            for child in value.values():
                yield from references(child)
        elif isinstance(value, list):
            for child in value:
                yield from references(child)

    found = set(references(document))
    assert len(found) > len(EVENTS)
    for reference in found:
        if reference.startswith("./"):
            assert (ROOT / reference).is_file(), reference
            continue
        place = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "No",
        "null",
        "~",
        "1",
        "1.5",
        "0x10",
        "2026-11-08",
        "a: b",
        "a #b",
        "- a",
        "",
        " a",
        "a ",
        "é",
        "\n",
        '"',
        "@",
    ],
)
def test_yaml_reads_every_string_back_as_that_string(text):
    assert yaml.safe_load(to_yaml({"key": text, "list": [text, {text: text}]})) == {
        "key": text,
        "list": [text, {text: text}],
    }


def test_yaml_keeps_numbers_truth_and_emptiness():
    document: dict[str, Any] = {"a": -1, "b": True, "c": None, "d": {}, "e": [], "f": {"g": [{"h": 1, "i": [2]}]}}
    assert yaml.safe_load(to_yaml(document)) == document


def test_yaml_refuses_what_it_can_not_say():
    with pytest.raises(TypeError, match="no place"):
        to_yaml({"a": object()})
