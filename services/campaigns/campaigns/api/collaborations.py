"""Collaborations: reading them, and the answer to an invitation (C5)."""

from fastapi import APIRouter, Response

from campaigns import answers
from campaigns.api.callers import Brand, BrandOrCreator, Creator, TheContext
from campaigns.domain.collaborations import invitations
from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.store import BrandView, CampaignsTx, CreatorView
from chassis.context import Context
from chassis.http import (
    Kind,
    Page,
    Paging,
    Principal,
    Writing,
    etag,
    not_found,
    once,
    page_of,
)
from contracts.campaigns import (
    InvitationAccepted,
    InvitationDeclined,
)
from contracts.http.campaigns import (
    CollaborationOut,
    DeclineInvitation,
)

router = APIRouter(prefix="/v1")


@router.get("/campaigns/{campaign}/collaborations")
async def campaign_collaborations(
    campaign: str, who: Brand, paging: Paging, context: TheContext
) -> Page[CollaborationOut]:
    """Who was invited, newest first, and where each stands."""
    view = BrandView(context.db, who.id)
    if await view.campaign(campaign) is None:
        raise not_found("campaign")
    position = paging.position(str)
    found = await view.collaborations(position[0] if position else None, paging.fetch, campaign)
    return await _page(context, found, paging, who)


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
    if who.kind is Kind.BRAND:
        found = await BrandView(context.db, who.id).collaboration(collaboration)
    else:
        found = await CreatorView(context.db, who.id, who.invitation).collaboration(collaboration)
    if found is None:
        raise not_found("collaboration")
    response.headers["ETag"] = etag(found.revision)
    return await answers.one_out(context, found, who)


@router.post("/collaborations/{collaboration}/accept", response_model=CollaborationOut)
async def accept(collaboration: str, write: Writing, who: Creator, context: TheContext) -> Response:
    """Agree to the terms. The invitation must be proved by the token, or be to the creator's own account."""

    async def work(tx: CampaignsTx) -> CollaborationOut:
        agreed = invitations.accepted(await _invitation(tx, who, collaboration), who.id, tx.now)
        await tx.save_collaboration(agreed, InvitationAccepted)
        tx.drop_timer(invitations.EXPIRY_TIMER, collaboration)
        return await answers.one_out(context, agreed, who)

    return await once(context, write, who, work, status=200)


@router.post("/collaborations/{collaboration}/decline", response_model=CollaborationOut)
async def decline(
    collaboration: str, write: Writing, who: Creator, context: TheContext, body: DeclineInvitation | None = None
) -> Response:
    """Say no, with a reason if the creator likes."""

    async def work(tx: CampaignsTx) -> CollaborationOut:
        answer = (body or DeclineInvitation()).said()
        refused = invitations.declined(await _invitation(tx, who, collaboration), answer, tx.now)
        await tx.save_collaboration(refused, InvitationDeclined)
        tx.drop_timer(invitations.EXPIRY_TIMER, collaboration)
        return await answers.one_out(context, refused, who)

    return await once(context, write, who, work, status=200)


async def _invitation(tx: CampaignsTx, who: Principal, collaboration: str) -> CollaborationRecord:
    """The invitation, if it is this creator's to answer; somebody else's is as good as none."""
    found = await tx.collaboration(collaboration)
    if found is None:
        raise not_found("invitation")
    state = found.state
    is_theirs = who.id == state.creator or (
        state.creator is None and (who.invitation == collaboration or who.id == state.invitation.contact)
    )
    if not is_theirs:
        raise not_found("invitation")
    return found


async def _page(
    context: Context[CampaignsTx], found: list[CollaborationRecord], paging: Paging, who: Principal
) -> Page[CollaborationOut]:
    page = page_of(found, paging, lambda one: (one.state.id,))
    items = await answers.collaborations_out(context, page.items, who)
    return Page[CollaborationOut](items=tuple(items), next_cursor=page.next_cursor)
