"""Orders that are credited and not payable: what holds each, and releasing it (MONEY 5)."""

from urllib.parse import quote

from starlette.responses import Response

from console.clients import Attribution, DeclinedError
from console.pages import labels, orders
from console.pages.brands import names_of
from console.pages.problems import why_declined
from console.pages.site import Page
from console.pages.view import View
from contracts.http.console import RoleKind

NOTE = 500
LISTS = {RoleKind.BRAND: "/held", RoleKind.OPERATOR: "/held-orders"}


async def list_held(view: View) -> Response:
    """A brand's held orders, or everybody's, the newest first."""
    role, cursor = view.who.role.kind, view.query("cursor", 2000)
    page = await Attribution(view.service("attribution")).held(cursor)
    brands = {}
    if role is RoleKind.OPERATOR:
        brands = await names_of(view.desk.db, [order.brand for order in page.items if order.brand])
    return view.render(
        "held.html",
        page=page,
        brands=brands,
        base=LISTS[role],
        records=orders.RECORDS[role],
        labels=labels,
        note_length=NOTE,
        first=not cursor,
    )


async def release(view: View) -> Response:
    """Let a held order be paid; what is wrong with that is told on its record's page."""
    order = view.path("order")
    role = view.who.role.kind
    form = await view.form()
    note, key = form.text("note", most=NOTE), form.text("key", most=100)
    if form.errors:
        return await orders.render(view, order, form, 422)
    try:
        released = await Attribution(view.service("attribution")).release(order, note, key)
    except DeclinedError as declined:
        form.wrong("form", why_declined(declined))
        return await orders.render(view, order, form, 409)
    done = "released-partly" if released.held else "released"
    there = LISTS[role] if "list" in form.values else f"{orders.RECORDS[role]}{quote(order, safe='')}"
    return view.go(f"{there}?done={done}")


PAGES = (
    Page("/held", list_held, RoleKind.BRAND),
    Page("/held-orders", list_held, RoleKind.OPERATOR),
    Page("/orders/{order:path}/release", release, RoleKind.BRAND, "POST"),
    Page("/records/{order:path}/release", release, RoleKind.OPERATOR, "POST"),
)
