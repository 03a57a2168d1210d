"""The brand's channel matrix: which channel suits what, with its own cells in place of the shipped ones (D10)."""

from http import HTTPStatus

from starlette.responses import Response

from console.clients import DeclinedError, Drafts, WrongFieldsError
from console.domain.words import mark
from console.pages.forms import Form
from console.pages.problems import why_declined
from console.pages.site import Page
from console.pages.view import View
from console.pages.wizard.words import CHANNEL, NEED, SUITS
from contracts.campaigns import Channel, Suits, Trait
from contracts.http.campaigns import MatrixOut, PutMatrix
from contracts.http.console import RoleKind


async def show(view: View) -> Response:
    """Every cell, the changed ones marked."""
    return _render(view, await Drafts(view.service("campaigns")).matrix(), Form())


async def save(view: View) -> Response:
    """Write the whole table; a change that somebody else made meanwhile is shown beside the own one."""
    drafts = Drafts(view.service("campaigns"))
    form = await view.form()
    table = {
        channel: {trait: Suits(form.choice(_name(channel, trait), list(Suits))) for trait in Trait}
        for channel in Channel
    }
    typed = form.values.get("revision", "")
    seen = int(typed) if typed.isdecimal() and len(typed) < 18 else 0  # noqa: PLR2004 - fits 64 bits
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if not form.errors:
        try:
            await drafts.change_matrix(PutMatrix(channels=table), seen)
            return view.go("/channels?done=matrix-changed")
        except WrongFieldsError as wrong:
            form.take(wrong.errors, {})
        except DeclinedError as declined:
            status = HTTPStatus(declined.status)
            is_changed = declined.status == HTTPStatus.PRECONDITION_FAILED
            form.wrong("form", _CHANGED if is_changed else why_declined(declined))
    return _render(view, await drafts.matrix(), form, status)


_CHANGED = mark(
    "Somebody else changed the matrix meanwhile. What they saved stands beside yours. Save again to keep yours."
)


def _name(channel: Channel, trait: Trait) -> str:
    return f"{channel}-{trait}"


def _render(view: View, matrix: MatrixOut, form: Form, status: int = HTTPStatus.OK) -> Response:
    return view.render(
        "channels.html",
        int(status),
        matrix=matrix,
        form=form,
        channels=CHANNEL,
        needs=NEED,
        suits={value: (view.say(words), tone) for value, (words, tone) in SUITS.items()},
    )


PAGES = (
    Page("/channels", show, RoleKind.BRAND),
    Page("/channels", save, RoleKind.BRAND, "POST"),
)
