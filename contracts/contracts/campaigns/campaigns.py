"""A brand's campaign: goal, brief, landing page (C1, C2)."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from contracts import topics
from contracts.campaigns.fields import Line, Text, Url
from contracts.envelope import EntityEvent, Model, State, Utc
from contracts.ids import Id


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
