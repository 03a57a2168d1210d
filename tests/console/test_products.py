"""The catalogue's pages: search, report of a file line by line, changes by hand (C16)."""

import json

import httpx
import pytest

from console.pages.products import BODY
from tests.console import sample_drafts
from tests.console.kit import sent

API = "/v1/products/import"
CSV = b"product_id,title\n8123,\xff\x00\n"
FORM = {
    "title": "Vitamin C serum, 30 ml",
    "kind": "Serum",
    "price": "34.9",
    "cost": "8.4",
    "url": "https://lumea.example/products/vitamin-c-serum",
    "image": "",
}
WAS = {f"was-{name}": value for name, value in FORM.items()}


async def test_the_list_shows_what_files_and_orders_have_named(signed_in):
    page = (await signed_in["brand"].get("/products")).text
    for words in ("Vitamin C serum, 30 ml", "€34.90", "€8.40", "Seen in orders", "Without a title", "3 products"):
        assert words in page, words
    assert 'href="/products/item/gid%3A//shopify/Product/8130"' in page


async def test_a_search_is_handed_on_and_an_unknown_filter_left_out(console, signed_in):
    await signed_in["brand"].get("/products?text=serum&source=orders&cursor=x")
    asked = console.services.asked[-1].url.params
    assert (asked["text"], asked["source"], asked["cursor"]) == ("serum", "orders", "x")
    await signed_in["brand"].get("/products?source=nonsense")
    assert "source" not in console.services.asked[-1].url.params
    assert "No product is like that" in (await signed_in["brand"].get("/products?text=nothing")).text


async def test_a_product_with_slashes_in_its_number_has_a_page(console, signed_in):
    page = await signed_in["brand"].get("/products/item/gid%3A//shopify/Product/8130")
    assert page.status_code == 200
    assert console.services.asked[-1].url.raw_path == b"/v1/products/gid%3A%2F%2Fshopify%2FProduct%2F8130"
    assert (await signed_in["brand"].get("/products/item/nothing")).status_code == 404


async def test_only_what_was_changed_is_written(console, signed_in):
    answer = await signed_in["brand"].post("/products/item/8123", data=FORM | WAS | {"cost": "9", "url": ""})
    assert answer.headers["location"] == "/products/item/8123?done=product-changed"
    request = sent(console, "PATCH", "/v1/products/8123")
    assert json.loads(request.content) == {"cost": {"amount": 900, "currency": "EUR"}, "url": None}
    console.services.asked.clear()
    await signed_in["brand"].post("/products/item/8123", data=FORM | WAS)
    assert not [one for one in console.services.asked if one.method == "PATCH"]


async def test_what_somebody_else_changed_meanwhile_is_shown_beside_what_was_typed(console, signed_in):
    was = WAS | {"was-title": "Serum", "was-kind": "Face"}
    typed = FORM | was | {"title": "Vitamin C", "kind": "Face"}
    answer = await signed_in["brand"].post("/products/item/8123", data=typed)
    assert answer.status_code == 409
    assert not [one for one in console.services.asked if one.method == "PATCH"]
    for words in ("Both versions", "Somebody changed this product", "Vitamin C serum, 30 ml", 'value="Serum"'):
        assert words in answer.text, words
    assert 'name="was-title" value="Vitamin C serum, 30 ml"' in answer.text
    assert ">Kind</th>" not in answer.text, "what was not typed into is as it says now"
    await signed_in["brand"].post("/products/item/8123", data=FORM | WAS | {"title": "Vitamin C"})
    request = sent(console, "PATCH", "/v1/products/8123")
    assert json.loads(request.content) == {"title": "Vitamin C"}
    assert request.headers["if-match"] == '"3"'


async def test_a_change_in_the_same_moment_is_told(console, signed_in):
    console.services.answers["PATCH campaigns/v1/products/8123"] = httpx.Response(412, json={"title": "Changed"})
    answer = await signed_in["brand"].post("/products/item/8123", data=FORM | WAS | {"title": "Vitamin C"})
    assert answer.status_code == 409
    assert "Somebody changed this product meanwhile" in answer.text
    assert 'value="Vitamin C"' in answer.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", "-1"),
        ("price", "many"),
        ("cost", "99999999999999"),
        ("url", "javascript:alert(1)"),
        ("image", "lumea.example/a.png"),
        ("title", "x" * 10_000),
        ("kind", "a\x00b"),
    ],
)
async def test_what_a_product_can_not_have_is_told_and_kept(console, signed_in, field, value):
    answer = await signed_in["brand"].post("/products/item/8123", data=FORM | WAS | {field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert f'href="#{field}"' in answer.text
    assert not [one for one in console.services.asked if one.method == "PATCH"]


async def test_what_campaigns_refuses_of_a_product_stands_beside_the_field(console, signed_in):
    console.services.answers["PATCH campaigns/v1/products/8123"] = httpx.Response(
        422, json={"errors": [{"field": "price.currency", "message": "The brand's currency is SEK."}]}
    )
    answer = await signed_in["brand"].post("/products/item/8123", data=FORM | WAS | {"price": "35"})
    assert answer.status_code == 422
    assert 'id="price-error"' in answer.text


async def test_a_file_is_sent_on_as_it_is_and_told_line_by_line(console, signed_in):
    files = {"file": ("products.csv", CSV, "application/vnd.ms-excel")}
    page = await signed_in["brand"].post("/products/import", data={"decimal": ","}, files=files)
    request = sent(console, "POST", API)
    assert (request.content, request.headers["content-type"]) == (CSV, "text/csv")
    assert dict(request.url.params) == {"decimal": ","}
    for words in ("2 products could not be read", "Line 203", "price", "this is no price", "96", "Variant Price"):
        assert words in page.text, words


@pytest.mark.parametrize(
    ("report", "words"),
    [
        ({"faults": (), "refused": 0}, "The file is loaded"),
        ({"faults": (), "refused": 0, "new": 0, "changed": 0}, "Every product of this file is here as it says."),
        ({"faults": (), "refused": 0, "new": 0, "changed": 0, "same": 0, "rows": 0}, "There are no products in it"),
        ({"refused": 0}, "Some lines could not be read"),
    ],
)
async def test_the_report_begins_with_what_matters(console, signed_in, report, words):
    console.services.answers[f"POST campaigns{API}"] = sample_drafts.an_import(**report).model_dump(mode="json")
    files = {"file": ("products.csv", CSV, "text/csv")}
    answer = await signed_in["brand"].post("/products/import", data={"decimal": ""}, files=files)
    assert words in answer.text


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (httpx.Response(422, json={"title": "Not a table of products", "detail": "No column says which."}), 422),
        (httpx.Response(415, json={"title": "Send CSV", "detail": "The content type must be text/csv."}), 422),
        (httpx.Response(413, json={"title": "Too large", "detail": "At most 20 MB are taken."}), 422),
        (503, 503),
    ],
)
async def test_a_file_that_is_refused_is_told(console, signed_in, answer, status):
    console.services.answers[f"POST campaigns{API}"] = answer
    files = {"file": ("products.csv", CSV, "text/csv")}
    page = await signed_in["brand"].post("/products/import", data={"decimal": ""}, files=files)
    assert page.status_code == status
    if status == 422:
        assert 'id="file-error"' in page.text


async def test_a_file_that_is_empty_or_too_large_is_not_sent(console, signed_in):
    for content, status in ((b"", 422), (b"x" * (BODY + 1), 413)):
        files = {"file": ("products.csv", content, "text/csv")}
        answer = await signed_in["brand"].post("/products/import", data={"decimal": ""}, files=files)
        assert answer.status_code == status
        assert 'id="file-error"' in answer.text
    assert not [one for one in console.services.asked if one.method == "POST"]
