"""With whom a brand works, as heard from campaigns; no brand learns of another's."""

from functools import partial

from contracts.campaigns import CollaborationStatus
from discovery.domain.profiles import profile_id
from discovery.handlers import keep_collaboration
from discovery.store import BrandCollaborations
from tests.discovery.builders import a_collaboration, a_row

KRISTA = profile_id("tiktok", "krista.makes")
ELSEWHERE = profile_id("instagram", "krista.elsewhere")


async def hear(context, *collaborations) -> None:
    for one in collaborations:
        await context.transactions.run(partial(keep_collaboration, one))


async def test_a_brand_worked_with_whom_it_agreed_and_only_invited_the_others(context):
    ours = BrandCollaborations(context.db, "b-1")
    await hear(
        context,
        a_collaboration(KRISTA, "a-1", named="c-1"),
        a_collaboration("p-invited", None, named="c-2"),
        a_collaboration("p-declined", "a-2", named="c-3", status=CollaborationStatus.DECLINED),
        a_collaboration("p-done", "a-3", named="c-4", status=CollaborationStatus.COMPLETED),
    )
    assert await ours.worked_with() == {KRISTA, "p-done"}
    assert await ours.in_campaign("k-1") == {KRISTA, "p-invited", "p-declined", "p-done"}
    assert await ours.in_campaign("k-2") == frozenset()


async def test_no_brand_learns_with_whom_another_works(context):
    await hear(context, a_collaboration(KRISTA, "a-1"))
    other = BrandCollaborations(context.db, "b-2")
    assert (await other.worked_with(), await other.in_campaign("k-1")) == (frozenset(), frozenset())


async def test_the_account_s_other_profiles_are_the_same_person(context):
    await context.transactions.run(
        lambda tx: tx.keep_rows([a_row(), a_row("krista.elsewhere", network="instagram"), a_row("somebody.else")])
    )
    await context.transactions.run(lambda tx: tx.claim(ELSEWHERE, "a-1"))
    await hear(context, a_collaboration(KRISTA, "a-1"))
    assert await BrandCollaborations(context.db, "b-1").worked_with() == {KRISTA, ELSEWHERE}


async def test_a_profile_that_somebody_else_has_proven_is_not_the_account_s(context):
    await context.transactions.run(lambda tx: tx.keep_rows([a_row("krista.elsewhere", network="instagram")]))
    await context.transactions.run(lambda tx: tx.claim(ELSEWHERE, "a-1"))
    await context.db["profiles"].update_one({"_id": ELSEWHERE}, {"$set": {"proven": True, "proven_by": "a-2"}})
    await hear(context, a_collaboration(KRISTA, "a-1"))
    assert await BrandCollaborations(context.db, "b-1").worked_with() == {KRISTA}


async def test_the_newest_state_is_what_counts(context):
    await hear(context, a_collaboration(KRISTA, "a-1"))
    await hear(context, a_collaboration(KRISTA, "a-1", status=CollaborationStatus.CANCELLED))
    assert await BrandCollaborations(context.db, "b-1").worked_with() == frozenset()
