"""How a goal stands beside what similar campaigns reached (C1)."""

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from contracts.campaigns import Goal, GoalMetric, ProductCategory
from contracts.envelope import Model
from contracts.ids import Id


class GoalWarning(StrEnum):
    """What speaks against a goal. `long-route`: direct sales are counted of what is not bought directly."""

    LONG_ROUTE = "long-route"


class RealismVerdict(StrEnum):
    """`modest` = below the lower quartile, `ambitious` = above the upper, `beyond` = nobody reached that much."""

    MODEST = "modest"
    REALISTIC = "realistic"
    AMBITIOUS = "ambitious"
    BEYOND = "beyond"
    NOT_ENOUGH_DATA = "not-enough-data"


class RealismOut(Model):
    """The goal beside campaigns that are over; quartiles in the metric's unit (minor units for a sales amount).

    `alike_by` says what the campaigns have in common with this one besides the metric. With fewer than five of them
    the verdict is `not-enough-data`, and there are no figures.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "metric": "orders",
                    "target": 300,
                    "verdict": "ambitious",
                    "campaigns": 12,
                    "alike_by": "category",
                    "lower": 60,
                    "median": 110,
                    "upper": 240,
                    "most": 410,
                    "reached_by": 2,
                    "says": "2 of 12 similar campaigns reached that much; half of them reached 110 or less.",
                }
            ]
        }
    )

    metric: GoalMetric
    target: int
    verdict: RealismVerdict
    campaigns: Annotated[int, Field(description="How many were compared.")]
    alike_by: str | None = None
    lower: int | None = None
    median: int | None = None
    upper: int | None = None
    most: int | None = None
    reached_by: int | None = None
    says: Annotated[str, Field(description="The same in a sentence.")]


class AdviseGoal(Model):
    """`POST /v1/goals/advice`: a goal that is thought of, and what the product is about."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "goal": {
                        "metric": "orders",
                        "target": 300,
                        "measured_by": "both",
                        "deadline": "2027-12-31T23:00:00Z",
                    },
                    "category": "home",
                }
            ]
        },
    )

    goal: Goal
    category: ProductCategory = ""


class GoalAdvice(Model):
    """What speaks against a goal, and how it stands beside what similar campaigns reached.

    `goal_warnings` are the `warnings` as codes.
    """

    warnings: tuple[str, ...]
    realism: RealismOut
    goal_warnings: tuple[GoalWarning, ...] = ()


class ResultOut(Model):
    """What a campaign has brought so far, as attribution decided it: `sales` net, in minor units by currency."""

    campaign: Id
    metric: GoalMetric
    target: int
    reached: Annotated[int | None, Field(description="By the goal's metric; null where it is not known here.")] = None
    orders: int
    sales: dict[str, int]
    commission: dict[str, int]
    agreed: Annotated[int, Field(description="Collaborations that were agreed.")]
