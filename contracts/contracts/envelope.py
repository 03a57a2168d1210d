"""What every event is: CloudEvents 1.0 in binary mode, a frozen model as the value, its context in the headers.

Two kinds. A *fact* stands for itself (`OrderObserved`). An *entity event* (`CreatorInvited`) names a fact **and**
carries the entity's whole public state with a `revision` that grows with each change, so that a reader needs no memory
of others.
"""

from datetime import UTC, datetime
from functools import cache
from typing import Annotated, ClassVar, Generic, Self, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from contracts.ids import Id
from contracts.topics import Topic

SPEC_VERSION = "1.0"
CONTENT_TYPE = b"application/json"


def _utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("the instant is before the year 1 or after the year 9999 in UTC") from None


Utc = Annotated[AwareDatetime, AfterValidator(_utc)]
"""An instant. Any offset is accepted and kept as UTC; a time without offset is refused."""


class Model(BaseModel):
    """Frozen; readers ignore fields that they don't know, so that producers can add some."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_bytes="base64")


class Event(Model):
    """One thing that happened. Subclasses are named in the past tense, one per fact."""

    TYPE: ClassVar[str]
    TOPIC: ClassVar[Topic]
    KEY: ClassVar[str] = "id"

    id: Id
    time: Utc

    def key(self) -> str:
        """The record's key: the field that the topic is ordered by."""
        return str(getattr(self, self.KEY))

    def subject(self) -> str:
        """CloudEvents `subject`: what the event is about."""
        return self.key()

    def body(self) -> bytes:
        """The record's value: JSON in UTF-8, absent optional fields left out."""
        return self.model_dump_json(exclude_none=True).encode()

    @classmethod
    def from_body(cls, value: bytes) -> Self:
        """Read a record's value; raises pydantic's `ValidationError`, which names each wrong field."""
        return cls.model_validate_json(value)


class State(Model):
    """An entity's whole public state, as its topic carries it. `id` is the record's key."""

    TOPIC: ClassVar[Topic]

    id: Id


S = TypeVar("S", bound=State)


class EntityEvent(Event, Generic[S]):
    """An entity's change: the fact's name, the new revision and the whole state.

    `state` is absent only in the key's last event, whose fact ends in `-erased`: final, later revisions are refused.
    """

    STATE: ClassVar[type[State]]
    KEY: ClassVar[str] = "entity"

    entity: Annotated[Id, Field(description="The entity's id, the same as the record's key.")]
    revision: Annotated[int, Field(ge=1)]
    fact: Id
    state: S | None = None

    @classmethod
    def of(cls, state: S, *, id: str, time: datetime, revision: int) -> Self:  # noqa: A002 - CloudEvents' own name
        """The event that says `state` became so, at `revision`."""
        return cls(id=id, time=time, entity=state.id, revision=revision, fact=fact_name(cls.TYPE), state=state)


def fact_name(event_type: str) -> str:
    """`campaigns.creator-invited.v1` -> `creator-invited`."""
    return event_type.rsplit(".", 2)[-2]


def headers(event: Event, source: str) -> list[tuple[str, bytes]]:
    """The CloudEvents attributes of a record (binary mode), `source` being the service that says it."""
    time = event.time.isoformat().replace("+00:00", "Z")
    return attributes(type(event), source, event.id.encode(), time.encode(), event.subject().encode())


def attributes(said: type[Event], source: str, id_: bytes, time: bytes, subject: bytes) -> list[tuple[str, bytes]]:
    """The same for a record that was written without its model; `time` in RFC 3339, in UTC, ending in Z."""
    version, kind, said_by, schema, content = _constant(said.TYPE, source)
    return [version, ("ce_id", id_), kind, said_by, ("ce_time", time), ("ce_subject", subject), schema, content]


@cache
def _constant(event_type: str, source: str) -> tuple[tuple[str, bytes], ...]:
    """What is the same for all events of a type that one service says."""
    return (
        ("ce_specversion", SPEC_VERSION.encode()),
        ("ce_type", event_type.encode()),
        ("ce_source", f"/{source}".encode()),
        ("ce_dataschema", f"/schemas/{event_type}.json".encode()),
        ("content-type", CONTENT_TYPE),
    )
