"""A campaign's budget: committed, spent, left (C14, MONEY 22)."""

from typing import Annotated

from pydantic import ConfigDict, Field

from contracts.campaigns import Budget
from contracts.envelope import Model, Utc
from contracts.http.campaigns.collaborations import ProfileSummary
from contracts.ids import Id
from contracts.money import CurrencyCode


class PutBudget(Model):
    """`PUT /v1/campaigns/{id}/budget`: another budget, or none with null. It can't go below what is bound already."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "budget": {
                        "amount": {"amount": 500_000, "currency": "EUR"},
                        "product": {"amount": 2_500, "currency": "EUR"},
                        "shipping": {"amount": 600, "currency": "EUR"},
                    }
                }
            ]
        },
    )

    budget: Budget | None


class Parts(Model):
    """An amount by what it is for, in minor units."""

    fees: int = 0
    product: int = 0
    shipping: int = 0
    commission: int = 0
    total: int = 0


class BudgetLineOut(Model):
    """What one collaboration binds and has earned, in minor units of the campaign's currency.

    All lines together are the budget's `committed`, `spent` and `over_cap`; `spent.commission` of a line may be below
    zero while more is taken back than was earned.
    """

    collaboration: Id
    creator: Id | None = None
    profile_summary: ProfileSummary | None = None
    stage: str = ""
    committed: Parts
    spent: Parts
    over_cap: int = 0
    uncapped: bool = False


class BudgetOut(Model):
    """Where the budget stands, in minor units of `currency`.

    `committed` is what agreements bind: fees, product, shipping, and the commission cap for each month that the
    campaign still runs (MONEY 22). Terms without a cap bind no commission, which `uncapped` counts. `spent` is the part
    that was earned: fees of approved work, and commission as posted; it is inside of what is committed, and
    `over_cap` is the commission beyond. `left` = amount - committed - over_cap, null without a budget.
    """

    campaign: Id
    currency: CurrencyCode
    budget: Budget | None
    committed: Parts
    spent: Parts
    over_cap: int
    left: int | None
    collaborations: int
    uncapped: Annotated[int, Field(description="Agreements whose commission has no cap.")]
    other_currencies: Annotated[
        dict[str, int], Field(description="Commission in other currencies, which is in none of the figures.")
    ]
    pauses_at: Annotated[Utc | None, Field(description="When links pause, unless there is a larger budget.")] = None
    revision: Annotated[int, Field(description="The campaign's, for If-Match of a change.")] = 0
