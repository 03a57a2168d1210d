"""What campaigns says: campaigns, and collaborations with every version of their terms."""

from enum import StrEnum
from itertools import pairwise
from typing import Annotated, ClassVar, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from contracts import topics
from contracts.envelope import EntityEvent, Model, State, Utc
from contracts.ids import Id
from contracts.money import BasisPoints, Money

Line = Annotated[str, StringConstraints(max_length=200)]
Text = Annotated[str, StringConstraints(max_length=5000)]
Url = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^https?://")]
CouponCode = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]


class GoalMetric(StrEnum):
    """What a campaign's goal counts (C1)."""

    SALES_AMOUNT = "sales-amount"
    ORDERS = "orders"
    TRAFFIC = "traffic"
    VIEWS = "views"


class Measure(StrEnum):
    """How the goal is measured (C1)."""

    LINKS = "links"
    COUPONS = "coupons"
    BOTH = "both"


class Goal(Model):
    """A goal with number, measure and date (C1); a sales amount's `target` is in minor units of the fee's currency."""

    metric: GoalMetric
    target: Annotated[int, Field(gt=0, le=2**63 - 1)]
    measured_by: Measure
    deadline: Utc
    persona: Line = ""
    expected_traffic: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = None
    bought_directly: bool = True


class ContentType(StrEnum):
    """What kind of video is asked for (C2)."""

    REVIEW = "review"
    UNBOXING = "unboxing"
    TUTORIAL = "tutorial"
    BEFORE_AFTER = "before-after"
    CHALLENGE = "challenge"
    LIVE = "live"
    OTHER = "other"


class Brief(Model):
    """What the creator needs to know (C2)."""

    product: Line
    strengths: Text = ""
    weaknesses: Text = ""
    key_messages: Text = ""
    content_type: ContentType = ContentType.REVIEW
    dos: Text = ""
    donts: Text = ""
    tone: Line = ""
    hashtags: tuple[Line, ...] = ()
    disclosure: Line = ""
    assets: tuple[Url, ...] = ()
    sample_policy: Line = ""
    usage_rights: Line = ""


class CampaignStatus(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ENDED = "ended"


class Campaign(State):
    """A brand's campaign with goal and brief."""

    TOPIC: ClassVar = topics.CAMPAIGNS

    brand: Id
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    status: CampaignStatus
    landing_url: Url
    goal: Goal
    brief: Brief
    published_at: Utc | None = None
    ends_at: Utc | None = None


class CampaignEvent(EntityEvent[Campaign]):
    """Any change of a campaign."""

    TOPIC: ClassVar = topics.CAMPAIGNS
    STATE: ClassVar = Campaign


class CampaignDrafted(CampaignEvent):
    """A brand began a campaign, or changed its draft."""

    TYPE: ClassVar = "campaigns.campaign-drafted.v1"


class CampaignPublished(CampaignEvent):
    """The campaign is open; creators can be invited."""

    TYPE: ClassVar = "campaigns.campaign-published.v1"


class Plan(StrEnum):
    """How a rate pays (MONEY 13)."""

    PERCENT = "percent"
    FIXED = "fixed"


class CustomerKind(StrEnum):
    """Whether the customer bought at that store before (MONEY 13)."""

    NEW = "new"
    RETURNING = "returning"


class Rate(Model):
    """One row of a plan (MONEY 13): the first row that matches a line pays; a row that names nothing is the default.

    `percent` pays `basis_points` of the line's base, `fixed` pays `per_unit` for each unit.
    """

    plan: Plan
    basis_points: BasisPoints | None = None
    per_unit: Money | None = None
    product: Id | None = None
    collection: Id | None = None
    customer: CustomerKind | None = None

    @property
    def is_default(self) -> bool:
        """Whether the row names nothing, and so pays every line that no row before it matches."""
        return self.product is None and self.collection is None and self.customer is None


class Tier(Model):
    """From `volume` of a month on (inclusive, never below 0), the default percentage is `basis_points` (MONEY 14).

    Volume is what a collaboration's lines of one month are worth, less refunds. Below the first tier the default row's
    own percentage pays.
    """

    volume: Money
    basis_points: BasisPoints

    @model_validator(mode="after")
    def _has_a_volume(self) -> Self:
        if self.volume.amount < 0:
            raise ValueError("a tier's volume is below zero")
        return self


class CouponTerms(Model):
    """The code that a collaboration brings, and what it takes off: a percentage or a fixed amount."""

    code: CouponCode
    percent_off: BasisPoints | None = None
    amount_off: Money | None = None


class TermsVersion(Model):
    """One version of the terms (C3). In force from `in_force_at`; immutable once agreed."""

    number: Annotated[int, Field(ge=1)]
    notice_at: Utc
    in_force_at: Utc
    fee: Money
    rates: Annotated[tuple[Rate, ...], Field(min_length=1)]
    window_hours: Annotated[int, Field(ge=24, le=8760)] = 720
    hold_days: Annotated[int, Field(ge=0, le=365)] = 30
    coupon: CouponTerms | None = None
    products: Annotated[tuple[Id, ...] | None, Field(description="Products covered; absent means all.")] = None
    tiers: Annotated[
        tuple[Tier, ...],
        Field(max_length=50, description="Volumes rise, one currency; they replace the default percentage (MONEY 14)."),
    ] = ()
    cap: Annotated[
        Money | None, Field(description="Most commission of a collaboration in a month (MONEY 14); absent means none.")
    ] = None

    @model_validator(mode="after")
    def _tiers_replace_a_percentage(self) -> Self:
        if self.cap is not None and self.cap.amount < 0:
            raise ValueError("the cap is below zero")
        if not self.tiers:
            return self
        default = next((rate for rate in self.rates if rate.is_default), None)
        if default is None or default.plan is not Plan.PERCENT:
            raise ValueError("tiers replace the default percentage, and there is none (MONEY 14)")
        if len({tier.volume.currency for tier in self.tiers}) > 1:
            raise ValueError("the tiers are in several currencies")
        if any(tier.volume.amount <= before.volume.amount for before, tier in pairwise(self.tiers)):
            raise ValueError("the tiers' volumes do not rise")
        return self


class Period(Model):
    """From `start` (inclusive) to `end` (exclusive); open without an end."""

    start: Annotated[Utc, Field(alias="from")]
    end: Annotated[Utc | None, Field(alias="to")] = None

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, serialize_by_alias=True)


class CollaborationStatus(StrEnum):
    """Where a collaboration stands. Work begins at `agreed`."""

    INVITED = "invited"
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

    @model_validator(mode="after")
    def _deliverables_have_ids_of_their_own(self) -> Self:
        if len({each.id for each in self.deliverables}) < len(self.deliverables):
            raise ValueError("two deliverables have one id")
        return self


class CollaborationEvent(EntityEvent[Collaboration]):
    """Any change of a collaboration."""

    TOPIC: ClassVar = topics.COLLABORATIONS
    STATE: ClassVar = Collaboration


class CreatorInvited(CollaborationEvent):
    """A brand invited a creator."""

    TYPE: ClassVar = "campaigns.creator-invited.v1"


class InvitationAccepted(CollaborationEvent):
    """The creator accepted; the terms are agreed."""

    TYPE: ClassVar = "campaigns.invitation-accepted.v1"


class InvitationDeclined(CollaborationEvent):
    """The creator said no."""

    TYPE: ClassVar = "campaigns.invitation-declined.v1"


class InvitationExpired(CollaborationEvent):
    """Nobody answered within seven days (C5)."""

    TYPE: ClassVar = "campaigns.invitation-expired.v1"
