"""Links and codes on the pages of brands and creators (A1, A3)."""

import json

import httpx
import pytest

from contracts.attribution import Placement, UtmParameters
from contracts.http.attribution import CouponNew, LinkChange, LinkNew
from tests.console import sample, sample_work
from tests.console.kit import sent

LINKS = f"/campaigns/{sample.CAMPAIGN}/links"
CODES = f"/campaigns/{sample.CAMPAIGN}/codes"
WANTED = {
    "key": "k-1",
    "collaboration": sample_work.WORK,
    "placement": "story",
    "destination": "https://lumea.example/refill",
    "code": "ana-refill",
    "expires": "2031-06-30",
    "coupon": "coupon-1",
    "utm_source": "tiktok",
    "utm_medium": "",
}


@pytest.mark.parametrize(("role", "base"), [("brand", LINKS), ("creator", "/links")])
async def test_a_link_is_made_with_place_page_code_and_utm_and_its_page_comes_next(console, signed_in, role, base):
    answer = await signed_in[role].post(base, data=WANTED)
    assert answer.headers["location"] == f"{base}/link-2?done=link-made"
    request = sent(console, "POST", "/v1/links")
    asked = LinkNew.model_validate_json(request.content)
    assert (asked.collaboration, asked.placement, asked.code) == (sample_work.WORK, Placement.STORY, "ana-refill")
    assert (asked.destination, asked.coupon) == ("https://lumea.example/refill", "coupon-1")
    assert asked.utm == UtmParameters(source="tiktok"), "what is empty is left to the place"
    assert asked.expires_at is not None
    zone_hour = 21 if role == "brand" else 23
    assert asked.expires_at.isoformat() == f"2031-06-30T{zone_hour}:59:59+00:00", "the last second of the person's day"
    assert request.headers["idempotency-key"] == "k-1", "sent twice is made once"


async def test_what_is_left_empty_is_not_sent(console, signed_in):
    await signed_in["brand"].post(LINKS, data={"key": "k", "collaboration": "invitation-0", "placement": "bio"})
    body = json.loads(sent(console, "POST", "/v1/links").content)
    assert body == {"collaboration": "invitation-0", "placement": "bio", "utm": {}, "coupon_parameter": "coupon"}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("collaboration", "invitation-9", "Choose whose link it is."),
        ("placement", "moon", "Choose where the link will stand."),
        ("destination", "lumea.example", "Enter a whole address"),
        ("destination", "https://lumea.example/\u0000", "Enter one line of letters"),
        ("code", "no", "Enter 4 to 32 letters and digits"),
        ("code", "not this!", "Enter 4 to 32 letters and digits"),
        ("expires", "tomorrow", "Enter a date as year, month and day"),
        ("utm_source", "a\u0007b", "Enter one line of letters"),
        ("utm_source", "x" * 101, "Enter at most 100 characters"),
    ],
)
async def test_a_wrong_field_is_told_beside_it_and_what_was_typed_is_kept(console, signed_in, field, value, words):
    answer = await signed_in["brand"].post(LINKS, data=WANTED | {field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="ana-refill"' in answer.text or field == "code"
    assert not [r for r in console.services.asked if r.method == "POST"]


async def test_what_attribution_refuses_stands_beside_the_field(console, signed_in):
    problem = {"title": "Wrong", "status": 422, "errors": [{"field": "code", "message": "This code is taken."}]}
    console.services.answers["POST attribution/v1/links"] = httpx.Response(422, json=problem)
    answer = await signed_in["creator"].post("/links", data=WANTED)
    assert answer.status_code == 422
    assert 'id="code-error"' in answer.text
    assert "This code is taken." in answer.text


async def test_a_change_names_the_revision_that_was_seen_and_can_take_the_last_day_away(console, signed_in):
    form = {"revision": "1", "destination": "https://lumea.example/new", "expires": "", "utm_source": "tiktok"}
    answer = await signed_in["brand"].post(f"{LINKS}/link-2", data=form)
    assert answer.headers["location"] == f"{LINKS}/link-2?done=link-changed"
    request = sent(console, "PATCH", "/v1/links/link-2")
    assert request.headers["if-match"] == '"1"'
    body = json.loads(request.content)
    assert body == {"destination": "https://lumea.example/new", "expires_at": None, "utm": {"source": "tiktok"}}
    LinkChange.model_validate(body)


@pytest.mark.parametrize(("action", "paused"), [("pause", True), ("resume", False)])
async def test_pausing_says_nothing_else(console, signed_in, action, paused):
    answer = await signed_in["creator"].post("/links/link-1", data={"revision": "1", "action": action})
    assert answer.headers["location"] == f"/links/link-1?done=link-{action}d"
    assert json.loads(sent(console, "PATCH", "/v1/links/link-1").content) == {"paused": paused}


async def test_a_conflict_shows_what_it_is_now_and_what_was_typed(console, signed_in):
    stale = httpx.Response(412, json={"title": "Changed meanwhile", "status": 412})
    console.services.answers["PATCH attribution/v1/links/link-3"] = stale
    form = {"revision": "2", "destination": "https://lumea.example/mine", "expires": ""}
    answer = await signed_in["brand"].post(f"{LINKS}/link-3", data=form)
    assert answer.status_code == 409
    assert "Somebody changed this link meanwhile." in answer.text
    assert 'value="https://lumea.example/mine"' in answer.text
    assert "https://lumea.example/products/vitamin-c-serum</dd>" in answer.text
    assert answer.text.count('name="revision" value="4"') == 2, "sending again overwrites what is seen now"


async def test_the_qr_code_is_shown_and_can_be_kept(signed_in):
    page = await signed_in["brand"].get(f"{LINKS}/link-1")
    assert f'src="{LINKS}/link-1/qr.svg"' in page.text
    shown = await signed_in["brand"].get(f"{LINKS}/link-1/qr.svg")
    assert shown.headers["content-type"].startswith("image/svg+xml")
    assert "content-disposition" not in shown.headers
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    kept = await signed_in["creator"].get("/links/link-1/qr.svg?download")
    assert kept.headers["content-disposition"] == 'attachment; filename="qr.svg"'
    for path in ("/links/link-1/qr.gif", "/links/foreign/qr.svg", "/links/foreign", f"{LINKS}/foreign"):
        browser = signed_in["brand" if path.startswith("/campaigns") else "creator"]
        assert (await browser.get(path)).status_code == 404, path


async def test_codes_to_enter_are_shown_first_with_a_file_for_the_store_and_a_button(console, signed_in):
    page = (await signed_in["brand"].get(LINKS)).text
    assert "1 code waits to be entered in your store" in page
    assert page.index("MAXIMILIAN15") < page.index("ANA15")
    assert f'action="{CODES}/coupon-2/confirm"' in page
    assert f'action="{CODES}/coupon-1/confirm"' not in page, "the store knows it already"
    table = await signed_in["brand"].get("/codes/to-enter.csv?store=woocommerce")
    assert table.headers["content-disposition"] == 'attachment; filename="discount-codes-woocommerce.csv"'
    assert "MAXIMILIAN15" in table.text
    assert sent(console, "GET", "/v1/coupons/to-enter.csv").url.params["store"] == "woocommerce"
    assert (await signed_in["brand"].get("/codes/to-enter.csv?store=other")).status_code == 404


async def test_the_brand_confirms_and_ends_codes(console, signed_in):
    answer = await signed_in["brand"].post(f"{CODES}/coupon-2/confirm")
    assert answer.headers["location"] == f"{LINKS}?done=code-confirmed"
    sent(console, "POST", "/v1/coupons/coupon-2/confirm")
    answer = await signed_in["brand"].post(f"{CODES}/coupon-1/end")
    assert answer.headers["location"] == f"{LINKS}?done=code-ended"
    console.services.answers["POST attribution/v1/coupons/coupon-1/end"] = httpx.Response(
        409, json={"title": "Ended", "status": 409, "detail": "This code has ended already."}
    )
    refused = await signed_in["brand"].post(f"{CODES}/coupon-1/end")
    assert refused.status_code == 409
    assert "This code has ended already." in refused.text


async def test_a_code_is_made_for_a_creator_in_percent(console, signed_in):
    form = {"key": "k-2", "for_creator": "invitation-0", "new_code": "ana20", "discount": "20"}
    answer = await signed_in["brand"].post(CODES, data=form)
    assert answer.headers["location"] == f"{LINKS}?done=code-made"
    asked = CouponNew.model_validate_json(sent(console, "POST", "/v1/coupons").content)
    assert asked == CouponNew(collaboration="invitation-0", code="ana20", percent_off=2000)
    for field, value in (
        ("discount", "0"),
        ("discount", "101"),
        ("new_code", ""),
        ("new_code", "a b"),
        ("for_creator", "x"),
    ):
        refused = await signed_in["brand"].post(CODES, data=form | {field: value})
        assert refused.status_code == 422, (field, value)
        assert "<details open>" in refused.text, "the form with the error is not folded away"


async def test_a_taken_code_is_told_beside_it(console, signed_in):
    console.services.answers["POST attribution/v1/coupons"] = httpx.Response(
        409, json={"title": "Taken", "status": 409, "detail": "Another creator has this code."}
    )
    form = {"key": "k-2", "for_creator": "invitation-0", "new_code": "LINH5", "discount": "20"}
    refused = await signed_in["brand"].post(CODES, data=form)
    assert 'id="new_code-error"' in refused.text
    assert "Another creator has this code." in refused.text


async def test_a_new_link_may_lead_to_a_product_of_the_campaign(console, signed_in):
    new = f"/campaigns/{sample.CAMPAIGN}/links/new"
    page = (await signed_in["brand"].get(new)).text
    assert 'list="destination-offers"' in page
    assert '<option value="https://lumea.example/products/vitamin-c-serum">Vitamin C serum, 30 ml</option>' in page
    answer = console.services.answers[f"GET campaigns/v1/campaigns/{sample.CAMPAIGN}"]
    answer["terms"]["products"] = ["8124"]
    assert "<datalist" not in (await signed_in["brand"].get(new)).text, "the catalogue knows no page of it"
    assert console.services.asked[-1].url.params.get_list("id") == ["8124"]
    console.services.answers["GET campaigns/v1/products"] = 503
    assert (await signed_in["brand"].get(new)).status_code == 200


async def test_a_creator_without_a_collaboration_is_told_what_comes_first(console, signed_in):
    console.services.answers["GET campaigns/v1/collaborations"] = sample.a_page([])
    page = (await signed_in["creator"].get("/links/new")).text
    assert "It can be made once an invitation is accepted." in page
    assert "<form method" not in page.split("<main", 1)[1]
    assert 'href="/links/new"' not in (await signed_in["creator"].get("/links")).text


async def test_a_creator_sees_codes_that_the_store_knows_and_a_page_to_share(signed_in):
    page = (await signed_in["creator"].get("/links")).text
    assert "ANA15" in page
    assert "MAXIMILIAN15" not in page
    assert f"/c/{sample.CREATOR}</code>" in page
    assert "On screen" in page
    assert "until" in page
