"""A collaboration: one creator in one campaign, from the invitation on."""

from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import ConfigDict, Field, model_validator

from contracts import topics
from contracts.campaigns.fields import Text, Url
from contracts.campaigns.negotiation import Offer, Proposal
from contracts.campaigns.terms import TermsVersion
from contracts.campaigns.work import Deliverable, Note, Sample, Side
from contracts.envelope import Model, State, Utc
from contracts.ids import Id


class Period(Model):
    """From `start` (inclusive) to `end` (exclusive); open without an end."""

    start: Annotated[Utc, Field(alias="from")]
    end: Annotated[Utc | None, Field(alias="to")] = None

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, serialize_by_alias=True)


class CollaborationStatus(StrEnum):
    """Where a collaboration stands. The creator answers while `invited`, the brand while `countered`; then work."""

    INVITED = "invited"
    COUNTERED = "countered"
    AGREED = "agreed"
    DECLINED = "declined"
    EXPIRED = "expired"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class InvitationKind(StrEnum):
    """How a creator was asked (C4)."""

    DIRECT = "direct"
    EXTERNAL = "external"


class Invitation(Model):
    """How, when and whom a brand asked; `contact` is the id under which notifications keeps the address."""

    kind: InvitationKind
    contact: Id
    sent_at: Utc
    expires_at: Utc
    message: Text = ""


class DeclineReason(StrEnum):
    """Why a creator said no (C5)."""

    FEE = "fee"
    COMMISSION = "commission"
    DEADLINE = "deadline"
    PRODUCT = "product"
    BRAND = "brand"
    BUSY = "busy"
    OTHER = "other"


class Decline(Model):
    """The creator's honest answer, optional in both parts."""

    reason: DeclineReason | None = None
    note: Text = ""


class Ending(Model):
    """Who cancelled the whole, when and why; `feedback` is a creator's who tried the sample and stepped out."""

    at: Utc
    by: Side
    reason: Note = ""
    feedback: Note = ""


class Collaboration(State):
    """One creator in one campaign: who was invited (`profile`), who accepted (`creator`), and by which terms."""

    TOPIC: ClassVar = topics.COLLABORATIONS

    brand: Id
    campaign: Id
    profile: Id | None = None
    creator: Id | None = None
    status: CollaborationStatus
    invitation: Invitation
    terms: Annotated[tuple[TermsVersion, ...], Field(min_length=1)]
    landing_url: Url
    active: tuple[Period, ...] = ()
    agreed_at: Utc | None = None
    declined: Decline | None = None
    completed_at: Utc | None = None
    campaign_end: Utc | None = None
    deliverables: Annotated[
        tuple[Deliverable, ...],
        Field(max_length=200, description="With their steps; their fees sum to the terms' one."),
    ] = ()
    offers: Annotated[tuple[Offer, ...], Field(max_length=50)] = ()
    proposals: Annotated[tuple[Proposal, ...], Field(max_length=200)] = ()
    sample: Sample | None = None
    cancelled: Ending | None = None
    deadlines: Annotated[int, Field(ge=0, description="How many deadlines were set so far.")] = 0
    reminded_terms: Annotated[int, Field(ge=0, description="The last version that both were reminded of.")] = 0

    @model_validator(mode="after")
    def _deliverables_have_ids_of_their_own(self) -> Self:
        if len({each.id for each in self.deliverables}) < len(self.deliverables):
            raise ValueError("two deliverables have one id")
        return self
