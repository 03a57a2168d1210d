"""Negotiation: offers of both sides, of which the last one is what is agreed (C5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.domain.calendar import Calendar
from campaigns.domain.collaborations import conditions, work
from campaigns.domain.collaborations.records import CollaborationRecord, Step, stepped
from campaigns.domain.collaborations.states import COLLABORATION, Action
from campaigns.domain.collaborations.terms import changed_rates, shifted, spread_anew
from campaigns.domain.refusals import OfferChanged, Refused, must_lie_ahead
from contracts.campaigns import Decline, Offer, Period, Planned, Side, TermsVersion
from contracts.money import BasisPoints, Money

MOST_OFFERS = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What an offer changes of the one on the table; what is absent stays. `deadline` is the last publication's."""

    fee: Money | None = None
    commission: BasisPoints | None = None
    per_unit: Money | None = None
    deadline: datetime | None = None
    note: str = ""


def must_be_on_the_table(record: CollaborationRecord, number: int | None) -> None:
    """Raise `OfferChanged` unless that offer is the last one; who names none speaks of the invitation's own."""
    offer = record.on_the_table
    if offer.number != (number or 1):
        raise OfferChanged(offer)


def offered(
    record: CollaborationRecord,
    side: Side,
    account: str | None,
    on: int | None,
    asked: Asked,
    now: datetime,
    answer_within: timedelta,
) -> Step:
    """Another offer, in place of the one on the table; raises `NotNow`, `OfferChanged`, `Refused`."""
    state = record.state
    move = COLLABORATION[state.status].take(Action.OFFER, side, conditions.of_collaboration(state, side, now))
    must_be_on_the_table(record, on)
    terms = _changed(state.terms[-1], asked, now)
    if len(state.offers) >= MOST_OFFERS:
        raise Refused("body", f"{MOST_OFFERS} offers were made; accept the last one, or decline.")
    expires_at = now + answer_within if state.campaign_end is None else min(now + answer_within, state.campaign_end)
    before = state.offers or (record.on_the_table,)
    offer = offer_of(
        terms, number=before[-1].number + 1, by=side, at=now, expires_at=expires_at, account=account, note=asked.note
    )
    return stepped(record, move.says, Action.OFFER, side, now, status=move.to, terms=(terms,), offers=(*before, offer))


def offer_of(
    terms: TermsVersion,
    *,
    number: int,
    by: Side,
    at: datetime,
    expires_at: datetime,
    account: str | None = None,
    note: str = "",
) -> Offer:
    """The offer that those terms are."""
    default = next((rate for rate in terms.rates if rate.is_default), None)
    return Offer(
        number=number,
        by=by,
        at=at,
        expires_at=expires_at,
        fee=terms.fee,
        commission=default.basis_points if default else None,
        per_unit=default.per_unit if default else None,
        deadline=last_publication(terms.deliverables),
        account=account,
        note=note,
    )


def last_publication(deliverables: tuple[Planned, ...]) -> datetime | None:
    """When the last of them is due to be live."""
    return max((one.publication_due for one in deliverables), default=None)


def _changed(terms: TermsVersion, asked: Asked, now: datetime) -> TermsVersion:
    deliverables = terms.deliverables
    fee = terms.fee
    if asked.fee is not None:
        if asked.fee.currency != terms.fee.currency:
            raise Refused("fee.currency", f"The campaign's currency is {terms.fee.currency}.")
        fee, deliverables = asked.fee, spread_anew(deliverables, asked.fee)
    if asked.deadline is not None:
        must_lie_ahead("deadline", asked.deadline, now)
        before = last_publication(deliverables)
        if before is None:
            raise Refused("deadline", "These terms have no deliverable whose due date could move.")
        deliverables = shifted(deliverables, asked.deadline - before, now)
    rates = changed_rates(terms, asked.commission, asked.per_unit)
    changed = terms.model_copy(update={"fee": fee, "rates": rates, "deliverables": deliverables})
    if changed == terms:
        raise Refused("body", "This is what is on the table already: accept it, or change something.")
    return changed.model_copy(update={"notice_at": now, "in_force_at": now})


def accepted(
    record: CollaborationRecord, side: Side, account: str, on: int | None, now: datetime, calendar: Calendar
) -> Step:
    """The other side says yes to the offer on the table: its terms are agreed, version 1, and the work begins.

    `account` is the creator's. Raises `NotNow`, and `OfferChanged` where `on` is not the last offer's number.
    """
    state = record.state
    move = COLLABORATION[state.status].take(Action.ACCEPT, side, conditions.of_collaboration(state, side, now))
    must_be_on_the_table(record, on)
    agreed = state.model_copy(
        update={"status": move.to, "creator": account, "agreed_at": now, "active": (Period(start=now),)}
    )
    return stepped(
        record,
        move.says,
        Action.ACCEPT,
        side,
        now,
        status=move.to,
        creator=account,
        agreed_at=now,
        active=agreed.active,
        **work.begun(agreed, now, calendar),
    )


def declined(record: CollaborationRecord, side: Side, answer: Decline, now: datetime) -> Step:
    """One side says no for good."""
    state = record.state
    move = COLLABORATION[state.status].take(Action.DECLINE, side, conditions.of_collaboration(state, side, now))
    return stepped(record, move.says, Action.DECLINE, side, now, status=move.to, declined=answer)
