"""Collaborations: reading them, and their history."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import AfterValidator, Field

from campaigns import answers
from campaigns.answers import boards
from campaigns.api.callers import Brand, BrandOrCreator, Creator, TheContext
from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.domain.collaborations.stages import STAGES, stages_of
from campaigns.domain.collaborations.waiting import due_at
from campaigns.store import BrandView, CampaignsTx, CreatorView, history
from campaigns.store.boards import Board, Sought, Work
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
from contracts.campaigns import CollaborationStatus, Side
from contracts.http.campaigns import (
    BoardOut,
    CollaborationOut,
    HappenedOut,
    OpenStepOut,
    StagesOut,
)

CARDS = 8
"""Of each column of a board."""


def _a_stage(name: str) -> str:
    if name not in STAGES:
        raise ValueError(f"there is no such stage; there are {', '.join(STAGES)}")
    return name


Stages = Annotated[
    list[Annotated[str, AfterValidator(_a_stage), Field(json_schema_extra={"enum": list(STAGES)})]] | None,
    Query(max_length=len(STAGES), description="in one of these columns of the board"),
]
States = Annotated[
    list[CollaborationStatus] | None, Query(max_length=len(CollaborationStatus), description="in one of these states")
]
NeedsBrand = Annotated[bool, Query(description="only those in which the brand is waited for")]
Overdue = Annotated[bool, Query(description="only those with a step whose time is over")]


class Order(StrEnum):
    """How a campaign's collaborations are sorted."""

    NEWEST = "newest"
    DUE = "due"


router = APIRouter(prefix="/v1", tags=["collaborations"])


@router.get("/campaigns/{campaign}/collaborations")
async def campaign_collaborations(
    campaign: str,
    who: Brand,
    paging: Paging,
    context: TheContext,
    stage: Stages = None,
    state: States = None,
    needs_brand: NeedsBrand = False,  # noqa: FBT002 - a query parameter
    overdue: Overdue = False,  # noqa: FBT002 - a query parameter
    sort: Order = Order.NEWEST,
) -> Page[CollaborationOut]:
    """Who was invited and where each stands: newest first, or what is due first; all filters together."""
    await _must_be_theirs(context, who, campaign)
    board = Board(context.db, who.id, campaign)
    of_states = {name for status in state or CollaborationStatus for name in stages_of(status)}
    stages = [name for name in stage or STAGES if name in of_states]
    sought = Sought(stages, needs_brand, context.clock.now() if overdue else None)
    if sort is Order.NEWEST:
        position = paging.position(str)
        found = await board.newest(sought, position[0] if position else None, paging.fetch)
        return await _page(context, found, paging, who)
    after = paging.position(datetime, str)
    found = await board.due_first(sought, (after[0], after[1]) if after else None, paging.fetch)
    return await _page(context, found, paging, who, lambda one: (due_at(one), one.state.id))


@router.get("/campaigns/{campaign}/stages")
async def campaign_stages(campaign: str, who: Brand, context: TheContext) -> StagesOut:
    """How many collaborations stand in each stage, how many of them are overdue, and how many need the brand."""
    await _must_be_theirs(context, who, campaign)
    counts = await Board(context.db, who.id, campaign).stages(context.clock.now())
    return boards.stages_out(counts)


@router.get("/campaigns/{campaign}/board")
async def campaign_board(campaign: str, who: Brand, context: TheContext) -> BoardOut:
    """A campaign's collaborations by stage: the counts of each, and what is due first in it."""
    await _must_be_theirs(context, who, campaign)
    board = Board(context.db, who.id, campaign)
    counts = await board.stages(context.clock.now())
    first = await asyncio.gather(*(board.due_first(Sought([stage]), None, CARDS) for stage in counts))
    return await boards.board_out(context, counts, dict(zip(counts, first, strict=True)))


@router.get("/me/steps", tags=["work"])
async def my_steps(
    who: Creator,
    paging: Paging,
    context: TheContext,
    by: Annotated[Side | None, Query(description="only those that this side is waited for")] = None,
) -> Page[OpenStepOut]:
    """The creator's open steps across all campaigns, what is due first at the top, and how many there are."""
    work = Work(context.db, who.id, who.invitation)
    after = paging.position(datetime, str, str)
    found = await work.steps(by, (after[0], after[1], after[2]) if after else None, paging.fetch)
    page = page_of(found, paging, lambda step: (step.order, step.collaboration, step.subject), await work.count(by))
    items = await boards.steps_out(context, page.items, await work.of(page.items))
    return Page[OpenStepOut](items=tuple(items), next_cursor=page.next_cursor, total=page.total)


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


async def _must_be_theirs(context: Context[CampaignsTx], who: Principal, campaign: str) -> None:
    if await BrandView(context.db, who.id).campaign(campaign) is None:
        raise not_found("campaign")


async def _page(
    context: Context[CampaignsTx],
    found: list[CollaborationRecord],
    paging: Paging,
    who: Principal,
    position: Callable[[CollaborationRecord], Sequence[datetime | str]] = lambda one: (one.state.id,),
) -> Page[CollaborationOut]:
    page = page_of(found, paging, position)
    items = await answers.collaborations_out(context, page.items, who)
    return Page[CollaborationOut](items=tuple(items), next_cursor=page.next_cursor)
