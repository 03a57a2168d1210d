"""Erasure of persons (D12): what would go, who asked, and which services have not answered yet."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

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


class AskProfileErasure(Model):
    """`POST /v1/erasures`: the person behind a profile that nobody has proven asked an operator to be forgotten."""

    profile: Id
    confirmed: Literal[True]


class AskInvitationErasure(Model):
    """`POST /v1/erasures/invitations`: whoever was only invited by mail asked an operator to be forgotten.

    `invitation` is the id of the collaboration that never came about.
    """

    invitation: Id
    confirmed: Literal[True]


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
