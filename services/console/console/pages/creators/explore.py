"""Explore: creators by any combination of filters, with the exact total and how they are divided (D5)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from babel.numbers import list_currencies
from starlette.responses import JSONResponse, Response

from console.clients import Campaigns, DeclinedError, Discovery, NotThereError, WrongFieldsError
from console.domain.words import Say, mark
from console.pages import creator_labels
from console.pages.assets import COUNT
from console.pages.creators import filters
from console.pages.creators.facets import Links, chips_of, facets_of
from console.pages.creators.figures import Card, card_of
from console.pages.creators.fitting import answer_of
from console.pages.forms import Form
from console.pages.parts import if_there
from console.pages.problems import why_declined
from console.pages.site import Page
from console.pages.view import HEADERS, View
from contracts.discovery import Standing
from contracts.http.campaigns import CampaignOut
from contracts.http.console import RoleKind
from contracts.http.discovery import CreatorQuery, CreatorsFound, PersonaOut, ShortlistOut

NO_FILTERS: Final = ("cursor", "campaign", "done", "list")
"""What an address may say beside the filters."""
BY_OWN: Final = ("not_in_campaign", "shortlist", "fit_campaign", "fit_persona")
"""Filters by what is the brand's own."""


@dataclass(frozen=True)
class Own:
    """What of the brand's own the page offers; a part whose service is away is None."""

    campaigns: tuple[CampaignOut, ...] | None = None
    shortlists: tuple[ShortlistOut, ...] | None = None
    personas: tuple[PersonaOut, ...] | None = None

    def known(self) -> filters.Known:
        """The same as filters know it."""
        return filters.Known(
            campaigns={one.id: one.name for one in self.campaigns or ()},
            shortlists=None if self.shortlists is None else {one.id: one.name for one in self.shortlists},
            personas=None if self.personas is None else {one.id: one.name for one in self.personas},
        )


async def explore(view: View) -> Response:
    """Cards of the creators that are found; an address with empty fields goes on to the one to share."""
    own = await _own(view)
    form = Form.of(view.request.query_params.multi_items())
    values = filters.read(form, view, own.known())
    query = filters.query_of(form, values, view.query("cursor", 2000))
    if query is not None:
        better = _better_address(view, values)
        if better:
            return view.go(better)
    found, ours = await asyncio.gather(_found(view, form, query), _worked_with(view, query))
    return await _render(view, form, values, query, found, own, ours)


async def _render(
    view: View,
    form: Form,
    values: Mapping[str, Any],
    query: CreatorQuery | None,
    found: CreatorsFound | None,
    own: Own,
    ours: frozenset[str],
) -> Response:
    campaign = await _campaign(view, own)
    links = Links(view, values, _kept(view))
    return view.render(
        "explore.html",
        200 if found is not None else 422,
        script=COUNT,
        form=filters.shown(values, view) if found is not None else form,
        found=found,
        cards=_cards(view, found, values.get("market", ""), ours),
        chips=chips_of(links, own.known()) if found is not None else [],
        facets=facets_of(links, found.facets) if found is not None and found.facets else [],
        everybody=links.to({}),
        unlisted=_unlisted_too(links, query),
        first=links.to(values) if view.query("cursor", 2000) else "",
        following=links.to(values, cursor=found.next_cursor) if found is not None and found.next_cursor else "",
        here=links.to(values),
        campaign=campaign,
        own=own,
        chosen_list=view.query("list"),
        ranges=filters.RANGES,
        labels=creator_labels,
        sorts=[(value, view.say(told)) for value, told in creator_labels.SORT.items()],
        currencies=sorted(list_currencies()),
    )


async def count(view: View) -> Response:
    """How many creators the form would find, in words for the page's script; none while something in it is wrong."""
    own = await _own(view) if any(view.query(name) for name in BY_OWN) else Own()
    form = Form.of(view.request.query_params.multi_items())
    values = filters.read(form, view, own.known())
    query = filters.query_of(form, values, "")
    found = await _found(view, form, query and query.model_copy(update={"limit": 1, "facets": False}))
    words = "" if found is None else view.say(Say(mark("Creators found: %(count)s"), {"count": found.total}))
    return JSONResponse({"words": words}, headers=dict(HEADERS))


async def _found(view: View, form: Form, query: CreatorQuery | None) -> CreatorsFound | None:
    """What discovery finds; None with the reasons in the form."""
    if query is None:
        return None
    try:
        return await Discovery(view.service("discovery")).search(query)
    except WrongFieldsError as wrong:
        form.take(wrong.errors, filters.FIELDS)
        if not wrong.errors:
            form.wrong("form", wrong.detail)
    except NotThereError:
        about = next((name for name in BY_OWN if form.values.get(name)), "form")
        form.wrong(about, mark("This is not there any more. Choose another one."))
    except DeclinedError as declined:
        form.wrong("form", why_declined(declined))
    return None


async def _own(view: View) -> Own:
    discovery = Discovery(view.service("discovery"))
    campaigns, shortlists, personas = await asyncio.gather(
        if_there(Campaigns(view.service("campaigns")).all(limit=100)),
        if_there(discovery.shortlists()),
        if_there(discovery.personas()),
    )
    return Own(None if campaigns is None else campaigns.items, shortlists, personas)


async def _campaign(view: View, own: Own) -> CampaignOut | None:
    """The campaign to which somebody is invited, if the page was opened for one."""
    id_ = view.query("campaign")
    if not id_:
        return None
    found = next((one for one in own.campaigns or () if one.id == id_), None)
    return found or await Campaigns(view.service("campaigns")).find(id_)


async def _worked_with(view: View, query: CreatorQuery | None) -> frozenset[str]:
    """Of those on the page, whom the brand worked with: in the same order they come first among their kind."""
    if query is None or query.worked_with_us is False:
        return frozenset()
    asked = query.model_copy(update={"worked_with_us": True, "standing": query.standings, "facets": False})
    try:
        ours = await if_there(Discovery(view.service("discovery")).search(asked))
    except WrongFieldsError:  # the page's own search says what is wrong
        return frozenset()
    return frozenset() if ours is None else frozenset(one.id for one in ours.items)


def _cards(view: View, found: CreatorsFound | None, market: str, ours: frozenset[str]) -> list[Card]:
    """A card for each creator on the page; with how they fit where that was asked for."""
    if found is None:
        return []
    fits = {fit.profile: answer_of(fit, view) for fit in found.fits}
    return [card_of(view, one, market, worked_with_us=one.id in ours, fit=fits.get(one.id)) for one in found.items]


def _unlisted_too(links: Links, query: CreatorQuery | None) -> str:
    """The same search among those who are not listed as well; empty where it finds them already or may not be asked."""
    if query is None or query.standings == query.standing:
        return ""
    return links.to(filters.changed(links.values, standing=tuple(Standing)))


def _kept(view: View) -> tuple[tuple[str, str], ...]:
    return tuple((name, view.query(name)) for name in ("campaign", "list") if view.query(name))


def _better_address(view: View, values: Mapping[str, Any]) -> str:
    """The address that says the same without empty fields; empty if this one does."""
    given = view.request.query_params.multi_items()
    filters_ = [(name, value) for name, value in given if name not in NO_FILTERS]
    wanted = filters.pairs(values, view.who.role.currency)
    if sorted(filters_) == sorted(wanted):
        return ""
    kept = [(name, view.query(name, 2000)) for name in NO_FILTERS if view.query(name, 2000)]
    return filters.address([*kept, *wanted])


PAGES = (
    Page("/creators", explore, RoleKind.BRAND),
    Page("/creators/count", count, RoleKind.BRAND),
)
