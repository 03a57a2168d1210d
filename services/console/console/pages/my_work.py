"""A creator's work: every step that somebody is waited for, what is due first at the top."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from console.pages import labels, step_labels
from console.pages.board import NEVER
from console.pages.collaboration_view import SAMPLE, Shown
from console.pages.invitations import everything
from console.pages.site import Page
from console.pages.view import View
from contracts.campaigns import ProposalStatus, Side
from contracts.http.campaigns import CollaborationOut, NextOut
from contracts.http.console import RoleKind


@dataclass(frozen=True)
class Step:
    """One step of one collaboration."""

    shown: Shown
    next: NextOut
    is_overdue: bool


def steps_of(collaborations: Sequence[CollaborationOut], now: datetime) -> list[Step]:
    """All steps, what is due first at the top; those without a date at the end."""
    found = [
        Step(Shown(one, RoleKind.CREATOR, now), due, due.is_overdue or (due.at is not None and due.at < now))
        for one in collaborations
        for due in one.next
    ]
    return sorted(found, key=lambda step: (step.next.at or NEVER, step.shown.one.id, step.next.subject))


async def show(view: View) -> Response:
    """What waits for the creator, what waits for brands, and all collaborations."""
    mine = await everything(view)
    steps = steps_of(mine, view.desk.clock.now())
    asked = [
        Shown(one, RoleKind.CREATOR, view.desk.clock.now())
        for one in mine
        if any(asks.status is ProposalStatus.OPEN and asks.by is not Side.CREATOR for asks in one.proposals)
    ]
    return view.render(
        "my_work.html",
        mine=[step for step in steps if step.next.by is Side.CREATOR],
        others=[step for step in steps if step.next.by is not Side.CREATOR],
        asked=asked,
        collaborations=mine,
        sample=SAMPLE,
        labels=labels,
        words=step_labels,
    )


PAGES = (Page("/my-work", show, RoleKind.CREATOR),)
