"""Deadlines: reminders before them, what silence means at them, and the timers that keep watch (C7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.domain.calendar import Calendar
from campaigns.domain.collaborations.records import CollaborationRecord, Step, stepped, with_deliverable
from campaigns.domain.collaborations.states import COLLABORATION, DELIVERABLE, SAMPLE, Action, is_open
from contracts.campaigns import (
    Collaboration,
    Deadline,
    DeadlineMissed,
    DeadlineNear,
    Deliverable,
    Side,
    TermsVersion,
)

Says = type[DeadlineNear] | type[DeadlineMissed]
REMINDERS = (48, 24)
"""Hours before a deadline."""
NEAR = {hours: f"deadline-in-{hours}-hours" for hours in REMINDERS}
PASSED = "deadline-passed"
EXPIRY = "invitation-expires"
TERMS_NEAR = "terms-in-force-soon"
TERMS_REMINDER = timedelta(hours=48)
SAMPLE_SUBJECT = "sample"
"""What a deadline is about, where it is no deliverable."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A timer that a collaboration wants; `subject` is a deliverable's id, or the sample."""

    purpose: str
    aggregate: str
    version: int
    due: datetime
    collaboration: str
    subject: str = ""
    is_reminder: bool = False


def next_deadline(state: Collaboration, at: datetime, by: Side) -> Deadline:
    """A new deadline of the collaboration's, whose count is to be raised with it."""
    return Deadline(number=state.deadlines + 1, at=at, by=by)


def at_least(planned: datetime | None, now: datetime, calendar: Calendar) -> datetime:
    """What is planned, but no earlier than the end of the third business day: waiting is never the other's lateness."""
    fair = calendar.end_of_business_day(now)
    return fair if planned is None else max(planned, fair)


def wanted(record: CollaborationRecord) -> frozenset[Wanted]:
    """All timers that the collaboration wants as it stands."""
    return frozenset((*_answers(record), *_deadlines(record.state), *_terms(record.state)))


def _answers(record: CollaborationRecord) -> Iterator[Wanted]:
    state, offer = record.state, record.on_the_table
    if COLLABORATION[state.status].by_silence is not None:
        yield Wanted(EXPIRY, state.id, offer.number, offer.expires_at, state.id)


def _deadlines(state: Collaboration) -> Iterator[Wanted]:
    if not COLLABORATION[state.status].works:
        return
    for subject, deadline in _subjects(state):
        aggregate = f"{state.id}:{subject}"
        for hours in REMINDERS:
            if hours not in deadline.reminded:
                due = deadline.at - timedelta(hours=hours)
                yield Wanted(NEAR[hours], aggregate, deadline.number, due, state.id, subject, is_reminder=True)
        if deadline.overdue_at is None:
            yield Wanted(PASSED, aggregate, deadline.number, deadline.at, state.id, subject)


def _subjects(state: Collaboration) -> Iterator[tuple[str, Deadline]]:
    yield from ((one.id, one.deadline) for one in state.deliverables if one.deadline is not None)
    if state.sample is not None and state.sample.deadline is not None:
        yield SAMPLE_SUBJECT, state.sample.deadline


def _terms(state: Collaboration) -> Iterator[Wanted]:
    if COLLABORATION[state.status].possible(Side.SYSTEM) == ():
        return
    for version in state.terms[1:]:
        if version.number > state.reminded_terms and version.in_force_at > version.notice_at:
            due = version.in_force_at - TERMS_REMINDER
            yield Wanted(TERMS_NEAR, state.id, version.number, due, state.id, is_reminder=True)


def reminded(record: CollaborationRecord, subject: str, number: int, hours: int, now: datetime) -> Step | None:
    """The reminder `hours` before a deadline was given; None if that deadline has gone, or had it, or is not near."""
    deadline = dict(_current(record.state)).get(subject)
    if deadline is None or deadline.number != number or hours in deadline.reminded or deadline.overdue_at is not None:
        return None
    if not deadline.at - timedelta(hours=hours) <= now < deadline.at:
        return None
    marked = deadline.model_copy(update={"reminded": (*deadline.reminded, hours)})
    return _marked(record, subject, marked, DeadlineNear, now)


def missed(record: CollaborationRecord, subject: str, number: int, now: datetime) -> Step | None:
    """The deadline has passed and silence means nothing but that; None if it has gone, was missed, or is to come."""
    deadline = dict(_current(record.state)).get(subject)
    if deadline is None or deadline.number != number or deadline.overdue_at is not None or now < deadline.at:
        return None
    return _marked(record, subject, deadline.model_copy(update={"overdue_at": now}), DeadlineMissed, now)


def terms_reminded(record: CollaborationRecord, number: int, now: datetime) -> Step | None:
    """Both were told that a worse version comes into force soon; None if they were, or it is not soon."""
    state = record.state
    version: TermsVersion | None = next((one for one in state.terms if one.number == number), None)
    if version is None or number <= state.reminded_terms or now < version.in_force_at - TERMS_REMINDER:
        return None
    place = COLLABORATION[state.status]
    if Action.REMIND_OF_TERMS not in place.possible(Side.SYSTEM):
        return None
    move = place.take(Action.REMIND_OF_TERMS, Side.SYSTEM)
    return stepped(record, move.says, move.action, Side.SYSTEM, now, status=move.to, reminded_terms=number)


def _current(state: Collaboration) -> Iterator[tuple[str, Deadline]]:
    return _subjects(state) if COLLABORATION[state.status].works else iter(())


def _marked(
    record: CollaborationRecord,
    subject: str,
    marked: Deadline,
    says: type[DeadlineNear | DeadlineMissed],
    now: datetime,
) -> Step:
    state = record.state
    if subject == SAMPLE_SUBJECT and state.sample is not None:
        sample = state.sample.model_copy(update={"deadline": marked})
        return _told(record, says, now, None, sample=sample)
    one = next(one for one in state.deliverables if one.id == subject)
    changed = one.model_copy(update={"deadline": marked})
    return _told(record, says, now, subject, deliverables=with_deliverable(state, changed))


def _told(record: CollaborationRecord, says: Says, now: datetime, deliverable: str | None, **changes: object) -> Step:
    after = CollaborationRecord(record.state.model_copy(update=changes), record.revision + 1)
    return Step(record, after, says, None, Side.SYSTEM, now, deliverable)


@dataclass(frozen=True, slots=True)
class Due:
    """What comes next for one subject: what, by whom, until when, and what silence means."""

    subject: str
    what: str
    by: Side
    at: datetime | None
    silence: str
    is_overdue: bool = False


def coming(record: CollaborationRecord) -> Iterator[Due]:
    """Everything that somebody is waited for, in no order."""
    state = record.state
    place = COLLABORATION[state.status]
    if place.waits_for is not None:
        yield Due("", place.due, place.waits_for, record.on_the_table.expires_at, place.silence)
    if not place.works:
        return
    for one in state.deliverables:
        if is_open(one.status):
            yield _due_of(one)
    if state.sample is not None and (waits := SAMPLE[state.sample.status]).waits_for is not None:
        deadline = state.sample.deadline
        overdue = deadline is not None and deadline.overdue_at is not None
        yield Due(SAMPLE_SUBJECT, waits.due, waits.waits_for, _at(deadline), waits.silence, overdue)


def _at(deadline: Deadline | None) -> datetime | None:
    return None if deadline is None else deadline.at


def _due_of(one: Deliverable) -> Due:
    place = DELIVERABLE[one.status]
    deadline = one.deadline
    overdue = deadline is not None and deadline.overdue_at is not None
    return Due(one.id, place.due, place.waits_for or Side.SYSTEM, _at(deadline), place.silence, overdue)
