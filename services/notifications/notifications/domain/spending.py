"""What a brand is to hear of a campaign's budget (C14)."""

from collections.abc import Iterator
from datetime import datetime

from pydantic import BaseModel

from contracts.campaigns import BudgetLevel, BudgetNotice, Campaign, Side
from contracts.money import Money
from contracts.notifications import Template
from notifications.domain.step import Step, Sums


class Spending(BaseModel, frozen=True):
    """A campaign's budget as far as mails tell it."""

    campaign: str
    brand: str
    amount: Money | None = None
    notices: tuple[BudgetNotice, ...] = ()
    pauses_at: datetime | None = None


def spending_of(campaign: Campaign) -> Spending:
    """Of a campaign's newest state."""
    return Spending(
        campaign=campaign.id,
        brand=campaign.brand,
        amount=campaign.budget.amount if campaign.budget is not None else None,
        notices=campaign.budget_notices,
        pauses_at=campaign.pauses_at,
    )


def of_spending(state: Spending, said_at: datetime) -> Iterator[Step]:
    """Each level once under one budget, a higher one in place of a lower; and that it has run out, with the pause."""
    levels = {one.level for one in state.notices}
    for one in state.notices:
        is_overtaken = one.level is BudgetLevel.NEAR and BudgetLevel.FULL in levels
        if is_overtaken or (state.pauses_at is not None and one.level is not BudgetLevel.REFUSED):
            continue
        yield Step(
            template=Template.BUDGET_NOTICE,
            to=(Side.BRAND,),
            key=f"{state.campaign}:budget:{one.level.value}:{one.at.isoformat()}",
            at=one.at,
            level=one.level,
            sums=Sums(amount=state.amount, bound=one.bound, left=one.left, needs=one.needs),
        )
    if state.pauses_at is not None:
        yield Step(
            template=Template.BUDGET_RUN_OUT,
            to=(Side.BRAND,),
            key=f"{state.campaign}:pauses:{state.pauses_at.isoformat()}",
            at=said_at,
            useless_at=state.pauses_at,
            due=state.pauses_at,
            sums=Sums(amount=state.amount),
        )
