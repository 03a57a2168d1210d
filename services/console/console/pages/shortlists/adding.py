"""Putting creators on a shortlist, from wherever they are seen, and beginning a new one with them (D7)."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, urlencode

from starlette.responses import Response

from console.clients import DeclinedError, Discovery, NotThereError, WrongFieldsError
from console.domain.words import mark
from console.pages.creators.faces import name_of
from console.pages.forms import Form
from console.pages.parts import if_there
from console.pages.problems import why_declined
from console.pages.site import Page
from console.pages.view import View
from contracts.http.console import RoleKind
from contracts.http.discovery import ShortlistIn

NAME: Final = 100
NOTE: Final = 2000
NAMED: Final = 24
"""How many of the chosen are named on the form."""
AT_ONCE: Final = 100
"""How many creators are put on a shortlist with one press."""
FIELDS: Final = {"name": "name", "note": "note"}


async def show_new(view: View) -> Response:
    """A new shortlist, with the creators in the address on it from the beginning."""
    query = view.request.query_params
    return await _new(view, Form({"back": view.query("back", 2000)}, {"id": query.getlist("id")[:AT_ONCE]}))


async def _new(view: View, form: Form, status: int = 200) -> Response:
    ids = form.lists.get("id", ())
    found = await if_there(Discovery(view.service("discovery")).named(ids[:NAMED])) if ids else {}
    return view.render(
        "shortlist_new.html",
        status,
        form=form,
        ids=ids,
        names=[name_of(one) for one in (found or {}).values()],
        more=max(0, len(ids) - NAMED),
        back=_back(form),
    )


async def make(view: View) -> Response:
    """Begin a shortlist and put the chosen creators on it."""
    form = await view.form()
    said = read(form)
    if said is not None:
        discovery = Discovery(view.service("discovery"))
        try:
            made = await discovery.add_shortlist(said, form.text("key", most=100))
            await _put(discovery, made.id, _ids(form), "")
            return view.go(_after(form, f"/shortlists/{quote(made.id, safe='')}", "shortlist-made"))
        except WrongFieldsError as wrong:
            form.take(wrong.errors, FIELDS)
        except DeclinedError as declined:
            form.wrong("form", why_declined(declined))
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


def read(form: Form) -> ShortlistIn | None:
    """A shortlist's name and purpose; None with the reasons in the form."""
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
    Page("/shortlists/new", show_new, RoleKind.BRAND),
    Page("/shortlists/new", make, RoleKind.BRAND, "POST"),
    Page("/shortlists/add", add, RoleKind.BRAND, "POST"),
)
