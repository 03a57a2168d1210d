"""Who accepts an invitation claims the profile, whichever of the two is heard of first."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from chassis.context import Context
from contracts.campaigns import Collaboration, CollaborationStatus
from contracts.discovery import ProfileEvent
from discovery.domain.profiles import ImportedRow, profile_id
from discovery.handlers import keep_collaboration
from discovery.store import Creators, Written
from tests.discovery.builders import a_collaboration, a_row
from tests.discovery.test_registrations import a_body, a_creator

KRISTA = profile_id("tiktok", "krista.makes")


async def hear(context: Context[Any], *collaborations: Collaboration) -> None:
    for one in collaborations:
        await context.transactions.run(partial(keep_collaboration, one))


async def keep(context: Context[Any], *rows: ImportedRow) -> Written:
    written: Written = await context.transactions.run(lambda tx: tx.keep_rows(rows))
    return written


async def said(context: Context[Any]) -> list[tuple[int, str, tuple[str, ...]]]:
    rows = await context.db["outbox"].find().sort("revision", 1).to_list(None)
    events = [ProfileEvent.from_body(row["value"]) for row in rows]
    assert not any(event.state.proven for event in events if event.state)
    return [(event.revision, event.fact, event.state.claimed_by) for event in events if event.state]


IMPORTED = "profile-imported"
CLAIMED = "profile-claimed"


async def test_an_accepted_invitation_claims_the_profile_and_proves_nothing(context):
    await keep(context, a_row())
    await hear(context, a_collaboration(KRISTA, "a-1"))
    assert await said(context) == [(1, IMPORTED, ()), (2, CLAIMED, ("a-1",))]
    profile = await Creators(context.db).find(KRISTA)
    assert profile is not None
    assert (profile.claimed_by, profile.proven) == (("a-1",), False)


async def test_a_claim_is_made_once_however_often_it_is_heard(context):
    await keep(context, a_row())
    accepted = a_collaboration(KRISTA, "a-1")
    await hear(context, accepted, accepted, a_collaboration(KRISTA, "a-1", named="c-2"))
    completed = a_collaboration(KRISTA, "a-1", status=CollaborationStatus.COMPLETED)
    await hear(context, completed)
    assert await said(context) == [(1, IMPORTED, ()), (2, CLAIMED, ("a-1",))]


async def test_several_accounts_may_claim_one_profile(context):
    await keep(context, a_row())
    await hear(context, a_collaboration(KRISTA, "a-1"), a_collaboration(KRISTA, "a-2", named="c-2"))
    assert (await said(context))[-1] == (3, CLAIMED, ("a-1", "a-2"))


@pytest.mark.parametrize(("profile", "creator"), [(KRISTA, None), (None, "a-1"), (None, None)])
async def test_without_acceptance_or_profile_nothing_is_claimed(context, profile, creator):
    await hear(context, a_collaboration(profile, creator))
    assert await context.db["profiles"].count_documents({}) == 0


async def test_a_claim_before_the_profile_waits_for_it(context):
    await hear(context, a_collaboration(KRISTA, "a-1"), a_collaboration(KRISTA, "a-2", named="c-2"))
    assert await said(context) == []
    creators = Creators(context.db)
    assert await creators.find(KRISTA) is None
    assert await creators.find_all([KRISTA]) == []

    written = await keep(context, a_row(followers=5))
    assert (written.new, written.changed, written.unchanged) == (1, 0, 0)
    assert await said(context) == [(3, IMPORTED, ()), (4, CLAIMED, ("a-1", "a-2"))]
    assert [one.id for one in await creators.find_all([KRISTA])] == [KRISTA]

    await keep(context, a_row(followers=5))
    await hear(context, a_collaboration(KRISTA, "a-1"))
    assert len(await said(context)) == 2


async def test_an_import_leaves_claims_as_they_are(context):
    await keep(context, a_row(followers=5))
    await hear(context, a_collaboration(KRISTA, "a-1"))
    await keep(context, a_row(followers=6))
    assert (await said(context))[-1] == (3, IMPORTED, ("a-1",))


async def test_after_a_restore_a_claim_still_waits_unseen(context):
    await hear(context, a_collaboration(KRISTA, "a-1"))
    await context.db["profiles"].update_many({}, {"$inc": {"revision": 2**32}})
    assert await Creators(context.db).find(KRISTA) is None
    assert (await keep(context, a_row())).new == 1
    assert [fact for _, fact, _ in await said(context)] == [IMPORTED, CLAIMED]


async def test_claims_and_imports_at_once_miss_neither(context):
    """Twenty profiles, each imported and claimed by two accounts in the same moment."""
    names = [f"creator{n}" for n in range(20)]

    async def claim(name: str, account: str) -> None:
        await hear(context, a_collaboration(profile_id("tiktok", name), account, named=f"{name}-{account}"))

    await asyncio.gather(
        *(claim(name, account) for name in names for account in ("a-1", "a-2")),
        *(keep(context, a_row(name, followers=1)) for name in names),
    )
    rows = await context.db["profiles"].find().to_list(None)
    assert sorted(row["known"]["handle"][2] for row in rows) == sorted(names)
    assert all(sorted(row["claimed_by"]) == ["a-1", "a-2"] for row in rows)
    for row in rows:
        events = await context.db["outbox"].find({"key": row["_id"]}).sort("revision", -1).to_list(None)
        last = ProfileEvent.from_body(events[0]["value"])
        assert last.revision == row["revision"]
        assert last.state is not None
        assert sorted(last.state.claimed_by) == ["a-1", "a-2"]
        assert len({event["revision"] for event in events}) == len(events)


async def test_whoever_came_by_an_invitation_sees_the_profile_among_their_own_and_fills_it_in(app, context):
    await keep(context, replace(a_row(), display_name="Krista on a list"))
    await hear(context, a_collaboration(KRISTA, "a-1"))
    async with a_creator(app) as creator:
        (own,) = (await creator.get("/v1/me/profiles")).json()["profiles"]
        assert (own["profile"], own["network"], own["handle"], own["display_name"]) == (
            KRISTA,
            "tiktok",
            "krista.makes",
            "Krista on a list",
        )
        assert (own["code"], own["proven"], own["provable"]) == ("", False, True)
        assert [each["market"] for each in own["eligibility"]] == ["default"]
        kept = (await creator.put("/v1/me/profiles", json=a_body(handle=own["handle"]))).json()
        assert kept["profile"] == KRISTA
        (own,) = (await creator.get("/v1/me/profiles")).json()["profiles"]
        assert own == kept
        assert own["code"].startswith("cm-")
    async with a_creator(app, "a-2") as other:
        assert (await other.get("/v1/me/profiles")).json()["profiles"] == []


async def test_a_claimant_sees_no_other_claimants_words(app, context):
    await keep(context, replace(a_row(), display_name="Krista on a list"))
    async with a_creator(app, "a-2") as other:
        await other.put("/v1/me/profiles", json=a_body())
    await hear(context, a_collaboration(KRISTA, "a-1"))
    async with a_creator(app) as creator:
        (own,) = (await creator.get("/v1/me/profiles")).json()["profiles"]
    assert (own["display_name"], own["city"], own["bio"], own["birth_date"], own["photo"]) == ("", "", "", None, None)


async def test_a_code_is_told_to_prove_something_only_of_networks_that_can_be_looked_at(app):
    async with a_creator(app) as creator:
        kept = (await creator.put("/v1/me/profiles", json=a_body(network="twitch"))).json()
        found = (await creator.get("/v1/me/profiles")).json()
        refused = await creator.post(f"/v1/me/profiles/{kept['profile']}/proof")
    assert (kept["provable"], found["provable_networks"]) == (False, ["tiktok"])
    assert (refused.status_code, refused.json()["type"].rsplit("/")[-1]) == (409, "not-proven")
