"""How well an open program suits a creator, by what is known of both: always in its parts, never a bare number (C4)."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from campaigns.domain.eligibility import Figures, Standing, judge, overall
from contracts.campaigns import Eligibility


class Reason(StrEnum):
    """What a program is compared by."""

    ELIGIBILITY = "eligibility"
    CATEGORY = "category"
    CHANNEL = "channel"


POINTS: Final = {
    Reason.ELIGIBILITY: {Standing.PASSED: 12, Standing.UNKNOWN: 6, Standing.FAILED: 0},
    Reason.CATEGORY: {Standing.PASSED: 3, Standing.UNKNOWN: 1, Standing.FAILED: 0},
    Reason.CHANNEL: {Standing.PASSED: 2, Standing.UNKNOWN: 1, Standing.FAILED: 0},
}
"""A rule that fails keeps a creator out, so it weighs more than all else. What is not known is between yes and no."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a creator over all of their profiles; nothing is taken for a no."""

    figures: Figures
    categories: frozenset[str] = frozenset()
    networks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a program says of itself."""

    eligibility: Eligibility
    category: str = ""
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One reason: how it stands, and what the program asks for by it."""

    reason: Reason
    standing: Standing
    asks: tuple[str, ...] = ()


def parts(asked: Asked, known: Known) -> tuple[Part, ...]:
    """Every reason, also those of which nothing is known."""
    return (
        Part(Reason.ELIGIBILITY, overall(judge(asked.eligibility, known.figures))),
        _one_of(Reason.CATEGORY, (asked.category,) if asked.category else (), known.categories),
        _one_of(Reason.CHANNEL, asked.channels, known.networks),
    )


def points(found: Collection[Part]) -> int:
    """What a directory is sorted by."""
    return sum(POINTS[part.reason][part.standing] for part in found)


def _one_of(reason: Reason, asks: tuple[str, ...], has: frozenset[str]) -> Part:
    if not asks or not has:
        return Part(reason, Standing.UNKNOWN, asks)
    return Part(reason, Standing.PASSED if has & set(asks) else Standing.FAILED, asks)
