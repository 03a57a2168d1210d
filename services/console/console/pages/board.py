"""A campaign's board: a column for each stage, in each what is due first at the top."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.responses import Response

from console.clients import Campaigns
from console.pages import labels, step_labels
from console.pages.results import name_of
from console.pages.site import Page
from console.pages.view import View
from contracts.http.campaigns import CollaborationOut, NextOut
from contracts.http.console import RoleKind

READ_PAGES = 25
"""So many hundreds of collaborations are read and counted."""
IN_COLUMN = 6
ON_PAGE = 50
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Card:
    """One collaboration on the board, with what is due next of it."""

    id: str
    name: str
    next: NextOut | None
    is_overdue: bool


@dataclass(frozen=True)
class Column:
    """A stage with its count, the cards that are shown, and how many of all are overdue."""

    stage: str
    count: int
    overdue: int
    cards: Sequence[Card]


def columns_of(collaborations: Sequence[CollaborationOut], now: datetime) -> list[Column]:
    """All columns that hold something, from the left; the cards that are due first at the top."""
    by_stage: dict[str, list[Card]] = {stage: [] for stage in labels.STAGE}
    for one in collaborations:
        due = one.next[0] if one.next else None
        is_overdue = due is not None and (due.is_overdue or (due.at is not None and due.at < now))
        by_stage.setdefault(one.stage, []).append(Card(one.id, name_of(one), due, is_overdue))
    return [
        Column(stage, len(cards), sum(card.is_overdue for card in cards), sorted(cards, key=_urgency))
        for stage, cards in by_stage.items()
        if cards
    ]


def _urgency(card: Card) -> tuple[datetime, str, str]:
    return (card.next.at if card.next and card.next.at else NEVER, card.name, card.id)


async def show(view: View) -> Response:
    """The whole board, or one of its columns page by page."""
    id_, stage = view.path("campaign"), view.query("stage")
    campaigns = Campaigns(view.service("campaigns"))
    campaign, collaborations = await asyncio.gather(
        campaigns.find(id_), campaigns.collaborations(id_, pages=READ_PAGES)
    )
    columns = columns_of(collaborations, view.desk.clock.now())
    chosen = next((column for column in columns if column.stage == stage), None)
    typed = view.query("page", 6)
    last = max(0, (chosen.count - 1) // ON_PAGE) if chosen else 0
    number = min(int(typed) if typed.isdecimal() else 0, last)
    shown = [chosen] if chosen else columns
    return view.render(
        "board.html",
        campaign=campaign,
        columns=columns,
        shown=shown,
        chosen=chosen,
        start=number * ON_PAGE if chosen else 0,
        most=ON_PAGE if chosen else IN_COLUMN,
        number=number,
        last=last,
        total=len(collaborations),
        is_all=len(collaborations) < READ_PAGES * 100,
        labels=labels,
        words=step_labels,
    )


PAGES = (Page("/campaigns/{campaign}/board", show, RoleKind.BRAND),)
