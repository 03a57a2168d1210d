"""Many creators put in order by fit (D8): column by column what `fit` says of one, some twenty times as fast.

The same numbers in the same order, so that a score is the one that `fit` shows, to the last bit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from contracts.discovery import Category, InfluencerType
from discovery.domain.fit import (
    AVERAGE_VIEWS,
    LEAST_PRICE,
    OLDER_VIEWS,
    OTHER_CATEGORY,
    OTHER_INTERESTS,
    OTHER_TYPE,
    UNKNOWN_ENGAGEMENT,
    UNKNOWN_FEE,
    UNKNOWN_MATCH,
    WHOLE,
    Question,
)
from discovery.domain.ranges import Range

Column = Sequence[int | None]
_BITS: Final = {category: 1 << at for at, category in enumerate(Category)}
_CODES: Final = {type_: at for at, type_ in enumerate(InfluencerType)}
PARTS: Final = 1000
"""Scores are told apart by the thousandth of a viewer, or of a minor unit."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Of one way to divide audiences: the columns of the parts that are asked for, and the sum of all that is told."""

    asked: Sequence[Column]
    told: Column


@dataclass(frozen=True, slots=True)
class Columns:
    """What `fit` reads, for many creators: one column each. `categories` and `types` are told by numbers.

    `rates` are in the question's currency and for its deliverable; `audience` has what the question asks for: ages,
    genders, countries, in this order. `mentions` is 1 where something is mentioned that the persona cares for, 0 where
    nothing is, None where a bio could tell. `by_hand` are relevances that count instead of reckoned ones, for all or
    none.
    """

    followers: Column
    median_views_7d: Column
    median_views: Column
    average_views: Column
    categories: Column
    types: Column
    rates: Column
    mentions: Column = ()
    audience: Sequence[Shares] = ()
    by_hand: Sequence[int] = ()


def number_of_categories(categories: Iterable[Category]) -> int | None:
    """Several categories as one number; None of none."""
    return sum(_BITS[category] for category in set(categories)) or None


def number_of_type(type_: InfluencerType | None) -> int | None:
    """A type as a number."""
    return None if type_ is None else _CODES[type_]


def as_named(question: Question) -> Question:
    """The same of those whom the persona names: what it says of them itself is not asked of their columns."""
    return replace(question, categories=frozenset(), cares=(), influencer_type=None, professional=None)


def scores(question: Question, columns: Columns) -> list[int | None]:
    """What creators are sorted by, in thousandths; None where neither followers nor views are known."""
    lows, highs = _seen(columns)
    if (relevance := _relevance(question, columns)) is not None:
        lows = [None if low is None else low * part for low, part in zip(lows, relevance[0], strict=True)]
        highs = [None if high is None else high * part for high, part in zip(highs, relevance[1], strict=True)]
    if question.sales_per_viewer is None:
        return [
            None if low is None or high is None else round((low + high) / 2 * PARTS)
            for low, high in zip(lows, highs, strict=True)
        ]
    return _outcomes(question, question.sales_per_viewer, lows, highs, columns.rates)


Floats = list[float | None]


def _seen(columns: Columns) -> tuple[Floats, Floats]:
    """The views that are to be expected, from and to."""
    lows: Floats = []
    highs: Floats = []
    of_median, of_average, of_followers = OLDER_VIEWS, AVERAGE_VIEWS, UNKNOWN_ENGAGEMENT
    rows = zip(columns.median_views_7d, columns.median_views, columns.average_views, columns.followers, strict=True)
    for seventh, median, average, followers in rows:
        if seventh is not None:
            lows.append(seventh)
            highs.append(seventh)
            continue
        if median is not None:
            known, by = median, of_median
        elif average is not None:
            known, by = average, of_average
        elif followers is not None:
            known, by = followers, of_followers
        else:
            lows.append(None)
            highs.append(None)
            continue
        lows.append(known * by.low)
        highs.append(known * (by.high or 0.0))
    return lows, highs


def _relevance(question: Question, columns: Columns) -> tuple[list[float], list[float]] | None:
    """The relevance, from and to, of each; None where nothing is asked of it."""
    if columns.by_hand:
        by_hand = [relevance / WHOLE for relevance in columns.by_hand]
        return by_hand, by_hand
    parts = [_match(shares) for shares in columns.audience]
    if question.categories:
        wanted = number_of_categories(question.categories) or 0
        lows = [1.0 if has is not None and has & wanted else OTHER_CATEGORY for has in columns.categories]
        highs = [OTHER_CATEGORY if has is not None and not has & wanted else 1.0 for has in columns.categories]
        parts.append((lows, highs))
    if question.cares:
        lows = [1.0 if found else OTHER_INTERESTS for found in columns.mentions]
        highs = [OTHER_INTERESTS if found == 0 else 1.0 for found in columns.mentions]
        parts.append((lows, highs))
    if question.wanted_type is not None:
        type_ = number_of_type(question.wanted_type)
        lows = [1.0 if has == type_ else OTHER_TYPE for has in columns.types]
        highs = [OTHER_TYPE if has is not None and has != type_ else 1.0 for has in columns.types]
        parts.append((lows, highs))
    if (budget := question.budget) is not None:
        shares = [
            1.0 if rate is not None and rate <= budget else max(LEAST_PRICE, budget / rate) if rate else LEAST_PRICE
            for rate in columns.rates
        ]
        highs = [1.0 if rate is None else share for rate, share in zip(columns.rates, shares, strict=True)]
        parts.append((shares, highs))
    if not parts:
        return None
    (lows, highs), *others = parts
    for other_lows, other_highs in others:
        lows = [one * other for one, other in zip(lows, other_lows, strict=True)]
        highs = [one * other for one, other in zip(highs, other_highs, strict=True)]
    return lows, highs


def _match(shares: Shares) -> tuple[list[float], list[float]]:
    """How much of the audience is meant: what is not told may be, or not."""
    summed = [0] * len(shares.told)
    for column in shares.asked:
        summed = [known if share is None else known + share for known, share in zip(summed, column, strict=True)]
    lows: list[float] = []
    highs: list[float] = []
    for told, known in zip(shares.told, summed, strict=True):
        if told is None:
            lows.append(UNKNOWN_MATCH.low)
            highs.append(1.0)
            continue
        match = known / WHOLE
        most = match if told >= WHOLE else match + (1 - told / WHOLE)
        lows.append(match)
        highs.append(most if most < 1 else 1.0)
    return lows, highs


def _outcomes(question: Question, sales: Range, lows: Floats, highs: Floats, rates: Column) -> list[int | None]:
    """Sales less costs, in the middle; a fee that nobody knows takes its part of the sales."""
    fixed = question.product_cost + question.shipping + question.other_costs
    fees = rates if question.fee is None else [question.fee] * len(rates)
    found: list[int | None] = []
    for low, high, fee in zip(lows, highs, fees, strict=True):
        if low is None or high is None:
            found.append(None)
            continue
        least = low * sales.low
        middle = least if sales.high is None else (least + high * sales.high) / 2
        cost = float(fixed) + UNKNOWN_FEE.middle * middle if fee is None else float(fixed + fee)
        found.append(round((middle - cost) * PARTS))
    return found
