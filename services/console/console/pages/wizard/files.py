"""Files of the brief: uploaded one at a time, kept by campaigns, which looks at what each of them is (C2)."""

from http import HTTPStatus
from typing import Any, Final

from starlette.datastructures import UploadFile

from chassis.http import MB, Problem
from console.clients import DeclinedError, Drafts, WrongFieldsError
from console.domain.words import Say, mark
from console.pages.forms import Form
from console.pages.parts import if_there
from console.pages.problems import why_declined
from console.pages.view import View, parts_of
from console.pages.wizard.step import Facts, Step, Values
from contracts.http.campaigns import ChangeDraft, DraftContent, DraftOut

LARGEST_MB: Final = 100
BODY: Final = LARGEST_MB * MB + 64 * 1024
"""The largest file, and the form around it."""
TAKEN: Final = ".png,.jpg,.jpeg,.gif,.webp,.pdf,.mp4,.m4v,.mov,.webm,.zip"


def values(draft: DraftContent, view: View) -> Values:
    """Nothing of a draft's own: files are kept beside it."""
    del draft, view
    return {}


def read(form: Form, view: View) -> ChangeDraft | None:
    """Nothing is written by going on."""
    del form, view
    return ChangeDraft()


def ours(field: str, form: Form) -> str:
    """Which of our fields shows a refusal."""
    del field, form
    return "file"


async def more(view: View, draft: DraftOut | None, form: Form) -> dict[str, Any]:
    """The files that are there."""
    del form
    found = await if_there(Drafts(view.service("campaigns")).files(draft.id)) if draft is not None else None
    return {"files": found.items if found is not None else None, "most": LARGEST_MB, "taken": TAKEN}


def facts(draft: DraftContent, view: View) -> Facts:
    """They are listed on their own page."""
    del draft, view
    return []


async def received(view: View, draft: str) -> tuple[Form, int]:
    """Send an uploaded file on; the form, with what was wrong, and the status of the page that shows it."""
    form = Form()
    try:
        async with view.upload("file") as (form, file):
            if file is None:
                form.wrong("file", mark("Choose a file that has something in it."))
            else:
                await _send(view, draft, file)
    except Problem as problem:
        if problem.status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise
        form.wrong(
            "file", Say(mark("Choose a file of at most %(most)s MB, or link it in the brief."), {"most": LARGEST_MB})
        )
        return form, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    except WrongFieldsError as wrong:
        form.wrong("file", " ".join(error.message for error in wrong.errors) or wrong.detail)
    except DeclinedError as declined:
        form.wrong("file", why_declined(declined))
        return form, declined.status
    return form, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


async def _send(view: View, draft: str, file: UploadFile) -> None:
    kind = file.content_type or "application/octet-stream"
    name = (file.filename or "file")[:500]
    await Drafts(view.service("campaigns")).upload(draft, parts_of(file), kind, name)


STEP = Step(
    slug="files",
    title=mark("Files"),
    says=mark("Pictures, logos, documents that help. Whoever is invited can read them."),
    parts=(),
    values=values,
    read=read,
    ours=ours,
    facts=facts,
    words={},
    is_written=lambda _: False,
    optional=True,
    more=more,
)
