"""An invitation: whom a brand asks, and with what (C4)."""

from datetime import datetime, timedelta

from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.collaborations import conditions
from campaigns.domain.collaborations.offers import offer_of
from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.domain.collaborations.states import COLLABORATION, INVITED, Action
from contracts.campaigns import Collaboration, Invitation, InvitationKind, Side, TermsVersion


def invited(
    campaign: CampaignRecord,
    *,
    id_: str,
    contact: str,
    kind: InvitationKind,
    profile: str | None,
    message: str,
    terms: TermsVersion,
    now: datetime,
    answer_within: timedelta,
) -> CollaborationRecord:
    """A brand asks a creator, by `terms` as their version 1; never open for longer than the campaign."""
    expires_at = now + answer_within if campaign.ends_at is None else min(now + answer_within, campaign.ends_at)
    return CollaborationRecord(
        Collaboration(
            id=id_,
            brand=campaign.brand,
            campaign=campaign.id,
            profile=profile,
            status=INVITED,
            invitation=Invitation(kind=kind, contact=contact, sent_at=now, expires_at=expires_at, message=message),
            terms=(terms,),
            offers=(offer_of(terms, number=1, by=Side.BRAND, at=now, expires_at=expires_at),),
            landing_url=campaign.landing_url,
            campaign_end=campaign.ends_at,
        ),
        revision=1,
    )


def possible(record: CollaborationRecord, side: Side, now: datetime) -> tuple[Action, ...]:
    """What `side` may do with the collaboration as a whole now; nothing with an offer whose time is over."""
    state = record.state
    place = COLLABORATION[state.status]
    if place.by_silence is not None and now >= record.on_the_table.expires_at:
        return ()
    return place.possible(side, conditions.of_collaboration(state, side, now))
