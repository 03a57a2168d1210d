"""Reviews and held orders on the pages of brands and operators (MONEY 5, 11)."""

import json

import httpx
import pytest

from tests.console import sample
from tests.console.kit import sent

HELD = f"/orders/{sample.HELD}"


@pytest.mark.parametrize(("role", "base"), [("brand", "/reviews"), ("operator", "/holds")])
async def test_a_review_shows_what_would_change_and_is_decided_with_a_reason(console, signed_in, role, base):
    page = (await signed_in[role].get(base)).text
    assert sent(console, "GET", "/v1/reviews").url.params["status"] == "open"
    for words in ("\u2212€12.50", "+€12.50", "1 thing came later", "click:019f2c4e"):
        assert words in page, words
    assert ("Linh" in page) is (role == "brand"), "who the creators are is between them and the brand"
    answer = await signed_in[role].post(f"{base}/review-1/accept", data={"note": " Seen the video ", "key": "k-1"})
    assert answer.headers["location"] == f"{base}?done=review-accepted"
    request = sent(console, "POST", "/v1/reviews/review-1/accept")
    assert json.loads(request.content) == {"note": "Seen the video"}
    assert request.headers["idempotency-key"] == "k-1"
    answer = await signed_in[role].post(f"{base}/review-1/reject", data={"note": "", "key": "k-2"})
    assert answer.headers["location"] == f"{base}?done=review-rejected"
    assert (await signed_in[role].post(f"{base}/review-1/forget", data={})).status_code == 404


async def test_all_reviews_are_one_link_away_and_decided_ones_have_no_button(console, signed_in):
    page = (await signed_in["brand"].get("/reviews?show=all")).text
    assert "status" not in sent(console, "GET", "/v1/reviews").url.params
    assert "The customer says that the code was read out in the shop." in page
    assert page.count("Let it count") == 1


async def test_a_review_that_somebody_else_decided_is_told_and_the_reason_kept(console, signed_in):
    console.services.answers["POST attribution/v1/reviews/review-1/accept"] = httpx.Response(
        409, json={"title": "No longer open", "status": 409, "detail": "This review was rejected meanwhile."}
    )
    answer = await signed_in["brand"].post("/reviews/review-1/accept", data={"note": "My words", "key": "k"})
    assert answer.status_code == 409
    assert "This review was rejected meanwhile." in answer.text
    assert 'value="My words"' in answer.text
    too_long = await signed_in["brand"].post("/reviews/review-1/accept", data={"note": "x" * 501, "key": "k"})
    assert too_long.status_code == 422


async def test_nothing_to_decide_says_so(console, signed_in):
    console.services.answers["GET attribution/v1/reviews"] = sample.a_page([])
    assert "Nothing to decide" in (await signed_in["brand"].get("/reviews")).text


async def test_a_brand_releases_a_held_order_and_hears_what_still_holds_it(console, signed_in):
    page = (await signed_in["brand"].get(HELD)).text
    assert "The commission is on hold" in page
    assert "Release the commission" in page
    answer = await signed_in["brand"].post(f"{HELD}/release", data={"note": "Asked the shop", "key": "k-1"})
    assert answer.headers["location"] == f"/orders/{sample.STORE}%3A5009?done=released"
    assert json.loads(sent(console, "POST", f"/v1/orders/{sample.HELD}/release").content) == {"note": "Asked the shop"}
    partly = sample.a_release(sample.HELD, "A refund's details are not known yet.").model_dump(mode="json")
    console.services.answers[f"POST attribution/v1/orders/{sample.HELD}/release"] = partly
    answer = await signed_in["brand"].post(f"{HELD}/release", data={"key": "k-2"})
    assert answer.headers["location"].endswith("?done=released-partly")


async def test_a_release_that_is_refused_says_why_on_the_order_s_page(console, signed_in):
    console.services.answers[f"POST attribution/v1/orders/{sample.HELD}/release"] = httpx.Response(
        409, json={"title": "Not held", "status": 409, "detail": "Nothing of it waits for a person."}
    )
    answer = await signed_in["brand"].post(f"{HELD}/release", data={"note": "Because", "key": "k"})
    assert answer.status_code == 409
    assert "Nothing of it waits for a person." in answer.text
    assert 'value="Because"' in answer.text


async def test_creators_see_a_hold_and_can_not_release_it(console, signed_in):
    page = (await signed_in["creator"].get(f"/earnings/orders/{sample.HELD}")).text
    assert "The commission is on hold" in page
    assert "Release" not in page
