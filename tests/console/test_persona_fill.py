"""A persona's form filled from creators' audiences, for a person to correct; nothing is kept by it (D13)."""

import json
import re

import httpx
import pytest

from contracts.http.discovery import BuyersOf, UnknownParts
from contracts.money import Money
from tests.console.kit import sent
from tests.console.sample_kept import a_prefill
from tests.console.test_explore import text_of

ASKED = "/v1/personas/prefilled"
OWN = "/personas/new?fill=own-buyers"
NAMED = "/personas/new?fill=competitor-buyers&creators=%40anna%0A%0Abeppe"


def ticked(page: str) -> set[str]:
    return {value for value in re.findall(r'value="([^"]*)"[^>]* checked', page) if value}


async def test_the_form_comes_back_filled_and_says_what_it_was_made_from(console, signed_in):
    page = (await signed_in["brand"].get(OWN)).text
    assert json.loads(sent(console, "POST", ASKED).content) == {
        "made_from": "own-buyers",
        "currency": "EUR",
        "creators": [],
    }
    assert ticked(page) == {"own-buyers", "25-34", "35-44", "female", "beauty"}
    assert 'value="Italy, Finland"' in page
    assert '<option value="own-buyers" selected>' in page
    words = text_of(page)
    assert "Filled from the audiences of creators who sold for you: 7, with €12,345.00 net." in words
    assert "Not known, and so not counted: ages of 2, categories of 1 of them." in words
    assert [one for one in console.services.asked if one.method == "POST" and one.url.path == "/v1/personas"] == []


async def test_competitors_creators_are_named_and_no_sales_are_told(console, signed_in):
    answer = a_prefill(made_from=BuyersOf.COMPETITORS, creators=2, sales=None, unknown=UnknownParts())
    console.services.answers[f"POST discovery{ASKED}"] = answer.model_dump(mode="json")
    page = (await signed_in["brand"].get(NAMED)).text
    assert json.loads(sent(console, "POST", ASKED).content)["creators"] == ["@anna", "beppe"]
    assert "Filled from the audiences of creators whom you named: 2." in text_of(page)
    assert "Not known, and so" not in page
    assert "@anna" in page.partition('name="creators"')[2].partition("</textarea>")[0]


async def test_without_any_sale_nothing_is_filled_in_and_that_is_said(console, signed_in):
    nothing = a_prefill(
        ages=(),
        genders=(),
        countries=(),
        interests=(),
        creators=0,
        sales=Money(amount=0, currency="EUR"),
        unknown=UnknownParts(),
    )
    console.services.answers[f"POST discovery{ASKED}"] = nothing.model_dump(mode="json")
    page = (await signed_in["brand"].get(OWN)).text
    assert "Nobody sold anything for you in this currency yet, so nothing is filled in." in text_of(page)
    assert ticked(page) == {"own-buyers"}


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ("/personas/new?fill=competitor-buyers&creators=%20", "creators"),
        ("/personas/new?fill=a-survey", "fill"),
        (f"/personas/new?fill=competitor-buyers&creators={'a' * 201}", "creators"),
    ],
)
async def test_what_can_not_be_filled_from_is_told_beside_its_field(console, signed_in, place, field):
    answer = await signed_in["brand"].get(place)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert not any(one.url.path == ASKED for one in console.services.asked)


async def test_a_creator_who_is_not_there_is_named(console, signed_in):
    error = {"field": "creators.1", "message": "There is no creator beppe."}
    body = {"type": "unprocessable", "title": "Wrong fields", "status": 422, "errors": [error]}
    console.services.answers[f"POST discovery{ASKED}"] = httpx.Response(422, json=body)
    answer = await signed_in["brand"].get(NAMED)
    assert (answer.status_code, "There is no creator beppe." in text_of(answer.text)) == (422, True)
    assert 'href="#creators"' in answer.text


async def test_the_form_stays_though_nobody_can_tell(console, signed_in):
    console.services.answers[f"POST discovery{ASKED}"] = httpx.Response(503)
    answer = await signed_in["brand"].get(OWN)
    assert (answer.status_code, 'name="ages"' in answer.text) == (422, True)


async def test_a_persona_that_is_there_is_not_filled_again(signed_in):
    assert 'name="fill"' in (await signed_in["brand"].get("/personas/new")).text
    assert 'name="fill"' not in (await signed_in["brand"].get("/personas/persona-1")).text
