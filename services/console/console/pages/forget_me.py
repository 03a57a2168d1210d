"""A creator's own page about their data: what an erasure takes, what stays and why; asked once (D12)."""

from starlette.responses import Response

from console import cookies
from console.clients import DeclinedError
from console.clients.erasures import Erasures
from console.domain.words import mark
from console.pages import erasure_labels
from console.pages.forms import Form
from console.pages.problems import why_declined
from console.pages.site import Page
from console.pages.view import View
from contracts.http.console import RoleKind

BASE = "/privacy"


async def show_plan(view: View) -> Response:
    """What would go and what would stay."""
    return await _render(view, Form())


async def erase_me(view: View) -> Response:
    """Forget me: the account is signed out at once, and everything else goes within minutes."""
    form = await view.form()
    if form.values.get("confirmed") != "yes":
        form.wrong("confirmed", mark("Tick the box if you want this: it can't be taken back."))
        return await _render(view, form, 422)
    try:
        await Erasures(view.service("discovery")).erase_me(form.text("key", most=100))
    except DeclinedError as declined:
        form.wrong("form", why_declined(declined))
        return await _render(view, form, 409)
    await view.desk.entry.end_session(view.who.id)
    view.desk.bios.forget(view.who.person)
    response = view.go("/sign-in?done=erased")
    cookies.drop(response, cookies.SESSION, view.desk.settings)
    return response


async def _render(view: View, form: Form, status: int = 200) -> Response:
    plan = await Erasures(view.service("discovery")).plan()
    return view.render("forget_me.html", status, plan=plan, base=BASE, form=form, words=erasure_labels)


PAGES = (
    Page(BASE, show_plan, RoleKind.CREATOR),
    Page(BASE, erase_me, RoleKind.CREATOR, "POST"),
)
