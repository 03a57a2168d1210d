"""The states of a collaboration, of each deliverable and of the sample: who may do what, and what silence means.

Three tables, and the only place that knows. A state names who is waited for, for what, and what happens if nobody does
it; its moves name the action, who may take it, where it leads, what is said of it, and under which condition. The
diagram in docs/collaborations.md is generated from them by `python -m campaigns.diagram`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Generic, TypeVar

from campaigns.domain.refusals import NotNow
from contracts import campaigns as said
from contracts.campaigns import CollaborationEvent, CollaborationStatus, DeliverableStatus, SampleStatus, Side

S = TypeVar("S", CollaborationStatus, DeliverableStatus, SampleStatus)


class Action(StrEnum):
    """All that can be done, by people, by silence and by time."""

    ACCEPT = "accept"
    DECLINE = "decline"
    OFFER = "offer"
    EXPIRE = "expire"
    CANCEL = "cancel"
    ANNOUNCE_TERMS = "announce-terms"
    REMIND_OF_TERMS = "remind-of-terms"
    PROPOSE_EXTENSION = "propose-extension"
    PROPOSE_CANCELLATION = "propose-cancellation"
    AGREE = "agree"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    COMPLETE = "complete"
    PROPOSE_CONCEPT = "propose-concept"
    ASK_CHANGES = "ask-changes"
    APPROVE_CONCEPT = "approve-concept"
    SUBMIT = "submit"
    ASK_REVISION = "ask-revision"
    APPROVE_SUBMISSION = "approve-submission"
    PUBLISH = "publish"
    REFUSE_PUBLICATION = "refuse-publication"
    CONFIRM = "confirm"
    EXTEND = "extend"
    REQUEST_SAMPLE = "request-sample"
    APPROVE_SAMPLE = "approve-sample"
    REFUSE_SAMPLE = "refuse-sample"
    SHIP_SAMPLE = "ship-sample"
    RECEIVE_SAMPLE = "receive-sample"
    STEP_OUT = "step-out"


class Condition(StrEnum):
    """What must hold besides the state, for those moves that name one; its value is the rule that a refusal names."""

    MAY_CANCEL = "needs-the-other-side"
    CHANGES_LEFT = "revision-limit-reached"
    NO_WORK_OPEN = "work-is-open"
    NOTHING_APPROVED = "work-is-approved"
    OTHERS_PROPOSAL = "no-proposal-to-answer"
    OWN_PROPOSAL = "no-proposal-of-yours"
    HAS_WORK = "no-work-to-extend"
    NO_CANCELLATION_PROPOSED = "already-proposed"


CONDITIONS: Final[Mapping[Condition, str]] = MappingProxyType(
    {
        Condition.MAY_CANCEL: "the other side agreed, the terms let this side cancel alone, the brand asked for all "
        "changes that it may, or the creator is more than seven days late",
        Condition.CHANGES_LEFT: "fewer changes were asked for than the terms allow",
        Condition.NO_WORK_OPEN: "no deliverable is open",
        Condition.NOTHING_APPROVED: "no submission is approved",
        Condition.OTHERS_PROPOSAL: "a proposal of the other side is open",
        Condition.OWN_PROPOSAL: "a proposal of this side is open",
        Condition.HAS_WORK: "a deliverable waits for the creator",
        Condition.NO_CANCELLATION_PROPOSED: "no cancellation is proposed already",
    }
)


@dataclass(frozen=True, slots=True)
class Move(Generic[S]):
    """An action, who may take it, where it leads, what is said of it, and under which condition."""

    action: Action
    by: tuple[Side, ...]
    to: S
    says: type[CollaborationEvent]
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Place(Generic[S]):
    """What a state means: who is waited for, for what, what silence means, and what may be done.

    `by_silence` is what happens when the deadline passes. `stands`: whether the profile counts as asked. `works`:
    whether deliverables and samples can move. `is_open`: whether work is left.
    """

    status: S
    moves: tuple[Move[S], ...] = ()
    waits_for: Side | None = None
    due: str = ""
    silence: str = ""
    by_silence: Action | None = None
    stands: bool = False
    works: bool = False
    is_open: bool = False

    def possible(self, side: Side, holds: Collection[Condition] = ()) -> tuple[Action, ...]:
        """What `side` may do now, given the conditions that hold."""
        return tuple(
            move.action
            for move in self.moves
            if side in move.by and (move.condition is None or move.condition in holds)
        )

    def take(self, action: Action, side: Side, holds: Collection[Condition] = ()) -> Move[S]:
        """The move that `side` may take now; raises `NotNow` with the rule that refuses it and what is possible."""
        moves = [move for move in self.moves if move.action is action]
        mine = next((move for move in moves if side in move.by), None)
        if mine is not None and (mine.condition is None or mine.condition in holds):
            return mine
        rule = "not-in-this-state"
        if mine is not None and mine.condition is not None:
            rule = mine.condition.value
        elif moves:
            rule = "for-the-other-side"
        raise NotNow(action, self.status.value, self.possible(side, holds), rule)


B, C, T = Side.BRAND, Side.CREATOR, Side.SYSTEM
_S, _D, _P = CollaborationStatus, DeliverableStatus, SampleStatus

COLLABORATION: Final[Mapping[CollaborationStatus, Place[CollaborationStatus]]] = MappingProxyType(
    {
        place.status: place
        for place in (
            Place(
                _S.INVITED,
                (
                    Move(Action.ACCEPT, (C,), _S.AGREED, said.InvitationAccepted),
                    Move(Action.DECLINE, (C,), _S.DECLINED, said.InvitationDeclined),
                    Move(Action.OFFER, (C,), _S.COUNTERED, said.OfferMade),
                    Move(Action.OFFER, (B,), _S.INVITED, said.OfferMade),
                    Move(Action.CANCEL, (B,), _S.CANCELLED, said.CollaborationCancelled),
                    Move(Action.EXPIRE, (T,), _S.EXPIRED, said.InvitationExpired),
                ),
                waits_for=C,
                due="answer",
                silence="the invitation expires",
                by_silence=Action.EXPIRE,
                stands=True,
            ),
            Place(
                _S.COUNTERED,
                (
                    Move(Action.ACCEPT, (B,), _S.AGREED, said.OfferAccepted),
                    Move(Action.DECLINE, (B, C), _S.DECLINED, said.OfferDeclined),
                    Move(Action.OFFER, (B,), _S.INVITED, said.OfferMade),
                    Move(Action.OFFER, (C,), _S.COUNTERED, said.OfferMade),
                    Move(Action.EXPIRE, (T,), _S.EXPIRED, said.InvitationExpired),
                ),
                waits_for=B,
                due="answer",
                silence="the offer expires",
                by_silence=Action.EXPIRE,
                stands=True,
            ),
            Place(
                _S.AGREED,
                (
                    Move(Action.PROPOSE_EXTENSION, (B, C), _S.AGREED, said.ProposalMade, Condition.HAS_WORK),
                    Move(
                        Action.PROPOSE_CANCELLATION,
                        (B, C),
                        _S.AGREED,
                        said.ProposalMade,
                        Condition.NO_CANCELLATION_PROPOSED,
                    ),
                    Move(Action.AGREE, (B, C), _S.AGREED, said.DeadlineExtended, Condition.OTHERS_PROPOSAL),
                    Move(Action.REFUSE, (B, C), _S.AGREED, said.ProposalRefused, Condition.OTHERS_PROPOSAL),
                    Move(Action.WITHDRAW, (B, C), _S.AGREED, said.ProposalWithdrawn, Condition.OWN_PROPOSAL),
                    Move(Action.CANCEL, (B, C), _S.CANCELLED, said.CollaborationCancelled, Condition.MAY_CANCEL),
                    Move(Action.CANCEL, (T,), _S.CANCELLED, said.CollaborationCancelled, Condition.NO_WORK_OPEN),
                    Move(Action.COMPLETE, (B, T), _S.COMPLETED, said.CollaborationCompleted, Condition.NO_WORK_OPEN),
                    Move(Action.ANNOUNCE_TERMS, (B,), _S.AGREED, said.TermsAnnounced),
                    Move(Action.REMIND_OF_TERMS, (T,), _S.AGREED, said.TermsReminded),
                ),
                stands=True,
                works=True,
            ),
            Place(
                _S.COMPLETED,
                (
                    Move(Action.ANNOUNCE_TERMS, (B,), _S.COMPLETED, said.TermsAnnounced),
                    Move(Action.REMIND_OF_TERMS, (T,), _S.COMPLETED, said.TermsReminded),
                ),
                stands=True,
            ),
            Place(_S.DECLINED),
            Place(_S.EXPIRED),
            Place(_S.CANCELLED),
        )
    }
)
INVITED: Final = _S.INVITED
CANCELLED: Final = _S.CANCELLED

_EXTEND_CONCEPT = Move(Action.EXTEND, (B, C), _D.CONCEPT, said.DeadlineExtended)
_CANCEL = Move(Action.CANCEL, (B, C), _D.CANCELLED, said.DeliverableCancelled, Condition.MAY_CANCEL)

DELIVERABLE: Final[Mapping[DeliverableStatus, Place[DeliverableStatus]]] = MappingProxyType(
    {
        place.status: place
        for place in (
            Place(
                _D.CONCEPT,
                (
                    Move(Action.PROPOSE_CONCEPT, (C,), _D.CONCEPT_REVIEW, said.ConceptProposed),
                    _EXTEND_CONCEPT,
                    _CANCEL,
                ),
                waits_for=C,
                due="concept",
                silence="it is overdue; after seven days the brand may cancel it",
                is_open=True,
            ),
            Place(
                _D.CONCEPT_REVIEW,
                (
                    Move(Action.APPROVE_CONCEPT, (B, T), _D.SUBMISSION, said.ConceptApproved),
                    Move(Action.ASK_CHANGES, (B,), _D.CONCEPT, said.ConceptChangesAsked, Condition.CHANGES_LEFT),
                    _CANCEL,
                ),
                waits_for=B,
                due="review of the concept",
                silence="the concept is approved",
                by_silence=Action.APPROVE_CONCEPT,
                is_open=True,
            ),
            Place(
                _D.SUBMISSION,
                (
                    Move(Action.SUBMIT, (C,), _D.SUBMISSION_REVIEW, said.WorkSubmitted),
                    Move(Action.EXTEND, (B, C), _D.SUBMISSION, said.DeadlineExtended),
                    _CANCEL,
                ),
                waits_for=C,
                due="submission",
                silence="it is overdue; after seven days the brand may cancel it",
                is_open=True,
            ),
            Place(
                _D.SUBMISSION_REVIEW,
                (
                    Move(Action.APPROVE_SUBMISSION, (B, T), _D.PUBLICATION, said.SubmissionApproved),
                    Move(Action.ASK_REVISION, (B,), _D.SUBMISSION, said.RevisionAsked, Condition.CHANGES_LEFT),
                    _CANCEL,
                ),
                waits_for=B,
                due="review of the submission",
                silence="the submission is approved",
                by_silence=Action.APPROVE_SUBMISSION,
                is_open=True,
            ),
            Place(
                _D.PUBLICATION,
                (
                    Move(Action.PUBLISH, (C,), _D.PUBLISHED, said.DeliverablePublished),
                    Move(Action.EXTEND, (B, C), _D.PUBLICATION, said.DeadlineExtended),
                    _CANCEL,
                ),
                waits_for=C,
                due="publication",
                silence="it is overdue; after seven days the brand may cancel it",
                is_open=True,
            ),
            Place(
                _D.PUBLISHED,
                (
                    Move(Action.CONFIRM, (B, T), _D.COMPLETED, said.DeliverableCompleted),
                    Move(Action.REFUSE_PUBLICATION, (B,), _D.PUBLICATION, said.PublicationRefused),
                ),
                waits_for=B,
                due="confirmation of the publication",
                silence="the publication is confirmed",
                by_silence=Action.CONFIRM,
                is_open=True,
            ),
            Place(_D.COMPLETED),
            Place(_D.CANCELLED),
        )
    }
)

SAMPLE: Final[Mapping[SampleStatus, Place[SampleStatus]]] = MappingProxyType(
    {
        place.status: place
        for place in (
            Place(_P.NONE, (Move(Action.REQUEST_SAMPLE, (C,), _P.REQUESTED, said.SampleRequested),)),
            Place(
                _P.REQUESTED,
                (
                    Move(Action.APPROVE_SAMPLE, (B,), _P.APPROVED, said.SampleApproved),
                    Move(Action.REFUSE_SAMPLE, (B,), _P.REFUSED, said.SampleRefused),
                ),
                waits_for=B,
                due="answer to the sample request",
                silence="it is overdue; no sample is promised",
                is_open=True,
            ),
            Place(_P.REFUSED, (Move(Action.REQUEST_SAMPLE, (C,), _P.REQUESTED, said.SampleRequested),)),
            Place(
                _P.APPROVED,
                (Move(Action.SHIP_SAMPLE, (B,), _P.SHIPPED, said.SampleShipped),),
                waits_for=B,
                due="shipping of the sample",
                silence="it is overdue",
                is_open=True,
            ),
            Place(
                _P.SHIPPED,
                (Move(Action.RECEIVE_SAMPLE, (C,), _P.RECEIVED, said.SampleReceived),),
                is_open=True,
            ),
            Place(
                _P.RECEIVED,
                (
                    Move(
                        Action.STEP_OUT,
                        (C,),
                        _P.RECEIVED,
                        said.CollaborationCancelled,
                        Condition.NOTHING_APPROVED,
                    ),
                ),
            ),
        )
    }
)
COMPLETED_DELIVERABLE: Final = _D.COMPLETED
CANCELLED_DELIVERABLE: Final = _D.CANCELLED
NO_SAMPLE: Final = _P.NONE


def begins_with(*, concept_asked: bool) -> DeliverableStatus:
    """The first step of a deliverable."""
    return _D.CONCEPT if concept_asked else _D.SUBMISSION


def is_open(status: DeliverableStatus) -> bool:
    """Whether work is left on the deliverable."""
    return DELIVERABLE[status].is_open


def is_done(status: DeliverableStatus) -> bool:
    """Whether the deliverable was made, not cancelled."""
    return status is _D.COMPLETED
