"""Somebody wants to be forgotten: discovery forgets at once, nothing brings them back, and answers are noted (D12)."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from chassis import dead_letters
from chassis.consume import Park
from chassis.http import Kind
from chassis.ids import new_id
from chassis.testing import a_token, calling
from chassis.timers import Timers
from contracts.attribution import ForgottenByAttribution
from contracts.campaigns import ForgottenByCampaigns
from contracts.console import ForgottenByConsole
from contracts.discovery import ErasureEvent, ProfileEvent
from contracts.envelope import EntityEvent
from contracts.forgetting import Held, PersonForgotten, Went
from contracts.notifications import ForgottenByNotifications
from discovery.domain.erasure import SERVICES, is_theirs, released, suppression_key
from discovery.domain.profiles import ProfileRecord, profile_id
from discovery.domain.registration import Details
from discovery.domain.standing_figures import Said
from discovery.handlers import handlers, keep_collaboration
from discovery.store import Creators, erased_among
from tests.discovery.builders import NOON, a_collaboration
from tests.discovery.search.asking import say_campaigns
from tests.discovery.test_brand_things import a_brand
from tests.discovery.test_importing import imported
from tests.discovery.test_registrations import KRISTA, SECRETS, a_body, a_creator
from tests.discovery.test_snapshots import a_look, a_video, an_observation, observe
from tests.support.toys import a_record

NAMES = ("Lindqvist", "Krista.Makes", "krista.makes", "Turku", "Knits and mends", "nice hands")
ANSWERS: tuple[type[PersonForgotten], ...] = (
    ForgottenByCampaigns,
    ForgottenByAttribution,
    ForgottenByNotifications,
    ForgottenByConsole,
)


async def a_known_person(app: Any, context: Any, *, proven: bool = True) -> None:
    """Registered, looked at, on a shortlist with a note, with a hand-set relevance and a prediction."""
    await observe(context, an_observation(a_look(followers=200_000, median_views=50_000, videos=(a_video("v-1", 2),))))
    async with a_creator(app) as creator:
        once = {"Idempotency-Key": new_id()}
        code = (await creator.put("/v1/me/profiles", json=a_body(), headers=once)).json()["code"]
        if proven:
            app.state.bios.shown[("tiktok", "Krista.Makes")] = f"hello {code}"
            answer = await creator.post(f"/v1/me/profiles/{KRISTA}/proof")
            assert answer.status_code == 200, answer.text
    async with a_brand(app) as brand:
        shortlist = (await brand.post("/v1/shortlists", json={"name": "Menders"})).json()["id"]
        noted = {"note": "nice hands"}
        assert (await brand.put(f"/v1/shortlists/{shortlist}/creators/{KRISTA}", json=noted)).status_code == 200
        assert (await brand.put(f"/v1/creators/{KRISTA}/relevance", json={"relevance": 5000})).status_code == 204
        await say_campaigns(context, ("k-1", "b-1"))
        asked = {"currency": "EUR", "campaign": "k-1"}
        assert (await brand.post(f"/v1/creators/{KRISTA}/fit", json=asked)).status_code == 200
    async with a_creator(app) as creator:
        dearer = a_body(rates=[{"deliverable": "short-video", "amount": 90000, "currency": "EUR"}])
        assert (await creator.put("/v1/me/profiles", json=dearer)).status_code == 200
    await observe(context, an_observation(a_look(9, followers=900_000)))


async def everything(context: Any, *, but: tuple[str, ...] = ()) -> str:
    """All that the database holds, as text; `outbox` still waits for a relay, which no test here has."""
    found = []
    for name in await context.db.list_collection_names():
        if name not in {"outbox", *but}:
            found += [f"{name}: {row}" for row in await context.db[name].find().to_list(None)]
    return "\n".join(found)


async def erased(app: Any, who: str = "a-1") -> dict[str, Any]:
    async with a_creator(app, who) as creator:
        answer = await creator.post("/v1/me/erasure", json={"confirmed": True})
    assert answer.status_code == 202, answer.text
    return answer.json()


async def said(context: Any, kind: type[EntityEvent[Any]], entity: str) -> Any:
    """The newest that was said of an entity."""
    rows = await context.db["outbox"].find({"key": entity, "topic": kind.TOPIC.name}).sort("revision", -1).to_list(1)
    return kind.from_body(rows[0]["value"])


def an_answer(kind: type[PersonForgotten], erasure: str, asked: int = 1, count: int = 2) -> PersonForgotten:
    went = (Went(what=Held.ADDRESS, count=count),)
    return kind(id=new_id(), time=NOON, erasure=erasure, asked=asked, went=went)


async def hear(context: Any, *answers: PersonForgotten) -> None:
    for one in answers:
        function = handlers.reactions[one.TYPE].function
        await context.transactions.run(
            partial(lambda tx, heard, handle: handle([heard], tx), heard=one, handle=function)
        )


async def test_nothing_is_left_of_whoever_asked_in_any_collection(app, context):
    await a_known_person(app, context)
    before = await everything(context)
    assert [word for word in (*NAMES, *SECRETS[1:]) if word not in before] == []
    assert "shortlist_alerts: " in before

    out = await erased(app)

    after = await everything(context)
    assert [word for word in (*NAMES, *SECRETS, "1999") if word in after] == []
    assert (out["account"], out["profiles"], out["asked_by"]) == ("a-1", [KRISTA], "creator")
    gone = {one["what"]: one["count"] for one in out["answers"][0]["went"]}
    assert gone == {
        "profiles": 1,
        "registrations": 1,
        "figures": 2,
        "videos": 1,
        "shortlists": 2,
        "relevances": 1,
        "predictions": 1,
    }


async def test_it_is_said_on_the_topic_as_the_last_word_and_on_the_erasures_topic_by_ids_alone(app, context):
    await a_known_person(app, context)
    before = await said(context, ProfileEvent, KRISTA)
    out = await erased(app)
    last = await said(context, ProfileEvent, KRISTA)
    assert (last.fact, last.state, last.revision) == ("profile-erased", None, before.revision + 1)
    asked = await said(context, ErasureEvent, out["id"])
    assert asked.fact == "erasure-asked"
    assert asked.state.model_dump(exclude={"asked_at"}) == {
        "id": out["id"],
        "account": "a-1",
        "profiles": (KRISTA,),
        "invitations": (),
        "asked": 1,
        "completed_at": None,
    }


async def test_an_account_that_was_erased_is_refused_also_with_a_token_that_still_lives(app, context):
    await a_known_person(app, context)
    await erased(app)
    async with a_creator(app) as creator:
        for answer in (
            await creator.put("/v1/me/profiles", json=a_body()),
            await creator.get("/v1/me/erasure"),
            await creator.post("/v1/me/erasure", json={"confirmed": True}),
        ):
            assert (answer.status_code, answer.json()["detail"]) == (401, "This account was erased.")
    assert await context.db["erasures"].count_documents({}) == 1


async def test_nobody_is_erased_by_somebody_who_only_claims_their_profile(app, context):
    await imported(context, "handle,name,followers\nkrista.makes,Krista Lindqvist,221.7K\n")
    async with a_creator(app, "impostor") as impostor:
        await impostor.put("/v1/me/profiles", json=a_body(bio="I am her, believe me"))
        plan = (await impostor.get("/v1/me/erasure")).json()
        assert [(one["profile"], one["fate"]) for one in plan["profiles"]] == [(KRISTA, "released")]
        assert {one["what"]: one["because"] for one in plan["stays"]}["ledger"] == "books"
    out = await erased(app, "impostor")
    assert out["profiles"] == []
    profile = await Creators(context.db).find(KRISTA)
    assert profile is not None
    assert (profile.display_name, profile.followers, profile.claimed_by) == ("Krista Lindqvist", 221_700, ())
    assert "believe me" not in await everything(context)
    assert (await said(context, ProfileEvent, KRISTA)).fact == "profile-released"


async def test_a_profile_that_nobody_else_ever_spoke_of_goes_with_its_account_without_proof(app, context):
    async with a_creator(app) as creator:
        await creator.put("/v1/me/profiles", json=a_body())
    assert (await erased(app))["profiles"] == [KRISTA]
    assert await Creators(context.db).find(KRISTA) is None


@pytest.mark.parametrize("body", [{}, {"confirmed": False}, {"confirmed": "yes"}])
async def test_nothing_happens_without_a_confirmation(app, context, body):
    await a_known_person(app, context)
    async with a_creator(app) as creator:
        assert (await creator.post("/v1/me/erasure", json=body)).status_code == 422
    assert await Creators(context.db).find(KRISTA) is not None


async def test_a_later_list_does_not_bring_anybody_back_and_says_so_by_line(app, context):
    await a_known_person(app, context)
    await erased(app)
    report = await imported(context, "handle,followers\nbert,20\n@KRISTA.MAKES,300K\nanna,10\n")
    assert (report.rows, report.new, report.refused_total) == (3, 2, 1)
    (refused,) = report.refused
    assert (refused.line, refused.field) == (3, "handle")
    assert "erased on request" in refused.reason
    look = {"network": "tiktok", "handle": "krista.makes", "at": NOON.isoformat(), "followers": 5}
    async with calling(app, a_token(Kind.OPERATOR, "op", audience="discovery")) as operator:
        told = (await operator.post("/v1/snapshots", json={"snapshots": [look]})).json()
    assert told == {"new": 0, "changed": 0, "unchanged": 0, "erased": 1}
    assert await Creators(context.db).find(KRISTA) is None
    assert "krista" not in (await everything(context)).lower()


async def test_whoever_comes_back_is_somebody_new_whom_lists_know_again_once_proven(app, context):
    await a_known_person(app, context)
    await erased(app)
    async with a_creator(app, "a-2") as creator:
        anew = (await creator.put("/v1/me/profiles", json=a_body(display_name="Krista again"))).json()
        assert anew["profile"] != KRISTA
        again = (await creator.put("/v1/me/profiles", json=a_body(bio="Still mends."))).json()
        assert (again["profile"], again["bio"]) == (anew["profile"], "Still mends.")
        unproven = await imported(context, "handle,followers\nkrista.makes,300K\n")
        assert unproven.refused_total == 1
        app.state.bios.shown[("tiktok", "Krista.Makes")] = anew["code"]
        assert (await creator.post(f"/v1/me/profiles/{anew['profile']}/proof")).json()["proven"] is True
    proven = await imported(context, "handle,followers\nkrista.makes,300K\n")
    assert (proven.changed, proven.refused_total) == (1, 0)
    profile = await Creators(context.db).find(anew["profile"])
    assert profile is not None
    assert profile.followers == 300_000
    assert await Creators(context.db).find(KRISTA) is None
    out = await erased(app, "a-2")
    assert out["profiles"] == [anew["profile"]]
    assert (await imported(context, "handle,followers\nkrista.makes,300K\n")).refused_total == 1


async def test_what_is_said_late_of_somebody_who_was_erased_is_kept_nowhere(app, context):
    await a_known_person(app, context)
    await erased(app)
    await context.transactions.run(partial(keep_collaboration, a_collaboration(KRISTA, "a-9", named="late")))
    await context.transactions.run(partial(keep_collaboration, a_collaboration("p-other", "a-1", named="later")))
    assert await context.db["profiles"].count_documents({}) == 0


async def test_a_birthday_that_was_waited_for_is_forgotten(app, context):
    async with a_creator(app) as creator:
        await creator.put("/v1/me/profiles", json=a_body(birth_date="2012-07-13"))
    assert await context.db["timers"].count_documents({"aggregate": KRISTA}) == 1
    await erased(app)
    assert await context.db["timers"].count_documents({"aggregate": KRISTA}) == 0


async def test_a_note_that_was_written_in_the_moment_of_the_erasure_goes_a_little_later(app, context):
    await a_known_person(app, context)
    await erased(app)
    late = {"_id": "e-1", "brand": "b-1", "shortlist": "s-1", "profile": KRISTA, "note": "nice hands", "added_at": NOON}
    await context.db["shortlist_entries"].insert_one(late)
    context.clock.offset += timedelta(minutes=11)
    try:
        await Timers(handlers, context.transactions).tick()
    finally:
        context.clock.offset = timedelta()
    assert await context.db["shortlist_entries"].count_documents({}) == 0


async def test_parked_records_that_name_the_erased_go_and_others_stay(app, context):
    await a_known_person(app, context)
    theirs = a_record(an_answer(ForgottenByConsole, "a-1"), offset=1)
    others = a_record(an_answer(ForgottenByConsole, "a-7"), offset=2)
    await context.transactions.run(
        lambda tx: dead_letters.park(tx, "discovery", [(one, "why", "") for one in (theirs, others)], timedelta(days=9))
    )
    await erased(app)
    left = await context.db["dead_letters"].find().to_list(None)
    assert [row["offset"] for row in left] == [2]


async def test_the_operator_sees_whose_answer_is_outstanding_until_all_have_answered(app, context):
    await a_known_person(app, context)
    id_ = (await erased(app))["id"]
    async with calling(app, a_token(Kind.OPERATOR, "op", audience="discovery")) as operator:
        await hear(context, *(an_answer(kind, id_) for kind in ANSWERS[:3]))
        (one,) = (await operator.get("/v1/erasures?status=outstanding")).json()["items"]
        assert [a["service"] for a in one["answers"]] == list(SERVICES)
        assert [a["service"] for a in one["answers"] if a["answered_at"] is None] == ["console"]
        assert (one["overdue"], one["completed_at"]) == (False, None)
        context.clock.offset = timedelta(minutes=61)
        later = a_token(Kind.OPERATOR, "op", audience="discovery", clock=context.clock)
        try:
            async with calling(app, later) as again:
                assert (await again.get(f"/v1/erasures/{id_}")).json()["overdue"] is True
        finally:
            context.clock.offset = timedelta()

        await hear(context, an_answer(ANSWERS[3], id_), an_answer(ANSWERS[3], id_, count=99))
        assert (await operator.get("/v1/erasures?status=outstanding")).json()["items"] == []
        (one,) = (await operator.get("/v1/erasures?status=completed")).json()["items"]
        assert one["completed_at"] is not None
        assert one["answers"][-1]["went"] == [{"what": "address", "count": 2}]
    assert (await said(context, ErasureEvent, id_)).fact == "erasure-completed"


async def test_asked_again_everybody_answers_anew_and_an_answer_to_the_first_time_is_none(app, context):
    await a_known_person(app, context)
    id_ = (await erased(app))["id"]
    await hear(context, *(an_answer(kind, id_) for kind in ANSWERS))
    async with calling(app, a_token(Kind.OPERATOR, "op", audience="discovery")) as operator:
        again = (await operator.post(f"/v1/erasures/{id_}/ask-again")).json()
        assert (again["asked"], again["completed_at"]) == (2, None)
        await hear(context, an_answer(ANSWERS[0], id_, asked=1), an_answer(ANSWERS[1], id_, asked=2))
        now = (await operator.get(f"/v1/erasures/{id_}")).json()
        assert [a["service"] for a in now["answers"] if a["answered_at"]] == ["discovery", "attribution"]
        assert (await operator.post("/v1/erasures/none/ask-again")).status_code == 404
    assert (await said(context, ErasureEvent, id_)).state.asked == 2


async def test_an_answer_to_an_erasure_that_nobody_asked_for_is_parked(context):
    with pytest.raises(Park, match="restored from a backup"):
        await hear(context, an_answer(ForgottenByConsole, "nobody"))


async def test_an_operator_has_an_unclaimed_profile_erased_but_not_one_that_its_person_has_proven(app, context):
    await imported(context, "handle,followers\nanna,20\n")
    await a_known_person(app, context)
    anna = profile_id("tiktok", "anna")
    async with calling(app, a_token(Kind.OPERATOR, "op", audience="discovery")) as operator:
        out = await operator.post("/v1/erasures", json={"profile": anna, "confirmed": True})
        assert (out.status_code, out.json()["asked_by"], out.json()["account"]) == (202, "operator", None)
        twice = await operator.post("/v1/erasures", json={"profile": anna, "confirmed": True})
        assert twice.json()["id"] == out.json()["id"]
        proven = await operator.post("/v1/erasures", json={"profile": KRISTA, "confirmed": True})
        assert (proven.status_code, proven.json()["type"]) == (409, "/problems/proven")
        assert (await operator.post("/v1/erasures", json={"profile": "none", "confirmed": True})).status_code == 404
    assert await Creators(context.db).find(anna) is None
    assert await Creators(context.db).find(KRISTA) is not None


@pytest.mark.parametrize("kind", [Kind.BRAND, Kind.CREATOR, Kind.STORE, Kind.SERVICE])
async def test_only_operators_see_erasures_and_ask_for_others(app, kind):
    async with calling(app, a_token(kind, "x", audience="discovery")) as other:
        for answer in (
            await other.get("/v1/erasures"),
            await other.get("/v1/erasures/e-1"),
            await other.post("/v1/erasures", json={"profile": "p", "confirmed": True}),
            await other.post("/v1/erasures/e-1/ask-again"),
        ):
            assert answer.status_code == 403


async def test_an_import_and_an_erasure_in_the_same_moment_leave_nobody_behind(app, context):
    await a_known_person(app, context)
    file = "handle,followers\n" + "".join(f"krista.makes,{n}\n" if n % 40 == 7 else f"c{n},{n}\n" for n in range(200))
    parts = [asyncio.create_task(imported(context, file, source=f"list-{n}")) for n in range(4)]
    await erased(app)
    await asyncio.gather(*parts)
    assert await Creators(context.db).find(KRISTA) is None
    assert await context.db["snapshots"].count_documents({"profile": KRISTA}) == 0
    assert await erased_among(context.db, [KRISTA, "other"]) == [KRISTA]


def a_profile(**changes: Any) -> ProfileRecord:
    known = {"handle": Said(NOON, "registered", "krista"), "display_name": Said(NOON, "registered", "Krista")}
    return ProfileRecord(**{"id": "p", "revision": 1, "network": "tiktok", "known": known, **changes})


@pytest.mark.parametrize(
    ("profile", "theirs"),
    [
        pytest.param(a_profile(claimed_by=("a",), proven_by="a"), True, id="proven by them"),
        pytest.param(a_profile(claimed_by=("a", "b"), proven_by="b"), False, id="proven by another"),
        pytest.param(a_profile(claimed_by=("a",)), True, id="nobody but them spoke of it"),
        pytest.param(a_profile(claimed_by=("a", "b")), False, id="claimed by another, too"),
        pytest.param(
            a_profile(claimed_by=("a",), known={"handle": Said(NOON, "import", "krista")}), False, id="from a list"
        ),
    ],
)
def test_a_profile_is_theirs_by_proof_or_when_it_is_their_word_alone(profile, theirs):
    assert is_theirs(profile, "a") is theirs


def test_released_a_profile_keeps_its_handle_and_what_others_counted_and_loses_the_accounts_words():
    known = {
        "handle": Said(NOON, "registered", "krista"),
        "display_name": Said(NOON, "registered", "Krista"),
        "followers": Said(NOON, "import", 5),
    }
    before = a_profile(claimed_by=("a", "b"), details=Details(said_by="a", bio="mine"), known=known)
    after = released(before, "a")
    assert (after.claimed_by, after.details, sorted(after.known)) == (("b",), None, ["followers", "handle"])
    assert released(before, "b") == a_profile(claimed_by=("a",), details=before.details, known=known)


def test_an_erased_handle_is_known_by_a_hash_that_nobody_makes_without_the_key():
    assert suppression_key(b"1" * 32, KRISTA) == suppression_key(b"1" * 32, profile_id("tiktok", "@KRISTA.makes"))
    assert suppression_key(b"1" * 32, KRISTA) != suppression_key(b"2" * 32, KRISTA)
