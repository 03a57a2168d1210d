"""Inviting: by mail, directly, with a code; and what is refused before anybody is written to."""

import asyncio
from datetime import datetime, timedelta

import httpx
import pytest

from chassis.tx import TIMERS
from tests.campaigns.builders import a_profile
from tests.campaigns.kit import Campaigns, fields, found, problem

ADDRESS = "krista@creators.example"


async def test_an_external_invitation_hands_the_address_on_and_keeps_none(service: Campaigns):
    campaign = await service.published()
    asked = {"profile": "p-1", "address": f" {ADDRESS} ", "language": "it", "message": "Ciao ✨"}
    sent = await service.invited(campaign, **asked)

    assert (sent["kind"], sent["status"], sent["revision"], sent["creator"]) == ("external", "invited", 1, None)
    assert sent["invitation"]["contact"] == sent["id"]
    assert sent["invitation"]["message"] == "Ciao ✨"
    assert (sent["brand_name"], sent["campaign_name"]) == ("Lumen", "Autumn lamps")
    assert sent["profile_summary"]["handle"] == "krista.makes"
    (version,) = sent["terms"]
    assert version["coupon"] == {"code": "KRISTA20", "percent_off": 2000, "amount_off": None}
    assert version["rates"][0]["basis_points"] == 1250
    assert {id_: (put.address, put.language) for id_, put in service.contacts.put.items()} == {
        sent["id"]: (ADDRESS, "it")
    }
    assert await service.facts(sent["id"]) == [(1, "creator-invited")]
    assert await service.collaboration(sent["id"]) == sent


async def test_the_contact_is_put_before_anything_is_committed(service: Campaigns):
    campaign = await service.published()
    seen: list[tuple[int, int]] = []

    async def look() -> None:
        said = len(await service.events()) - 2
        seen.append((await service.db["collaborations"].count_documents({}), said))

    service.contacts.before_answer = look
    await service.invited(campaign)
    assert seen == [(0, 0)]
    assert len(await service.events()) == 3


@pytest.mark.parametrize(
    ("status", "is_away", "expected"),
    [
        pytest.param(422, False, 422, id="no address that mail can go to"),
        pytest.param(204, True, 503, id="nobody listens"),
        pytest.param(500, False, 503, id="an error"),
        pytest.param(503, False, 503, id="not now"),
        pytest.param(401, False, 503, id="a token that is not taken"),
        pytest.param(302, False, 503, id="a redirect is no answer"),
    ],
)
async def test_without_a_contact_nothing_is_committed(service: Campaigns, status, is_away, expected):
    campaign = await service.published()
    before = await service.facts()
    service.contacts.status, service.contacts.is_away = status, is_away
    answer = await service.invite(campaign, {"address": ADDRESS}, key="k-1")
    assert answer.status_code == expected
    if expected == 422:
        assert fields(answer) == ["address"]
    else:
        assert answer.headers["retry-after"] == "1"
    assert ADDRESS not in answer.text
    assert await service.db["collaborations"].count_documents({}) == 0
    assert await service.db[TIMERS].count_documents({}) == 0
    assert await service.facts() == before

    service.contacts.status, service.contacts.is_away = 204, False
    found(await service.invite(campaign, {"address": ADDRESS}, key="k-1"), 201)


async def test_without_a_token_for_notifications_nothing_is_committed(service: Campaigns, monkeypatch):
    campaign = await service.published()

    def gone(_: httpx.Request) -> httpx.Response:
        return httpx.Response(503)

    tokens = service.app.state.service_tokens
    monkeypatch.setattr(tokens, "_http", httpx.AsyncClient(transport=httpx.MockTransport(gone)))
    monkeypatch.setattr(tokens, "_held", {})
    answer = await service.invite(campaign, {"address": ADDRESS})
    assert problem(answer, 503)["code"] == "try-again-later"
    assert await service.db["collaborations"].count_documents({}) == 0


async def test_who_claims_the_profile_is_invited_directly(service: Campaigns):
    campaign = await service.published()
    sent = await service.invited(campaign, profile="p-claimed")
    assert (sent["kind"], sent["invitation"]["contact"], sent["creator"]) == ("direct", "a-7", None)
    assert service.contacts.put == {}
    own = found(await service.creator("a-7", "GET", f"/v1/collaborations/{sent['id']}"))
    assert own["can"] == ["accept", "decline", "offer"]


async def test_a_claimed_profile_can_be_invited_by_mail_too(service: Campaigns):
    sent = await service.invited(await service.published(), profile="p-claimed", address=ADDRESS)
    assert (sent["kind"], sent["invitation"]["contact"]) == ("external", sent["id"])


async def test_an_unclaimed_profile_needs_an_address(service: Campaigns):
    campaign = await service.published()
    assert fields(await service.invite(campaign, {"profile": "p-1"})) == ["address"]
    assert fields(await service.invite(campaign, {})) == ["body"]


async def test_a_profile_that_is_not_known_yet_is_told_to_try_again(service: Campaigns):
    campaign = await service.published()
    answer = await service.invite(campaign, {"profile": "p-new", "address": ADDRESS})
    assert problem(answer, 409)["code"] == "not-known-yet"
    assert answer.headers["retry-after"] == "1"
    assert service.contacts.put == {}
    await service.hear(a_profile("p-new"))
    await service.invited(campaign, profile="p-new", address=ADDRESS)


async def test_nobody_is_invited_to_a_draft(service: Campaigns):
    made = await service.drafted()
    refused = problem(await service.invite(made["id"], {"address": ADDRESS}), 409)
    assert (refused["code"], refused["possible"]) == ("not-now", ["change", "publish"])
    assert service.contacts.put == {}


async def test_nobody_is_invited_after_the_campaign_s_end(service: Campaigns):
    campaign = await service.published(ends_at=(service.now() + timedelta(days=2)).isoformat())
    sent = await service.invited(campaign)
    assert sent["invitation"]["expires_at"] == sent["campaign_end"]
    service.later(timedelta(days=2))
    refused = problem(await service.invite(campaign, {"address": "other@creators.example"}), 409)
    assert (refused["possible"], len(service.contacts.put)) == ([], 1)


async def test_a_profile_is_asked_once_as_long_as_the_invitation_stands(service: Campaigns):
    campaign, other = await service.published(), await service.published()
    asked = {"profile": "p-1", "address": ADDRESS}
    first = await service.invited(campaign, **asked)
    for body in (asked, asked | {"address": "other@creators.example"}):
        assert problem(await service.invite(campaign, body), 409)["code"] == "already-invited"
    assert list(service.contacts.put) == [first["id"]], "no address is handed on for what is refused"
    await service.invited(other, **asked)

    found(await service.decline(first["id"]))
    second = await service.invited(campaign, **asked)
    found(await service.accept(second["id"]))
    assert problem(await service.invite(campaign, asked), 409)["code"] == "already-invited"


async def test_of_two_who_invite_the_same_profile_at_once_one_does(service: Campaigns):
    campaign = await service.published()
    asked = {"profile": "p-1", "address": ADDRESS}
    answers = await asyncio.gather(*(service.invite(campaign, asked | {"code": f"CODE{n}"}) for n in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {problem(answer, 409)["code"] for answer in answers if answer.status_code == 409} == {"already-invited"}
    assert await service.db["collaborations"].count_documents({}) == 1


async def test_an_invitation_is_open_for_seven_days(service: Campaigns):
    before = service.now()
    sent = await service.invited(await service.published())
    after = service.now()
    invitation = sent["invitation"]
    sent_at, expires_at = (datetime.fromisoformat(invitation[name]) for name in ("sent_at", "expires_at"))
    assert before <= sent_at <= after
    assert expires_at - sent_at == timedelta(days=7)
    (timer,) = await service.db[TIMERS].find().to_list(None)
    assert timer["aggregate"] == sent["id"]
    assert timedelta(0) <= timer["due"] - expires_at < timedelta(milliseconds=1)


async def test_who_was_invited_is_listed_by_campaign_in_pages(service: Campaigns):
    campaign, other = await service.published(), await service.published()
    sent = [(await service.invited(campaign, address=f"c{n}@creators.example"))["id"] for n in range(5)]
    elsewhere = await service.invited(other)
    path = f"/v1/campaigns/{campaign}/collaborations"
    first = found(await service.brand("GET", f"{path}?limit=3"))
    rest = found(await service.brand("GET", f"{path}?limit=3&cursor={first['next_cursor']}"))
    assert [item["id"] for item in first["items"] + rest["items"]] == sent[::-1]
    assert rest["next_cursor"] is None
    everywhere = found(await service.brand("GET", "/v1/collaborations"))
    assert [item["id"] for item in everywhere["items"]] == [elsewhere["id"], *sent[::-1]]
