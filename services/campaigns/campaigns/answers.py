"""What the API tells of campaigns and collaborations, and how refusals are told."""

from collections.abc import Mapping, Sequence
from typing import Any

from campaigns.domain import campaigns
from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.collaborations import invitations
from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.domain.refusals import NotNow, Refused
from campaigns.store import CodeTaken, Stale
from campaigns.store.views import Names
from chassis.context import Context
from chassis.http import Kind, Principal, Problem, conflict, unprocessable
from chassis.http.answers import Told
from contracts.http.campaigns import CampaignOut, CollaborationOut, ProfileSummary


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
    return [
        collaboration_out(
            one,
            brands,
            of_campaigns,
            profiles,
            invitations.possible(one, now) if who.kind is Kind.CREATOR else (),
        )
        for one in found
    ]


async def one_out(context: Context[Any], found: CollaborationRecord, who: Principal) -> CollaborationOut:
    """One collaboration as its reader sees it."""
    (told,) = await collaborations_out(context, [found], who)
    return told


def collaboration_out(
    collaboration: CollaborationRecord,
    brands: Mapping[str, str],
    of_campaigns: Mapping[str, CampaignRecord],
    profiles: Mapping[str, ProfileSummary],
    can: Sequence[str],
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
        can=tuple(can),
    )


def refused(error: Refused) -> Problem:
    """422, naming the field."""
    return unprocessable([(error.field, error.message)])


def not_now(error: NotNow) -> Problem:
    """409, with what is possible now."""
    return conflict("not-now", "Not possible now", f"{str(error).capitalize()}.", possible=list(error.possible))


def stale(_: Stale) -> Problem:
    """412: read it again first."""
    return Problem(412, "changed-meanwhile", "Changed meanwhile", "Somebody changed it. Read it again and decide anew.")


def code_taken(error: CodeTaken) -> Problem:
    """409: another code is needed."""
    return conflict("code-taken", "This code is taken", f"Another creator of yours has {error}. Choose another code.")


PROBLEMS: Mapping[type[Exception], Told] = {Refused: refused, NotNow: not_now, Stale: stale, CodeTaken: code_taken}
