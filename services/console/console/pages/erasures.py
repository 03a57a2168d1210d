"""For operators: who is to be forgotten, which services have done so, and which owe their answer (D12)."""

from collections.abc import Sequence

from starlette.responses import Response

from console.clients import DeclinedError, NotThereError
from console.clients.erasures import Erasures
from console.domain.words import mark
from console.pages import erasure_labels, labels
from console.pages.forms import Form
from console.pages.site import Page
from console.pages.view import View
from contracts.http.console import RoleKind
from contracts.http.discovery import ErasureStatus, ServiceAnswer

BASE = "/erasures"
FILTERS = (("", mark("Outstanding")), ("completed", mark("Completed")), ("all", mark("All")))
SHOWS = {"": ErasureStatus.OUTSTANDING, "completed": ErasureStatus.COMPLETED, "all": None}


async def list_erasures(view: View) -> Response:
    """Those that are outstanding, completed, or all."""
    return await _list(view, Form())


async def erase_profile(view: View) -> Response:
    """The person behind a profile that nobody has proven wrote to the operator."""
    form = await view.form()
    profile = form.line("profile", most=200, required=True)
    if form.values.get("confirmed") != "yes":
        form.wrong("confirmed", mark("Confirm that you checked who asks: it can't be taken back."))
    if form.errors:
        return await _list(view, form, 422)
    try:
        made = await _calls(view).erase_profile(profile, form.text("key", most=100))
    except NotThereError:
        form.wrong("profile", mark("There is no such profile. Its id stands in the address of its page."))
        return await _list(view, form, 404)
    except DeclinedError as declined:
        form.wrong("profile", declined.detail or declined.title)
        return await _list(view, form, 409)
    return view.go(f"{BASE}/{made.id}?done=erasure-asked")


async def erase_invitation(view: View) -> Response:
    """Whoever was only invited by mail wrote to the operator."""
    form = await view.form()
    invitation = form.line("invitation", most=200, required=True)
    if form.values.get("sure") != "yes":
        form.wrong("sure", mark("Confirm that you checked who asks: it can't be taken back."))
    if form.errors:
        return await _list(view, form, 422)
    try:
        made = await _calls(view).erase_invitation(invitation, form.text("key", most=100))
    except NotThereError:
        form.wrong(
            "invitation", mark("There is no such invitation. Its id stands in the address that the mail leads to.")
        )
        return await _list(view, form, 404)
    except DeclinedError as declined:
        form.wrong("invitation", declined.detail or declined.title)
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
    Page(BASE, erase_profile, RoleKind.OPERATOR, "POST"),
    Page(f"{BASE}/invitations", erase_invitation, RoleKind.OPERATOR, "POST"),
    Page(f"{BASE}/{{erasure}}", show_erasure, RoleKind.OPERATOR),
    Page(f"{BASE}/{{erasure}}/ask-again", ask_again, RoleKind.OPERATOR, "POST"),
)
