"""Orders from a CSV file: sent on to attribution as it is, and what came of it, line by line."""

from http import HTTPStatus

from starlette.datastructures import UploadFile
from starlette.responses import Response

from chassis.http import MB, Problem
from console.clients import Attribution, DeclinedError, NotThereError, WrongFieldsError
from console.domain.accounts import Refusal, is_zone
from console.domain.words import Say, mark
from console.pages.forms import Form
from console.pages.problems import why_declined
from console.pages.site import Page
from console.pages.view import View, parts_of
from console.pages.zones import zones
from console.store import OwnStores
from contracts.http.attribution import ImportOut
from contracts.http.console import RoleKind

LARGEST_MB = 50
BODY = LARGEST_MB * MB + 64 * 1024
"""The largest file, and the form around it."""
DECIMALS = (
    ("", mark("As the file shows it")),
    (".", mark("A point, as in 12.50")),
    (",", mark("A comma, as in 12,50")),
)
TAX = (
    ("", mark("As the file says")),
    ("true", mark("Prices include tax")),
    ("false", mark("Prices are without tax")),
)


async def show(view: View) -> Response:
    """The form: which file, and what it does not say itself."""
    return await _render(view)


async def load(view: View) -> Response:
    """Send the file on and tell what came of it. The same file again changes nothing, so a reload is harmless."""
    try:
        async with view.upload("file") as (form, file):
            return await _load(view, form, file)
    except Problem as problem:
        if problem.status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise
    form = Form()
    form.wrong("file", Say(mark("Choose a file of at most %(most)s MB, or split it."), {"most": LARGEST_MB}))
    return await _render(view, form, 413)


async def _load(view: View, form: Form, file: UploadFile | None) -> Response:
    zone = form.text("zone", most=64)
    if not is_zone(zone):
        form.wrong("zone", Refusal.ZONE)
    decimal = form.choice("decimal", [value for value, _ in DECIMALS])
    tax = form.choice("tax", [value for value, _ in TAX])
    if file is None:
        form.wrong("file", mark("Choose a CSV file that has something in it."))
    if form.errors or file is None:
        return await _render(view, form, 422)
    store = view.path("store")
    try:
        report = await Attribution(view.service("attribution")).import_orders(
            store, parts_of(file), zone=zone, decimal=decimal, prices_include_tax=tax
        )
    except WrongFieldsError as wrong:
        form.take(wrong.errors, {})
        if not wrong.errors:
            form.wrong("file", wrong.detail)
        return await _render(view, form, 422)
    except DeclinedError as declined:
        form.wrong("form", why_declined(declined))
        return await _render(view, form, 409)
    return await _render(view, form, report=report, name=(file.filename or "")[:200])


async def _render(
    view: View, form: Form | None = None, status: int = 200, *, report: ImportOut | None = None, name: str = ""
) -> Response:
    store = await OwnStores(view.desk.db, view.who.role.id).find(view.path("store"))
    if store is None:
        raise NotThereError(view.path("store"))
    return view.render(
        "store_import.html",
        status,
        store=store,
        form=form or Form(),
        report=report,
        name=name,
        zones=zones(),
        zone=view.who.role.zone,
        decimals=[(value, view.say(words)) for value, words in DECIMALS],
        taxes=[(value, view.say(words)) for value, words in TAX],
        most=LARGEST_MB,
    )


PAGES = (
    Page("/stores/{store}/import", show, RoleKind.BRAND),
    Page("/stores/{store}/import", load, RoleKind.BRAND, "POST", body_limit=BODY),
)
