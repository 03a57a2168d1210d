"""Events of no service: so that the chassis is tested without any business noun, on topics of each test's own."""

import uuid
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, ClassVar

from chassis.ids import new_id
from contracts.envelope import EntityEvent, Event, State, headers
from contracts.topics import Cleanup, Topic

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def a_mark() -> str:
    """What makes one test's topics, groups and slots its own."""
    return uuid.uuid4().hex[:10]


def a_topic(kind: Cleanup = Cleanup.DELETE, partitions: int = 3, stream: str = "", mark: str = "") -> Topic:
    stream = stream or ("bells" if kind is Cleanup.DELETE else "lamps")
    name = f"toys.{stream}-{mark or a_mark()}.v1"
    days = 30 if kind is Cleanup.DELETE else None
    return Topic(name, "toys", ("toys",), "bell", partitions, kind, days)


def toys(partitions: int = 3, mark: str = "") -> SimpleNamespace:
    """A fact `Rang`, an entity `Lamp` with `LampChanged` and `LampErased`, and a fact `Echoed`, on topics of `mark`."""
    mark = mark or a_mark()
    facts, entities = (a_topic(kind, partitions, mark=mark) for kind in (Cleanup.DELETE, Cleanup.COMPACT))
    echoes = a_topic(stream="echoes", mark=mark)

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

    class LampErased(LampEvent):
        TYPE: ClassVar = "toys.lamp-erased.v1"

    return SimpleNamespace(
        mark=mark,
        LampErased=LampErased,
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
