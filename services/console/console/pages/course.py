"""A campaign's course: paused, resumed, ended, or dropped as a draft; each is told before it is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import Response

from console.clients import Campaigns, DeclinedError, Drafts, NotThereError
from console.domain.words import mark
from console.pages.problems import why_declined
from console.pages.site import Page
from console.pages.view import View
from contracts.http.console import RoleKind


@dataclass(frozen=True)
class Course:
    """What a brand may do with the whole of a campaign: its button, what will happen, and what is said once it has."""

    button: str
    says: tuple[str, ...]
    done: str
    is_grave: bool = False


COURSES: Mapping[str, Course] = {
    "pause": Course(
        mark("Pause the campaign"),
        (
            mark("Links go on leading to your page, but earn nothing until you resume."),
            mark("Nobody can be invited meanwhile. Work that was agreed goes on."),
            mark("Creators see that it is paused."),
        ),
        "paused",
    ),
    "resume": Course(
        mark("Resume the campaign"),
        (
            mark("Links earn again from now on; what was clicked during the pause earns nothing."),
            mark("Creators can be invited again."),
        ),
        "went-on",
    ),
    "end": Course(
        mark("End the campaign"),
        (
            mark("Links earn nothing for clicks from now on. Clicks of before still count within their window."),
            mark("Nobody can be invited any more. What was agreed and earned stays."),
            mark("This can't be taken back."),
        ),
        "ended",
        is_grave=True,
    ),
    "drop": Course(
        mark("Drop the draft"),
        (
            mark("The draft and the files uploaded for it are erased."),
            mark("This can't be taken back."),
        ),
        "dropped",
        is_grave=True,
    ),
}


async def show(view: View) -> Response:
    """What will happen, and one button."""
    return await _render(view)


async def move(view: View) -> Response:
    """Do it; a refusal says what is possible now."""
    course, id_ = _course(view), view.path("campaign")
    try:
        if view.path("course") == "drop":
            await Drafts(view.service("campaigns")).drop(id_)
            return view.go(f"/campaigns?done={course.done}")
        await Campaigns(view.service("campaigns")).move(id_, view.path("course"))
    except DeclinedError as declined:
        return await _render(view, HTTPStatus.CONFLICT, view.say(why_declined(declined)))
    return view.go(f"/campaigns/{id_}?done={course.done}")


async def _render(view: View, status: int = HTTPStatus.OK, problem: str = "") -> Response:
    course, id_ = _course(view), view.path("campaign")
    try:
        draft = await Drafts(view.service("campaigns")).find(id_)
        name = draft.name or ""
    except NotThereError:
        draft = None
        name = (await Campaigns(view.service("campaigns")).find(id_)).name
    return view.render(
        "campaign_course.html",
        int(status),
        name=name,
        course=course,
        path=f"/campaigns/{id_}/course/{view.path('course')}",
        back=f"/campaigns/{id_}/edit" if draft is not None else f"/campaigns/{id_}",
        problem=problem,
    )


def _course(view: View) -> Course:
    found = COURSES.get(view.path("course"))
    if found is None:
        raise NotThereError(view.path("course"))
    return found


PAGES = (
    Page("/campaigns/{campaign}/course/{course}", show, RoleKind.BRAND),
    Page("/campaigns/{campaign}/course/{course}", move, RoleKind.BRAND, "POST"),
)
