"""How a brand's orders are credited: what wins, how clicks share, and the version to come (MONEY 3, 7 to 9)."""

from http import HTTPStatus

from starlette.responses import Response

from console.clients import Attribution, DeclinedError, WrongFieldsError
from console.domain.words import mark
from console.pages import labels
from console.pages.forms import Form
from console.pages.problems import why_declined
from console.pages.site import Page
from console.pages.view import View
from contracts.http.attribution import AttributionModel, PolicyChange, Precedence
from contracts.http.console import RoleKind

CONFLICT = mark("Somebody changed this meanwhile. What holds now stands above; what you chose stands below.")


async def show(view: View) -> Response:
    """What holds now, what comes, what it means, and the form to change it."""
    return await _render(view)


async def _render(view: View, form: Form | None = None, status: int = 200) -> Response:
    policy = await Attribution(view.service("attribution")).policy()
    newest = policy.versions[0]
    shown = Form({"precedence": newest.precedence, "model": newest.model} | (form.values if form else {}))
    shown.errors = form.errors if form else {}
    return view.render(
        "policy.html",
        status,
        policy=policy,
        newest=newest,
        labels=labels,
        precedences=[(one, view.say(words), view.say(more)) for one, (words, more) in labels.PRECEDENCE.items()],
        models=[(one, view.say(words), view.say(more)) for one, (words, more) in labels.MODEL.items()],
        form=shown,
    )


async def change(view: View) -> Response:
    """A new version for orders from now on; nothing that is decided changes."""
    form = await view.form()
    seen = form.whole("version", least=1, most=2**31)
    precedence = Precedence(form.choice("precedence", list(Precedence)))
    model = AttributionModel(form.choice("model", list(AttributionModel)))
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if not form.errors and seen is not None:
        try:
            asked = PolicyChange(precedence=precedence, model=model)
            await Attribution(view.service("attribution")).change_policy(asked, seen)
            return view.go("/policy?done=policy-changed")
        except WrongFieldsError as wrong:
            form.take(wrong.errors, {"precedence": "precedence", "model": "model"})
        except DeclinedError as declined:
            status = HTTPStatus.CONFLICT
            is_older = declined.status == HTTPStatus.PRECONDITION_FAILED
            form.wrong("form", CONFLICT if is_older else why_declined(declined))
    return await _render(view, form, status)


PAGES = (
    Page("/policy", show, RoleKind.BRAND),
    Page("/policy", change, RoleKind.BRAND, "POST"),
)
