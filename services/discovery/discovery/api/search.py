"""The search for creators (D5)."""

from collections.abc import Callable, Sequence
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query, Request

from chassis.context import Context
from chassis.http import Kind, Principal, not_found, unprocessable
from chassis.http.paging import decode_cursor, encode_cursor
from contracts.http.discovery import CreatorQuery, CreatorsFound, FacetsOut
from discovery.answers import creator_out
from discovery.api.callers import BrandOrOperator, TheContext
from discovery.api.fitting import campaign_of, fitted, fitting_of, mark_of
from discovery.api.search_rules import contradictions
from discovery.domain.addresses import NETWORKS
from discovery.domain.columns import UnreadableFile
from discovery.domain.rows import network_of
from discovery.domain.search_documents import AudienceKind, Figure
from discovery.domain.searches import AmountRange, AudienceFilter, Filters, Match, Range, Sort
from discovery.search.finding import Counts, Finder, Place
from discovery.search.search import Search
from discovery.store import BrandCollaborations, Creators, DiscoveryTx, Shortlists

router = APIRouter(prefix="/v1")


async def search_of(request: Request) -> Search:
    """This process's search."""
    return cast("Search", request.app.state.search)


TheSearch = Annotated[Search, Depends(search_of)]


@router.get("/creators", tags=["creators"])
async def search_creators(
    asked: Annotated[CreatorQuery, Query()], who: BrandOrOperator, search: TheSearch, context: TheContext
) -> CreatorsFound:
    """Creators by any combination of filters, with the exact total and its division; pages are stable under change."""
    if refused := contradictions(asked):
        raise unprocessable(refused)
    filters = await filters_of(asked, who, context)
    judging = await fitting_of(asked, who, context) if asked.asks_for_fit else None
    sort = Sort(asked.order.value)
    order = sort.value if judging is None or sort is not Sort.FIT else f"{sort.value} {mark_of(judging)}"
    money = None if asked.currency is None else AmountRange(asked.currency, deliverable=asked.deliverable)
    after = None if asked.cursor is None else _place(asked.cursor, order)

    def page(finder: Finder) -> list[Place]:
        refuse_unknown(filters.networks, finder)
        if judging is not None and sort is Sort.FIT:
            return finder.fitting(filters, judging.fitting, after, asked.limit + 1)
        return finder.page(filters, sort, after, asked.limit + 1, money)

    def counts(finder: Finder) -> Counts | int:
        return finder.counts(filters) if asked.facets else finder.total(filters)

    questions: tuple[Callable[[Finder], list[Place] | Counts | int], ...] = (page, counts)
    answers = await search.ask(*questions)
    places, counted = cast("list[Place]", answers[0]), cast("Counts | int", answers[1])
    shown = places[: asked.limit]
    profiles = await Creators(context.db).find_all([place.id for place in shown])
    return CreatorsFound(
        items=tuple(creator_out(profile) for profile in profiles),
        next_cursor=_cursor(order, shown[-1]) if len(places) > asked.limit else None,
        total=counted if isinstance(counted, int) else counted.total,
        facets=None if isinstance(counted, int) else _facets(counted),
        fits=() if judging is None else tuple(fitted(one, judging) for one in profiles),
    )


def refuse_unknown(networks: Sequence[str], finder: Finder) -> None:
    """Raises `UnreadableFile` for a network that is neither known nor any creator's: it is spelled wrong."""
    for name in networks:
        if name not in NETWORKS and not finder.total(Filters(networks=(name,))):
            raise UnreadableFile(f"{name!r} is no network that any creator here is on", "network")


async def filters_of(asked: CreatorQuery, who: Principal, context: Context[DiscoveryTx]) -> Filters:
    """What is asked, with whom the brand knows as ids; raises 422 where somebody else asks for a brand's own."""
    only, without = await _known_to_the_brand(asked, who, context)
    ranges = {name: Range(getattr(asked, f"min_{name}"), getattr(asked, f"max_{name}", None)) for name in Figure}
    money = asked.currency or ""
    price = AmountRange(money, Range(asked.min_price, asked.max_price), asked.deliverable)
    return Filters(
        text=asked.text,
        networks=tuple(map(network_of, asked.network)),
        countries=asked.country,
        city=asked.city,
        categories=asked.category,
        languages=asked.language,
        figures={figure: limits for figure, limits in ranges.items() if limits != Range()},
        price=price if asked.asks_for_prices else None,
        gpm=AmountRange(money, Range(asked.min_gpm, asked.max_gpm)) if asked.asks_for_gpm else None,
        audience=tuple(_share(each) for each in asked.audience),
        influencer_types=asked.influencer_type,
        availability=asked.availability,
        standings=asked.standings if who.kind is Kind.BRAND else asked.standing,
        market=asked.market,
        claimed=asked.claimed,
        only=only,
        without=without,
    )


async def _known_to_the_brand(
    asked: CreatorQuery, who: Principal, context: Context[DiscoveryTx]
) -> tuple[tuple[frozenset[str], ...], tuple[frozenset[str], ...]]:
    """The ids that must be and must not be found, by what this brand and no other did."""
    own = {name: getattr(asked, name) for name in ("worked_with_us", "not_in_campaign", "shortlist")}
    given = [name for name, value in own.items() if value is not None]
    if not given:
        return (), ()
    if who.kind is not Kind.BRAND:
        raise unprocessable([(name, "Only a brand has these.") for name in given])
    ours = BrandCollaborations(context.db, who.id)
    only: list[frozenset[str]] = []
    without: list[frozenset[str]] = []
    if asked.worked_with_us is not None:
        (only if asked.worked_with_us else without).append(await ours.worked_with())
    if asked.not_in_campaign is not None:
        await campaign_of(asked.not_in_campaign, who, context)
        without.append(await ours.in_campaign(asked.not_in_campaign))
    if asked.shortlist is not None:
        listed = await Shortlists(context.db, who.id).profiles(asked.shortlist)
        if listed is None:
            raise not_found("shortlist")
        only.append(frozenset(listed))
    return tuple(only), tuple(without)


def _share(text: str) -> AudienceFilter:
    kind, value, least = text.split(":")
    return AudienceFilter(AudienceKind(kind), value, int(least))


def _facets(counts: Counts) -> FacetsOut:
    return FacetsOut(
        countries=dict(counts.countries),
        categories=dict(counts.categories),
        languages=dict(counts.languages),
        tiers=dict(counts.tiers),
    )


def _cursor(order: str, place: Place) -> str:
    return encode_cursor((order, int(place.match), int(place.is_known), place.key, place.id, int(place.is_left_out)))


def _place(cursor: str, order: str) -> Place:
    """Where the page before ended; a cursor of another order is refused, and one of another question of fit."""
    said, match, is_known, key, creator, left_out = decode_cursor(cursor, (str, int, int, int, str, int))
    if said != order or not {is_known, left_out} <= {0, 1} or match not in set(Match):
        raise unprocessable([("cursor", "This is not a cursor of this list in this order.")])
    return Place(match, bool(is_known), key, creator, bool(left_out))
