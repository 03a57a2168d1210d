"""Which step each thread of a collaboration stands at, and who is to hear of it.

A thread is the negotiation, a deliverable, a deadline, the sample, a proposal, a version of the terms, the campaign's
course, the end. Steps
are read from the whole state, whatever fact brought it: a fact that a batch left out, or that is heard again, changes
nothing. A step that its thread has left behind is not there any more, and so is not mailed (ADR 24).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain

from contracts.campaigns import (
    Collaboration,
    CollaborationStatus,
    Offer,
    Proposal,
    ProposalKind,
    ProposalStatus,
    Side,
)
from contracts.favours import in_force_at_notice
from contracts.notifications import Template
from notifications.domain.course import of_course
from notifications.domain.step import BOTH, Step, other
from notifications.domain.work_steps import of_deadlines, of_deliverables, of_sample

TERMS_REMINDER = timedelta(hours=48)
"""How long before a worse version comes into force both are reminded of it (MONEY 20)."""


def steps_of(state: Collaboration, said_at: datetime) -> tuple[Step, ...]:
    """Each thread's step as of `state`, which was said at `said_at`; most bear an instant of their own."""
    threads = (
        _negotiation(state, said_at),
        of_deliverables(state),
        of_deadlines(state),
        of_sample(state),
        _proposals(state),
        _terms(state),
        of_course(state, said_at),
        _ending(state, said_at),
    )
    return tuple(step.model_copy(update={"key": f"{state.id}:{step.key}"}) for step in chain.from_iterable(threads))


def is_negotiated(state: Collaboration) -> bool:
    """Whether the creator's offer is the one on the table."""
    return bool(state.offers) and state.offers[-1].by is Side.CREATOR


def _negotiation(state: Collaboration, said_at: datetime) -> Iterator[Step]:
    offer = state.offers[-1] if state.offers else None
    match state.status:
        case CollaborationStatus.INVITED | CollaborationStatus.COUNTERED if offer is not None and offer.number > 1:
            yield _offer(state, offer)
        case CollaborationStatus.DECLINED:
            answer = state.declined
            yield Step(
                template=Template.DECLINED,
                to=BOTH if is_negotiated(state) else (Side.BRAND,),
                key="declined",
                at=said_at,
                by=Side.SYSTEM if is_negotiated(state) else Side.CREATOR,
                note=answer.note if answer else "",
                reason=answer.reason if answer else None,
            )
        case CollaborationStatus.EXPIRED:
            yield Step(
                template=Template.EXPIRED,
                to=BOTH if is_negotiated(state) else (Side.BRAND,),
                key="expired",
                at=offer.expires_at if offer else state.invitation.expires_at,
                by=Side.BRAND if is_negotiated(state) else Side.CREATOR,
            )
        case _:
            pass
    if state.agreed_at is not None and state.status in (CollaborationStatus.AGREED, CollaborationStatus.COMPLETED):
        yield Step(
            template=Template.BRAND_AGREEMENT,
            to=(Side.BRAND,),
            key="agreed",
            at=state.agreed_at,
            by=Side.BRAND if is_negotiated(state) else Side.CREATOR,
            terms=state.terms[0],
        )


def _offer(state: Collaboration, offer: Offer) -> Step:
    return Step(
        template=Template.OFFER,
        to=(other(offer.by),),
        key=f"offer:{offer.number}",
        at=offer.at,
        by=offer.by,
        useless_at=offer.expires_at,
        due=offer.expires_at,
        live_by=offer.deadline,
        note=offer.note,
        terms=state.terms[-1],
    )


def _ending(state: Collaboration, said_at: datetime) -> Iterator[Step]:
    if state.status is CollaborationStatus.COMPLETED:
        at = state.completed_at or said_at
        yield Step(template=Template.COMPLETED, to=BOTH, key="completed", at=at)
    if state.status is CollaborationStatus.CANCELLED:
        end = state.cancelled
        yield Step(
            template=Template.CANCELLED,
            to=BOTH if state.agreed_at is not None else (Side.CREATOR,),
            key="cancelled",
            at=end.at if end else said_at,
            by=end.by if end else Side.BRAND,
            note=(end.reason or end.feedback) if end else "",
        )


def _proposals(state: Collaboration) -> Iterator[Step]:
    """Asked: the other side; answered: who asked. An agreed cancellation is the cancellation's own mail."""
    if state.status is not CollaborationStatus.AGREED:
        return
    for one in state.proposals:
        match one.status:
            case ProposalStatus.OPEN:
                yield _proposal(one, Template.PROPOSAL, other(one.by), one.by, one.at)
            case ProposalStatus.REFUSED if one.settled_at:
                yield _proposal(one, Template.PROPOSAL_REFUSED, one.by, other(one.by), one.settled_at)
            case ProposalStatus.AGREED if one.settled_at and one.kind is ProposalKind.EXTENSION:
                yield _proposal(one, Template.PROPOSAL_AGREED, one.by, other(one.by), one.settled_at)
            case _:
                pass


def _proposal(one: Proposal, template: Template, to: Side, by: Side, at: datetime) -> Step:
    return Step(
        template=template,
        to=(to,),
        key=f"proposal:{one.number}:{one.status.value}",
        at=at,
        by=by,
        deliverable=one.deliverable,
        due=one.until,
        note=one.note if template is Template.PROPOSAL else "",
        proposal=one.kind,
    )


def _terms(state: Collaboration) -> Iterator[Step]:
    """The notice of each later version, and the reminder of one that is not in force yet (MONEY 20)."""
    if state.status not in (CollaborationStatus.AGREED, CollaborationStatus.COMPLETED):
        return
    for version in state.terms[1:]:
        told = {
            "by": Side.BRAND,
            "due": version.in_force_at,
            "before": in_force_at_notice(version, state.terms),
            "terms": version,
        }
        yield Step(
            template=Template.TERMS_NOTICE,
            to=(Side.CREATOR,),
            key=f"terms:{version.number}:notice",
            at=version.notice_at,
        ).model_copy(update=told)
        if version.number == state.reminded_terms and version.in_force_at > version.notice_at:
            yield Step(
                template=Template.TERMS_REMINDER,
                to=BOTH,
                key=f"terms:{version.number}:reminder",
                at=version.in_force_at - TERMS_REMINDER,
                useless_at=version.in_force_at,
                hours=TERMS_REMINDER // timedelta(hours=1),
            ).model_copy(update=told)
