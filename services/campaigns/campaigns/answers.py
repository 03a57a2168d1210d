"""What the API tells of campaigns and collaborations, and how refusals are told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from fastapi.exceptions import RequestValidationError

from campaigns.domain import campaigns, channels, drafts, goals
from campaigns.domain.applications import NotEligible
from campaigns.domain.budgets import BudgetExceeded, BudgetTooSmall
from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.channels import SHIPPED, Matrix
from campaigns.domain.collaborations import invitations, samples, work
from campaigns.domain.collaborations.deadlines import SAMPLE_SUBJECT, coming
from campaigns.domain.collaborations.proposals import NoSuchProposal
from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.domain.collaborations.stages import STAGES, stage_of
from campaigns.domain.collaborations.work import NoSuchDeliverable
from campaigns.domain.drafts import DraftRecord
from campaigns.domain.eligibility import Finding
from campaigns.domain.joining import AlreadyClaimed
from campaigns.domain.refusals import NotNow, OfferChanged, Refused
from campaigns.objects import ObjectsAway
from campaigns.store import CodeTaken, Stale
from campaigns.store.views import Names
from chassis.context import Context
from chassis.http import FieldError, Kind, Principal, Problem, conflict, not_found, unavailable, unprocessable
from chassis.http.answers import Told, field_errors
from contracts.campaigns import Side
from contracts.console import BrandDetails
from contracts.http.campaigns import (
    BoardOut,
    CampaignOut,
    CardOut,
    CollaborationOut,
    ColumnOut,
    DraftContent,
    DraftOut,
    FindingOut,
    MissingOut,
    NextOut,
    ProfileSummary,
    RuleStanding,
)


def campaign_out(campaign: CampaignRecord, now: datetime, matrix: Matrix = SHIPPED) -> CampaignOut:
    """A campaign as its brand sees it, warned by the brand's own channel matrix."""
    return CampaignOut(
        id=campaign.id,
        brand=campaign.brand,
        name=campaign.name,
        status=campaign.status,
        landing_url=campaign.landing_url,
        goal=campaign.goal,
        brief=campaign.brief,
        terms=campaign.terms,
        revision=campaign.revision,
        created_at=campaign.created_at,
        published_at=campaign.published_at,
        ends_at=campaign.ends_at,
        program=campaign.program,
        budget=campaign.budget,
        paused_at=campaign.paused_at,
        pauses_at=campaign.pauses_at,
        can=campaigns.possible(campaign, now),
        warnings=(
            *goals.warnings(campaign.goal),
            *channels.warnings(matrix, campaign.brief.channels, campaign.brief.needs),
        ),
    )


def draft_out(
    draft: DraftRecord, brand: BrandDetails, unknown_products: Sequence[str], now: datetime, matrix: Matrix = SHIPPED
) -> DraftOut:
    """A draft as its brand sees it: what is missing or wrong, and what it should think of."""
    content = draft.content
    wrong = drafts.faults(
        content, domains=brand.domains, currency=brand.currency, unknown_products=[*unknown_products], now=now
    )
    return DraftOut(
        **{name: getattr(content, name) for name in DraftContent.model_fields},
        id=draft.id,
        brand=draft.brand,
        revision=draft.revision,
        created_at=draft.created_at,
        is_campaign=draft.is_campaign,
        missing=tuple(MissingOut(field=one.field, message=one.message) for one in (*drafts.lacks(content), *wrong)),
        warnings=(
            *(goals.warnings(content.goal) if content.goal is not None else ()),
            *channels.warnings(matrix, content.channels, content.needs),
        ),
    )


async def collaborations_out(
    context: Context[Any], found: Sequence[CollaborationRecord], who: Principal
) -> list[CollaborationOut]:
    """Collaborations with the names that their reader needs, and what that reader may do."""
    names = Names(context.db)
    brands = await names.of_brands(one.state.brand for one in found)
    of_campaigns = await names.of_campaigns(one.state.campaign for one in found)
    profiles = await names.of_profiles(one.state.profile for one in found if one.state.profile)
    now = context.clock.now()
    side = Side.BRAND if who.kind is Kind.BRAND else Side.CREATOR
    return [collaboration_out(one, brands, of_campaigns, profiles, side, now) for one in found]


async def one_out(context: Context[Any], found: CollaborationRecord, who: Principal) -> CollaborationOut:
    """One collaboration as its reader sees it."""
    (told,) = await collaborations_out(context, [found], who)
    return told


def collaboration_out(
    collaboration: CollaborationRecord,
    brands: Mapping[str, str],
    of_campaigns: Mapping[str, CampaignRecord],
    profiles: Mapping[str, ProfileSummary],
    side: Side,
    now: datetime,
) -> CollaborationOut:
    """One collaboration; names that are not known are left empty."""
    state = collaboration.state
    campaign = of_campaigns.get(state.campaign)
    return CollaborationOut(
        **{name: getattr(state, name) for name in type(state).model_fields},
        revision=collaboration.revision,
        kind=state.invitation.kind,
        brand_name=brands.get(state.brand, ""),
        campaign_name=campaign.name if campaign else "",
        brief=campaign.brief if campaign else None,
        deadline=campaign.goal.deadline if campaign else None,
        profile_summary=profiles.get(state.profile or ""),
        can=invitations.possible(collaboration, side, now),
        offer=collaboration.on_the_table.number,
        stage=stage_of(state),
        next=tuple(_next(collaboration, side, now)),
    )


def findings_out(findings: Sequence[Finding]) -> tuple[FindingOut, ...]:
    """A creator's standing, rule by rule."""
    return tuple(
        FindingOut(
            rule=each.rule.value,
            standing=RuleStanding(each.standing.value),
            needs=each.needs,
            has=each.has,
            gap=each.gap,
        )
        for each in findings
    )


def _next(collaboration: CollaborationRecord, side: Side, now: datetime) -> Iterator[NextOut]:
    """Who is waited for, what is overdue or soonest first; what nobody is waited for comes last."""
    state = collaboration.state
    ways = {one.id: work.possible(state, one, side, now) for one in state.deliverables}
    ways |= {"": invitations.possible(collaboration, side, now), SAMPLE_SUBJECT: samples.possible(state, side, now)}
    for due in sorted(coming(collaboration), key=lambda due: (due.at is None, due.at)):
        yield NextOut(**asdict(due), can=ways[due.subject])


async def board_out(
    context: Context[Any], counts: Mapping[str, int], newest: Mapping[str, Sequence[CollaborationRecord]]
) -> BoardOut:
    """A board as its brand sees it: every stage from the left, also those in which nobody stands."""
    shown = [one for column in newest.values() for one in column]
    profiles = await Names(context.db).of_profiles(one.state.profile for one in shown if one.state.profile)
    now = context.clock.now()
    return BoardOut(
        columns=tuple(
            ColumnOut(
                stage=stage,
                count=counts.get(stage, 0),
                items=tuple(_card(one, profiles, now) for one in newest.get(stage, ())),
            )
            for stage in STAGES
        )
    )


def _card(one: CollaborationRecord, profiles: Mapping[str, ProfileSummary], now: datetime) -> CardOut:
    return CardOut(
        id=one.state.id,
        revision=one.revision,
        creator=one.state.creator,
        profile_summary=profiles.get(one.state.profile or ""),
        offer=one.on_the_table.number,
        next=next(_next(one, Side.BRAND, now), None),
    )


def refused(error: Refused) -> Problem:
    """422, naming every field."""
    return unprocessable([(one.field, one.message) for one in (error, *error.others)])


def not_now(error: NotNow) -> Problem:
    """409, with what is possible now."""
    return conflict(
        "not-now", "Not possible now", f"{str(error).capitalize()}.", possible=list(error.possible), rule=error.rule
    )


def stale(_: Stale) -> Problem:
    """412: read it again first."""
    return Problem(412, "changed-meanwhile", "Changed meanwhile", "Somebody changed it. Read it again and decide anew.")


def code_taken(error: CodeTaken) -> Problem:
    """409: another code is needed."""
    return conflict("code-taken", "This code is taken", f"Another creator of yours has {error}. Choose another code.")


def not_eligible(error: NotEligible) -> Problem:
    """409, with each rule that fails and by how much."""
    says = [f"{each.rule.value}: {each.needs} needed, {each.has} known" for each in error.failed]
    return conflict(
        "not-eligible",
        "The program asks for more",
        f"{'; '.join(says)}.",
        failed=[each.model_dump(mode="json") for each in findings_out(error.failed)],
    )


def already_claimed(_: AlreadyClaimed) -> Problem:
    """409: somebody was faster."""
    return conflict("already-claimed", "Somebody was faster", "This link was opened and taken by somebody else.")


def objects_away(_: ObjectsAway) -> Problem:
    """503: files can't be reached at the moment."""
    return unavailable("files-unavailable", "Files can't be reached at the moment", "Try again in a moment.")


def budget_exceeded(error: BudgetExceeded) -> Problem:
    """409, naming the figures."""
    return conflict(
        "budget-exceeded",
        "The budget can't cover this",
        f"It needs {error.needs} and {error.left} {error.currency} are left (minor units).",
        needs=error.needs,
        left=error.left,
        currency=error.currency,
    )


def budget_too_small(error: BudgetTooSmall) -> Problem:
    """409, naming the figures."""
    return conflict(
        "budget-too-small",
        "More is bound already",
        f"{error.bound} {error.currency} are bound (minor units), which is more than {error.amount}.",
        amount=error.amount,
        bound=error.bound,
        currency=error.currency,
    )


def invalid(error: RequestValidationError) -> Problem:
    """422 by field; what a goal lacks is told with the reason why it is needed (C1)."""
    told = field_errors(error.errors())
    return unprocessable([_with_reason(each, error.body) for each in told])


def _with_reason(error: FieldError, body: object) -> FieldError:
    parent, _, name = error.field.rpartition(".")
    given = body.get("goal") if isinstance(body, dict) else None
    if parent == "goal" and name in goals.REASONS and isinstance(given, dict) and given.get(name) is None:
        return FieldError(field=error.field, message=goals.REASONS[name])
    return error


def offer_changed(error: OfferChanged) -> Problem:
    """409: what is on the table now, to be answered instead."""
    offer = error.on_the_table.model_dump(mode="json", exclude_none=True, exclude={"account"})
    detail = f"Offer {error.on_the_table.number} is on the table now. Read it, and answer that one."
    return conflict("offer-changed", "Another offer is on the table", detail, on_the_table=offer)


PROBLEMS: Mapping[type[Exception], Told] = {
    Refused: refused,
    NotNow: not_now,
    OfferChanged: offer_changed,
    Stale: stale,
    CodeTaken: code_taken,
    BudgetExceeded: budget_exceeded,
    BudgetTooSmall: budget_too_small,
    NotEligible: not_eligible,
    AlreadyClaimed: already_claimed,
    ObjectsAway: objects_away,
    NoSuchDeliverable: lambda _: not_found("deliverable"),
    NoSuchProposal: lambda _: not_found("proposal"),
    RequestValidationError: invalid,
}
