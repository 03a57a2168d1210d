"""How realistic a goal is, and what a campaign has reached (C1)."""

from fastapi import APIRouter

from campaigns.api.callers import Brand, TheContext, details_of
from campaigns.domain import goals
from campaigns.domain.campaigns import CampaignRecord
from campaigns.store import BrandView, CampaignsTx, results
from chassis.context import Context
from chassis.http import Principal, not_found
from contracts.campaigns import Goal, GoalMetric
from contracts.http.campaigns import AdviseGoal, GoalAdvice, RealismOut, RealismVerdict, ResultOut

router = APIRouter(prefix="/v1", tags=["goals"])


@router.get("/campaigns/{campaign}/realism")
async def get_realism(campaign: str, who: Brand, context: TheContext) -> RealismOut:
    """The goal beside what similar campaigns reached, if there are five; else that there is not enough data."""
    found = await BrandView(context.db, who.id).campaign(campaign)
    if found is None:
        raise not_found("campaign")
    return await _realism(context, who, found.goal, found.brief.category, found.terms.fee.currency)


@router.post("/goals/advice")
async def advise_goal(body: AdviseGoal, who: Brand, context: TheContext) -> GoalAdvice:
    """What speaks against a goal, and how it stands beside similar campaigns, before there is a campaign."""
    brand = await details_of(context, who)
    return GoalAdvice(
        warnings=goals.warnings(body.goal),
        goal_warnings=goals.warned(body.goal),
        realism=await _realism(context, who, body.goal, body.category, brand.currency),
    )


async def _realism(
    context: Context[CampaignsTx], who: Principal, goal: Goal, category: str, currency: str
) -> RealismOut:
    past = await results.past(context.db, goal.metric)
    published = await results.published_by(context.db, [who.id])
    compared = goals.realism(
        goal,
        past,
        brand=who.id,
        category=category,
        size=goals.size_of(published.get(who.id, 0)),
        currency=currency,
    )
    if compared is None:
        return RealismOut(
            metric=goal.metric,
            target=goal.target,
            verdict=RealismVerdict.NOT_ENOUGH_DATA,
            campaigns=0,
            says="There is not enough data: fewer than five similar campaigns are over.",
        )
    return RealismOut(
        metric=goal.metric,
        target=goal.target,
        verdict=RealismVerdict(compared.verdict.value),
        campaigns=compared.campaigns,
        alike_by=compared.likeness.value,
        lower=compared.lower,
        median=compared.median,
        upper=compared.upper,
        most=compared.most,
        reached_by=compared.reached_by,
        says=f"{compared.reached_by} of {compared.campaigns} similar campaigns reached that much;"
        f" half of them reached {compared.median} or less.",
    )


@router.get("/campaigns/{campaign}/result")
async def get_result(campaign: str, who: Brand, context: TheContext) -> ResultOut:
    """What the campaign has brought so far, as attribution decided it."""
    found = await BrandView(context.db, who.id).campaign(campaign)
    if found is None:
        raise not_found("campaign")
    sums = await results.of_campaign(context.db, campaign)
    return ResultOut(
        campaign=campaign,
        metric=found.goal.metric,
        target=found.goal.target,
        reached=_reached(found, sums["orders"], sums["sales"]),
        **sums,
    )


def _reached(campaign: CampaignRecord, orders: int, sales: dict[str, int]) -> int | None:
    if campaign.goal.metric is GoalMetric.ORDERS:
        return orders
    if campaign.goal.metric is GoalMetric.SALES_AMOUNT:
        return sales.get(campaign.terms.fee.currency, 0)
    return None
