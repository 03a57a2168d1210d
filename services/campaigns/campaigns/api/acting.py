"""How every action on a collaboration is taken: by one of its two sides, on what silence has made of it by then."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request, Response

from campaigns import answers
from campaigns.domain import running
from campaigns.domain.budgets import BudgetExceeded
from campaigns.domain.calendar import Calendar
from campaigns.domain.collaborations import silence
from campaigns.domain.collaborations.records import CollaborationRecord, Step
from campaigns.store import CampaignsTx
from campaigns.store.budgets import standing
from chassis.context import Context
from chassis.http import Kind, Principal, Write, if_match, not_found, once
from contracts.campaigns import CampaignChanged, Side
from contracts.http.campaigns import CollaborationOut


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: which side, by which account, at what instant, by whose calendar."""

    side: Side
    account: str
    now: datetime
    calendar: Calendar


Action = Callable[[CollaborationRecord, Actor], Step]


async def act(
    context: Context[CampaignsTx],
    request: Request,
    write: Write,
    who: Principal,
    collaboration: str,
    action: Action,
    also: Callable[[CampaignsTx, Step], Awaitable[None]] | None = None,
) -> Response:
    """Take the action in a transaction, with all that follows from it; with If-Match only on what the caller saw.

    Of two at the same moment one wins; the other is tried again on what came of it, and told by its state.
    """

    async def work(tx: CampaignsTx) -> CollaborationOut:
        found = await theirs(tx, who, collaboration)
        if "if-match" in request.headers:
            if_match(request, found.revision)
        calendar = await tx.calendar(found.state.brand)
        steps = silence.settled(found, tx.now, calendar)
        actor = Actor(side_of(who), who.id, tx.now, calendar)
        step = action(steps[-1].after if steps else found, actor)
        if also is not None:
            await also(tx, step)
        steps += [step, *silence.settled(step.after, tx.now, calendar)]
        await tx.take(steps)
        return await answers.one_out(context, steps[-1].after, who)

    try:
        return await once(context, write, who, work, status=200)
    except BudgetExceeded as refused:
        if side_of(who) is Side.CREATOR:
            await tell_of_refusal(context, collaboration, refused.needs)
        raise


async def tell_of_refusal(context: Context[CampaignsTx], collaboration: str, needs: int) -> None:
    """A creator's yes was refused by the budget: its brand, which saw nothing of it, is to hear so, once (C14)."""

    async def work(tx: CampaignsTx) -> None:
        found = await tx.collaboration(collaboration)
        sums = None if found is None else await standing(tx, found.state.campaign)
        campaign = None if found is None else await tx.any_campaign(found.state.campaign)
        if campaign is None or sums is None:
            return
        told = running.refused(campaign, sums, needs, tx.now)
        if told is not None:
            await tx.save_campaign(told, CampaignChanged)

    await context.transactions.run(work)


def side_of(who: Principal) -> Side:
    """Which of the two the caller is."""
    return Side.BRAND if who.kind is Kind.BRAND else Side.CREATOR


async def theirs(tx: CampaignsTx, who: Principal, collaboration: str) -> CollaborationRecord:
    """The collaboration, if it is the caller's to act on; somebody else's is as good as none."""
    found = await tx.collaboration(collaboration)
    if found is None or not _is_theirs(found, who):
        raise not_found("collaboration")
    return found


def _is_theirs(found: CollaborationRecord, who: Principal) -> bool:
    state = found.state
    if who.kind is Kind.BRAND:
        return who.id == state.brand
    answering = state.creator or found.answering
    if answering is not None:
        return who.id == answering
    return who.id == state.invitation.contact or who.invitation == state.id
