"""Orders from a CSV file on a store's page: sent on as it is, and told line by line (A5)."""

import httpx
import pytest

from console.pages.imports import BODY
from tests.console import sample, sample_desk
from tests.console.kit import sent

PATH = f"/stores/{sample.STORE}/import"
API = f"/v1/stores/{sample.STORE}/orders/import"
FORM = {"zone": "Europe/Rome", "decimal": ",", "tax": "false"}
CSV = b"order_id,unit_price\n1,\xff\x00\n" + b"2,3\n" * 40_000


def a_file(content: bytes = CSV, name: str = "orders.csv", kind: str = "application/vnd.ms-excel"):
    return {"file": (name, content, kind)}


async def load(signed_in, content: bytes = CSV, **form: str) -> httpx.Response:
    return await signed_in["brand"].post(PATH, data=FORM | form, files=a_file(content))


async def test_a_file_is_sent_on_as_it_is_with_what_it_does_not_say(console, signed_in):
    assert (await load(signed_in)).status_code == 200
    request = sent(console, "POST", API)
    assert request.content == CSV
    assert request.headers["content-type"] == "text/csv", "whatever a browser calls it"
    assert dict(request.url.params) == {"zone": "Europe/Rome", "decimal": ",", "prices_include_tax": "false"}
    assert "content-length" not in request.headers, "part by part: nobody holds all of it"
    await load(signed_in, decimal="", tax="")
    assert dict(sent(console, "POST", API).url.params) == {"zone": "Europe/Rome"}


async def test_the_report_names_each_wrong_line_with_field_and_reason(signed_in):
    page = (await load(signed_in)).text
    for words in ("1,177", "301", "3 orders could not be read", "1,204", "placed_at", "a time without an offset"):
        assert words in page, words


@pytest.mark.parametrize(
    ("report", "words"),
    [
        ({"faults": (), "refused": 0}, "The file is loaded"),
        ({"faults": (), "refused": 0, "loaded": 0}, "Every order of this file was loaded before."),
        ({"faults": (), "refused": 0, "loaded": 0, "repeated": 0, "rows": 0}, "There are no orders in it"),
        ({"refused": 0}, "Some lines could not be read"),
    ],
)
async def test_the_report_begins_with_what_matters(console, signed_in, report, words):
    console.services.answers[f"POST attribution{API}"] = sample_desk.an_import(**report).model_dump(mode="json")
    assert words in (await load(signed_in)).text


@pytest.mark.parametrize(
    ("content", "form", "field"),
    [
        pytest.param(b"", {}, "file", id="an empty file"),
        pytest.param(CSV, {"zone": "Nowhere/Land"}, "zone", id="no zone"),
        pytest.param(CSV, {"decimal": "x"}, "decimal", id="no decimal mark"),
        pytest.param(CSV, {"tax": "perhaps"}, "tax", id="neither with tax nor without"),
    ],
)
async def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_sent(console, signed_in, content, form, field):
    answer = await load(signed_in, content, **form)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert not [one for one in console.services.asked if one.url.path == API]


async def test_without_a_file_the_form_says_so(signed_in):
    assert 'id="file-error"' in (await signed_in["brand"].post(PATH, data=FORM)).text
    browsers_send = {"file": ("", b"", "application/octet-stream")}
    assert 'id="file-error"' in (await signed_in["brand"].post(PATH, data=FORM, files=browsers_send)).text


async def test_a_file_that_is_no_table_is_told_with_the_reason(console, signed_in):
    console.services.answers[f"POST attribution{API}"] = httpx.Response(
        422, json={"title": "Not a table", "status": 422, "detail": "the header lacks unit_price (read as our columns)"}
    )
    answer = await load(signed_in)
    assert answer.status_code == 422
    assert "the header lacks unit_price" in answer.text


async def test_a_file_beyond_the_limit_is_told_so_and_is_not_sent_on(console, signed_in):
    answer = await load(signed_in, b"x" * (BODY + 1))
    assert answer.status_code == 413
    assert "at most 50 MB" in answer.text
    assert not [one for one in console.services.asked if one.url.path == API]


async def test_other_forms_keep_the_usual_limit(signed_in):
    answer = await signed_in["brand"].post("/policy", data={"model": "x" * 300_000})
    assert answer.status_code == 413


async def test_attribution_away_says_that_nothing_is_lost(console, signed_in):
    console.services.answers[f"POST attribution{API}"] = 503
    answer = await load(signed_in)
    assert answer.status_code == 503
    assert "Nothing is lost" in answer.text


async def test_stores_of_others_are_not_there_and_creators_load_nothing(console, signed_in):
    path = "/stores/store-of-somebody/import"
    assert (await signed_in["brand"].get(path)).status_code == 404
    console.services.answers.pop(f"POST attribution{API}")
    assert (await signed_in["brand"].post(path, data=FORM, files=a_file())).status_code == 404
    assert (await signed_in["creator"].post(PATH, data=FORM, files=a_file())).status_code == 403
    stranger = await signed_in["brand"].post(
        PATH, data=FORM, files=a_file(), headers={"Origin": "https://evil.example"}
    )
    assert stranger.status_code == 403
