"""What a campaign's page is made of: rows by creator, the goal, the timeline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from console.domain.words import Say, mark
from contracts.campaigns import CollaborationStatus, GoalMetric
from contracts.http.attribution import CampaignResults, CreatorResult
from contracts.http.campaigns import BudgetLineOut, CampaignOut, CardOut, CollaborationOut


@dataclass(frozen=True)
class CreatorRow:
    """One collaboration: who, where it stands, and what it brought."""

    collaboration: CollaborationOut
    result: CreatorResult | None


ORDER_OF_STATES = (
    CollaborationStatus.AGREED,
    CollaborationStatus.COMPLETED,
    CollaborationStatus.COUNTERED,
    CollaborationStatus.INVITED,
    CollaborationStatus.DECLINED,
    CollaborationStatus.EXPIRED,
    CollaborationStatus.CANCELLED,
)


def creator_rows(collaborations: Sequence[CollaborationOut], results: CampaignResults | None) -> list[CreatorRow]:
    """Those who work first, by what they brought; then those who have not answered, then the rest."""
    brought = {result.collaboration: result for result in (results.creators if results else ())}
    rows = [CreatorRow(c, brought.get(c.id)) for c in collaborations]
    return sorted(rows, key=_place)


def _place(row: CreatorRow) -> tuple[int, int, str]:
    sold = sum(amount.amount for amount in row.result.net_sales) if row.result else 0
    return ORDER_OF_STATES.index(row.collaboration.status), -sold, row.collaboration.id


@dataclass(frozen=True)
class GoalState:
    """How far a campaign is; `reached` is None for what we can't count. Amounts are in minor units of `currency`."""

    target: int
    reached: int | None
    currency: str | None


def goal_of(campaign: CampaignOut, results: CampaignResults | None, currency: str) -> GoalState:
    """The goal and what was reached of it; sales in other currencies than the brand's don't count."""
    goal = campaign.goal
    if goal.metric is GoalMetric.SALES_AMOUNT:
        sold = [amount.amount for amount in results.net_sales if amount.currency == currency] if results else None
        return GoalState(goal.target, None if sold is None else sum(sold), currency)
    if results is None or goal.metric is GoalMetric.VIEWS:
        return GoalState(goal.target, None, None)
    counted = results.orders if goal.metric is GoalMetric.ORDERS else results.clicks.human
    return GoalState(goal.target, counted, None)


@dataclass(frozen=True)
class Happened:
    """One thing that happened, for the timeline."""

    at: datetime
    words: Say
    is_done: bool = True


def timeline_of(campaign: CampaignOut, collaborations: Sequence[CollaborationOut], most: int = 8) -> list[Happened]:
    """The newest things that happened in a campaign, the newest first."""
    found: list[Happened] = []
    if campaign.published_at:
        found.append(Happened(campaign.published_at, Say(mark("The campaign was published"))))
    for collaboration in collaborations:
        who = {"name": name_of(collaboration)}
        found.append(Happened(collaboration.invitation.sent_at, Say(mark("%(name)s was invited"), who)))
        if collaboration.agreed_at:
            found.append(Happened(collaboration.agreed_at, Say(mark("%(name)s accepted"), who)))
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]


def names_of(collaborations: Sequence[CollaborationOut]) -> dict[str, str]:
    """The creators of collaborations by their accounts' ids."""
    return {one.creator: name_of(one) for one in collaborations if one.creator}


def name_of(collaboration: CollaborationOut | CardOut | BudgetLineOut) -> str:
    """How the creator of a collaboration is called; an ellipsis as long as nobody has said it."""
    profile = collaboration.profile_summary
    return (profile.display_name or f"@{profile.handle}") if profile else "…"
