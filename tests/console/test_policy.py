"""How orders are credited, on the brand's page (MONEY 3, 7 to 9), and what a decision record says of shared lines."""

import json

import httpx
import pytest

from contracts.http.attribution import PolicyOut, PolicyVersion
from tests.console import sample
from tests.console.kit import sent


async def test_the_policy_says_what_holds_and_what_comes_in_plain_words(signed_in):
    page = (await signed_in["brand"].get("/policy")).text
    now, form = page.split("Change it")
    assert "A creator&#39;s click takes the lines that it covers." in now
    assert "The creator whose link was clicked last gets all of it." in now
    assert "Another version comes" in now
    assert "Clicks before codes · By position" in now
    assert 'value="position-based" checked' in form, "what comes is what a further change starts from"
    assert 'name="version" value="3"' in form
    assert "the beginning" in form


async def test_a_policy_that_nobody_changed_shows_no_history(console, signed_in):
    first = PolicyVersion(version=1)
    console.services.answers["GET attribution/v1/policy"] = PolicyOut(current=first, versions=(first,)).model_dump(
        mode="json"
    )
    page = (await signed_in["brand"].get("/policy")).text
    assert "All versions" not in page
    assert "Another version comes" not in page
    assert "A creator&#39;s code takes the lines that it covers" in page


async def test_a_change_names_the_version_that_was_seen(console, signed_in):
    form = {"version": "3", "precedence": "coupon-first", "model": "linear"}
    answer = await signed_in["brand"].post("/policy", data=form)
    assert answer.headers["location"] == "/policy?done=policy-changed"
    request = sent(console, "PUT", "/v1/policy")
    assert request.headers["if-match"] == '"3"'
    assert json.loads(request.content) == {"precedence": "coupon-first", "model": "linear"}


@pytest.mark.parametrize("wrong", [{"model": "guess"}, {"precedence": ""}, {"version": "x"}])
async def test_what_is_no_choice_is_not_sent(console, signed_in, wrong):
    form = {"version": "3", "precedence": "coupon-first", "model": "linear"} | wrong
    assert (await signed_in["brand"].post("/policy", data=form)).status_code == 422
    assert not [r for r in console.services.asked if r.method == "PUT"]


async def test_a_conflict_shows_what_holds_and_keeps_what_was_chosen(console, signed_in):
    console.services.answers["PUT attribution/v1/policy"] = httpx.Response(412, json={"title": "Old", "status": 412})
    form = {"version": "2", "precedence": "coupon-first", "model": "linear"}
    answer = await signed_in["brand"].post("/policy", data=form)
    assert answer.status_code == 409
    assert "Somebody changed this meanwhile." in answer.text
    assert 'value="linear" checked' in answer.text
    assert 'name="version" value="3"' in answer.text


async def test_a_shared_order_shows_each_part_with_its_weight_terms_and_fixing_and_adds_up(signed_in):
    """MONEY 7, 8, 15, 16, 20 and A8: the record's own words and numbers."""
    page = (await signed_in["brand"].get(f"/orders/{sample.SHARED}")).text
    for words in (
        "Ana Moretti · 40% of the line",
        "Terms, version 2",
        "Maximilian Oberhauser-Schmidt · 20% of the line",
        "1 EUR was 1.1111 USD",
        "on May 2, 2031 (ECB)",
        "Click on ",
        "$2.50",
        "€0.33",
        "paid on top of the commission",
        "€6.66",
    ):
        assert words in page, words
    assert page.count("€60.00</span>") == 4, "the line's value and base stand once, and once in the totals"


async def test_a_creator_reads_own_parts_only(signed_in):
    page = (await signed_in["creator"].get(f"/earnings/orders/{sample.HIDDEN}")).text
    assert "You · 40% of the line" in page
    assert page.count("Another creator") == 2
    assert "another creator" not in page
    assert page.count("019f2c4e") == 1, "of others not even the click's id"
    assert "€2.88" in page
    for hidden in ("20% of the line", "€6.66", "$2.50", "paid on top", "Maximilian"):
        assert hidden not in page, hidden
