"""The work that a collaboration asks for: deliverables with every version, samples, and what decides each fee (C6)."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.campaigns.fields import Line, Url
from contracts.envelope import Model, Utc
from contracts.ids import Id
from contracts.money import Money

Note = Annotated[str, StringConstraints(max_length=2000)]
Point = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class Side(StrEnum):
    """Who does something, or is to do it; `system` is what silence and time do."""

    BRAND = "brand"
    CREATOR = "creator"
    SYSTEM = "system"


class DeliverableType(StrEnum):
    """What is made (C3)."""

    SHORT_VIDEO = "short-video"
    LONG_VIDEO = "long-video"
    LIVE = "live"
    STORY = "story"
    POST = "post"
    OTHER = "other"


class Platform(StrEnum):
    """Where it is published; `other` is any site."""

    TIKTOK = "tiktok"
    YOUTUBE = "youtube"
    INSTAGRAM = "instagram"
    FACEBOOK = "facebook"
    X = "x"
    SNAPCHAT = "snapchat"
    PINTEREST = "pinterest"
    LINKEDIN = "linkedin"
    TWITCH = "twitch"
    OTHER = "other"


class Planned(Model):
    """A deliverable as the terms have it (C3): what, where, how, until when, and its share of the fee."""

    id: Id
    type: DeliverableType
    platform: Platform
    placement: Line = ""
    manner: Note = ""
    fee: Money
    concept_asked: bool = True
    concept_due: Utc | None = None
    submission_due: Utc
    publication_due: Utc


class DeliverableStatus(StrEnum):
    """Where a deliverable stands: which step is next."""

    CONCEPT = "concept"
    CONCEPT_REVIEW = "concept-review"
    SUBMISSION = "submission"
    SUBMISSION_REVIEW = "submission-review"
    PUBLICATION = "publication"
    PUBLISHED = "published"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """What a review said."""

    APPROVED = "approved"
    CHANGES_ASKED = "changes-asked"


class Review(Model):
    """What the brand said to a version; by `system` it is what silence said."""

    at: Utc
    by: Side
    outcome: Outcome
    points: Annotated[tuple[Point, ...], Field(max_length=10)] = ()


class Version(Model):
    """One version of a concept or of a submission; all are kept."""

    number: Annotated[int, Field(ge=1)]
    at: Utc
    text: Note = ""
    url: Url | None = None
    review: Review | None = None
    file: Annotated[Id | None, Field(description="A file that was handed in, for the two sides to fetch.")] = None


class Deadline(Model):
    """Until when the next step is due, and by whom. `number` grows with each deadline of the collaboration.

    `reminded` are the hours before it of the reminders that were given; `overdue_at` is when it was found missed.
    """

    number: Annotated[int, Field(ge=1)]
    at: Utc
    by: Side
    reminded: tuple[int, ...] = ()
    overdue_at: Utc | None = None


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
    status: DeliverableStatus = DeliverableStatus.CONCEPT
    concepts: tuple[Version, ...] = ()
    submissions: tuple[Version, ...] = ()
    live_url: Url | None = None
    publication_points: Annotated[tuple[Point, ...], Field(max_length=10, description="Why it was refused last.")] = ()
    publication_refused_at: Annotated[Utc | None, Field(description="Absent again once it is live anew.")] = None
    completed_at: Utc | None = None
    concept_due: Utc | None = None
    submission_due: Utc | None = None
    publication_due: Utc | None = None
    deadline: Deadline | None = None

    @model_validator(mode="after")
    def _never_costs_the_creator(self) -> Self:
        if self.fee.amount < 0:
            raise ValueError("a fee is below zero")
        return self


class SampleStatus(StrEnum):
    """Where a sample is (C6)."""

    NONE = "none"
    REQUESTED = "requested"
    REFUSED = "refused"
    APPROVED = "approved"
    SHIPPED = "shipped"
    RECEIVED = "received"


class Sample(Model):
    """A product to try: why it is asked for and what the creator plans, and where it is. No postal address, ever."""

    status: SampleStatus
    reason: Note = ""
    plan: Note = ""
    answer: Note = ""
    carrier: Line = ""
    tracking: Line = ""
    feedback: Note = ""
    requested_at: Utc | None = None
    answered_at: Utc | None = None
    shipped_at: Utc | None = None
    received_at: Utc | None = None
    deadline: Deadline | None = None
