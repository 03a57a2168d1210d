"""How creators keep their dates: what counts, by whose fault, and that silence past a date is told by a timer (D6)."""

from datetime import timedelta
from functools import partial

import pytest

from chassis.http import Kind
from chassis.testing import a_token, calling
from contracts.campaigns import (
    Cancellation,
    CancelledBy,
    Collaboration,
    CollaborationStatus,
    Deliverable,
    DeliverableStatus,
)
from contracts.discovery import Record
from contracts.money import Money
from discovery.domain.deliveries import deliveries_of, record_of
from discovery.domain.profiles import profile_id
from discovery.handlers import keep_collaboration, reckon_work
from tests.discovery.builders import NOON, a_collaboration
from tests.discovery.test_snapshots import a_look, an_observation, observe

KRISTA = profile_id("tiktok", "krista.makes")
DAY = timedelta(days=1)


def a_deliverable(name: str = "d-1", **known: object) -> Deliverable:
    fee = Money(amount=0, currency="EUR")
    return Deliverable(**{"id": name, "fee": fee, "publication_due": NOON + DAY, **known})


def with_work(*deliverables: Deliverable, **known: object) -> Collaboration:
    one = a_collaboration(KRISTA, "a-1")
    return one.model_copy(update={"deliverables": deliverables, **known})


def cancelled(by: CancelledBy, days: int) -> Deliverable:
    return a_deliverable(cancelled=Cancellation(at=NOON + days * DAY, by=by), status=DeliverableStatus.CANCELLED)


@pytest.mark.parametrize(
    ("work", "after", "record"),
    [
        pytest.param(a_deliverable(published_at=NOON + DAY), 9, Record(deliveries=1, on_time=10_000), id="on the date"),
        pytest.param(
            a_deliverable(published_at=NOON + DAY + timedelta(seconds=1)),
            9,
            Record(deliveries=1, on_time=0),
            id="a second late",
        ),
        pytest.param(a_deliverable(status=DeliverableStatus.PUBLICATION), 1, Record(), id="not yet due, to the second"),
        pytest.param(
            a_deliverable(status=DeliverableStatus.CONCEPT), 2, Record(deliveries=1, on_time=0), id="never begun"
        ),
        pytest.param(
            a_deliverable(status=DeliverableStatus.SUBMISSION_REVIEW),
            2,
            Record(),
            id="waits for the brand, past its date",
        ),
        pytest.param(cancelled(CancelledBy.BRAND, 5), 9, Record(), id="cancelled by the brand"),
        pytest.param(cancelled(CancelledBy.CREATOR, 0), 9, Record(), id="cancelled by the creator in time"),
        pytest.param(
            cancelled(CancelledBy.CREATOR, 5),
            9,
            Record(deliveries=1, on_time=0),
            id="cancelled by the creator too late",
        ),
        pytest.param(a_deliverable(publication_due=None), 9, Record(), id="no date was agreed"),
    ],
)
def test_a_date_counts_once_it_is_the_creators_and_past_or_kept(work, after, record):
    assert record_of(deliveries_of(with_work(work)), NOON + after * DAY) == record


def test_work_that_is_not_agreed_on_any_more_says_nothing_but_for_what_was_published():
    work = (a_deliverable(status=DeliverableStatus.CONCEPT), a_deliverable("d-2", published_at=NOON))
    over = with_work(*work, status=CollaborationStatus.CANCELLED)
    assert record_of(deliveries_of(over), NOON + 9 * DAY) == Record(deliveries=1, on_time=10_000)


def test_the_share_is_rounded_half_up():
    work = [a_deliverable(f"d-{n}", published_at=NOON + (0 if n else 2) * DAY) for n in range(3)]
    assert record_of(deliveries_of(with_work(*work)), NOON) == Record(deliveries=3, on_time=6_667)


async def fire_all(context) -> int:
    """Every timer of the profile's collaborations, as if its time had come; how many there were."""
    rows = await context.db["timers"].find({"purpose": "sales"}).to_list(None)
    for row in rows:
        timer = type("Due", (), {"aggregate": row["aggregate"]})()
        await context.transactions.run(partial(reckon_work, timer))
        await context.db["timers"].delete_one({"_id": row["_id"]})
    return len(rows)


async def test_the_record_is_kept_said_and_found_and_stands_on_the_page(app, context):
    await observe(context, an_observation(a_look(0, followers=100_000)))
    kept = a_deliverable("d-1", published_at=NOON)
    owed = a_deliverable("d-2", publication_due=context.clock.now() + DAY)
    await context.transactions.run(partial(keep_collaboration, with_work(kept, owed)))
    due = [row["due"] async for row in context.db["timers"].find({"purpose": "sales"}).sort("due", 1)]
    assert len(due) == 2  # now, and once the date of what is owed has passed
    assert timedelta(0) < due[1] - owed.publication_due <= timedelta(minutes=1)
    await fire_all(context)
    late = owed.model_copy(update={"publication_due": NOON})
    await context.transactions.run(partial(keep_collaboration, with_work(kept, late)))
    async with calling(app, a_token(Kind.BRAND, "m-1", audience="discovery", brand="b-1")) as client:
        assert (await client.get(f"/v1/creators/{KRISTA}/page")).json()["creator"]["record"] == {
            "deliveries": 1,
            "on_time": 10_000,
        }
        assert await fire_all(context) == 1
        answer = (await client.get(f"/v1/creators/{KRISTA}/page")).json()
        assert answer["creator"]["record"] == {"deliveries": 2, "on_time": 5_000}
        found = await client.get("/v1/creators", params={"min_on_time": 5_000})
        assert [one["record"]["on_time"] for one in found.json()["items"]] == [5_000]
        assert (await client.get("/v1/creators", params={"min_on_time": 5_001})).json()["total"] == 0
