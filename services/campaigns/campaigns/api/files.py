"""Work that is handed in as a file: uploaded by the creator, fetched by both sides (C6)."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from campaigns.api.callers import BrandOrCreator, Creator, TheContext, settings_of
from campaigns.domain.collaborations.states import COLLABORATION
from campaigns.domain.refusals import NotNow
from campaigns.store import BrandView, CampaignsTx, CreatorView, assets
from campaigns.uploads import AS_FILE, keep, received
from chassis.http import Kind, conflict, not_found
from chassis.ids import new_id
from contracts.http.campaigns import AssetOut, AssetsOut

router = APIRouter(prefix="/v1/collaborations/{collaboration}/files", tags=["work"])


@router.post("", status_code=201, openapi_extra=AS_FILE)
async def upload_file(
    collaboration: str,
    request: Request,
    who: Creator,
    context: TheContext,
    name: Annotated[str, Query(min_length=1, max_length=500, description="the file's name, for people")],
) -> AssetOut:
    """Add a file to hand in with `submit`: the body is the file. The same bytes again are another file."""
    found = await CreatorView(context.db, who.id, None).collaboration(collaboration)
    if found is None or found.state.creator != who.id:
        raise not_found("collaboration")
    state = found.state
    if not COLLABORATION[state.status].works:
        raise NotNow("upload", state.status.value, ())
    most = settings_of(context).files_per_collaboration
    async with received(request, name, settings_of(context).asset_max_bytes) as file:
        asset = new_id()

        async def begin(tx: CampaignsTx) -> None:
            if await tx.count_files(collaboration) >= most:
                raise conflict("too-many-files", "Too many files", f"A collaboration has {most} files at most.")
            await tx.begin_asset(asset, state.brand, state.campaign, collaboration)

        await context.transactions.run(begin)
        stored = await keep(context, asset, file)
    if stored is None:
        raise not_found("collaboration")
    return stored


@router.get("")
async def list_files(collaboration: str, who: BrandOrCreator, context: TheContext) -> AssetsOut:
    """Files that were handed in, oldest first, for the two sides."""
    if who.kind is Kind.BRAND:
        found = await BrandView(context.db, who.id).collaboration(collaboration)
    else:
        found = await CreatorView(context.db, who.id, None).collaboration(collaboration)
    if found is None:
        raise not_found("collaboration")
    return AssetsOut(items=tuple(await assets.files_of(context.db, collaboration)))
