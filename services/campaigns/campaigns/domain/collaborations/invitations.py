"""An invitation: sent, accepted, declined, expired (C4, C5)."""

from dataclasses import replace
from datetime import datetime, timedelta

from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.domain.collaborations.states import BY_CREATOR, NEXT, Action
from campaigns.domain.collaborations.terms import first_terms
from campaigns.domain.refusals import NotNow
from contracts.campaigns import (
    Collaboration,
    CollaborationStatus,
    Decline,
    Invitation,
    InvitationKind,
    Period,
)

EXPIRY_TIMER = "invitation-expires"


def invited(
    campaign: CampaignRecord,
    *,
    id_: str,
    contact: str,
    kind: InvitationKind,
    profile: str | None,
    message: str,
    code: str | None,
    now: datetime,
    answer_within: timedelta,
) -> CollaborationRecord:
    """A brand asks a creator, by the campaign's terms as their version 1; never open for longer than the campaign."""
    expires_at = now + answer_within if campaign.ends_at is None else min(now + answer_within, campaign.ends_at)
    return CollaborationRecord(
        Collaboration(
            id=id_,
            brand=campaign.brand,
            campaign=campaign.id,
            profile=profile,
            status=CollaborationStatus.INVITED,
            invitation=Invitation(kind=kind, contact=contact, sent_at=now, expires_at=expires_at, message=message),
            terms=(first_terms(campaign.terms, code, now),),
            landing_url=campaign.landing_url,
            campaign_end=campaign.ends_at,
        ),
        revision=1,
    )


def accepted(collaboration: CollaborationRecord, creator: str, now: datetime) -> CollaborationRecord:
    """The creator says yes, and the terms are agreed; too late after the invitation's expiry."""
    _not_expired(collaboration, Action.ACCEPT, now)
    return _moved(collaboration, Action.ACCEPT, creator=creator, agreed_at=now, active=(Period(start=now),))


def declined(collaboration: CollaborationRecord, answer: Decline, now: datetime) -> CollaborationRecord:
    """The creator says no."""
    _not_expired(collaboration, Action.DECLINE, now)
    return _moved(collaboration, Action.DECLINE, declined=answer)


def expired(collaboration: CollaborationRecord, now: datetime) -> CollaborationRecord | None:
    """Nobody answered in time; None if there is nothing to expire (any more, or yet)."""
    state = collaboration.state
    if Action.EXPIRE not in NEXT[state.status] or now < state.invitation.expires_at:
        return None
    return _moved(collaboration, Action.EXPIRE)


def possible(collaboration: CollaborationRecord, now: datetime) -> tuple[Action, ...]:
    """What the invited creator may do now."""
    state = collaboration.state
    if now >= state.invitation.expires_at:
        return ()
    return tuple(action for action in NEXT[state.status] if action in BY_CREATOR)


def _not_expired(collaboration: CollaborationRecord, action: Action, now: datetime) -> None:
    """The timer may be late; the invitation's own time is what counts."""
    state = collaboration.state
    if action in NEXT[state.status] and now >= state.invitation.expires_at:
        raise NotNow(action, CollaborationStatus.EXPIRED.value, ())


def _moved(collaboration: CollaborationRecord, action: Action, **changes: object) -> CollaborationRecord:
    state = collaboration.state
    status = NEXT[state.status].get(action)
    if status is None:
        raise NotNow(action, state.status.value, tuple(a for a in NEXT[state.status] if a in BY_CREATOR))
    return replace(
        collaboration,
        state=state.model_copy(update={"status": status, **changes}),
        revision=collaboration.revision + 1,
    )
