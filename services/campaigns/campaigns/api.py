"""Campaigns' API: campaigns, invitations, answers."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request, Response

from campaigns import answers
from campaigns.clients import put_contact
from campaigns.domain import campaigns, collaborations
from campaigns.domain.campaigns import CampaignRecord, Refused
from campaigns.domain.collaborations import CollaborationRecord
from campaigns.settings import CampaignsSettings
from campaigns.store import BrandView, CampaignsTx, CodeTaken, CreatorView
from chassis.context import Context
from chassis.http import (
    Kind,
    Page,
    Paging,
    Principal,
    ServiceTokens,
    Writing,
    answered,
    conflict,
    context_of,
    etag,
    if_match,
    not_found,
    not_known_yet,
    once,
    page_of,
    principal,
    service_tokens,
    unprocessable,
)
from chassis.ids import new_id
from contracts.campaigns import (
    CampaignDrafted,
    CampaignPublished,
    CreatorInvited,
    InvitationAccepted,
    InvitationDeclined,
    InvitationKind,
)
from contracts.console import BrandDetails
from contracts.discovery import Profile
from contracts.http.campaigns import (
    CampaignOut,
    ChangeCampaign,
    CollaborationOut,
    CreateCampaign,
    DeclineInvitation,
    Invite,
)

router = APIRouter(prefix="/v1")

TheContext = Annotated[Context[CampaignsTx], Depends(context_of)]
Tokens = Annotated[ServiceTokens, Depends(service_tokens)]
Brand = Annotated[Principal, Depends(principal(Kind.BRAND))]
Creator = Annotated[Principal, Depends(principal(Kind.CREATOR))]
BrandOrCreator = Annotated[Principal, Depends(principal(Kind.BRAND, Kind.CREATOR))]

TAIL_LETTERS = "ACDEFGHJKLMNPQRTUVWXY"
"""Those that nobody takes for another letter or a digit."""
NAMESAKES = 6
STRANGERS = 10


@router.post("/campaigns", status_code=201, response_model=CampaignOut, tags=["campaigns"])
async def create_campaign(body: CreateCampaign, write: Writing, who: Brand, context: TheContext) -> Response:
    """Begin a campaign, as a draft."""
    brand = await _brand(context, who)

    async def work(tx: CampaignsTx) -> CampaignOut:
        campaign = campaigns.drafted(body, id_=new_id(), brand=who.id, now=tx.now)
        _check(campaign, brand, tx)
        await tx.add_campaign(campaign, CampaignDrafted)
        return answers.campaign_out(campaign)

    return await once(context, write, who, work)


@router.get("/campaigns", tags=["campaigns"])
async def list_campaigns(who: Brand, paging: Paging, context: TheContext) -> Page[CampaignOut]:
    """The brand's campaigns, newest first."""
    position = paging.position(str)
    found = await BrandView(context.db, who.id).campaigns(position[0] if position else None, paging.fetch)
    page = page_of(found, paging, lambda campaign: (campaign.id,))
    return Page[CampaignOut](items=tuple(answers.campaign_out(one) for one in page.items), next_cursor=page.next_cursor)


@router.get("/campaigns/{campaign}", tags=["campaigns"])
async def get_campaign(campaign: str, who: Brand, context: TheContext, response: Response) -> CampaignOut:
    """One of the brand's campaigns, with its revision as ETag."""
    found = await BrandView(context.db, who.id).campaign(campaign)
    if found is None:
        raise not_found("campaign")
    response.headers["ETag"] = etag(found.revision)
    return answers.campaign_out(found)


@router.patch("/campaigns/{campaign}", tags=["campaigns"], response_model=CampaignOut)
async def change_campaign(
    campaign: str, body: ChangeCampaign, request: Request, write: Writing, who: Brand, context: TheContext
) -> Response:
    """Change a draft; with If-Match only if nobody else changed it meanwhile."""
    brand = await _brand(context, who)

    async def work(tx: CampaignsTx) -> CampaignOut:
        found = await _campaign(tx, who, campaign)
        if "if-match" in request.headers:
            if_match(request, found.revision)
        changed = campaigns.changed(found, body, tx.now)
        _check(changed, brand, tx)
        await tx.save_campaign(changed, CampaignDrafted)
        return answers.campaign_out(changed)

    return await once(context, write, who, work, status=200)


@router.post("/campaigns/{campaign}/publish", tags=["campaigns"], response_model=CampaignOut)
async def publish_campaign(campaign: str, write: Writing, who: Brand, context: TheContext) -> Response:
    """Open a campaign: from now on creators can be invited."""
    brand = await _brand(context, who)

    async def work(tx: CampaignsTx) -> CampaignOut:
        published = campaigns.published(await _campaign(tx, who, campaign), tx.now)
        _check(published, brand, tx)
        await tx.save_campaign(published, CampaignPublished)
        return answers.campaign_out(published)

    return await once(context, write, who, work, status=200)


@router.get("/campaigns/{campaign}/collaborations", tags=["collaborations"])
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


@router.post(
    "/campaigns/{campaign}/invitations", status_code=201, response_model=CollaborationOut, tags=["collaborations"]
)
async def invite(
    campaign: str, body: Invite, write: Writing, who: Brand, context: TheContext, tokens: Tokens
) -> Response:
    """Invite a creator: by mail to an address, or directly the account that claims the profile."""
    sent_before = await answered(context, write, who)
    if sent_before is not None:
        return sent_before
    settings = cast("CampaignsSettings", context.settings)
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
        await context.transactions.run(lambda tx: _place(tx, found, body, profile))
        await put_contact(settings.notifications_url, tokens, invitation, body.address, body.language)
        kind, contact = InvitationKind.EXTERNAL, invitation
    elif profile is not None and profile.claimed_by:
        kind, contact = InvitationKind.DIRECT, profile.claimed_by[0]
    else:
        raise unprocessable([("address", "Nobody has claimed this profile yet: give an address to invite.")])

    async def work(tx: CampaignsTx) -> CollaborationOut:
        code = await _place(tx, found, body, profile)
        collaboration = collaborations.invited(
            found,
            id_=invitation,
            contact=contact,
            kind=kind,
            profile=body.profile,
            message=body.message,
            code=code,
            now=tx.now,
            answer_within=timedelta(days=settings.invitation_days),
        )
        await tx.add_collaboration(collaboration, CreatorInvited)
        expires_at = collaboration.state.invitation.expires_at
        tx.set_timer(collaborations.EXPIRY_TIMER, invitation, expires_at)
        return await answers.one_out(context, collaboration, who)

    return await once(context, write, who, work)


@router.get("/collaborations", tags=["collaborations"])
async def list_collaborations(who: BrandOrCreator, paging: Paging, context: TheContext) -> Page[CollaborationOut]:
    """A brand's collaborations, or a creator's own and what they are invited to; newest first."""
    position = paging.position(str)
    before = position[0] if position else None
    if who.kind is Kind.BRAND:
        found = await BrandView(context.db, who.id).collaborations(before, paging.fetch)
    else:
        found = await CreatorView(context.db, who.id, who.invitation).collaborations(before, paging.fetch)
    return await _page(context, found, paging, who)


@router.get("/collaborations/{collaboration}", tags=["collaborations"])
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


@router.post("/collaborations/{collaboration}/accept", tags=["collaborations"], response_model=CollaborationOut)
async def accept(collaboration: str, write: Writing, who: Creator, context: TheContext) -> Response:
    """Agree to the terms. The invitation must be proved by the token, or be to the creator's own account."""

    async def work(tx: CampaignsTx) -> CollaborationOut:
        agreed = collaborations.accepted(await _invitation(tx, who, collaboration), who.id, tx.now)
        await tx.save_collaboration(agreed, InvitationAccepted)
        tx.drop_timer(collaborations.EXPIRY_TIMER, collaboration)
        return await answers.one_out(context, agreed, who)

    return await once(context, write, who, work, status=200)


@router.post("/collaborations/{collaboration}/decline", tags=["collaborations"], response_model=CollaborationOut)
async def decline(
    collaboration: str, write: Writing, who: Creator, context: TheContext, body: DeclineInvitation | None = None
) -> Response:
    """Say no, with a reason if the creator likes."""

    async def work(tx: CampaignsTx) -> CollaborationOut:
        answer = (body or DeclineInvitation()).said()
        refused = collaborations.declined(await _invitation(tx, who, collaboration), answer, tx.now)
        await tx.save_collaboration(refused, InvitationDeclined)
        tx.drop_timer(collaborations.EXPIRY_TIMER, collaboration)
        return await answers.one_out(context, refused, who)

    return await once(context, write, who, work, status=200)


async def _brand(context: Context[CampaignsTx], who: Principal) -> BrandDetails:
    details = await BrandView(context.db, who.id).details()
    if details is None:
        raise not_known_yet("brand")
    return details


async def _campaign(tx: CampaignsTx, who: Principal, campaign: str) -> CampaignRecord:
    found = await tx.campaign(who.id, campaign)
    if found is None:
        raise not_found("campaign")
    return found


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


def _check(campaign: CampaignRecord, brand: BrandDetails, tx: CampaignsTx) -> None:
    campaigns.check(
        landing_url=campaign.landing_url,
        goal=campaign.goal,
        terms=campaign.terms,
        ends_at=campaign.ends_at,
        domains=brand.domains,
        currency=brand.currency,
        now=tx.now,
    )


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
    return (collaborations.suggested_code(names, discount, tail) for tail in tails)


async def _page(
    context: Context[CampaignsTx], found: list[CollaborationRecord], paging: Paging, who: Principal
) -> Page[CollaborationOut]:
    page = page_of(found, paging, lambda one: (one.state.id,))
    items = await answers.collaborations_out(context, page.items, who)
    return Page[CollaborationOut](items=tuple(items), next_cursor=page.next_cursor)
