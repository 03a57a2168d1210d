"""A collaboration's page for both sides, every action's form, refusals that keep what was typed, the board, my work."""

import gzip
import json
import re
from datetime import timedelta
from itertools import product

import httpx
import pytest

from attribution.domain.fees import fee_of
from campaigns.domain.collaborations.conditions import days_late
from campaigns.domain.collaborations.stages import STAGES
from campaigns.domain.collaborations.states import COLLABORATION, DELIVERABLE, SAMPLE, Action, Condition
from campaigns.domain.collaborations.waiting import PROPOSAL
from console.domain import fees
from console.pages import labels, step_labels
from console.pages.collaboration_forms import ACTS
from contracts.campaigns import Cancellation, CancelledBy, CollaborationEvent, Side
from contracts.envelope import fact_name
from tests.console import sample, sample_work
from tests.console.kit import sent
from tests.console.sample_work import B, C, Told, at_work, given, on_the_table

BY_TIME = {Action.EXPIRE, Action.REMIND_OF_TERMS}
BRAND_PAGE, CREATOR_PAGE = f"/collaborations/{sample_work.WORK}", f"/my-work/{sample_work.WORK}"
OFFER_PAGE = f"/my-work/{sample_work.OFFERED}"
API = f"/v1/collaborations/{sample_work.WORK}"
OFFER_API = f"/v1/collaborations/{sample_work.OFFERED}"
MORE_THAN_A_WEEK = timedelta(days=8)


def main_of(answer):
    """What stands in the page's content, spaces made one."""
    return re.sub(r"\s+", " ", answer.text.split("<main", 1)[1])


def test_everything_that_campaigns_can_say_has_words():
    places = [*COLLABORATION.values(), *DELIVERABLE.values(), *SAMPLE.values()]
    assert set(labels.STAGE) == set(STAGES)
    assert set(step_labels.ACTION) == set(ACTS) == {action.value for action in set(Action) - BY_TIME}
    assert set(step_labels.DUE) == {place.due for place in places if place.due} | {PROPOSAL}
    assert set(step_labels.SILENCE) >= {place.silence for place in places if place.silence}
    assert set(step_labels.RULE) >= {condition.value for condition in Condition}
    assert set(step_labels.FACT) == {fact_name(kind.TYPE) for kind in CollaborationEvent.__subclasses__()}


@pytest.mark.parametrize("side", [B, C])
@pytest.mark.parametrize("late", [timedelta(), MORE_THAN_A_WEEK])
def test_the_cost_that_is_told_is_what_the_ledger_owes(side: Side, late: timedelta):
    """MONEY 22, over pieces at every step."""
    seen = set()
    for told, one in product(stories(), ("d-1", "d-2")):
        now = sample.NOON + late
        deliverable = next(each for each in told.record.state.deliverables if each.id == one)
        ended = Cancellation(at=now, by=CancelledBy(side.value), days_late=days_late(deliverable, now))
        owed = fee_of(deliverable.model_copy(update={"cancelled": ended}))
        assert fees.days_late(deliverable, now) == days_late(deliverable, now)
        assert fees.fee_if_cancelled(deliverable, side, now) == (owed.amount if owed else 0)
        seen.add(owed.amount if owed else 0)
    assert len(seen) == (3 if side is B else 2)


def stories() -> list[Told]:
    approved = at_work().does(Action.APPROVE_SUBMISSION, B, sample.NOON)
    return [at_work(), approved, at_work().does(Action.ASK_REVISION, B, sample.NOON, points=("Louder.",))]


async def test_a_brand_reads_the_state_what_is_due_and_one_next_thing(signed_in):
    answer = await signed_in["brand"].get(BRAND_PAGE)
    page = main_of(answer)
    assert "<h1>Ana Moretti</h1>" in page
    assert page.count("button primary") == 1
    for words in ("Another date:", "I am ill this week.", "Review of the work", "Ask for a revision", "RB123456785IT"):
        assert words in page, words
    for words in (
        "Show the bottle earlier.",
        "1 earlier version",
        "Offer 2 was agreed",
        "Commission (10%)",
        "Changed:",
    ):
        assert words in page, words
    assert "Hand in" not in page, "what the creator does is no button of the brand's"


async def test_a_creator_reads_the_same_from_their_side(signed_in):
    page = main_of(await signed_in["creator"].get(CREATOR_PAGE))
    assert "<h1>Lumea Skincare</h1>" in page
    assert page.count("button primary") == 1
    assert re.search(r'class="button primary" href="[^"]*propose-concept\?about=d-2">Hand in the concept<', page)
    for words in ("Say that it arrived", "Take it back", "You asked for it, the other side has not answered."):
        assert words in page, words
    assert "<dd>15%</dd>" in page, "what is in force today, not what was announced for later"
    assert "Approve" not in re.sub(r"<li.*?</li>", "", page)


async def test_two_offers_stand_side_by_side(signed_in):
    page = main_of(await signed_in["brand"].get(f"/collaborations/{sample_work.OFFERED}"))
    for words in ("Offer 1 · The brand", "Offer 2 · The creator", "€300.00", "€360.00", "changed", "Accept the offer"):
        assert words in page, words


FORMS = [
    ("brand", "agree", {"proposal": "1"}, f"{API}/proposals/1/agree", None),
    ("brand", "refuse", {"proposal": "1"}, f"{API}/proposals/1/refuse", None),
    ("creator", "withdraw", {"proposal": "1"}, f"{API}/proposals/1/withdraw", None),
    ("brand", "approve-submission", {"about": "d-1"}, f"{API}/deliverables/d-1/approve-submission", None),
    (
        "brand",
        "ask-revision",
        {"about": "d-1", "points": "- Louder\r\n\r\nShorter ", "due": "2031-05-20"},
        f"{API}/deliverables/d-1/ask-revision",
        {"points": ["Louder", "Shorter"], "due": "2031-05-20T21:59:59Z"},
    ),
    (
        "creator",
        "propose-concept",
        {"about": "d-2", "text": " Day 1 and 14 "},
        f"{API}/deliverables/d-2/propose-concept",
        {"text": "Day 1 and 14"},
    ),
    (
        "creator",
        "propose-extension",
        {"about": "d-2", "until": "2031-05-30", "note": "Ill"},
        f"{API}/proposals",
        {"kind": "extension", "deliverable": "d-2", "until": "2031-05-30T23:59:59Z", "note": "Ill"},
    ),
    (
        "brand",
        "propose-cancellation",
        {"what": "whole", "note": "Sold out"},
        f"{API}/proposals",
        {"kind": "cancellation", "note": "Sold out"},
    ),
    (
        "creator",
        "propose-cancellation",
        {"what": "d-2"},
        f"{API}/proposals",
        {"kind": "cancellation", "deliverable": "d-2", "note": ""},
    ),
    ("brand", "cancel", {"about": "d-2", "note": "Late"}, f"{API}/deliverables/d-2/cancel", {"note": "Late"}),
    ("creator", "cancel", {"note": ""}, f"{API}/cancel", {"note": ""}),
    ("creator", "receive-sample", {}, f"{API}/sample/receive", None),
    (
        "brand",
        "ship-sample",
        {"carrier": "DHL", "tracking": "JD01"},
        f"{API}/sample/ship",
        {"carrier": "DHL", "tracking": "JD01"},
    ),
    (
        "creator",
        "publish",
        {"about": "d-1", "url": "https://www.tiktok.com/@a/video/1"},
        f"{API}/deliverables/d-1/publish",
        {"url": "https://www.tiktok.com/@a/video/1"},
    ),
    (
        "brand",
        "announce-terms",
        {"rate": "12.5", "window_days": "30", "hold_days": "14"},
        f"{API}/terms",
        {"commission": 1250},
    ),
]


@pytest.mark.parametrize(("role", "action", "form", "path", "body"), FORMS)
async def test_an_action_goes_to_the_api_with_what_was_seen(console, signed_in, role, action, form, path, body):
    console.services.answers[f"POST campaigns{path}"] = at_work().answer
    page = BRAND_PAGE if role == "brand" else CREATOR_PAGE
    answer = await signed_in[role].post(f"{page}/{action}", data={"key": "k-1", "seen": "15", **form})
    assert answer.status_code == 303, main_of(answer)
    assert answer.headers["location"] == f"{page}?done=did-{action}"
    request = sent(console, "POST", path)
    assert request.headers["idempotency-key"] == "k-1"
    assert request.headers["if-match"] == '"15"'
    assert (json.loads(request.content) if request.content else None) == body
    assert step_labels.ACTION[action][1] in (await signed_in[role].get(answer.headers["location"])).text


async def test_a_counter_offer_says_what_differs_and_on_which_offer(console, signed_in):
    console.services.answers[f"POST campaigns{OFFER_API}/offers"] = on_the_table().answer
    form = {"offer": "2", "fee": "400", "rate": "15", "deadline": "2031-05-23", "note": "", "key": "k-1", "seen": "2"}
    answer = await signed_in["creator"].post(f"{OFFER_PAGE}/offer", data=form)
    assert answer.status_code == 303
    request = sent(console, "POST", f"{OFFER_API}/offers")
    assert json.loads(request.content) == {"on": 2, "fee": {"amount": 40_000, "currency": "EUR"}, "note": ""}
    assert "if-match" not in request.headers


@pytest.mark.parametrize(
    ("page", "action", "form", "field", "words"),
    [
        (OFFER_PAGE, "offer", {"fee": "much", "rate": "15", "deadline": "2031-05-23"}, "fee", "such as 12.5"),
        (OFFER_PAGE, "offer", {"fee": "1", "rate": "150", "deadline": "2031-05-23"}, "rate", "from 0 to 100"),
        (OFFER_PAGE, "offer", {"fee": "1", "rate": "15", "deadline": "soon"}, "deadline", "year, month and day"),
        (CREATOR_PAGE, "propose-concept", {"about": "d-2"}, "text", "Describe your idea"),
        (CREATOR_PAGE, "propose-concept", {"about": "d-2", "url": "javascript:x"}, "url", "begins with https://"),
        (CREATOR_PAGE, "propose-extension", {"about": "d-2", "until": ""}, "until", "Fill this in."),
        (CREATOR_PAGE, "step-out", {"about": "sample", "feedback": ""}, "feedback", "Fill this in."),
    ],
)
async def test_what_is_wrong_stands_beside_the_field_and_on_top(console, signed_in, page, action, form, field, words):
    answer = await signed_in["creator"].post(f"{page}/{action}", data={"note": "kept <b>", **form})
    text = main_of(answer)
    assert answer.status_code == 422
    assert f'href="#{field}"' in text
    assert f'id="{field}-error"' in text
    assert words in text
    if "note" in text and 'id="note"' in text:
        assert "kept &lt;b&gt;" in text
    assert [request for request in console.services.asked if request.method == "POST"] == []


async def test_what_the_service_refuses_stands_beside_the_field(console, signed_in):
    wrong = {"errors": [{"field": "deadline", "message": "A step before it would have been due already."}]}
    console.services.answers[f"POST campaigns{OFFER_API}/offers"] = httpx.Response(422, json=wrong)
    form = {"offer": "2", "fee": "400", "rate": "15", "deadline": "2031-05-06"}
    answer = await signed_in["creator"].post(f"{OFFER_PAGE}/offer", data=form)
    assert answer.status_code == 422
    assert 'href="#deadline">A step before it' in main_of(answer)


def refused(status, code, **more):
    return httpx.Response(status, json={"type": f"/problems/{code}", "title": "No", "detail": "No.", **more})


async def test_a_moment_that_has_passed_is_told_with_what_is_possible_now(console, signed_in):
    path = f"POST campaigns{API}/deliverables/d-1/ask-revision"
    console.services.answers[path] = refused(409, "not-now", rule="revision-limit-reached", possible=["x"])
    form = {"about": "d-1", "points": "Say it <louder>", "seen": "15"}
    answer = await signed_in["brand"].post(f"{BRAND_PAGE}/ask-revision", data=form)
    page = main_of(answer)
    assert answer.status_code == 409
    for words in (
        "All changes that the terms allow",
        "What you can do now:",
        "Approve the work",
        "Say it &lt;louder&gt;",
    ):
        assert words in page, words


async def test_a_page_that_is_old_tells_what_happened_since(console, signed_in):
    told = at_work()
    path = f"POST campaigns{API}/deliverables/d-1/approve-submission"
    console.services.answers[path] = refused(412, "changed-meanwhile")
    form = {"about": "d-1", "seen": str(told.record.revision - 1)}
    answer = await signed_in["brand"].post(f"{BRAND_PAGE}/approve-submission", data=form)
    page = main_of(answer)
    assert answer.status_code == 412
    banner = page.split('role="alert"', 1)[1].split("What you can do now:", 1)[0]
    assert "Since you opened the page:" in banner
    assert banner.count("<li>") == 1
    assert "New terms announced" in banner
    assert f'name="seen" value="{told.record.revision}"' in page


async def test_a_race_of_two_offers_shows_both_and_keeps_what_was_typed(console, signed_in):
    console.services.answers[f"POST campaigns{OFFER_API}/offers"] = refused(409, "offer-changed", on_the_table={})
    form = {"offer": "1", "fee": "311", "rate": "15", "deadline": "2031-05-23", "note": "My last word"}
    answer = await signed_in["creator"].post(f"{OFFER_PAGE}/offer", data=form)
    page = main_of(answer)
    assert answer.status_code == 409
    for words in ("Another offer is on the table now", "What you answered: offer 1", "On the table: offer 2"):
        assert words in page, words
    assert 'value="311"' in page
    assert "My last word" in page
    assert 'name="offer" value="2"' in page


async def test_an_action_that_is_not_possible_has_no_form(signed_in):
    answer = await signed_in["brand"].get(f"{BRAND_PAGE}/propose-concept?about=d-2")
    assert answer.status_code == 409
    assert "That is not possible now" in main_of(answer)
    assert (await signed_in["brand"].get(f"{BRAND_PAGE}/expire")).status_code == 404
    assert (await signed_in["brand"].get("/collaborations/of-another")).status_code == 404


async def test_cancelling_names_what_it_costs_before_it_asks(signed_in):
    page = main_of(await signed_in["brand"].get(f"{BRAND_PAGE}/propose-cancellation"))
    for words in ("Owed if cancelled now", "€180.00", "€90.00", "€0.00", "The other side has to agree."):
        assert words in page, words
    page = main_of(await signed_in["creator"].get(f"{CREATOR_PAGE}/propose-cancellation"))
    assert "€90.00" not in page


async def test_a_board_of_two_thousand_is_one_request_and_light(console, signed_in):
    columns = sample_work.a_board().model_dump(mode="json", by_alias=True)["columns"]
    for column in columns:
        column["items"] = [card | {"id": f"w-{at}"} for at, card in enumerate(column["items"] * 8)][:8]
        if column["items"]:
            column |= {"count": 1_000, "overdue": 1, "needs_brand": 2}
    console.services.answers[f"GET campaigns/v1/campaigns/{sample.CAMPAIGN}/board"] = {"columns": columns}
    console.services.asked.clear()
    answer = await signed_in["brand"].get(f"/campaigns/{sample.CAMPAIGN}/board")
    asked = [request.url.path for request in console.services.asked if "/unread" not in request.url.path]
    assert sorted(asked) == [f"/v1/campaigns/{sample.CAMPAIGN}", f"/v1/campaigns/{sample.CAMPAIGN}/board"]
    page = main_of(answer)
    assert len(gzip.compress(answer.content)) < 8_000
    filled = sum(bool(column["items"]) for column in columns)
    assert filled == 3
    assert page.count('href="/collaborations/') == filled * 8
    for words in ("3,000 creators", "1 overdue", "2 wait for you", "Show all 1,000", 'class="count">1,000'):
        assert words in page, words


async def test_a_column_is_read_page_by_page(console, signed_in):
    one = on_the_table().out(B)
    rows = [one.model_copy(update={"id": f"w-{at}"}).model_dump(mode="json", by_alias=True) for at in range(50)]
    path = f"/v1/campaigns/{sample.CAMPAIGN}/collaborations"
    console.services.answers[f"GET campaigns{path}"] = {"items": rows, "next_cursor": "after-50", "total": None}
    board = f"/campaigns/{sample.CAMPAIGN}/board"
    page = main_of(await signed_in["brand"].get(f"{board}?stage=countered"))
    assert dict(sent(console, "GET", path).url.params) == {"stage": "countered", "sort": "due", "limit": "50"}
    assert page.count('href="/collaborations/') == 50
    assert f'href="{board}?stage=countered&amp;cursor=after-50">Show more' in page
    assert 'aria-current="page">Counter-offer' in page
    page = main_of(await signed_in["brand"].get(f"{board}?stage=countered&cursor=after-50"))
    assert sent(console, "GET", path).url.params["cursor"] == "after-50"
    assert f'href="{board}?stage=countered">First' in page
    await signed_in["brand"].get(f"{board}?show=overdue")
    assert sent(console, "GET", path).url.params["overdue"] == "true"
    await signed_in["brand"].get(f"{board}?show=needs-you")
    assert sent(console, "GET", path).url.params["needs_brand"] == "true"
    assert "All stages" in main_of(await signed_in["brand"].get(f"{board}?stage=nowhere&show=x"))


async def test_my_work_is_sorted_by_urgency(console, signed_in):
    console.services.asked.clear()
    page = main_of(await signed_in["creator"].get("/my-work"))
    assert "/v1/collaborations" not in [request.url.path for request in console.services.asked]
    waits, others = page.split("<h2>Waits for the brand", 1)
    steps = re.findall(r'class="lead" href="/my-work/[^"]*">([^<]*)<', waits)
    assert steps == ["Concept", "Answer to the offer"]
    assert "Review of the work" in others
    assert "Answer to a question" in others, "the open question is the creator's own"
    page = main_of(await signed_in["creator"].get("/my-work?show=all"))
    assert page.count('class="lead" href="/my-work/') == len(sample_work.everything())
    page = main_of(await signed_in["creator"].get("/my-work?show=brands"))
    assert "Waits for the brand" in page
    assert "Nothing waits for you" not in page


async def test_my_work_goes_on_page_by_page(console, signed_in):
    steps = "GET campaigns/v1/me/steps"
    first = json.loads(sample_work.my_steps(httpx.Request("GET", "http://x/?by=creator")).content)
    console.services.answers[steps] = first | {"next_cursor": "after-50", "total": 1_234}
    page = main_of(await signed_in["creator"].get("/my-work"))
    assert 'href="/my-work?cursor=after-50">Show more' in page
    assert ">1,234<" in page
    assert 'href="/my-work?show=brands">Show all 1,234' in page
    page = main_of(await signed_in["creator"].get("/my-work?cursor=after-50"))
    assert 'href="/my-work">First' in page


async def test_every_form_has_a_label_and_a_hint_for_each_field(signed_in):
    pages = [
        ("creator", f"{OFFER_PAGE}/offer"),
        ("brand", f"{BRAND_PAGE}/ask-revision?about=d-1"),
        ("brand", f"{BRAND_PAGE}/announce-terms"),
        ("brand", f"{BRAND_PAGE}/propose-cancellation"),
        ("creator", f"{CREATOR_PAGE}/propose-concept?about=d-2"),
        ("creator", f"{CREATOR_PAGE}/propose-extension?about=d-2"),
    ]
    for role, path in pages:
        answer = await signed_in[role].get(path)
        assert answer.status_code == 200, path
        names = re.findall(r'<(?:input|textarea|select) class="[^"]*" id="(\w+)"', answer.text)
        assert names, path
        for name in names:
            assert f'<label for="{name}"' in answer.text, (path, name)
            assert f'id="{name}-hint"' in answer.text, (path, name)


def test_the_sample_is_what_the_rules_make():
    assert {told.record.state.status for told in sample_work.everything()} == {"agreed", "countered", "invited"}
    assert given()
