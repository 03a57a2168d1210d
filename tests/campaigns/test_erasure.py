"""A creator is to be forgotten: open work ends, words go from every place, and what was agreed on stays (D12)."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns.domain.collaborations.forgetting import forgotten
from campaigns.store.forgetting import AT_ONCE
from chassis.testing import waiting
from contracts.campaigns import (
    Application,
    Collaboration,
    CollaborationStatus,
    Decline,
    DeclineReason,
    ForgottenByCampaigns,
    Side,
    without_applicant,
    without_person,
)
from contracts.discovery import ProfileErased
from contracts.registry import EVENTS
from tests.campaigns.builders import NOON, a_profile, a_work, agreed, an_invitation
from tests.campaigns.collaborations.test_work_api import STEPS, together
from tests.campaigns.kit import Campaigns, found, problem
from tests.campaigns.programs.test_programs import a_program, apply
from tests.contracts.test_examples import EXAMPLES
from tests.support.erasures import an_erasure

WORDS = (
    "We like your light",
    "Lamp at dawn",
    "Lamp at dusk",
    "files.example",
    "warmer",
    "krista.makes/video",
    "They ask me for lamps",
    "By candle light",
    "Hello Nico",
    "Hello from me",
)


async def everything(service: Campaigns) -> str:
    """All that the database holds, as text; `outbox` still waits for a relay, which no test here has."""
    names = [name for name in await service.db.list_collection_names() if name != "outbox"]
    return "\n".join([f"{name}: {row}" for name in names for row in await service.db[name].find().to_list(None)])


async def a_whole_story(service: Campaigns) -> str:
    """Work from concept to confirmation, a conversation and an application; the collaboration's id."""
    both = await together(service)
    for who, way, body in STEPS:
        found(await both.work(who, way, body))
    campaign = await service.published()
    await service.invited(campaign, profile="p-claimed", message="We like your light", deliverables=[a_work()])
    answer = await service.brand("POST", "/v1/conversations", {"profile": "p-claimed", "text": "Hello Nico"})
    path = f"/v1/conversations/{found(answer, 201)['conversation']}/messages"
    found(await service.creator("a-7", "POST", path, {"text": "Hello from me"}, key="mine"), 201)
    found(await apply(service, await a_program(service), "a-7", idea="By candle light"), 201)
    return both.id


async def forget(service: Campaigns, *profiles: str, account: str | None = "a-7", asked: int = 1) -> None:
    await service.hear_events(an_erasure(account, *profiles, asked=asked))
    while await service.fire_timers():
        pass


async def answers(service: Campaigns) -> list[ForgottenByCampaigns]:
    rows = [row for row in await waiting(service.db) if row["topic"] == ForgottenByCampaigns.TOPIC.name]
    return [ForgottenByCampaigns.from_body(bytes(row["value"])) for row in rows]


async def test_no_word_of_the_creator_or_to_them_is_left_and_it_is_said_what_went(service: Campaigns):
    completed = await a_whole_story(service)
    before = await everything(service)
    assert [word for word in WORDS if word not in before] == []

    await forget(service, "p-claimed")

    after = await everything(service)
    assert [word for word in WORDS if word in after] == []
    assert await service.db["profiles"].find_one({"_id": "p-claimed"}) is None
    (answer,) = await answers(service)
    assert (answer.erasure, answer.asked) == ("erasure-1", 1)
    assert {one.what: one.count for one in answer.went} == {"collaborations": 2, "applications": 1, "conversations": 1}
    assert [one.because for one in answer.kept] == ["agreement"]
    state = (await service.events(completed))[-1].state
    assert (state.status, state.creator, state.profile) == (CollaborationStatus.COMPLETED, "a-7", None)
    assert state.deliverables[0].completed_at is not None


async def test_what_others_hear_of_it_last_has_no_word_either(service: Campaigns):
    await a_whole_story(service)
    await forget(service, "p-claimed")
    newest = {event.entity: event for event in await service.events()}
    told = "\n".join(event.body().decode() for event in newest.values())
    assert [word for word in WORDS if word in told] == []
    assert {event.fact for event in newest.values() if event.state and getattr(event.state, "creator", None)} == {
        "creator-forgotten",
        "applicant-forgotten",
    }


async def test_an_offer_that_is_open_is_declined_and_work_that_is_open_cancelled(service: Campaigns):
    both = await together(service, a_work(), a_work())
    for who, way, body in STEPS[:8]:
        found(await both.work(who, way, body))
    campaign = await service.published()
    invited = (await service.invited(campaign, profile="p-claimed"))["id"]

    await forget(service, "p-claimed")

    told = await both.told()
    assert (told["status"], told["cancelled"]["by"]) == ("cancelled", "creator")
    first, second = told["deliverables"]
    assert (first["submission_approved_at"] is not None, first["cancelled"]["by"]) == (True, "creator")
    assert (second["submission_approved_at"], second["status"]) == (None, "cancelled")
    assert (await service.collaboration(invited))["status"] == "declined"
    waiting = await service.db["timers"].find({"purpose": {"$ne": "forget-creator"}}).to_list(None)
    assert [timer for timer in waiting if timer["data"].get("collaboration") in (both.id, invited)] == []


async def test_again_and_heard_twice_changes_nothing_but_is_answered_when_it_was_asked_again(service: Campaigns):
    await a_whole_story(service)
    await forget(service, "p-claimed")
    before, said = await everything(service), len(await service.events())
    await forget(service, "p-claimed")
    assert (len(await answers(service)), len(await service.events())) == (1, said)
    await forget(service, "p-claimed", asked=2)
    assert [(one.asked, one.went) for one in await answers(service)][1:] == [(2, ())]
    assert len(await service.events()) == said
    assert before.count("creator-forgotten") == (await everything(service)).count("creator-forgotten")


async def test_more_collaborations_than_fit_into_one_part_are_all_forgotten(service: Campaigns):
    campaign = await service.published()
    invited = await service.invited(campaign, profile="p-claimed", message="We like your light")
    row = await service.db["collaborations"].find_one({"_id": invited["id"]})
    assert row is not None
    more = [
        {**row, "_id": f"x-{n:03}", "campaign": f"k-{n}", "code": f"c{n}", "state": {**row["state"], "id": f"x-{n:03}"}}
        for n in range(AT_ONCE + 7)
    ]
    await service.db["collaborations"].insert_many(more)
    await forget(service, "p-claimed")
    assert "We like your light" not in await everything(service)
    (answer,) = await answers(service)
    assert answer.went[0].count == AT_ONCE + 8


async def test_only_the_profiles_collaborations_are_touched_where_no_account_is_named(service: Campaigns):
    await a_whole_story(service)
    campaign = await service.published()
    asked = (await service.invited(campaign, profile="p-1", address="a@b.example", message="Hello Krista"))["id"]
    await forget(service, "p-1", account=None)
    told = await service.collaboration(asked)
    assert (told["status"], told["invitation"]["message"]) == ("declined", "")
    assert [word for word in WORDS if word not in await everything(service)] == []


async def test_an_operators_erasure_of_a_claimed_profile_takes_applications_conversations_and_kept_answers_too(
    service: Campaigns,
):
    await a_whole_story(service)
    kept = await service.brand("POST", "/v1/conversations", {"profile": "p-claimed", "text": "Kept words"}, key="k-1")
    found(kept, 201)
    await forget(service, "p-claimed", account=None)
    after = await everything(service)
    assert [word for word in (*WORDS, "Kept words") if word in after] == []
    (answer,) = await answers(service)
    assert {one.what: one.count for one in answer.went} == {"collaborations": 2, "applications": 1, "conversations": 1}
    again = await service.brand("POST", "/v1/conversations", {"profile": "p-claimed", "text": "Kept words"}, key="k-1")
    assert again.headers.get("Idempotency-Replayed") is None


async def test_whoever_was_only_invited_by_mail_is_forgotten_by_the_invitation_and_others_are_not(service: Campaigns):
    open_one, declined, other, accepted = [
        await service.invited(await service.published(), address="a@b.example", message="We like your light")
        for _ in range(4)
    ]
    found(await service.decline(declined["id"], {"reason": "fee", "note": "They ask me for lamps"}))
    found(await service.accept(accepted["id"]))
    ids = tuple(one["id"] for one in (open_one, declined, accepted))

    await service.hear_events(an_erasure(invitations=ids))
    while await service.fire_timers():
        pass

    told = [await service.collaboration(one["id"]) for one in (open_one, declined)]
    assert [(one["status"], one["invitation"]["message"]) for one in told] == [("declined", ""), ("declined", "")]
    assert "They ask me for lamps" not in await everything(service)
    for one in (other, accepted):
        assert (await service.collaboration(one["id"]))["invitation"]["message"] == "We like your light"
    newest = (await service.events(declined["id"]))[-1]
    assert (newest.fact, newest.state.declined) == ("creator-forgotten", Decline(reason=DeclineReason.FEE))
    (answer,) = await answers(service)
    assert [(one.what, one.count) for one in answer.went] == [("collaborations", 2)]


async def test_what_was_written_in_the_moment_of_the_erasure_goes_ten_minutes_later_and_is_not_answered_twice(
    service: Campaigns,
):
    await a_whole_story(service)
    rows = {
        name: await service.db[name].find().to_list(None) for name in ("collaborations", "conversations", "messages")
    }
    await service.hear_events(an_erasure("a-7", "p-claimed"))
    await service.fire_timers()
    for name, late in rows.items():
        for row in late:
            late_one = {**row, "revision": 50} if name == "collaborations" else row
            await service.db[name].replace_one({"_id": row["_id"]}, late_one, upsert=True)
    assert "We like your light" in await everything(service)
    service.later(timedelta(minutes=11))
    while await service.fire_timers():
        pass
    assert [word for word in WORDS if word in await everything(service)] == []
    assert len(await answers(service)) == 1


async def test_a_code_that_was_only_offered_goes_as_it_is_made_of_the_name_and_one_that_was_agreed_on_stays(
    service: Campaigns,
):
    both = await together(service)
    agreed = (await both.told())["terms"][-1]["coupon"]
    campaign = await service.published()
    offered = await service.invited(campaign, profile="p-1", address="a@b.example")
    code = offered["terms"][-1]["coupon"]["code"]
    assert code.lower() in await everything(service)

    await forget(service, "p-1", "p-claimed")

    assert code.lower() not in (await everything(service)).lower()
    newest = (await service.events(offered["id"]))[-1]
    assert [one.coupon for one in newest.state.terms] == [None]
    assert (await both.told())["terms"][-1]["coupon"] == agreed


async def test_the_erased_are_refused_and_nobody_writes_to_them_or_invites_their_profile(service: Campaigns):
    both = await together(service)
    await forget(service, "p-claimed")
    refused = await service.creator("a-7", "GET", both.path)
    assert (refused.status_code, refused.json()["detail"]) == (401, "This account was erased.")
    wrote = await service.brand("POST", "/v1/conversations", {"collaboration": both.id, "text": "Are you there?"})
    assert problem(wrote, 422)
    campaign = await service.published()
    again = await service.invite(campaign, {"profile": "p-claimed"})
    assert problem(again, 409)["code"] == "not-known-yet"


async def test_what_was_said_of_the_profile_before_and_comes_later_is_refused(service: Campaigns):
    await forget(service, "p-claimed")
    await service.hear(a_profile("p-claimed", claimed_by=("a-7",), handle="nico", display_name="NICO"), revision=9)
    assert await service.db["profiles"].find_one({"_id": "p-claimed"}) is None


async def test_a_profile_whose_last_word_was_said_is_dropped_and_nobody_elses(service: Campaigns):
    gone = ProfileErased(id="e-1", time=NOON, entity="p-claimed", revision=2, fact="profile-erased")
    await service.hear_events(gone)
    assert [row["_id"] for row in await service.db["profiles"].find().to_list(None)] == ["p-1"]


@pytest.mark.parametrize(
    "status", [CollaborationStatus.DECLINED, CollaborationStatus.EXPIRED, CollaborationStatus.CANCELLED]
)
def test_what_is_over_stays_so_and_only_loses_its_words(status):
    over = an_invitation()
    state = over.state.model_copy(
        update={"status": status, "declined": Decline(reason=DeclineReason.FEE, note="too little"), "profile": "p"}
    )
    step = forgotten(type(over)(state, 4), NOON)
    assert step is not None
    assert (step.after.revision, step.after.state.status, step.by) == (5, status, Side.SYSTEM)
    assert step.after.state.declined == Decline(reason=DeclineReason.FEE)
    assert forgotten(step.after, NOON) is None


def test_completed_work_earns_until_the_erasure_and_not_longer():
    record = agreed()
    state = record.state.model_copy(update={"status": CollaborationStatus.COMPLETED, "completed_at": NOON})
    step = forgotten(type(record)(state, 4), NOON)
    assert step is not None
    assert [period.end for period in step.after.state.active] == [NOON for _ in state.active]


def texts(value: Any, path: str = "") -> dict[str, str]:
    if isinstance(value, dict):
        return {k: v for name, inner in value.items() for k, v in texts(inner, f"{path}.{name}").items()}
    if isinstance(value, list):
        return {k: v for inner in value for k, v in texts(inner, f"{path}[]").items()}
    return {path: value} if isinstance(value, str) else {}


AGREED = ("terms", "landing_url", "id", "brand", "campaign", "creator", "currency", "account", "contact", "code")
CLOSED = ("status", "kind", "by", "outcome", "reason", "question", "type", "platform", "plan", "deliverable")
TIMES = ("_at", ".at", ".from", ".to", "_due", ".until", "deadline", "campaign_end", "_end")
LEFT = {Collaboration: without_person, Application: without_applicant}
WITH_CREATOR = [path for path in EXAMPLES if getattr(EVENTS[path.parent.name], "STATE", None) in LEFT]


@pytest.mark.parametrize("example", WITH_CREATOR, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_of_every_example_that_there_is_no_text_is_left_but_what_was_agreed_on(example):
    """A field that is added later and holds a text must say here whether it goes or stays."""
    state: Any = getattr(EVENTS[example.parent.name].from_body(example.read_bytes()), "state")  # noqa: B009 - of either kind
    told = {
        path: value
        for path, value in texts(LEFT[type(state)](state).model_dump(mode="json")).items()
        if value
        and not path.startswith(".terms")
        and path.rsplit(".", 1)[-1] not in (*AGREED, *CLOSED)
        and not path.endswith(TIMES)
    }
    assert told == {}
