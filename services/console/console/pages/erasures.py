"""For operators: who is to be forgotten, which services have done so, and which owe their answer (D12)."""

from collections.abc import Sequence

from starlette.responses import Response

from console.clients import DeclinedError, NotThereError
from console.clients.erasures import Erasures
from console.domain.words import mark
from console.pages import erasure_labels, labels
from console.pages.forms import Form
from console.pages.problems import why_declined
from console.pages.site import Page
from console.pages.view import View
from contracts.http.console import RoleKind
from contracts.http.discovery import AskErasureOf, ErasureStatus, ServiceAnswer

BASE = "/erasures"
FILTERS = (("", mark("Outstanding")), ("completed", mark("Completed")), ("all", mark("All")))
PROFILE, INVITATION = "profile", "invitation"
TICKS = {PROFILE: "confirmed", INVITATION: "sure"}
"""The two forms stand on one page, so each has a field of its own to confirm by."""
NOT_THERE = {
    PROFILE: mark("There is no such profile. Its id stands in the address of its page."),
    INVITATION: mark("There is no such invitation. Its id stands in the address that the mail leads to."),
}
SHOWS = {"": ErasureStatus.OUTSTANDING, "completed": ErasureStatus.COMPLETED, "all": None}


async def list_erasures(view: View) -> Response:
    """Those that are outstanding, completed, or all."""
    return await _list(view, Form())


async def erase(view: View) -> Response:
    """Somebody without an account wrote to the operator: whoever is behind a profile, or was only invited by mail."""
    form = await view.form()
    named = INVITATION if INVITATION in form.values else PROFILE
    id_, tick = form.line(named, most=200, required=True), TICKS[named]
    if form.values.get(tick) != "yes":
        form.wrong(tick, mark("Confirm that you checked who asks: it can't be taken back."))
    if form.errors:
        return await _list(view, form, 422)
    try:
        made = await _calls(view).erase(AskErasureOf(**{named: id_}, confirmed=True), form.text("key", most=100))
    except NotThereError:
        form.wrong(named, NOT_THERE[named])
        return await _list(view, form, 404)
    except DeclinedError as declined:
        form.wrong(named, why_declined(declined))
        return await _list(view, form, 409)
    return view.go(f"{BASE}/{made.id}?done=erasure-asked")


async def show_erasure(view: View) -> Response:
    """One erasure with each service's answer."""
    found = await _calls(view).find(view.path("erasure"))
    return view.render(
        "erasure.html", erasure=found, base=BASE, labels=labels, words=erasure_labels, owed=_owed(found.answers)
    )


async def ask_again(view: View) -> Response:
    """Every service forgets and answers once more."""
    form = await view.form()
    erasure = view.path("erasure")
    await _calls(view).ask_again(erasure, form.text("key", most=100))
    return view.go(f"{BASE}/{erasure}?done=erasure-asked-again")


async def _list(view: View, form: Form, status: int = 200) -> Response:
    show, cursor = view.query("show"), view.query("cursor", 2000)
    show = show if show in SHOWS else ""
    page = await _calls(view).all(SHOWS[show], cursor)
    return view.render(
        "erasures.html",
        status,
        page=page,
        base=BASE,
        show=show,
        filters=FILTERS,
        first=not cursor,
        form=form,
        labels=labels,
        words=erasure_labels,
        owed={one.id: _owed(one.answers) for one in page.items},
    )


def _owed(answers: Sequence[ServiceAnswer]) -> list[str]:
    return [answer.service for answer in answers if answer.answered_at is None]


def _calls(view: View) -> Erasures:
    return Erasures(view.service("discovery"))


PAGES = (
    Page(BASE, list_erasures, RoleKind.OPERATOR),
    Page(BASE, erase, RoleKind.OPERATOR, "POST"),
    Page(f"{BASE}/{{erasure}}", show_erasure, RoleKind.OPERATOR),
    Page(f"{BASE}/{{erasure}}/ask-again", ask_again, RoleKind.OPERATOR, "POST"),
)
