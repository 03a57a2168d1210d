"""Shortlists: who is on them, notes, alerts with what is new, and two people who change one (D7)."""

import json
from datetime import timedelta

import httpx
import pytest

from tests.console import sample_kept
from tests.console.kit import BRAND_PERSON, sent
from tests.console.sample_people import ago
from tests.console.test_explore import text_of

LIST = sample_kept.SHORTLIST
PLACE = f"/shortlists/{LIST}"
OLDER = httpx.Response(412, json={"title": "It has changed", "type": "https://x/problems/changed", "status": 412})


def put_on(console):
    return [
        (one.url.path.split("/")[3], one.url.path.split("/")[5], json.loads(one.content)["note"])
        for one in console.services.asked
        if one.method == "PUT" and "/creators/" in one.url.path and one.url.path.startswith("/v1/shortlists")
    ]


async def test_one_press_puts_one_creator_on_the_chosen_list_and_leads_back(console, signed_in):
    data = {"back": "/creators?country=IT", "list": LIST, "id": ["profile-linh"], "profile": "profile-ana"}
    answer = await signed_in["brand"].post("/shortlists/add", data=data)
    assert answer.headers["location"] == f"/creators?country=IT&list={LIST}&done=shortlisted"
    assert put_on(console) == [(LIST, "profile-ana", "")], "the pressed one, not the ticked ones"
    page = await signed_in["brand"].get(answer.headers["location"])
    assert page.status_code == 200
    assert f'<option value="{LIST}" selected>' in page.text, "the same list stands ready for the next one"
    assert "On the shortlist now." in page.text


async def test_the_ticked_creators_go_on_together(console, signed_in):
    data = {"back": "/creators", "list": LIST, "id": ["profile-linh", "profile-ana", "profile-linh"]}
    await signed_in["brand"].post("/shortlists/add", data=data)
    assert [one for _, one, _ in put_on(console)] == ["profile-linh", "profile-ana"]


async def test_without_anybody_ticked_nothing_happens_and_it_is_said(console, signed_in):
    answer = await signed_in["brand"].post("/shortlists/add", data={"back": "/creators", "list": LIST})
    assert answer.headers["location"] == "/creators?done=nobody-chosen"
    assert put_on(console) == []


async def test_a_new_list_is_named_first_and_then_has_them(console, signed_in):
    browser = signed_in["brand"]
    answer = await browser.post("/shortlists/add", data={"back": "/creators?country=IT", "id": ["profile-ana"]})
    assert answer.headers["location"] == "/shortlists/new?id=profile-ana&back=%2Fcreators%3Fcountry%3DIT"
    assert "Ana Moretti" in (await browser.get(answer.headers["location"])).text
    wrong = await browser.post("/shortlists/new", data={"id": ["profile-ana"], "note": "For May"})
    assert wrong.status_code == 422
    assert "Give the shortlist a name." in wrong.text
    assert "For May" in wrong.text
    data = {"id": ["profile-ana"], "name": "May", "back": "/creators?country=IT", "key": "k-1"}
    made = await browser.post("/shortlists/new", data=data)
    assert made.headers["location"] == "/creators?country=IT&done=shortlisted"
    assert sent(console, "POST", "/v1/shortlists").headers["Idempotency-Key"] == "k-1"
    assert put_on(console) == [(LIST, "profile-ana", "")]


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "/sign-out"])
async def test_the_way_back_is_a_page_of_ours(signed_in, back):
    answer = await signed_in["brand"].post("/shortlists/add", data={"back": back, "list": LIST, "id": "profile-ana"})
    assert answer.headers["location"] == "/shortlists?done=shortlisted"


async def test_a_full_list_says_so(console, signed_in):
    full = httpx.Response(409, json={"title": "There is no more room", "type": "https://x/problems/full"})
    console.services.answers[f"PUT discovery/v1/shortlists/{LIST}/creators/profile-ana"] = full
    answer = await signed_in["brand"].post("/shortlists/add", data={"list": LIST, "id": "profile-ana"})
    assert answer.headers["location"] == "/shortlists?done=shortlist-full"


async def test_a_foreign_list_is_not_there(signed_in):
    answer = await signed_in["brand"].post("/shortlists/add", data={"list": "foreign", "id": "profile-ana"})
    assert answer.status_code == 404


async def test_a_list_shows_notes_figures_and_who_is_gone(signed_in):
    words = text_of((await signed_in["brand"].get(PLACE)).text)
    for told in ("Spring serum", "3 creators", "Asked twice for a discount code", "1.24M", "A creator who is gone"):
        assert told in words, told


async def test_a_long_list_is_shown_in_parts_and_asks_for_those_alone(console, signed_in):
    entry = sample_kept.a_shortlist().entries[0]
    many = tuple(entry.model_copy(update={"profile": f"profile-{number}"}) for number in range(60))
    detail = sample_kept.a_shortlist().model_copy(update={"entries": many})
    console.services.answers[f"GET discovery/v1/shortlists/{LIST}"] = detail.model_dump(mode="json")
    page = (await signed_in["brand"].get(f"{PLACE}?from=24")).text
    assert "25 to 48 of 60" in page
    assert f'href="{PLACE}?from=48"' in page
    asked = [one.url.path for one in console.services.asked if one.url.path.startswith("/v1/creators/")]
    assert len(asked) == 24
    assert "1 to 24 of 60" in (await signed_in["brand"].get(f"{PLACE}?from=6000")).text


async def test_a_change_says_what_was_seen_and_a_conflict_shows_both(console, signed_in):
    browser = signed_in["brand"]
    data = {"name": "Summer serum", "note": "For June", "seen": "4"}
    answer = await browser.post(PLACE, data=data)
    assert answer.headers["location"] == f"{PLACE}?done=shortlist-changed"
    assert sent(console, "PUT", f"/v1/shortlists/{LIST}").headers["If-Match"] == '"4"'
    console.services.answers[f"PUT discovery/v1/shortlists/{LIST}"] = OLDER
    theirs = sample_kept.a_shortlist(revision=5, name="Autumn serum").model_dump(mode="json")
    console.services.answers[f"GET discovery/v1/shortlists/{LIST}"] = theirs
    page = await browser.post(PLACE, data=data)
    assert page.status_code == 409
    words = text_of(page.text)
    assert "Somebody changed this shortlist meanwhile." in words
    assert "What it says now Autumn serum" in words
    assert 'value="Summer serum"' in page.text
    assert 'name="seen" value="5"' in page.text, "saving again keeps what was typed"


async def test_a_list_is_removed_after_one_question_that_says_what_goes(console, signed_in):
    page = (await signed_in["brand"].get(f"{PLACE}/remove")).text
    assert "its notes about 3 creators" in page
    assert not any(one.method == "DELETE" for one in console.services.asked)
    answer = await signed_in["brand"].post(f"{PLACE}/remove")
    assert answer.headers["location"] == "/shortlists?done=shortlist-removed"
    sent(console, "DELETE", f"/v1/shortlists/{LIST}")


async def test_a_note_is_changed_and_a_creator_taken_off(console, signed_in):
    browser = signed_in["brand"]
    answer = await browser.post(f"{PLACE}/creators/profile-ana", data={"about": "Ready in June"})
    assert answer.headers["location"] == f"{PLACE}?done=note-kept"
    assert put_on(console) == [(LIST, "profile-ana", "Ready in June")]
    long = await browser.post(f"{PLACE}/creators/profile-ana", data={"about": "a" * 2001})
    assert long.status_code == 422
    await browser.post(f"{PLACE}/creators/profile-ana/remove")
    sent(console, "DELETE", f"/v1/shortlists/{LIST}/creators/profile-ana")
    console.services.answers[f"DELETE discovery/v1/shortlists/{LIST}/creators/profile-ana"] = 404
    again = await browser.post(f"{PLACE}/creators/profile-ana/remove")
    assert again.headers["location"] == f"{PLACE}?done=taken-off", "who is off already is off"


async def test_alerts_say_before_and_after_and_are_new_until_they_are_read(console, signed_in):
    browser = signed_in["brand"]
    page = (await browser.get("/shortlists")).text
    words = text_of(page)
    for told in (
        "3 new",
        "Rates changed Short video €800.00 → Short video €900.00",
        "Availability changed not known → Takes little new work",
        "Growth changed \N{MINUS SIGN}1.2% → +6.1%",
    ):
        assert told in words, told
    until = sample_kept.some_alerts()[1].at
    await browser.post("/shortlists/alerts", data={"until": until.isoformat()})
    words = text_of((await browser.get("/shortlists")).text)
    assert "1 new" in words, "the one after that time"
    await browser.post("/shortlists/alerts", data={"until": ago(days=100).isoformat()})
    assert "1 new" in text_of((await browser.get("/shortlists")).text), "reading never goes back"
    newest = sample_kept.some_alerts()[0].at
    await browser.post("/shortlists/alerts", data={"until": newest.isoformat()})
    page = (await browser.get("/shortlists")).text
    assert "Mark all as read" not in page
    assert 'class="new"' not in page


async def test_what_one_member_has_read_is_new_to_another(console, signed_in):
    await signed_in["brand"].post("/shortlists/alerts", data={"until": ago(hours=1).isoformat()})
    rows = await console.desk.db["readings"].find().to_list(10)
    assert len(rows) == 1
    assert BRAND_PERSON not in json.dumps(rows, default=str), "whose it is can't be read from it"
    assert rows[0]["forget_at"] - console.clock.now().replace(tzinfo=rows[0]["forget_at"].tzinfo) > timedelta(days=90)


@pytest.mark.parametrize("until", ["", "yesterday", "2031-13-01"])
async def test_a_time_that_is_none_marks_nothing(console, signed_in, until):
    answer = await signed_in["brand"].post("/shortlists/alerts", data={"until": until})
    assert answer.headers["location"] == "/shortlists"
    assert await console.desk.db["readings"].count_documents({}) == 0


async def test_a_time_to_come_marks_up_to_now(console, signed_in):
    await signed_in["brand"].post("/shortlists/alerts", data={"until": ago(days=-30).isoformat()})
    row = await console.desk.db["readings"].find_one({})
    assert row["alerts"] <= console.clock.now()


async def test_the_first_list_is_invited_where_there_is_none(console, signed_in):
    console.services.answers["GET discovery/v1/shortlists"] = {"shortlists": []}
    console.services.answers["GET discovery/v1/shortlists/alerts"] = {"items": [], "next_cursor": None}
    page = (await signed_in["brand"].get("/shortlists")).text
    assert "No shortlist yet" in page
    assert 'href="/creators"' in page


def beside_shortlists(page) -> str:
    menu = text_of(page.text.split("<main", 1)[0])
    return menu[menu.index("Shortlists") :].split("Stores", 1)[0]


async def test_the_menu_tells_each_member_how_many_changes_are_new_until_they_are_read(console, signed_in):
    browser = signed_in["brand"]
    assert "New: 3" in beside_shortlists(await browser.get("/campaigns"))
    second = sample_kept.some_alerts()[1].at
    await browser.post("/shortlists/alerts", data={"until": second.isoformat()})
    assert "New: 1" in beside_shortlists(await browser.get("/campaigns")), "read, and so asked anew at once"
    asked = sent(console, "GET", "/v1/shortlists/alerts/unread")
    assert asked.url.params["since"] == second.isoformat()
    await browser.post("/shortlists/alerts", data={"until": sample_kept.some_alerts()[0].at.isoformat()})
    assert "New" not in beside_shortlists(await browser.get("/campaigns"))


async def test_new_changes_are_asked_for_seldom_and_stand_beside_shortlists_alone(console, signed_in):
    browser = signed_in["brand"]
    page = await browser.get("/shortlists")
    assert page.text.split("<main", 1)[0].count("count hot") == 2, "one of messages, one of shortlists"
    assert "Messages New: 1 Shortlists New: 3" in text_of(page.text)
    before = len(console.services.asked)
    await browser.get("/campaigns")
    assert not [one for one in console.services.asked[before:] if one.url.path.endswith("alerts/unread")]
    console.later(timedelta(seconds=21))
    console.services.answers["GET discovery/v1/shortlists/alerts/unread"] = 503
    assert (await browser.get("/campaigns")).status_code == 200
    await signed_in["creator"].get("/home")
    asked = [one for one in console.services.asked[before:] if one.url.path.endswith("alerts/unread")]
    assert len(asked) == 1, "a creator has no shortlists"
