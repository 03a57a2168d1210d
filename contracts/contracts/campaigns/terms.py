"""The terms of a collaboration, version by version (C3)."""

from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.campaigns.fields import CouponCode
from contracts.campaigns.work import Planned
from contracts.envelope import Model, Utc
from contracts.ids import Id
from contracts.money import BasisPoints, Money


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


class CancelRule(StrEnum):
    """Who may cancel alone once the terms are agreed (C9); `both` need the other side's yes."""

    BOTH = "both"
    BRAND = "brand"
    CREATOR = "creator"
    EITHER = "either"


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
    deliverables: Annotated[tuple[Planned, ...], Field(max_length=20, description="Their fees sum to the fee.")] = ()
    revision_limit: Annotated[int, Field(ge=0, le=10, description="Changes that a brand may ask for, per step.")] = 2
    cancellation: CancelRule = CancelRule.BOTH
    may_advertise: Annotated[bool, Field(description="Whether the creator may advertise the links.")] = False

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
