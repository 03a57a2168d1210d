"""What creators earn and campaigns cost: balances, and the ledger entries that they add up from."""

from collections.abc import Iterable

from fastapi import APIRouter

from attribution import answers
from attribution.api.callers import Brand, Creator, TheContext
from attribution.domain.ledger import Cause
from attribution.store import BrandView, CreatorView
from attribution.words import CAUSES
from chassis.http import Page, Paging, not_found, page_of
from chassis.mongo import Document
from contracts.http.attribution import CampaignCosts, EarningsOut, EntryAmount, EntryOut

router = APIRouter()


@router.get("/v1/earnings", tags=["earnings"])
async def earnings(who: Creator, context: TheContext) -> EarningsOut:
    """The creator's balances, by brand and currency, commission and fees told apart."""
    balances = await CreatorView(context.db, who.id).balances(context.clock.now())
    return EarningsOut(balances=tuple(balances))


@router.get("/v1/earnings/entries", tags=["earnings"])
async def earnings_entries(who: Creator, paging: Paging, context: TheContext) -> Page[EntryOut]:
    """Each ledger entry of the creator's with its cause, newest first; together they are the balances."""
    rows = await CreatorView(context.db, who.id).entries(paging.position(*answers.TIME_AND_ID), paging.fetch)
    return _page(rows, paging)


@router.get("/v1/campaigns/{campaign}/costs", tags=["results"])
async def campaign_costs(campaign: str, who: Brand, context: TheContext) -> CampaignCosts:
    """What a campaign has cost the brand, by currency: commission and fees after refunds."""
    view = await _view(campaign, who, context)
    return CampaignCosts(campaign=campaign, costs=await view.costs(campaign), as_of=context.clock.now())


@router.get("/v1/campaigns/{campaign}/entries", tags=["results"])
async def campaign_entries(campaign: str, who: Brand, paging: Paging, context: TheContext) -> Page[EntryOut]:
    """Each ledger entry of a campaign with its cause, newest first; together they are its cost."""
    view = await _view(campaign, who, context)
    return _page(await view.entries(campaign, paging.position(*answers.TIME_AND_ID), paging.fetch), paging)


async def _view(campaign: str, who: Brand, context: TheContext) -> BrandView:
    view = BrandView(context.db, who.id)
    if not await view.knows_campaign(campaign):
        raise not_found("campaign")
    return view


def _page(rows: list[Document], paging: Paging) -> Page[EntryOut]:
    page = page_of(rows, paging, lambda row: (row["at"], row["_id"]))
    return Page[EntryOut](items=tuple(_entries(page.items)), next_cursor=page.next_cursor)


def _entries(rows: Iterable[Document]) -> Iterable[EntryOut]:
    for row in rows:
        yield EntryOut(
            id=row["_id"],
            at=row["at"],
            cause=row["cause"],
            words=CAUSES[Cause(row["cause"])],
            order=row.get("order"),
            month=row.get("month"),
            deliverable=row.get("deliverable"),
            amounts=tuple(EntryAmount.model_validate(leg) for leg in row["legs"]),
        )
