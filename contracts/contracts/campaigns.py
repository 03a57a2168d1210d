"""What campaigns says: campaigns, and collaborations with every version of their terms."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, StringConstraints

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
