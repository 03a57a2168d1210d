"""What a brand keeps about creators for itself, and what it hears of those on its shortlists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from contracts.discovery import Profile

GROWTH: Final = "growth"
GREW: Final = 500
"""By how many hundredths of a percent growth of 30 days must differ from what was told last: five points."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is different about somebody on a shortlist, before and after."""

    what: str
    before: Any
    after: Any


def changes(before: Profile, after: Profile, noted: int | None) -> Sequence[Change]:
    """What a brand with that creator on a shortlist wants to hear of (D7): rates, availability, growth.

    `noted` is the growth that the brand heard of last, or had before it when the creator was put on: a drift in small
    steps is told once it adds up. Rates are a set: in another order they are the same.
    """
    found = []
    if frozenset(before.rates) != frozenset(after.rates):
        found.append(Change("rates", *([r.model_dump(mode="json") for r in p.rates] for p in (before, after))))
    if before.availability != after.availability:
        found.append(Change("availability", *(p.availability and p.availability.value for p in (before, after))))
    now = after.stats.growth_30d
    if now is not None and (noted is None or abs(now - noted) >= GREW):
        found.append(Change(GROWTH, noted, now))
    return found
