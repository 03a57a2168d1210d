"""What a brand keeps about creators for itself, and what it hears of those on its shortlists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from contracts.discovery import Profile

GREW: Final = 500
"""By how many hundredths of a percent growth of 30 days must differ from what it was to be told: five points."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is different about somebody on a shortlist, before and after."""

    what: str
    before: Any
    after: Any


def changes(before: Profile, after: Profile) -> Sequence[Change]:
    """What a brand with that creator on a shortlist wants to hear of (D7): rates, availability, growth."""
    found = []
    if before.rates != after.rates:
        found.append(Change("rates", *([r.model_dump(mode="json") for r in p.rates] for p in (before, after))))
    if before.availability != after.availability:
        found.append(Change("availability", *(p.availability and p.availability.value for p in (before, after))))
    was, now = before.stats.growth_30d, after.stats.growth_30d
    if now is not None and (was is None or abs(now - was) >= GREW):
        found.append(Change("growth", was, now))
    return found
