"""What a campaign's own course brings to a creator who works in it, or earns by it."""

from collections.abc import Iterator
from datetime import datetime

from contracts.campaigns import Collaboration, CollaborationStatus, Side
from contracts.notifications import Template
from notifications.domain.step import Step

RUNNING = frozenset({CollaborationStatus.AGREED, CollaborationStatus.COMPLETED})
"""After the work is done sales go on earning, so a pause and the end matter to both."""


def of_course(state: Collaboration, said_at: datetime) -> Iterator[Step]:
    """Paused, resumed or over: the last of these, told to the creator alone; the brand did it or has set the date."""
    if state.status not in RUNNING or not state.active:
        return
    last, end = state.active[-1], state.campaign_end
    if last.end is None:
        if len(state.active) > 1:
            yield _step(Template.CAMPAIGN_RESUMED, f"resumed:{len(state.active)}", last.start)
    elif end is not None and end <= max(said_at, last.end):
        yield _step(Template.CAMPAIGN_ENDED, "ended", end)
    else:
        yield _step(Template.CAMPAIGN_PAUSED, f"paused:{len(state.active)}", last.end)


def _step(template: Template, key: str, at: datetime) -> Step:
    return Step(template=template, to=(Side.CREATOR,), key=f"course:{key}", at=at, by=Side.BRAND)
