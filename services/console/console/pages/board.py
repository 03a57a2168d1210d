"""A campaign's board: a column for each stage, in each what is due first at the top; and each column page by page."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.responses import Response

from console.clients import Campaigns
from console.pages import labels, step_labels
from console.pages.results import name_of
from console.pages.site import Page
from console.pages.view import View
from contracts.http.campaigns import CardOut, CollaborationOut, NextOut
from contracts.http.console import RoleKind

ON_PAGE = 50
NEEDS, OVERDUE = "needs-you", "overdue"


@dataclass(frozen=True)
class Card:
    """One collaboration on the board, with what is due next of it."""

    id: str
    name: str
    stage: str
    next: NextOut | None
    is_overdue: bool


def card_of(one: CardOut | CollaborationOut, now: datetime) -> Card:
    """The card of a collaboration, whether it was told in short or whole."""
    due = (one.next[0] if one.next else None) if isinstance(one, CollaborationOut) else one.next
    is_overdue = due is not None and (due.is_overdue or (due.at is not None and due.at < now))
    return Card(one.id, name_of(one), one.stage, due, is_overdue)


async def show(view: View) -> Response:
    """The whole board; or one of its columns, what waits for the brand, or what is overdue, page by page."""
    if view.query("stage") in labels.STAGE or view.query("show") in {NEEDS, OVERDUE}:
        return await _list(view)
    campaigns = Campaigns(view.service("campaigns"))
    id_, now = view.path("campaign"), view.desk.clock.now()
    campaign, board = await asyncio.gather(campaigns.find(id_), campaigns.board(id_))
    columns = [(column, [card_of(one, now) for one in column.items]) for column in board.columns if column.count]
    return view.render(
        "board.html",
        campaign=campaign,
        stages=board.columns,
        columns=columns,
        stage="",
        what="",
        cards=(),
        following="",
        first="",
        labels=labels,
        words=step_labels,
    )


async def _list(view: View) -> Response:
    stage = view.query("stage") if view.query("stage") in labels.STAGE else ""
    what = "" if stage else view.query("show")
    cursor = view.query("cursor", 2000)
    campaigns = Campaigns(view.service("campaigns"))
    id_, now = view.path("campaign"), view.desk.clock.now()
    campaign, stages, page = await asyncio.gather(
        campaigns.find(id_),
        campaigns.stages(id_),
        campaigns.column(id_, stage, needs_brand=what == NEEDS, overdue=what == OVERDUE, cursor=cursor, limit=ON_PAGE),
    )
    here = {"stage": stage} if stage else {"show": what}
    return view.render(
        "board.html",
        campaign=campaign,
        stages=stages.stages,
        columns=(),
        stage=stage,
        what=what,
        cards=[card_of(one, now) for one in page.items],
        following=_link(id_, {**here, "cursor": page.next_cursor}) if page.next_cursor else "",
        first=_link(id_, here) if cursor else "",
        labels=labels,
        words=step_labels,
    )


def _link(campaign: str, query: dict[str, str]) -> str:
    return f"/campaigns/{campaign}/board?{urlencode(query)}"


PAGES = (Page("/campaigns/{campaign}/board", show, RoleKind.BRAND),)
