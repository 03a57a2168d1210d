"""A brand's shortlists: creators with notes for everybody in the brand, and what changed about them (D7)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlencode

from starlette.responses import Response

from console.clients import DeclinedError, Discovery, NotThereError, WrongFieldsError
from console.domain.words import mark
from console.pages import creator_labels
from console.pages.creators.figures import Card, card_of, name_of
from console.pages.forms import Form
from console.pages.parts import if_there
from console.pages.site import Page
from console.pages.view import View
from console.store import Readings
from contracts.discovery import Availability, DeliverableKind
from contracts.http.console import RoleKind
from contracts.http.discovery import AlertOut, EntryOut, ShortlistDetail, ShortlistIn, ShortlistOut

NAME: Final = 100
NOTE: Final = 2000
ALERTS: Final = 20
ON_A_PAGE: Final = 24
AT_ONCE: Final = 100
"""How many creators are put on a shortlist with one press."""
FIELDS: Final = {"name": "name", "note": "note"}
CONFLICT: Final = mark(
    "Somebody changed this shortlist meanwhile. What it says now stands above; what you typed below."
)


@dataclass(frozen=True)
class Told:
    """An alert in words."""

    alert: AlertOut
    name: str
    shortlist: str
    what: str
    before: str
    after: str
    is_new: bool


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
        discovery.shortlists(), if_there(discovery.alerts(cursor, ALERTS)), _readings(view).alerts()
    )
    names = await if_there(discovery.named(one.profile for one in alerts.items)) if alerts is not None else {}
    told = _told(view, () if alerts is None else alerts.items, lists, names or {}, read)
    return view.render(
        "shortlists.html",
        status,
        form=form,
        lists=lists,
        alerts=None if alerts is None else told,
        unread=sum(one.is_new for one in told),
        until=told[0].alert.at.isoformat() if told and not cursor else "",
        following=f"/shortlists?{urlencode({'cursor': alerts.next_cursor})}#alerts"
        if alerts is not None and alerts.next_cursor
        else "",
        first="/shortlists#alerts" if cursor else "",
        labels=creator_labels,
    )


def _readings(view: View) -> Readings:
    return Readings(view.desk.db, view.who.role.id, view.who.person)


def _told(
    view: View,
    alerts: Sequence[AlertOut],
    lists: Sequence[ShortlistOut],
    profiles: Mapping[str, Any],
    read: datetime | None,
) -> list[Told]:
    by_id = {one.id: one.name for one in lists}
    return [
        Told(
            alert=one,
            name=name_of(profiles[one.profile]) if one.profile in profiles else view.say(mark("A creator who is gone")),
            shortlist=by_id.get(one.shortlist, ""),
            what=view.say(creator_labels.ALERT.get(one.what, one.what)),
            before=_value(view, one.what, one.before),
            after=_value(view, one.what, one.after),
            is_new=read is None or one.at > read,
        )
        for one in alerts
    ]


def _value(view: View, what: str, value: Any) -> str:
    """What an alert was or is: rates, an availability, or a growth."""
    if value in (None, [], ""):
        return view.say(mark("not known"))
    if what == "availability":
        return view.say(creator_labels.AVAILABILITY[Availability(value)][0])
    if what == "growth":
        return view.formats.change(int(value))
    return ", ".join(
        f"{view.say(creator_labels.DELIVERABLE_KIND[DeliverableKind(rate['deliverable'])])} "
        f"{view.formats.minor(int(rate['amount']), str(rate['currency']))}"
        for rate in value
    )


async def read_alerts(view: View) -> Response:
    """Everything that the page showed is read, for this member alone."""
    form = await view.form()
    try:
        until = datetime.fromisoformat(form.text("until", most=40)).astimezone(UTC)
    except ValueError:
        return view.go("/shortlists")
    now = view.desk.clock.now()
    await _readings(view).read_alerts(min(until, now), now)
    return view.go("/shortlists?done=alerts-read")


async def show_new(view: View) -> Response:
    """A new shortlist, with the creators in the address on it from the beginning."""
    query = view.request.query_params
    return await _new(view, Form({"back": view.query("back", 2000)}, {"id": query.getlist("id")[:AT_ONCE]}))


async def _new(view: View, form: Form, status: int = 200) -> Response:
    ids = form.lists.get("id", ())
    found = await if_there(Discovery(view.service("discovery")).named(ids[:ON_A_PAGE])) if ids else {}
    return view.render(
        "shortlist_new.html",
        status,
        form=form,
        ids=ids,
        names=[name_of(one) for one in (found or {}).values()],
        more=max(0, len(ids) - ON_A_PAGE),
        back=_back(form),
    )


async def make(view: View) -> Response:
    """Begin a shortlist and put the chosen creators on it."""
    form = await view.form()
    said = _read(form)
    if said is not None:
        discovery = Discovery(view.service("discovery"))
        try:
            made = await discovery.add_shortlist(said, form.text("key", most=100))
            await _put(discovery, made.id, _ids(form), "")
            return view.go(_after(form, f"/shortlists/{quote(made.id, safe='')}", "shortlist-made"))
        except WrongFieldsError as wrong:
            form.take(wrong.errors, FIELDS)
        except DeclinedError as declined:
            form.wrong("form", declined.detail or declined.title)
    return await _new(view, form, 422)


async def add(view: View) -> Response:
    """Put the chosen creators, or the one whose button was pressed, on a shortlist."""
    form = await view.form()
    ids = _ids(form)
    back = _back(form) or "/shortlists"
    if not ids:
        return view.go(_with(back, "done", "nobody-chosen"))
    list_ = form.text("list")
    if not list_:
        return view.go("/shortlists/new?" + urlencode([*(("id", one) for one in ids), ("back", back)]))
    try:
        await _put(Discovery(view.service("discovery")), list_, ids, form.text("note", most=NOTE)[:NOTE])
    except DeclinedError:  # it is full
        return view.go(_with(back, "done", "shortlist-full"))
    return view.go(_with(_with(back, "list", list_) if back.startswith("/creators?") else back, "done", "shortlisted"))


async def _put(discovery: Discovery, list_: str, ids: Sequence[str], note: str) -> None:
    """All of them; a creator who is gone meanwhile is left out, a shortlist that is gone is not."""
    missed = 0
    for one in ids:
        try:
            await discovery.put_on(list_, one, note)
        except NotThereError:
            missed += 1
    if ids and missed == len(ids):
        raise NotThereError(list_)


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
    said, seen = _read(form), form.whole("seen", least=1, most=2**31)
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
                CONFLICT if declined.status == HTTPStatus.PRECONDITION_FAILED else declined.detail or declined.title,
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


def _read(form: Form) -> ShortlistIn | None:
    name = form.line("name", most=NAME, required=True, words=mark("Give the shortlist a name."))
    said = form.text("note", most=NOTE)
    return None if form.errors else ShortlistIn(name=name, note=said)


def _ids(form: Form) -> tuple[str, ...]:
    """The one whose button was pressed, else all that are ticked."""
    pressed = form.text("profile")
    chosen = (pressed,) if pressed else form.lists.get("id", ())
    return tuple(dict.fromkeys(one for one in chosen if one))[:AT_ONCE]


def _back(form: Form) -> str:
    """Where the person came from: Explore, a creator, or a shortlist of ours; never another site."""
    back = form.text("back", most=2000)
    return back if back.startswith(("/creators", "/shortlists")) and "\\" not in back else ""


def _after(form: Form, place: str, word: str) -> str:
    back = _back(form)
    return _with(back, "done", "shortlisted") if back else _with(place, "done", word)


def _with(address: str, name: str, value: str) -> str:
    """The address with one more thing said."""
    path, _, query = address.partition("?")
    kept = [pair for pair in query.split("&") if pair and not pair.startswith(f"{name}=")]
    return f"{path}?{'&'.join([*kept, urlencode({name: value})])}"


PAGES = (
    Page("/shortlists", list_all, RoleKind.BRAND),
    Page("/shortlists/alerts", read_alerts, RoleKind.BRAND, "POST"),
    Page("/shortlists/new", show_new, RoleKind.BRAND),
    Page("/shortlists/new", make, RoleKind.BRAND, "POST"),
    Page("/shortlists/add", add, RoleKind.BRAND, "POST"),
    Page("/shortlists/{shortlist}", show, RoleKind.BRAND),
    Page("/shortlists/{shortlist}", change, RoleKind.BRAND, "POST"),
    Page("/shortlists/{shortlist}/remove", ask_removal, RoleKind.BRAND),
    Page("/shortlists/{shortlist}/remove", remove, RoleKind.BRAND, "POST"),
    Page("/shortlists/{shortlist}/creators/{profile}", note, RoleKind.BRAND, "POST"),
    Page("/shortlists/{shortlist}/creators/{profile}/remove", take_off, RoleKind.BRAND, "POST"),
)
