"""A collaboration whose creator was erased (D12): what is open ends as if the creator had said no, and the words go."""

from datetime import datetime
from typing import Any

from campaigns.domain.collaborations.cancel import ended
from campaigns.domain.collaborations.records import CollaborationRecord, Step
from campaigns.domain.collaborations.states import CANCELLED, COLLABORATION, Action
from contracts.campaigns import Collaboration, CreatorForgotten, Decline, Side, without_person


def forgotten(record: CollaborationRecord, now: datetime) -> Step | None:
    """The step that forgets the creator; None if nothing of them is left in it.

    Work that is open ends as a cancellation by the creator does (MONEY 22): what was approved is earned, the rest is
    not. Sales of completed work earn until now.
    """
    state = record.state.model_copy(update=_closed(record.state, now))
    after = without_person(state)
    if after == record.state:
        return None
    return Step(record, CollaborationRecord(after, record.revision + 1), CreatorForgotten, None, Side.SYSTEM, now)


def _closed(state: Collaboration, now: datetime) -> dict[str, Any]:
    place = COLLABORATION[state.status]
    if place.by_silence is not None:
        return {"status": place.take(Action.DECLINE, Side.CREATOR).to, "declined": Decline()}
    over = ended(state, Side.CREATOR, "", now)
    if place.works:
        return {"status": CANCELLED} | over
    return {"active": over["active"]}
