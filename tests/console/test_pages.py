"""Every page, as each role, with the other services answering, away, or refusing."""

import gzip
import json
import re

import httpx
import pytest

from chassis.http.tokens import Claims, load_key, verify
from console.pages.assets import COUNT, STYLE
from console.pages.routes import PAGES
from console.store.third_parties import ThirdParty
from contracts.http.campaigns import DeclineInvitation, Invite
from tests.console import sample, sample_drafts, sample_kept, sample_people, sample_programs, sample_work
from tests.console.kit import sent

BUDGET = 60 * 1024
IDS = {
    "campaign": sample.CAMPAIGN,
    "profile": "profile-linh",
    "order": sample.ORDER,
    "store": sample.STORE,
    "invitation": "invitation-3",
    "service": "attribution",
    "letter": sample.LETTER,
    "creator": sample.CREATOR,
    "link": "link-1",
    "kind": "svg",
    "coupon": "coupon-2",
    "review": "review-1",
    "answer": "accept",
    "request": "request-1",
    "collaboration": sample_work.WORK,
    "action": "propose-cancellation",
    "step": "terms",
    "course": "pause",
    "application": "application-1",
    "conversation": sample_programs.TALK,
    "asset": "asset-0",
    "photo": sample_people.PHOTO,
    "product": "8123",
    "shortlist": sample_kept.SHORTLIST,
    "persona": sample_kept.PERSONA,
    "erasure": "erasure-1",
    "third_party": "third-party-1",
    "market": "FI",
}
QUERIES = {"/codes/to-enter.csv": {"store": "shopify"}, "/messages/new": {"profile": "profile-ana"}}
SCRIPTED = ("/creators",)
"""The pages that run a script of ours."""
FILES = (
    "/creators/count",
    "/privacy/export.json",
    "/files/{asset}",
    "/photos/{profile}/{photo}",
    "/codes/to-enter.csv",
    "/links/{link}/qr.{kind}",
    "/campaigns/{campaign}/links/{link}/qr.{kind}",
)
"""What is asked for beside the path, and paths that answer with files."""


@pytest.fixture
async def third_party(console):
    """One that the console keeps, as it does stores."""
    made = ThirdParty(
        id="third-party-1", name="Figures Ltd", scopes=(), secret="hashed", created_at=sample.NOON, created_by="o-1"
    )
    await console.desk.third_parties.add(made)


def path_of(page) -> str:
    return re.sub(r"{(\w+)(:path)?}", lambda match: IDS[match[1]], page.path)


@pytest.mark.usefixtures("third_party")
async def test_every_page_answers_its_role_and_stays_in_the_budget(console, signed_in):
    style = len(gzip.compress(STYLE.content))
    for page in PAGES:
        if page.method != "GET":
            continue
        browser = signed_in[page.role or "brand"]
        answer = await browser.get(path_of(page), params=QUERIES.get(page.path))
        assert answer.status_code in {200, 303}, page.path
        assert len(gzip.compress(answer.content)) + style < BUDGET, page.path
        if answer.status_code == 200 and page.path not in FILES:
            assert answer.text.count("<h1") == 1, page.path
            assert '<html lang="en">' in answer.text


async def test_every_page_for_a_role_sends_strangers_to_sign_in_and_others_away(console, signed_in):
    others = {"brand": "creator", "creator": "operator", "operator": "brand"}
    for page in PAGES:
        roles = {page.role} if page.role else set(page.roles)
        if not roles:
            continue
        async with console.browser() as stranger:
            answer = await stranger.request(page.method, path_of(page))
            assert answer.status_code == 303, page.path
            assert answer.headers["location"].startswith("/sign-in"), page.path
        other = others[page.role] if page.role else next(role for role in others if role not in roles)
        answer = await signed_in[other].request(page.method, path_of(page))
        assert answer.status_code == 403, page.path
    assert console.services.asked == [], "nobody's token was used for a page that is not theirs"


async def test_pages_run_no_script_but_ours_and_carry_no_inline_style(console, signed_in):
    for page in PAGES:
        if page.method == "GET":
            answer = await signed_in[page.role or "creator"].get(path_of(page), params=QUERIES.get(page.path))
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert f"form-action '{'none' if page.is_public else 'self'}'" in policy
            assert "unsafe" not in policy
            scripts = re.findall(r"<script[^>]*>", answer.text)
            if page.path in SCRIPTED:
                assert scripts == [f'<script type="module" src="{COUNT.path}">']
                assert "script-src 'self'" in policy
            elif page.path not in FILES:
                assert scripts == [], page.path
                assert "script-src" not in policy
            assert " style=" not in answer.text, page.path
            assert not re.search(r"\son\w+=", answer.text), page.path
            cached = (
                "public" if page.is_public else "private" if page.path in FILES and "qr" in page.path else "no-store"
            )
            assert answer.headers["cache-control"].startswith(cached), page.path


async def test_a_campaign_shows_what_each_creator_brought_and_totals_that_add_up(signed_in):
    page = (await signed_in["brand"].get(f"/campaigns/{sample.CAMPAIGN}")).text
    for words in ("Ana Moretti", "14,377", "€10,188.40", "€1,222.61", "€13,606.55", "€1,632.79", "20,809", "54.4%"):
        assert words in page, words
    assert "https://go.example/r/k0Xw7Qp" in page
    assert f'href="/orders/{sample.STORE}%3A5012?campaign={sample.CAMPAIGN}"' in page


async def test_an_order_shows_every_candidate_with_its_reason_and_lines_that_add_up(signed_in):
    page = (await signed_in["brand"].get(f"/orders/{sample.ORDER}")).text
    for words in (
        "ANA15",
        "Ana Moretti",
        "This touch is credited.",
        "A coupon code goes before a click by the brand&#39;s policy.",
        "This code belongs to none of the brand&#39;s collaborations.",
        "€71.76",
        "6.5208",
        "+€8.61",
        "\u2212€3.26",
        "€5.35",
    ):
        assert words in page, words


async def test_a_creator_reads_why_with_others_as_another_creator(console, signed_in):
    decision = sample.a_decision().model_dump(mode="json")
    decision["candidates"][0]["creator"] = "another creator"
    console.services.answers[f"GET attribution/v1/orders/{sample.ORDER}/decision"] = decision
    page = (await signed_in["creator"].get(f"/earnings/orders/{sample.ORDER}")).text
    assert "Another creator" in page
    assert "Linh" not in page
    assert ">You<" in page


async def test_each_call_carries_a_token_of_the_person_for_that_service(console, signed_in):
    await signed_in["brand"].get(f"/campaigns/{sample.CAMPAIGN}")
    await signed_in["creator"].get("/invitations/invitation-3")
    async with console.browser() as browser:
        keys = {jwk["kid"]: load_key(jwk) for jwk in (await browser.get("/.well-known/jwks.json")).json()["keys"]}
    seen: list[Claims] = []
    for request in console.services.asked:
        audience = request.url.host.removesuffix(".test")
        token = request.headers["authorization"].removeprefix("Bearer ")
        seen.append(verify(token, next(iter(keys.values())), audience=audience, now=console.clock.now()))
    assert {(c.kind, c.brand, c.invitation) for c in seen} == {
        ("brand", sample.BRAND, None),
        ("creator", None, "invitation-3"),
        ("creator", None, None),  # what is new in the creator's conversations
    }


async def test_what_another_brand_owns_is_not_there(console, signed_in):
    for path in ("/campaigns/foreign", "/orders/foreign:1", "/stores/foreign", "/creators/foreign"):
        answer = await signed_in["brand"].get(path)
        assert answer.status_code == 404, path
        assert "This page is not here" in answer.text
    for path in ("/stores/foreign/secret", "/stores/foreign/credentials", "/campaigns/foreign/publish"):
        assert (await signed_in["brand"].post(path, data={})).status_code == 404, path


async def test_a_campaign_page_stands_while_attribution_is_away(console, signed_in):
    for name in [name for name in console.services.answers if " attribution/" in name]:
        console.services.answers[name] = 503
    page = await signed_in["brand"].get(f"/campaigns/{sample.CAMPAIGN}")
    assert page.status_code == 200
    assert "The figures are not available right now" in page.text
    assert "Ana Moretti" in page.text
    assert (await signed_in["creator"].get("/earnings")).status_code == 503


async def test_a_service_that_answers_nonsense_is_told_calmly(console, signed_in):
    console.services.answers["GET campaigns/v1/campaigns"] = httpx.Response(200, text="<html>")
    answer = await signed_in["brand"].get("/campaigns")
    assert answer.status_code == 503
    assert "A part of the site does not answer" in answer.text


async def test_a_bug_is_a_calm_page_without_a_trace(console, signed_in):
    console.services.answers["GET campaigns/v1/campaigns"] = lambda _: 1 / 0
    answer = await signed_in["brand"].get("/campaigns")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "ZeroDivisionError" not in answer.text


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/campaigns/a/b/c/d", 404), ("/sign-out", 405)])
async def test_a_wrong_address_is_a_page(console, path, status):
    async with console.browser() as browser:
        answer = await browser.get(path)
    assert answer.status_code == status
    assert "This page is not here" in answer.text


async def test_a_wrong_path_of_the_api_is_a_problem(console):
    async with console.browser() as browser:
        answer = await browser.get("/v1/nowhere")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_campaign_is_published_once_its_brand_says_so(console, signed_in):
    answer = await signed_in["brand"].post("/campaigns/campaign-2/publish")
    assert answer.headers["location"] == "/campaigns/campaign-2?done=published"
    console.services.answers["POST campaigns/v1/campaigns/campaign-2/publish"] = httpx.Response(
        409, json={"type": "/problems/of-tomorrow", "title": "Not possible now", "detail": "It has ended."}
    )
    answer = await signed_in["brand"].post("/campaigns/campaign-2/publish")
    assert answer.status_code == 409
    assert "It has ended." in answer.text
    assert "Winter refill" in answer.text


@pytest.mark.parametrize("path", ["campaign-2/publish", "campaign-1/course/pause"])
async def test_why_a_service_declines_is_said_in_the_reader_s_language(console, signed_in, path):
    told = {"type": "/problems/budget-exhausted", "title": "The budget has run out", "detail": "Give it a larger one."}
    asked = path.replace("course/", "")
    console.services.answers[f"POST campaigns/v1/campaigns/{asked}"] = httpx.Response(409, json=told)
    answer = await signed_in["brand"].post(f"/campaigns/{path}", headers={"accept-language": "it"})
    assert answer.status_code == 409
    assert "Il budget è esaurito." in answer.text
    assert "larger one" not in answer.text


async def test_a_thing_that_a_service_will_hear_of_soon_is_asked_for_again(console, signed_in):
    answers = [
        httpx.Response(409, json={"type": "/problems/not-known-yet", "title": "Not known yet"}),
        httpx.Response(201, json=sample_drafts.an_unfinished_draft().model_dump(mode="json")),
    ]
    console.services.answers["POST campaigns/v1/drafts"] = lambda _: answers.pop(0)
    form = {"name": "Spring serum launch", "landing_url": "https://lumea.example/serum", "which": "all"}
    assert (await signed_in["brand"].post("/campaigns/new", data=form)).status_code == 303
    assert answers == []


async def test_a_creator_is_invited_by_a_form(console, signed_in):
    path = f"/campaigns/{sample.CAMPAIGN}/invite/profile-linh"
    form = {"key": "k-2", "address": "linh@example.com", "message": "Would you?", "coupon": "LINH15"}
    answer = await signed_in["brand"].post(path, data=form)
    assert answer.headers["location"] == f"/campaigns/{sample.CAMPAIGN}?done=invited"
    asked = Invite.model_validate_json(sent(console, "POST", f"/v1/campaigns/{sample.CAMPAIGN}/invitations").content)
    assert (asked.profile, asked.address, asked.code) == ("profile-linh", "linh@example.com", "LINH15")
    wrong = await signed_in["brand"].post(path, data={"address": "nobody"})
    assert wrong.status_code == 422
    assert "Enter an e-mail address" in wrong.text


async def test_an_invitation_is_accepted_with_a_token_that_proves_it(console, signed_in):
    page = await signed_in["creator"].get("/invitations/invitation-3")
    for words in ("Lumea Skincare invites you", "€250.00", "12%", "AINO_K15", "Three drops in the morning"):
        assert words in page.text, words
    answer = await signed_in["creator"].post("/invitations/invitation-3/accept", data={"offer": "2"})
    assert answer.headers["location"] == "/invitations/invitation-3?done=accepted"
    request = sent(console, "POST", "/v1/collaborations/invitation-3/accept")
    assert json.loads(request.content) == {"offer": 2}


async def test_an_invitation_is_declined_with_an_honest_reason(console, signed_in):
    form = {"reason": "fee", "note": "Too little."}
    answer = await signed_in["creator"].post("/invitations/invitation-3/decline", data=form)
    assert answer.headers["location"] == "/invitations/invitation-3?done=declined"
    asked = DeclineInvitation.model_validate_json(
        sent(console, "POST", "/v1/collaborations/invitation-3/decline").content
    )
    assert (asked.reason, asked.note) == ("fee", "Too little.")


async def test_an_invitation_of_somebody_else_is_not_shown(console, signed_in):
    page = await signed_in["creator"].get("/invitations/foreign")
    assert "another mailbox" in page.text
    assert "invites you" not in page.text


async def test_the_operator_sends_a_dead_letter_again(console, signed_in):
    page = await signed_in["operator"].get("/dead-letters")
    assert "stores.order-observed.v1" in page.text, "the service with waiting letters is shown first"
    answer = await signed_in["operator"].post(f"/dead-letters/attribution/{sample.LETTER}/replay")
    assert answer.headers["location"] == "/dead-letters?service=attribution&done=handled"
    assert (await signed_in["operator"].post("/dead-letters/nonsense/x/replay")).status_code == 404


async def test_the_operator_lets_a_stopped_consumer_go_on(console, signed_in):
    console.services.answers["POST attribution/v1/consumers/resume"] = {"resumed": 1}
    answer = await signed_in["operator"].post("/consumers/attribution/resume", data={"group": "attribution.orders"})
    assert answer.headers["location"] == "/consumers?done=resumed"
    assert sent(console, "POST", "/v1/consumers/resume").content == b'{"group":"attribution.orders"}'


async def test_what_people_type_is_never_markup(console, signed_in):
    evil = '"><script>alert(1)</script>'
    campaign = sample.a_campaign(name=evil)
    console.services.answers[f"GET campaigns/v1/campaigns/{sample.CAMPAIGN}"] = campaign.model_dump(mode="json")
    pages = [
        await signed_in["brand"].get(f"/campaigns/{sample.CAMPAIGN}"),
        await signed_in["brand"].get("/creators", params={"text": evil}),
        await signed_in["brand"].post("/campaigns/new", data={"name": evil, "landing_url": evil, "which": evil}),
        await signed_in["brand"].get("/campaigns", params={"done": evil, "cursor": evil}),
    ]
    for page in pages:
        assert "<script>" not in page.text


async def test_the_parts_are_shown_in_development_only(mongo, database, console):
    from tests.console.kit import a_console

    async with console.browser() as browser:
        assert (await browser.get("/components")).status_code == 200
    async with a_console(mongo.address, database, environment="production") as other, other.browser() as browser:
        assert (await browser.get("/components")).status_code == 404


async def test_a_creator_reads_every_ledger_entry_with_its_cause(signed_in):
    """MONEY 14, 17, 22, 23: months and fees are entries beside orders."""
    page = (await signed_in["creator"].get("/earnings/entries")).text
    for words in ("+€8.61", "\u2212€3.26", "+€123.50", "\u2212€40.00", "+€250.00", "Month 2031-04", "Lumea Skincare"):
        assert words in page, words
    assert f'href="/earnings/orders/{sample.STORE}%3A5012"' in page
    assert 'href="/earnings/entries"' in (await signed_in["creator"].get("/earnings")).text
