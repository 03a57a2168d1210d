"""Collaborations: reading them, and their history."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Response

from campaigns import answers
from campaigns.api.callers import Brand, BrandOrCreator, TheContext
from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.store import BrandView, CampaignsTx, CreatorView, history
from chassis.context import Context
from chassis.http import (
    Kind,
    Page,
    Paging,
    Principal,
    etag,
    not_found,
    page_of,
)
from contracts.http.campaigns import (
    BoardOut,
    CollaborationOut,
    HappenedOut,
)

CARDS = 20
"""Of each column of a board."""
Stage = Annotated[str, Query(min_length=1, max_length=50)]

router = APIRouter(prefix="/v1", tags=["collaborations"])


@router.get("/campaigns/{campaign}/collaborations")
async def campaign_collaborations(
    campaign: str, who: Brand, paging: Paging, context: TheContext, stage: Stage | None = None
) -> Page[CollaborationOut]:
    """Who was invited, newest first, and where each stands; with `stage` one column of the board."""
    view = BrandView(context.db, who.id)
    if await view.campaign(campaign) is None:
        raise not_found("campaign")
    position = paging.position(str)
    found = await view.collaborations(position[0] if position else None, paging.fetch, campaign, stage)
    return await _page(context, found, paging, who)


@router.get("/campaigns/{campaign}/board")
async def campaign_board(campaign: str, who: Brand, context: TheContext) -> BoardOut:
    """A campaign's collaborations by stage: how many there are in each, and the newest of them."""
    view = BrandView(context.db, who.id)
    if await view.campaign(campaign) is None:
        raise not_found("campaign")
    counts = await view.stages(campaign)
    newest = await asyncio.gather(*(view.collaborations(None, CARDS, campaign, stage) for stage in counts))
    return await answers.board_out(context, counts, dict(zip(counts, newest, strict=True)))


@router.get("/collaborations")
async def list_collaborations(who: BrandOrCreator, paging: Paging, context: TheContext) -> Page[CollaborationOut]:
    """A brand's collaborations, or a creator's own and what they are invited to; newest first."""
    position = paging.position(str)
    before = position[0] if position else None
    if who.kind is Kind.BRAND:
        found = await BrandView(context.db, who.id).collaborations(before, paging.fetch)
    else:
        found = await CreatorView(context.db, who.id, who.invitation).collaborations(before, paging.fetch)
    return await _page(context, found, paging, who)


@router.get("/collaborations/{collaboration}")
async def get_collaboration(
    collaboration: str, who: BrandOrCreator, context: TheContext, response: Response
) -> CollaborationOut:
    """One collaboration, for its brand, its creator, and whom it invites."""
    found = await _readable(context, who, collaboration)
    response.headers["ETag"] = etag(found.revision)
    return await answers.one_out(context, found, who)


@router.get("/collaborations/{collaboration}/history")
async def collaboration_history(
    collaboration: str, who: BrandOrCreator, paging: Paging, context: TheContext
) -> Page[HappenedOut]:
    """What happened, from the beginning: a fact for each revision, by whom, about which deliverable."""
    await _readable(context, who, collaboration)
    position = paging.position(int)
    found = await history(context.db, collaboration, position[0] if position else 0, paging.fetch)
    page = page_of(found, paging, lambda one: (one.revision,))
    return Page[HappenedOut](items=tuple(page.items), next_cursor=page.next_cursor)


async def _readable(context: Context[CampaignsTx], who: Principal, collaboration: str) -> CollaborationRecord:
    if who.kind is Kind.BRAND:
        found = await BrandView(context.db, who.id).collaboration(collaboration)
    else:
        found = await CreatorView(context.db, who.id, who.invitation).collaboration(collaboration)
    if found is None:
        raise not_found("collaboration")
    return found


async def _page(
    context: Context[CampaignsTx], found: list[CollaborationRecord], paging: Paging, who: Principal
) -> Page[CollaborationOut]:
    page = page_of(found, paging, lambda one: (one.state.id,))
    items = await answers.collaborations_out(context, page.items, who)
    return Page[CollaborationOut](items=tuple(items), next_cursor=page.next_cursor)
