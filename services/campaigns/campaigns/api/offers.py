"""The answer to an offer, another offer, and what is announced of later terms (C3, C5)."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from campaigns.api.acting import Actor, act
from campaigns.api.callers import Brand, BrandOrCreator, TheContext, settings_of
from campaigns.domain.collaborations import offers, terms
from campaigns.domain.collaborations.records import CollaborationRecord, Step
from chassis.http import Writing
from contracts.campaigns import Side
from contracts.http.campaigns import AcceptOffer, AnnounceTerms, CollaborationOut, DeclineInvitation, MakeOffer

router = APIRouter(prefix="/v1/collaborations/{collaboration}", tags=["collaborations"])


@router.post("/accept", response_model=CollaborationOut)
async def accept(
    collaboration: str,
    request: Request,
    write: Writing,
    who: BrandOrCreator,
    context: TheContext,
    body: AcceptOffer | None = None,
) -> Response:
    """Agree to the offer on the table, by its number. A creator's invitation must be proved, or be to the account."""
    number = None if body is None else body.offer

    def action(found: CollaborationRecord, actor: Actor) -> Step:
        creator = actor.account if actor.side is Side.CREATOR else found.answering or ""
        return offers.accepted(found, actor.side, creator, number, actor.now, actor.calendar)

    return await act(context, request, write, who, collaboration, action)


@router.post("/decline", response_model=CollaborationOut)
async def decline(
    collaboration: str,
    request: Request,
    write: Writing,
    who: BrandOrCreator,
    context: TheContext,
    body: DeclineInvitation | None = None,
) -> Response:
    """Say no to the offer, for good; a creator's reason is welcome and never needed."""
    answer = (body or DeclineInvitation()).said()

    def action(found: CollaborationRecord, actor: Actor) -> Step:
        return offers.declined(found, actor.side, answer, actor.now)

    return await act(context, request, write, who, collaboration, action)


@router.post("/offers", response_model=CollaborationOut)
async def make_offer(
    collaboration: str, body: MakeOffer, request: Request, write: Writing, who: BrandOrCreator, context: TheContext
) -> Response:
    """Put another offer on the table, in place of the one that it names; the other side has seven days to answer."""
    asked = offers.Asked(body.fee, body.commission, body.per_unit, body.deadline, body.note)
    within = timedelta(days=settings_of(context).invitation_days)

    def action(found: CollaborationRecord, actor: Actor) -> Step:
        account = actor.account if actor.side is Side.CREATOR else None
        return offers.offered(found, actor.side, account, body.on, asked, actor.now, within)

    return await act(context, request, write, who, collaboration, action)


@router.post("/terms", response_model=CollaborationOut)
async def announce_terms(
    collaboration: str, body: AnnounceTerms, request: Request, write: Writing, who: Brand, context: TheContext
) -> Response:
    """Give notice of a later version: in force at once if it favours the creator, else in 720 hours (MONEY 20)."""
    given = body.model_dump(exclude_unset=True, exclude={"tiers", "per_unit", "cap"})
    change = terms.Change(
        **{name: value for name, value in given.items() if value is not None},
        per_unit=body.per_unit,
        tiers=body.tiers,
        cap=body.cap,
        takes=frozenset(
            name for name in ("cap", "products") if name in body.model_fields_set and getattr(body, name) is None
        ),
    )

    def action(found: CollaborationRecord, actor: Actor) -> Step:
        return terms.announced(found, change, actor.now)

    return await act(context, request, write, who, collaboration, action)
