"""Who is waited for, across collaborations: what a board counts, and what a creator's list of work is sorted by."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from campaigns.domain.collaborations.conditions import open_proposals
from campaigns.domain.collaborations.deadlines import Due, coming
from campaigns.domain.collaborations.records import CollaborationRecord
from contracts.campaigns import Proposal, Side

NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""Sorts what nobody has set a date for behind everything else."""
PROPOSAL: Final = "answer to the proposal"
PROPOSAL_SUBJECT: Final = "proposal:"
"""What a step is about, with the proposal's number behind it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step that somebody is waited for, and where it stands in a list: what is due first at the top."""

    due: Due
    order: datetime


def waiting(record: CollaborationRecord) -> list[Waiting]:
    """All steps of a collaboration, in their order. A proposal has no date: it stands where it was made."""
    found = [Waiting(due, due.at or NEVER) for due in coming(record)]
    found += [Waiting(_answer(proposal), proposal.at) for proposal in open_proposals(record.state)]
    return sorted(found, key=lambda one: (one.order, one.due.subject))


def due_at(record: CollaborationRecord) -> datetime:
    """When the first step is due; `NEVER` where none has a date."""
    return min((due.at for due in coming(record) if due.at is not None), default=NEVER)


def needs(record: CollaborationRecord, side: Side) -> bool:
    """Whether `side` is waited for, be it for a step or for an answer to a proposal."""
    return any(one.due.by is side for one in waiting(record))


def answers_for_creator(record: CollaborationRecord) -> str:
    """The account that works on it: who agreed, before that who made an offer, before that who was asked."""
    return record.state.creator or record.answering or record.state.invitation.contact


def subject_of(record: CollaborationRecord, due: Due) -> str:
    """What a step is about: a deliverable's id, the sample, or nothing; of a proposal what it is about itself."""
    if not due.subject.startswith(PROPOSAL_SUBJECT):
        return due.subject
    number = int(due.subject.removeprefix(PROPOSAL_SUBJECT))
    return next((one.deliverable or "" for one in record.state.proposals if one.number == number), "")


def _answer(proposal: Proposal) -> Due:
    other = Side.CREATOR if proposal.by is Side.BRAND else Side.BRAND
    return Due(f"{PROPOSAL_SUBJECT}{proposal.number}", PROPOSAL, other, None, "")
