"""The brand's catalogue: what files and orders have named, changed by hand, loaded from a file (C16)."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.responses import Response

from chassis.http import MB, Problem
from console.clients import DeclinedError, Products, WrongFieldsError
from console.domain.words import Say, mark
from console.pages.forms import Form
from console.pages.imports import DECIMALS
from console.pages.labels import Label
from console.pages.problems import why_declined
from console.pages.site import Page
from console.pages.view import View, parts_of
from console.pages.wizard.amounts import an_amount, money_of, typed
from contracts.http.campaigns import ChangeProduct, ProductImportOut, ProductOut, ProductSource
from contracts.http.console import RoleKind

LARGEST_MB: Final = 20
BODY: Final = LARGEST_MB * MB + 64 * 1024
"""The largest file, and the form around it."""
TEXT: Final = 500
ADDRESS: Final = 2000
FIELDS: Final = {
    "title": mark("Title"),
    "kind": mark("Kind"),
    "price": mark("Price"),
    "cost": mark("Own cost"),
    "url": mark("Page"),
    "image": mark("Address of a picture"),
}
CONFLICT: Final = mark("Somebody changed this product meanwhile. What it says now stands beside what you typed.")
SOURCE: Final[dict[ProductSource, Label]] = {
    ProductSource.FILE: (mark("From your file"), ""),
    ProductSource.ORDERS: (mark("Seen in orders"), "accent"),
}


async def list_products(view: View) -> Response:
    """The catalogue: searched, filtered by where products are known from, page by page."""
    text, source, cursor = view.query("text", 100), view.query("source"), view.query("cursor", 2000)
    source = source if source in set(ProductSource) else ""
    page = await Products(view.service("campaigns")).page(text, source, cursor)
    return view.render(
        "products.html",
        page=page,
        form=Form({"text": text, "source": source}),
        sources=[("", view.say(mark("All"))), *((value, view.say(words)) for value, (words, _) in SOURCE.items())],
        labels=SOURCE,
        is_filtered=bool(text or source),
        first=not cursor,
        text=text,
        source=source,
    )


async def show(view: View) -> Response:
    """One product, and the form to change it."""
    product = await Products(view.service("campaigns")).find(view.path("product"))
    return _render(view, product, Form(_values(product, view)))


async def change(view: View) -> Response:
    """Write what was changed: only fields that differ from what was shown, so that two people don't undo each other.

    A field that both changed is shown as both have it; saved again it is as was typed last.
    """
    catalogue = Products(view.service("campaigns"))
    product = await catalogue.find(view.path("product"))
    form = await view.form()
    title, kind = form.line("title", most=TEXT), form.line("kind", most=TEXT)
    price, cost = (an_amount(form, name, view, required=False) for name in ("price", "cost"))
    url, image = (_address(form, name) for name in ("url", "image"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if not form.errors:
        asked = {
            "title": title,
            "kind": kind,
            "price": money_of(price, view),
            "cost": money_of(cost, view),
            "url": url or None,
            "image": image or None,
        }
        touched = {name: value for name, value in asked.items() if _typed(form, name) != _shown(form, name)}
        differences = _differences(product, form, touched, view)
        if differences:
            return _conflict(view, product, form, differences)
        try:
            if touched:
                await catalogue.change(product.id, ChangeProduct(**touched), product.revision)
            return view.go(f"/products/item/{quote(product.id, safe='')}?done=product-changed")
        except WrongFieldsError as wrong:
            form.take(wrong.errors, {name: name for name in asked})
        except DeclinedError as declined:
            if declined.status == HTTPStatus.PRECONDITION_FAILED:  # changed in between
                product = await catalogue.find(product.id)
                return _conflict(view, product, form, _differences(product, form, touched, view))
            form.wrong("form", why_declined(declined))
            status = HTTPStatus(declined.status)
    return _render(view, product, form, status)


def _typed(form: Form, name: str) -> str:
    return form.values.get(name, "").strip()


def _shown(form: Form, name: str) -> str:
    """What the field said when the form was shown."""
    return form.values.get(f"was-{name}", "")


def _differences(product: ProductOut, form: Form, touched: Iterable[str], view: View) -> list[tuple[str, str, str]]:
    """Of what was typed, what somebody else changed since it was shown: the field's words, theirs, mine."""
    now, nothing = _values(product, view), view.say(mark("nothing"))
    return [
        (view.say(FIELDS[name]), now[name] or nothing, _typed(form, name) or nothing)
        for name in touched
        if now[name] not in (_shown(form, name), _typed(form, name))
    ]


def _conflict(view: View, product: ProductOut, form: Form, differences: list[tuple[str, str, str]]) -> Response:
    """Both versions; what nobody typed into is as it says now, and saving again goes by that."""
    now = _values(product, view)
    for name, value in now.items():
        if _typed(form, name) == _shown(form, name):
            form.values[name] = value
        form.values[f"was-{name}"] = value
    form.wrong("form", CONFLICT)
    return _render(view, product, form, HTTPStatus.CONFLICT, differences)


def _address(form: Form, name: str) -> str:
    typed_ = form.line(name, most=ADDRESS)
    if typed_ and (not typed_.startswith(("https://", "http://")) or " " in typed_):
        form.wrong(name, mark("Enter a whole address, such as https://example.com/serum."))
    return typed_


def _values(product: ProductOut, view: View) -> dict[str, str]:
    return {
        "title": product.title,
        "kind": product.kind,
        "price": typed(product.price, view),
        "cost": typed(product.cost, view),
        "url": product.url or "",
        "image": product.image or "",
    }


def _render(
    view: View,
    product: ProductOut,
    form: Form,
    status: int = HTTPStatus.OK,
    differences: Sequence[tuple[str, str, str]] = (),
) -> Response:
    shown = _values(product, view)
    return view.render(
        "product.html",
        int(status),
        product=product,
        form=form,
        was={name: form.values.get(f"was-{name}", value) for name, value in shown.items()},
        labels=SOURCE,
        currency=view.who.role.currency,
        differences=differences,
    )


async def show_import(view: View) -> Response:
    """The form: which file."""
    return _render_import(view, Form())


async def load(view: View) -> Response:
    """Send the file on and tell what came of it. The same file again changes nothing, so a reload is harmless."""
    form = Form()
    try:
        async with view.upload("file") as (form, file):
            return await _load(view, form, file)
    except Problem as problem:
        if problem.status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise
    form.wrong("file", Say(mark("Choose a file of at most %(most)s MB, or split it."), {"most": LARGEST_MB}))
    return _render_import(view, form, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


async def _load(view: View, form: Form, file: UploadFile | None) -> Response:
    decimal = form.choice("decimal", [value for value, _ in DECIMALS])
    if file is None:
        form.wrong("file", mark("Choose a CSV file that has something in it."))
    if form.errors or file is None:
        return _render_import(view, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        report = await Products(view.service("campaigns")).load(parts_of(file), decimal)
    except WrongFieldsError as wrong:
        form.wrong("file", " ".join(error.message for error in wrong.errors) or wrong.detail)
        return _render_import(view, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    except DeclinedError as declined:
        form.wrong("form", why_declined(declined))
        return _render_import(view, form, declined.status)
    return _render_import(view, form, report=report, name=(file.filename or "")[:200])


def _render_import(
    view: View, form: Form, status: int = HTTPStatus.OK, *, report: ProductImportOut | None = None, name: str = ""
) -> Response:
    return view.render(
        "products_import.html",
        int(status),
        form=form,
        report=report,
        name=name,
        decimals=[(value, view.say(words)) for value, words in DECIMALS],
        most=LARGEST_MB,
    )


PAGES = (
    Page("/products", list_products, RoleKind.BRAND),
    Page("/products/import", show_import, RoleKind.BRAND),
    Page("/products/import", load, RoleKind.BRAND, "POST", body_limit=BODY),
    Page("/products/item/{product:path}", show, RoleKind.BRAND),
    Page("/products/item/{product:path}", change, RoleKind.BRAND, "POST"),
)
