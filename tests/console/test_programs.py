"""The directory, a program and its application, the brand's answers, settings, messages, the budget and files."""

import re
from datetime import timedelta

import httpx
import pytest

from console.pages import labels, program_labels
from contracts.campaigns import ApplicationReason, ApplicationStatus
from contracts.discovery import Category
from contracts.http.campaigns import FitReason, RuleStanding
from tests.console import sample, sample_programs
from tests.console.kit import sent

CAMPAIGN = f"/campaigns/{sample.CAMPAIGN}"
API = f"/v1/campaigns/{sample.CAMPAIGN}"
TALK = f"/messages/{sample_programs.TALK}"
ONE = "/programs/program-1"


def main_of(answer):
    """What stands in the page's content, spaces made one."""
    assert answer.status_code < 500, answer.text
    return re.sub(r"\s+", " ", answer.text.split("<main", 1)[1])


def body_of(request):
    return request.content.decode()


def refused(status, code, **more):
    """A service's refusal."""
    return httpx.Response(status, json={"type": f"/problems/{code}", "title": "Refused", "detail": "Because.", **more})


def test_everything_that_is_said_of_programs_has_words():
    assert set(program_labels.CATEGORY) == set(Category)
    assert set(labels.APPLICATION) == set(ApplicationStatus)
    assert set(labels.APPLICATION_REASON) == set(ApplicationReason)
    unsaid = {(reason, RuleStanding.UNKNOWN) for reason in (FitReason.CATEGORY, FitReason.CHANNEL)}
    every = {(reason, standing) for reason in FitReason for standing in RuleStanding}
    assert set(program_labels.FIT) == every - unsaid


async def test_the_directory_asks_for_what_suits_and_says_why(console, signed_in):
    page = main_of(await signed_in["creator"].get("/programs"))
    assert dict(sent(console, "GET", "/v1/programs").url.params) == {"sort": "fit", "limit": "25"}
    for words in ("47 open programs", "You meet all its rules", "Your category: Beauty", "One of its rules is not met"):
        assert words in page, words
    assert 'href="/programs?cursor=more"' in page
    assert "You applied" in page


async def test_filters_go_to_the_api_and_are_taken_away_one_by_one(console, signed_in):
    query = "category=beauty&country=IT&commission=12.5&followers=5,000&for_me=1&sort=newest"
    page = main_of(await signed_in["creator"].get(f"/programs?{query}"))
    assert dict(sent(console, "GET", "/v1/programs").url.params) == {
        "category": "beauty",
        "country": "IT",
        "min_commission": "1250",
        "min_followers_at_most": "5000",
        "for_me": "true",
        "sort": "newest",
        "limit": "25",
    }
    chips = re.findall(r'class="chip" href="([^"]*)"', page)
    assert len(chips) == 5
    assert all(chip.count("=") == 5 for chip in chips), "each takes one away and keeps the others and the order"
    assert "category" not in chips[0]
    assert "at most 5,000 followers asked for" in page


async def test_filters_that_nobody_has_are_left_out(console, signed_in):
    answer = await signed_in["creator"].get("/programs?category=x&country=Q1&commission=abc&followers=-1&sort=x")
    assert answer.status_code == 200
    assert dict(sent(console, "GET", "/v1/programs").url.params) == {"sort": "fit", "limit": "25"}
    assert "Enter a number" in main_of(answer)


async def test_a_rule_that_refuses_is_named_with_what_is_missing_and_there_is_no_form(signed_in):
    page = main_of(await signed_in["creator"].get("/programs/program-3"))
    assert "You can&#39;t apply to this program" in page or "You can't apply to this program" in page
    assert "65,800 more followers are needed." in page
    assert "<form" not in page.split("</aside>")[-2]
    assert "United States" in page
    page = main_of(await signed_in["creator"].get("/programs/program-2"))
    assert "Not known" in page, "an unknown age refuses nobody"
    assert ">Apply</button>" in page


async def test_an_application_says_the_answers_the_idea_and_the_price(console, signed_in):
    form = {"q-why": "They ask me.", "q-when": "", "idea": "Mornings.", "fee": "320", "commission": "15", "key": "k-1"}
    answer = await signed_in["creator"].post(ONE, data=form)
    assert answer.headers["location"] == "/applications/application-1?done=applied"
    request = sent(console, "POST", "/v1/programs/program-1/applications")
    assert body_of(request) == (
        '{"idea":"Mornings.","answers":[{"question":"why","text":"They ask me."}],'
        '"fee":{"amount":32000,"currency":"EUR"},"commission":1500}'
    )
    assert request.headers["idempotency-key"] == "k-1"


async def test_what_is_missing_or_refused_stands_there_and_keeps_what_was_typed(console, signed_in):
    answer = await signed_in["creator"].post(ONE, data={"q-why": " ", "idea": "Mornings.", "fee": "x"})
    page = main_of(answer)
    assert answer.status_code == 422
    assert 'href="#q-why">Answer this question.' in page
    assert 'id="fee-error"' in page
    assert "Mornings." in page
    path = "POST campaigns/v1/programs/program-1/applications"
    console.services.answers[path] = refused(409, "not-eligible")
    page = main_of(await signed_in["creator"].post(ONE, data={"q-why": "<b>They</b> ask me."}))
    assert "Its page says which rule is not met." in page
    assert "&lt;b&gt;They&lt;/b&gt; ask me." in page


async def test_a_creator_reads_what_came_of_each_application(console, signed_in):
    page = main_of(await signed_in["creator"].get("/applications"))
    assert re.findall(r'class="badge [a-z]*">([^<]*)<', page) == ["Waits for an answer", "Approved", "Declined"]
    page = main_of(await signed_in["creator"].get("/applications/application-9"))
    assert "All places are taken" in page
    assert "Next year again." in page
    console.services.answers["POST campaigns/v1/applications/application-1/withdraw"] = {}
    answer = await signed_in["creator"].post("/applications/application-1/withdraw")
    assert answer.headers["location"] == "/applications/application-1?done=application-withdrawn"


async def test_a_program_is_for_everybody_without_a_cookie_and_leads_to_the_way_in(console, signed_in):
    async with console.browser() as stranger:
        answer = await stranger.get("/p/program-2")
        assert answer.headers["cache-control"].startswith("public, max-age=60")
        assert "set-cookie" not in answer.headers
        assert len(answer.content) < 12_000
        page = answer.text
        assert 'href="/sign-in?next=%2Fprograms%2Fprogram-2"' in page.replace(
            "/programs/program-2", "%2Fprograms%2Fprogram-2"
        )
        for words in ("Lumea Skincare looks for creators", "18 years or older", "Italy, Germany", "12%"):
            assert words in page, words
        missing = await stranger.get("/p/nowhere")
        assert (missing.status_code, "not open" in missing.text) == (404, True)
        asked = len(console.services.asked)
        await stranger.get("/p/program-2")
        assert len(console.services.asked) == asked, "the answer is kept for half a minute"
        console.services.answers["GET campaigns/v1/public/programs/program-2"] = 503
        console.later(timedelta(minutes=2))
        assert (await stranger.get("/p/program-2")).status_code == 200
        console.later(timedelta(hours=2))
        away = await stranger.get("/p/program-2")
        assert (away.status_code, away.headers["retry-after"]) == (503, "5")


async def test_a_brand_sees_its_programs_and_how_many_wait(signed_in):
    page = main_of(await signed_in["brand"].get("/programs"))
    assert "Spring serum launch" in page
    assert "3 wait for you" in page


async def test_applications_wait_first_and_several_are_declined_with_one_reason(console, signed_in):
    page = main_of(await signed_in["brand"].get(f"{CAMPAIGN}/applications"))
    assert sent(console, "GET", f"{API}/applications").url.params["status"] == "received"
    assert page.count('type="checkbox" name="application"') == 3
    path = f"{CAMPAIGN}/applications/decline"
    answer = await signed_in["brand"].post(path, data={"reason": "full"})
    assert (answer.status_code, "Tick the applications first." in answer.text) == (422, True)
    answer = await signed_in["brand"].post(path, data={"application": ["application-1"]})
    assert "Choose a reason" in answer.text
    form = {"application": ["application-1", "application-2"], "reason": "full", "note": "Later.", "key": "k-2"}
    answer = await signed_in["brand"].post(path, data=form)
    assert answer.headers["location"].endswith("/applications?done=applications-declined")
    request = sent(console, "POST", f"{API}/applications/decline")
    assert body_of(request) == ('{"applications":["application-1","application-2"],"reason":"full","note":"Later."}')


async def test_a_brand_reads_the_answers_and_approves_or_counters_or_declines(console, signed_in):
    one = f"{CAMPAIGN}/applications/application-2"
    page = main_of(await signed_in["brand"].get(one))
    for words in ("Why does a serum suit your followers?", "They ask me every week", "€320.00", "instead of €250.00"):
        assert words in page, words
    made = {
        "application": sample_programs.some_applications()[1].model_dump(mode="json"),
        "collaboration": sample.some_collaborations()[3].model_dump(mode="json", by_alias=True),
    }
    api = "campaigns/v1/applications/application-2"
    console.services.answers |= {
        f"POST {api}/approve": made,
        f"POST {api}/decline": sample_programs.some_applications()[1].model_dump(mode="json"),
    }
    answer = await signed_in["brand"].post(f"{one}/approve", data={"key": "k-3"})
    assert answer.headers["location"].endswith("?done=application-approved")
    assert body_of(sent(console, "POST", "/v1/applications/application-2/approve")) == '{"message":""}'
    answer = await signed_in["brand"].post(f"{one}/counter", data={"currency": "EUR"})
    assert "Enter another fee, or another commission." in answer.text
    answer = await signed_in["brand"].post(f"{one}/counter", data={"currency": "EUR", "fee": "300", "message": "Deal?"})
    assert answer.headers["location"].endswith("?done=application-countered")
    assert '"amount":30000' in body_of(sent(console, "POST", "/v1/applications/application-2/approve"))
    answer = await signed_in["brand"].post(f"{one}/decline", data={"reason": "nonsense"})
    assert answer.status_code == 422
    answer = await signed_in["brand"].post(f"{one}/decline", data={"reason": "idea"})
    assert answer.headers["location"].endswith("?done=application-declined")
    console.services.answers[f"POST {api}/approve"] = refused(409, "budget-exceeded")
    answer = await signed_in["brand"].post(f"{one}/approve")
    assert (answer.status_code, "The budget can&#39;t cover this." in answer.text) == (409, True)


async def test_rules_and_questions_are_saved_as_they_were_seen(console, signed_in):
    path = f"{CAMPAIGN}/program"
    page = main_of(await signed_in["brand"].get(path))
    assert 'value="5000"' in page
    assert 'value="Why does a serum suit your followers?"' in page
    console.services.answers[f"PUT campaigns{API}/program"] = sample.a_campaign().model_dump(mode="json")
    form = {
        "followers": "10,000",
        "countries": "it, us",
        "question-0": "Why you?",
        "id-0": "why",
        "required-0": "1",
        "question-1": "",
        "question-2": "When?",
        "seen": "2",
        "key": "k-4",
    }
    answer = await signed_in["brand"].post(path, data=form)
    assert answer.headers["location"] == f"{path}?done=program-changed"
    request = sent(console, "PUT", f"{API}/program")
    assert request.headers["if-match"] == '"2"'
    body = body_of(request)
    assert '"eligibility":{"min_followers":10000,"countries":["IT","US"]}' in body
    assert '{"id":"why","text":"Why you?","required":true}' in body
    assert '"text":"When?","required":false' in body
    answer = await signed_in["brand"].post(path, data=form | {"countries": "IT, Q1", "age": "5"})
    assert (answer.status_code, "Why you?" in answer.text) == (422, True)
    console.services.answers[f"PUT campaigns{API}/program"] = refused(412, "changed-meanwhile")
    answer = await signed_in["brand"].post(path, data=form)
    assert (answer.status_code, "Somebody changed the campaign meanwhile" in answer.text) == (412, True)


async def test_a_program_is_closed_and_opened_and_keeps_its_rules(console, signed_in):
    console.services.answers[f"PUT campaigns{API}/program"] = sample.a_campaign().model_dump(mode="json")
    answer = await signed_in["brand"].post(f"{CAMPAIGN}/program/close", data={"seen": "2"})
    assert answer.headers["location"].endswith("?done=program-closed")
    body = body_of(sent(console, "PUT", f"{API}/program"))
    assert '"accepts_until":"2031-05-05T12:00:00Z"' in body
    assert '"min_followers":5000' in body
    await signed_in["brand"].post(f"{CAMPAIGN}/program/open", data={"seen": "2"})
    assert "accepts_until" not in body_of(sent(console, "PUT", f"{API}/program"))


async def test_a_budget_adds_up_on_the_page(signed_in):
    page = main_of(await signed_in["brand"].get(f"{CAMPAIGN}/budget"))
    budget = sample_programs.a_budget()
    assert budget.committed.total + budget.over_cap + budget.left == 500_000
    for amount in ("€5,000.00", "\N{MINUS SIGN}€1,000.00", "€2,363.40"):
        assert amount in page, amount
    assert "In all" in page
    assert "1 agreement has no cap on commission" in page
    assert "$12.50 of commission is in another currency" in page


async def test_a_budget_is_changed_as_it_was_seen(console, signed_in):
    path = f"{CAMPAIGN}/budget"
    form = {"amount": "6,000", "product": "29", "shipping": "", "seen": "2", "key": "k-6"}
    answer = await signed_in["brand"].post(path, data=form)
    assert answer.headers["location"] == f"{path}?done=budget-changed"
    request = sent(console, "PUT", f"{API}/budget")
    assert request.headers["if-match"] == '"2"'
    assert '"amount":{"amount":600000,"currency":"EUR"}' in body_of(request)
    await signed_in["brand"].post(path, data={"amount": "", "seen": "2"})
    assert body_of(sent(console, "PUT", f"{API}/budget")) == '{"budget":null}'
    answer = await signed_in["brand"].post(path, data={"amount": "", "product": "2"})
    assert (answer.status_code, "the other amounts are part of it" in answer.text) == (422, True)
    console.services.answers[f"PUT campaigns{API}/budget"] = refused(409, "budget-too-small")
    answer = await signed_in["brand"].post(path, data=form)
    assert (answer.status_code, "This is less than what is bound already." in answer.text) == (409, True)
    console.services.answers[f"PUT campaigns{API}/budget"] = refused(412, "changed-meanwhile")
    answer = await signed_in["brand"].post(path, data=form)
    assert (answer.status_code, "Somebody changed the campaign meanwhile" in answer.text) == (412, True)
    assert 'value="6,000"' in answer.text


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("brand", "/applications"),
        ("brand", "/programs/program-1"),
        ("creator", f"{CAMPAIGN}/applications"),
        ("creator", f"{CAMPAIGN}/program"),
        ("creator", f"{CAMPAIGN}/budget"),
        ("creator", f"{CAMPAIGN}/files"),
        ("operator", "/messages"),
        ("operator", "/programs"),
        ("operator", "/files/asset-0"),
    ],
)
async def test_pages_are_for_whom_they_are_for(console, signed_in, role, path):
    assert (await signed_in[role].get(path)).status_code == 403
    async with console.browser() as stranger:
        assert (await stranger.get(path)).headers["location"].startswith("/sign-in?next=")
