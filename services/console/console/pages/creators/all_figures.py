"""Every figure of a creator in words, with its time and its source, for brands and for the creator (D3)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from console.domain.words import mark
from console.pages.formats import Formats
from console.pages.view import View
from contracts.http.discovery import FigureOut

Told = Callable[[Formats, int], str]

NUMBER: Final = Formats.number
RATE: Final = Formats.rate
CHANGE: Final = Formats.change
HUNDREDTHS: Final = Formats.typed_rate

FIGURES: Final[dict[str, tuple[str, Told]]] = {
    "followers": (mark("Followers"), NUMBER),
    "growth_7d": (mark("Growth in 7 days"), CHANGE),
    "growth_30d": (mark("Growth in 30 days"), CHANGE),
    "growth_90d": (mark("Growth in 90 days"), CHANGE),
    "videos_30d": (mark("Videos in 30 days"), NUMBER),
    "views_30d": (mark("Views in 30 days"), NUMBER),
    "videos_per_week": (mark("Videos a week"), HUNDREDTHS),
    "median_views": (mark("Median views"), NUMBER),
    "median_views_7d": (mark("Median views after seven days"), NUMBER),
    "average_views": (mark("Average views"), NUMBER),
    "average_likes": (mark("Average likes"), NUMBER),
    "average_comments": (mark("Average comments"), NUMBER),
    "average_shares": (mark("Average shares"), NUMBER),
    "engagement_per_view": (mark("Likes, comments and shares by views"), RATE),
    "engagement_per_follower": (mark("Views by followers"), RATE),
    "gpm": (mark("Sales by 1,000 views (GPM)"), NUMBER),
    "net_gpm": (mark("Net sales by 1,000 views (net GPM)"), NUMBER),
}


@dataclass(frozen=True)
class Row:
    """One figure; `value` is empty while nobody knows it. Without a source it is reckoned here."""

    name: str
    value: str
    at: datetime | None
    source: str


def rows_of(figures: Sequence[FigureOut], view: View) -> list[Row]:
    """In the order in which they came; one that we have no words for yet is left out."""
    return [
        Row(view.say(FIGURES[one.name][0]), _value(one, view.formats), one.at, one.source)
        for one in figures
        if one.name in FIGURES
    ]


def _value(figure: FigureOut, formats: Formats) -> str:
    if figure.amounts:
        return " · ".join(formats.money(amount) for amount in figure.amounts)
    return "" if figure.value is None else FIGURES[figure.name][1](formats, figure.value)
