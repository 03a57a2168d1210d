"""The index's fields, and a creator as a document of them."""

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import iso4217
from tantivy import Schema, SchemaBuilder

from contracts.discovery import AgeBand, Category, DeliverableKind, Gender
from discovery.domain.fit_order import number_of_categories, number_of_type
from discovery.domain.search_documents import AudienceKind, Figure, SearchDocument
from discovery.domain.searches import shuffle_of, sort_key

FORMAT: Final = 1
"""Grows when documents are made differently from the same fields: an index of another format is made anew."""

ID: Final = "id"
REVISION: Final = "revision"
RESERVED: Final = "reserved"
"""Says of a document that it is no creator: `position`, or `erased` with the revision that none may go below."""
NOTE: Final = "note"
NAMES: Final = "names"
STARTS: Final = "starts"
WHOLE: Final = "whole"
BIO: Final = "bio"
NETWORK: Final = "network"
COUNTRY: Final = "country"
CITY: Final = "city"
CATEGORY: Final = "category"
LANGUAGE: Final = "language"
PLACE: Final = "country_tier"
"""Country and tier as one value, which every creator has: one column to count instead of three, with the total."""
KIND: Final = "influencer_type"
AVAILABILITY: Final = "availability"
STANDING: Final = "standing"
CLAIMED: Final = "claimed"

SETS: Final = {CATEGORY: ("category_pair", "category_rest"), LANGUAGE: ("language_pair", "language_rest")}
"""Facets of which a creator has several: the first two values in one column, the others in another.

A column with one value a document is counted four times as fast as one with several.
"""
FACETS: Final = (PLACE, *SETS[CATEGORY], *SETS[LANGUAGE])
JOINT: Final = "|"
MEDIAN_VIEWS: Final = "median_views"
MEDIAN_VIEWS_7D: Final = "median_views_7d"
CATEGORIES: Final = "category_number"
TYPE: Final = "type_number"
BIO_TOLD: Final = "bio_told"
"""1 of whoever has a word in their bio."""
SHUFFLE: Final = "shuffle"
"""What creators are ordered by whose figure is unknown."""

CURRENCIES: Final = tuple(sorted(currency.code for currency in iso4217.Currency))
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
COUNTRIES: Final = tuple(a + b for a in LETTERS for b in LETTERS)
AUDIENCES: Final = {
    AudienceKind.AGE: tuple(AgeBand),
    AudienceKind.GENDER: tuple(Gender),
    AudienceKind.COUNTRY: COUNTRIES,
}


@cache
def price_field(currency: str, deliverable: str | None = None) -> str:
    """The lowest price in a currency, of one kind of deliverable or of any."""
    return f"price_{currency}" if deliverable is None else f"price_{currency}_{deliverable.replace('-', '_')}"


@cache
def gpm_field(currency: str) -> str:
    """GPM in a currency."""
    return f"gpm_{currency}"


@cache
def told_field(kind: AudienceKind) -> str:
    """How much of the audience is told at all, by age, gender or country; for fit, as are the five fields above."""
    return f"{kind}_told"


@cache
def audience_field(kind: AudienceKind, value: str) -> str:
    """A share of the audience; what is no age band, gender or country has none."""
    return f"{kind}_{value.replace('-', '_').replace('+', '_')}"


_FIGURES: Final = tuple(figure.value for figure in Figure)


@cache
def schema() -> Schema:
    """Numbers are columns; words and choices are terms. Nothing is stored but ids: MongoDB has the rest."""
    made = SchemaBuilder()
    made.add_text_field(ID, stored=True, tokenizer_name="raw", index_option="basic")
    made.add_unsigned_field(REVISION, fast=True)
    made.add_text_field(NOTE, stored=True, tokenizer_name="raw", index_option="basic")
    for name in (RESERVED, NAMES, STARTS, WHOLE, BIO, NETWORK, COUNTRY, CITY, CATEGORY, LANGUAGE, KIND, AVAILABILITY):
        made.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (STANDING, CLAIMED):
        made.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        made.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in number_fields():
        made.add_integer_field(name, fast=True)
    return made.build()


def number_fields() -> Sequence[str]:
    """Every column that is sorted by or has ranges."""
    prices = [price_field(each, kind) for each in CURRENCIES for kind in (None, *DeliverableKind)]
    shares = [audience_field(kind, value) for kind, values in AUDIENCES.items() for value in values]
    plain = (SHUFFLE, MEDIAN_VIEWS, MEDIAN_VIEWS_7D, CATEGORIES, TYPE, BIO_TOLD, *map(told_field, AudienceKind))
    return (*plain, *Figure, *prices, *map(gpm_field, CURRENCIES), *shares)


@cache
def fingerprint() -> str:
    """What an index must have been made by to be of use: the format and every field's name."""
    names = (str(FORMAT), *number_fields(), *FACETS, *Category)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]


def document(creator: SearchDocument, revision: int) -> dict[str, Any]:
    """A creator's values by field, as the index takes them: as JSON, in one call instead of one for each value."""
    categories, languages = tuple(dict.fromkeys(creator.categories)), tuple(dict.fromkeys(creator.languages))
    shuffle = shuffle_of(creator.id)
    bio = list(creator.bio_words)
    made: dict[str, Any] = {
        ID: creator.id,
        REVISION: revision,
        NAMES: list(creator.names),
        STARTS: list(creator.starts),
        WHOLE: list(creator.whole_names),
        BIO: bio,
        NETWORK: creator.network,
        CATEGORY: categories,
        LANGUAGE: languages,
        STANDING: [term for market, one in creator.standings for term in (market, f"{market}:{one}")],
        PLACE: f"{creator.country or ''}{JOINT}{creator.tier or ''}",
        SETS[CATEGORY][0]: joint(categories[:2]),
        SETS[CATEGORY][1]: joint(categories[2:]),
        SETS[LANGUAGE][0]: joint(languages[:2]),
        SETS[LANGUAGE][1]: joint(languages[2:]),
        CLAIMED: "yes" if creator.is_claimed else "no",
        SHUFFLE: shuffle,
    }
    choices = (
        (COUNTRY, creator.country),
        (CITY, creator.city_key),
        (KIND, creator.influencer_type),
        (AVAILABILITY, creator.availability),
        (MEDIAN_VIEWS, creator.median_views),
        (MEDIAN_VIEWS_7D, creator.median_views_7d),
        (CATEGORIES, number_of_categories(categories)),
        (TYPE, number_of_type(creator.influencer_type)),
        (BIO_TOLD, 1 if bio else None),
    )
    made |= {name: choice for name, choice in choices if choice not in (None, "")}
    for each in creator.audience:
        told = told_field(each.kind)
        made[told] = made.get(told, 0) + each.share
    for name, value in _numbers(creator):
        made[name] = sort_key(value, shuffle)
    return made


def joint(values: Sequence[str]) -> tuple[str, ...]:
    """Several values as one, in the order of the alphabet; none of none."""
    return (JOINT.join(sorted(values)),) if values else ()


def _numbers(creator: SearchDocument) -> list[tuple[str, int]]:
    found = [(name, value) for name in _FIGURES if (value := getattr(creator, name)) is not None]
    known = _known()
    lowest: dict[str, int] = {}
    for price in creator.prices:
        for name in (price_field(price.currency), price_field(price.currency, price.deliverable)):
            lowest[name] = min(price.amount, lowest.get(name, price.amount))
    found += lowest.items()
    found += [(gpm_field(currency), amount) for currency, amount in creator.gpm]
    found += [(audience_field(each.kind, each.value), each.share) for each in creator.audience]
    return [one for one in found if one[0] in known]


@cache
def _known() -> frozenset[str]:
    return frozenset(number_fields())
