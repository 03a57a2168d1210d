"""A persona made of creators: who the audiences are of those who sold for a brand, or whom it names (D13)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from contracts.discovery import AgeBand, Category, Gender
from discovery.domain.fit import WHOLE, Figures

Group = TypeVar("Group", bound=str)

MOST_OF: Final = 6_000
"""A persona's groups are together at least so much of what is told of the audiences, in hundredths of a percent."""
COMMON: Final = 2_500
"""A category is an interest if creators with at least so much of the weight have it."""
PARTS: Final = ("ages", "genders", "countries", "categories")


@dataclass(frozen=True, slots=True)
class Source:
    """A creator, and how much they count: their net sales in minor units, or as much as any other."""

    figures: Figures
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Prefill:
    """Parts of a persona, an empty one leaves that open; `weight` is that of all `creators` who count.

    `unknown` says for ages, genders, countries and categories of how many of them these are not known.
    """

    ages: tuple[AgeBand, ...]
    genders: tuple[Gender, ...]
    countries: tuple[str, ...]
    interests: tuple[Category, ...]
    creators: int
    weight: int
    unknown: Mapping[str, int]


def prefilled(sources: Iterable[Source]) -> Prefill:
    """Whom these creators reach; who weighs nothing, or less, says nothing.

    - Share of a group = sum(weight x share) / sum(weight), of the creators whose audience is told in that way: one that
      is not told says nothing, and never zero.
    - Taken are the largest groups, as few as are together at least 60 % of all that is told; equals by their names.
    - Interests: the categories whose creators have at least 25 % of the weight of all who have categories.
    """
    counted = [source for source in sources if source.weight > 0]
    ages = _largest((source.figures.ages, source.weight) for source in counted)
    genders = _largest((source.figures.genders, source.weight) for source in counted)
    return Prefill(
        ages=tuple(band for band in AgeBand if band in ages),
        genders=tuple(gender for gender in Gender if gender in genders),
        countries=tuple(_largest((source.figures.countries, source.weight) for source in counted)),
        interests=_interests(counted),
        creators=len(counted),
        weight=sum(source.weight for source in counted),
        unknown={name: sum(not getattr(source.figures, name) for source in counted) for name in PARTS},
    )


def _largest(told: Iterable[tuple[Mapping[Group, int], int]]) -> list[Group]:
    """The largest groups; what every sum would be divided by changes nothing."""
    sums: Counter[Group] = Counter()
    for shares, weight in told:
        for group, share in shares.items():
            sums[group] += weight * share
    taken: list[Group] = []
    reached, enough = 0, sum(sums.values()) * MOST_OF
    for group, amount in sorted(sums.items(), key=lambda one: (-one[1], one[0])):
        if reached * WHOLE >= enough:
            break
        taken.append(group)
        reached += amount
    return taken


def _interests(counted: Sequence[Source]) -> tuple[Category, ...]:
    told = [source for source in counted if source.figures.categories]
    whole = sum(source.weight for source in told)

    def has(category: Category) -> int:
        return sum(source.weight for source in told if category in source.figures.categories)

    return tuple(category for category in Category if whole and has(category) * WHOLE >= whole * COMMON)
