"""From a Kafka record to an event: what an outsider wrote is read with care, headers only when asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import ValidationError

from chassis.handlers import Handlers, Reaction
from contracts.envelope import EntityEvent, Event

ERASED = "-erased"


class Record(Protocol):
    """What the loop needs of a Kafka record."""

    @property
    def topic(self) -> str:
        """Its topic."""

    @property
    def partition(self) -> int:
        """Its partition."""

    @property
    def offset(self) -> int:
        """Its offset."""

    @property
    def key(self) -> bytes | None:
        """Its key."""

    @property
    def value(self) -> bytes | None:
        """Its value."""

    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]:
        """Its headers, undecoded."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A record that a handler wants, and the event that it carries."""

    record: Record
    reaction: Reaction
    event: Event
    traceparent: str


@dataclass(frozen=True, slots=True)
class Invalid:
    """A record that can't be read; `reason` is a short word, `error` the whole sentence."""

    record: Record
    reason: str
    error: str


def header(record: Record, name: str) -> str | None:
    """A header's text; None when it is absent, null or not UTF-8."""
    for key, value in record.headers:
        if key == name and value is not None:
            try:
                return value.decode()
            except UnicodeDecodeError:
                return None
    return None


def read(record: Record, handlers: Handlers) -> Taken | Invalid | None:
    """The event in a record: `Taken` if a handler wants it, `Invalid` if it can't be read, None if nobody wants it."""
    event_type = header(record, "ce_type")
    if event_type is None:
        return Invalid(record, "no-type", "the header ce_type is absent, null or not UTF-8")
    reaction = handlers.reactions.get(event_type) or handlers.states.get(record.topic)
    if reaction is None or reaction.topic.name != record.topic:
        return None
    if record.value is None:
        return Invalid(record, "no-value", "the record has no value")
    try:
        event = reaction.event.from_body(record.value)
    except Exception as error:  # noqa: BLE001 - whatever a validator raises at an outsider's bytes, they can't be read
        return Invalid(record, "not-valid", _wrong(error))
    if isinstance(event, EntityEvent) and event.state is None and not event.fact.endswith(ERASED):
        return Invalid(record, "not-valid", "state: absent, and the fact is no erasure")
    return Taken(record, reaction, event, header(record, "traceparent") or "")


def _wrong(error: Exception) -> str:
    """Each wrong field and what is wrong with it, without its value."""
    if not isinstance(error, ValidationError):
        return f"value: {type(error).__name__}"
    return "; ".join(
        f"{'.'.join(map(str, e['loc'])) or 'value'}: {e['msg']}"
        for e in error.errors(include_input=False, include_url=False, include_context=False)[:10]
    )
