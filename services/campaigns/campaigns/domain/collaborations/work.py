"""The work on each deliverable: concept, submission, publication, and every review of them (C6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from campaigns.domain.calendar import Calendar
from campaigns.domain.collaborations import conditions
from campaigns.domain.collaborations.deadlines import at_least
from campaigns.domain.collaborations.publication import must_be_live
from campaigns.domain.collaborations.records import CollaborationRecord, Step, stepped, with_deliverable
from campaigns.domain.collaborations.states import (
    COLLABORATION,
    DELIVERABLE,
    Action,
    Condition,
    Move,
    Place,
    begins_with,
)
from campaigns.domain.refusals import NotNow, Refused, must_lie_ahead
from contracts.campaigns import (
    Collaboration,
    Deadline,
    Deliverable,
    DeliverableStatus,
    Outcome,
    Planned,
    Review,
    Side,
    Version,
)

HANDED_IN: Mapping[Action, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {Action.PROPOSE_CONCEPT: ("concepts", ("text", "url")), Action.SUBMIT: ("submissions", ("url", "file"))}
)
"""Which versions an action adds to, and what one of them must have."""
APPROVED: Mapping[Action, tuple[str, str]] = MappingProxyType(
    {
        Action.APPROVE_CONCEPT: ("concepts", "concept_approved_at"),
        Action.APPROVE_SUBMISSION: ("submissions", "submission_approved_at"),
    }
)
ASKED: Mapping[Action, str] = MappingProxyType({Action.ASK_CHANGES: "concepts", Action.ASK_REVISION: "submissions"})
DUE_FIELDS: Mapping[str, str] = MappingProxyType(
    {"concept": "concept_due", "submission": "submission_due", "publication": "publication_due"}
)
"""Where the due date of each of the creator's steps stands, in their order."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says with an action: a text, an address, points to change, another due date."""

    text: str = ""
    url: str | None = None
    file: str | None = None
    points: tuple[str, ...] = ()
    due: datetime | None = None


NOTHING = Said()


class NoSuchDeliverable(Exception):
    """The collaboration has no deliverable of that id. HTTP 404."""


def begun(state: Collaboration, now: datetime, calendar: Calendar) -> dict[str, Any]:
    """The deliverables of the agreed terms, each waiting for its first step: fields of the agreed collaboration."""
    made: list[Deliverable] = []
    number = state.deadlines
    for planned in state.terms[-1].deliverables:
        number += 1
        one = Deliverable(
            id=planned.id,
            fee=planned.fee,
            concept_asked=planned.concept_asked,
            status=begins_with(concept_asked=planned.concept_asked),
            concept_due=planned.concept_due,
            submission_due=planned.submission_due,
            publication_due=planned.publication_due,
        )
        made.append(_awaiting(one, number, now, calendar))
    return {"deliverables": tuple(made), "deadlines": number}


def deliverable_of(state: Collaboration, id_: str) -> Deliverable:
    """The deliverable; raises `NoSuchDeliverable`."""
    found = next((one for one in state.deliverables if one.id == id_), None)
    if found is None:
        raise NoSuchDeliverable(id_)
    return found


def possible(state: Collaboration, one: Deliverable, side: Side, now: datetime) -> tuple[Action, ...]:
    """What `side` may do with the deliverable now."""
    if not COLLABORATION[state.status].works:
        return ()
    return DELIVERABLE[one.status].possible(side, conditions.of_deliverable(state, one, side, now))


def move_of(
    state: Collaboration,
    one: Deliverable,
    action: Action,
    side: Side,
    now: datetime,
    also: frozenset[Condition] = frozenset(),
) -> Move[DeliverableStatus]:
    """The move of the table; raises `NotNow`. `also` are conditions that hold because the other side said yes."""
    if not COLLABORATION[state.status].works:
        raise NotNow(action, state.status.value, ())
    place: Place[DeliverableStatus] = DELIVERABLE[one.status]
    return place.take(action, side, conditions.of_deliverable(state, one, side, now) | also)


def done(
    record: CollaborationRecord,
    id_: str,
    action: Action,
    side: Side,
    now: datetime,
    calendar: Calendar,
    words: Said = NOTHING,
) -> Step:
    """`side` takes an action on a deliverable; raises `NotNow`, `Refused`, `NoSuchDeliverable`."""
    state = record.state
    one = deliverable_of(state, id_)
    move = move_of(state, one, action, side, now)
    changed = one.model_copy(update={"status": move.to, **_effects(state, one, action, side, now, words)})
    number = state.deadlines + 1
    changed = _awaiting(changed, number, now, calendar, words.due)
    return stepped(
        record,
        move.says,
        action,
        side,
        now,
        deliverable=id_,
        deliverables=with_deliverable(state, changed),
        deadlines=number,
    )


def _effects(
    state: Collaboration, one: Deliverable, action: Action, side: Side, now: datetime, words: Said
) -> dict[str, Any]:
    """What the action writes down, beside the next state; raises `Refused` for what it lacks."""
    if action in HANDED_IN:
        field, needed = HANDED_IN[action]
        _must_say(words, *needed)
        before: tuple[Version, ...] = getattr(one, field)
        return {field: (*before, _version(len(before) + 1, now, words))}
    if action in APPROVED:
        field, approved_at = APPROVED[action]
        return {field: _reviewed(getattr(one, field), Outcome.APPROVED, side, now, words), approved_at: now}
    if action in ASKED:
        _must_ask(words, now)
        field = ASKED[action]
        return {field: _reviewed(getattr(one, field), Outcome.CHANGES_ASKED, side, now, words)}
    if action is Action.PUBLISH:
        live = must_be_live(words.url, planned_of(state, one).platform)
        return {"live_url": live, "published_at": now, "publication_points": (), "publication_refused_at": None}
    if action is Action.REFUSE_PUBLICATION:
        _must_ask(words, now)
        return {"published_at": None, "publication_points": words.points, "publication_refused_at": now}
    return {"completed_at": now}


def _version(number: int, now: datetime, words: Said) -> Version:
    return Version(number=number, at=now, text=words.text, url=words.url, file=words.file)


def planned_of(state: Collaboration, one: Deliverable) -> Planned:
    """The deliverable as the agreed terms have it."""
    return next(planned for planned in state.terms[0].deliverables if planned.id == one.id)


def _awaiting(
    one: Deliverable, number: int, now: datetime, calendar: Calendar, due: datetime | None = None
) -> Deliverable:
    """With the deadline of the step that it waits for now, and that step's due date."""
    place = DELIVERABLE[one.status]
    if place.waits_for is None:
        return one.model_copy(update={"deadline": None})
    if place.waits_for is Side.BRAND:
        deadline = Deadline(number=number, at=calendar.end_of_business_day(now), by=Side.BRAND)
        return one.model_copy(update={"deadline": deadline})
    field = DUE_FIELDS[place.due]
    planned: datetime | None = getattr(one, field)
    if planned is None and field == "concept_due":
        planned = one.submission_due
    at = due if due is not None else at_least(planned, now, calendar)
    deadline = Deadline(number=number, at=at, by=Side.CREATOR)
    return one.model_copy(update={"deadline": deadline, **in_order(one, field, at)})


def in_order(one: Deliverable, field: str, at: datetime) -> dict[str, datetime]:
    """That step's due date, and those of the steps after it moved so that none is due before it."""
    fields = tuple(DUE_FIELDS.values())
    after = fields[fields.index(field) + 1 :]
    later = {name: max(at, due) for name in after if (due := getattr(one, name)) is not None}
    return {field: at, **later}


def _reviewed(
    versions: tuple[Version, ...], outcome: Outcome, side: Side, now: datetime, words: Said
) -> tuple[Version, ...]:
    review = Review(at=now, by=side, outcome=outcome, points=words.points)
    return (*versions[:-1], versions[-1].model_copy(update={"review": review}))


def _must_say(words: Said, *fields: str) -> None:
    if not any(getattr(words, field) for field in fields):
        raise Refused(fields[0], f"Give {' or '.join(fields)}.")


def _must_ask(words: Said, now: datetime) -> None:
    if not words.points:
        raise Refused("points", "Say what is to be changed.")
    if words.due is not None:
        must_lie_ahead("due", words.due, now)
