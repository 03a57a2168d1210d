"""How a creator works with brands here (D6): how soon they answer, and for how many they work now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median_low
from typing import Final

from contracts.campaigns import CollaborationStatus

ANSWERED: Final = frozenset({CollaborationStatus.AGREED, CollaborationStatus.COMPLETED, CollaborationStatus.DECLINED})
GOES_ON: Final = CollaborationStatus.AGREED


@dataclass(frozen=True, slots=True)
class Relation:
    """One collaboration, as far as it says how a creator works. `answered_at` is None while nobody answered."""

    brand: str
    status: str
    sent_at: datetime
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Responsiveness:
    """Of `invitations` whose time is over or that were answered, `answered` were; the median answer took `seconds`."""

    invitations: int
    answered: int
    seconds: int | None


def responsiveness(relations: Iterable[Relation]) -> Responsiveness:
    """An invitation that still waits says nothing yet; the median is the lower middle one."""
    over = [each for each in relations if each.status != CollaborationStatus.INVITED]
    took = [
        max(0, int((each.answered_at - each.sent_at).total_seconds())) for each in over if each.answered_at is not None
    ]
    return Responsiveness(len(over), len(took), median_low(took) if took else None)


def brands_now(relations: Iterable[Relation]) -> frozenset[str]:
    """The brands whose collaborations with the creator go on."""
    return frozenset(each.brand for each in relations if each.status == GOES_ON)
