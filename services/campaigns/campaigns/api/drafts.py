"""Drafts: a campaign written part by part, by whoever of the brand has time for it (C1 to C4, C14)."""

from fastapi import APIRouter, Request, Response

from campaigns import answers
from campaigns.api.callers import Brand, TheContext, details_of
from campaigns.domain import campaigns, drafts
from campaigns.domain.drafts import DraftRecord
from campaigns.domain.refusals import NotNow, refuse
from campaigns.store import BrandView, CampaignsTx
from campaigns.store.channels import matrix_of
from chassis.context import Context
from chassis.http import (
    Page,
    Paging,
    Principal,
    Writing,
    conflict,
    etag,
    if_match,
    not_found,
    once,
    page_of,
)
from chassis.ids import new_id
from contracts.console import BrandDetails
from contracts.http.campaigns import ChangeDraft, DraftOut

router = APIRouter(prefix="/v1", tags=["drafts"])


@router.post("/drafts", status_code=201, response_model=DraftOut)
async def begin_draft(body: ChangeDraft, write: Writing, who: Brand, context: TheContext) -> Response:
    """Begin a campaign with whatever is known of it. What is written must be right; what is missing may come later."""
    brand = await details_of(context, who)

    async def work(tx: CampaignsTx) -> DraftOut:
        draft = drafts.begun(body, id_=new_id(), brand=who.id, now=tx.now)
        await _check(tx, draft, body, brand)
        if await tx.count_drafts(who.id, drafts.MOST) >= drafts.MOST:
            raise conflict(
                "too-many-drafts", "Too many drafts", f"There are {drafts.MOST} unfinished ones: finish or drop one."
            )
        return await draft_out(context, await tx.add_draft(draft), brand)

    return await once(context, write, who, work)


@router.get("/drafts")
async def list_drafts(who: Brand, paging: Paging, context: TheContext) -> Page[DraftOut]:
    """The brand's unfinished drafts, newest first. Those with all their parts are listed as campaigns."""
    brand = await details_of(context, who)
    position = paging.position(str)
    found = await BrandView(context.db, who.id).drafts(position[0] if position else None, paging.fetch)
    page = page_of(found, paging, lambda draft: (draft.id,))
    items = [await draft_out(context, draft, brand) for draft in page.items]
    return Page[DraftOut](items=tuple(items), next_cursor=page.next_cursor)


@router.get("/drafts/{draft}")
async def get_draft(draft: str, who: Brand, context: TheContext, response: Response) -> DraftOut:
    """One of the brand's drafts, unfinished or whole, with its revision as ETag."""
    found = await BrandView(context.db, who.id).draft(draft)
    if found is None:
        raise not_found("draft")
    response.headers["ETag"] = etag(found.revision)
    return await draft_out(context, found, await details_of(context, who))


@router.patch("/drafts/{draft}", response_model=DraftOut)
async def change_draft(
    draft: str, body: ChangeDraft, request: Request, write: Writing, who: Brand, context: TheContext
) -> Response:
    """Write some parts anew; with If-Match only if nobody else changed the draft meanwhile.

    Refused is what is wrong with these parts; what is wrong with others is told as missing, and keeps nothing.
    """
    brand = await details_of(context, who)

    async def work(tx: CampaignsTx) -> DraftOut:
        found = await _draft(tx, who, draft)
        if "if-match" in request.headers:
            if_match(request, found.revision)
        changed = drafts.changed(found, body)
        await _check(tx, changed, body, brand)
        return await draft_out(context, await tx.save_draft(changed), brand)

    return await once(context, write, who, work, status=200)


@router.delete("/drafts/{draft}", status_code=204, response_model=None)
async def drop_draft(draft: str, write: Writing, who: Brand, context: TheContext) -> Response:
    """Drop a draft, with the files uploaded for it."""

    async def work(tx: CampaignsTx) -> None:
        await tx.drop_draft(await _draft(tx, who, draft))

    return await once(context, write, who, work)


async def draft_out(context: Context[CampaignsTx], draft: DraftRecord, brand: BrandDetails) -> DraftOut:
    """A draft as its brand sees it."""
    matrix, _ = await matrix_of(context.db, draft.brand)
    named = campaigns.products_named(draft.content.products, draft.content.terms)
    unknown = await BrandView(context.db, draft.brand).unknown_products(named)
    return answers.draft_out(draft, brand, unknown, context.clock.now(), matrix)


async def _draft(tx: CampaignsTx, who: Principal, draft: str) -> DraftRecord:
    found = await tx.draft(who.id, draft)
    if found is not None:
        return found
    campaign = await tx.campaign(who.id, draft)
    if campaign is None:
        raise not_found("draft")
    raise NotNow("change", campaign.status.value, campaigns.possible(campaign, tx.now))


async def _check(tx: CampaignsTx, draft: DraftRecord, asked: ChangeDraft, brand: BrandDetails) -> None:
    named = campaigns.products_named(draft.content.products, draft.content.terms)
    found = drafts.faults(
        draft.content,
        domains=brand.domains,
        currency=brand.currency,
        unknown_products=await tx.unknown_products(draft.brand, named),
        now=tx.now,
    )
    refuse(drafts.concern(asked, found))
