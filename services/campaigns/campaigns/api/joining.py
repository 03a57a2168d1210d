"""Invitations by a link to copy into a comment or a chat (C4)."""

import secrets
from datetime import timedelta

from fastapi import APIRouter, Response

from campaigns import answers
from campaigns.api.callers import Brand, Creator, TheContext, settings_of
from campaigns.api.invitations import place
from campaigns.domain import campaigns, joining
from campaigns.domain.collaborations import invitations
from campaigns.domain.collaborations.records import Step
from campaigns.store import BrandView, CampaignsTx
from chassis.http import Writing, not_found, not_known_yet, once
from chassis.ids import new_id
from contracts.campaigns import CreatorInvited, InvitationClaimed, InvitationKind, Side
from contracts.http.campaigns import ClaimInvitation, CollaborationOut, InvitationLinkOut, InviteByLink

router = APIRouter(prefix="/v1", tags=["collaborations"])


@router.post("/campaigns/{campaign}/invitation-links", status_code=201, response_model=InvitationLinkOut)
async def invite_by_link(
    campaign: str, body: InviteByLink, write: Writing, who: Brand, context: TheContext
) -> Response:
    """An invitation for whoever opens its link first and signs in. The link is told this once."""
    settings = settings_of(context)
    profile = None if body.profile is None else await BrandView(context.db, who.id).profile(body.profile)
    if body.profile is not None and profile is None:
        raise not_known_yet("profile")
    link, invitation = secrets.token_urlsafe(32), new_id()

    async def work(tx: CampaignsTx) -> InvitationLinkOut:
        found = await tx.campaign(who.id, campaign)
        if found is None:
            raise not_found("campaign")
        campaigns.must_take_invitations(found, tx.now)
        collaboration = invitations.invited(
            found,
            id_=invitation,
            contact=invitation,
            kind=InvitationKind.LINK,
            profile=body.profile,
            message=body.message,
            terms=await place(tx, found, profile, code=body.code),
            now=tx.now,
            answer_within=timedelta(days=settings.invitation_days),
        )
        await tx.add_collaboration(collaboration, CreatorInvited)
        await tx.keep_link(joining.hashed(link), invitation)
        told = await answers.one_out(context, collaboration, who)
        return InvitationLinkOut(invitation=told, url=f"{settings.console_public_url.rstrip('/')}/join/{link}")

    return await once(context, write, who, work)


@router.post("/invitation-links/claim", response_model=CollaborationOut)
async def claim(body: ClaimInvitation, write: Writing, who: Creator, context: TheContext) -> Response:
    """Make the invitation of a link one's own: the first who asks has it, to answer or to leave."""

    async def work(tx: CampaignsTx) -> CollaborationOut:
        invitation = await tx.invitation_of(joining.hashed(body.link))
        found = None if invitation is None else await tx.collaboration(invitation)
        if found is None:
            raise not_found("invitation")
        claimed = joining.claimed(found, who.id, tx.now)
        if claimed is not None:
            await tx.take([Step(found, claimed, InvitationClaimed, None, Side.CREATOR, tx.now)])
        return await answers.one_out(context, claimed or found, who)

    return await once(context, write, who, work, status=200)
