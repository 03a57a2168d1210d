"""From a Kafka record to an event: what an outsider wrote is read with care, headers only when asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import ValidationError

from chassis.handlers import Handlers, Reaction
from contracts.envelope import Event


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
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'value'}: {e['msg']}"
            for e in error.errors(include_input=False, include_url=False, include_context=False)[:10]
        )
        return Invalid(record, "not-valid", wrong)
    except RecursionError:
        return Invalid(record, "not-valid", "value: nested too deeply")
    return Taken(record, reaction, event, header(record, "traceparent") or "")
