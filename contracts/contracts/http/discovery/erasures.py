"""Erasure of persons (D12): what would go, who asked, and which services have not answered yet."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from contracts.envelope import Model, Utc
from contracts.forgetting import Held, Kept, Went
from contracts.ids import Id


class ProfileFate(StrEnum):
    """What becomes of a profile that an account claims: it goes with whoever has shown that it is theirs.

    `released`: it stays with what networks and lists say of it, without the account's claim and words, as the handle
    was never proven.
    """

    ERASED = "erased"
    RELEASED = "released"


class ProfileToForget(Model):
    """One of the account's profiles, and what would become of it."""

    profile: Id
    network: str
    handle: str
    fate: ProfileFate


class ErasurePlan(Model):
    """`GET /v1/me/erasure`: what an erasure would do. `asked_at` is there once it was asked for."""

    profiles: tuple[ProfileToForget, ...]
    goes: tuple[Held, ...]
    stays: tuple[Kept, ...]
    asked_at: Utc | None = None


class AskErasure(Model):
    """`POST /v1/me/erasure`: the account is to be forgotten, for good. `confirmed` says that its person knows."""

    confirmed: Literal[True]


class AskErasureOf(Model):
    """`POST /v1/erasures`: somebody without an account asked an operator to be forgotten; one of the two names them.

    `profile`: whoever is behind a profile that nobody has proven. `invitation`: whoever was only invited by mail, by
    the id of the collaboration that never came about.
    """

    profile: Id | None = None
    invitation: Id | None = None
    confirmed: Literal[True]

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.profile is None) is (self.invitation is None):
            raise ValueError("name a profile or an invitation, and not both")
        return self


class AskedBy(StrEnum):
    """Who asked for an erasure."""

    CREATOR = "creator"
    OPERATOR = "operator"


class ServiceAnswer(Model):
    """One service's answer; without `answered_at` it is outstanding since the erasure was asked for."""

    service: str
    answered_at: Utc | None = None
    went: tuple[Went, ...] = ()
    kept: tuple[Kept, ...] = ()


class ErasureOut(Model):
    """One erasure, by ids alone. `overdue` once a service has owed its answer for longer than it may."""

    id: Id
    asked_by: AskedBy
    account: Id | None = None
    profiles: tuple[Id, ...] = ()
    invitations: tuple[Id, ...] = ()
    asked_at: Utc
    asked: Annotated[int, Field(description="how often the services were asked")]
    completed_at: Utc | None = None
    overdue: bool = False
    answers: tuple[ServiceAnswer, ...]


class ErasureStatus(StrEnum):
    """Which erasures a list is about."""

    OUTSTANDING = "outstanding"
    COMPLETED = "completed"
