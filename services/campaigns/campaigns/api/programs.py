"""Programs: a brand opens its campaign for applications, creators find it (C4)."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from campaigns import answers
from campaigns.api.callers import Brand, Creator, TheContext
from campaigns.domain import applications, eligibility, fit, running
from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.fit import Known
from campaigns.store import CampaignsTx
from campaigns.store.applications import Applications
from campaigns.store.programs import Wish, asked_of, by_fit, directory, known_of, program_of
from campaigns.store.views import Names
from chassis.context import Context
from chassis.http import Page, Paging, Writing, if_match, marks, not_found, once, page_of
from contracts.campaigns import CampaignChanged, CampaignDrafted, CampaignStatus
from contracts.http.campaigns import CampaignOut, FitOut, FitReason, ProgramOut, PublicProgram, PutProgram, RuleStanding

router = APIRouter(prefix="/v1", tags=["programs"])
CACHE = "public, max-age=60"


class Order(StrEnum):
    """How the directory is sorted."""

    NEWEST = "newest"
    FIT = "fit"


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
    sort: Order = Order.NEWEST,
) -> Page[ProgramOut]:
    """Open programs with the exact total, and how the reader stands by each one's rules.

    Newest first, or those first that suit the reader best by what is known of their profiles; of each is told why.
    """
    mine = await known_of(context.db, who.id)
    wish = Wish(category, country, min_commission, min_followers_at_most, mine.figures if for_me else None)
    now = context.clock.now()
    if sort is Order.NEWEST:
        position = paging.position(str)
        found, total = await directory(context.db, wish, now, position[0] if position else None, paging.fetch)
        page = page_of(found, paging, lambda campaign: (campaign.id,), total)
        items, following = page.items, page.next_cursor
    else:
        after = paging.position(int, str)
        ranked, total = await by_fit(context.db, wish, now, mine, (after[0], after[1]) if after else None, paging.fetch)
        best = page_of(ranked, paging, lambda one: (one[0], one[1].id), total)
        items, following = tuple(campaign for _, campaign in best.items), best.next_cursor
    told = await programs_out(context, items, mine, who.id)
    return Page[ProgramOut](items=tuple(told), next_cursor=following, total=total)


@router.get("/programs/{campaign}")
async def get_program(campaign: str, who: Creator, context: TheContext) -> ProgramOut:
    """One open program, and how the reader stands by its rules."""
    found = await program_of(context.db, campaign)
    mine = await known_of(context.db, who.id)
    applied = await Applications(context.db, creator=who.id).standing([campaign])
    if found is None or not (applied or applications.is_open(found, context.clock.now())):
        raise not_found("program")
    (told,) = await programs_out(context, [found], mine, who.id)
    return told


@router.get(
    "/public/programs/{campaign}", tags=["public"], response_model=PublicProgram, openapi_extra=marks(public=True)
)
async def read_program(campaign: str, context: TheContext, request: Request) -> Response:
    """An open program for everybody, without a token: what is asked for, what is paid, who may apply."""
    found = await program_of(context.db, campaign)
    if found is None or not applications.is_open(found, context.clock.now()):
        raise not_found("program")
    brands = await Names(context.db).of_brands([found.brand])
    body = _public(found, brands.get(found.brand, "")).model_dump_json().encode()
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": CACHE}
    seen = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag in seen:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _public(campaign: CampaignRecord, brand_name: str) -> PublicProgram:
    assert campaign.program is not None
    brief = campaign.brief
    return PublicProgram(
        campaign=campaign.id,
        brand_name=brand_name,
        name=campaign.name,
        product=brief.product,
        category=brief.category,
        channels=brief.channels,
        content_type=brief.content_type,
        sample_policy=brief.sample_policy,
        terms=campaign.terms,
        eligibility=campaign.program.eligibility,
        closes_at=min(
            (at for at in (campaign.ends_at, campaign.program.accepts_until) if at is not None), default=None
        ),
    )


async def programs_out(
    context: Context[CampaignsTx], found: Sequence[CampaignRecord], mine: Known, creator: str
) -> list[ProgramOut]:
    """Programs as one creator sees them."""
    brands = await Names(context.db).of_brands(campaign.brand for campaign in found)
    applied = await Applications(context.db, creator=creator).standing([campaign.id for campaign in found])
    return [_program_out(campaign, brands, applied, mine) for campaign in found]


def _program_out(
    campaign: CampaignRecord, brands: Mapping[str, str], applied: Mapping[str, str], mine: Known
) -> ProgramOut:
    assert campaign.program is not None
    findings = eligibility.judge(campaign.program.eligibility, mine.figures)
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
        fit=tuple(
            FitOut(reason=FitReason(part.reason.value), standing=RuleStanding(part.standing.value), asks=part.asks)
            for part in fit.parts(asked_of(campaign), mine)
        ),
    )
