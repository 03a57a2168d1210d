"""The wizard's pages: each step is shown, read and saved for itself; the last look publishes (W2)."""

from hashlib import sha256
from http import HTTPStatus

from starlette.responses import Response

from chassis.ids import new_id
from console.clients import Campaigns, DeclinedError, Drafts, NotThereError, WrongFieldsError
from console.domain.words import mark
from console.pages.forms import Form
from console.pages.problems import why_declined
from console.pages.site import Page
from console.pages.view import View
from console.pages.wizard import files, suiting
from console.pages.wizard.step import FIND, Difference, Step, differences
from console.pages.wizard.steps import BY_SLUG, STATE, STEPS, StepState, after, path_of, places
from contracts.http.campaigns import ChangeDraft, DraftContent, DraftOut
from contracts.http.console import RoleKind

MOST_FIELDS = 2000
"""A thousand products, and rows of everything."""
TRIES = 3
GO_ON, STAY = "go-on", "stay"
FIRST = STEPS[0]


class ChangedMeanwhileError(Exception):
    """Somebody else wrote the same step since the form was made; `now` is the draft as it stands."""

    def __init__(self, now: DraftOut) -> None:
        super().__init__(now.id)
        self.now = now


async def show_new(view: View) -> Response:
    """The first step, of a campaign that is not there yet."""
    return await _render(view, FIRST, None, Form(FIRST.values(DraftContent(), view)))


async def begin(view: View) -> Response:
    """Save the first step: from now on there is a draft to come back to."""
    form = await view.form(MOST_FIELDS)
    if form.values.get("do") == FIND:
        return await _render(view, FIRST, None, form)
    asked = FIRST.read(form, view)
    if asked is None:
        return await _render(view, FIRST, None, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    # The same form sent twice is one draft; what was changed after going back in the browser is another.
    key = f"{form.text('key', most=100)[:100] or new_id()}-{sha256(asked.model_dump_json().encode()).hexdigest()[:16]}"
    try:
        made = await Drafts(view.service("campaigns")).begin(asked, key)
    except (WrongFieldsError, DeclinedError) as refusal:
        return await _render(view, FIRST, None, form, _refused(FIRST, form, refusal))
    return view.go(f"{path_of(made.id, after(FIRST))}?done=saved")


async def show(view: View) -> Response:
    """One step as it was saved, with what has become wrong since."""
    step, draft = _step(view), await _draft(view)
    if draft is None:
        return view.go(f"/campaigns/{view.path('campaign')}")
    form = Form(step.values(draft, view))
    if step.is_written(draft):
        for one in draft.missing:
            if one.field.partition(".")[0] in step.parts:
                form.wrong(step.ours(one.field, form) or "form", one.message)
    return await _render(view, step, draft, form)


async def save(view: View) -> Response:
    """Save one step, and go on; where something speaks against it, stay and say so."""
    step, draft = _step(view), await _draft(view)
    if draft is None:
        return view.go(f"/campaigns/{view.path('campaign')}")
    form = await view.form(MOST_FIELDS)
    do = form.values.get("do", GO_ON)
    if do == FIND:
        return await _render(view, step, draft, form)
    asked = step.read(form, view)
    if asked is None:
        return await _render(view, step, draft, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        saved = await _write(view, step, draft, asked, form) if asked.model_fields_set else draft
    except ChangedMeanwhileError as changed:
        return await _render_conflict(view, step, changed.now, asked, form)
    except (WrongFieldsError, DeclinedError) as refusal:
        return await _render(view, step, draft, form, _refused(step, form, refusal))
    stays = do == STAY or await step.advice(view, saved)
    return view.go(f"{path_of(saved.id, step if stays else after(step))}?done=saved")


def _refused(step: Step, form: Form, refusal: WrongFieldsError | DeclinedError) -> int:
    """The status of the page that shows what campaigns refused, each beside its field."""
    if isinstance(refusal, DeclinedError):
        form.wrong("form", why_declined(refusal))
        return refusal.status
    step.take(form, refusal.errors)
    if not form.errors:
        form.wrong("form", refusal.detail)
    return HTTPStatus.UNPROCESSABLE_ENTITY


async def _write(view: View, step: Step, draft: DraftOut, asked: ChangeDraft, form: Form) -> DraftOut:
    """The draft with the step written; raises `ChangedMeanwhileError` if somebody else wrote this step meanwhile.

    What others wrote in other steps is no conflict, nor is the same form sent twice.
    """
    drafts = Drafts(view.service("campaigns"))
    typed = form.values.get("revision", "")
    seen = int(typed) if typed.isdecimal() and len(typed) < 18 else draft.revision  # noqa: PLR2004 - fits 64 bits
    for _ in range(TRIES):
        try:
            return await drafts.change(draft.id, asked, seen)
        except DeclinedError as declined:
            if declined.status != HTTPStatus.PRECONDITION_FAILED:
                raise
        draft = await drafts.find(draft.id)
        if all(getattr(draft, name) == getattr(asked, name) for name in asked.model_fields_set):
            return draft
        if step.digest(draft, view) != form.values.get("was", ""):
            break
        seen = draft.revision
    raise ChangedMeanwhileError(draft)


async def _render_conflict(view: View, step: Step, now: DraftOut, asked: ChangeDraft, form: Form) -> Response:
    """Both versions side by side; saving once more takes the one that was typed."""
    mine = now.model_copy(update={name: getattr(asked, name) for name in asked.model_fields_set})
    found = differences(step, step.values(mine, view), step.values(now, view), view)
    return await _render(view, step, now, form, HTTPStatus.PRECONDITION_FAILED, found)


async def _render(
    view: View,
    step: Step,
    draft: DraftOut | None,
    form: Form,
    status: int = HTTPStatus.OK,
    conflict: list[Difference] | None = None,
) -> Response:
    next_ = after(step)
    # Unless the form is shown anew because of a conflict, it stays the one that was made from what was seen.
    is_kept = "was" in form.values and conflict is None
    revision = draft.revision if draft is not None else 0
    return view.render(
        f"wizard/{step.slug}.html",
        int(status),
        step=step,
        draft=draft,
        form=form,
        conflict=conflict,
        places=places(draft, step.slug),
        states=STATE,
        number=STEPS.index(step) + 1,
        next=next_,
        overview=path_of(draft.id) if draft is not None else "",
        action=path_of(draft.id, step) if draft is not None else "/campaigns/new",
        revision=form.values.get("revision", revision) if is_kept else revision,
        was=form.values["was"] if is_kept else step.digest(draft or DraftContent(), view),
        **await step.more(view, draft, form),
    )


async def upload(view: View) -> Response:
    """Add a file to the brief."""
    draft = await _draft(view)
    if draft is None:
        return view.go(f"/campaigns/{view.path('campaign')}")
    form, status = await files.received(view, draft.id)
    if form.errors:
        return await _render(view, files.STEP, draft, form, status)
    return view.go(f"{path_of(draft.id, files.STEP)}?done=file-added")


async def drop_file(view: View) -> Response:
    """Take a file of the brief away."""
    draft = await _draft(view)
    if draft is None:
        return view.go(f"/campaigns/{view.path('campaign')}")
    await Drafts(view.service("campaigns")).drop_file(view.path("asset"))
    return view.go(f"{path_of(draft.id, files.STEP)}?done=file-dropped")


async def review(view: View) -> Response:
    """All steps, how far each is, and what it says."""
    draft = await _draft(view)
    if draft is None:
        return view.go(f"/campaigns/{view.path('campaign')}")
    return _render_review(view, draft)


async def publish(view: View) -> Response:
    """Open the campaign for invitations; all that is missing is told at once, with the way to each."""
    id_ = view.path("campaign")
    try:
        await Campaigns(view.service("campaigns")).publish(id_)
    except DeclinedError as declined:
        problem, status = why_declined(declined), declined.status
    except WrongFieldsError as wrong:
        problem = "" if wrong.errors else wrong.detail
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    else:
        return view.go(f"/campaigns/{id_}?done=published")
    draft = await _draft(view)
    if draft is None:
        return view.go(f"/campaigns/{id_}")
    form = Form()
    for place in places(draft):
        for one in place.missing:
            form.errors[f"{place.step.slug}-{len(form.errors)}"] = one.message
    if problem or not form.errors:
        form.wrong("form", problem or mark("It could not be published. Try again."))
    return _render_review(view, draft, form, status)


def _render_review(view: View, draft: DraftOut, form: Form | None = None, status: int = HTTPStatus.OK) -> Response:
    found = places(draft)
    return view.render(
        "wizard/review.html",
        int(status),
        draft=draft,
        form=form or Form(),
        places=found,
        states=STATE,
        warnings=suiting.before_publishing(draft, view),
        facts={place.step.slug: place.step.facts(draft, view) for place in found},
        to_do=next((place for place in found if place.state in {StepState.MISSING, StepState.WRONG}), None),
        overview=path_of(draft.id),
        step=None,
    )


def _step(view: View) -> Step:
    found = BY_SLUG.get(view.path("step"))
    if found is None:
        raise NotThereError(view.path("step"))
    return found


async def _draft(view: View) -> DraftOut | None:
    """The draft; None for a campaign that was published. Raises `NotThereError`."""
    id_ = view.path("campaign")
    try:
        return await Drafts(view.service("campaigns")).find(id_)
    except NotThereError:
        await Campaigns(view.service("campaigns")).find(id_)
        return None


PAGES = (
    Page("/campaigns/new", show_new, RoleKind.BRAND),
    Page("/campaigns/new", begin, RoleKind.BRAND, "POST"),
    Page("/campaigns/{campaign}/edit", review, RoleKind.BRAND),
    Page("/campaigns/{campaign}/edit/{step}", show, RoleKind.BRAND),
    Page("/campaigns/{campaign}/edit/{step}", save, RoleKind.BRAND, "POST"),
    Page("/campaigns/{campaign}/files", upload, RoleKind.BRAND, "POST", body_limit=files.BODY),
    Page("/campaigns/{campaign}/files/{asset}/drop", drop_file, RoleKind.BRAND, "POST"),
    Page("/campaigns/{campaign}/publish", publish, RoleKind.BRAND, "POST"),
)
