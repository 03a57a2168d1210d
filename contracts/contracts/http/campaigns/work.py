"""What is asked for and what is done with it: deliverables, offers, reviews, samples, proposals."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from contracts.campaigns import (
    DeliverableType,
    Line,
    Note,
    Platform,
    Point,
    ProposalKind,
    Tier,
    Url,
)
from contracts.envelope import Model, Utc
from contracts.ids import Id
from contracts.money import BasisPoints, Money

MOST_MONEY = 10**12
"""More minor units than anybody is paid; a slip of the keyboard, not a fee."""
MOST_DELIVERABLES = 20
Told = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
Points = Annotated[tuple[Point, ...], Field(min_length=1, max_length=10, examples=[["Say that the lamp is dimmable."]])]


def an_example(body: dict[str, Any]) -> ConfigDict:
    """What OpenAPI shows of a body; added to what the model has by its parent."""
    return ConfigDict(json_schema_extra={"examples": [body]})


class Asking(Model):
    """A body whose unknown fields are refused: what is misspelled must not be taken for unsaid."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NewDeliverable(Asking):
    """A deliverable that is asked for (C3): `number` of them alike, each with `fee` as its share of the terms' fee."""

    model_config = an_example(
        {
            "type": "short-video",
            "platform": "tiktok",
            "manner": "Vertical, 30 seconds, the lamp in the first three.",
            "concept_due": "2027-01-08T17:00:00Z",
            "submission_due": "2027-01-15T17:00:00Z",
            "publication_due": "2027-01-22T17:00:00Z",
        }
    )

    type: DeliverableType
    platform: Platform
    number: Annotated[int, Field(ge=1, le=MOST_DELIVERABLES)] = 1
    placement: Line = ""
    manner: Note = ""
    fee: Money | None = None
    concept_asked: bool = True
    concept_due: Utc | None = None
    submission_due: Utc
    publication_due: Utc

    @model_validator(mode="after")
    def _steps_follow_each_other(self) -> Self:
        if self.concept_due is not None and not self.concept_asked:
            raise ValueError("a concept is due that is not asked for")
        dues = [due for due in (self.concept_due, self.submission_due, self.publication_due) if due is not None]
        if dues != sorted(dues):
            raise ValueError("a step is due before the step that it needs")
        if self.fee is not None and not 0 <= self.fee.amount <= MOST_MONEY:
            raise ValueError("the fee is no amount that anybody is paid")
        return self


def _few(deliverables: tuple[NewDeliverable, ...]) -> tuple[NewDeliverable, ...]:
    if sum(one.number for one in deliverables) > MOST_DELIVERABLES:
        raise ValueError(f"more than {MOST_DELIVERABLES} deliverables")
    return deliverables


Deliverables = Annotated[tuple[NewDeliverable, ...], Field(max_length=MOST_DELIVERABLES), AfterValidator(_few)]


class AcceptOffer(Asking):
    """`POST .../accept`: `offer` is the number of the offer that is accepted; absent means the invitation's own, 1."""

    model_config = an_example({"offer": 2})

    offer: Annotated[int | None, Field(ge=1, examples=[2])] = None


class MakeOffer(Asking):
    """`POST .../offers` (C5): what differs from the offer on the table, whose number is `on`; absent means 1.

    `deadline` is when the last deliverable is to be live; the due dates of all steps move by as much.
    """

    model_config = an_example({"on": 1, "fee": {"amount": 20000, "currency": "EUR"}, "note": "Two take a week longer."})

    on: Annotated[int | None, Field(ge=1, examples=[1])] = None
    fee: Money | None = None
    commission: BasisPoints | None = None
    per_unit: Money | None = None
    deadline: Utc | None = None
    note: Note = ""

    @model_validator(mode="after")
    def _is_an_offer(self) -> Self:
        if self.commission is not None and self.per_unit is not None:
            raise ValueError("give either commission or per_unit")
        for money in (self.fee, self.per_unit):
            if money is not None and not 0 <= money.amount <= MOST_MONEY:
                raise ValueError("this is no amount that anybody is paid")
        return self


class ProposeConcept(Asking):
    """`POST .../propose-concept`: the idea as a text, an address where it is, or both."""

    model_config = an_example({"text": "Morning routine: the lamp wakes me instead of the phone."})

    text: Note = ""
    url: Url | None = None


class SubmitWork(Asking):
    """`POST .../submit`: where the brand can see the work before it is live, or a file that was uploaded for it."""

    model_config = an_example({"url": "https://files.example/lamp-1.mp4", "text": "The code is on screen from 0:12."})

    url: Url | None = None
    file: Annotated[Id | None, Field(description="Of `POST /v1/collaborations/{id}/files`.")] = None
    text: Note = ""


class AskForChanges(Asking):
    """`POST .../ask-changes`, `.../ask-revision`: what to change, point by point, and until when if not as planned."""

    model_config = an_example({"points": ["Say that the lamp is dimmable.", "The code is missing on screen."]})

    points: Points
    due: Utc | None = None


class PublishWork(Asking):
    """`POST .../publish`: where it is live, on the platform that was agreed."""

    model_config = an_example({"url": "https://www.youtube.com/shorts/Yb3kQe0oil4"})

    url: Url


class RefusePublication(Asking):
    """`POST .../refuse-publication`: why what is live is not what was approved."""

    model_config = an_example({"points": ["The disclosure is missing."]})

    points: Points


class Cancel(Asking):
    """`POST .../cancel`: why, if one likes to say."""

    model_config = an_example({"note": "The product is out of stock."})

    note: Note = ""


class Propose(Asking):
    """`POST .../proposals`: another due date for a deliverable's next step, or to cancel a deliverable or the whole."""

    model_config = an_example(
        {"kind": "extension", "deliverable": "01937100-2cce-722e", "until": "2027-01-20T17:00:00Z"}
    )

    kind: ProposalKind
    deliverable: Id | None = None
    until: Utc | None = None
    note: Note = ""


class RequestSample(Asking):
    """`POST .../sample/request`: why the creator wants one, and what with it."""

    model_config = an_example({"reason": "I show only what I use.", "plan": "A week of evenings, then the video."})

    reason: Told
    plan: Told


class AnswerSample(Asking):
    """`POST .../sample/approve`, `.../sample/refuse`: a word with it."""

    model_config = an_example({"note": "It leaves tomorrow."})

    note: Note = ""


class ShipSample(Asking):
    """`POST .../sample/ship`: who carries it, and its tracking number."""

    model_config = an_example({"carrier": "DHL", "tracking": "00340434161094042557"})

    carrier: Annotated[Line, StringConstraints(min_length=1, strip_whitespace=True)]
    tracking: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]


class StepOut(Asking):
    """`POST .../sample/step-out`: the honest reason."""

    model_config = an_example({"feedback": "A fine lamp, but too bright to read by in bed."})

    feedback: Told


class AnnounceTerms(Asking):
    """`POST .../terms`: what a later version changes (MONEY 20). Absent fields stay, `cap` or `products` null goes.

    The fee and the deliverables are what was agreed for the work; no later version changes them.
    """

    model_config = an_example({"commission": 1200, "hold_days": 14})

    commission: BasisPoints | None = None
    per_unit: Money | None = None
    window_hours: Annotated[int | None, Field(ge=24, le=8760)] = None
    hold_days: Annotated[int | None, Field(ge=0, le=365)] = None
    products: Annotated[tuple[Id, ...] | None, Field(max_length=1000)] = None
    tiers: Annotated[tuple[Tier, ...] | None, Field(max_length=50)] = None
    cap: Money | None = None
    may_advertise: bool | None = None

    @model_validator(mode="after")
    def _is_a_change(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("nothing would change")
        if self.commission is not None and self.per_unit is not None:
            raise ValueError("give either commission or per_unit")
        for money in (self.cap, self.per_unit):
            if money is not None and not 0 <= money.amount <= MOST_MONEY:
                raise ValueError("this is no amount that anybody is paid")
        return self
