"""A creator's work: every step that somebody is waited for, what is due first at the top."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from chassis.http import Page as Listed
from console.clients import Campaigns
from console.pages import labels, step_labels
from console.pages.collaboration_view import SAMPLE
from console.pages.invitations import proven
from console.pages.site import Page
from console.pages.view import View
from contracts.campaigns import Side
from contracts.http.campaigns import CollaborationOut, OpenStepOut
from contracts.http.console import RoleKind

BRANDS, ALL = "brands", "all"
FIRST_OF_BRANDS = 10
"""What waits for brands is a short list under one's own, and a page of its own."""


async def show(view: View) -> Response:
    """What waits for the creator, and the first of what waits for brands; or all of one list, page by page."""
    match view.query("show"):
        case "brands":
            return await _for_brands(view)
        case "all":
            return await _all(view)
    cursor = view.query("cursor", 2000)
    campaigns = Campaigns(view.service("campaigns"))
    mine, others, asked = await asyncio.gather(
        campaigns.steps(Side.CREATOR, cursor),
        campaigns.steps(Side.BRAND, limit=FIRST_OF_BRANDS),
        _asked(view) if not cursor else _nobody(),
    )
    return _render(view, mine=mine, others=others, asked=asked, cursor=cursor)


async def _for_brands(view: View) -> Response:
    cursor = view.query("cursor", 2000)
    others = await Campaigns(view.service("campaigns")).steps(Side.BRAND, cursor)
    return _render(view, others=others, cursor=cursor, what=BRANDS)


async def _all(view: View) -> Response:
    cursor = view.query("cursor", 2000)
    page = await Campaigns(view.service("campaigns")).own(cursor)
    return _render(view, collaborations=page, cursor=cursor, what=ALL)


async def _asked(view: View) -> list[CollaborationOut]:
    """Invitations that came by mail, and were opened but not answered: they are nobody's yet."""
    return [one for one in await proven(view) if "decline" in one.can]


async def _nobody() -> list[CollaborationOut]:
    return []


def _render(view: View, **given: Any) -> Response:
    nothing = Listed[OpenStepOut](items=(), total=0)
    values: dict[str, Any] = {
        "mine": nothing,
        "others": nothing,
        "asked": (),
        "collaborations": None,
        "what": "",
        "cursor": "",
    }
    return view.render("my_work.html", **values | given, sample=SAMPLE, labels=labels, words=step_labels, more=_more)


def _more(cursor: str | None, what: str = "") -> str:
    query = {name: value for name, value in (("show", what), ("cursor", cursor)) if value}
    return "/my-work?" + urlencode(query) if cursor else ""


PAGES = (Page("/my-work", show, RoleKind.CREATOR),)
