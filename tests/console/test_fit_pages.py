"""What a persona says of creators, wherever they stand: what was found, who is named, who is left out (D8, D13)."""

import json

import httpx
import pytest

from contracts.http.campaigns import CampaignOut
from contracts.http.discovery import PersonaIn
from tests.console import sample, sample_kept
from tests.console.kit import sent
from tests.console.test_explore import asked_of_search, text_of
from tests.console.test_personas import PLACE, SAID

LEFT_OUT = "Left out of the first round: 13\N{EN DASH}17, Vietnam, knitting"
INVITED = f"/campaigns/{sample.CAMPAIGN}/invite/profile-linh"


@pytest.mark.parametrize(
    "place",
    [
        f"/creators?fit_persona={sample_kept.PERSONA}",
        f"/creators/compare?id=profile-ana&id=profile-linh&persona={sample_kept.PERSONA}",
        f"/creators/profile-linh?persona={sample_kept.PERSONA}",
    ],
)
async def test_who_is_left_out_of_the_first_round_is_marked_with_the_reason(signed_in, place):
    assert LEFT_OUT in text_of((await signed_in["brand"].get(place)).text)


async def test_who_is_not_left_out_is_not_marked(signed_in):
    page = (await signed_in["brand"].get(f"/creators/profile-ana?persona={sample_kept.PERSONA}")).text
    assert "Left out" not in text_of(page)


def _campaign_for(console, persona: str | None) -> None:
    key = f"GET campaigns/v1/campaigns/{sample.CAMPAIGN}"
    answer = console.services.answers[key]
    found = CampaignOut.model_validate(
        answer(httpx.Request("GET", "http://x.test/")).json() if callable(answer) else answer
    )
    goal = found.goal.model_copy(update={"persona_id": persona})
    console.services.answers[key] = found.model_copy(update={"goal": goal}).model_dump(mode="json")


async def test_the_invitation_to_a_campaign_says_whom_its_persona_leaves_out(console, signed_in):
    _campaign_for(console, sample_kept.PERSONA)
    page = text_of((await signed_in["brand"].get(INVITED)).text)
    assert LEFT_OUT in page
    assert "You can invite them all the same." in page
    asked = json.loads(sent(console, "POST", "/v1/creators/profile-linh/fit").content)
    assert (asked["campaign"], asked["keep"]) == (sample.CAMPAIGN, False)  # a look is no prediction
    _campaign_for(console, None)
    assert "Left out" not in (await signed_in["brand"].get(INVITED)).text


async def test_an_invitation_is_written_though_nobody_can_tell_the_fit(console, signed_in):
    _campaign_for(console, sample_kept.PERSONA)
    console.services.answers["POST discovery/v1/creators/profile-linh/fit"] = httpx.Response(503)
    assert (await signed_in["brand"].get(INVITED)).status_code == 200


async def test_from_a_campaign_one_looks_for_creators_by_its_own_fit(signed_in):
    page = (await signed_in["brand"].get(f"/campaigns/{sample.CAMPAIGN}")).text
    assert f'href="/creators?campaign={sample.CAMPAIGN}&amp;fit_campaign={sample.CAMPAIGN}"' in page


async def test_what_fit_found_of_a_persona_is_shown(signed_in):
    page = text_of((await signed_in["brand"].get(f"/creators/profile-ana?persona={sample_kept.PERSONA}")).text)
    assert "What they care for 100% wanted: Health, Nurse, Job 0, Job 1, Job 2, Job 3, Job 4, Job 5 and 2 more" in page
    assert "found: Health" in page
    assert "the persona's people are: hobbyists" in page
    assert "named by the persona: @ana.moretti" in page
    unknown = text_of((await signed_in["brand"].get(f"/creators/profile-linh?persona={sample_kept.PERSONA}")).text)
    assert "70% to 100% wanted: Health · found: nothing Not known: bio." in unknown


async def test_fit_for_a_category_is_asked_for_and_can_be_taken_away(console, signed_in):
    page = (await signed_in["brand"].get("/creators?sort=fit&fit_category=beauty&fit_category=home")).text
    assert asked_of_search(console).get_list("fit_category") == ["beauty", "home"]
    assert "Fit for videos about: Beauty, Living" in text_of(page)
    assert '<details class="wide" open>' in page
    wrong = await signed_in["brand"].get("/creators?fit_category=witchcraft")
    assert wrong.status_code == 422
    assert 'href="#fit_category"' in wrong.text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("18\N{EN DASH}24", "18-24"),
        ("women", "female"),
        ("Finland", "FI"),
        ("FI", "FI"),
        ("it", "it"),
        ("Living", "home"),
        ("beauty", "beauty"),
        ("@finland", "@finland"),
        ("Knitting", "Knitting"),
    ],
)
async def test_a_group_is_kept_by_the_name_that_fit_knows_and_shown_as_people_say_it(console, signed_in, typed, kept):
    await signed_in["brand"].post("/personas/new", data=SAID | {"leave_out": typed})
    said = PersonaIn.model_validate_json(sent(console, "POST", "/v1/personas").content)
    assert said.leave_out == (kept,)
    persona = sample_kept.a_persona(leave_out=(kept,))
    console.services.answers[f"GET discovery/v1{PLACE}"] = persona.model_dump(mode="json")
    page = (await signed_in["brand"].get(PLACE)).text
    await signed_in["brand"].post(PLACE, data=SAID | {"leave_out": _field(page), "seen": "2"})
    again = PersonaIn.model_validate_json(sent(console, "PUT", f"/v1{PLACE}").content)
    assert again.leave_out == (kept,)


def _field(page: str) -> str:
    return page.partition('name="leave_out"')[2].partition(">")[2].partition("</textarea>")[0]


async def test_views_of_what_was_published_stand_beside_the_predicted_ones(signed_in):
    page = (await signed_in["brand"].get("/creators/profile-ana")).text
    rows = (
        page.partition('class="table cards earlier"')[2].partition("<tbody>")[2].partition("</tbody>")[0].split("<tr>")
    )
    linh, gone = (text_of(row) for row in rows[1:])
    assert "21,000 to 34,000 52,000 to 61,000 118,400 of 2 of 3 published videos" in linh
    assert "not known not known not known" in gone
    assert "published video" not in gone
