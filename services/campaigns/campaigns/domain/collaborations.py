"""A collaboration from invitation to agreement. The table below is the only place that knows what is allowed when."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from campaigns.domain.campaigns import CampaignRecord, NotNow
from contracts.campaigns import (
    Collaboration,
    CollaborationStatus,
    CouponTerms,
    Decline,
    Invitation,
    InvitationKind,
    Period,
    Plan,
    Rate,
    TermsVersion,
)
from contracts.http.campaigns import CampaignTerms


class Action(StrEnum):
    """What can happen to an invitation."""

    ACCEPT = "accept"
    DECLINE = "decline"
    EXPIRE = "expire"


NEXT: Mapping[CollaborationStatus, Mapping[Action, CollaborationStatus]] = MappingProxyType(
    {
        CollaborationStatus.INVITED: MappingProxyType(
            {
                Action.ACCEPT: CollaborationStatus.AGREED,
                Action.DECLINE: CollaborationStatus.DECLINED,
                Action.EXPIRE: CollaborationStatus.EXPIRED,
            }
        ),
        CollaborationStatus.AGREED: MappingProxyType({}),
        CollaborationStatus.DECLINED: MappingProxyType({}),
        CollaborationStatus.EXPIRED: MappingProxyType({}),
        CollaborationStatus.COMPLETED: MappingProxyType({}),
        CollaborationStatus.CANCELLED: MappingProxyType({}),
    }
)
BY_CREATOR = frozenset({Action.ACCEPT, Action.DECLINE})
EXPIRY_TIMER = "invitation-expires"
CODE_LETTERS = 14
_UNMARKED = str.maketrans(
    {"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "\u0131": "i", "ħ": "h"}
)
"""Letters that Unicode does not take apart into a plain one and its mark."""


@dataclass(frozen=True, slots=True)
class CollaborationRecord:
    """A collaboration as stored: its public state and its revision."""

    state: Collaboration
    revision: int


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


def first_terms(terms: CampaignTerms, code: str | None, now: datetime) -> TermsVersion:
    """Version 1: in force from the invitation on, with the creator's own code if the campaign has a discount."""
    rate = (
        Rate(plan=Plan.PERCENT, basis_points=terms.commission)
        if terms.per_unit is None
        else Rate(plan=Plan.FIXED, per_unit=terms.per_unit)
    )
    coupon = CouponTerms(code=code, percent_off=terms.discount) if code and terms.discount is not None else None
    return TermsVersion(
        number=1,
        notice_at=now,
        in_force_at=now,
        fee=terms.fee,
        rates=(rate,),
        window_hours=terms.window_hours,
        hold_days=terms.hold_days,
        coupon=coupon,
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


def normal_code(code: str) -> str:
    """How codes compare: trimmed, NFKC, casefold, NFKC (MONEY, reading 9)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", code.strip()).casefold())


def suggested_code(names: Iterable[str], discount: int, tail: str = "") -> str:
    """A code as followers remember it: KRISTA20 for 20 % off, from the first name that has Latin letters.

    `discount` is in basis points; `tail` sets the codes of namesakes apart.
    """
    letters = (_latin(name)[:CODE_LETTERS] for name in names)
    name = next((found for found in letters if len(found) > 1), "CREATOR")
    percent = f"{discount // 100}" if discount % 100 == 0 else f"{discount}"
    return f"{name}{percent if discount else ''}{tail}"


def _latin(name: str) -> str:
    """Its Latin letters without their marks, in capitals: Łukasz Đặng becomes LUKASZDANG."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_UNMARKED))
    return "".join(letter for letter in plain if "a" <= letter <= "z").upper()
