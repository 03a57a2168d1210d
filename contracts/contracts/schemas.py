"""The JSON Schema of each event, as committed under `schemas/` for readers in any language."""

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from contracts.envelope import Event
from contracts.registry import EVENTS

Json = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Untitled(GenerateJsonSchema):
    """Leaves out the titles that only repeat a field's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
        return False


def schema_of(event: type[Event]) -> Json:
    """The schema of an event's value, with its type, topic and key field; `$id` is what `ce_dataschema` says."""
    generated: JsonSchemaValue = event.model_json_schema(mode="validation", schema_generator=_Untitled)
    head: Json = {
        "$schema": DIALECT,
        "$id": f"/schemas/{event.TYPE}.json",
        "title": generated.pop("title"),
        "description": generated.pop("description", ""),
        "x-type": event.TYPE,
        "x-topic": event.TOPIC.name,
        "x-key": event.KEY,
    }
    definitions = generated.pop("$defs", None)
    return head | generated | ({"$defs": definitions} if definitions else {})


def all_schemas() -> dict[str, Json]:
    """Every event's schema by type name, in the order of the names."""
    return {name: schema_of(EVENTS[name]) for name in sorted(EVENTS)}


def as_text(schema: Json) -> str:
    """The file's text: stable, readable, ending in a newline."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
