"""Which of the table's conditions hold for a collaboration, for one of its deliverables, and for one side."""

from datetime import datetime, timedelta
from math import ceil

from campaigns.domain.collaborations.states import COLLABORATION, DELIVERABLE, Condition, is_open
from contracts.campaigns import (
    CancelRule,
    Collaboration,
    Deliverable,
    Outcome,
    Proposal,
    ProposalKind,
    ProposalStatus,
    Side,
    Version,
)

DAY = timedelta(days=1)
LATE_DAYS = 7
"""A creator who is later than that with a step can be cancelled by the brand alone, without a fee (MONEY 22)."""
ALONE = {Side.BRAND: {CancelRule.BRAND, CancelRule.EITHER}, Side.CREATOR: {CancelRule.CREATOR, CancelRule.EITHER}}


def of_collaboration(state: Collaboration, side: Side, now: datetime) -> frozenset[Condition]:
    """What holds for the whole collaboration."""
    unfinished = [one for one in state.deliverables if is_open(one.status)]
    proposals = open_proposals(state)
    holds = {
        Condition.NO_WORK_OPEN: not unfinished,
        Condition.NOTHING_APPROVED: all(one.submission_approved_at is None for one in state.deliverables),
        Condition.OTHERS_PROPOSAL: any(one.by is not side for one in proposals),
        Condition.OWN_PROPOSAL: any(one.by is side for one in proposals),
        Condition.HAS_WORK: any(waits_for_creator(one) for one in unfinished),
        Condition.NO_CANCELLATION_PROPOSED: not any(
            one.kind is ProposalKind.CANCELLATION and one.deliverable is None for one in proposals
        ),
        Condition.MAY_CANCEL: _lets_cancel(state, side)
        or (bool(unfinished) and all(_brand_may(state, one, side, now) for one in unfinished)),
    }
    return frozenset(condition for condition, does in holds.items() if does)


def of_deliverable(state: Collaboration, one: Deliverable, side: Side, now: datetime) -> frozenset[Condition]:
    """What holds for one deliverable; nothing where the collaboration is not at work."""
    if not COLLABORATION[state.status].works:
        return frozenset()
    holds = {
        Condition.CHANGES_LEFT: changes_left(state, one),
        Condition.MAY_CANCEL: _lets_cancel(state, side) or _brand_may(state, one, side, now),
    }
    return frozenset(condition for condition, does in holds.items() if does)


def open_proposals(state: Collaboration) -> list[Proposal]:
    """What waits for the other side's yes."""
    return [one for one in state.proposals if one.status is ProposalStatus.OPEN]


def waits_for_creator(one: Deliverable) -> bool:
    """Whether the next step is the creator's."""
    return DELIVERABLE[one.status].waits_for is Side.CREATOR


def changes_left(state: Collaboration, one: Deliverable) -> bool:
    """Whether the brand may ask for changes once more, of what is under review (C6)."""
    asked = sum(
        version.review is not None and version.review.outcome is Outcome.CHANGES_ASKED for version in under_work(one)
    )
    return asked < state.terms[0].revision_limit


def under_work(one: Deliverable) -> tuple[Version, ...]:
    """The versions of the part that is worked on: the concept's until it is approved, then the submission's."""
    in_concept = one.concept_asked and one.concept_approved_at is None
    return one.concepts if in_concept else one.submissions


def days_late(one: Deliverable, now: datetime) -> int:
    """How late the creator is, or was when handing in what is under review; a day that has begun counts whole."""
    if waits_for_creator(one):
        due, handed_in = (one.deadline.at if one.deadline else None), now
    else:
        versions = under_work(one)
        due = one.concept_due if versions is one.concepts else one.submission_due
        handed_in = versions[-1].at if versions else now
    return 0 if due is None else max(0, ceil((handed_in - due) / DAY))


def _lets_cancel(state: Collaboration, side: Side) -> bool:
    return state.terms[0].cancellation in ALONE.get(side, set())


def _brand_may(state: Collaboration, one: Deliverable, side: Side, now: datetime) -> bool:
    """After the last change that it may ask for the brand approves or cancels; and it need not wait for ever."""
    if side is not Side.BRAND or not is_open(one.status):
        return False
    if waits_for_creator(one):
        return days_late(one, now) > LATE_DAYS
    return one.submission_approved_at is None and not changes_left(state, one)
