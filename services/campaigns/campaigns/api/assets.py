"""Files of a brief: uploaded by the brand, read by whom it works with (C2)."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from campaigns.api.callers import Brand, BrandOrCreator, TheContext, settings_of
from campaigns.domain import files
from campaigns.domain.refusals import NotNow
from campaigns.objects import Objects, objects_of
from campaigns.store import BrandView, CampaignsTx, CreatorView, assets
from campaigns.uploads import AS_FILE, keep, received
from chassis.context import Context
from chassis.http import Kind, Principal, Writing, conflict, not_found, once
from chassis.ids import new_id
from contracts.campaigns import CampaignStatus
from contracts.http.campaigns import AssetOut, AssetsOut

router = APIRouter(prefix="/v1", tags=["assets"])


@router.post(
    "/campaigns/{campaign}/assets",
    status_code=201,
    openapi_extra=AS_FILE,
)
async def upload_asset(
    campaign: str,
    request: Request,
    who: Brand,
    context: TheContext,
    name: Annotated[str, Query(min_length=1, max_length=500, description="the file's name, for people")],
) -> AssetOut:
    """Add a file to the brief, of an unfinished draft, too: the body is the file.

    What it is, its bytes say; the same bytes again are kept once.
    """
    view = BrandView(context.db, who.id)
    found = await view.campaign(campaign)
    if found is None and await view.draft(campaign) is None:
        raise not_found("campaign")
    if found is not None and found.status is CampaignStatus.ENDED:
        raise NotNow("upload", found.status.value, ())
    async with received(request, name, settings_of(context).asset_max_bytes) as file:
        known = await assets.asset_with(context.db, campaign, file.sha256)
        if known is not None:
            return known
        stored = await keep(context, await _begin(context, who, campaign), file)
    if stored is None:
        raise not_found("campaign")
    return stored


@router.get("/campaigns/{campaign}/assets")
async def list_assets(campaign: str, who: BrandOrCreator, context: TheContext) -> AssetsOut:
    """The campaign's files, for its brand, and for creators who are invited to it or work in it."""
    if not await _may_read(context, who, campaign):
        raise not_found("campaign")
    return AssetsOut(items=tuple(await assets.assets_of(context.db, campaign)))


@router.get(
    "/assets/{asset}",
    response_class=StreamingResponse,
    responses={200: {"description": "The file.", "content": {kind: {} for kind in files.TYPES}}},
)
async def download_asset(asset: str, who: BrandOrCreator, context: TheContext) -> StreamingResponse:
    """A file's bytes, always as a download: nothing that somebody uploaded is shown as a page of ours."""
    found = await assets.asset(context.db, asset)
    if found is None or not await _may_fetch(context, who, found[0]):
        raise not_found("file")
    told, _ = found
    parts = await _objects(context).get(asset)
    if parts is None:
        raise not_found("file")
    return StreamingResponse(
        parts,
        media_type=told.type,
        headers={
            "Content-Disposition": _disposition(told.name),
            "Content-Length": str(told.size),
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )


@router.delete("/assets/{asset}", status_code=204, response_model=None)
async def drop_asset(asset: str, write: Writing, who: Brand, context: TheContext) -> Response:
    """Take a file away; its bytes are erased."""

    async def work(tx: CampaignsTx) -> None:
        if not await tx.drop_asset(who.id, asset):
            raise not_found("file")

    return await once(context, write, who, work)


async def _begin(context: Context[CampaignsTx], who: Principal, campaign: str) -> str:
    """A row before the bytes, so that none are ever forgotten."""
    asset = new_id()
    most = settings_of(context).assets_per_campaign

    async def work(tx: CampaignsTx) -> None:
        if await tx.campaign(who.id, campaign) is None and await tx.draft(who.id, campaign) is None:
            raise not_found("campaign")
        if await tx.count_assets(campaign) >= most:
            raise conflict("too-many-files", "Too many files", f"A campaign has {most} files at most.")
        await tx.begin_asset(asset, who.id, campaign)

    await context.transactions.run(work)
    return asset


def _objects(context: Context[CampaignsTx]) -> Objects:
    return objects_of(settings_of(context))


async def _may_fetch(context: Context[CampaignsTx], who: Principal, file: AssetOut) -> bool:
    """A file of the brief is for all who may read the campaign, handed-in work for the two sides of it alone."""
    if file.collaboration is None:
        return await _may_read(context, who, file.campaign)
    if who.kind is Kind.BRAND:
        return await BrandView(context.db, who.id).collaboration(file.collaboration) is not None
    return await CreatorView(context.db, who.id, None).collaboration(file.collaboration) is not None


async def _may_read(context: Context[CampaignsTx], who: Principal, campaign: str) -> bool:
    if who.kind is Kind.BRAND:
        view = BrandView(context.db, who.id)
        return await view.campaign(campaign) is not None or await view.draft(campaign) is not None
    return await assets.takes_part(context.db, campaign, who.id, who.invitation)


def _disposition(name: str) -> str:
    plain = "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in '"\\%' else "_" for letter in name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
