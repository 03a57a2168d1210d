"""What needs the other side's yes: another due date (C7), and cancelling (C9); and ending it alone."""

from fastapi import APIRouter, Request, Response

from campaigns.api.acting import Actor, act
from campaigns.api.callers import Brand, BrandOrCreator, TheContext
from campaigns.domain.collaborations import cancel, proposals
from campaigns.domain.collaborations.records import CollaborationRecord, Step
from chassis.http import Writing
from contracts.http.campaigns import Cancel, CollaborationOut, Propose

router = APIRouter(prefix="/v1/collaborations/{collaboration}", tags=["collaborations"])


@router.post("/proposals", response_model=CollaborationOut)
async def propose(
    collaboration: str, body: Propose, request: Request, write: Writing, who: BrandOrCreator, context: TheContext
) -> Response:
    """Ask the other side to agree to a later due date, or to cancel. Silence changes nothing."""

    def action(found: CollaborationRecord, actor: Actor) -> Step:
        return proposals.proposed(
            found,
            body.kind,
            actor.side,
            actor.now,
            deliverable=body.deliverable,
            until=body.until,
            note=body.note,
        )

    return await act(context, request, write, who, collaboration, action)


@router.post("/proposals/{proposal}/agree", response_model=CollaborationOut)
async def agree(
    collaboration: str, proposal: int, request: Request, write: Writing, who: BrandOrCreator, context: TheContext
) -> Response:
    """Yes to what the other side proposed: it is done at once."""

    def action(found: CollaborationRecord, actor: Actor) -> Step:
        return proposals.answered(found, proposal, actor.side, actor.now, yes=True)

    return await act(context, request, write, who, collaboration, action)


@router.post("/proposals/{proposal}/refuse", response_model=CollaborationOut)
async def refuse(
    collaboration: str, proposal: int, request: Request, write: Writing, who: BrandOrCreator, context: TheContext
) -> Response:
    """No: all stays as it was agreed."""

    def action(found: CollaborationRecord, actor: Actor) -> Step:
        return proposals.answered(found, proposal, actor.side, actor.now, yes=False)

    return await act(context, request, write, who, collaboration, action)


@router.post("/proposals/{proposal}/withdraw", response_model=CollaborationOut)
async def withdraw(
    collaboration: str, proposal: int, request: Request, write: Writing, who: BrandOrCreator, context: TheContext
) -> Response:
    """Take back what one proposed."""

    def action(found: CollaborationRecord, actor: Actor) -> Step:
        return proposals.taken_back(found, proposal, actor.side, actor.now)

    return await act(context, request, write, who, collaboration, action)


@router.post("/cancel", response_model=CollaborationOut)
async def cancel_collaboration(
    collaboration: str,
    request: Request,
    write: Writing,
    who: BrandOrCreator,
    context: TheContext,
    body: Cancel | None = None,
) -> Response:
    """End it: an invitation freely; an agreement where this side may alone, else propose it."""
    note = "" if body is None else body.note

    def action(found: CollaborationRecord, actor: Actor) -> Step:
        return cancel.cancelled(found, actor.side, note, actor.now)

    return await act(context, request, write, who, collaboration, action)


@router.post("/complete", response_model=CollaborationOut)
async def complete(collaboration: str, request: Request, write: Writing, who: Brand, context: TheContext) -> Response:
    """The work is done, where there was no deliverable to say so; sales go on earning."""

    def action(found: CollaborationRecord, actor: Actor) -> Step:
        return cancel.completed(found, actor.side, actor.now)

    return await act(context, request, write, who, collaboration, action)
