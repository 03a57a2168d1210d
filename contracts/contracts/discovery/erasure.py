"""Erasures of persons (D12): who is to be forgotten, by ids alone, until every service has answered."""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts import topics
from contracts.envelope import EntityEvent, State, Utc
from contracts.ids import Id


class Erasure(State):
    """One person who is to be forgotten: the `account`, if they have one, and these `profiles`.

    Whoever hears it forgets both, says so, and keeps no later fact about them. `asked` grows each time that an operator
    asks those again who have not answered. Five weeks after it was completed an erasure names no profiles any more.
    """

    TOPIC: ClassVar = topics.ERASURES

    account: Id | None = None
    profiles: Annotated[tuple[Id, ...], Field(max_length=1000)] = ()
    invitations: Annotated[
        tuple[Id, ...],
        Field(max_length=1000, description="Collaborations whose person was invited by mail, and has neither."),
    ] = ()
    asked_at: Utc
    asked: Annotated[int, Field(ge=1)] = 1
    completed_at: Annotated[Utc | None, Field(description="When the last service had answered.")] = None


class ErasureEvent(EntityEvent[Erasure]):
    """Any change of an erasure."""

    TOPIC: ClassVar = topics.ERASURES
    STATE: ClassVar = Erasure


class ErasureAsked(ErasureEvent):
    """Somebody is to be forgotten."""

    TYPE: ClassVar = "discovery.erasure-asked.v1"


class ErasureCompleted(ErasureEvent):
    """Every service that holds something has answered."""

    TYPE: ClassVar = "discovery.erasure-completed.v1"
