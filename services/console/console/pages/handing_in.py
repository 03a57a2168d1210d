"""Work that a creator hands in as a file: sent on part by part, then submitted (C6)."""

from http import HTTPStatus
from typing import Final

from starlette.datastructures import UploadFile
from starlette.responses import Response

from chassis.http import MB, Problem
from console.clients import DeclinedError, WrongFieldsError
from console.domain.words import Say, mark
from console.pages.collaboration_forms import ACTS, NOTE
from console.pages.collaboration_view import PLACES, Way
from console.pages.collaborations import campaigns_of, form_page, number_of, refused, shown_of
from console.pages.forms import Form
from console.pages.site import Page
from console.pages.view import View, parts_of
from contracts.http.campaigns import SubmitWork
from contracts.http.console import RoleKind

LARGEST_MB: Final = 50
BODY: Final = LARGEST_MB * MB + 64 * 1024
"""The largest file, and the form around it."""
SUBMIT: Final = "submit"
TOO_LARGE: Final = Say(mark("Choose a file of at most %(most)s MB, or give an address."), {"most": LARGEST_MB})


async def hand_in(view: View) -> Response:
    """Take the file and hand it in; the same press again finds the work with the brand already."""
    try:
        async with view.upload("file") as (form, file):
            return await _hand_in(view, form, file)
    except Problem as problem:
        if problem.status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise
    form = Form()
    form.wrong("file", TOO_LARGE)
    return form_page(view, await shown_of(view), Way(SUBMIT, view.query("about")), form, 413)


async def _hand_in(view: View, form: Form, file: UploadFile | None) -> Response:
    about = form.values.get("about", "")[:200]
    way, shown = Way(SUBMIT, about), await shown_of(view)
    text = form.text("text", most=NOTE)
    if file is None:
        form.wrong("file", mark("Choose a file that has something in it."))
    if file is None or form.errors:
        return form_page(view, shown, way, form, 422)
    if shown.way(SUBMIT, about) is None:
        return view.go(shown.place)
    campaigns, seen = campaigns_of(view), number_of(form, "seen")
    try:
        kept = await campaigns.hand_in(
            shown.one.id, parts_of(file), file.content_type or "", (file.filename or "work")[:500]
        )
        await campaigns.act(
            shown.one.id,
            f"/deliverables/{about}/submit",
            SubmitWork(file=kept.id, text=text),
            key=form.text("key", most=100),
            seen=seen,
        )
    except WrongFieldsError as wrong:
        form.take(wrong.errors, {"file": "file", "text": "text"})
        return form_page(view, shown, way, form, 422)
    except DeclinedError as declined:
        return await refused(view, way, form, ACTS[SUBMIT], declined, seen or 0)
    return view.go(f"{shown.place}?done=did-submit")


PAGES = (
    Page(f"{PLACES[RoleKind.CREATOR]}/{{collaboration}}/hand-in", hand_in, RoleKind.CREATOR, "POST", body_limit=BODY),
)
