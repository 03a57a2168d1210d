"""One link, for the brand and for the creator: its figures, its QR code, and what can be changed."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

from starlette.responses import Response

from console.clients import Attribution, DeclinedError, NotThereError, WrongFieldsError
from console.domain.words import mark
from console.pages import labels
from console.pages.forms import Form
from console.pages.link_form import FIELDS, UTM, read_change, read_new, values_of
from console.pages.problems import why_declined
from console.pages.view import HEADERS, View
from contracts.http.attribution import LinkChange, LinkOut

Again = Callable[[View, Form, int], Awaitable[Response]]
"""Shows the form of a new link with what is wrong in it."""

QR_KINDS = ("svg", "png")
CONFLICT = mark("Somebody changed this link meanwhile. What it is now stands above; what you typed stands below.")


async def show(view: View, base: str, back: tuple[str, str], names: dict[str, str]) -> Response:
    """The link's page; `base` is the address of its list, `names` are the creators by account."""
    link = await Attribution(view.service("attribution")).link(view.path("link"))
    return _render(view, link, base, back, names)


def _render(
    view: View,
    link: LinkOut,
    base: str,
    back: tuple[str, str],
    names: dict[str, str],
    form: Form | None = None,
    status: int = 200,
) -> Response:
    return view.render(
        "link.html",
        status,
        link=link,
        here=f"{base}/{link.id}",
        back=back[0],
        back_words=back[1],
        who=names.get(link.creator, ""),
        form=form or Form(values_of(link, view)),
        labels=labels,
        utm=UTM,
    )


async def create(view: View, base: str, works: Mapping[str, str], again: Again) -> Response:
    """Make the link of one of the works; attribution's own refusals are shown beside our fields, by `again`."""
    form = await view.form()
    asked = read_new(form, view, dict(works))
    if asked is not None:
        try:
            made = await Attribution(view.service("attribution")).create_link(asked, form.text("key", most=100))
            return view.go(f"{base}/{made.id}?done=link-made")
        except WrongFieldsError as wrong:
            form.take(wrong.errors, FIELDS)
        except DeclinedError as declined:
            form.wrong("form", why_declined(declined))
    return await again(view, form, HTTPStatus.UNPROCESSABLE_ENTITY)


async def change(view: View, base: str, back: tuple[str, str], names: dict[str, str]) -> Response:
    """Pause, resume, or lead elsewhere: only what was seen is changed, a conflict shows both."""
    attribution, id_ = Attribution(view.service("attribution")), view.path("link")
    form = await view.form()
    seen = form.whole("revision", least=1, most=2**53)
    action = form.values.get("action", "")
    asked: LinkChange | None = None
    done = "link-changed"
    if action in ("pause", "resume"):
        asked = LinkChange(paused=action == "pause")
        done = "link-paused" if action == "pause" else "link-resumed"
    else:
        asked = read_change(form, view)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if asked is not None and seen is not None:
        try:
            await attribution.change_link(id_, asked, seen)
            return view.go(f"{base}/{id_}?done={done}")
        except WrongFieldsError as wrong:
            form.take(wrong.errors, FIELDS)
        except DeclinedError as declined:
            status = HTTPStatus.CONFLICT
            is_older = declined.status == HTTPStatus.PRECONDITION_FAILED
            form.wrong("form", CONFLICT if is_older else why_declined(declined))
    link = await attribution.link(id_)
    form.values = values_of(link, view) | form.values
    return _render(view, link, base, back, names, form, status)


async def qr(view: View) -> Response:
    """The QR code; with `download` as a file to keep."""
    kind = view.path("kind")
    if kind not in QR_KINDS:
        raise NotThereError(kind)
    link = view.path("link")
    found = await Attribution(view.service("attribution")).qr(link, kind)
    headers = {**HEADERS, "Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
    if "download" in view.request.query_params:
        headers["Content-Disposition"] = f'attachment; filename="qr.{kind}"'
    return Response(found.content, media_type=found.kind, headers=headers)
