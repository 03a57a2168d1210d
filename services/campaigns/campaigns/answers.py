"""What the API tells of campaigns and collaborations, and how refusals are told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from campaigns.domain import campaigns
from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.collaborations import invitations, samples, work
from campaigns.domain.collaborations.deadlines import SAMPLE_SUBJECT, coming
from campaigns.domain.collaborations.proposals import NoSuchProposal
from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.domain.collaborations.stages import stage_of
from campaigns.domain.collaborations.work import NoSuchDeliverable
from campaigns.domain.refusals import NotNow, OfferChanged, Refused
from campaigns.store import CodeTaken, Stale
from campaigns.store.views import Names
from chassis.context import Context
from chassis.http import Kind, Principal, Problem, conflict, not_found, unprocessable
from chassis.http.answers import Told
from contracts.campaigns import Side
from contracts.http.campaigns import CampaignOut, CollaborationOut, NextOut, ProfileSummary


def campaign_out(campaign: CampaignRecord) -> CampaignOut:
    """A campaign as its brand sees it."""
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
        warnings=campaigns.warnings(campaign.goal),
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


def _next(collaboration: CollaborationRecord, side: Side, now: datetime) -> Iterator[NextOut]:
    """Who is waited for, what is overdue or soonest first; what nobody is waited for comes last."""
    state = collaboration.state
    ways = {one.id: work.possible(state, one, side, now) for one in state.deliverables}
    ways |= {"": invitations.possible(collaboration, side, now), SAMPLE_SUBJECT: samples.possible(state, side, now)}
    for due in sorted(coming(collaboration), key=lambda due: (due.at is None, due.at)):
        yield NextOut(**asdict(due), can=ways[due.subject])


def refused(error: Refused) -> Problem:
    """422, naming the field."""
    return unprocessable([(error.field, error.message)])


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
    NoSuchDeliverable: lambda _: not_found("deliverable"),
    NoSuchProposal: lambda _: not_found("proposal"),
}
