"""Pages about being forgotten, and about third parties: what will happen is named, and asked once (D11, D12)."""

import json
import re

import httpx
import pytest

from console.pages.erasure_labels import BECAUSE, HELD, STAYS
from console.pages.third_parties import SCOPES
from contracts.forgetting import Held, KeptBecause
from contracts.http.discovery import DataScope
from discovery.domain.erasure import STAYS as TOLD_BEFORE
from tests.console.kit import Console, sent
from tests.console.sample_creators import a_photo
from tests.console.sample_erasures import ERASURE, an_erasure
from tests.console.sample_people import PHOTO


def posted(console: Console, path: str) -> list[httpx.Request]:
    return [one for one in console.services.asked if one.method == "POST" and one.url.path == path]


async def test_a_creator_reads_what_goes_and_what_stays_and_why_before_asking(console, signed_in):
    page = (await signed_in["creator"].get("/privacy")).text
    for words in (
        "@ana.glows",
        "It is erased.",
        "not proven",
        "birth date, phone and shipping address",
        "for ten years",
    ):
        assert words in page, words
    assert posted(console, "/v1/me/erasure") == []


async def test_a_creator_is_told_that_third_parties_can_read_figures_and_what_they_never_get(console, signed_in):
    page = (await signed_in["creator"].get("/privacy")).text
    assert "programs of third parties that the operator admits can read its figures" in page
    assert "They never get names, contacts or anything private" in page


async def test_without_the_tick_nothing_is_asked_and_the_page_says_so(console, signed_in):
    answer = await signed_in["creator"].post("/privacy", data={"key": "k-1"})
    assert answer.status_code == 422
    assert "Tick the box" in answer.text
    assert 'value="k-1"' in answer.text
    assert posted(console, "/v1/me/erasure") == []


async def test_asked_for_the_creator_is_signed_out_at_once_and_told(console, signed_in):
    creator = signed_in["creator"]
    answer = await creator.post("/privacy", data={"key": "k-1", "confirmed": "yes"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?done=erased")
    (request,) = posted(console, "/v1/me/erasure")
    assert (json.loads(request.content), request.headers["idempotency-key"]) == ({"confirmed": True}, "k-1")
    assert "Your account is erased" in (await creator.get("/sign-in?done=erased")).text
    assert (await creator.get("/privacy")).headers["location"].startswith("/sign-in")
    assert await console.desk.db["sessions"].count_documents({"role.kind": "creator"}) == 0


async def test_a_creator_takes_along_all_that_is_kept_page_by_page_and_conversation_by_conversation(console, signed_in):
    def page_of(*items: object):
        def answer(request: httpx.Request) -> httpx.Response:
            number = int(request.url.params.get("cursor", 0))
            more = str(number + 1) if number + 1 < len(items) else None
            return httpx.Response(200, json={"items": [items[number]], "next_cursor": more})

        return answer

    console.services.answers |= {
        "GET discovery/v1/me/profiles": {
            "profiles": [{"profile": "profile-ana", "handle": "ana.glows", "phone": "+39 02 1", "photo": PHOTO}]
        },
        f"GET discovery/v1/me/profiles/profile-ana/photo/{PHOTO}": a_photo,
        "GET notifications/v1/contact": 404,
        "GET campaigns/v1/collaborations": page_of({"id": "c-1"}, {"id": "c-2"}),
        "GET campaigns/v1/applications": page_of({"id": "a-1"}),
        "GET campaigns/v1/conversations": page_of({"id": "t-1"}),
        "GET campaigns/v1/conversations/t-1/messages": page_of({"text": "Hello"}, {"text": "Hello back"}),
        "GET attribution/v1/coupons": page_of({"code": "ANA20"}),
        "GET attribution/v1/links": page_of({"id": "l-1"}),
        "GET attribution/v1/earnings/entries": page_of({"amount": 5}),
    }
    answer = await signed_in["creator"].get("/privacy/export.json")
    assert (answer.status_code, answer.headers["content-disposition"]) == (200, 'attachment; filename="my-data.json"')
    told = answer.json()
    assert told["profiles"]["profiles"][0]["phone"] == "+39 02 1"
    assert told["profiles"]["profiles"][0]["photo_content"].startswith("data:image/webp;base64,UklGR")
    assert [one["id"] for one in told["collaborations"]] == ["c-1", "c-2"]
    assert [one["text"] for one in told["conversations"][0]["messages"]] == ["Hello", "Hello back"]
    assert (told["contact"], told["page_name"], told["cut"]) == (None, "Ana Moretti", [])
    assert (await signed_in["brand"].get("/privacy/export.json")).status_code == 403


async def test_an_operator_sees_who_owes_an_answer_since_when_and_what_is_overdue(console, signed_in):
    page = (await signed_in["operator"].get("/erasures")).text
    assert sent(console, "GET", "/v1/erasures").url.params["status"] == "outstanding"
    assert page.count("Overdue") == 1
    assert "Notifications, Console" in page
    assert "By an operator, for somebody without an account" in page
    await signed_in["operator"].get("/erasures?show=completed")
    assert sent(console, "GET", "/v1/erasures").url.params["status"] == "completed"
    page = (await signed_in["operator"].get(f"/erasures/{ERASURE}")).text
    for words in ("This is overdue", "Figures with their history: 412", "kept as agreed on with a brand", "since "):
        assert words in page, words


async def test_an_operator_asks_again(console, signed_in):
    answer = await signed_in["operator"].post(f"/erasures/{ERASURE}/ask-again", data={"key": "k-2"})
    assert answer.headers["location"] == f"/erasures/{ERASURE}?done=erasure-asked-again"
    (request,) = posted(console, f"/v1/erasures/{ERASURE}/ask-again")
    assert request.headers["idempotency-key"] == "k-2"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"profile": "p-1"}, "Confirm that you checked who asks"),
        ({"confirmed": "yes"}, "Fill this in."),
    ],
)
async def test_an_unclaimed_profile_is_erased_by_its_id_and_a_confirmation_and_not_without(
    console, signed_in, form, words
):
    refused = await signed_in["operator"].post("/erasures", data={"key": "k", **form})
    assert refused.status_code == 422
    assert words in refused.text
    assert posted(console, "/v1/erasures") == []
    both = {"key": "k", "profile": "p-1", "confirmed": "yes"}
    done = await signed_in["operator"].post("/erasures", data=both)
    assert done.headers["location"] == f"/erasures/{ERASURE}?done=erasure-asked"
    assert json.loads(posted(console, "/v1/erasures")[0].content) == {"profile": "p-1", "confirmed": True}


async def test_an_invitation_by_mail_is_erased_by_its_id_and_a_confirmation_and_not_without(console, signed_in):
    operator = signed_in["operator"]
    refused = await operator.post("/erasures", data={"key": "k", "invitation": "c-1"})
    assert (refused.status_code, "Confirm that you checked who asks" in refused.text) == (422, True)
    assert posted(console, "/v1/erasures") == []
    done = await operator.post("/erasures", data={"key": "k", "invitation": "c-1", "sure": "yes"})
    assert done.headers["location"] == f"/erasures/{ERASURE}?done=erasure-asked"
    (request,) = posted(console, "/v1/erasures")
    assert json.loads(request.content) == {"invitation": "c-1", "confirmed": True}


@pytest.mark.parametrize(
    ("status", "words"), [(404, "There is no such invitation"), (409, "Ask by their profile")], ids=["none", "known"]
)
async def test_an_invitation_that_is_not_there_or_of_a_known_creator_is_refused_in_words(
    console, signed_in, status, words
):
    problem = {"type": "/problems/x", "title": "No", "detail": "Ask by their profile.", "status": status}
    console.services.answers["POST discovery/v1/erasures"] = httpx.Response(status, json=problem)
    form = {"key": "k", "invitation": "c-1", "sure": "yes"}
    answer = await signed_in["operator"].post("/erasures", data=form)
    assert (answer.status_code, words in answer.text) == (status, True)


async def test_an_erasure_that_names_no_profiles_any_more_is_still_listed(console, signed_in):
    nameless = an_erasure("erasure-9", account=None, profiles=(), asked_by="operator", overdue=False)
    console.services.answers["GET discovery/v1/erasures"] = {"items": [nameless.model_dump(mode="json")]}
    assert "erasure-9" in (await signed_in["operator"].get("/erasures")).text


async def test_a_profile_that_its_person_has_proven_is_refused_with_what_to_do(console, signed_in):
    console.services.answers["POST discovery/v1/erasures"] = httpx.Response(
        409,
        json={"type": "/problems/proven", "title": "Proven", "detail": "They ask on their own page.", "status": 409},
    )
    answer = await signed_in["operator"].post("/erasures", data={"key": "k", "profile": "p-1", "confirmed": "yes"})
    assert answer.status_code == 409
    assert "Whoever it is asks for the erasure on their own page." in answer.text
    assert 'value="p-1"' in answer.text


async def test_a_third_party_is_made_with_its_secret_shown_once_changed_and_revoked(console, signed_in):
    operator = signed_in["operator"]
    empty = await operator.post("/third-parties", data={"name": "Figures Ltd"})
    assert (empty.status_code, "Choose at least one" in empty.text, "Figures Ltd" in empty.text) == (422, True, True)
    made = await operator.post(
        "/third-parties", data={"name": "Figures Ltd", "scope-stats:reach": "yes", "scope-audience:ages": "yes"}
    )
    assert made.status_code == 200
    assert "The secret is shown this once" in made.text
    (row,) = await console.desk.db["third_parties"].find().to_list(None)
    page = (await operator.get(f"/third-parties/{row['_id']}")).text
    assert "Client secret" not in page
    assert re.search(r'name="scope-stats:reach"[^>]* checked', page)
    assert not re.search(r'name="scope-stats:sales"[^>]* checked', page)
    changed = await operator.post(f"/third-parties/{row['_id']}", data={"scope-videos:list": "yes"})
    assert changed.headers["location"].endswith("?done=third-party-changed")
    (row,) = await console.desk.db["third_parties"].find().to_list(None)
    assert row["scopes"] == ["videos:list"]
    await operator.post(f"/third-parties/{row['_id']}/revoke")
    page = (await operator.get(f"/third-parties/{row['_id']}")).text
    assert "What it could read" in page
    assert "<form" not in page.split("<main", 1)[1].split("</main>", 1)[0]
    assert (await operator.get("/third-parties/none")).status_code == 404


async def test_a_third_party_may_be_given_single_fields_and_a_group_stands_for_its_own(console, signed_in):
    operator = signed_in["operator"]
    boxes = ("stats:followers", "stats:growth", "stats:growth_7d", "creators:find")
    await operator.post("/third-parties", data={"name": "Figures Ltd"} | {f"scope-{box}": "yes" for box in boxes})
    (row,) = await console.desk.db["third_parties"].find().to_list(None)
    assert row["scopes"] == ["creators:find", "stats:growth", "stats:followers"]
    page = (await operator.get(f"/third-parties/{row['_id']}")).text
    for scope in DataScope:
        is_checked = re.search(rf'name="scope-{re.escape(scope)}"[^>]* checked', page) is not None
        assert is_checked is (scope in row["scopes"]), scope
    assert page.count('<details class="below" open>') == 1


@pytest.mark.parametrize("path", ["/erasures", f"/erasures/{ERASURE}", "/third-parties"])
@pytest.mark.parametrize("role", ["brand", "creator"])
async def test_the_operators_pages_are_no_one_elses(signed_in, role, path):
    assert (await signed_in[role].get(path)).status_code == 403


def test_every_kind_of_thing_and_reason_has_its_words():
    assert set(HELD) == set(Held)
    assert set(BECAUSE) == set(KeptBecause)
    assert {(one.what, one.because) for one in TOLD_BEFORE} <= set(STAYS)
    assert set(SCOPES) == set(DataScope)
