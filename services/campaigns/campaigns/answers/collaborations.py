"""Collaborations as their two sides read them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from campaigns.domain import campaigns
from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.collaborations import invitations, samples, work
from campaigns.domain.collaborations.deadlines import SAMPLE_SUBJECT, coming
from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.domain.collaborations.stages import stage_of
from campaigns.domain.collaborations.states import Action
from campaigns.store.views import Names
from chassis.context import Context
from chassis.http import Kind, Principal
from contracts.campaigns import Side
from contracts.http.campaigns import CollaborationOut, NextOut, ProfileSummary


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
        can=_possible(collaboration, campaign, side, now),
        offer=collaboration.on_the_table.number,
        stage=stage_of(state),
        next=tuple(next_of(collaboration, side, now)),
        sample_can=samples.possible(state, side, now),
    )


def _possible(
    collaboration: CollaborationRecord, campaign: CampaignRecord | None, side: Side, now: datetime
) -> tuple[str, ...]:
    """What `side` may do with the whole; nothing is agreed while the campaign is paused or over."""
    can = invitations.possible(collaboration, side, now)
    takes_agreements = campaign is None or campaigns.takes_agreements(campaign, now)
    return can if takes_agreements else tuple(action for action in can if action is not Action.ACCEPT)


def next_of(collaboration: CollaborationRecord, side: Side, now: datetime) -> Iterator[NextOut]:
    """Who is waited for, what is overdue or soonest first; what nobody is waited for comes last."""
    state = collaboration.state
    ways = {one.id: work.possible(state, one, side, now) for one in state.deliverables}
    ways |= {"": invitations.possible(collaboration, side, now), SAMPLE_SUBJECT: samples.possible(state, side, now)}
    for due in sorted(coming(collaboration), key=lambda due: (due.at is None, due.at)):
        yield NextOut(**asdict(due), can=ways[due.subject])
