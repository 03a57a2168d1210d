"""Accepting and declining: by whom, when, and once."""

import asyncio
from datetime import datetime, timedelta

import pytest

from chassis.http import Kind
from chassis.tx import TIMERS
from tests.campaigns.kit import Campaigns, fields, found, problem

ACCEPTED = [(1, "creator-invited"), (2, "invitation-accepted")]
DECLINED = [(1, "creator-invited"), (2, "invitation-declined")]
WEEK = timedelta(days=7)


@pytest.fixture
async def invitation(service: Campaigns) -> str:
    """By mail, to somebody whose profile is known."""
    sent = await service.invited(await service.published(), profile="p-1", address="krista@creators.example")
    return str(sent["id"])


@pytest.fixture
async def direct(service: Campaigns) -> str:
    """To a-7, who claims the profile."""
    return str((await service.invited(await service.published(), profile="p-claimed"))["id"])


async def test_who_proved_the_invitation_accepts_it(service: Campaigns, invitation: str):
    agreed = found(await service.accept(invitation, "a-1"))
    assert (agreed["status"], agreed["creator"], agreed["profile"]) == ("agreed", "a-1", "p-1")
    assert agreed["active"] == [{"from": agreed["agreed_at"], "to": None}]
    assert (agreed["brand_name"], agreed["can"]) == ("Lumen", ["propose-cancellation"])
    assert await service.facts(invitation) == ACCEPTED
    assert await service.db[TIMERS].count_documents({}) == 0
    own = found(await service.creator("a-1", "GET", f"/v1/collaborations/{invitation}"))
    assert own == agreed, "an agreement is the creator's without the invitation's proof"


async def test_whom_it_invites_directly_accepts_without_any_proof(service: Campaigns, direct: str):
    path = f"/v1/collaborations/{direct}/accept"
    assert found(await service.creator("a-7", "POST", path))["creator"] == "a-7"
    assert await service.facts(direct) == ACCEPTED


async def test_the_invitation_tells_what_is_asked_for_and_what_can_be_done(service: Campaigns, invitation: str):
    path = f"/v1/collaborations/{invitation}"
    answer = await service.creator("a-1", "GET", path, proves=invitation)
    told = found(answer)
    assert answer.headers["etag"] == '"1"'
    assert told["can"] == ["accept", "decline", "offer"]
    assert told["brief"]["product"] == "Reading lamp"
    assert told["profile_summary"]["display_name"] == "Krista"
    assert (await service.collaboration(invitation))["can"] == ["offer", "cancel"]
    service.later(WEEK)
    assert found(await service.creator("a-1", "GET", path, proves=invitation))["can"] == []


@pytest.mark.parametrize("action", ["accept", "decline"])
async def test_nobody_else_answers_or_learns_that_it_is_there(service: Campaigns, invitation: str, direct: str, action):
    for id_, account, proves in (
        (invitation, "a-1", None),
        (invitation, "a-1", direct),
        (invitation, "a-7", None),
        (invitation, "b-1", None),
        (direct, "a-1", invitation),
        (direct, "a-1", None),
        ("no-such-thing", "a-1", None),
    ):
        path = f"/v1/collaborations/{id_}"
        for answer in (
            await service.creator(account, "POST", f"{path}/{action}", {}, proves=proves),
            await service.creator(account, "GET", path, proves=proves),
        ):
            assert problem(answer, 404)["code"] == "not-found"
    assert [fact for _, fact in await service.facts(invitation) + await service.facts(direct)] == [
        "creator-invited"
    ] * 2


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.BRAND, Kind.CREATOR)])
@pytest.mark.parametrize("action", ["accept", "decline"])
async def test_only_the_two_sides_answer(service: Campaigns, invitation: str, action, kind):
    token = service.token(kind, "b-1", invitation=invitation)
    assert problem(await service.send(token, "POST", f"/v1/collaborations/{invitation}/{action}"), 403)


@pytest.mark.parametrize("action", ["accept", "decline"])
async def test_the_brand_does_not_answer_its_own_offer(service: Campaigns, invitation: str, action):
    refused = problem(await service.brand("POST", f"/v1/collaborations/{invitation}/{action}"), 409)
    assert (refused["rule"], refused["possible"]) == ("for-the-other-side", ["offer", "cancel"])
    assert await service.facts(invitation) == [(1, "creator-invited")]


async def test_after_an_agreement_the_proof_alone_opens_nothing(service: Campaigns, invitation: str):
    found(await service.accept(invitation, "a-1"))
    path = f"/v1/collaborations/{invitation}"
    for answer in (
        await service.creator("a-2", "GET", path, proves=invitation),
        await service.accept(invitation, "a-2"),
        await service.decline(invitation, account="a-2"),
    ):
        assert answer.status_code == 404
    assert found(await service.creator("a-2", "GET", "/v1/collaborations", proves=invitation))["items"] == []


@pytest.mark.parametrize("first", ["accept", "decline"])
@pytest.mark.parametrize("then", ["accept", "decline"])
async def test_an_answer_is_final(service: Campaigns, invitation: str, first, then):
    path = f"/v1/collaborations/{invitation}"
    state = found(await service.creator("a-1", "POST", f"{path}/{first}", proves=invitation))
    refused = problem(await service.creator("a-1", "POST", f"{path}/{then}", proves=invitation), 409)
    possible = ["propose-cancellation"] if first == "accept" else []
    assert (refused["code"], refused["possible"], refused["rule"]) == ("not-now", possible, "not-in-this-state")
    assert state["status"] in refused["detail"]
    told = await service.collaboration(invitation)
    ways = {"can": [], "sample_can": []}
    assert told | ways == state | ways
    assert await service.facts(invitation) == (ACCEPTED if first == "accept" else DECLINED)


async def test_of_yes_and_no_at_once_one_counts(service: Campaigns):
    campaign = await service.published()
    for number in range(5):
        id_ = (await service.invited(campaign, address=f"c{number}@creators.example"))["id"]
        answers = await asyncio.gather(service.accept(id_), service.decline(id_), service.accept(id_, "a-2"))
        assert sum(answer.status_code == 200 for answer in answers) == 1
        assert {answer.status_code for answer in answers} <= {200, 404, 409}
        status = (await service.collaboration(id_))["status"]
        assert await service.facts(id_) == (ACCEPTED if status == "agreed" else DECLINED)


async def test_a_refusal_keeps_the_reason_for_the_brand(service: Campaigns, invitation: str):
    found(await service.decline(invitation, {"reason": "fee", "note": "Too little, sorry 😔"}))
    told = await service.collaboration(invitation)
    assert told["status"] == "declined"
    assert told["declined"] == {"reason": "fee", "note": "Too little, sorry 😔"}
    assert (told["creator"], told["active"], told["agreed_at"]) == (None, [], None)
    assert await service.facts(invitation) == DECLINED
    assert await service.db[TIMERS].count_documents({}) == 0


@pytest.mark.parametrize("body", [None, {}, {"reason": None}, b""])
async def test_a_refusal_needs_no_reason(service: Campaigns, invitation: str, body):
    assert found(await service.decline(invitation, body))["declined"] == {"reason": None, "note": ""}


@pytest.mark.parametrize(
    ("body", "field"), [({"reason": "mood"}, "reason"), ({"note": "x" * 5001}, "note"), ({"note": 7}, "note")]
)
async def test_a_refusal_that_can_not_be_read_is_none(service: Campaigns, invitation: str, body, field):
    assert fields(await service.decline(invitation, body)) == [field]
    assert (await service.collaboration(invitation))["status"] == "invited"


@pytest.mark.parametrize("action", ["accept", "decline"])
async def test_it_is_too_late_after_seven_days_also_before_the_timer_fires(service: Campaigns, invitation: str, action):
    service.later(WEEK)
    path = f"/v1/collaborations/{invitation}/{action}"
    refused = problem(await service.creator("a-1", "POST", path, proves=invitation), 409)
    assert (refused["possible"], "expired" in refused["detail"]) == ([], True)
    assert await service.facts(invitation) == [(1, "creator-invited")]


async def test_it_is_not_too_late_on_the_last_day(service: Campaigns, invitation: str):
    expires_at = datetime.fromisoformat((await service.collaboration(invitation))["invitation"]["expires_at"])
    service.later(expires_at - service.now() - timedelta(seconds=30))
    assert found(await service.accept(invitation))["status"] == "agreed"


async def test_a_creator_s_list_has_what_was_agreed_asked_directly_or_proved(
    service: Campaigns, invitation: str, direct: str
):
    async def mine(account: str, proves: str | None = None) -> list[str]:
        page = found(await service.creator(account, "GET", "/v1/collaborations", proves=proves))
        return [item["id"] for item in page["items"]]

    assert await mine("a-7") == [direct]
    assert await mine("a-7", invitation) == [direct, invitation]
    assert await mine("a-1") == []
    found(await service.accept(invitation, "a-7"))
    found(await service.creator("a-7", "POST", f"/v1/collaborations/{direct}/decline"))
    assert await mine("a-7") == [direct, invitation]
    assert await mine("a-1", invitation) == []
