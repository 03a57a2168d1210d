"""A campaign paused, resumed, ended, dropped: what its collaborations make of it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.domain import spreading
from campaigns.domain.running import Course, follow
from contracts.campaigns import CampaignEndMoved, CampaignStatus, CollaborationStatus, Period
from tests.campaigns.builders import NOON, an_invitation
from tests.campaigns.kit import Campaigns, found, problem

HOUR = timedelta(hours=1)
C = CampaignStatus


def working(*periods: tuple[int, int | None], status=CollaborationStatus.AGREED):
    """A collaboration that was active from and to these hours after noon."""
    record = an_invitation(status)
    active = tuple(Period(start=NOON + a * HOUR, end=None if b is None else NOON + b * HOUR) for a, b in periods)
    return type(record)(record.state.model_copy(update={"active": active}), record.revision)


def hours(record) -> list[tuple[float, float | None]]:
    return [((p.start - NOON) / HOUR, None if p.end is None else (p.end - NOON) / HOUR) for p in record.state.active]


@pytest.mark.parametrize(
    ("periods", "course", "expected"),
    [
        pytest.param([(0, None)], Course(C.PAUSED, NOON + 2 * HOUR), [(0, 2)], id="a pause closes"),
        pytest.param([(0, 1)], Course(C.PAUSED, NOON + 2 * HOUR), None, id="what is closed stays"),
        pytest.param([(3, None)], Course(C.PAUSED, NOON + 2 * HOUR), [(3, 3)], id="agreed while it paused"),
        pytest.param(
            [(0, 2)], Course(C.PUBLISHED, NOON + 2 * HOUR, NOON + 5 * HOUR), [(0, 2), (5, None)], id="it goes on"
        ),
        pytest.param(
            [(0, None)],
            Course(C.PUBLISHED, NOON + 2 * HOUR, NOON + 5 * HOUR),
            [(0, 2), (5, None)],
            id="a pause that was over before it was told",
        ),
        pytest.param([(0, 1)], Course(C.PUBLISHED, NOON + 2 * HOUR, NOON + 5 * HOUR), None, id="closed for itself"),
        pytest.param([(5, None)], Course(C.PUBLISHED, NOON + 2 * HOUR, NOON + 5 * HOUR), None, id="told already"),
        pytest.param(
            [(3, 3)],
            Course(C.PUBLISHED, NOON + 2 * HOUR, NOON + 5 * HOUR),
            [(3, 3), (5, None)],
            id="agreed while it paused, begins when it goes on",
        ),
        pytest.param(
            [(3, None)],
            Course(C.PUBLISHED, NOON + 2 * HOUR, NOON + 5 * HOUR),
            [(3, 3), (5, None)],
            id="agreed while it paused, and told of it when it was over",
        ),
        pytest.param(
            [(0, 2), (5, 7)], Course(C.PUBLISHED, NOON + 2 * HOUR, NOON + 5 * HOUR), None, id="paused again since"
        ),
        pytest.param([], Course(C.PAUSED, NOON + 2 * HOUR), None, id="not agreed"),
        pytest.param([(0, None)], Course(C.ENDED, ends_at=NOON + 4 * HOUR), [(0, 4)], id="an end closes"),
    ],
)
def test_a_collaboration_follows_its_campaign_once(periods, course, expected):
    followed = follow(working(*periods), course)
    if expected is None:
        assert followed is None
        return
    assert followed is not None
    assert hours(followed[0]) == expected
    assert followed[0].revision == 2
    assert follow(followed[0], course) is None, "told again, it changes nothing"


def test_an_end_is_told_to_what_was_paused_though_its_date_was_known_and_nothing_changes():
    course = Course(C.ENDED, ends_at=NOON + 4 * HOUR)
    record = working((0, 2))
    known = replace(record, state=record.state.model_copy(update={"campaign_end": course.ends_at}))
    followed = follow(known, course)
    assert followed is not None
    assert (followed[0].state, followed[0].revision, followed[1]) == (known.state, 2, CampaignEndMoved)
    cancelled = known.state.model_copy(update={"status": CollaborationStatus.CANCELLED})
    assert follow(replace(known, state=cancelled), course) is None


def test_what_was_cancelled_does_not_come_back():
    record = working((0, 2), status=CollaborationStatus.CANCELLED)
    assert follow(record, Course(C.PUBLISHED, NOON + 2 * HOUR, NOON + 5 * HOUR)) is None


async def test_a_pause_reaches_every_collaboration_in_pages(service: Campaigns, monkeypatch):
    monkeypatch.setattr(spreading, "AT_ONCE", 2)
    campaign = await service.published(terms={"discount": None})
    ids = []
    for number in range(5):
        sent = await service.invited(campaign, address=f"c{number}@creators.example")
        found(await service.accept(sent["id"], f"a-{number}"))
        ids.append(sent["id"])
    paused = found(await service.brand("POST", f"/v1/campaigns/{campaign}/pause"))
    assert (paused["status"], paused["can"]) == ("paused", ["resume", "end"])
    while await service.fire_timers(workers=2):
        pass
    for id_ in ids:
        told = await service.collaboration(id_)
        assert [period["to"] for period in told["active"]] == [paused["paused_at"]]
        assert [fact for _, fact in await service.facts(id_)][2:] == ["collaboration-paused"]
    resumed = found(await service.brand("POST", f"/v1/campaigns/{campaign}/resume"))
    assert (resumed["status"], resumed["paused_at"]) == ("published", None)
    while await service.fire_timers(workers=2):
        pass
    for id_ in ids:
        assert [period["to"] for period in (await service.collaboration(id_))["active"]] == [paused["paused_at"], None]


async def test_while_it_is_paused_nobody_is_invited_and_nobody_agrees(service: Campaigns):
    campaign = await service.published()
    sent = await service.invited(campaign)
    found(await service.brand("POST", f"/v1/campaigns/{campaign}/pause"))
    refused = problem(await service.invite(campaign, {"address": "x@creators.example"}), 409)
    assert (refused["code"], refused["possible"]) == ("not-now", ["resume", "end"])
    told = problem(await service.accept(sent["id"]), 409)
    assert (told["code"], told["rule"]) == ("not-now", "campaign-paused")
    path = f"/v1/collaborations/{sent['id']}"
    assert found(await service.creator("a-1", "GET", path, proves=sent["id"]))["can"] == ["decline", "offer"]
    found(await service.brand("POST", f"/v1/campaigns/{campaign}/resume"))
    assert "accept" in found(await service.creator("a-1", "GET", path, proves=sent["id"]))["can"]
    (period,) = found(await service.accept(sent["id"]))["active"]
    assert period["to"] is None


async def test_an_agreement_whose_clock_is_ahead_of_the_pause_s_begins_when_the_campaign_goes_on(service: Campaigns):
    campaign = await service.published()
    sent = await service.invited(campaign)
    service.later(HOUR)
    found(await service.accept(sent["id"]))
    service.later(-HOUR)
    found(await service.brand("POST", f"/v1/campaigns/{campaign}/pause"))
    await service.fire_timers()
    (closed,) = (await service.collaboration(sent["id"]))["active"]
    assert closed["from"] == closed["to"], "it was active for no time at all"
    service.later(2 * HOUR)
    found(await service.brand("POST", f"/v1/campaigns/{campaign}/resume"))
    await service.fire_timers()
    periods = (await service.collaboration(sent["id"]))["active"]
    assert [period["to"] for period in periods] == [closed["to"], None]


async def test_a_resumption_that_is_told_after_the_next_pause_leaves_no_link_that_earns(service: Campaigns):
    campaign = await service.published()
    sent = await service.invited(campaign)
    found(await service.accept(sent["id"]))
    moments = []
    for way in ("pause", "resume", "pause"):
        service.later(HOUR)
        found(await service.brand("POST", f"/v1/campaigns/{campaign}/{way}"))
        moments.append(service.now())
        if way == "pause" and len(moments) == 1:
            await service.fire_timers()
        if way == "resume":
            resumption = await service.db["timers"].find_one_and_delete({"purpose": "campaign-spreads"})
    await service.fire_timers()
    assert resumption is not None
    await service.db["timers"].insert_one(resumption)
    await service.fire_timers()
    periods = (await service.collaboration(sent["id"]))["active"]
    assert len(periods) == 2
    assert all(period["to"] is not None for period in periods)


async def test_an_agreement_and_a_pause_at_the_same_moment_leave_no_link_that_earns(service: Campaigns):
    for _ in range(5):
        campaign = await service.published(terms={"discount": None})
        sent = await service.invited(campaign)
        accepted, paused = await asyncio.gather(
            service.accept(sent["id"]), service.brand("POST", f"/v1/campaigns/{campaign}/pause")
        )
        assert paused.status_code == 200
        while await service.fire_timers():
            pass
        active = (await service.collaboration(sent["id"]))["active"]
        assert all(period["to"] is not None for period in active), accepted.text


async def test_a_brand_ends_its_campaign_and_clicks_earn_no_longer(service: Campaigns):
    campaign = await service.published()
    sent = await service.invited(campaign)
    found(await service.accept(sent["id"]))
    ended = found(await service.brand("POST", f"/v1/campaigns/{campaign}/end"))
    await service.fire_timers()
    told = await service.collaboration(sent["id"])
    assert (told["campaign_end"], told["active"][0]["to"]) == (ended["ends_at"], ended["ends_at"])
    assert (ended["status"], ended["can"]) == ("ended", [])
    assert problem(await service.brand("POST", f"/v1/campaigns/{campaign}/pause"), 409)["possible"] == []


async def test_a_campaign_ends_by_its_own_date_once(service: Campaigns):
    end = service.now() + timedelta(days=2)
    campaign = await service.published(ends_at=end.isoformat())
    assert await service.fire_timers() == 0
    service.later(timedelta(days=2, seconds=1))
    await service.fire_timers(workers=3)
    told = found(await service.brand("GET", f"/v1/campaigns/{campaign}"))
    assert told["status"] == "ended"
    assert [fact for _, fact in await service.facts(campaign)] == [
        "campaign-drafted",
        "campaign-published",
        "campaign-ended",
    ]


async def test_a_campaign_that_ends_by_its_date_while_it_is_paused_says_so_to_whoever_works_in_it_once(
    service: Campaigns,
):
    end = service.now() + timedelta(days=2)
    campaign = await service.published(ends_at=end.isoformat())
    sent = await service.invited(campaign)
    found(await service.accept(sent["id"]))
    found(await service.brand("POST", f"/v1/campaigns/{campaign}/pause"))
    await service.fire_timers()
    service.later(timedelta(days=2, seconds=1))
    await service.fire_timers(workers=3)
    last = (await service.events(sent["id"]))[-1]
    assert (last.fact, last.state.campaign_end) == ("campaign-end-moved", end)
    assert last.time >= end, "so that notifications knows it for the end and not for a pause"
    assert [fact for _, fact in await service.facts(sent["id"])].count("campaign-end-moved") == 1


async def test_a_draft_is_dropped_for_good_and_what_was_published_is_not(service: Campaigns):
    draft = await service.drafted()
    path = f"/v1/campaigns/{draft['id']}"
    assert (await service.brand("DELETE", path)).status_code == 204
    assert (await service.brand("GET", path)).status_code == 404
    last = (await service.events(draft["id"]))[-1]
    assert (last.fact, last.revision, last.state) == ("campaign-erased", 2, None)
    published = await service.published()
    refused = problem(await service.brand("DELETE", f"/v1/campaigns/{published}"), 409)
    assert refused["possible"] == ["invite", "pause", "end"]


async def test_of_many_who_pause_at_once_one_does(service: Campaigns):
    campaign = await service.published()
    answers = await asyncio.gather(*(service.brand("POST", f"/v1/campaigns/{campaign}/pause") for _ in range(4)))
    assert min(answer.status_code for answer in answers) == 200
    assert {answer.status_code for answer in answers} <= {200, 409, 412}
    assert [fact for _, fact in await service.facts(campaign)].count("campaign-paused") == 1
