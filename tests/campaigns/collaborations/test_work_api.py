"""The work by the API, with its timers: each side in turn, wrong moments, samples, proposals, later terms."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from chassis.tx import TIMERS
from contracts.campaigns import Collaboration
from tests.campaigns.builders import a_work
from tests.campaigns.kit import Campaigns, fields, found, problem

LIVE = "https://www.tiktok.com/@krista.makes/video/7301"
STEPS: list[tuple[str, str, dict[str, Any] | None]] = [
    ("creator", "propose-concept", {"text": "Lamp at dawn"}),
    ("brand", "ask-changes", {"points": ["warmer"]}),
    ("creator", "propose-concept", {"text": "Lamp at dusk", "url": "https://files.example/board"}),
    ("brand", "approve-concept", None),
    ("creator", "submit", {"url": "https://files.example/1.mp4"}),
    ("brand", "ask-revision", {"points": ["the code on screen"]}),
    ("creator", "submit", {"url": "https://files.example/2.mp4"}),
    ("brand", "approve-submission", None),
    ("creator", "publish", {"url": LIVE}),
    ("brand", "refuse-publication", {"points": ["no disclosure"]}),
    ("creator", "publish", {"url": LIVE}),
    ("brand", "confirm", None),
]


class Together:
    """Brand b-1 and creator a-7, with what they agreed on."""

    def __init__(self, service: Campaigns, agreed: dict[str, Any]) -> None:
        self.service = service
        self.id: str = agreed["id"]
        self.path = f"/v1/collaborations/{self.id}"
        self.works = [one["id"] for one in agreed["deliverables"]]

    async def ask(self, who: str, way: str, body: Any = None, **more: Any) -> Any:
        if who == "brand":
            return await self.service.brand("POST", f"{self.path}/{way}", body, **more)
        return await self.service.creator("a-7", "POST", f"{self.path}/{way}", body, **more)

    async def work(self, who: str, way: str, body: Any = None, at: int = 0, **more: Any) -> Any:
        return await self.ask(who, f"deliverables/{self.works[at]}/{way}", body, **more)

    async def told(self, side: str = "brand") -> dict[str, Any]:
        if side == "brand":
            return await self.service.collaboration(self.id)
        return found(await self.service.creator("a-7", "GET", self.path))

    async def facts(self) -> list[str]:
        return [fact for _, fact in await self.service.facts(self.id)]


async def together(service: Campaigns, *work: dict[str, Any], **terms: Any) -> Together:
    campaign = await service.published(**({"terms": terms} if terms else {}))
    sent = await service.invited(campaign, profile="p-claimed", deliverables=list(work) or [a_work()])
    return Together(service, found(await service.creator("a-7", "POST", f"/v1/collaborations/{sent['id']}/accept")))


async def test_from_agreement_to_completion_each_step_is_one_event_and_tells_who_is_next(service: Campaigns):
    both = await together(service)
    for number, (who, way, body) in enumerate(STEPS):
        before = await both.told()
        (due,) = before["next"]
        assert due["by"] == who
        assert due["at"]
        assert due["silence"]
        assert (way in due["can"]) is (who == "brand"), "the reader here is the brand"
        after = found(await both.work(who, way, body))
        assert after["revision"] == before["revision"] + (1 if number < len(STEPS) - 1 else 2)
    told = await both.told()
    assert (told["status"], told["stage"], told["next"], told["can"]) == (
        "completed",
        "completed",
        [],
        ["announce-terms"],
    )
    assert told["deliverables"][0]["live_url"] == LIVE
    assert await both.facts() == [
        "creator-invited",
        "invitation-accepted",
        "concept-proposed",
        "concept-changes-asked",
        "concept-proposed",
        "concept-approved",
        "work-submitted",
        "revision-asked",
        "work-submitted",
        "submission-approved",
        "deliverable-published",
        "publication-refused",
        "deliverable-published",
        "deliverable-completed",
        "collaboration-completed",
    ]
    assert await service.db[TIMERS].count_documents({}) == 0
    history = found(await service.creator("a-7", "GET", f"{both.path}/history?limit=100"))["items"]
    assert [one["fact"] for one in history] == await both.facts()
    assert [one["by"] for one in history[-3:]] == ["creator", "brand", "system"]
    first = found(await service.brand("GET", f"{both.path}/history?limit=4"))
    rest = found(await service.brand("GET", f"{both.path}/history?limit=100&cursor={first['next_cursor']}"))
    assert first["items"] + rest["items"] == history


async def test_every_step_at_any_other_moment_is_a_409_with_what_is_possible(service: Campaigns):
    both = await together(service)
    bodies = {way: (who, body) for who, way, body in STEPS}
    for who, way, body in STEPS:
        can = {side: (await both.told(side))["next"][0]["can"] for side in ("brand", "creator")}
        for other, (side, said) in bodies.items():
            if other not in can[side]:
                refused = problem(await both.work(side, other, said), 409)
                assert (refused["rule"], refused["possible"]) == ("not-in-this-state", can[side])
        assert way in can[who]
        found(await both.work(who, way, body))
    assert (await both.told())["revision"] == 15


async def test_silence_approves_and_its_timer_tells_it_once_by_three_workers(service: Campaigns):
    both = await together(service)
    await both.work("creator", "propose-concept", {"text": "Lamp at dawn"})
    due = datetime.fromisoformat((await both.told())["next"][0]["at"])
    service.later(due - service.now() - timedelta(hours=47))
    assert await service.fire_timers(workers=3) == 1
    service.later(timedelta(hours=24))
    assert await service.fire_timers(workers=3) == 1
    service.later(timedelta(hours=22))
    assert await service.fire_timers(workers=3) == 0
    service.later(timedelta(hours=1, seconds=1))
    assert await service.fire_timers(workers=3) == 1
    assert (await both.facts())[3:] == ["deadline-near", "deadline-near", "concept-approved"]
    one = (await both.told())["deliverables"][0]
    assert (one["status"], one["concepts"][0]["review"]["by"]) == ("submission", "system")
    assert datetime.fromisoformat(one["concept_approved_at"]) == due


async def test_a_missed_due_date_is_told_once_after_its_reminders_and_the_work_may_still_come(service: Campaigns):
    both = await together(service)
    await both.work("creator", "propose-concept", {"text": "Lamp at dawn"})
    until = service.now() + timedelta(hours=30)
    await both.work("brand", "ask-changes", {"points": ["warmer"], "due": until.isoformat()})
    service.later(timedelta(hours=7))
    assert await service.fire_timers(workers=3) == 1
    service.later(timedelta(hours=24))
    assert await service.fire_timers(workers=3) == 1
    assert (await both.facts())[4:] == ["deadline-near", "deadline-missed"], "48 h before it, it was not set yet"
    assert (await both.told())["next"][0]["is_overdue"]
    found(await both.work("creator", "propose-concept", {"text": "Lamp at dusk"}))
    assert not (await both.told())["next"][0]["is_overdue"]


async def test_a_late_timer_changes_nothing_for_whoever_acts_in_between(service: Campaigns):
    both = await together(service)
    await both.work("creator", "propose-concept", {"text": "Lamp at dawn"})
    service.later(timedelta(days=8))
    refused = problem(await both.work("brand", "ask-changes", {"points": ["x"]}), 409)
    assert refused["detail"].endswith("while it is submission.")
    found(await both.work("creator", "submit", {"url": "https://files.example/1.mp4"}))
    assert (await both.facts())[2:] == ["concept-proposed", "concept-approved", "work-submitted"]
    await service.fire_timers(workers=3)
    assert (await both.facts())[2:] == ["concept-proposed", "concept-approved", "work-submitted"]


async def test_an_extension_needs_the_other_s_yes_and_moves_the_timers(service: Campaigns):
    both = await together(service)
    work = both.works[0]
    asked = {"kind": "extension", "deliverable": work, "until": "2029-01-18T11:00:00Z", "note": "ill"}
    proposed = found(await both.ask("creator", "proposals", asked))
    assert proposed["proposals"][0]["status"] == "open"
    assert problem(await both.ask("creator", "proposals", asked), 409)["rule"] == "already-proposed"
    assert problem(await both.ask("creator", "proposals/1/agree"), 409)["rule"] == "for-the-other-side"
    assert (await both.ask("brand", "proposals/7/agree")).status_code == 404
    agreed = found(await both.ask("brand", "proposals/1/agree"))
    one = agreed["deliverables"][0]
    assert (one["deadline"]["at"], one["concept_due"]) == ("2029-01-18T11:00:00Z",) * 2
    assert (one["submission_due"], one["publication_due"]) == ("2029-01-18T11:00:00Z", "2029-01-22T11:00:00Z")
    assert problem(await both.ask("brand", "proposals/1/agree"), 409)["rule"] == "already-answered"
    due = sorted(row["due"].isoformat() for row in await service.db[TIMERS].find().to_list(None))
    assert due == ["2029-01-16T11:00:00+00:00", "2029-01-17T11:00:00+00:00", "2029-01-18T11:00:00+00:00"]


@pytest.mark.parametrize("until", ["2020-01-01T00:00:00Z", "2029-01-08T11:00:00Z", "9999-12-31T23:59:59.999999Z", None])
async def test_a_due_date_moves_to_a_later_day_that_people_live_to_see(service: Campaigns, until):
    both = await together(service)
    asked = {"kind": "extension", "deliverable": both.works[0], "until": until}
    assert fields(await both.ask("creator", "proposals", asked)) == ["until"]
    assert fields(await both.ask("creator", "proposals", {"kind": "extension", "until": until})) == ["deliverable"]


async def test_a_cancellation_needs_the_other_s_yes_and_ends_what_was_open(service: Campaigns):
    both = await together(service, a_work(number=2))
    assert problem(await both.ask("brand", "cancel", {}), 409)["rule"] == "needs-the-other-side"
    found(await both.ask("brand", "proposals", {"kind": "cancellation", "note": "recalled"}))
    found(await both.ask("brand", "proposals/1/withdraw"))
    found(await both.ask("creator", "proposals", {"kind": "cancellation", "deliverable": both.works[1]}))
    found(await both.ask("brand", "proposals/2/refuse"))
    found(await both.ask("brand", "proposals", {"kind": "cancellation", "note": "recalled"}))
    over = found(await both.ask("creator", "proposals/3/agree"))
    assert (over["status"], over["cancelled"]["by"], over["cancelled"]["reason"]) == ("cancelled", "brand", "recalled")
    assert [one["cancelled"]["by"] for one in over["deliverables"]] == ["brand", "brand"]
    assert over["active"][0]["to"] == over["cancelled"]["at"]
    assert await service.db[TIMERS].count_documents({}) == 0
    assert problem(await both.ask("brand", "proposals/3/refuse"), 409)["possible"] == []


async def test_a_sample_is_asked_for_shipped_received_and_stepped_out_of(service: Campaigns):
    both = await together(service)
    asked = {"reason": "I show what I use", "plan": "A week of evenings"}
    assert problem(await both.ask("brand", "sample/approve"), 409)["rule"] == "not-in-this-state"
    assert found(await both.ask("creator", "sample/request", asked))["stage"] == "sample"
    found(await both.ask("brand", "sample/refuse", {"note": "next week"}))
    found(await both.ask("creator", "sample/request", asked))
    assert problem(await both.ask("creator", "sample/receive"), 409)["possible"] == []
    found(await both.ask("brand", "sample/approve"))
    assert fields(await both.ask("brand", "sample/ship", {"carrier": "DHL", "tracking": " "})) == ["tracking"]
    found(await both.ask("brand", "sample/ship", {"carrier": "DHL", "tracking": "0034043416"}))
    found(await both.ask("creator", "sample/receive"))
    over = found(await both.ask("creator", "sample/step-out", {"feedback": "Too bright for reading."}))
    assert (over["status"], over["cancelled"]["feedback"]) == ("cancelled", "Too bright for reading.")
    assert over["deliverables"][0]["cancelled"]["by"] == "creator"
    assert over["sample"]["tracking"] == "0034043416"


async def test_worse_terms_are_in_force_720_hours_after_their_notice_with_a_reminder_48_hours_before(
    service: Campaigns,
):
    both = await together(service, commission=1250)
    worse = found(await both.ask("brand", "terms", {"commission": 1000}))
    first, second = worse["terms"]
    assert (first["number"], first["rates"][0]["basis_points"]) == (1, 1250)
    notice, in_force = (datetime.fromisoformat(second[name]) for name in ("notice_at", "in_force_at"))
    assert in_force - notice == timedelta(hours=720)
    service.later(timedelta(hours=720 - 48, seconds=1))
    await service.fire_timers(workers=3)
    assert (await both.facts()).count("terms-reminded") == 1
    better = found(await both.ask("brand", "terms", {"commission": 1300, "hold_days": 14}))["terms"][-1]
    assert (better["number"], better["in_force_at"]) == (3, better["notice_at"])
    assert (await both.told())["terms"][:2] == [first, second], "what was agreed or announced is not touched"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"commission": 1250}, "body"),
        ({"fee": {"amount": 1, "currency": "EUR"}}, "fee"),
        ({"deliverables": []}, "deliverables"),
        ({"window_hours": 23}, "window_hours"),
        ({"cap": {"amount": -5, "currency": "EUR"}}, "body"),
        ({"cap": {"amount": 5, "currency": "USD"}}, "cap.currency"),
        ({"tiers": [{"volume": {"amount": 5, "currency": "USD"}, "basis_points": 1}]}, "tiers"),
        ({"per_unit": {"amount": 5, "currency": "USD"}}, "per_unit.currency"),
        (
            {
                "per_unit": {"amount": 5, "currency": "EUR"},
                "tiers": [{"volume": {"amount": 5, "currency": "EUR"}, "basis_points": 1}],
            },
            "per_unit",
        ),
    ],
)
async def test_later_terms_that_nobody_can_mean_are_refused_by_their_field(service: Campaigns, body, field):
    both = await together(service)
    assert fields(await both.ask("brand", "terms", body)) == [field]
    assert len((await both.told())["terms"]) == 1


@pytest.mark.parametrize(
    ("work", "field"),
    [
        ({"submission_due": "2020-01-01T00:00:00Z", "concept_due": None}, "deliverables.0.submission_due"),
        ({"submission_due": "2029-01-01T00:00:00Z"}, "deliverables.0"),
        ({"publication_due": "2029-01-02T00:00:00Z"}, "deliverables.0"),
        ({"concept_asked": False}, "deliverables.0"),
        ({"number": 21}, "deliverables.0.number"),
        ({"number": 0}, "deliverables.0.number"),
        ({"fee": {"amount": -1, "currency": "EUR"}}, "deliverables.0"),
        ({"fee": {"amount": 1, "currency": "EUR"}}, "deliverables"),
        ({"fee": {"amount": 15_000, "currency": "USD"}}, "deliverables.0.fee.currency"),
        ({"platform": "myspace"}, "deliverables.0.platform"),
        ({"type": "opera"}, "deliverables.0.type"),
        ({"manner": "x" * 10_000}, "deliverables.0.manner"),
        ({"submission_due": "2029-01-15"}, "deliverables.0.submission_due"),
        ({"publication_due": "9999-12-31T23:59:59.999999Z"}, "deliverables.0.publication_due"),
    ],
)
async def test_work_that_nobody_can_do_is_not_asked_for(service: Campaigns, work, field):
    campaign = await service.published()
    body = {"address": "krista@creators.example", "deliverables": [a_work(**work)]}
    assert fields(await service.invite(campaign, body)) == [field]
    assert service.contacts.put == {}, "no address is handed on for what is refused"


@pytest.mark.parametrize(
    ("way", "body", "field"),
    [
        ("propose-concept", {}, "text"),
        ("propose-concept", {"text": "x" * 10_000}, "text"),
        ("propose-concept", {"url": "javascript:alert(1)"}, "url"),
        ("propose-concept", {"text": "ok", "fee": 1}, "fee"),
        ("submit", {"url": "file:///etc/passwd"}, "url"),
        ("publish", {"url": LIVE, "note": 7}, "note"),
    ],
)
async def test_what_is_handed_in_wrongly_is_refused_by_its_field(service: Campaigns, way, body, field):
    both = await together(service)
    assert fields(await both.work("creator", way, body)) == [field]


async def test_texts_are_kept_as_they_were_written(service: Campaigns):
    both = await together(service)
    text = "<script>alert(1)</script> שלום مرحبا 🦄\n— „ok“"
    assert (
        found(await both.work("creator", "propose-concept", {"text": text}))["deliverables"][0]["concepts"][0]["text"]
        == text
    )


async def test_what_was_sent_twice_happened_once_and_who_saw_an_older_state_is_told(service: Campaigns):
    both = await together(service)
    body = {"text": "Lamp at dawn"}
    first, second = await asyncio.gather(*(both.work("creator", "propose-concept", body, key="k-1") for _ in range(2)))
    assert found(first) == found(second)
    assert len((await both.told())["deliverables"][0]["concepts"]) == 1
    stale = await both.work("brand", "approve-concept", if_match='"2"')
    assert problem(stale, 412)["code"] == "changed-meanwhile"
    found(await both.work("brand", "approve-concept", if_match='"3"'))


async def test_of_two_reviews_at_once_one_counts(service: Campaigns):
    both = await together(service)
    await both.work("creator", "propose-concept", {"text": "Lamp at dawn"})
    answers = await asyncio.gather(
        both.work("brand", "approve-concept"), both.work("brand", "ask-changes", {"points": ["x"]})
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_a_deliverable_of_another_collaboration_is_none_of_this_one(service: Campaigns):
    both = await together(service)
    path = f"{both.path}/deliverables/somebody-else-s/approve-concept"
    assert problem(await service.brand("POST", path), 404)["code"] == "not-found"


async def test_without_deliverables_the_brand_says_when_it_is_done(service: Campaigns):
    campaign = await service.published()
    sent = await service.invited(campaign, profile="p-claimed")
    both = Together(service, found(await service.creator("a-7", "POST", f"/v1/collaborations/{sent['id']}/accept")))
    assert problem(await both.ask("creator", "complete"), 403)
    done = found(await both.ask("brand", "complete"))
    assert (done["status"], done["completed_at"] is not None, done["active"][0]["to"]) == ("completed", True, None)


async def test_the_topic_alone_tells_what_the_store_holds(service: Campaigns):
    both = await together(service, a_work(number=2))
    for who, way, body in STEPS[:9]:
        found(await both.work(who, way, body))
    found(await both.ask("creator", "sample/request", {"reason": "r", "plan": "p"}))
    found(await both.ask("creator", "proposals", {"kind": "cancellation", "deliverable": both.works[1]}))
    events = await service.events(both.id)
    row = await service.db["collaborations"].find_one({"_id": both.id})
    assert row is not None
    assert events[-1].state == Collaboration.model_validate(row["state"])
    assert [event.revision for event in events] == list(range(1, row["revision"] + 1))
