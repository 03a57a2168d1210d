"""Applications: a creator applies, a brand approves, counters or declines (C4)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from fastapi import APIRouter, Response

from campaigns import answers
from campaigns.api.callers import Brand, BrandOrCreator, Creator, TheContext, settings_of
from campaigns.api.invitations import place
from campaigns.domain import applications, campaigns, eligibility
from campaigns.domain.applications import Act, ApplicationRecord
from campaigns.domain.collaborations import invitations, offers
from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.domain.eligibility import Figures
from campaigns.domain.refusals import Refused
from campaigns.store import BrandView, CampaignsTx
from campaigns.store.applications import Applications
from campaigns.store.programs import figures_of, program_of
from campaigns.store.views import Names
from chassis.context import Context
from chassis.http import Kind, Page, Paging, Principal, Writing, conflict, etag, not_found, once, page_of
from chassis.ids import new_id
from contracts.campaigns import (
    ApplicationApproved,
    ApplicationCountered,
    ApplicationDeclined,
    ApplicationReceived,
    ApplicationStatus,
    ApplicationWithdrawn,
    CreatorInvited,
    InvitationAccepted,
    InvitationKind,
    Side,
)
from contracts.http.campaigns import (
    ApplicationOut,
    Apply,
    ApproveApplication,
    ApprovedOut,
    DeclineApplication,
    DeclineApplications,
    DeclinedOut,
    RuleStanding,
)

router = APIRouter(prefix="/v1", tags=["programs"])

BECAME = frozenset({ApplicationStatus.APPROVED, ApplicationStatus.COUNTERED})


@router.post("/programs/{campaign}/applications", status_code=201, response_model=ApplicationOut)
async def apply(campaign: str, body: Apply, write: Writing, who: Creator, context: TheContext) -> Response:
    """Apply to a program; refused by a rule that is known to fail, with what is missing. Unknown figures don't fail."""

    async def work(tx: CampaignsTx) -> ApplicationOut:
        visible = await program_of(context.db, campaign)
        found = None if visible is None else await tx.any_campaign(campaign)
        if found is None or found.program is None:
            raise not_found("program")
        figures = await figures_of(context.db, who.id)
        asked = _with_profile(body, figures)
        if await tx.has_applied(campaign, who.id):
            raise conflict("already-applied", "Already applied", "You have applied to this program.")
        if asked.profile is not None and await tx.has_standing_invitation(campaign, asked.profile):
            raise conflict("already-invited", "Already invited", "You are in this campaign already.")
        findings = eligibility.judge(found.program.eligibility, eligibility.best(figures.values()))
        made = applications.received(found, asked, id_=new_id(), creator=who.id, findings=findings, now=tx.now)
        await tx.add_application(made, ApplicationReceived)
        return await one_out(context, made, who)

    return await once(context, write, who, work)


@router.get("/campaigns/{campaign}/applications")
async def campaign_applications(
    campaign: str, who: Brand, paging: Paging, context: TheContext, status: ApplicationStatus | None = None
) -> Page[ApplicationOut]:
    """Who applied, newest first, and how each stands by the program's rules."""
    if await BrandView(context.db, who.id).campaign(campaign) is None:
        raise not_found("campaign")
    position = paging.position(str)
    view = Applications(context.db, brand=who.id)
    found, total = await view.page(position[0] if position else None, paging.fetch, campaign, status)
    return await _page(context, found, paging, total, who)


@router.get("/applications")
async def list_applications(
    who: Creator, paging: Paging, context: TheContext, status: ApplicationStatus | None = None
) -> Page[ApplicationOut]:
    """The creator's own applications, newest first."""
    position = paging.position(str)
    view = Applications(context.db, creator=who.id)
    found, total = await view.page(position[0] if position else None, paging.fetch, None, status)
    return await _page(context, found, paging, total, who)


@router.get("/applications/{application}")
async def get_application(
    application: str, who: BrandOrCreator, context: TheContext, response: Response
) -> ApplicationOut:
    """One application, for its brand and its creator."""
    found = await Applications(context.db, **_whose(who)).find(application)
    if found is None:
        raise not_found("application")
    response.headers["ETag"] = etag(found.revision)
    return await one_out(context, found, who)


@router.post("/applications/{application}/approve", response_model=ApprovedOut)
async def approve(
    application: str,
    write: Writing,
    who: Brand,
    context: TheContext,
    body: ApproveApplication | None = None,
) -> Response:
    """Take it as it was proposed: the collaboration is agreed at once. With a price it is a counter-offer."""
    offer = body or ApproveApplication()
    is_counter = offer.fee is not None or offer.commission is not None

    async def work(tx: CampaignsTx) -> ApprovedOut:
        found = await _theirs(tx, who, application)
        state = found.state
        answered = applications.moved(found, Act.COUNTER if is_counter else Act.APPROVE, tx.now)
        campaign = await tx.campaign(who.id, state.campaign)
        assert campaign is not None
        campaigns.must_take_invitations(campaign, tx.now)
        profile = None if state.profile is None else await BrandView(context.db, who.id).profile(state.profile)
        applications.check_price(campaign.terms, offer)
        offered = await place(tx, campaign, profile, code=offer.code)
        collaboration = invitations.invited(
            campaign,
            id_=application,
            contact=state.creator,
            kind=InvitationKind.APPLICATION,
            profile=state.profile,
            message=offer.message,
            terms=applications.countered_terms(offered, state, offer)
            if is_counter
            else applications.agreed_terms(offered, state),
            now=tx.now,
            answer_within=timedelta(days=settings_of(context).invitation_days),
        )
        if is_counter:
            await tx.add_collaboration(collaboration, CreatorInvited)
        else:
            # Both have said yes already: the creator by applying, the brand now.
            calendar = await tx.calendar(who.id)
            step = offers.accepted(collaboration, Side.CREATOR, state.creator, None, tx.now, calendar)
            collaboration = replace(step.after, revision=1)
            await tx.add_collaboration(collaboration, InvitationAccepted)
        await tx.save_application(answered, ApplicationCountered if is_counter else ApplicationApproved)
        return await _approved(context, answered, collaboration, who)

    return await once(context, write, who, work, status=200)


@router.post("/applications/{application}/decline", response_model=ApplicationOut)
async def decline(
    application: str, body: DeclineApplication, write: Writing, who: Brand, context: TheContext
) -> Response:
    """Say no, for a reason that the creator is told."""

    async def work(tx: CampaignsTx) -> ApplicationOut:
        found = await _theirs(tx, who, application)
        declined = applications.moved(found, Act.DECLINE, tx.now, reason=body.reason, note=body.note)
        await tx.save_application(declined, ApplicationDeclined)
        return await one_out(context, declined, who)

    return await once(context, write, who, work, status=200)


@router.post("/campaigns/{campaign}/applications/decline", response_model=DeclinedOut)
async def decline_several(
    campaign: str, body: DeclineApplications, write: Writing, who: Brand, context: TheContext
) -> Response:
    """Say no to several at once, all for one reason. What was answered or withdrawn meanwhile stays as it is."""

    async def work(tx: CampaignsTx) -> DeclinedOut:
        declined, skipped = [], []
        for id_ in dict.fromkeys(body.applications):
            found = await _theirs(tx, who, id_)
            if found.state.campaign != campaign:
                raise not_found("application")
            if Act.DECLINE not in applications.possible(found, is_creator=False):
                skipped.append(id_)
                continue
            moved = applications.moved(found, Act.DECLINE, tx.now, reason=body.reason, note=body.note)
            await tx.save_application(moved, ApplicationDeclined)
            declined.append(id_)
        return DeclinedOut(declined=tuple(declined), skipped=tuple(skipped))

    return await once(context, write, who, work, status=200)


@router.post("/applications/{application}/withdraw", response_model=ApplicationOut)
async def withdraw(application: str, write: Writing, who: Creator, context: TheContext) -> Response:
    """Take an application back before it is answered."""

    async def work(tx: CampaignsTx) -> ApplicationOut:
        found = await _theirs(tx, who, application)
        withdrawn = applications.moved(found, Act.WITHDRAW, tx.now)
        await tx.save_application(withdrawn, ApplicationWithdrawn)
        return await one_out(context, withdrawn, who)

    return await once(context, write, who, work, status=200)


async def one_out(context: Context[CampaignsTx], found: ApplicationRecord, who: Principal) -> ApplicationOut:
    """One application as its reader sees it."""
    (told,) = await _out(context, [found], who)
    return told


async def _theirs(tx: CampaignsTx, who: Principal, application: str) -> ApplicationRecord:
    found = await tx.application(application, **_whose(who))
    if found is None:
        raise not_found("application")
    return found


def _whose(who: Principal) -> dict[str, str]:
    return {"creator": who.id} if who.kind is Kind.CREATOR else {"brand": who.id}


def _with_profile(asked: Apply, figures: dict[str, Figures]) -> Apply:
    """The only profile if none was named; one of the creator's own in any case."""
    if asked.profile is not None and asked.profile not in figures:
        raise Refused("profile", "This is no profile of yours.")
    if asked.profile is None and len(figures) == 1:
        return asked.model_copy(update={"profile": next(iter(figures))})
    return asked


async def _approved(
    context: Context[CampaignsTx], answered: ApplicationRecord, made: CollaborationRecord, who: Principal
) -> ApprovedOut:
    return ApprovedOut(
        application=await one_out(context, answered, who), collaboration=await answers.one_out(context, made, who)
    )


async def _page(
    context: Context[CampaignsTx], found: list[ApplicationRecord], paging: Paging, total: int, who: Principal
) -> Page[ApplicationOut]:
    page = page_of(found, paging, lambda one: (one.state.id,), total)
    items = await _out(context, page.items, who)
    return Page[ApplicationOut](items=tuple(items), next_cursor=page.next_cursor, total=total)


async def _out(
    context: Context[CampaignsTx], found: Sequence[ApplicationRecord], who: Principal
) -> list[ApplicationOut]:
    names = Names(context.db)
    brands = await names.of_brands(one.state.brand for one in found)
    of_campaigns = await names.of_campaigns(one.state.campaign for one in found)
    profiles = await names.of_profiles(one.state.profile for one in found if one.state.profile)
    known = {
        creator: eligibility.best((await figures_of(context.db, creator)).values())
        for creator in {one.state.creator for one in found}
    }
    told = []
    for one in found:
        state = one.state
        campaign = of_campaigns.get(state.campaign)
        program = None if campaign is None else campaign.program
        findings = () if program is None else eligibility.judge(program.eligibility, known[state.creator])
        told.append(
            ApplicationOut(
                **{name: getattr(state, name) for name in type(state).model_fields},
                revision=one.revision,
                brand_name=brands.get(state.brand, ""),
                campaign_name=campaign.name if campaign else "",
                profile_summary=profiles.get(state.profile or ""),
                standing=RuleStanding(eligibility.overall(findings).value),
                findings=answers.findings_out(findings),
                collaboration=state.id if state.status in BECAME else None,
                can=applications.possible(one, is_creator=who.kind is Kind.CREATOR),
                questions=() if program is None else program.questions,
                offered=None if campaign is None else campaign.terms,
            )
        )
    return told
