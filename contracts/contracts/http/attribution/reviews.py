"""Reviews of what came too late for a frozen order, and the release of what is held (MONEY 5, 11)."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.envelope import Model, Utc
from contracts.http.attribution.fields import Words
from contracts.ids import Id, OrderKey
from contracts.money import CurrencyCode, Minor

Note = Annotated[str, StringConstraints(max_length=500)]


class ReviewStatus(StrEnum):
    """Where a review stands. `lapsed`: nothing would change any more, say because the order was cancelled."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    LAPSED = "lapsed"


class ReviewChange(Model):
    """What one creator earns by one collaboration, and what it would be with the late facts; minor units."""

    creator: Id
    collaboration: Id
    campaign: Id
    commission: Minor
    would_be: Minor


class PersonOut(Model):
    """Who did something: an operator, or a brand's member."""

    kind: Id
    account: Id


class ReviewOut(Model):
    """One row of `GET /v1/reviews`, newest first: an order that froze before something became known (MONEY 11).

    `late` names the facts, each with its revision, and lines that were added. `note` is what the person said who
    resolved it.
    """

    id: Id
    order: OrderKey
    brand: Id
    store: Id
    status: ReviewStatus
    currency: CurrencyCode | None = None
    changes: tuple[ReviewChange, ...] = ()
    late: Annotated[tuple[Words, ...], Field(description="What came after the freeze.")] = ()
    frozen_at: Utc
    opened_at: Utc
    resolved_at: Utc | None = None
    resolved_by: PersonOut | None = None
    note: Note = ""


class Remark(Model):
    """What a person says who accepts or rejects a review, or releases an order; kept for the audit."""

    note: Note = ""


class ReleaseOut(Model):
    """What was released: the order, and what it was held for."""

    order: OrderKey
    released_at: Utc
    released_by: PersonOut
    held: Annotated[tuple[str, ...], Field(description="What still holds it.")] = ()
    note: Note = ""
