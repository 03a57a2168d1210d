"""Applications: a creator's own, and those to a brand's program with the brand's answers (C4)."""

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from console.clients import Campaigns, DeclinedError, Programs, WrongFieldsError
from console.domain.words import mark
from console.pages import labels, program_labels
from console.pages.forms import Form
from console.pages.problems import why_declined
from console.pages.site import Page
from console.pages.view import View
from contracts.campaigns import ApplicationReason, ApplicationStatus
from contracts.http.campaigns import ApproveApplication, DeclineApplication
from contracts.http.console import RoleKind
from contracts.money import Money

ON_PAGE = 25
NOTE = 5000
EVERY = "all"
REASONS = [reason.value for reason in ApplicationReason]


async def list_mine(view: View) -> Response:
    """The creator's applications, newest first."""
    cursor = view.query("cursor", 2000)
    page = await Programs(view.service("campaigns")).mine(cursor, ON_PAGE)
    return view.render(
        "applications.html",
        page=page,
        first="/applications" if cursor else "",
        following=f"/applications?{urlencode({'cursor': page.next_cursor})}" if page.next_cursor else "",
        labels=labels,
    )


async def show_mine(view: View) -> Response:
    """One of them: what was said, and what came of it."""
    return await _mine(view, Form())


async def _mine(view: View, form: Form, status: int = 200) -> Response:
    application = await Programs(view.service("campaigns")).application(view.path("application"))
    return view.render("application.html", status, **_common(view), form=form, application=application, is_brand=False)


async def withdraw(view: View) -> Response:
    """Take it back."""
    form = await view.form()
    id_ = view.path("application")
    try:
        await Programs(view.service("campaigns")).withdraw(id_, key=form.text("key", most=100))
    except DeclinedError as declined:
        return await _mine(view, _refused(declined), 409)
    return view.go(f"/applications/{id_}?done=application-withdrawn")


async def list_of_campaign(view: View) -> Response:
    """Who applied to a campaign, those that wait first to be seen."""
    return await _list(view, Form())


async def _list(view: View, form: Form, status: int = 200) -> Response:
    id_ = view.path("campaign")
    wish = view.query("status") or ApplicationStatus.RECEIVED
    chosen = ApplicationStatus(wish) if wish in list(ApplicationStatus) else None
    cursor = view.query("cursor", 2000)
    campaign, page = await asyncio.gather(
        Campaigns(view.service("campaigns")).find(id_),
        Programs(view.service("campaigns")).of_campaign(id_, chosen or "", cursor, ON_PAGE),
    )
    here = {"status": chosen.value if chosen else EVERY}
    base = f"/campaigns/{id_}/applications"
    return view.render(
        "campaign_applications.html",
        status,
        **_common(view),
        form=form,
        campaign=campaign,
        page=page,
        chosen=here["status"],
        every=EVERY,
        first=f"{base}?{urlencode(here)}" if cursor else "",
        following=f"{base}?{urlencode(here | {'cursor': page.next_cursor})}" if page.next_cursor else "",
    )


async def show_of_campaign(view: View) -> Response:
    """One application with its answers, how the creator stands, and the brand's ways to answer."""
    return await _of_campaign(view, Form())


async def _of_campaign(view: View, form: Form, status: int = 200) -> Response:
    application = await Programs(view.service("campaigns")).application(view.path("application"))
    return view.render("application.html", status, **_common(view), form=form, application=application, is_brand=True)


async def approve(view: View) -> Response:
    """Take it as it was proposed."""
    form = await view.form()
    return await _answer(view, form, ApproveApplication(), "application-approved")


async def counter(view: View) -> Response:
    """Put another price on the table; the creator has seven days to answer."""
    form = await view.form()
    currency = form.values.get("currency", "")[:3]
    fee = commission = None
    if form.values.get("fee", "").strip():
        amount = form.amount("fee", currency, view.locale)
        fee = None if amount is None else Money(amount=amount, currency=currency)
    if form.values.get("commission", "").strip():
        commission = form.basis_points("commission", view.locale)
    if fee is None and commission is None:
        form.wrong("fee", mark("Enter another fee, or another commission."))
    message = form.text("message", most=NOTE)
    if form.errors:
        return await _of_campaign(view, form, 422)
    body = ApproveApplication(fee=fee, commission=commission, message=message)
    return await _answer(view, form, body, "application-countered")


async def _answer(view: View, form: Form, body: ApproveApplication, done: str) -> Response:
    try:
        made = await Programs(view.service("campaigns")).approve(
            view.path("application"), body, key=form.text("key", most=100)
        )
    except WrongFieldsError as wrong:
        form.take(wrong.errors, {"fee": "fee", "commission": "commission", "message": "message"})
        return await _of_campaign(view, form, 422)
    except DeclinedError as declined:
        return await _of_campaign(view, _refused(declined, form), 409)
    return view.go(f"/collaborations/{made.collaboration.id}?done={done}")


async def decline(view: View) -> Response:
    """Say no, for a reason that the creator is told."""
    form = await view.form()
    reason, note = _reason(form)
    if reason is None or form.errors:
        return await _of_campaign(view, form, 422)
    id_, campaign = view.path("application"), view.path("campaign")
    try:
        await Programs(view.service("campaigns")).decline(
            id_, DeclineApplication(reason=reason, note=note), key=form.text("key", most=100)
        )
    except DeclinedError as declined:
        return await _of_campaign(view, _refused(declined, form), 409)
    return view.go(f"/campaigns/{campaign}/applications?done=application-declined")


async def decline_several(view: View) -> Response:
    """Say no to all that were ticked."""
    posted = await view.request.form(max_files=0, max_fields=200)
    form = Form({name: str(value) for name, value in posted.multi_items()})
    ids = tuple(str(value)[:100] for name, value in posted.multi_items() if name == "application")
    if not ids:
        form.wrong("form", mark("Tick the applications first."))
    reason, note = _reason(form)
    if reason is None or form.errors:
        return await _list(view, form, 422)
    campaign = view.path("campaign")
    told = await Programs(view.service("campaigns")).decline_several(
        campaign, ids, reason, note, key=form.text("key", most=100)
    )
    done = "applications-declined" if told.declined else "nothing-declined"
    return view.go(f"/campaigns/{campaign}/applications?done={done}")


def _reason(form: Form) -> tuple[ApplicationReason | None, str]:
    typed = form.values.get("reason", "")
    if typed not in REASONS:
        form.wrong("reason", mark("Choose a reason: the creator is told it."))
    note = form.text("note", most=NOTE)
    return (ApplicationReason(typed) if typed in REASONS else None), note


def _refused(declined: DeclinedError, form: Form | None = None) -> Form:
    found = form or Form()
    found.wrong("form", why_declined(declined))
    return found


def _common(view: View) -> dict[str, Any]:
    reasons: Sequence[tuple[str, str]] = [
        (reason.value, view.say(words)) for reason, words in labels.APPLICATION_REASON.items()
    ]
    return {
        "labels": labels,
        "words": program_labels,
        "countries": view.locale.territories,
        "reasons": [("", view.say(mark("Choose"))), *reasons],
    }


PAGES = (
    Page("/applications", list_mine, RoleKind.CREATOR),
    Page("/applications/{application}", show_mine, RoleKind.CREATOR),
    Page("/applications/{application}/withdraw", withdraw, RoleKind.CREATOR, "POST"),
    Page("/campaigns/{campaign}/applications", list_of_campaign, RoleKind.BRAND),
    Page("/campaigns/{campaign}/applications/decline", decline_several, RoleKind.BRAND, "POST"),
    Page("/campaigns/{campaign}/applications/{application}", show_of_campaign, RoleKind.BRAND),
    Page("/campaigns/{campaign}/applications/{application}/approve", approve, RoleKind.BRAND, "POST"),
    Page("/campaigns/{campaign}/applications/{application}/counter", counter, RoleKind.BRAND, "POST"),
    Page("/campaigns/{campaign}/applications/{application}/decline", decline, RoleKind.BRAND, "POST"),
)
