"""A campaign's program: opened and closed, who may apply, and what is asked (C4)."""

import re
from datetime import datetime

from starlette.responses import Response

from chassis.ids import new_id
from console.clients import Campaigns, DeclinedError, Programs, WrongFieldsError
from console.domain.words import mark
from console.pages import labels, places, program_labels
from console.pages.forms import Form
from console.pages.problems import why_declined
from console.pages.programs import state_of
from console.pages.site import Page
from console.pages.view import View
from contracts.campaigns import Eligibility, Program, Question
from contracts.http.campaigns import CampaignOut, PutProgram
from contracts.http.console import RoleKind

MOST_FOLLOWERS = 2**53
YOUNGEST, OLDEST = 13, 99
MOST_QUESTIONS, QUESTION = 20, 500
SPARE = 2
"""Empty rows for more questions."""
CHANGED = mark("Somebody changed the campaign meanwhile. What you typed is still here: look at it, then save again.")


async def show(view: View) -> Response:
    """The rules and questions as they are, ready to be changed."""
    campaign = await Campaigns(view.service("campaigns")).find(view.path("campaign"))
    return _page(view, campaign, typed_of(campaign, view))


def typed_of(campaign: CampaignOut, view: View) -> Form:
    """A form that holds the program as it is."""
    program = campaign.program or Program()
    rules = program.eligibility
    values = {
        "followers": "" if rules.min_followers is None else str(rules.min_followers),
        "age": "" if rules.min_age is None else str(rules.min_age),
        "countries": ", ".join(rules.countries),
        "until": view.formats.typed_day(program.accepts_until) if program.accepts_until else "",
    }
    for number, question in enumerate(program.questions):
        values |= {f"question-{number}": question.text, f"id-{number}": question.id}
        if question.required:
            values[f"required-{number}"] = "1"
    return Form(values)


def _page(view: View, campaign: CampaignOut, form: Form, status: int = 200) -> Response:
    shown = [number for number in range(MOST_QUESTIONS) if form.values.get(f"question-{number}")]
    rows = min(MOST_QUESTIONS, (max(shown) + 1 if shown else 0) + SPARE)
    return view.render(
        "program_settings.html",
        status,
        campaign=campaign,
        form=form,
        rows=range(rows),
        state=state_of(view, campaign),
        labels=labels,
        words=program_labels,
    )


async def save(view: View) -> Response:
    """Keep the rules and questions. Applications that were made stay as they were answered."""
    form = await view.form()
    campaigns = Campaigns(view.service("campaigns"))
    campaign = await campaigns.find(view.path("campaign"))
    program = read_program(form, view)
    if program is None:
        return _page(view, campaign, form, 422)
    return await _put(view, campaign, program, form, "program-changed")


def read_program(form: Form, view: View) -> Program | None:
    """What was typed; None with what is wrong noted in the form."""
    followers = form.whole("followers", least=1, most=MOST_FOLLOWERS, required=False)
    age = form.whole("age", least=YOUNGEST, most=OLDEST, required=False)
    countries = places.read_countries(form, "countries", view.locale)
    until = form.end_of_day("until", view.who.role.zone, required=False)
    questions = []
    for number in range(MOST_QUESTIONS):
        text = form.line(f"question-{number}", most=QUESTION)
        if text:
            known = form.values.get(f"id-{number}", "")
            id_ = known if re.fullmatch(r"[A-Za-z0-9_-]{1,40}", known) else new_id()
            questions.append(Question(id=id_, text=text, required=form.values.get(f"required-{number}") == "1"))
    if form.errors:
        return None
    rules = Eligibility(min_followers=followers, min_age=age, countries=countries)
    return Program(eligibility=rules, questions=tuple(questions), accepts_until=until)


async def _put(view: View, campaign: CampaignOut, program: Program, form: Form, done: str) -> Response:
    typed = form.values.get("seen", "")
    seen = int(typed) if typed.isdecimal() and len(typed) <= 9 else campaign.revision  # noqa: PLR2004 - revisions fit
    try:
        await Programs(view.service("campaigns")).put(
            campaign.id, PutProgram(program=program), key=form.text("key", most=100), seen=seen
        )
    except WrongFieldsError as wrong:
        form.take(wrong.errors, {"program.eligibility": "followers", "program": "form"})
        return _page(view, campaign, form, 422)
    except DeclinedError as declined:
        form.wrong("form", CHANGED if declined.code == "changed-meanwhile" else why_declined(declined))
        return _page(view, campaign, form, declined.status)
    return view.go(f"/campaigns/{campaign.id}/program?done={done}")


async def close(view: View) -> Response:
    """Take no more applications from now on; rules and questions stay for the next time."""
    return await _until(view, view.desk.clock.now(), "program-closed")


async def reopen(view: View) -> Response:
    """Take applications again, without a date."""
    return await _until(view, None, "program-opened")


async def _until(view: View, until: datetime | None, done: str) -> Response:
    form = await view.form()
    campaign = await Campaigns(view.service("campaigns")).find(view.path("campaign"))
    program = (campaign.program or Program()).model_copy(update={"accepts_until": until})
    kept = typed_of(campaign, view)
    kept.values |= form.values
    return await _put(view, campaign, program, kept, done)


PAGES = (
    Page("/campaigns/{campaign}/program", show, RoleKind.BRAND),
    Page("/campaigns/{campaign}/program", save, RoleKind.BRAND, "POST"),
    Page("/campaigns/{campaign}/program/close", close, RoleKind.BRAND, "POST"),
    Page("/campaigns/{campaign}/program/open", reopen, RoleKind.BRAND, "POST"),
)
