"""How a creator keeps agreed dates (D6): which deliveries were due, and which of them were published in time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from contracts.campaigns import CancelledBy, Collaboration, CollaborationStatus, Deliverable, DeliverableStatus
from contracts.discovery import Record
from discovery.domain.snapshots import WHOLE, half_up

THE_CREATORS_TURN: Final = frozenset(
    {DeliverableStatus.CONCEPT, DeliverableStatus.SUBMISSION, DeliverableStatus.PUBLICATION}
)
AT_WORK: Final = frozenset({CollaborationStatus.AGREED, CollaborationStatus.COMPLETED})


@dataclass(frozen=True, slots=True)
class Delivery:
    """One piece of work with its date. `is_owed`: not published, and nobody but the creator is waited for."""

    due: datetime
    published_at: datetime | None = None
    is_owed: bool = False


def deliveries_of(collaboration: Collaboration) -> Sequence[Delivery]:
    """What a collaboration says of the creator's dates.

    The date is the one that both agreed on last: a review that took long moves it. What waits for the brand says
    nothing yet; what the brand cancelled, or the creator before its date, says nothing ever.
    """
    found = (_delivery(one, is_on=collaboration.status in AT_WORK) for one in collaboration.deliverables)
    return tuple(each for each in found if each is not None)


def record_of(deliveries: Iterable[Delivery], now: datetime) -> Record:
    """Deliveries are what was published, and what is owed and past its date; the share in time is rounded half up."""
    due = [each for each in deliveries if each.published_at is not None or (each.is_owed and each.due < now)]
    in_time = sum(each.published_at is not None and each.published_at <= each.due for each in due)
    return Record(deliveries=len(due), on_time=half_up(in_time * WHOLE, len(due)) if due else None)


def _delivery(one: Deliverable, *, is_on: bool) -> Delivery | None:
    due = one.publication_due
    if due is None:
        return None
    if one.published_at is not None:
        return Delivery(due, one.published_at)
    if one.cancelled is not None:
        too_late = one.cancelled.by is CancelledBy.CREATOR and one.cancelled.at > due
        return Delivery(due, is_owed=True) if too_late else None
    return Delivery(due, is_owed=True) if is_on and one.status in THE_CREATORS_TURN else None
