"""What needs the other side's yes after the agreement: another due date (C7), and cancelling (C9)."""

from datetime import datetime
from typing import Any

from campaigns.domain.collaborations import cancel, conditions, work
from campaigns.domain.collaborations.records import CollaborationRecord, Step, stepped, with_deliverable
from campaigns.domain.collaborations.states import COLLABORATION, DELIVERABLE, Action, Move
from campaigns.domain.refusals import NotNow, Refused, must_lie_ahead
from contracts.campaigns import Collaboration, Deadline, Proposal, ProposalKind, ProposalStatus, Side

MOST_PROPOSALS = 200


class NoSuchProposal(Exception):
    """The collaboration has no proposal of that number. HTTP 404."""


def proposed(
    record: CollaborationRecord,
    kind: ProposalKind,
    side: Side,
    now: datetime,
    *,
    deliverable: str | None = None,
    until: datetime | None = None,
    note: str = "",
) -> Step:
    """One side asks the other; raises `NotNow`, `Refused`, `NoSuchDeliverable`."""
    state = record.state
    action = Action.PROPOSE_EXTENSION if kind is ProposalKind.EXTENSION else Action.PROPOSE_CANCELLATION
    holds = conditions.of_collaboration(state, side, now)
    if deliverable is None:
        move: Move[Any] = COLLABORATION[state.status].take(action, side, holds)
    else:
        move = work.move_of(state, work.deliverable_of(state, deliverable), action, side, now)
    if kind is ProposalKind.EXTENSION:
        _must_be_later(state, deliverable, until, now)
    elif until is not None:
        raise Refused("until", "Cancelling has no date.")
    if len(state.proposals) >= MOST_PROPOSALS:
        raise Refused("body", f"There were {MOST_PROPOSALS} proposals already.")
    for one in conditions.open_proposals(state):
        if one.kind is kind and one.deliverable == deliverable:
            raise NotNow(action, state.status.value, (Action.AGREE, Action.REFUSE, Action.WITHDRAW), "already-proposed")
    proposal = Proposal(
        number=len(state.proposals) + 1, kind=kind, by=side, at=now, deliverable=deliverable, until=until, note=note
    )
    return stepped(
        record, move.says, action, side, now, deliverable=deliverable, proposals=(*state.proposals, proposal)
    )


def _must_be_later(state: Collaboration, deliverable: str | None, until: datetime | None, now: datetime) -> None:
    if deliverable is None:
        raise Refused("deliverable", "Say whose due date is to move.")
    deadline = work.deliverable_of(state, deliverable).deadline
    if until is None:
        raise Refused("until", "Say until when.")
    must_lie_ahead("until", until, now)
    if deadline is not None and until <= deadline.at:
        raise Refused("until", "This is not later than what is agreed.")


def answered(record: CollaborationRecord, number: int, side: Side, now: datetime, *, yes: bool) -> Step:
    """The other side says yes or no; raises `NotNow`, `NoSuchProposal`."""
    action = Action.AGREE if yes else Action.REFUSE
    proposal = _open(record, number, action, side, now)
    settled = _settled(record.state, proposal, ProposalStatus.AGREED if yes else ProposalStatus.REFUSED, now)
    if not yes:
        move = COLLABORATION[record.state.status].take(
            action, side, conditions.of_collaboration(record.state, side, now)
        )
        return stepped(record, move.says, action, side, now, deliverable=proposal.deliverable, proposals=settled)
    agreed = CollaborationRecord(record.state.model_copy(update={"proposals": settled}), record.revision)
    if proposal.kind is ProposalKind.EXTENSION:
        return _extended(record, agreed.state, proposal, side, now)
    if proposal.deliverable is not None:
        step = cancel.deliverable_cancelled(agreed, proposal.deliverable, side, now, agreed=True, by=proposal.by)
    else:
        step = cancel.cancelled(agreed, side, proposal.note, now, agreed=True, by=proposal.by)
    return Step(record, step.after, step.says, action, side, now, proposal.deliverable)


def taken_back(record: CollaborationRecord, number: int, side: Side, now: datetime) -> Step:
    """Who proposed it withdraws it; raises `NotNow`, `NoSuchProposal`."""
    proposal = _open(record, number, Action.WITHDRAW, side, now)
    move = COLLABORATION[record.state.status].take(
        Action.WITHDRAW, side, conditions.of_collaboration(record.state, side, now)
    )
    settled = _settled(record.state, proposal, ProposalStatus.WITHDRAWN, now)
    return stepped(record, move.says, move.action, side, now, deliverable=proposal.deliverable, proposals=settled)


def _open(record: CollaborationRecord, number: int, action: Action, side: Side, now: datetime) -> Proposal:
    """The proposal, if it is open and `side` is the one to do that with it."""
    state = record.state
    found = next((one for one in state.proposals if one.number == number), None)
    if found is None:
        raise NoSuchProposal(number)
    place = COLLABORATION[state.status]
    possible = place.possible(side, conditions.of_collaboration(state, side, now))
    if found.status is not ProposalStatus.OPEN:
        raise NotNow(action, found.status.value, possible, "already-answered")
    is_own = found.by is side
    if is_own is not (action is Action.WITHDRAW):
        raise NotNow(action, "your own" if is_own else "the other side's", possible, "for-the-other-side")
    return found


def _settled(state: Collaboration, proposal: Proposal, status: ProposalStatus, now: datetime) -> tuple[Proposal, ...]:
    settled = proposal.model_copy(update={"status": status, "settled_at": now})
    return tuple(settled if one.number == proposal.number else one for one in state.proposals)


def _extended(record: CollaborationRecord, state: Collaboration, proposal: Proposal, side: Side, now: datetime) -> Step:
    """The due date of the deliverable's next step moves, and with it those after it that would be before it."""
    one = work.deliverable_of(state, proposal.deliverable or "")
    move = COLLABORATION[record.state.status].take(
        Action.AGREE, side, conditions.of_collaboration(record.state, side, now)
    )
    work.move_of(record.state, one, Action.PROPOSE_EXTENSION, side, now)
    until = proposal.until or now
    number = state.deadlines + 1
    field = work.DUE_FIELDS[DELIVERABLE[one.status].due]
    deadline = Deadline(number=number, at=until, by=Side.CREATOR)
    changed = one.model_copy(update={"deadline": deadline, **work.in_order(one, field, until)})
    return stepped(
        record,
        move.says,
        Action.AGREE,
        side,
        now,
        deliverable=one.id,
        deliverables=with_deliverable(state, changed),
        proposals=state.proposals,
        deadlines=number,
    )
