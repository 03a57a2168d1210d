"""Influencer types for the operator: what the figures suggest and why, and what a person sets instead (D9)."""

import asyncio
from urllib.parse import quote, urlencode

from starlette.responses import Response

from console.clients import Discovery, WrongFieldsError
from console.pages import creator_labels
from console.pages.creators.faces import name_of
from console.pages.forms import Form
from console.pages.site import Page
from console.pages.view import View
from contracts.discovery import InfluencerType
from contracts.http.console import RoleKind
from contracts.http.discovery import CreatorQuery, CreatorsFound

ON_A_PAGE = 25


async def list_all(view: View) -> Response:
    """Creators by name, with their type."""
    form = Form(dict(view.request.query_params))
    text, cursor = form.text("text", most=200), view.query("cursor", 2000)
    found: CreatorsFound | None = None
    if not form.errors:
        asked = CreatorQuery(text=text, cursor=cursor or None, facets=False, limit=ON_A_PAGE)
        try:
            found = await Discovery(view.service("discovery")).search(asked)
        except WrongFieldsError as wrong:
            form.take(wrong.errors, {"text": "text"})
    kept = {"text": text} if text else {}
    following = found.next_cursor if found is not None else None
    return view.render(
        "profiles.html",
        200 if found is not None else 422,
        form=form,
        found=found,
        rows=[(one, name_of(one)) for one in (found.items if found is not None else ())],
        first=f"/profiles?{urlencode(kept)}" if cursor else "",
        following=f"/profiles?{urlencode(kept | {'cursor': following})}" if following else "",
        labels=creator_labels,
    )


async def show(view: View) -> Response:
    """One creator's type."""
    return await _render(view, Form())


async def _render(view: View, form: Form, status: int = 200) -> Response:
    discovery, id_ = Discovery(view.service("discovery")), view.path("profile")
    profile, type_, matrix = await asyncio.gather(discovery.find(id_), discovery.type_of(id_), discovery.types())
    return view.render(
        "profile_type.html",
        status,
        form=form,
        profile=profile,
        name=name_of(profile),
        type_=type_,
        matrix=matrix,
        options=[(one.value, view.say(words), view.say(more)) for one, (words, more) in creator_labels.TYPE.items()],
        labels=creator_labels,
    )


async def change(view: View) -> Response:
    """Set the type, or let the suggestion count again."""
    form, id_ = await view.form(), view.path("profile")
    discovery = Discovery(view.service("discovery"))
    place = f"/profiles/{quote(id_, safe='')}"
    if "suggested" in form.values:
        await discovery.set_type(id_, None)
        return view.go(f"{place}?done=type-unset")
    chosen = form.choice("influencer_type", tuple(InfluencerType))
    if form.errors:
        return await _render(view, form, 422)
    await discovery.set_type(id_, InfluencerType(chosen))
    return view.go(f"{place}?done=type-set")


PAGES = (
    Page("/profiles", list_all, RoleKind.OPERATOR),
    Page("/profiles/{profile}", show, RoleKind.OPERATOR),
    Page("/profiles/{profile}/type", change, RoleKind.OPERATOR, "POST"),
)
