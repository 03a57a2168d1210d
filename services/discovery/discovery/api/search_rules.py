"""Which filters contradict one another or can't be meant."""

from collections.abc import Iterator
from typing import Final

from contracts.discovery import DEFAULT_MARKET, AgeBand, Gender
from contracts.http.discovery import CreatorQuery, CreatorSort
from contracts.http.discovery.search import WHOLE
from discovery.search.fields import CURRENCIES

RANGES: Final = ("followers", "average_views", "engagement", "reach", "growth", "videos_per_week", "price", "gpm")
OF_MONEY: Final = frozenset({CreatorSort.PRICE, CreatorSort.GPM})


def contradictions(asked: CreatorQuery) -> list[tuple[str, str]]:
    """Each field that is not right, and why, in a sentence."""
    return [*_ranges(asked), *_money(asked), *_shares(asked), *_market(asked), *_fit(asked)]


def _ranges(asked: CreatorQuery) -> Iterator[tuple[str, str]]:
    for name in RANGES:
        least, most = getattr(asked, f"min_{name}"), getattr(asked, f"max_{name}")
        if least is not None and most is not None and most < least:
            yield f"max_{name}", f"This is less than min_{name}."


def _money(asked: CreatorQuery) -> Iterator[tuple[str, str]]:
    needs_one = asked.asks_for_prices or asked.asks_for_gpm or asked.sort in OF_MONEY
    if asked.currency is None and needs_one:
        yield "currency", "Prices and GPM are in one currency: say which."
    if asked.currency is not None and not (needs_one or asked.asks_for_fit):
        yield "currency", "A currency says what prices or GPM are in: give one of these, too."
    if asked.currency is not None and asked.currency not in CURRENCIES:
        yield "currency", f"There is no currency {asked.currency}."
    has_prices = asked.asks_for_prices or asked.asks_for_fit or asked.sort is CreatorSort.PRICE
    if asked.deliverable is not None and not has_prices:
        yield "deliverable", "A deliverable says what a price is for: give a price, too."


def _shares(asked: CreatorQuery) -> Iterator[tuple[str, str]]:
    least: dict[str, dict[str, int]] = {}
    known = {"age": frozenset(AgeBand), "gender": frozenset(Gender)}
    for share in asked.audience:
        kind, value, number = share.split(":")
        if kind in known and value not in known[kind]:
            yield "audience", f"There is no {kind} {value}."
        if int(number) > WHOLE:
            yield "audience", f"No share is more than {WHOLE:,}, the whole."
        of_kind = least.setdefault(kind, {})
        of_kind[value] = max(int(number), of_kind.get(value, 0))
    for kind, shares in least.items():
        if len(shares) > 1 and sum(shares.values()) > WHOLE:
            yield "audience", f"These shares by {kind} are more than the whole together."


def _market(asked: CreatorQuery) -> Iterator[tuple[str, str]]:
    if asked.market != DEFAULT_MARKET and not asked.standing:
        yield "market", "A market says where somebody is listed or not: give a standing, too."


def _fit(asked: CreatorQuery) -> Iterator[tuple[str, str]]:
    if asked.sort is CreatorSort.FIT and not asked.says_whom_to_fit:
        yield "sort", "Say what creators are to fit: fit_persona, fit_campaign, fit_category or fit_type."
    if len(asked.fit_sales) == 1:
        yield "fit_sales", "Give two: the least and the most, which may be the same."
    if asked.fit_sales and asked.fit_sales[-1] < asked.fit_sales[0]:
        yield "fit_sales", "The most is less than the least."
