"""Creators' photos as discovery keeps them: shown from here alone, so no other site hears who looks at whom (27)."""

from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from chassis.http import MB, Problem
from console.clients import Discovery, WrongFieldsError
from console.domain.words import Say, mark
from console.pages import profile
from console.pages.forms import Form
from console.pages.site import Page
from console.pages.view import HEADERS, View, parts_of
from contracts.http.console import RoleKind

LARGEST_MB: Final = 10
BODY: Final = LARGEST_MB * MB + 64 * 1024
"""The largest picture, and the form around it."""
PLACE: Final = "/photos/{profile}/{photo}"
OWN: Final = "/profile/{profile}/photo"
TOO_LARGE: Final = Say(mark("Choose a picture of at most %(most)s MB."), {"most": LARGEST_MB})
SENTENCES: Final = (
    mark("Choose a JPEG, PNG or WebP picture."),
    mark("This picture is damaged. Save it anew, or choose another one."),
    mark("Choose a picture of at most 25 million pixels."),
    mark("Choose a picture of at least 96 pixels on each side."),
    mark("Choose a picture that does not move."),
)
"""What discovery says of a picture that it does not take."""


async def show(view: View) -> Response:
    """A photo's bytes, for a day of the browser's own memory; another photo has another address."""
    discovery = Discovery(view.service("discovery"))
    is_own = view.who.role.kind is RoleKind.CREATOR
    found = await discovery.photo(view.path("profile"), view.path("photo"), is_own=is_own)
    headers = dict(HEADERS) | {"Cache-Control": "private, max-age=86400, immutable"}
    return Response(found.content, media_type=found.kind, headers=headers)


async def keep(view: View) -> Response:
    """Show the chosen picture on one's profile from now on."""
    form, status = Form(), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        async with view.upload("photo") as (_, file):
            if file is not None:
                kind = file.content_type or "application/octet-stream"
                await Discovery(view.service("discovery")).put_photo(view.path("profile"), parts_of(file), kind)
                return _back(view, "photo-kept")
        form.wrong("photo", mark("Choose a picture."))
    except WrongFieldsError as wrong:
        form.take(wrong.errors, {"photo": "photo"})
    except Problem as problem:
        if problem.status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise
        form.wrong("photo", TOO_LARGE)
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return await profile.show_refused(view, form, status)


async def drop(view: View) -> Response:
    """Show no photo any more."""
    await Discovery(view.service("discovery")).remove_photo(view.path("profile"))
    return _back(view, "photo-gone")


def _back(view: View, done: str) -> Response:
    return view.go(f"/profile?profile={quote(view.path('profile'), safe='')}&done={done}")


PAGES = (
    Page(PLACE, show, roles=(RoleKind.BRAND, RoleKind.CREATOR), has_news=False),
    Page(OWN, keep, RoleKind.CREATOR, "POST", body_limit=BODY),
    Page(f"{OWN}/remove", drop, RoleKind.CREATOR, "POST"),
)
