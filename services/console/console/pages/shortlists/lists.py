"""A brand's shortlists: creators with notes for everybody in the brand, and what changed about them (D7)."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlencode

from starlette.responses import Response

from console.clients import DeclinedError, Discovery, NotThereError, WrongFieldsError
from console.domain.words import mark
from console.pages import creator_labels
from console.pages.creators.figures import Card, card_of
from console.pages.forms import Form
from console.pages.parts import if_there
from console.pages.problems import why_declined
from console.pages.shortlists.adding import FIELDS, NOTE, read
from console.pages.shortlists.alerts import readings, told
from console.pages.site import Page
from console.pages.view import View
from contracts.http.console import RoleKind
from contracts.http.discovery import EntryOut, ShortlistDetail

ALERTS: Final = 20
ON_A_PAGE: Final = 24
CONFLICT: Final = mark(
    "Somebody changed this shortlist meanwhile. What it says now stands above; what you typed below."
)


@dataclass(frozen=True)
class Listed:
    """Somebody on a shortlist; `card` is None for a creator who is gone."""

    entry: EntryOut
    card: Card | None


async def list_all(view: View) -> Response:
    """Every shortlist, what changed about those on them, and the form of a new one."""
    return await _all(view, Form())


async def _all(view: View, form: Form, status: int = 200) -> Response:
    discovery, cursor = Discovery(view.service("discovery")), view.query("cursor", 2000)
    lists, alerts, read = await asyncio.gather(
        discovery.shortlists(), if_there(discovery.alerts(cursor, ALERTS)), readings(view).alerts()
    )
    names = await if_there(discovery.named(one.profile for one in alerts.items)) if alerts is not None else {}
    rows = told(view, () if alerts is None else alerts.items, lists, names or {}, read)
    return view.render(
        "shortlists.html",
        status,
        form=form,
        lists=lists,
        alerts=None if alerts is None else rows,
        unread=sum(one.is_new for one in rows),
        until=rows[0].alert.at.isoformat() if rows and not cursor else "",
        following=f"/shortlists?{urlencode({'cursor': alerts.next_cursor})}#alerts"
        if alerts is not None and alerts.next_cursor
        else "",
        first="/shortlists#alerts" if cursor else "",
        labels=creator_labels,
    )


async def show(view: View) -> Response:
    """One shortlist with figures and notes."""
    return await _one(view, Form())


async def _one(view: View, form: Form, status: int = 200) -> Response:
    discovery, id_ = Discovery(view.service("discovery")), view.path("shortlist")
    detail = await discovery.shortlist(id_)
    start = _start(view, detail)
    part = detail.entries[start : start + ON_A_PAGE]
    found = await discovery.named(entry.profile for entry in part)
    rows = [Listed(entry, card_of(view, found[entry.profile]) if entry.profile in found else None) for entry in part]
    place = f"/shortlists/{quote(id_, safe='')}"
    return view.render(
        "shortlist.html",
        status,
        form=form if form.values else Form({"name": detail.name, "note": detail.note, "seen": str(detail.revision)}),
        detail=detail,
        rows=rows,
        place=place,
        start=start,
        following=f"{place}?from={start + ON_A_PAGE}" if start + ON_A_PAGE < len(detail.entries) else "",
        first=place if start else "",
        labels=creator_labels,
    )


def _start(view: View, detail: ShortlistDetail) -> int:
    asked = view.query("from", 6)
    start = int(asked) if asked.isdecimal() else 0
    return start if start < len(detail.entries) else 0


async def change(view: View) -> Response:
    """Rename it, or change what it is for; a change by somebody else meanwhile shows both."""
    form, id_ = await view.form(), view.path("shortlist")
    said, seen = read(form), form.whole("seen", least=1, most=2**31)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if said is not None and seen is not None:
        discovery = Discovery(view.service("discovery"))
        try:
            await discovery.change_shortlist(id_, said, seen)
            return view.go(f"/shortlists/{quote(id_, safe='')}?done=shortlist-changed")
        except WrongFieldsError as wrong:
            form.take(wrong.errors, FIELDS)
        except DeclinedError as declined:
            status = HTTPStatus.CONFLICT
            form.wrong(
                "form",
                CONFLICT if declined.status == HTTPStatus.PRECONDITION_FAILED else why_declined(declined),
            )
            form.values["seen"] = str((await discovery.shortlist(id_)).revision)
    return await _one(view, form, status)


async def note(view: View) -> Response:
    """Change the note about somebody on it."""
    form, id_ = await view.form(), view.path("shortlist")
    said = form.text("about", most=NOTE)
    if form.errors:
        return await _one(view, form, 422)
    await Discovery(view.service("discovery")).put_on(id_, view.path("profile"), said)
    return view.go(f"/shortlists/{quote(id_, safe='')}?done=note-kept")


async def take_off(view: View) -> Response:
    """Take somebody off; who is off already stays off."""
    id_ = view.path("shortlist")
    discovery = Discovery(view.service("discovery"))
    try:
        await discovery.take_off(id_, view.path("profile"))
    except NotThereError:
        await discovery.shortlist(id_)
    return view.go(f"/shortlists/{quote(id_, safe='')}?done=taken-off")


async def ask_removal(view: View) -> Response:
    """What a removal would take away, and one button."""
    detail = await Discovery(view.service("discovery")).shortlist(view.path("shortlist"))
    return view.render("shortlist_remove.html", detail=detail, place=f"/shortlists/{quote(detail.id, safe='')}")


async def remove(view: View) -> Response:
    """Remove it with its notes and alerts."""
    await Discovery(view.service("discovery")).remove_shortlist(view.path("shortlist"))
    return view.go("/shortlists?done=shortlist-removed")


PAGES = (
    Page("/shortlists", list_all, RoleKind.BRAND),
    Page("/shortlists/{shortlist}", show, RoleKind.BRAND),
    Page("/shortlists/{shortlist}", change, RoleKind.BRAND, "POST"),
    Page("/shortlists/{shortlist}/remove", ask_removal, RoleKind.BRAND),
    Page("/shortlists/{shortlist}/remove", remove, RoleKind.BRAND, "POST"),
    Page("/shortlists/{shortlist}/creators/{profile}", note, RoleKind.BRAND, "POST"),
    Page("/shortlists/{shortlist}/creators/{profile}/remove", take_off, RoleKind.BRAND, "POST"),
)
