"""The sample: asked for, approved, shipped, received; and stepping out after it (C6)."""

from fastapi import APIRouter, Request, Response

from campaigns.api.acting import Actor, act
from campaigns.api.callers import Brand, Creator, TheContext
from campaigns.domain.collaborations import samples
from campaigns.domain.collaborations.records import CollaborationRecord, Step
from campaigns.domain.collaborations.states import Action
from campaigns.store import CampaignsTx
from chassis.context import Context
from chassis.http import Principal, Write, Writing
from contracts.http.campaigns import AnswerSample, CollaborationOut, RequestSample, ShipSample, StepOut

router = APIRouter(prefix="/v1/collaborations/{collaboration}/sample", tags=["work"])


@router.post("/request", response_model=CollaborationOut)
async def request_sample(
    collaboration: str, body: RequestSample, request: Request, write: Writing, who: Creator, context: TheContext
) -> Response:
    """The creator asks for a sample, with a reason and a plan."""
    words = {"reason": body.reason, "plan": body.plan}
    return await _do(context, request, write, who, collaboration, Action.REQUEST_SAMPLE, **words)


@router.post("/approve", response_model=CollaborationOut)
async def approve_sample(
    collaboration: str,
    request: Request,
    write: Writing,
    who: Brand,
    context: TheContext,
    body: AnswerSample | None = None,
) -> Response:
    """The brand will send it."""
    note = "" if body is None else body.note
    return await _do(context, request, write, who, collaboration, Action.APPROVE_SAMPLE, answer=note)


@router.post("/refuse", response_model=CollaborationOut)
async def refuse_sample(
    collaboration: str,
    request: Request,
    write: Writing,
    who: Brand,
    context: TheContext,
    body: AnswerSample | None = None,
) -> Response:
    """The brand sends none; the creator may ask again."""
    note = "" if body is None else body.note
    return await _do(context, request, write, who, collaboration, Action.REFUSE_SAMPLE, answer=note)


@router.post("/ship", response_model=CollaborationOut)
async def ship_sample(
    collaboration: str, body: ShipSample, request: Request, write: Writing, who: Brand, context: TheContext
) -> Response:
    """It is on its way, with a tracking number."""
    words = {"carrier": body.carrier, "tracking": body.tracking}
    return await _do(context, request, write, who, collaboration, Action.SHIP_SAMPLE, **words)


@router.post("/receive", response_model=CollaborationOut)
async def receive_sample(
    collaboration: str, request: Request, write: Writing, who: Creator, context: TheContext
) -> Response:
    """The creator has it."""
    return await _do(context, request, write, who, collaboration, Action.RECEIVE_SAMPLE)


@router.post("/step-out", response_model=CollaborationOut)
async def step_out(
    collaboration: str, body: StepOut, request: Request, write: Writing, who: Creator, context: TheContext
) -> Response:
    """The creator tried it and leaves with honest feedback, as long as no submission is approved."""

    def action(found: CollaborationRecord, actor: Actor) -> Step:
        return samples.stepped_out(found, body.feedback, actor.now)

    return await act(context, request, write, who, collaboration, action)


async def _do(
    context: Context[CampaignsTx],
    request: Request,
    write: Write,
    who: Principal,
    collaboration: str,
    action: Action,
    **words: str,
) -> Response:
    def take(found: CollaborationRecord, actor: Actor) -> Step:
        return samples.moved(found, action, actor.side, actor.now, actor.calendar, **words)

    return await act(context, request, write, who, collaboration, take)
