"""An invitation that nobody answers expires after seven days: once, never early, and not if it was answered (I7)."""

import asyncio
from datetime import datetime, timedelta

import pytest

from chassis import mongo
from chassis.tx import TIMERS
from tests.campaigns.kit import Campaigns, found, problem

WEEK = timedelta(days=7)
EXPIRED = [(1, "creator-invited"), (2, "invitation-expired")]
ASKED = {"profile": "p-1", "address": "krista@creators.example"}


async def expires_at(service: Campaigns, invitation: str) -> datetime:
    return datetime.fromisoformat((await service.collaboration(invitation))["invitation"]["expires_at"])


@pytest.fixture
async def campaign(service: Campaigns) -> str:
    return await service.published()


async def test_an_unanswered_invitation_expires_after_seven_days(service: Campaigns, campaign: str):
    invitation = (await service.invited(campaign, **ASKED))["id"]
    assert await service.fire_timers() == 0
    service.later(WEEK)
    assert await service.fire_timers() == 1

    told = await service.collaboration(invitation)
    assert (told["status"], told["creator"], told["active"], told["revision"]) == ("expired", None, [], 2)
    assert await service.facts(invitation) == EXPIRED
    assert await service.fire_timers() == 0
    assert problem(await service.accept(invitation), 409)["possible"] == []
    assert (await service.invited(campaign, **ASKED))["status"] == "invited", "the profile can be asked again"


async def test_it_expires_not_a_moment_early(service: Campaigns, campaign: str):
    invitation = (await service.invited(campaign))["id"]
    due = await expires_at(service, invitation)
    database = await mongo.server_time(service.db)
    service.later(due - database - service.context.clock.offset - timedelta(seconds=1))

    async def fired() -> bool:
        return await service.fire_timers() == 1

    deadline = asyncio.get_running_loop().time() + 90
    while not await fired():
        assert asyncio.get_running_loop().time() < deadline
        offset = service.context.clock.offset
        if await mongo.server_time(service.db) + offset < due - timedelta(milliseconds=50):
            assert await service.facts(invitation) == [(1, "creator-invited")]
        await asyncio.sleep(0.02)
    assert await mongo.server_time(service.db) + service.context.clock.offset >= due
    (_, expired) = await service.events(invitation)
    assert expired.fact == "invitation-expired"
    assert expired.time >= due


async def test_three_workers_expire_each_once(service: Campaigns, campaign: str):
    sent = [(await service.invited(campaign, address=f"c{n}@creators.example"))["id"] for n in range(10)]
    service.later(WEEK)
    assert await service.fire_timers(workers=3) == 10
    for invitation in sent:
        assert await service.facts(invitation) == EXPIRED


@pytest.mark.parametrize("answer", ["accept", "decline"])
async def test_what_was_answered_does_not_expire(service: Campaigns, campaign: str, answer: str):
    invitation = (await service.invited(campaign))["id"]
    (timer,) = await service.db[TIMERS].find().to_list(None)
    path = f"/v1/collaborations/{invitation}/{answer}"
    found(await service.creator("a-1", "POST", path, proves=invitation))
    before = await service.facts(invitation)
    service.later(WEEK)
    assert await service.fire_timers() == 0

    await service.db[TIMERS].insert_one(timer)
    assert await service.fire_timers() == 1, "a timer that was on its way all the same"
    assert await service.facts(invitation) == before
    assert (await service.collaboration(invitation))["status"] in ("agreed", "declined")


async def test_a_timer_that_fires_again_changes_nothing(service: Campaigns, campaign: str):
    invitation = (await service.invited(campaign))["id"]
    (timer,) = await service.db[TIMERS].find().to_list(None)
    service.later(WEEK)
    await service.fire_timers()
    await service.db[TIMERS].insert_one(timer)
    assert await service.fire_timers() == 1
    assert await service.facts(invitation) == EXPIRED


async def test_a_timer_of_nothing_is_nothing(service: Campaigns):
    async def work(tx) -> None:
        tx.set_timer("invitation-expires", "never-was", tx.now)

    await service.context.transactions.run(work)
    assert await service.fire_timers() == 1
    assert await service.events() == []


async def test_an_answer_and_the_timer_at_once_leave_one_of_them(service: Campaigns, campaign: str):
    """The answer comes by a clock that is a little behind: whoever commits first, the other finds it done."""
    for number in range(5):
        invitation = (await service.invited(campaign, address=f"c{number}@creators.example"))["id"]
        (timer,) = await service.db[TIMERS].find().to_list(None)
        await service.db[TIMERS].update_one({"_id": timer["_id"]}, {"$set": {"due": service.now() - WEEK}})
        moment = (service.now() + timedelta(milliseconds=15)).isoformat()
        await service.db["collaborations"].update_one(
            {"_id": invitation}, {"$set": {"state.invitation.expires_at": moment}}
        )

        answer, _ = await asyncio.gather(service.accept(invitation), service.fire_timers())
        facts = await service.facts(invitation)
        status = (await service.collaboration(invitation))["status"]
        assert len(facts) <= 2
        assert (answer.status_code == 200) is (status == "agreed")
        if status != "agreed":
            assert answer.status_code == 409
        assert (
            facts[-1][1]
            == {
                "agreed": "invitation-accepted",
                "expired": "invitation-expired",
                "invited": "creator-invited",
            }[status]
        )
        await service.db[TIMERS].delete_many({})
