"""A campaign's course: pause, resume, end, drop a draft; and its budget (C14)."""

from collections.abc import Callable, Mapping
from datetime import datetime

from fastapi import APIRouter, Request, Response

from campaigns import answers
from campaigns.api.callers import Brand, TheContext
from campaigns.domain import budgets, campaigns, running
from campaigns.domain.budgets import Standing
from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.domain.collaborations.stages import stage_of
from campaigns.domain.running import Course
from campaigns.store import BrandView, CampaignsTx
from campaigns.store.budgets import Line, lines_of, standing, standing_outside
from campaigns.store.views import Names
from chassis.context import Context
from chassis.http import Page, Paging, Principal, Write, Writing, conflict, if_match, not_found, once, page_of
from contracts.campaigns import (
    CampaignChanged,
    CampaignEnded,
    CampaignEvent,
    CampaignPaused,
    CampaignResumed,
    CampaignStatus,
)
from contracts.http.campaigns import BudgetLineOut, BudgetOut, CampaignOut, Parts, ProfileSummary, PutBudget

router = APIRouter(prefix="/v1", tags=["campaigns"])


@router.post("/campaigns/{campaign}/pause", response_model=CampaignOut)
async def pause_campaign(campaign: str, write: Writing, who: Brand, context: TheContext) -> Response:
    """Links earn nothing from now on, and nobody is invited, until it is resumed."""
    return await _moved(context, write, who, campaign, running.paused, CampaignPaused)


@router.post("/campaigns/{campaign}/resume", response_model=CampaignOut)
async def resume_campaign(campaign: str, write: Writing, who: Brand, context: TheContext) -> Response:
    """Go on after a pause; refused while the budget has run out."""

    async def has_budget(tx: CampaignsTx) -> None:
        found = await standing(tx, campaign)
        if found is not None and found.has_run_out:
            raise conflict(
                "budget-exhausted",
                "The budget has run out",
                f"{found.bound} of {found.amount} {found.currency} (minor units) are bound. Give it a larger budget.",
                amount=found.amount,
                bound=found.bound,
                currency=found.currency,
            )

    return await _moved(context, write, who, campaign, running.resumed, CampaignResumed, has_budget)


@router.post("/campaigns/{campaign}/end", response_model=CampaignOut)
async def end_campaign(campaign: str, write: Writing, who: Brand, context: TheContext) -> Response:
    """End it now. Clicks made before can still be credited within their window."""
    return await _moved(context, write, who, campaign, running.ended, CampaignEnded)


@router.delete("/campaigns/{campaign}", status_code=204, response_model=None)
async def drop_campaign(campaign: str, write: Writing, who: Brand, context: TheContext) -> Response:
    """Drop a draft, with the files uploaded for it. What was published stays on record."""

    async def work(tx: CampaignsTx) -> None:
        found = await tx.campaign(who.id, campaign)
        if found is None:
            raise not_found("campaign")
        running.must_be_droppable(found, tx.now)
        await tx.drop_assets_of(campaign)
        await tx.erase_campaign(found)

    return await once(context, write, who, work)


@router.get("/campaigns/{campaign}/budget")
async def get_budget(campaign: str, who: Brand, context: TheContext) -> BudgetOut:
    """What is committed, spent and left."""
    found = await BrandView(context.db, who.id).campaign(campaign)
    if found is None:
        raise not_found("campaign")
    return _budget_out(found, await standing_outside(context.db, campaign))


@router.get("/campaigns/{campaign}/budget/collaborations")
async def budget_lines(campaign: str, who: Brand, paging: Paging, context: TheContext) -> Page[BudgetLineOut]:
    """What each collaboration binds and has earned, oldest first: together they are the budget's figures."""
    view = BrandView(context.db, who.id)
    found = await view.campaign(campaign)
    if found is None:
        raise not_found("campaign")
    position = paging.position(str)
    currency = found.terms.fee.currency
    rows = await lines_of(context.db, campaign, currency, position[0] if position else "", paging.fetch)
    page = page_of(rows, paging, lambda line: (line.collaboration,))
    ours = await view.collaborations_by_id([line.collaboration for line in page.items])
    profiles = await Names(context.db).of_profiles(one.state.profile for one in ours.values() if one.state.profile)
    return Page[BudgetLineOut](
        items=tuple(_line_out(line, ours.get(line.collaboration), profiles) for line in page.items),
        next_cursor=page.next_cursor,
    )


@router.put("/campaigns/{campaign}/budget", response_model=BudgetOut)
async def put_budget(
    campaign: str, body: PutBudget, request: Request, write: Writing, who: Brand, context: TheContext
) -> Response:
    """Another budget, or none; never below what is bound already. A larger one calls a pause off."""

    async def work(tx: CampaignsTx) -> BudgetOut:
        found = await tx.campaign(who.id, campaign)
        if found is None:
            raise not_found("campaign")
        if "if-match" in request.headers:
            if_match(request, found.revision)
        campaigns.check_budget(body.budget, found.terms.fee.currency)
        before = await standing(tx, campaign)
        if before is not None:
            budgets.must_suffice(before, body.budget)
        changed = running.within_budget_again(running.with_budget(found, body.budget, tx.now))
        await tx.save_campaign(changed, CampaignChanged)
        return _budget_out(changed, await standing(tx, campaign))

    return await once(context, write, who, work, status=200)


async def _moved(
    context: Context[CampaignsTx],
    write: Write,
    who: Principal,
    campaign: str,
    move: Callable[[CampaignRecord, datetime], CampaignRecord],
    kind: type[CampaignEvent],
    check: Callable[[CampaignsTx], object] | None = None,
) -> Response:
    async def work(tx: CampaignsTx) -> CampaignOut:
        found = await tx.campaign(who.id, campaign)
        if found is None:
            raise not_found("campaign")
        moved = move(found, tx.now)
        if check is not None:
            await check(tx)  # type: ignore[misc]
        await tx.save_campaign(moved, kind)
        tx.spread(moved, _course(found, moved, tx.now))
        return answers.campaign_out(moved, tx.now)

    return await once(context, write, who, work, status=200)


def _course(before: CampaignRecord, after: CampaignRecord, now: datetime) -> Course:
    was_paused = before.status is CampaignStatus.PAUSED and after.status is CampaignStatus.PUBLISHED
    return Course(
        status=after.status,
        paused_at=before.paused_at if was_paused else after.paused_at,
        resumed_at=now if was_paused else None,
        ends_at=after.ends_at,
    )


def _line_out(
    line: Line, collaboration: CollaborationRecord | None, profiles: Mapping[str, ProfileSummary]
) -> BudgetLineOut:
    bound = line.bound
    state = None if collaboration is None else collaboration.state
    return BudgetLineOut(
        collaboration=line.collaboration,
        creator=None if state is None else state.creator,
        profile_summary=None if state is None else profiles.get(state.profile or ""),
        stage="" if state is None else stage_of(state),
        committed=Parts(
            fees=bound.fees,
            product=bound.product,
            shipping=bound.shipping,
            commission=bound.commission,
            total=bound.total,
        ),
        spent=Parts(fees=bound.earned, commission=line.posted, total=bound.earned + line.posted),
        over_cap=line.over,
        uncapped=bound.uncapped,
    )


def _budget_out(campaign: CampaignRecord, found: Standing | None) -> BudgetOut:
    sums = found or Standing(currency=campaign.terms.fee.currency)
    posted = max(0, sums.posted.get(sums.currency, 0))
    committed = Parts(
        fees=sums.fees,
        product=sums.product,
        shipping=sums.shipping,
        commission=sums.commission,
        total=sums.bound - sums.over,
    )
    return BudgetOut(
        campaign=campaign.id,
        currency=sums.currency,
        budget=campaign.budget,
        committed=committed,
        spent=Parts(fees=sums.earned, commission=posted, total=sums.earned + posted),
        over_cap=sums.over,
        left=sums.left,
        collaborations=sums.collaborations,
        uncapped=sums.uncapped,
        other_currencies={c: amount for c, amount in sorted(sums.posted.items()) if c != sums.currency and amount},
        pauses_at=campaign.pauses_at,
        revision=campaign.revision,
    )
