"""For operators: what stores asked about personal data, what was done, and what is outstanding."""

from starlette.responses import Response

from console.clients import Attribution, DeclinedError
from console.domain.words import mark
from console.pages import labels
from console.pages.brands import names_of
from console.pages.forms import Form
from console.pages.problems import why_declined
from console.pages.site import Page
from console.pages.view import View
from contracts.http.attribution import PrivacyStatus
from contracts.http.console import RoleKind

BASE = "/privacy-requests"
NOTE = 500
FILTERS = (("", mark("Outstanding")), ("all", mark("All")))


async def list_requests(view: View) -> Response:
    """Those that are outstanding, or all of them."""
    show, cursor = "all" if view.query("show") == "all" else "", view.query("cursor", 2000)
    page = await Attribution(view.service("attribution")).privacy_requests(None if show else PrivacyStatus.OPEN, cursor)
    return view.render(
        "privacy_requests.html",
        page=page,
        brands=await names_of(view.desk.db, [one.brand for one in page.items]),
        base=BASE,
        show=show,
        filters=FILTERS,
        first=not cursor,
        labels=labels,
    )


async def show_request(view: View) -> Response:
    """One request, with the orders that are held of its customer."""
    return await _render(view, Form())


async def answered(view: View) -> Response:
    """The operator has answered a request for data."""
    form = await view.form()
    note, key = form.text("note", most=NOTE), form.text("key", most=100)
    if form.errors:
        return await _render(view, form, 422)
    try:
        await Attribution(view.service("attribution")).answered(view.path("request"), note, key)
    except DeclinedError as declined:
        form.wrong("form", why_declined(declined))
        return await _render(view, form, 409)
    return view.go(f"{BASE}?done=request-answered")


async def _render(view: View, form: Form, status: int = 200) -> Response:
    found = await Attribution(view.service("attribution")).privacy_request(view.path("request"))
    brands = await names_of(view.desk.db, [found.brand])
    return view.render(
        "privacy_request.html",
        status,
        request=found,
        brand=brands.get(found.brand, found.brand),
        base=BASE,
        form=form,
        note_length=NOTE,
        labels=labels,
    )


PAGES = (
    Page(BASE, list_requests, RoleKind.OPERATOR),
    Page(f"{BASE}/{{request}}", show_request, RoleKind.OPERATOR),
    Page(f"{BASE}/{{request}}/done", answered, RoleKind.OPERATOR, "POST"),
)
