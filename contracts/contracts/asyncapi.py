"""AsyncAPI 3.0 of the whole system, made from the table of topics and the registry of events (ARCHITECTURE 4)."""

from typing import Any

from contracts.envelope import CONTENT_TYPE, SPEC_VERSION, Event
from contracts.registry import EVENTS
from contracts.topics import ALL, Topic

Json = dict[str, Any]

MEDIA_TYPE = CONTENT_TYPE.decode()
ABOUT = (
    "What the services say to one another over Kafka, and the public way in for stores. Records are CloudEvents 1.0 in "
    "binary mode: the value is the event's JSON, its context stands in the headers. Delivery is at least once, ordered "
    "within a key. Readers ignore fields and types that they do not know."
)


def asyncapi(version: str) -> Json:
    """The document; `version` is that of the contracts distribution."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Creator marketplace events",
            "version": version,
            "description": ABOUT,
        },
        "defaultContentType": MEDIA_TYPE,
        "channels": {topic.name: _channel(topic) for topic in ALL},
        "operations": dict(operation for topic in ALL for operation in _operations(topic)),
        "components": {
            "messages": {name: _message(EVENTS[name]) for name in sorted(EVENTS)},
            "messageTraits": {"cloudevent": {"headers": _header_schema()}},
        },
    }


def events_on(topic: Topic) -> list[type[Event]]:
    """The events of a topic, by name."""
    return [event for _, event in sorted(EVENTS.items()) if event.TOPIC is topic]


def _channel(topic: Topic) -> Json:
    return {
        "address": topic.name,
        "description": topic.about,
        "messages": {e.TYPE: {"$ref": f"#/components/messages/{e.TYPE}"} for e in events_on(topic)},
        "bindings": {"kafka": _kafka(topic)},
        "x-owner": topic.owner,
        "x-writers": list(_writers(topic)),
        "x-readers": list(topic.readers),
        "x-key": events_on(topic)[0].KEY,
        "x-kind": "entity" if topic.is_entity else "fact",
        "x-topic-configuration": topic.config(),
    }


def _kafka(topic: Topic) -> Json:
    config = topic.config()
    return {
        "topic": topic.name,
        "partitions": topic.partitions,
        "topicConfiguration": {
            "cleanup.policy": [config["cleanup.policy"]],
            "retention.ms": int(config["retention.ms"]),
        },
        "bindingVersion": "0.5.0",
    }


def _message(event: type[Event]) -> Json:
    return {
        "name": event.TYPE,
        "title": event.__name__,
        "summary": (event.__doc__ or "").strip().splitlines()[0],
        "contentType": MEDIA_TYPE,
        "traits": [{"$ref": "#/components/messageTraits/cloudevent"}],
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./schemas/{event.TYPE}.json"},
        },
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": f"The value's field `{event.KEY}`, in UTF-8."},
                "bindingVersion": "0.5.0",
            }
        },
    }


def _header_schema() -> Json:
    def text(about: str, **more: Any) -> Json:
        return {"type": "string", "description": about} | more

    return {
        "type": "object",
        "required": [
            "ce_specversion",
            "ce_id",
            "ce_type",
            "ce_source",
            "ce_time",
            "ce_subject",
            "ce_dataschema",
            "content-type",
        ],
        "properties": {
            "ce_specversion": text("The version of CloudEvents.", const=SPEC_VERSION),
            "ce_id": text("The event's id, the same as in the value; repeated when the event is sent again."),
            "ce_type": text("The event's type: <producer>.<fact>.v<major>; it names the schema."),
            "ce_source": text("Who says it: / and the service's or the store's name."),
            "ce_time": text("When it happened, RFC 3339 in UTC.", format="date-time"),
            "ce_subject": text("What it is about: the record's key."),
            "ce_dataschema": text("The schema's $id."),
            "content-type": text("What the value is.", const=MEDIA_TYPE),
            "traceparent": text("W3C trace context, where a trace is recorded."),
        },
    }


def _writers(topic: Topic) -> tuple[str, ...]:
    return topic.public_writers or (topic.owner,)


def _operations(topic: Topic) -> list[tuple[str, Json]]:
    said = [_operation(topic, who, "send", f"{who} writes {topic.name}.") for who in _writers(topic)]
    heard = [_operation(topic, who, "receive", f"{who} reads {topic.name}.") for who in topic.readers]
    return said + heard


def _operation(topic: Topic, who: str, action: str, summary: str) -> tuple[str, Json]:
    name = f"{who.replace(' ', '-')}.{action}.{topic.name}"
    return name, {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "summary": summary[0].upper() + summary[1:],
        "messages": [{"$ref": f"#/channels/{topic.name}/messages/{e.TYPE}"} for e in events_on(topic)],
        "x-party": who,
    }
