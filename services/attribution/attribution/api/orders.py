"""Results, and orders with their decision records."""

from fastapi import APIRouter

from attribution import answers, figures
from attribution.api.callers import Anyone, Brand, BrandOrCreator, Filter, Operator, TheContext, own_view, settings_of
from attribution.api.clicks import AskedCounting
from attribution.store import BrandView, CreatorView, OperatorView
from chassis.http import (
    Kind,
    Page,
    Paging,
    not_found,
    page_of,
)
from contracts.http.attribution import (
    CampaignResults,
    DecisionOut,
    OrderOut,
)

router = APIRouter()


@router.get("/v1/campaigns/{campaign}/results", tags=["results"])
async def campaign_results(campaign: str, who: Brand, counting: AskedCounting, context: TheContext) -> CampaignResults:
    """Clicks, orders, net sales and commission of a campaign, in all and by creator."""
    view = BrandView(context.db, who.id)
    if not await view.knows_campaign(campaign):
        raise not_found("campaign")
    public = settings_of(context).link_public_url
    return await figures.results(view, campaign, counting, public, context.clock.now())


@router.get("/v1/orders", tags=["orders"])
async def list_orders(
    who: BrandOrCreator,
    paging: Paging,
    context: TheContext,
    campaign: Filter = None,
    collaboration: Filter = None,
) -> Page[OrderOut]:
    """Newest first. A brand sees all its orders, a creator those with a share of theirs, and only that share."""
    position = paging.position(*answers.TIME_AND_ID)
    view = own_view(context, who)
    rows = await view.orders(position, paging.fetch, campaign=campaign, collaboration=collaboration)
    page = page_of(rows, paging, lambda row: (row["placed_at"], row["_id"]))
    return Page[OrderOut](items=tuple(answers.order_out(row) for row in page.items), next_cursor=page.next_cursor)


@router.get("/v1/orders/waiting", tags=["operator"])
async def list_waiting(_who: Operator, paging: Paging, context: TheContext) -> Page[OrderOut]:
    """Orders that wait for something: their store, or the order that a refund belongs to."""
    rows = await OperatorView(context.db).waiting(paging.position(*answers.TIME_AND_ID), paging.fetch)
    page = page_of(rows, paging, lambda row: (row["decided_at"], row["_id"]))
    return Page[OrderOut](items=tuple(answers.order_out(row) for row in page.items), next_cursor=page.next_cursor)


@router.get("/v1/orders/{order:path}/decision", tags=["orders"])
async def order_decision(order: str, who: Anyone, context: TheContext) -> DecisionOut:
    """Why an order was credited as it was: all candidates with their reasons, the arithmetic, and what was posted."""
    if who.kind is Kind.BRAND:
        record = await BrandView(context.db, who.id).order(order)
    elif who.kind is Kind.CREATOR:
        record = await CreatorView(context.db, who.id).order(order)
    else:
        record = await OperatorView(context.db).order(order)
    if record is None:
        raise not_found("order")
    return answers.decision_out(record)
