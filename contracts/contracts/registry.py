"""Every event type that there is, by its name, made from the modules of this package."""

from collections.abc import Mapping
from types import MappingProxyType, ModuleType

from contracts import attribution, campaigns, console, discovery, notifications, stores
from contracts.envelope import EntityEvent, Event

MODULES: tuple[ModuleType, ...] = (console, discovery, campaigns, stores, attribution, notifications)


def _named_events() -> dict[str, type[Event]]:
    found: dict[str, type[Event]] = {}
    for module in MODULES:
        for thing in vars(module).values():
            if not (isinstance(thing, type) and issubclass(thing, Event) and "TYPE" in vars(thing)):
                continue
            if thing.TYPE in found and found[thing.TYPE] is not thing:
                raise ValueError(f"two events are called {thing.TYPE}")
            found[thing.TYPE] = thing
    return found


EVENTS: Mapping[str, type[Event]] = MappingProxyType(_named_events())


def entity_base(topic_name: str) -> type[EntityEvent] | None:  # type: ignore[type-arg]
    """The event class that reads any fact of an entity topic, also one that is not known yet; None for a fact topic."""
    for event in EVENTS.values():
        if issubclass(event, EntityEvent) and event.TOPIC.name == topic_name:
            base = event.__mro__[1]
            assert issubclass(base, EntityEvent)
            return base
    return None
