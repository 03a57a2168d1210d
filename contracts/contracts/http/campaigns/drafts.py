"""Campaigns that are being written: part by part, until nothing is missing (C1 to C4, C14)."""

from typing import Annotated

from pydantic import ConfigDict, Field

from contracts.campaigns import BriefWords, Budget, Channels, Goal, Needs, ProductCategory, Program, Url
from contracts.envelope import Model, Utc
from contracts.http.campaigns.campaigns import CampaignName, PlainTerms, Products
from contracts.http.campaigns.channels import AgainstChannel
from contracts.http.campaigns.goals import GoalWarning
from contracts.ids import Id


class DraftContent(Model):
    """The parts of a campaign, each whole or not there yet.

    `products`, and `category`, `channels` and `needs`, stand beside the terms and the brief that they end in, so that
    each can be written before the other. Without `products` the terms cover all.
    """

    name: CampaignName | None = None
    landing_url: Url | None = None
    products: Products = None
    goal: Goal | None = None
    ends_at: Utc | None = None
    category: ProductCategory = ""
    channels: Channels = ()
    needs: Needs = ()
    brief: BriefWords | None = None
    terms: PlainTerms | None = None
    program: Program | None = None
    budget: Budget | None = None


class ChangeDraft(DraftContent):
    """`POST /v1/drafts` and `PATCH /v1/drafts/{id}`: the parts to write; absent ones stay.

    `products`, `ends_at`, `program` and `budget` are taken away by null; for the other parts null changes nothing.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Autumn lamps",
                    "landing_url": "https://shop.example/lamps",
                    "goal": {
                        "metric": "orders",
                        "target": 300,
                        "measured_by": "both",
                        "deadline": "2027-12-31T23:00:00Z",
                    },
                }
            ]
        },
    )


class MissingOut(Model):
    """What keeps a draft from being published: the field, and why."""

    field: str
    message: str


class DraftOut(DraftContent):
    """A draft as its brand sees it. `missing` is empty once it can be published.

    `against` says which of its channels, and of those that its deliverables are for, do not suit the product: the same
    as the last of the `warnings`, as data. The first of them are of the goal, and `goal_warnings` has their codes.
    """

    id: Id
    brand: Id
    revision: int
    created_at: Utc
    is_campaign: Annotated[
        bool, Field(description="Whether every part is there: it is a campaign in the state draft, of the same id.")
    ]
    missing: tuple[MissingOut, ...] = ()
    warnings: tuple[str, ...] = ()
    goal_warnings: tuple[GoalWarning, ...] = ()
    against: tuple[AgainstChannel, ...] = ()
