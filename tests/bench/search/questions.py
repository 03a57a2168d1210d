"""400 searches of none to five filters, the same for the same seed, for the index and for MongoDB."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from contracts.discovery import AgeBand, Availability, Category, InfluencerType, Standing
from discovery.domain.search_documents import AudienceKind, Figure
from discovery.domain.searches import AmountRange, AudienceFilter, Filters, Range, Sort
from discovery.domain.words import words_of
from discovery.sample import SYLLABLES, WORDS
from tests.bench.search.creators import (
    CATEGORY_ODDS,
    COUNTRIES,
    COUNTRY_ODDS,
    CURRENCIES,
    LANGUAGE_ODDS,
    LANGUAGES,
)

HOW_MANY = 400

Filter = Callable[[random.Random, dict[str, Any], dict[str, Any]], None]
"""Adds the same filter to the index's and to MongoDB's question."""


@dataclass
class Question:
    """One search, said in both languages."""

    filters: Filters
    sort: Sort
    mongodb: dict[str, Any] = field(default_factory=dict)


def questions(seed: int = 2) -> Iterator[Question]:
    rng = random.Random(seed)
    for number in range(HOW_MANY):
        ours: dict[str, Any] = {"figures": {}}
        theirs: dict[str, Any] = {}
        for name in rng.sample(sorted(FILTERS), number % 6):
            FILTERS[name](rng, ours, theirs)
        sorts = (Sort.FOLLOWERS, Sort.FOLLOWERS, Sort.AVERAGE_VIEWS, Sort.ENGAGEMENT)
        yield Question(Filters(**ours), rng.choice(sorts), theirs)


def _country(rng, ours, theirs):
    chosen = tuple(set(rng.choices(COUNTRIES, cum_weights=COUNTRY_ODDS, k=rng.randint(1, 2))))
    ours["countries"], theirs["country"] = chosen, {"$in": list(chosen)}


def _category(rng, ours, theirs):
    (chosen,) = rng.choices(tuple(Category), cum_weights=CATEGORY_ODDS)
    ours["categories"], theirs["categories"] = (chosen,), chosen.value


def _language(rng, ours, theirs):
    (chosen,) = rng.choices(LANGUAGES, cum_weights=LANGUAGE_ODDS)
    ours["languages"], theirs["languages"] = (chosen,), chosen


def _range(figure: Figure, values: Sequence[int]) -> Filter:
    def add(rng, ours, theirs):
        least = rng.choice(values)
        most = least * rng.choice((5, 20, 100))
        ours["figures"][figure], theirs[figure.value] = Range(least, most), {"$gte": least, "$lte": most}

    return add


def _price(rng, ours, theirs):
    currency, most = rng.choice(CURRENCIES[:3]), rng.choice((20_000, 50_000, 200_000))
    ours["price"] = AmountRange(currency, Range(None, most))
    theirs["prices"] = {"$elemMatch": {"currency": currency, "amount": {"$lte": most}}}


def _audience(rng, ours, theirs):
    band, least = rng.choice(tuple(AgeBand)), rng.choice((1500, 2500, 4000))
    ours["audience"] = (AudienceFilter(AudienceKind.AGE, band, least),)
    theirs["audience"] = {"$elemMatch": {"value": f"age:{band}", "share": {"$gte": least}}}


def _text(rng, ours, theirs):
    text = rng.choice(SYLLABLES) + rng.choice(SYLLABLES)
    text = text if rng.random() < 0.5 else f"{text}{rng.choice(SYLLABLES)} {rng.choice(WORDS)[:4]}"
    ours["text"] = text
    theirs["$and"] = [{"words": {"$elemMatch": {"$gte": word, "$lt": word + "\U0010ffff"}}} for word in words_of(text)]


def _choice(ours_name: str, theirs_name: str, values: type[StrEnum]) -> Filter:
    def add(rng, ours, theirs):
        chosen = rng.choice(tuple(values))
        ours[ours_name], theirs[theirs_name] = (chosen,), chosen.value

    return add


FILTERS: dict[str, Filter] = {
    "country": _country,
    "category": _category,
    "language": _language,
    "followers": _range(Figure.FOLLOWERS, (1_000, 10_000, 50_000, 500_000)),
    "average_views": _range(Figure.AVERAGE_VIEWS, (500, 5_000, 50_000)),
    "engagement": _range(Figure.ENGAGEMENT, (100, 400, 900)),
    "price": _price,
    "audience": _audience,
    "text": _text,
    "type": _choice("influencer_types", "influencer_type", InfluencerType),
    "availability": _choice("availability", "availability", Availability),
    "standing": _choice("standings", "standing", Standing),
}
