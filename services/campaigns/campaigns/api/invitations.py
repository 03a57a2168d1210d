"""Invitations: whom a brand asks, and with which code (C4)."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import timedelta

from fastapi import APIRouter, Response

from campaigns import answers
from campaigns.api.callers import Brand, TheContext, Tokens, settings_of
from campaigns.clients import put_contact
from campaigns.domain import campaigns
from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.codes import suggested_code
from campaigns.domain.collaborations import invitations, terms
from campaigns.domain.refusals import Refused
from campaigns.store import BrandView, CampaignsTx, CodeTaken
from chassis.http import (
    Writing,
    answered,
    conflict,
    not_found,
    not_known_yet,
    once,
    unprocessable,
)
from chassis.ids import new_id
from contracts.campaigns import (
    CreatorInvited,
    InvitationKind,
    TermsVersion,
)
from contracts.discovery import Profile
from contracts.http.campaigns import (
    CollaborationOut,
    Invite,
)

router = APIRouter(prefix="/v1", tags=["collaborations"])

TAIL_LETTERS = "ACDEFGHJKLMNPQRTUVWXY"
"""Those that nobody takes for another letter or a digit."""
NAMESAKES = 6
STRANGERS = 10


@router.post("/campaigns/{campaign}/invitations", status_code=201, response_model=CollaborationOut)
async def invite(
    campaign: str, body: Invite, write: Writing, who: Brand, context: TheContext, tokens: Tokens
) -> Response:
    """Invite a creator: by mail to an address, or directly the account that claims the profile."""
    sent_before = await answered(context, write, who)
    if sent_before is not None:
        return sent_before
    settings = settings_of(context)
    view = BrandView(context.db, who.id)
    found = await view.campaign(campaign)
    if found is None:
        raise not_found("campaign")
    campaigns.must_take_invitations(found, context.clock.now())
    profile = None if body.profile is None else await view.profile(body.profile)
    if body.profile is not None and profile is None:
        raise not_known_yet("profile")
    invitation = new_id()
    if body.address is not None:
        # The address goes to notifications and nowhere else, and before the commit: an event without a contact would
        # be an invitation that nobody gets, a contact without an event goes by itself. What is refused anyway is
        # refused first, so that no address is handed on for nothing.
        await context.transactions.run(lambda tx: _terms(tx, found, body, profile))
        await put_contact(settings.notifications_url, tokens, invitation, body.address, body.language)
        kind, contact = InvitationKind.EXTERNAL, invitation
    elif profile is not None and profile.claimed_by:
        kind, contact = InvitationKind.DIRECT, profile.claimed_by[0]
    else:
        raise unprocessable([("address", "Nobody has claimed this profile yet: give an address to invite.")])

    async def work(tx: CampaignsTx) -> CollaborationOut:
        collaboration = invitations.invited(
            found,
            id_=invitation,
            contact=contact,
            kind=kind,
            profile=body.profile,
            message=body.message,
            terms=await _terms(tx, found, body, profile),
            now=tx.now,
            answer_within=timedelta(days=settings.invitation_days),
        )
        await tx.add_collaboration(collaboration, CreatorInvited)
        return await answers.one_out(context, collaboration, who)

    return await once(context, write, who, work)


async def _terms(tx: CampaignsTx, campaign: CampaignRecord, asked: Invite, profile: Profile | None) -> TermsVersion:
    """The terms that are offered; raises whatever refuses the invitation."""
    code = await _place(tx, campaign, asked, profile)
    wanted = campaign.terms.deliverables if asked.deliverables is None else asked.deliverables
    planned = terms.planned(wanted, campaign.terms.fee, tx.now, map(str, iter(new_id, None)))
    return terms.first_terms(campaign.terms, code, tx.now, planned)


async def _place(tx: CampaignsTx, campaign: CampaignRecord, asked: Invite, profile: Profile | None) -> str | None:
    """Raise unless the invitation has a place in the campaign; its code, if the terms have a discount."""
    if profile is not None and await tx.has_standing_invitation(campaign.id, profile.id):
        raise conflict(
            "already-invited", "Already invited", "This creator was invited to this campaign and has not said no."
        )
    if campaign.terms.discount is None:
        if asked.code is not None:
            raise Refused("code", "This campaign's terms have no discount for a code to give.")
        return None
    names = () if profile is None else (profile.display_name, profile.handle)
    for code in (asked.code,) if asked.code is not None else _codes(names, campaign.terms.discount):
        if not await tx.has_code(campaign.brand, code):
            return code
    raise CodeTaken(code)


def _codes(names: Sequence[str], discount: int) -> Iterator[str]:
    """Codes that read like the creator's name, the plainest first; then with tails that hardly anybody has."""
    tails = ["", *TAIL_LETTERS[:NAMESAKES]]
    tails += ["".join(secrets.choice(TAIL_LETTERS) for _ in range(5)) for _ in range(STRANGERS)]
    return (suggested_code(names, discount, tail) for tail in tails)
