"""What operators and brands look after: held orders, privacy requests, counts of clicks, what campaigns cost."""

import json

import httpx
import pytest

from contracts.http.attribution import PrivacyStatus
from tests.console import sample, sample_desk
from tests.console.kit import sent

HELD = f"{sample.STORE}%3A5009"
REQUEST = f"/privacy-requests/{sample_desk.REQUEST}"


@pytest.mark.parametrize(
    ("role", "base", "records"), [("brand", "/held", "/orders"), ("operator", "/held-orders", "/records")]
)
async def test_held_orders_are_listed_with_reasons_and_released_from_the_list(console, signed_in, role, base, records):
    """MONEY 5, 16."""
    page = (await signed_in[role].get(base)).text
    for words in ("over seven days before", "no exchange rate", "Ends by itself when that is known.", "€15.12"):
        assert words in page, words
    assert ("You or the operator may release it." in page) is (role == "brand")
    assert ("Lumea Skincare</span>" in page.split("<main", 1)[1]) is (role == "operator")
    assert page.count('name="list"') == 2, "what waits for a fact has no button"
    form = {"note": " Asked the shop ", "key": "k-1", "list": "1"}
    answer = await signed_in[role].post(f"{records}/{sample.HELD}/release", data=form)
    assert answer.headers["location"] == f"{base}?done=released"
    request = sent(console, "POST", f"/v1/orders/{sample.HELD}/release")
    assert json.loads(request.content) == {"note": "Asked the shop"}
    assert request.headers["idempotency-key"] == "k-1"


async def test_pages_of_held_orders_follow_one_another(console, signed_in):
    console.services.answers["GET attribution/v1/orders/held"] = sample.a_page(sample_desk.some_held(), None, "more+")
    assert 'href="/held?cursor=more%2B"' in (await signed_in["brand"].get("/held")).text
    await signed_in["brand"].get("/held?cursor=more%2B")
    assert sent(console, "GET", "/v1/orders/held").url.params["cursor"] == "more+"


async def test_nothing_held_says_so(console, signed_in):
    console.services.answers["GET attribution/v1/orders/held"] = sample.a_page([])
    assert "Nothing is held" in (await signed_in["brand"].get("/held")).text


async def test_an_operator_reads_a_record_and_releases_from_it(console, signed_in):
    page = (await signed_in["operator"].get(f"/records/{sample.HELD}")).text
    assert "The commission is on hold" in page
    assert f'action="/records/{HELD}/release"' in page
    assert 'href="/held-orders"' in page
    answer = await signed_in["operator"].post(f"/records/{sample.HELD}/release", data={"key": "k"})
    assert answer.headers["location"] == f"/records/{HELD}?done=released"
    console.services.answers[f"POST attribution/v1/orders/{sample.HELD}/release"] = httpx.Response(
        409, json={"title": "Not held", "status": 409, "detail": "Nothing of it waits for a person."}
    )
    answer = await signed_in["operator"].post(f"/records/{sample.HELD}/release", data={"note": "Because", "key": "k"})
    assert answer.status_code == 409
    assert "Nothing of it waits for a person." in answer.text
    assert (await signed_in["brand"].get(f"/records/{sample.HELD}")).status_code == 403


@pytest.mark.parametrize(("role", "path"), [("brand", "/orders"), ("creator", "/earnings/orders")])
@pytest.mark.parametrize(
    ("customer", "words"),
    [
        ("new", "New customer"),
        ("returning", "Returning customer"),
        ("unknown", "Not known: the order names no customer"),
        (None, None),
    ],
)
async def test_the_record_says_whether_the_customer_was_new(console, signed_in, role, path, customer, words):
    """MONEY 13."""
    decision = sample.a_decision().model_dump(mode="json") | {"customer": customer}
    console.services.answers[f"GET attribution/v1/orders/{sample.ORDER}/decision"] = decision
    page = (await signed_in[role].get(f"{path}/{sample.ORDER}")).text
    assert ("<dt>Customer</dt>" in page) is (words is not None)
    assert words is None or f"<dd>{words}</dd>" in page


async def test_privacy_requests_show_what_came_what_was_done_and_what_is_outstanding(console, signed_in):
    page = (await signed_in["operator"].get("/privacy-requests")).text
    assert sent(console, "GET", "/v1/privacy-requests").url.params["status"] == "open"
    page = (await signed_in["operator"].get("/privacy-requests?show=all")).text
    assert "status" not in sent(console, "GET", "/v1/privacy-requests").url.params
    for words in ("Forget a customer", "Tell a customer what is kept", "Overdue", "3 orders", "1 delivery"):
        assert words in page, words
    assert page.count("Overdue") == 1, "what is done is not overdue"


async def test_a_request_for_data_lists_the_orders_and_is_noted_as_answered(console, signed_in):
    page = (await signed_in["operator"].get(REQUEST)).text
    assert f'href="/records/{sample.STORE}%3A4990"' in page
    assert "This is overdue" in page
    answer = await signed_in["operator"].post(f"{REQUEST}/done", data={"note": "By mail", "key": "k-1"})
    assert answer.headers["location"] == "/privacy-requests?done=request-answered"
    request = sent(console, "POST", f"/v1{REQUEST}/done")
    assert (json.loads(request.content), request.headers["idempotency-key"]) == ({"note": "By mail"}, "k-1")


async def test_what_is_done_or_the_service_s_own_work_has_no_form(console, signed_in):
    assert "<form" not in main_of((await signed_in["operator"].get("/privacy-requests/request-3")).text)
    done = sample_desk.a_request_detail().model_copy(update={"status": PrivacyStatus.DONE}).model_dump(mode="json")
    console.services.answers[f"GET attribution/v1{REQUEST}"] = done
    assert "<form" not in main_of((await signed_in["operator"].get(REQUEST)).text)


async def test_an_answer_that_somebody_gave_meanwhile_is_told_and_the_note_kept(console, signed_in):
    console.services.answers[f"POST attribution/v1{REQUEST}/done"] = httpx.Response(
        409, json={"title": "Done", "status": 409, "detail": "This request is done already."}
    )
    answer = await signed_in["operator"].post(f"{REQUEST}/done", data={"note": "By mail", "key": "k-1"})
    assert answer.status_code == 409
    assert "This request is done already." in answer.text
    assert 'value="By mail"' in answer.text


def main_of(page: str) -> str:
    return page.split("<main", 1)[1]


async def test_two_counts_stand_side_by_side_by_rule(console, signed_in):
    """A4."""
    page = (await signed_in["operator"].get("/click-counts")).text
    asked = sent(console, "GET", "/v1/click-recounts/comparison").url.params
    assert dict(asked) == {"older": "0", "newer": "1", "days": "30"}
    for words in ("bots/2", "988,420", "878,596", "\u2212109,824", "Under way", "python -m attribution recount", "+2"):
        assert words in page, words
    await signed_in["operator"].get("/click-counts?older=0&newer=1&days=90")
    assert sent(console, "GET", "/v1/click-recounts/comparison").url.params["days"] == "90"
    await signed_in["operator"].get("/click-counts?older=7&newer=2&days=1000000")
    assert dict(sent(console, "GET", "/v1/click-recounts/comparison").url.params) == dict(asked)


async def test_one_count_is_nothing_to_compare(console, signed_in):
    console.services.answers["GET attribution/v1/click-recounts"] = [{"number": 0, "current": True}]
    page = (await signed_in["operator"].get("/click-counts")).text
    assert "There is one count so far" in page
    assert not [one for one in console.services.asked if one.url.path.endswith("comparison")]


async def test_a_campaign_s_costs_add_up_for_an_accountant(console, signed_in):
    """A8: commission, fees and the operator's share; their sum; and the entries below."""
    page = (await signed_in["brand"].get(f"/campaigns/{sample.CAMPAIGN}/costs")).text
    for words in ("€1,632.79", "€750.00", "€2,382.79", "€81.64", "€2,464.43", "\u2212SEK"):
        assert words in page, words
    assert f'href="/orders/{sample.STORE}%3A4990"' in page
    assert "Ana Moretti" in page
    assert (
        f'href="/campaigns/{sample.CAMPAIGN}/costs"'
        in (await signed_in["brand"].get(f"/campaigns/{sample.CAMPAIGN}")).text
    )


async def test_costs_that_are_not_known_now_leave_the_page_standing(console, signed_in):
    console.services.answers[f"GET attribution/v1/campaigns/{sample.CAMPAIGN}/costs"] = 503
    page = await signed_in["brand"].get(f"/campaigns/{sample.CAMPAIGN}/costs")
    assert page.status_code == 200
    assert "The costs are not available right now" in page.text


@pytest.mark.parametrize("path", ["/held-orders", "/privacy-requests", REQUEST, "/click-counts"])
async def test_operators_pages_are_for_operators(signed_in, path):
    for role in ("brand", "creator"):
        assert (await signed_in[role].get(path)).status_code == 403
