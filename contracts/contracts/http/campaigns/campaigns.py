"""Campaigns as their brands write and read them."""

from itertools import pairwise
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from contracts.campaigns import Brief, Budget, CampaignStatus, CancelRule, Goal, Plan, Program, Rate, Tier, Url
from contracts.envelope import Model, Utc
from contracts.http.campaigns.channels import AgainstChannel
from contracts.http.campaigns.goals import GoalWarning
from contracts.http.campaigns.work import MOST_MONEY, Deliverables
from contracts.ids import Id
from contracts.money import BasisPoints, Money

CampaignName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
MOST_RATES = 100
Products = Annotated[
    tuple[Id, ...] | None,
    Field(min_length=1, max_length=1000, description="products covered, of the brand's catalogue; absent: all"),
]


class PlainTerms(Model):
    """The terms that invitations to a campaign offer (C3), whichever products they cover.

    A fee, a percentage or an amount per unit, window and hold. `rates` are the rows of the plan before that default:
    each names a product, a collection, new or returning customers, or several of them, and the first that matches pays.
    `discount` is what each creator's own code takes off, in basis points; without it there are no codes.
    """

    fee: Money
    commission: Annotated[BasisPoints | None, Field(description="basis points of the line's base: 1000 = 10 %")] = None
    per_unit: Annotated[Money | None, Field(description="a fixed amount for each unit, in place of a percentage")] = (
        None
    )
    window_hours: Annotated[int, Field(ge=24, le=8760)] = 720
    hold_days: Annotated[int, Field(ge=0, le=365)] = 30
    discount: Annotated[BasisPoints | None, Field(description="what a creator's code takes off")] = None
    rates: Annotated[tuple[Rate, ...], Field(max_length=MOST_RATES, description="rows before the default")] = ()
    deliverables: Deliverables = ()
    revision_limit: Annotated[int, Field(ge=0, le=10)] = 2
    cancellation: CancelRule = CancelRule.BOTH
    may_advertise: bool = False
    tiers: Annotated[tuple[Tier, ...], Field(max_length=50)] = ()
    cap: Money | None = None

    @model_validator(mode="after")
    def _one_plan(self) -> Self:
        if (self.commission is None) == (self.per_unit is None):
            raise ValueError("give either commission or per_unit")
        if self.fee.amount < 0 or (self.per_unit is not None and self.per_unit.amount < 0):
            raise ValueError("amounts can't be negative")
        if self.fee.amount > MOST_MONEY:
            raise ValueError("the fee is beyond what a fee can be")
        if self.tiers and self.commission is None:
            raise ValueError("tiers replace a percentage, and there is none (MONEY 14)")
        if self.cap is not None and self.cap.amount < 0:
            raise ValueError("the cap is below zero")
        if any(tier.volume.currency != self.fee.currency for tier in self.tiers):
            raise ValueError("the tiers are in another currency than the fee")
        if any(tier.volume.amount <= before.volume.amount for before, tier in pairwise(self.tiers)):
            raise ValueError("the tiers' volumes do not rise")
        return self

    @model_validator(mode="after")
    def _rates_pay_something_of_their_own(self) -> Self:
        named = [(rate.product, rate.collection, rate.customer) for rate in self.rates]
        if any(rate.is_default for rate in self.rates):
            raise ValueError("a rate names no product, no collection and no customers: that is the commission itself")
        if len(set(named)) < len(named):
            raise ValueError("two rates name the same: the second never pays")
        for rate in self.rates:
            is_percent = rate.plan is Plan.PERCENT
            if (rate.basis_points is None) is is_percent or (rate.per_unit is None) is not is_percent:
                raise ValueError("a rate pays either a percentage or an amount per unit, as its plan says")
            if rate.per_unit is not None and rate.per_unit.currency != self.fee.currency:
                raise ValueError("a rate is in another currency than the fee")
            if rate.per_unit is not None and not 0 <= rate.per_unit.amount <= MOST_MONEY:
                raise ValueError("a rate is no amount that anybody is paid")
        return self

    @property
    def plan(self) -> Plan:
        """How the one rate pays."""
        return Plan.PERCENT if self.per_unit is None else Plan.FIXED


class CampaignTerms(PlainTerms):
    """The terms that invitations to a campaign offer (C3), and which products they cover."""

    products: Products = None


class CreateCampaign(Model):
    """`POST /v1/campaigns`. The landing page must be on one of the brand's domains."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
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
                    "brief": {
                        "product": "Reading lamp",
                        "category": "home",
                        "channels": ["tiktok"],
                        "needs": ["visual"],
                    },
                    "terms": {
                        "fee": {"amount": 15_000, "currency": "EUR"},
                        "commission": 1250,
                        "cap": {"amount": 50_000, "currency": "EUR"},
                        "discount": 2000,
                    },
                    "program": {"eligibility": {"min_followers": 5000, "min_age": 18, "countries": ["US"]}},
                    "budget": {"amount": {"amount": 500_000, "currency": "EUR"}},
                }
            ]
        },
    )

    name: CampaignName
    landing_url: Url
    goal: Goal
    brief: Brief
    terms: CampaignTerms
    ends_at: Utc | None = None
    program: Program | None = None
    budget: Budget | None = None


class ChangeCampaign(Model):
    """`PATCH /v1/campaigns/{id}`: fields of a draft to replace; absent ones stay.

    `ends_at: null`, `program: null` and `budget: null` take the end, the program, the budget away.
    """

    name: CampaignName | None = None
    landing_url: Url | None = None
    goal: Goal | None = None
    brief: Brief | None = None
    terms: CampaignTerms | None = None
    ends_at: Utc | None = None
    program: Program | None = None
    budget: Budget | None = None


class CampaignOut(Model):
    """A campaign as its brand sees it. `warnings` are sentences that a brand should read before it publishes (C1).

    The same as data: `goal_warnings`, and `against` with those of its channels, and of those that its deliverables are
    for, that do not suit the product.
    """

    id: Id
    brand: Id
    name: str
    status: CampaignStatus
    landing_url: Url
    goal: Goal
    brief: Brief
    terms: CampaignTerms
    revision: int
    created_at: Utc
    published_at: Utc | None = None
    ends_at: Utc | None = None
    program: Program | None = None
    budget: Budget | None = None
    paused_at: Utc | None = None
    pauses_at: Utc | None = None
    can: Annotated[tuple[str, ...], Field(description="what its brand may do with it now")] = ()
    warnings: tuple[str, ...] = ()
    goal_warnings: tuple[GoalWarning, ...] = ()
    against: tuple[AgainstChannel, ...] = ()
