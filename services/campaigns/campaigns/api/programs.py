"""Programs: a brand opens its campaign for applications, creators find it (C4)."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from campaigns import answers
from campaigns.api.callers import Brand, Creator, TheContext
from campaigns.domain import applications, eligibility, running
from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.eligibility import Figures
from campaigns.store import CampaignsTx
from campaigns.store.applications import Applications
from campaigns.store.programs import Wish, directory, figures_of, program_of
from campaigns.store.views import Names
from chassis.context import Context
from chassis.http import Page, Paging, Writing, if_match, not_found, once, page_of
from contracts.campaigns import CampaignChanged, CampaignDrafted, CampaignStatus
from contracts.http.campaigns import CampaignOut, ProgramOut, PutProgram, RuleStanding

router = APIRouter(prefix="/v1", tags=["programs"])


@router.put("/campaigns/{campaign}/program", response_model=CampaignOut)
async def put_program(
    campaign: str, body: PutProgram, request: Request, write: Writing, who: Brand, context: TheContext
) -> Response:
    """Take applications by these rules, or none any more; a draft's program opens when it is published."""

    async def work(tx: CampaignsTx) -> CampaignOut:
        found = await tx.campaign(who.id, campaign)
        if found is None:
            raise not_found("campaign")
        if "if-match" in request.headers:
            if_match(request, found.revision)
        changed = running.with_program(found, body.program, tx.now)
        is_draft = changed.status is CampaignStatus.DRAFT
        await tx.save_campaign(changed, CampaignDrafted if is_draft else CampaignChanged)
        return answers.campaign_out(changed, tx.now)

    return await once(context, write, who, work, status=200)


@router.get("/programs")
async def list_programs(
    who: Creator,
    paging: Paging,
    context: TheContext,
    category: Annotated[str | None, Query(max_length=40)] = None,
    country: Annotated[str | None, Query(pattern=r"^[A-Z]{2}$", description="open to residents of")] = None,
    min_commission: Annotated[int | None, Query(ge=0, le=10_000, description="basis points")] = None,
    min_followers_at_most: Annotated[
        int | None, Query(ge=0, le=2**53, description="programs that ask for no more followers than these")
    ] = None,
    for_me: Annotated[bool, Query(description="without programs whose rules I am known to fail")] = False,  # noqa: FBT002 - a query parameter
) -> Page[ProgramOut]:
    """Open programs, newest first, with the exact total, and how the reader stands by each one's rules."""
    mine = eligibility.best((await figures_of(context.db, who.id)).values())
    wish = Wish(category, country, min_commission, min_followers_at_most, mine if for_me else None)
    position = paging.position(str)
    now = context.clock.now()
    found, total = await directory(context.db, wish, now, position[0] if position else None, paging.fetch)
    page = page_of(found, paging, lambda campaign: (campaign.id,), total)
    items = await programs_out(context, page.items, mine, who.id)
    return Page[ProgramOut](items=tuple(items), next_cursor=page.next_cursor, total=total)


@router.get("/programs/{campaign}")
async def get_program(campaign: str, who: Creator, context: TheContext) -> ProgramOut:
    """One open program, and how the reader stands by its rules."""
    found = await program_of(context.db, campaign)
    mine = eligibility.best((await figures_of(context.db, who.id)).values())
    applied = await Applications(context.db, creator=who.id).standing([campaign])
    if found is None or not (applied or applications.is_open(found, context.clock.now())):
        raise not_found("program")
    (told,) = await programs_out(context, [found], mine, who.id)
    return told


async def programs_out(
    context: Context[CampaignsTx], found: Sequence[CampaignRecord], mine: Figures, creator: str
) -> list[ProgramOut]:
    """Programs as one creator sees them."""
    brands = await Names(context.db).of_brands(campaign.brand for campaign in found)
    applied = await Applications(context.db, creator=creator).standing([campaign.id for campaign in found])
    return [_program_out(campaign, brands, applied, mine) for campaign in found]


def _program_out(
    campaign: CampaignRecord, brands: Mapping[str, str], applied: Mapping[str, str], mine: Figures
) -> ProgramOut:
    assert campaign.program is not None
    findings = eligibility.judge(campaign.program.eligibility, mine)
    return ProgramOut(
        campaign=campaign.id,
        brand=campaign.brand,
        brand_name=brands.get(campaign.brand, ""),
        name=campaign.name,
        landing_url=campaign.landing_url,
        brief=campaign.brief,
        terms=campaign.terms,
        program=campaign.program,
        ends_at=campaign.ends_at,
        standing=RuleStanding(eligibility.overall(findings).value),
        findings=answers.findings_out(findings),
        application=applied.get(campaign.id),
    )
