"""The work that a collaboration asks for, and what decides its fee (C6, MONEY 22)."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.envelope import Model, Utc
from contracts.ids import Id
from contracts.money import Money


class CancelledBy(StrEnum):
    """Who cancelled a deliverable (MONEY 22)."""

    BRAND = "brand"
    CREATOR = "creator"


class Cancellation(Model):
    """A deliverable is not wanted or not made any more.

    `days_late` is how late the creator was with it then, a day that has begun counted whole: 8 is more than seven.
    """

    at: Utc
    by: CancelledBy
    days_late: Annotated[int, Field(ge=0, le=10_000)] = 0


class Deliverable(Model):
    """One piece of work and what decides its fee (MONEY 22): its share of the terms' fee, and the steps it has taken.

    An approval by silence is an approval. A step that was undone is absent again.
    """

    id: Id
    fee: Money
    concept_asked: bool = True
    concept_approved_at: Utc | None = None
    submission_approved_at: Utc | None = None
    published_at: Utc | None = None
    cancelled: Cancellation | None = None

    @model_validator(mode="after")
    def _never_costs_the_creator(self) -> Self:
        if self.fee.amount < 0:
            raise ValueError("a fee is below zero")
        return self
