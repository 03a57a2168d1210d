"""What is looked for: filters that narrow one another, an order, and the words of a text and how they match."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final
from zlib import crc32

from contracts.discovery import DEFAULT_MARKET
from discovery.domain.search_documents import AudienceKind, Figure
from discovery.domain.words import pairs_of, runs_of, words_of

SHORTEST_TYPO: Final = 4
SHUFFLE_BITS: Final = 20
MOST: Final = 2**43 - 1
"""The greatest figure that is told apart from greater ones: eight trillion."""


@dataclass(frozen=True, slots=True)
class Range:
    """From `least` to `most`, both included; open where None."""

    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class AmountRange:
    """Amounts of one currency, in minor units; of one kind of deliverable or of any."""

    currency: str
    amounts: Range = Range()
    deliverable: str | None = None


@dataclass(frozen=True, slots=True)
class AudienceFilter:
    """At least so much of the audience, in hundredths of a percent, is of an age, a gender or a country."""

    kind: AudienceKind
    value: str
    least: int


@dataclass(frozen=True)
class Filters:
    """Every part narrows what is found; several values of one part widen it. Empty and None mean: whatever.

    `only` and `without` are ids of creators, for what one brand knows: those it works with, its campaigns', shortlists.
    """

    text: str = ""
    networks: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    city: str = ""
    categories: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    figures: Mapping[Figure, Range] = field(default_factory=dict)
    price: AmountRange | None = None
    gpm: AmountRange | None = None
    audience: tuple[AudienceFilter, ...] = ()
    influencer_types: tuple[str, ...] = ()
    availability: tuple[str, ...] = ()
    standings: tuple[str, ...] = ()
    market: str = DEFAULT_MARKET
    claimed: bool | None = None
    only: tuple[frozenset[str], ...] = ()
    without: tuple[frozenset[str], ...] = ()


class Sort(StrEnum):
    """How found creators are ordered: relevance is how well the text matches, then followers; fit is a brand's own."""

    RELEVANCE = "relevance"
    FOLLOWERS = "followers"
    AVERAGE_VIEWS = "average_views"
    ENGAGEMENT = "engagement"
    GROWTH = "growth"
    GPM = "gpm"
    PRICE = "price"
    FIT = "fit"


class Match(IntEnum):
    """How well a word of the text is found, best last; a text is found as well as the worst of its words."""

    IN_BIO = 1
    TYPO = 2
    START = 3
    WORD = 4
    WHOLE = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """A part of a text. In a script without spaces it is its pairs of letters, and they match exactly or not at all."""

    word: str
    pairs: tuple[str, ...] = ()

    @property
    def may_have_a_typo(self) -> bool:
        """Of short words almost every one is a letter away from another, and another number is somebody else's."""
        return len(self.word) >= SHORTEST_TYPO and not any(letter.isdigit() for letter in self.word)


def wanted(text: str) -> tuple[Wanted, ...]:
    """The parts of a text, each once; a text without a single letter or digit has none."""
    found = dict.fromkeys(
        Wanted(run, tuple(dict.fromkeys(pairs_of(run))) if spaceless else ())
        for word in words_of(text)
        for run, spaceless in runs_of(word)
    )
    return tuple(found)


def shuffle_of(creator: str) -> int:
    """20 bits of an id: they put equals into an order that stays."""
    return crc32(creator.encode()) & (2**SHUFFLE_BITS - 1)


def sort_key(value: int, shuffle: int) -> int:
    """What is sorted by: a figure, among equals the id's bits, and then the id itself."""
    return (max(-MOST, min(MOST, value)) << SHUFFLE_BITS) | shuffle
