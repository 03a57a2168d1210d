"""Influencer types (D9): what each is good for, which one a creator looks like, and which a campaign wants."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from contracts.campaigns import Purpose
from contracts.discovery import Category, InfluencerType
from contracts.http.discovery import TypeReason, TypeReasonCode


class Strength(StrEnum):
    """How good a type is for something."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


MATRIX: Final[dict[InfluencerType, dict[str, Strength]]] = {
    InfluencerType.ASPIRATIONAL: {
        "reach": Strength.HIGH,
        "emotional-appeal": Strength.HIGH,
        "informing": Strength.LOW,
        "trust": Strength.LOW,
        "relevance": Strength.LOW,
    },
    InfluencerType.AUTHORITATIVE: {
        "reach": Strength.MEDIUM,
        "emotional-appeal": Strength.LOW,
        "informing": Strength.HIGH,
        "trust": Strength.HIGH,
        "relevance": Strength.MEDIUM,
    },
    InfluencerType.PEER: {
        "reach": Strength.LOW,
        "emotional-appeal": Strength.MEDIUM,
        "informing": Strength.MEDIUM,
        "trust": Strength.HIGH,
        "relevance": Strength.HIGH,
    },
}
"""What each type is good for."""

EXPERT: Final = frozenset(
    {Category.BUSINESS, Category.EDUCATION, Category.FINANCE, Category.HEALTH, Category.SCIENCE, Category.TECHNOLOGY}
)
FAMOUS: Final = 1_000_000
"""Followers from which on people rather look up to somebody."""
NEAR: Final = 100_000
"""Followers up to which somebody is one of them."""


WANTED: Final = {
    Purpose.BRANDING: InfluencerType.ASPIRATIONAL,
    Purpose.LOOK_AND_FEEL: InfluencerType.PEER,
    Purpose.TRUST: InfluencerType.AUTHORITATIVE,
}
"""Which type suits a campaign (D9): pure branding for many kinds of people, a product that is chosen by how it looks
and feels, an expensive one that needs trust."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A type with the reasons, for a person to agree with or not."""

    type: InfluencerType
    reasons: tuple[str, ...]
    because: tuple[TypeReason, ...] = ()


def suggested(followers: int | None, categories: tuple[Category, ...]) -> Suggestion | None:
    """What a creator looks like by category and followers; None where neither is known well enough."""
    expert = sorted(EXPERT & set(categories))
    if expert and (followers is None or followers < FAMOUS):
        about = TypeReason(code=TypeReasonCode.EXPERT, categories=tuple(expert))
        return Suggestion(InfluencerType.AUTHORITATIVE, (f"makes videos about {', '.join(expert)}",), (about,))
    if followers is None:
        return None
    many = TypeReason(code=TypeReasonCode.FOLLOWERS, followers=followers)
    if followers >= FAMOUS:
        return Suggestion(InfluencerType.ASPIRATIONAL, (f"{followers:,} followers",), (many,))
    if followers <= NEAR:
        no_expert = TypeReason(code=TypeReasonCode.NO_EXPERT)
        return Suggestion(InfluencerType.PEER, (f"{followers:,} followers", "no expert's category"), (many, no_expert))
    return None
