"""Deliverables: concept, submission, publication and their reviews (C6); cancelling one (C9)."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response

from campaigns.api.acting import Actor, act
from campaigns.api.callers import Brand, BrandOrCreator, Creator, TheContext
from campaigns.domain.collaborations import cancel, work
from campaigns.domain.collaborations.records import CollaborationRecord, Step
from campaigns.domain.collaborations.states import Action
from campaigns.domain.collaborations.work import NOTHING, Said
from campaigns.domain.refusals import Refused
from campaigns.store import CampaignsTx
from chassis.context import Context
from chassis.http import Principal, Write, Writing
from contracts.http.campaigns import (
    AskForChanges,
    CollaborationOut,
    ProposeConcept,
    PublishWork,
    RefusePublication,
    SubmitWork,
)

router = APIRouter(prefix="/v1/collaborations/{collaboration}/deliverables/{deliverable}", tags=["work"])


@router.post("/propose-concept", response_model=CollaborationOut)
async def propose_concept(
    collaboration: str,
    deliverable: str,
    body: ProposeConcept,
    request: Request,
    write: Writing,
    who: Creator,
    context: TheContext,
) -> Response:
    """The creator's idea, or its next version; the brand has until the end of the third business day to answer."""
    words = Said(text=body.text, url=body.url)
    return await _do(context, request, write, who, collaboration, deliverable, Action.PROPOSE_CONCEPT, words)


@router.post("/approve-concept", response_model=CollaborationOut)
async def approve_concept(
    collaboration: str, deliverable: str, request: Request, write: Writing, who: Brand, context: TheContext
) -> Response:
    """The concept is good: the creator goes to work on it."""
    return await _do(context, request, write, who, collaboration, deliverable, Action.APPROVE_CONCEPT)


@router.post("/ask-changes", response_model=CollaborationOut)
async def ask_changes(
    collaboration: str,
    deliverable: str,
    body: AskForChanges,
    request: Request,
    write: Writing,
    who: Brand,
    context: TheContext,
) -> Response:
    """The concept needs changes: as often as the terms' revision limit allows."""
    words = Said(points=body.points, due=body.due)
    return await _do(context, request, write, who, collaboration, deliverable, Action.ASK_CHANGES, words)


@router.post("/submit", response_model=CollaborationOut)
async def submit(
    collaboration: str,
    deliverable: str,
    body: SubmitWork,
    request: Request,
    write: Writing,
    who: Creator,
    context: TheContext,
) -> Response:
    """The work, or its next version, for the brand to review before it is live: an address, a file, or both."""
    words = Said(text=body.text, url=body.url, file=body.file)

    async def is_there(tx: CampaignsTx, _: Step) -> None:
        if body.file is not None and not await tx.has_file(collaboration, body.file):
            raise Refused("file", "There is no such file of this collaboration: upload it first.")

    return await _do(context, request, write, who, collaboration, deliverable, Action.SUBMIT, words, is_there)


@router.post("/approve-submission", response_model=CollaborationOut)
async def approve_submission(
    collaboration: str, deliverable: str, request: Request, write: Writing, who: Brand, context: TheContext
) -> Response:
    """The work is good: its fee is earned (MONEY 22), and the creator publishes it."""
    return await _do(context, request, write, who, collaboration, deliverable, Action.APPROVE_SUBMISSION)


@router.post("/ask-revision", response_model=CollaborationOut)
async def ask_revision(
    collaboration: str,
    deliverable: str,
    body: AskForChanges,
    request: Request,
    write: Writing,
    who: Brand,
    context: TheContext,
) -> Response:
    """The work needs a revision, with points to change; after the terms' limit the brand approves or cancels."""
    words = Said(points=body.points, due=body.due)
    return await _do(context, request, write, who, collaboration, deliverable, Action.ASK_REVISION, words)


@router.post("/publish", response_model=CollaborationOut)
async def publish(
    collaboration: str,
    deliverable: str,
    body: PublishWork,
    request: Request,
    write: Writing,
    who: Creator,
    context: TheContext,
) -> Response:
    """Where it is live: an https address of a publication on the platform that was agreed."""
    words = Said(url=body.url)
    return await _do(context, request, write, who, collaboration, deliverable, Action.PUBLISH, words)


@router.post("/refuse-publication", response_model=CollaborationOut)
async def refuse_publication(
    collaboration: str,
    deliverable: str,
    body: RefusePublication,
    request: Request,
    write: Writing,
    who: Brand,
    context: TheContext,
) -> Response:
    """What is live is not what was approved: the creator publishes again."""
    words = Said(points=body.points)
    return await _do(context, request, write, who, collaboration, deliverable, Action.REFUSE_PUBLICATION, words)


@router.post("/confirm", response_model=CollaborationOut)
async def confirm(
    collaboration: str, deliverable: str, request: Request, write: Writing, who: Brand, context: TheContext
) -> Response:
    """It is live as approved. With the last one, the collaboration completes."""
    return await _do(context, request, write, who, collaboration, deliverable, Action.CONFIRM)


@router.post("/cancel", response_model=CollaborationOut)
async def cancel_deliverable(
    collaboration: str, deliverable: str, request: Request, write: Writing, who: BrandOrCreator, context: TheContext
) -> Response:
    """One deliverable is not made any more, where this side may say so alone; else propose it."""

    def action(found: CollaborationRecord, actor: Actor) -> Step:
        return cancel.deliverable_cancelled(found, deliverable, actor.side, actor.now)

    return await act(context, request, write, who, collaboration, action)


async def _do(
    context: Context[CampaignsTx],
    request: Request,
    write: Write,
    who: Principal,
    collaboration: str,
    deliverable: str,
    action: Action,
    words: Said = NOTHING,
    also: Callable[[CampaignsTx, Step], Awaitable[None]] | None = None,
) -> Response:
    def take(found: CollaborationRecord, actor: Actor) -> Step:
        return work.done(found, deliverable, action, actor.side, actor.now, actor.calendar, words)

    return await act(context, request, write, who, collaboration, take, also)
