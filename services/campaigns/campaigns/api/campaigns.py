"""Campaigns: draft, change, publish (C1, C2)."""

from fastapi import APIRouter, Request, Response

from campaigns import answers
from campaigns.api.callers import Brand, TheContext, details_of
from campaigns.domain import campaigns, drafts
from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.refusals import refuse
from campaigns.domain.running import END_TIMER
from campaigns.store import BrandView, CampaignsTx
from campaigns.store.channels import matrix_of
from chassis.http import (
    Page,
    Paging,
    Principal,
    Writing,
    etag,
    if_match,
    not_found,
    once,
    page_of,
)
from chassis.ids import new_id
from contracts.campaigns import (
    CampaignDrafted,
    CampaignPublished,
)
from contracts.console import BrandDetails
from contracts.http.campaigns import (
    CampaignOut,
    ChangeCampaign,
    CreateCampaign,
)

router = APIRouter(prefix="/v1", tags=["campaigns"])


@router.post("/campaigns", status_code=201, response_model=CampaignOut)
async def create_campaign(body: CreateCampaign, write: Writing, who: Brand, context: TheContext) -> Response:
    """Begin a campaign, as a draft."""
    brand = await details_of(context, who)
    matrix, _ = await matrix_of(context.db, who.id)

    async def work(tx: CampaignsTx) -> CampaignOut:
        campaign = campaigns.drafted(body, id_=new_id(), brand=who.id, now=tx.now)
        await _check(campaign, brand, tx)
        await tx.add_campaign(campaign, CampaignDrafted)
        return answers.campaign_out(campaign, tx.now, matrix)

    return await once(context, write, who, work)


@router.get("/campaigns")
async def list_campaigns(who: Brand, paging: Paging, context: TheContext) -> Page[CampaignOut]:
    """The brand's campaigns, newest first."""
    position = paging.position(str)
    found = await BrandView(context.db, who.id).campaigns(position[0] if position else None, paging.fetch)
    page = page_of(found, paging, lambda campaign: (campaign.id,))
    matrix, _ = await matrix_of(context.db, who.id)
    now = context.clock.now()
    items = tuple(answers.campaign_out(one, now, matrix) for one in page.items)
    return Page[CampaignOut](items=items, next_cursor=page.next_cursor)


@router.get("/campaigns/{campaign}")
async def get_campaign(campaign: str, who: Brand, context: TheContext, response: Response) -> CampaignOut:
    """One of the brand's campaigns, with its revision as ETag."""
    found = await BrandView(context.db, who.id).campaign(campaign)
    if found is None:
        raise not_found("campaign")
    response.headers["ETag"] = etag(found.revision)
    matrix, _ = await matrix_of(context.db, who.id)
    return answers.campaign_out(found, context.clock.now(), matrix)


@router.patch("/campaigns/{campaign}", response_model=CampaignOut)
async def change_campaign(
    campaign: str, body: ChangeCampaign, request: Request, write: Writing, who: Brand, context: TheContext
) -> Response:
    """Change a draft; with If-Match only if nobody else changed it meanwhile."""
    brand = await details_of(context, who)
    matrix, _ = await matrix_of(context.db, who.id)

    async def work(tx: CampaignsTx) -> CampaignOut:
        found = await _campaign(tx, who, campaign)
        if "if-match" in request.headers:
            if_match(request, found.revision)
        changed = campaigns.changed(found, body, tx.now)
        await _check(changed, brand, tx)
        await tx.save_campaign(changed, CampaignDrafted)
        return answers.campaign_out(changed, tx.now, matrix)

    return await once(context, write, who, work, status=200)


@router.post("/campaigns/{campaign}/publish", response_model=CampaignOut)
async def publish_campaign(campaign: str, write: Writing, who: Brand, context: TheContext) -> Response:
    """Open a campaign: from now on creators can be invited. Whatever is missing or wrong is told at once."""
    brand = await details_of(context, who)
    matrix, _ = await matrix_of(context.db, who.id)

    async def work(tx: CampaignsTx) -> CampaignOut:
        unfinished = await tx.draft(who.id, campaign)
        if unfinished is not None and not unfinished.is_campaign:
            refuse(list(drafts.lacks(unfinished.content)))
        published = campaigns.published(await _campaign(tx, who, campaign), tx.now)
        await _check(published, brand, tx)
        await tx.save_campaign(published, CampaignPublished)
        if published.ends_at is not None:
            tx.set_timer(END_TIMER, campaign, published.ends_at)
        return answers.campaign_out(published, tx.now, matrix)

    return await once(context, write, who, work, status=200)


async def _campaign(tx: CampaignsTx, who: Principal, campaign: str) -> CampaignRecord:
    found = await tx.campaign(who.id, campaign)
    if found is None:
        raise not_found("campaign")
    return found


async def _check(campaign: CampaignRecord, brand: BrandDetails, tx: CampaignsTx) -> None:
    terms = campaign.terms
    unknown = await tx.unknown_products(campaign.brand, campaigns.products_named(terms.products, terms))
    found = campaigns.faults(
        landing_url=campaign.landing_url,
        goal=campaign.goal,
        terms=terms,
        ends_at=campaign.ends_at,
        budget=campaign.budget,
        program=campaign.program,
        category=campaign.brief.category,
        domains=brand.domains,
        currency=brand.currency,
        now=tx.now,
    )
    refuse([*campaigns.not_in_catalogue(unknown, terms.products, terms), *found])
