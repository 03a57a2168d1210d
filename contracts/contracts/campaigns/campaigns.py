"""A brand's campaign: goal, brief, landing page (C1, C2)."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from contracts import topics
from contracts.campaigns.channels import Channel, Trait
from contracts.campaigns.fields import Line, Text, Url
from contracts.campaigns.programs import Budget, BudgetNotice, Program
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


class Purpose(StrEnum):
    """What a campaign is about, as far as it decides which kind of influencer suits it (D9)."""

    BRANDING = "branding"
    LOOK_AND_FEEL = "look-and-feel"
    TRUST = "trust"


class Goal(Model):
    """A goal with number, measure and date (C1); a sales amount's `target` is in minor units of the fee's currency."""

    metric: GoalMetric
    target: Annotated[int, Field(gt=0, le=2**63 - 1)]
    measured_by: Measure
    deadline: Utc
    persona: Line = ""
    persona_id: Annotated[Id | None, Field(description="One of the brand's personas, as discovery keeps them.")] = None
    purpose: Purpose | None = None
    influencer_type: Annotated[
        str,
        StringConstraints(max_length=40, pattern=r"^([a-z][a-z0-9-]*)?$"),
        Field(description="Which kind is wanted, in discovery's words (D9); empty = none in particular."),
    ] = ""
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


class BriefWords(Model):
    """What the creator needs to know (C2), without where the videos should appear."""

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


ProductCategory = Annotated[
    str,
    StringConstraints(max_length=40, pattern=r"^([a-z][a-z0-9-]*)?$"),
    Field(description="What the product is about, in the taxonomy of creators' categories (D1); empty = not said."),
]
Channels = Annotated[tuple[Channel, ...], Field(max_length=8, description="Where the videos should appear.")]
Needs = Annotated[tuple[Trait, ...], Field(max_length=5, description="What the product needs of a channel (D10).")]


class Brief(BriefWords):
    """What the creator needs to know (C2)."""

    category: ProductCategory = ""
    channels: Channels = ()
    needs: Needs = ()


class CampaignStatus(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    PAUSED = "paused"
    ENDED = "ended"


class Campaign(State):
    """A brand's campaign with goal and brief; with `program`, creators may apply to it.

    While it is paused its links earn nothing. `pauses_at` is when it will pause because its budget has run out.
    """

    TOPIC: ClassVar = topics.CAMPAIGNS

    brand: Id
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    status: CampaignStatus
    landing_url: Url
    goal: Goal
    brief: Brief
    published_at: Utc | None = None
    ends_at: Utc | None = None
    program: Program | None = None
    budget: Budget | None = None
    paused_at: Utc | None = None
    pauses_at: Utc | None = None
    budget_notices: Annotated[
        tuple[BudgetNotice, ...],
        Field(max_length=3, description="The first of each level under the present budget; another budget has none."),
    ] = ()


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


class CampaignChanged(CampaignEvent):
    """A published campaign has another budget or program, or its budget ran out, suffices again, or came to a level."""

    TYPE: ClassVar = "campaigns.campaign-changed.v1"


class CampaignPaused(CampaignEvent):
    """Its links earn nothing from now on, and nobody is invited; by the brand, or because the budget ran out."""

    TYPE: ClassVar = "campaigns.campaign-paused.v1"


class CampaignResumed(CampaignEvent):
    """It goes on."""

    TYPE: ClassVar = "campaigns.campaign-resumed.v1"


class CampaignEnded(CampaignEvent):
    """It is over: by its own date, or because the brand ended it."""

    TYPE: ClassVar = "campaigns.campaign-ended.v1"


class CampaignErased(CampaignEvent):
    """A draft was dropped, with its files."""

    TYPE: ClassVar = "campaigns.campaign-erased.v1"
