"""A goal: what it lacks, what speaks against it, and how it stands beside what similar campaigns reached (C1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from contracts.campaigns import Goal, GoalMetric
from contracts.http.campaigns import GoalWarning

ENOUGH: Final = 5
"""Fewer similar campaigns than this say nothing."""
BRANDS: Final = 3
"""Of fewer brands, somebody could tell which figures are whose."""

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "metric": "Say what is counted: sales amount, orders, site traffic or views. A goal without it is a wish.",
        "target": "Say a number. Without one nobody can tell afterwards whether the goal was reached.",
        "measured_by": "Say how it is measured: by links, by coupons, or both. What is not measured can't be judged.",
        "deadline": "Say a date. Without one the goal is never missed, and never reached.",
    }
)
"""Why a goal is refused that lacks this field."""


LONG_ROUTE: Final = (
    "This product is bought over a long route, for which direct sales are a poor goal: few buyers come by the link that"
    " they first heard of it by. Site traffic or views can be measured."
)
_SAYS: Final = {GoalWarning.LONG_ROUTE: LONG_ROUTE}


def warned(goal: Goal) -> tuple[GoalWarning, ...]:
    """What a brand should think of before it publishes."""
    if not goal.bought_directly and goal.metric in {GoalMetric.SALES_AMOUNT, GoalMetric.ORDERS}:
        return (GoalWarning.LONG_ROUTE,)
    return ()


def warnings(goal: Goal) -> tuple[str, ...]:
    """The same as sentences for people."""
    return tuple(_SAYS[one] for one in warned(goal))


class Size(StrEnum):
    """How much a brand has done here: campaigns that it published before."""

    NEW = "new"
    SMALL = "small"
    LARGE = "large"


LARGE_FROM: Final = 10


def size_of(published: int) -> Size:
    """By the number of campaigns that the brand has published: none, fewer than ten, more."""
    if published == 0:
        return Size.NEW
    return Size.SMALL if published < LARGE_FROM else Size.LARGE


@dataclass(frozen=True, slots=True)
class Past:
    """What a campaign that is over has reached, by its own goal's metric; amounts in minor units of `currency`."""

    brand: str
    reached: int
    category: str = ""
    size: Size = Size.NEW
    currency: str = ""


class Likeness(StrEnum):
    """By what the campaigns are alike that a goal was compared with, besides its metric."""

    CATEGORY_AND_SIZE = "category-and-size"
    CATEGORY = "category"
    METRIC = "metric"


class Verdict(StrEnum):
    """How a goal stands beside what similar campaigns reached."""

    MODEST = "modest"
    REALISTIC = "realistic"
    AMBITIOUS = "ambitious"
    BEYOND = "beyond"


@dataclass(frozen=True, slots=True)
class Realism:
    """The comparison: `reached_by` of `campaigns` reached the target; quartiles in the metric's own unit."""

    campaigns: int
    likeness: Likeness
    lower: int
    median: int
    upper: int
    most: int
    reached_by: int
    verdict: Verdict


def realism(
    goal: Goal, past: Sequence[Past], *, brand: str, category: str, size: Size, currency: str
) -> Realism | None:
    """The goal beside campaigns of its own metric: those of its category and brand size if they are five, else wider.

    Sales amounts compare within one currency. None when there are not five in the widest circle. Other brands' count
    where they are three at least: of fewer, somebody could tell which figures are whose.
    """
    if goal.metric is GoalMetric.SALES_AMOUNT:
        past = [one for one in past if one.currency == currency]
    same_category = [one for one in past if category and one.category == category]
    circles = (
        (Likeness.CATEGORY_AND_SIZE, [one for one in same_category if one.size is size]),
        (Likeness.CATEGORY, same_category),
        (Likeness.METRIC, list(past)),
    )
    for likeness, alike in circles:
        if len(alike) >= ENOUGH and _tells_on_nobody(alike, brand):
            return _compared(goal.target, sorted(one.reached for one in alike), likeness)
    return None


def _tells_on_nobody(alike: Sequence[Past], brand: str) -> bool:
    others = {one.brand for one in alike} - {brand}
    return not others or len(others) >= BRANDS


def _compared(target: int, reached: Sequence[int], likeness: Likeness) -> Realism:
    lower, median, upper, most = (percentile(reached, share) for share in (25, 50, 75, 100))
    return Realism(
        campaigns=len(reached),
        likeness=likeness,
        lower=lower,
        median=median,
        upper=upper,
        most=most,
        reached_by=sum(one >= target for one in reached),
        verdict=_verdict(target, lower, upper, most),
    )


def _verdict(target: int, lower: int, upper: int, most: int) -> Verdict:
    if target > most:
        return Verdict.BEYOND
    if target > upper:
        return Verdict.AMBITIOUS
    return Verdict.MODEST if target < lower else Verdict.REALISTIC


def percentile(ordered: Sequence[int], share: int) -> int:
    """The smallest value that at least `share` percent of the values do not exceed (nearest rank); `ordered` rises."""
    rank = -(-len(ordered) * share // 100)
    return ordered[max(rank, 1) - 1]
