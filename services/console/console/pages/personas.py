"""Whom a brand wants to reach: its personas, by which fit judges creators (D13)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from starlette.responses import Response

from console.clients import DeclinedError, Discovery, WrongFieldsError
from console.domain.words import mark
from console.pages import creator_labels, groups, places, prefilling
from console.pages.forms import Form
from console.pages.problems import why_declined
from console.pages.site import Page
from console.pages.view import View
from contracts.discovery import AgeBand, Category, Gender
from contracts.http.console import RoleKind
from contracts.http.discovery import PersonaIn, PersonaOut, PrefillOut

NAME: Final = 100
LINE: Final = 200
MOST_LINES: Final = 50
LINES: Final = ("jobs", "industries", "aspires_to", "peers", "leave_out")
OWN_BUYERS, COMPETITORS, OTHER = "own-buyers", "competitor-buyers", "other"
MADE_FROM: Final[Mapping[str, str]] = {
    OWN_BUYERS: mark("Our own past buyers"),
    COMPETITORS: mark("A competitor's buyers"),
}
"""What a persona is made from, by the API's values; any other line stands for itself."""
SOURCES: Final[Mapping[str, str]] = {"": mark("Not said"), **MADE_FROM, OTHER: mark("Something else")}
HOBBY: Final[Mapping[str, bool | None]] = {"": None, "professional": True, "hobbyist": False}
FIELDS: Final = {
    name: name for name in ("name", "made_from", "ages", "genders", "countries", "interests", "professional", *LINES)
}
CONFLICT: Final = mark("Somebody changed this persona meanwhile. What it says now stands beside what you typed.")


async def list_all(view: View) -> Response:
    """Every persona with whom it means."""
    personas = await Discovery(view.service("discovery")).personas()
    return view.render(
        "personas.html",
        personas=personas,
        labels=creator_labels,
        made_from=MADE_FROM,
        group=lambda line: groups.shown(line, view),
    )


async def show_new(view: View) -> Response:
    """An empty form; or filled from creators' audiences, as the address asks, for a person to correct."""
    asked = Form.of(view.request.query_params.multi_items())
    if prefilling.FILL not in asked.values:
        return _render(view, Form(), asked=asked)
    found = await prefilling.asked_for(view, asked)
    if found is None:
        return _render(view, Form(), 422, asked=asked)
    return _render(view, prefilling.filled(found, view), asked=asked, found=found)


async def make(view: View) -> Response:
    """Keep a new persona."""
    form = await view.form()
    said = read(form, view)
    if said is not None:
        try:
            await Discovery(view.service("discovery")).add_persona(said, form.text("key", most=100))
            return view.go("/personas?done=persona-kept")
        except WrongFieldsError as wrong:
            form.take(wrong.errors, FIELDS)
        except DeclinedError as declined:
            form.wrong("form", why_declined(declined))
    return _render(view, form, 422)


async def show(view: View) -> Response:
    """One persona in its form."""
    persona = await Discovery(view.service("discovery")).persona(view.path("persona"))
    return _render(view, filled(persona, view), persona=persona)


async def change(view: View) -> Response:
    """Change it; a change by somebody else meanwhile shows both."""
    form, id_ = await view.form(), view.path("persona")
    said, seen = read(form, view), form.whole("seen", least=1, most=2**31)
    status, is_conflict = HTTPStatus.UNPROCESSABLE_ENTITY, False
    discovery = Discovery(view.service("discovery"))
    if said is not None and seen is not None:
        try:
            await discovery.change_persona(id_, said, seen)
            return view.go("/personas?done=persona-kept")
        except WrongFieldsError as wrong:
            form.take(wrong.errors, FIELDS)
        except DeclinedError as declined:
            status, is_conflict = HTTPStatus.CONFLICT, declined.status == HTTPStatus.PRECONDITION_FAILED
            form.wrong("form", CONFLICT if is_conflict else why_declined(declined))
    persona = await discovery.persona(id_)
    if is_conflict:
        form.values["seen"] = str(persona.revision)
    return _render(view, form, status, persona=persona, theirs=persona if is_conflict else None, mine=said)


async def ask_removal(view: View) -> Response:
    """What goes, and one button."""
    persona = await Discovery(view.service("discovery")).persona(view.path("persona"))
    return view.render("persona_remove.html", persona=persona)


async def remove(view: View) -> Response:
    """Remove it."""
    await Discovery(view.service("discovery")).remove_persona(view.path("persona"))
    return view.go("/personas?done=persona-removed")


def read(form: Form, view: View) -> PersonaIn | None:
    """The persona that a form describes; None with the reasons in the form."""
    hobby = form.choice("professional", tuple(HOBBY)) if form.values.get("professional") else ""
    values: dict[str, Any] = {
        "name": form.line("name", most=NAME, required=True, words=mark("Give the persona a name.")),
        "made_from": _made_from(form),
        "ages": form.some("ages", tuple(AgeBand)),
        "genders": form.some("genders", tuple(Gender)),
        "countries": places.read_countries(form, "countries", view.locale),
        "interests": form.some("interests", tuple(Category)),
        "professional": HOBBY[hobby],
        **{name: form.lines(name, most=MOST_LINES, each=LINE) for name in LINES},
    }
    values["leave_out"] = tuple(groups.known(line, view) for line in values["leave_out"])
    return None if form.errors else PersonaIn(**values)


def _made_from(form: Form) -> str | None:
    source = form.choice("made_from", tuple(SOURCES)) if form.values.get("made_from") else ""
    words = mark("Say what it was made from.")
    other = form.line("made_from_other", most=LINE, required=source == OTHER, words=words)
    return other if source == OTHER else source


def filled(persona: PersonaOut, view: View) -> Form:
    """The form as a persona fills it."""
    hobby = next(name for name, value in HOBBY.items() if value is persona.professional)
    return Form(
        {
            "name": persona.name,
            "made_from": persona.made_from if persona.made_from in SOURCES else OTHER,
            "made_from_other": "" if persona.made_from in SOURCES else persona.made_from,
            "countries": ", ".join(view.formats.country(code) for code in persona.countries),
            "professional": hobby,
            "seen": str(persona.revision),
            **{name: "\n".join(getattr(persona, name)) for name in LINES},
            "leave_out": "\n".join(groups.shown(line, view) for line in persona.leave_out),
        },
        {name: tuple(map(str, getattr(persona, name))) for name in ("ages", "genders", "interests")},
    )


def differences(theirs: PersonaIn, mine: PersonaIn, view: View) -> list[tuple[str, str, str]]:
    """What two versions say differently: the field's name, and both in words."""
    named = {
        "name": mark("Name"),
        "made_from": mark("Made from"),
        "ages": mark("Ages"),
        "genders": mark("Genders"),
        "countries": mark("Countries"),
        "interests": mark("Interests"),
        "jobs": mark("Jobs"),
        "industries": mark("Industries"),
        "professional": mark("Professional or hobbyist"),
        "aspires_to": mark("Whom they aspire to"),
        "peers": mark("Their peers"),
        "leave_out": mark("Leave out of the first round"),
    }
    return [
        (view.say(words), _said(theirs, name, view), _said(mine, name, view))
        for name, words in named.items()
        if getattr(theirs, name) != getattr(mine, name)
    ]


def _said(persona: PersonaIn, name: str, view: View) -> str:
    value = getattr(persona, name)
    match name:
        case "ages":
            told = [creator_labels.AGE[one] for one in value]
        case "genders":
            told = [view.say(creator_labels.GENDER[one]) for one in value]
        case "countries":
            told = [view.formats.country(one) for one in value]
        case "interests":
            told = [view.say(creator_labels.CATEGORY[one]) for one in value]
        case "professional":
            told = [view.say(mark("Both") if value is None else mark("Professional") if value else mark("Hobbyist"))]
        case "made_from":
            told = [view.say(MADE_FROM[value]) if value in MADE_FROM else value]
        case "leave_out":
            told = [groups.shown(line, view) for line in value]
        case "name":
            told = [value]
        case _:
            told = list(value)
    return ", ".join(told) or view.say(mark("nothing"))


def _render(
    view: View,
    form: Form,
    status: int = 200,
    *,
    persona: PersonaOut | None = None,
    theirs: PersonaOut | None = None,
    mine: PersonaIn | None = None,
    asked: Form | None = None,
    found: PrefillOut | None = None,
) -> Response:
    return view.render(
        "persona.html",
        int(status),
        form=form,
        persona=persona,
        place=f"/personas/{quote(persona.id, safe='')}" if persona else "/personas/new",
        differences=differences(theirs, mine, view) if theirs is not None and mine is not None else [],
        labels=creator_labels,
        asked=asked or Form(),
        filling=[] if found is None else prefilling.sentences(found, view),
        is_filled=found is not None and found.creators > 0,
        sources=[(value, view.say(words)) for value, words in SOURCES.items()],
    )


PAGES = (
    Page("/personas", list_all, RoleKind.BRAND),
    Page("/personas/new", show_new, RoleKind.BRAND),
    Page("/personas/new", make, RoleKind.BRAND, "POST"),
    Page("/personas/{persona}", show, RoleKind.BRAND),
    Page("/personas/{persona}", change, RoleKind.BRAND, "POST"),
    Page("/personas/{persona}/remove", ask_removal, RoleKind.BRAND),
    Page("/personas/{persona}/remove", remove, RoleKind.BRAND, "POST"),
)
