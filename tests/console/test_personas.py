"""Personas: the form, what is wrong in it, and two people who change one (D13)."""

import json

import httpx
import pytest

from console.pages.personas import FIELDS, LINES
from contracts.http.discovery import PersonaIn, Personas
from tests.console import sample_kept
from tests.console.kit import sent
from tests.console.test_explore import text_of

PLACE = f"/personas/{sample_kept.PERSONA}"
SAID = {
    "name": "Runners",
    "made_from": "own-buyers",
    "made_from_other": "",
    "ages": ["25-34", "35-44"],
    "genders": ["female"],
    "countries": "Italy, fr",
    "interests": ["fitness", "health"],
    "professional": "hobbyist",
    "jobs": "Teacher\n\n Nurse ",
    "industries": "Education\nSport",
    "aspires_to": "Marathon winners",
    "peers": "The running club\nNeighbours",
    "leave_out": "Under 18",
    "key": "k-1",
}


async def test_a_persona_is_kept_with_every_part(console, signed_in):
    answer = await signed_in["brand"].post("/personas/new", data=SAID)
    assert answer.headers["location"] == "/personas?done=persona-kept"
    said = PersonaIn.model_validate_json(sent(console, "POST", "/v1/personas").content)
    assert said == PersonaIn(
        name="Runners",
        made_from="own-buyers",
        ages=("25-34", "35-44"),
        genders=("female",),
        countries=("IT", "FR"),
        interests=("fitness", "health"),
        professional=False,
        jobs=("Teacher", "Nurse"),
        industries=("Education", "Sport"),
        aspires_to=("Marathon winners",),
        peers=("The running club", "Neighbours"),
        leave_out=("Under 18",),
    )
    assert not [name for name in PersonaIn.model_fields if getattr(said, name) == PersonaIn(name="-").__dict__[name]]


@pytest.mark.parametrize("place", ["/personas/new", PLACE])
async def test_the_form_has_every_part_of_a_persona(signed_in, place):
    page = (await signed_in["brand"].get(place)).text
    assert [name for name in PersonaIn.model_fields if f'name="{name}"' not in page] == []


@pytest.mark.parametrize(
    ("form", "kept", "shown"),
    [
        ({"made_from": ""}, "", None),
        ({"made_from": "own-buyers", "made_from_other": "typed and not meant"}, "own-buyers", "Our own past buyers"),
        ({"made_from": "competitor-buyers"}, "competitor-buyers", "A competitor's buyers"),
        ({"made_from": "other", "made_from_other": "A survey"}, "A survey", "A survey"),
    ],
)
async def test_what_a_persona_is_made_from_is_a_choice_or_a_line(console, signed_in, form, kept, shown):
    await signed_in["brand"].post("/personas/new", data=SAID | form)
    said = PersonaIn.model_validate_json(sent(console, "POST", "/v1/personas").content)
    assert said.made_from == kept
    listed = Personas(personas=(sample_kept.a_persona(made_from=kept),)).model_dump(mode="json")
    console.services.answers["GET discovery/v1/personas"] = listed
    words = text_of((await signed_in["brand"].get("/personas")).text)
    assert "Women with sensitive skin" in words
    assert ("Made from" in words) is (shown is not None)
    assert shown is None or f"Made from {shown}" in words


async def test_the_list_of_personas_shows_every_part(signed_in):
    words = text_of((await signed_in["brand"].get("/personas")).text)
    for said in (
        "Industries Education, Health care",
        "Jobs Teacher, Nurse",
        "Whom they aspire to Dermatologists",
        "Their peers Women at the gym",
        "Leave out of the first round Under 18",
        "With the product they are Hobbyists",
        "Made from A survey of 2030",
    ):
        assert said in words, said


async def test_the_form_says_what_the_persona_says_and_saving_it_changes_nothing(console, signed_in):
    page = (await signed_in["brand"].get(PLACE)).text
    for words in (
        'value="Women with sensitive skin"',
        'value="Italy, France"',
        "Teacher\nNurse",
        'value="25-34" checked',
    ):
        assert words in page, words
    was = sample_kept.a_persona()
    data = {
        "name": was.name,
        "made_from": "other",
        "made_from_other": was.made_from,
        "ages": list(was.ages),
        "genders": list(was.genders),
        "countries": "Italy, France",
        "interests": list(was.interests),
        "professional": "hobbyist",
        **{name: "\n".join(getattr(was, name)) for name in LINES},
        "seen": "2",
    }
    await signed_in["brand"].post(PLACE, data=data)
    asked = sent(console, "PUT", f"/v1/personas/{sample_kept.PERSONA}")
    assert asked.headers["If-Match"] == '"2"'
    said = PersonaIn.model_validate_json(asked.content)
    assert said == PersonaIn(**{name: getattr(was, name) for name in PersonaIn.model_fields})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": " "}, "Give the persona a name."),
        ({"made_from": "other"}, "Say what it was made from."),
        ({"made_from": "nobody"}, "Choose one of these."),
        ({"countries": "Italy, Atlantis"}, "We know no country called Atlantis."),
        ({"ages": ["99"]}, "Choose some of these."),
        ({"professional": "perhaps"}, "Choose one of these."),
        ({"jobs": "\n".join(map(str, range(51)))}, "Enter at most 50 lines."),
        ({"jobs": "a" * 201}, "Enter lines of at most 200 signs"),
    ],
)
async def test_what_is_wrong_is_told_and_what_was_typed_is_kept(console, signed_in, change, words):
    page = await signed_in["brand"].post("/personas/new", data=SAID | change)
    assert page.status_code == 422
    assert words in page.text
    assert '<option value="own-buyers" selected>' in page.text or {"made_from"} & set(change)
    assert 'value="fitness" checked' in page.text
    assert not any(one.method == "POST" for one in console.services.asked)


async def test_a_change_by_somebody_else_shows_both_versions(console, signed_in):
    older = httpx.Response(412, json={"title": "It has changed", "type": "https://x/problems/changed"})
    console.services.answers[f"PUT discovery/v1/personas/{sample_kept.PERSONA}"] = older
    theirs = sample_kept.a_persona(revision=3, countries=("IT",), professional=None).model_dump(mode="json")
    console.services.answers[f"GET discovery/v1/personas/{sample_kept.PERSONA}"] = theirs
    page = await signed_in["brand"].post(PLACE, data=SAID | {"seen": "2"})
    assert page.status_code == 409
    words = text_of(page.text)
    assert "Countries Italy Italy, France" in words
    assert "Professional or hobbyist Both Hobbyist" in words
    assert "Made from A survey of 2030 Our own past buyers" in words
    assert 'name="seen" value="3"' in page.text
    assert 'value="Runners"' in page.text


async def test_a_persona_is_removed_after_one_question(console, signed_in):
    assert "What was predicted by it stays." in (await signed_in["brand"].get(f"{PLACE}/remove")).text
    answer = await signed_in["brand"].post(f"{PLACE}/remove")
    assert answer.headers["location"] == "/personas?done=persona-removed"
    sent(console, "DELETE", f"/v1/personas/{sample_kept.PERSONA}")


async def test_a_persona_leads_to_whom_fits_it_best(signed_in):
    page = (await signed_in["brand"].get("/personas")).text
    link = f"/creators?sort=fit&amp;fit_persona={sample_kept.PERSONA}"
    assert link in page
    assert (await signed_in["brand"].get(link.replace("&amp;", "&"))).status_code == 200


def test_every_part_of_a_persona_has_its_field():
    assert set(FIELDS) == set(PersonaIn.model_fields)


async def test_a_refusal_by_discovery_stands_beside_its_field(console, signed_in):
    problem = {"title": "x", "errors": [{"field": "countries.0", "message": "There is no country XX."}]}
    console.services.answers["POST discovery/v1/personas"] = httpx.Response(422, text=json.dumps(problem))
    page = await signed_in["brand"].post("/personas/new", data=SAID)
    assert 'id="countries-error"' in page.text
