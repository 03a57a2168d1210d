"""The table of topics and the registry of events agree and leave nothing unsaid."""

import re
from typing import Any

import pytest

from contracts.envelope import EntityEvent, Event
from contracts.registry import EVENTS, entity_base
from contracts.schemas import schema_of
from contracts.topics import ALL, DAY_MS, Cleanup, Topic, owned_by

SERVICES = {"discovery", "campaigns", "attribution", "notifications", "console"}
OUTSIDE = {"upstream stores", "internal teams"}
KEBAB = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"

topics = pytest.mark.parametrize("topic", ALL, ids=lambda t: t.name)
events = pytest.mark.parametrize("event", [EVENTS[name] for name in sorted(EVENTS)], ids=lambda e: e.TYPE)


@topics
def test_each_topic_has_an_owner_readers_partitions_and_a_purpose(topic: Topic):
    assert topic.owner in SERVICES | OUTSIDE
    assert topic.readers
    assert {reader.split()[0] for reader in topic.readers} <= SERVICES | {"internal"}
    assert topic.partitions >= 1
    assert topic.about.endswith(".")


@topics
def test_each_topic_is_named_producer_stream_version_in_letters_digits_dots_and_hyphens(topic: Topic):
    assert re.fullmatch(rf"{KEBAB}\.{KEBAB}\.v[1-9][0-9]*", topic.name)
    assert len(topic.name) <= 249


@topics
def test_each_topic_says_how_long_it_keeps_its_records(topic: Topic):
    config = topic.config()
    if topic.cleanup is Cleanup.COMPACT:
        assert topic.retention_days is None
        assert config["cleanup.policy"] == "compact"
        assert int(config["min.compaction.lag.ms"]) == 7 * DAY_MS
        assert int(config["max.compaction.lag.ms"]) == 8 * DAY_MS
    else:
        assert config["cleanup.policy"] == "delete"
        assert topic.retention_days is not None
        assert int(config["retention.ms"]) == topic.retention_days * DAY_MS > 0


@topics
def test_each_topic_is_created_by_a_service_and_carries_events(topic: Topic):
    assert [s for s in SERVICES if topic in owned_by(s)]
    assert [event for event in EVENTS.values() if event.TOPIC is topic]


def test_a_fact_topic_without_retention_is_refused():
    forgetful = Topic("a.b.v1", "console", ("discovery",), "id", 1, Cleanup.DELETE)
    with pytest.raises(ValueError, match="no retention_days"):
        forgetful.config()


def test_no_two_topics_share_a_name():
    assert len({topic.name for topic in ALL}) == len(ALL)


@events
def test_each_type_is_named_producer_fact_version_in_kebab_case(event: type[Event]):
    assert re.fullmatch(rf"{KEBAB}\.{KEBAB}\.v[1-9][0-9]*", event.TYPE)


@events
def test_each_class_is_named_as_its_fact(event: type[Event]):
    fact = event.TYPE.split(".")[1]
    assert event.__name__ == "".join(part.capitalize() for part in fact.split("-"))


@events
def test_the_producer_in_a_types_name_is_the_producer_in_its_topics_name(event: type[Event]):
    assert event.TOPIC in ALL
    assert event.TYPE.split(".")[0] == event.TOPIC.name.split(".")[0]


@events
def test_each_event_is_keyed_as_its_topic_says(event: type[Event]):
    assert event.KEY in event.model_fields
    assert event.model_fields[event.KEY].is_required()
    if issubclass(event, EntityEvent):
        assert event.KEY == "entity"
        assert event.TOPIC.key in event.STATE.model_fields
    else:
        assert event.TOPIC.key == event.KEY


@events
def test_entity_events_are_on_entity_topics_with_one_state_each(event: type[Event]):
    assert issubclass(event, EntityEvent) == event.TOPIC.is_entity
    if issubclass(event, EntityEvent):
        assert event.STATE.TOPIC is event.TOPIC
        base = entity_base(event.TOPIC.name)
        assert base is not None
        assert base.STATE is event.STATE


@events
def test_each_event_says_in_a_sentence_what_it_means(event: type[Event]):
    assert event.__doc__
    assert event.__doc__.strip().endswith(".")


def field_names(schema: Any) -> set[str]:
    if isinstance(schema, dict):
        own = set(schema["properties"]) if isinstance(schema.get("properties"), dict) else set()
        return own.union(*(field_names(value) for value in schema.values()))
    return set()


@events
def test_no_event_has_room_for_an_address_a_code_of_sign_in_or_a_secret(event: type[Event]):
    parts = {part for name in field_names(schema_of(event)) for part in name.split("_")}
    assert parts & {"email", "mail", "address", "ip", "phone", "token", "secret", "password", "signature"} == set()


@events
def test_peoples_names_are_on_one_topic_only(event: type[Event]):
    assert ("display_name" in field_names(schema_of(event))) == (event.TOPIC.name == "discovery.creators.v1")
