"""The sample: asked for, sent, received; and stepping out after trying it (C6)."""

from datetime import datetime

from campaigns.domain.calendar import Calendar
from campaigns.domain.collaborations import conditions
from campaigns.domain.collaborations.cancel import ended
from campaigns.domain.collaborations.records import CollaborationRecord, Step, stepped
from campaigns.domain.collaborations.states import (
    CANCELLED,
    COLLABORATION,
    NO_SAMPLE,
    SAMPLE,
    Action,
    Move,
    Place,
)
from campaigns.domain.refusals import NotNow
from contracts.campaigns import Collaboration, Deadline, Sample, SampleStatus, Side

STAMPS = {
    Action.REQUEST_SAMPLE: "requested_at",
    Action.APPROVE_SAMPLE: "answered_at",
    Action.REFUSE_SAMPLE: "answered_at",
    Action.SHIP_SAMPLE: "shipped_at",
    Action.RECEIVE_SAMPLE: "received_at",
}


def place_of(state: Collaboration) -> Place[SampleStatus]:
    """Where the sample is in the table."""
    return SAMPLE[NO_SAMPLE if state.sample is None else state.sample.status]


def possible(state: Collaboration, side: Side, now: datetime) -> tuple[Action, ...]:
    """What `side` may do with the sample now."""
    if not COLLABORATION[state.status].works:
        return ()
    return place_of(state).possible(side, conditions.of_collaboration(state, side, now))


def _move(state: Collaboration, action: Action, side: Side, now: datetime) -> Move[SampleStatus]:
    if not COLLABORATION[state.status].works:
        raise NotNow(action, state.status.value, ())
    return place_of(state).take(action, side, conditions.of_collaboration(state, side, now))


def moved(
    record: CollaborationRecord, action: Action, side: Side, now: datetime, calendar: Calendar, **words: str
) -> Step:
    """The sample goes on; raises `NotNow`. `words` are fields of it: reason, plan, answer, carrier, tracking."""
    state = record.state
    move = _move(state, action, side, now)
    before = state.sample or Sample(status=NO_SAMPLE)
    number = state.deadlines + 1
    waits_for = SAMPLE[move.to].waits_for
    deadline = (
        None if waits_for is None else Deadline(number=number, at=calendar.end_of_business_day(now), by=waits_for)
    )
    sample = before.model_copy(update={**words, "status": move.to, STAMPS[action]: now, "deadline": deadline})
    return stepped(record, move.says, action, side, now, sample=sample, deadlines=number)


def stepped_out(record: CollaborationRecord, feedback: str, now: datetime) -> Step:
    """The creator tried it and leaves, with honest feedback: it costs nobody anything. Raises `NotNow`."""
    state = record.state
    move = _move(state, Action.STEP_OUT, Side.CREATOR, now)
    sample = (state.sample or Sample(status=move.to)).model_copy(update={"status": move.to, "feedback": feedback})
    over = ended(state.model_copy(update={"sample": sample}), Side.CREATOR, "", now, feedback=feedback)
    return stepped(record, move.says, Action.STEP_OUT, Side.CREATOR, now, status=CANCELLED, **over)
