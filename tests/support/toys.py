"""Events of no service: so that the chassis is tested without any business noun, on topics of each test's own."""

import uuid
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, ClassVar

from chassis.ids import new_id
from contracts.envelope import EntityEvent, Event, State, headers
from contracts.topics import Cleanup, Topic

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def a_topic(kind: Cleanup = Cleanup.DELETE, partitions: int = 3) -> Topic:
    name = f"toys.{'bells' if kind is Cleanup.DELETE else 'lamps'}-{uuid.uuid4().hex[:10]}.v1"
    days = 30 if kind is Cleanup.DELETE else None
    return Topic(name, "toys", ("toys",), "bell", partitions, kind, days)


def toys(partitions: int = 3) -> SimpleNamespace:
    """A fact `Rang`, an entity `Lamp` with its event `LampChanged`, and a fact `Echoed`, on fresh topics."""
    facts, entities, echoes = a_topic(partitions=partitions), a_topic(Cleanup.COMPACT, partitions), a_topic()

    class Rang(Event):
        TYPE: ClassVar = "toys.rang.v1"
        TOPIC: ClassVar = facts
        KEY: ClassVar = "bell"
        bell: str
        number: int = 0

    class Echoed(Event):
        TYPE: ClassVar = "toys.echoed.v1"
        TOPIC: ClassVar = echoes
        KEY: ClassVar = "bell"
        bell: str
        number: int = 0

    class Lamp(State):
        TOPIC: ClassVar = entities
        on: bool

    class LampEvent(EntityEvent[Lamp]):
        TOPIC: ClassVar = entities
        STATE: ClassVar = Lamp

    class LampChanged(LampEvent):
        TYPE: ClassVar = "toys.lamp-changed.v1"

    return SimpleNamespace(
        Rang=Rang,
        Echoed=Echoed,
        Lamp=Lamp,
        LampEvent=LampEvent,
        LampChanged=LampChanged,
        topics=(facts, entities, echoes),
    )


def a_ring(kind: Any, bell: str = "north", number: int = 0, **changes: Any) -> Any:
    return kind(**({"id": new_id(), "time": NOON, "bell": bell, "number": number} | changes))


def a_record(event: Event, *, partition: int = 0, offset: int = 0, **changes: Any) -> SimpleNamespace:
    """The record that carries an event, as the loop gets it from Kafka."""
    fields = {
        "topic": event.TOPIC.name,
        "partition": partition,
        "offset": offset,
        "key": event.key().encode(),
        "value": event.body(),
        "headers": headers(event, "toys"),
    }
    return SimpleNamespace(**(fields | changes))


def records_of(events: list[Event]) -> list[SimpleNamespace]:
    return [a_record(event, offset=number) for number, event in enumerate(events)]
