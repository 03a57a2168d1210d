"""Where a collaboration stands on a board: by its own state until work begins, then by its least advanced work."""

from campaigns.domain.collaborations.states import COLLABORATION, DELIVERABLE, SAMPLE, is_open
from contracts.campaigns import Collaboration, CollaborationStatus

SAMPLE_STAGE = "sample"
_WORKED = [status for status in DELIVERABLE if is_open(status)]
_BEFORE = [status.value for status, place in COLLABORATION.items() if place.by_silence is not None]
_AT_WORK = [status.value for status, place in COLLABORATION.items() if place.works]
_OVER = [status.value for status in COLLABORATION if status.value not in (*_BEFORE, *_AT_WORK)]
STAGES = (*_BEFORE, *_AT_WORK, SAMPLE_STAGE, *(status.value for status in _WORKED), *_OVER)
"""The columns of a board, from the left."""


def stages_of(status: CollaborationStatus) -> tuple[str, ...]:
    """All columns that a collaboration in that state may stand in."""
    if not COLLABORATION[status].works:
        return (status.value,)
    return (*_AT_WORK, SAMPLE_STAGE, *(work.value for work in _WORKED))


def stage_of(state: Collaboration) -> str:
    """The column that it stands in."""
    if not COLLABORATION[state.status].works:
        return state.status.value
    if state.sample is not None and SAMPLE[state.sample.status].is_open:
        return SAMPLE_STAGE
    left = [_WORKED.index(one.status) for one in state.deliverables if is_open(one.status)]
    return _WORKED[min(left)].value if left else state.status.value
