"""Ending it: before the agreement freely, after it by both or by the rule in the terms (C9, MONEY 22)."""

from datetime import datetime
from typing import Any

from campaigns.domain.collaborations import conditions, work
from campaigns.domain.collaborations.records import CollaborationRecord, Step, stepped, with_deliverable
from campaigns.domain.collaborations.states import (
    CANCELLED_DELIVERABLE,
    COLLABORATION,
    COMPLETED_DELIVERABLE,
    DELIVERABLE,
    Action,
    Condition,
    is_done,
    is_open,
)
from contracts.campaigns import (
    Cancellation,
    CancelledBy,
    Collaboration,
    Deliverable,
    Ending,
    Period,
    Proposal,
    ProposalStatus,
    Sample,
    Side,
)

AGREED_TO = frozenset({Condition.MAY_CANCEL})


def cancelled(
    record: CollaborationRecord, side: Side, note: str, now: datetime, *, agreed: bool = False, by: Side | None = None
) -> Step:
    """The whole is over; raises `NotNow`. With the other side's yes (`agreed`), `by` is who asked for it.

    Deliverables that are open are cancelled with it and end as MONEY 22 has it; one that is live is done.
    """
    state = record.state
    holds = conditions.of_collaboration(state, side, now)
    move = COLLABORATION[state.status].take(Action.CANCEL, side, holds | AGREED_TO if agreed else holds)
    return stepped(record, move.says, Action.CANCEL, side, now, status=move.to, **ended(state, by or side, note, now))


def ended(state: Collaboration, by: Side, note: str, now: datetime, *, feedback: str = "") -> dict[str, Any]:
    """What ends with the collaboration: its work, its active period, what was proposed."""
    return {
        "cancelled": Ending(at=now, by=by, reason=note, feedback=feedback),
        "deliverables": tuple(_ended(one, by, now) for one in state.deliverables),
        "active": tuple(
            Period(start=period.start, end=now) if period.end is None or period.end > now else period
            for period in state.active
            if period.start <= now
        ),
        "proposals": withdrawn(state.proposals, now),
        "sample": None if state.sample is None else without_deadline(state.sample),
    }


def without_deadline(sample: Sample) -> Sample:
    """Nobody is waited for any more."""
    return sample.model_copy(update={"deadline": None})


def withdrawn(proposals: tuple[Proposal, ...], now: datetime, deliverable: str | None = None) -> tuple[Proposal, ...]:
    """With those withdrawn that are open: about that deliverable, or all of them."""
    lost = {"status": ProposalStatus.WITHDRAWN, "settled_at": now}
    return tuple(
        one.model_copy(update=lost)
        if one.status is ProposalStatus.OPEN and deliverable in (None, one.deliverable)
        else one
        for one in proposals
    )


def _ended(one: Deliverable, by: Side, now: datetime) -> Deliverable:
    if not is_open(one.status):
        return one
    if not any(move.action is Action.CANCEL for move in DELIVERABLE[one.status].moves):
        return one.model_copy(update={"status": COMPLETED_DELIVERABLE, "completed_at": now, "deadline": None})
    return _cancelled(one, by, now)


def _cancelled(one: Deliverable, by: Side, now: datetime) -> Deliverable:
    who = CancelledBy.CREATOR if by is Side.CREATOR else CancelledBy.BRAND
    cancellation = Cancellation(at=now, by=who, days_late=conditions.days_late(one, now))
    return one.model_copy(update={"status": CANCELLED_DELIVERABLE, "cancelled": cancellation, "deadline": None})


def deliverable_cancelled(
    record: CollaborationRecord,
    id_: str,
    side: Side,
    now: datetime,
    *,
    agreed: bool = False,
    by: Side | None = None,
) -> Step:
    """One deliverable is not made any more; raises `NotNow`, `NoSuchDeliverable`."""
    state = record.state
    one = work.deliverable_of(state, id_)
    move = work.move_of(state, one, Action.CANCEL, side, now, also=AGREED_TO if agreed else frozenset())
    return stepped(
        record,
        move.says,
        Action.CANCEL,
        side,
        now,
        deliverable=id_,
        deliverables=with_deliverable(state, _cancelled(one, by or side, now)),
        proposals=withdrawn(state.proposals, now, id_),
    )


def finished(record: CollaborationRecord, now: datetime) -> Step | None:
    """All work is done, or what was left of it cancelled: the collaboration completes, or is over; None while not."""
    state = record.state
    place = COLLABORATION[state.status]
    holds = conditions.of_collaboration(state, Side.SYSTEM, now)
    if not state.deliverables or Action.COMPLETE not in place.possible(Side.SYSTEM, holds):
        return None
    if any(is_done(one.status) for one in state.deliverables):
        return completed(record, Side.SYSTEM, now)
    by = max((one.cancelled for one in state.deliverables if one.cancelled), key=lambda one: one.at).by
    move = place.take(Action.CANCEL, Side.SYSTEM, holds)
    return stepped(
        record, move.says, Action.CANCEL, Side.SYSTEM, now, status=move.to, **ended(state, Side(by.value), "", now)
    )


def completed(record: CollaborationRecord, side: Side, now: datetime) -> Step:
    """The work is done; sales go on earning until the campaign's end and the window (MONEY 6). Raises `NotNow`."""
    state = record.state
    holds = conditions.of_collaboration(state, side, now)
    move = COLLABORATION[state.status].take(Action.COMPLETE, side, holds)
    return stepped(
        record,
        move.says,
        Action.COMPLETE,
        side,
        now,
        status=move.to,
        completed_at=now,
        proposals=withdrawn(state.proposals, now),
        sample=None if state.sample is None else without_deadline(state.sample),
    )
