"""Conversations and files as their two sides see them, and work that is handed in as a file (C6, C8)."""

import httpx
import pytest

from campaigns.domain.collaborations.states import Action
from contracts.campaigns import Side
from tests.console import sample, sample_programs, sample_work
from tests.console.kit import sent
from tests.console.test_programs import TALK, body_of, main_of


@pytest.mark.parametrize("role", ["brand", "creator"])
async def test_messages_are_shown_as_text_and_count_as_read(console, signed_in, role):
    answer = await signed_in[role].get("/messages")
    assert 'class="count hot"' in answer.text
    page = main_of(await signed_in[role].get(TALK))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert 'rel="noopener noreferrer nofollow ugc">https://files.example/cut-1</a>' in page
    assert page.index("Thank you for the invitation") < page.index("The samples left today")
    assert body_of(sent(console, "PUT", f"/v1/conversations/{sample_programs.TALK}/read")) == '{"up_to":"message-4"}'
    assert f'href="{TALK}?cursor=older"' in page


async def test_a_message_needs_text_and_takes_https_links_only(console, signed_in):
    for form, words in (
        ({"text": " "}, "Write something first."),
        ({"text": "x", "links": "javascript:alert(1)"}, "Each line must be one address"),
        ({"text": "x", "links": "\n".join(["https://a.example/"] * 11)}, "At most ten links"),
    ):
        answer = await signed_in["creator"].post(TALK, data=form)
        assert (answer.status_code, words in answer.text) == (422, True), form
    form = {"text": "Two\nlines", "links": "https://a.example/1\r\n\r\nhttps://a.example/2", "key": "k-5"}
    answer = await signed_in["creator"].post(TALK, data=form)
    assert answer.headers["location"] == f"{TALK}?done=message-sent#write"
    request = sent(console, "POST", f"/v1/conversations/{sample_programs.TALK}/messages")
    assert body_of(request) == '{"text":"Two\\nlines","links":["https://a.example/1","https://a.example/2"]}'
    assert request.headers["idempotency-key"] == "k-5"


async def test_a_conversation_begins_with_whoever_is_named_and_goes_on_where_there_is_one(console, signed_in):
    answer = await signed_in["brand"].get("/messages/new?collaboration=work-1")
    assert answer.headers["location"] == f"{TALK}#write"
    page = main_of(await signed_in["brand"].get("/messages/new?profile=profile-ana"))
    assert 'name="profile" value="profile-ana"' in page
    assert (await signed_in["brand"].get("/messages/new")).status_code == 404
    assert (await signed_in["brand"].post("/messages/new", data={"text": "x"})).status_code == 404
    answer = await signed_in["brand"].post("/messages/new", data={"text": "Hello", "profile": "profile-ana"})
    assert answer.headers["location"].startswith(TALK)
    assert body_of(sent(console, "POST", "/v1/conversations")) == (
        '{"text":"Hello","links":[],"profile":"profile-ana"}'
    )


async def test_the_count_in_the_menu_waits_for_nobody(console, signed_in):
    menu = (await signed_in["brand"].get("/campaigns")).text.split("<main", 1)[0]
    assert 'class="count hot"' in menu
    console.services.answers["GET campaigns/v1/conversations/unread"] = 503
    before = len(console.services.asked)
    await signed_in["brand"].get("/campaigns")
    unread = [request for request in console.services.asked[before:] if request.url.path.endswith("/unread")]
    assert unread == [], "the figure is of the last twenty seconds"
    assert (await signed_in["creator"].get("/messages")).status_code == 200


@pytest.mark.parametrize("role", ["brand", "creator"])
async def test_a_file_is_handed_through_as_a_download(signed_in, role):
    answer = await signed_in[role].get("/files/asset-0")
    assert answer.content == b"a picture"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["content-security-policy"].endswith("; sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await signed_in[role].get("/files/nowhere")).status_code == 404


async def test_a_collaboration_shows_messages_and_files(signed_in):
    page = main_of(await signed_in["brand"].get("/collaborations/work-1"))
    assert f'href="{TALK}#write"' in page
    assert 'href="/files/asset-0" download>Lumea logo.png' in page
    assert "48.2 kB" in page
    page = main_of(await signed_in["creator"].get("/my-work/work-2"))
    assert 'href="/messages/new?collaboration=work-2"' in page


HAND_IN = "/my-work/work-1/hand-in"


def at_submission():
    """As `at_work`, with the concept of the second piece approved: its work is to be handed in."""
    told = sample_work.at_work()
    told.does(Action.PROPOSE_CONCEPT, Side.CREATOR, sample.ago(hours=5), one="d-2", text="A story.")
    return told.does(Action.APPROVE_CONCEPT, Side.BRAND, sample.ago(hours=4), one="d-2")


async def test_a_file_is_handed_in_by_one_press(console, signed_in):
    told = at_submission()
    api = "campaigns/v1/collaborations/work-1"
    kept = sample_programs.some_files()[0].model_copy(update={"id": "file-1", "collaboration": "work-1"})
    console.services.answers |= {
        f"GET {api}": told.answer,
        f"POST {api}/files": kept.model_dump(mode="json"),
        f"POST {api}/deliverables/d-2/submit": told.answer,
    }
    page = main_of(await signed_in["creator"].get("/my-work/work-1/submit?about=d-2"))
    assert 'enctype="multipart/form-data"' in page
    form = {"about": "d-2", "seen": "7", "key": "k-7"}
    answer = await signed_in["creator"].post(HAND_IN, data=form, files={"file": ("cut 1.mp4", b"video", "video/mp4")})
    assert answer.headers["location"] == "/my-work/work-1?done=did-submit"
    sent_file = sent(console, "POST", "/v1/collaborations/work-1/files")
    assert (sent_file.url.params["name"], sent_file.headers["content-type"]) == ("cut 1.mp4", "video/mp4")
    request = sent(console, "POST", "/v1/collaborations/work-1/deliverables/d-2/submit")
    assert body_of(request) == '{"file":"file-1","text":""}'
    assert (request.headers["if-match"], request.headers["idempotency-key"]) == ('"7"', "k-7")


async def test_a_file_that_is_missing_or_refused_is_told_beside_the_field(console, signed_in):
    told = at_submission()
    api = "campaigns/v1/collaborations/work-1"
    console.services.answers |= {
        f"GET {api}": told.answer,
        f"POST {api}/files": httpx.Response(
            422, json={"title": "Refused", "errors": [{"field": "file", "message": "This is a script."}]}
        ),
    }
    answer = await signed_in["creator"].post(HAND_IN, data={"about": "d-2"})
    assert (answer.status_code, "Choose a file that has something in it." in answer.text) == (422, True)
    answer = await signed_in["creator"].post(
        HAND_IN, data={"about": "d-2"}, files={"file": ("x.mp4", b"#!", "video/mp4")}
    )
    assert (answer.status_code, 'id="file-error">This is a script.' in answer.text) == (422, True)
    assert (await signed_in["brand"].post(HAND_IN, data={"about": "d-2"})).status_code == 403


async def test_what_was_handed_in_as_a_file_can_be_fetched_by_the_brand(console, signed_in):
    told = at_submission()
    told.does(Action.SUBMIT, Side.CREATOR, sample.ago(hours=3), one="d-2", file="asset-1")
    console.services.answers["GET campaigns/v1/collaborations/work-1"] = told.answer
    assert 'href="/files/asset-1" download>Fetch the file' in main_of(
        await signed_in["brand"].get("/collaborations/work-1")
    )
