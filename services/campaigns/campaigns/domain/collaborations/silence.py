"""Silence is an answer: what time alone has brought about by now (C5, C6)."""

from collections.abc import Iterator
from datetime import datetime

from campaigns.domain.calendar import Calendar
from campaigns.domain.collaborations import cancel, work
from campaigns.domain.collaborations.records import CollaborationRecord, Step, stepped
from campaigns.domain.collaborations.states import COLLABORATION, DELIVERABLE
from contracts.campaigns import Side


def settled(record: CollaborationRecord, now: datetime, calendar: Calendar) -> list[Step]:
    """The steps that silence took until now, each as of its own deadline, and the end that follows from them.

    A timer may be late; whoever acts in the meantime finds the collaboration as it should be.
    """
    steps: list[Step] = []
    while (step := _next(record, now, calendar)) is not None:
        steps.append(step)
        record = step.after
    return steps


def _next(record: CollaborationRecord, now: datetime, calendar: Calendar) -> Step | None:
    state = record.state
    place = COLLABORATION[state.status]
    if place.by_silence is not None:
        if now < record.on_the_table.expires_at:
            return None
        expiry = place.take(place.by_silence, Side.SYSTEM)
        return stepped(record, expiry.says, expiry.action, Side.SYSTEM, now, status=expiry.to)
    if not place.works:
        return None
    passed = min(_passed(record, now), default=None)
    if passed is None:
        return cancel.finished(record, now)
    at, id_ = passed
    action = DELIVERABLE[work.deliverable_of(state, id_).status].by_silence
    if action is None:
        raise AssertionError(id_)
    return work.done(record, id_, action, Side.SYSTEM, at, calendar)


def _passed(record: CollaborationRecord, now: datetime) -> Iterator[tuple[datetime, str]]:
    for one in record.state.deliverables:
        if DELIVERABLE[one.status].by_silence is not None and one.deadline is not None and one.deadline.at <= now:
            yield one.deadline.at, one.id
