"""What an erasure must not do, and what follows from it later: nobody else's handle, no alert, a new index (D12)."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from prometheus_client import REGISTRY

from chassis.http import Kind
from chassis.testing import a_token, calling
from chassis.timers import Timers
from contracts.discovery import ErasureEvent
from discovery.domain.erasure import is_vouched_for
from discovery.handlers import handlers, keep_collaboration
from discovery.jobs import count_erasures
from discovery.store import Creators
from discovery.store.registrations import MOST
from tests.discovery.builders import NOON, a_collaboration
from tests.discovery.test_brand_things import a_brand
from tests.discovery.test_erasure import ANSWERS, a_profile, an_answer, erased, everything, hear, said
from tests.discovery.test_importing import imported
from tests.discovery.test_registrations import KRISTA, a_body, a_creator

LIST = "handle,followers\nkrista.makes,300K\n"


async def registered(app: Any, who: str = "a-1", **changes: Any) -> dict[str, Any]:
    async with a_creator(app, who) as creator:
        answer = await creator.put("/v1/me/profiles", json=a_body(**changes))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def proven(app: Any, who: str, profile: str, code: str) -> None:
    app.state.bios.shown[("tiktok", "Krista.Makes")] = code
    async with a_creator(app, who) as creator:
        assert (await creator.post(f"/v1/me/profiles/{profile}/proof")).status_code == 200


async def refused_by_a_list(context: Any) -> int:
    return (await imported(context, LIST)).refused_total


async def test_a_strangers_handle_that_was_only_registered_and_erased_is_still_listed_under_a_new_id(app, context):
    await registered(app, "impostor")
    assert (await erased(app, "impostor"))["profiles"] == [KRISTA]

    report = await imported(context, LIST)

    assert (report.new, report.refused_total) == (1, 0)
    (row,) = await context.db["profiles"].find().to_list(None)
    assert row["_id"] != KRISTA  # which had its last word
    assert (await imported(context, LIST)).unchanged == 1
    assert (await registered(app, "a-1"))["profile"] == row["_id"]


async def test_one_that_was_registered_and_erased_twice_is_listed_under_a_third_id(app, context):
    ids = []
    for who in ("impostor", "another"):
        ids.append((await registered(app, who))["profile"])
        await erased(app, who)
    assert (await imported(context, LIST)).new == 1
    (row,) = await context.db["profiles"].find().to_list(None)
    assert len({*ids, row["_id"]}) == 3


async def test_a_person_who_was_erased_stays_so_whoever_registers_and_erases_their_handle_later(app, context):
    own = await registered(app)
    await proven(app, "a-1", KRISTA, own["code"])
    await erased(app)
    await registered(app, "impostor")
    await erased(app, "impostor")
    assert await refused_by_a_list(context) == 1


async def test_who_agreed_with_a_brand_under_the_profile_is_kept_out_of_lists_without_proof(app, context):
    await registered(app)
    agreed = a_collaboration(KRISTA, "a-1").model_copy(update={"agreed_at": NOON})
    await context.transactions.run(partial(keep_collaboration, agreed))
    await erased(app)
    assert await refused_by_a_list(context) == 1


async def test_an_invitation_that_nobody_agreed_to_keeps_nobody_out_of_lists(app, context):
    await registered(app)
    await context.transactions.run(partial(keep_collaboration, a_collaboration(KRISTA, None)))
    await erased(app)
    assert await refused_by_a_list(context) == 0


async def test_an_account_has_so_many_profiles_at_most_and_may_still_change_them(app, context):
    async with a_creator(app) as creator:
        for n in range(MOST):
            assert (await creator.put("/v1/me/profiles", json=a_body(handle=f"h{n}"))).status_code == 200
        answer = await creator.put("/v1/me/profiles", json=a_body(handle="one.more"))
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/full")
        assert f"{MOST} profiles at most" in answer.json()["detail"]
        assert (await creator.put("/v1/me/profiles", json=a_body(handle="h3", bio="Anew"))).status_code == 200
    assert await context.db["profiles"].count_documents({}) == MOST


async def test_no_alert_tells_brands_the_rates_of_somebody_whose_claim_goes(app, context):
    await imported(context, LIST)
    await registered(app)
    async with a_brand(app) as brand:
        shortlist = (await brand.post("/v1/shortlists", json={"name": "Menders"})).json()["id"]
        assert (await brand.put(f"/v1/shortlists/{shortlist}/creators/{KRISTA}", json={})).status_code == 200
    await registered(app, rates=[{"deliverable": "short-video", "amount": 98765, "currency": "EUR"}])
    assert "98765" in await everything(context)

    await erased(app)

    async with a_brand(app) as brand:
        assert (await brand.get("/v1/shortlists/alerts")).json()["items"] == []
        assert len((await brand.get(f"/v1/shortlists/{shortlist}")).json()["entries"]) == 1
    assert "98765" not in await everything(context)
    assert (await Creators(context.db).find(KRISTA)) is not None


async def test_an_operators_erasure_takes_the_kept_answers_of_all_who_claimed_the_profile(app, context):
    async with a_creator(app) as creator:
        once = {"Idempotency-Key": "mine"}
        assert (await creator.put("/v1/me/profiles", json=a_body(), headers=once)).status_code == 200
    # An answer that does not name the profile, as one to a proof may be.
    await context.db["idempotency_keys"].insert_one({"_id": "k-2", "account": "a-1", "body": b'{"phone": "040"}'})
    async with calling(app, a_token(Kind.OPERATOR, "op", audience="discovery")) as operator:
        out = await operator.post("/v1/erasures", json={"profile": KRISTA, "confirmed": True})
        assert out.status_code == 202, out.text
    assert await context.db["idempotency_keys"].count_documents({"account": "a-1"}) == 0


NOBODY: dict[str, str] = {}
BOTH = {"profile": KRISTA, "invitation": "c-mail"}


async def test_an_operator_has_whoever_was_only_invited_erased_but_not_a_creator_who_is_known(app, context):
    for one in (
        a_collaboration(None, None, named="c-mail"),
        a_collaboration(KRISTA, None, named="c-listed"),
        a_collaboration(None, "a-1", named="c-accepted"),
    ):
        await context.transactions.run(partial(keep_collaboration, one))
    async with calling(app, a_token(Kind.OPERATOR, "op", audience="discovery")) as operator:
        asked = {
            name: await operator.post("/v1/erasures", json={"invitation": name, "confirmed": True})
            for name in ("c-mail", "c-listed", "c-accepted", "c-none")
        }
        again = await operator.post("/v1/erasures", json={"invitation": "c-mail", "confirmed": True})
        unsure = await operator.post("/v1/erasures", json={"invitation": "c-mail", "confirmed": False})
        wrong = [await operator.post("/v1/erasures", json={**named, "confirmed": True}) for named in (NOBODY, BOTH)]
    assert [one.status_code for one in asked.values()] == [202, 409, 409, 404]
    assert [one.status_code for one in wrong] == [422, 422]
    out = asked["c-mail"].json()
    assert (out["invitations"], out["profiles"], out["account"], out["asked_by"]) == (["c-mail"], [], None, "operator")
    assert (again.json()["id"], unsure.status_code) == (out["id"], 422)
    assert (await said(context, ErasureEvent, out["id"])).state.invitations == ("c-mail",)


@pytest.mark.parametrize("kind", [Kind.BRAND, Kind.CREATOR, Kind.STORE, Kind.SERVICE])
async def test_only_operators_have_an_invitation_erased(app, kind):
    async with calling(app, a_token(kind, "x", audience="discovery")) as other:
        answer = await other.post("/v1/erasures", json={"invitation": "c", "confirmed": True})
    assert answer.status_code == 403


async def fired_after(context: Any, **later: int) -> None:
    context.clock.offset += timedelta(**later)
    try:
        await Timers(handlers, context.transactions).tick()
    finally:
        context.clock.offset = timedelta()


async def wanted_index(context: Any) -> int:
    row = await context.db["search"].find_one({"_id": "index"})
    return 0 if row is None else row["generation"]


async def test_the_index_is_made_anew_once_for_all_erasures_of_a_day_when_the_topic_has_lost_them(app, context):
    for who in ("a-1", "a-2"):
        await registered(app, who, handle=who)
        await erased(app, who)
    before = await wanted_index(context)
    await fired_after(context, days=8)
    assert await wanted_index(context) == before
    await fired_after(context, days=10, hours=4)
    assert await wanted_index(context) == before + 1


async def done(app: Any, context: Any) -> str:
    await registered(app)
    id_ = (await erased(app))["id"]
    await hear(context, *(an_answer(kind, id_) for kind in ANSWERS))
    return id_


async def test_which_profile_was_whose_is_forgotten_once_no_backup_can_bring_it_back(app, context):
    id_ = await done(app, context)
    await fired_after(context, days=34)
    assert (await said(context, ErasureEvent, id_)).state.profiles == (KRISTA,)

    await fired_after(context, days=36)

    last = await said(context, ErasureEvent, id_)
    assert (last.fact, last.state.account, last.state.profiles) == ("erasure-completed", "a-1", ())
    (row,) = await context.db["erasures"].find().to_list(None)
    assert (KRISTA in str(row), row["revision"]) == (False, last.revision)


async def test_one_that_was_asked_for_again_names_its_profiles_until_it_is_done_again(app, context):
    id_ = await done(app, context)
    async with calling(app, a_token(Kind.OPERATOR, "op", audience="discovery")) as operator:
        assert (await operator.post(f"/v1/erasures/{id_}/ask-again")).status_code == 202
    await fired_after(context, days=36)
    assert (await said(context, ErasureEvent, id_)).state.profiles == (KRISTA,)
    await hear(context, *(an_answer(kind, id_, asked=2) for kind in ANSWERS))
    await fired_after(context, days=36)
    assert (await said(context, ErasureEvent, id_)).state.profiles == ()


async def counted(context: Any, **later: int) -> tuple[float | None, float | None]:
    context.clock.offset += timedelta(**later)
    try:
        await count_erasures(context)
    finally:
        context.clock.offset = timedelta()
    return tuple(REGISTRY.get_sample_value(f"discovery_erasures_{name}") for name in ("outstanding", "overdue"))


async def test_how_many_erasures_wait_and_how_many_for_too_long_is_measured(app, context):
    await registered(app)
    id_ = (await erased(app))["id"]
    assert await counted(context) == (1, 0)
    assert await counted(context, minutes=61) == (1, 1)
    await hear(context, *(an_answer(kind, id_) for kind in ANSWERS))
    assert await counted(context, minutes=61) == (0, 0)


@pytest.mark.parametrize(
    ("profile", "agreed", "vouched"),
    [
        pytest.param(a_profile(claimed_by=("a",), proven_by="a"), False, True, id="proven"),
        pytest.param(a_profile(claimed_by=("a",), proven_by="b"), False, False, id="proven by another"),
        pytest.param(a_profile(claimed_by=("a",)), True, True, id="agreed"),
        pytest.param(a_profile(claimed_by=("a",)), False, False, id="only said"),
    ],
)
def test_a_handle_is_a_persons_by_proof_or_by_a_brand_that_agreed_with_them(profile, agreed, vouched):
    assert is_vouched_for(profile, "a", agreed=agreed) is vouched
