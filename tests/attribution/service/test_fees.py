"""MONEY 22 in the store: fees follow what campaigns says of a collaboration's deliverables."""

import os
import subprocess
import sys
from typing import Any

from attribution.domain.ledger import Cause, LegKind
from attribution.store.verify import Counts, verify
from contracts.campaigns import Cancellation, CancelledBy, Deliverable
from contracts.money import Money
from local.stack import Addressed
from tests.attribution.builders import COLLABORATION, DAY, NOON
from tests.attribution.service.kit import Attribution, an_agreement

VIDEO = f"{COLLABORATION}:video"


def a_deliverable(id_: str = "video", **changes: Any) -> Deliverable:
    return Deliverable(**{"id": id_, "fee": Money(amount=10_001, currency="EUR"), **changes})


def said(revision: int, *deliverables: Deliverable):
    return an_agreement(revision=revision, deliverables=deliverables)


async def steps(service: Attribution, deliverable: str = "video") -> list[tuple[str, str, int]]:
    """Id, cause and amount of each step of a fee."""
    rows = await service.db["ledger"].find({"deliverable": deliverable}).sort("number", 1).to_list(None)
    return [
        (row["_id"], row["cause"], sum(leg["amount"] for leg in row["legs"] if leg["kind"] == LegKind.FEE))
        for row in rows
    ]


async def differences(service: Attribution) -> list[str]:
    return [f"{one.order} {one.check}" async for one in verify(service.db, Counts(), service.now())]


def run_verify(address: str, database: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "MONGO_URL": address, "MONGO_DATABASE": database, "ENVIRONMENT": "development"}
    return subprocess.run(
        [sys.executable, "-m", "attribution", "verify"], env=env, check=False, capture_output=True, text=True
    )


async def test_a_fee_is_posted_when_the_submission_is_approved_and_once(known: Attribution):
    """MONEY 22, 23: (collaboration, deliverable, step)."""
    await known.hear(said(2, a_deliverable(concept_approved_at=NOON)))
    assert await steps(known) == []
    approved = a_deliverable(submission_approved_at=NOON)
    await known.hear(said(3, approved))
    await known.hear(said(3, approved))
    await known.hear(said(4, approved.model_copy(update={"published_at": NOON + DAY})))
    assert await steps(known) == [(f":fee:{VIDEO}#1", Cause.FEE_APPROVED, 10_001)]
    assert await differences(known) == []


async def test_an_older_state_that_comes_late_changes_nothing(known: Attribution):
    await known.hear(said(5, a_deliverable(submission_approved_at=NOON)))
    await known.hear(said(4, a_deliverable()))
    assert len(await steps(known)) == 1


async def test_what_is_undone_or_changed_is_posted_as_the_difference_under_further_steps(known: Attribution):
    """MONEY 22, 23."""
    cancelled = Cancellation(at=NOON, by=CancelledBy.BRAND)
    await known.hear(said(2, a_deliverable(submission_approved_at=NOON), a_deliverable("story")))
    await known.hear(said(3, a_deliverable(), a_deliverable("story", submission_approved_at=NOON)))
    await known.hear(said(4, a_deliverable(concept_approved_at=NOON, cancelled=cancelled)))
    assert await steps(known) == [
        (f":fee:{VIDEO}#1", Cause.FEE_APPROVED, 10_001),
        (f":fee:{VIDEO}#2", Cause.FEE_UNDONE, -10_001),
        (f":fee:{VIDEO}#3", Cause.FEE_CANCELLED, 5_000),
    ]
    assert [(cause, amount) for _, cause, amount in await steps(known, "story")] == [
        (Cause.FEE_APPROVED, 10_001),
        (Cause.FEE_UNDONE, -10_001),
    ]
    assert await differences(known) == []


async def test_a_fee_decides_no_order_again(known: Attribution):
    """What deliverables do is nothing that decisions read."""
    await known.hear(said(2))
    await known.hear(said(3, a_deliverable(submission_approved_at=NOON)))
    row = await known.db["collaborations"].find_one({"_id": COLLABORATION})
    assert row is not None
    assert row["revision"] == 2


async def test_one_leg_of_a_fee_changed_by_hand_is_named_and_the_verb_ends_with_one(
    known: Attribution, mongo: Addressed, used_again: str
):
    """MONEY 23: verify recomputes fees from their steps."""
    await known.hear(said(2, a_deliverable(submission_approved_at=NOON)))
    await known.db["ledger"].update_one({"_id": f":fee:{VIDEO}#1"}, {"$inc": {"legs.0.amount": 1, "legs.1.amount": -1}})
    assert await differences(known) == [f"{VIDEO} fee", f"{VIDEO} standing"]
    done = run_verify(mongo.address, used_again)
    assert done.returncode == 1
    assert f"{VIDEO} fee: what is posted lacks" in done.stdout
    assert "0 orders, 0 observations, 0 months, 1 fees, 1 ledger transactions, 2 balances" in done.stdout


async def test_a_fee_that_its_row_or_its_collaboration_lacks_is_named(known: Attribution):
    await known.hear(said(2, a_deliverable(submission_approved_at=NOON)))
    await known.db["collaborations"].update_one({}, {"$set": {"state.deliverables": []}})
    assert await differences(known) == [f"{VIDEO} fee"]
    await known.db["fees"].delete_many({})
    assert await differences(known) == [f"{VIDEO} missing"]
