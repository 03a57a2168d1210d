"""The poll and the month close in a worker that is killed with -9: it goes on where it was, and nothing comes twice."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from attribution.domain.ledger import LegKind
from attribution.store import polls
from attribution.store.verify import Counts, verify
from chassis import mongo as driver
from contracts.campaigns import Tier
from contracts.http.attribution import StoreCredentials
from contracts.money import Money
from contracts.stores import Way
from local.errors import DiedError
from local.stack import Addressed
from tests.attribution.builders import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    a_click_recorded,
    a_line,
    an_order_observed,
    some_terms,
)
from tests.attribution.service.kit import a_brand_registered, a_store_changed, an_agreement, an_attribution
from tests.attribution.service.standin import Asked, StandIn, a_stand_in
from tests.attribution.webhooks.builders import ORDER_ID, SHOP, a_shopify_order
from tests.scale.stage import SLOTS, Stage, a_stage, speaking
from tests.scale.work import PLACED
from tests.support.servers import OwnServer

CLICK = "c0ffee00-1111-7222-8333-444455556666"
ORDERS = 1_000
PAGE = 250
COLLABORATIONS = 200
TIERS = (
    Tier(volume=Money(amount=10_000, currency="EUR"), basis_points=1_200),
    Tier(volume=Money(amount=20_000, currency="EUR"), basis_points=1_500),
)

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


def polled_orders() -> list[dict[str, Any]]:
    """As Shopify lists them: paid, with the click; each earns 8.00."""
    times = dict.fromkeys(("created_at", "processed_at", "updated_at"), PLACED.isoformat())
    carried = [{"name": "cclid", "value": CLICK}]
    return [
        a_shopify_order(id=ORDER_ID + number, name=f"#{number}", note_attributes=carried, **times)
        for number in range(ORDERS)
    ]


async def connect(stage: Stage, stand_in: StandIn) -> None:
    """As the console hands the store's credentials over."""
    credentials = StoreCredentials(access_token="shpat_of_bergfein", address=stand_in.address)
    async with an_attribution(stage.mongo, stage.database) as attribution:
        await attribution.run(lambda tx: polls.set_credentials(tx, "store-1", credentials, PLACED - 30 * DAY))


async def leases_run_out(stage: Stage) -> None:
    """What the dead held, a minute and a half later."""
    for name in ("polls", "timers"):
        over = {"lease_until": polls.EPOCH}
        await stage.db[name].update_many({"lease_until": {"$exists": True}}, {"$set": over})


async def test_a_poll_killed_between_pages_within_one_and_after_the_last_goes_on_and_brings_each_order_once(
    own_kafka: OwnServer, mongo: Addressed, database: str, tmp_path: Path
) -> None:
    """A page of 250 is three transactions, of which the last one moves the place."""
    asked: list[str | None] = []
    killed_at: set[str] = set()
    was_killed_again = asyncio.Event()

    async def kill_between_pages(request: Asked) -> None:
        cursor = request.query.get("page_info")
        asked.append(cursor)
        if cursor == "cursor-250" and not killed_at:
            killed_at.add("between pages")
            stage.kill_at_once(SLOTS[0])
        if cursor == "cursor-750":
            await was_killed_again.wait()  # however busy the machine is, it does not get through before

    async def deliveries() -> int:
        return await stage.db["deliveries"].count_documents({})

    async def is_dead() -> bool:
        return not worker.running

    env = {"STORES_MAY_BE_PRIVATE": "true", "POLL_TICK_SECONDS": "0.1"}
    async with (
        a_stage(own_kafka().address, mongo.address, database, tmp_path, **env) as stage,
        a_stand_in("shopify", orders=polled_orders(), before_answer=kill_between_pages) as shopify,
        speaking(stage) as say,
    ):
        click = a_click_recorded(id=CLICK, at=PLACED - HOUR)
        await say([a_brand_registered(), a_store_changed(shop=SHOP), an_agreement(), click])
        await stage.start(SLOTS[0])
        await stage.until_quiet()
        worker = stage.workers[SLOTS[0]]
        await connect(stage, shopify)
        await wait(is_dead)
        stage.kill(SLOTS[0])
        assert await deliveries() == PAGE
        assert (await place(stage))["pass"]["cursor"] == "cursor-250"

        await leases_run_out(stage)
        await stage.start(SLOTS[0])
        await wait(lambda: more_than(deliveries, 2 * PAGE))
        stage.kill(SLOTS[0])  # amid the third page, or right after it
        was_killed_again.set()
        assert await deliveries() < ORDERS
        at_second_death = (await place(stage))["pass"]["cursor"]
        assert at_second_death in {"cursor-500", "cursor-750"}

        await leases_run_out(stage)
        await stage.start(SLOTS[0])
        await wait(lambda: is_through(stage))
        stage.kill(SLOTS[0])  # the pass is written; it may not have let go of the store, and orders wait unheard
        assert await deliveries() == ORDERS
        first_pass = list(asked)

        await leases_run_out(stage)
        await stage.start(SLOTS[0])
        await wait(lambda: rests(stage))
        await stage.until_quiet()
    # Killed while it asks for a page, it asks for that one again, and never for one that is written.
    again = ["cursor-500"] if at_second_death == "cursor-500" else []
    begins = [None, "cursor-250", "cursor-250", "cursor-500", *again]
    assert first_pass[: len(begins)] == begins
    assert first_pass[len(begins) :] in (["cursor-750"], ["cursor-750"] * 2)
    # Killed before it let go of the store, the pass is made again, and finds nothing new.
    assert asked[len(first_pass) :] in ([], [None, "cursor-250", "cursor-500", "cursor-750"])
    await exactly_once(mongo, database)


async def exactly_once(mongo: Addressed, database: str) -> None:
    """Each order was delivered, observed, decided and paid once."""
    client = driver.connect(mongo.address)
    db = driver.database(client, database)
    ids = {f"store-1:{ORDER_ID + number}" for number in range(ORDERS)}
    try:
        for name in ("deliveries", "observations", "ledger"):
            found = Counter([row["order"] async for row in db[name].find({}, {"order": 1})])
            assert found == dict.fromkeys(ids, 1), name
        rows = [row async for row in db["orders"].find()]
        assert {row["_id"] for row in rows} == ids
        assert {(row["outcome"], row["number"]) for row in rows} == {("credited", 1)}
        assert {row["observed"]["way"] async for row in db["observations"].find()} == {Way.POLL.value}
        paid = [leg["amount"] async for row in db["ledger"].find() for leg in row["legs"] if leg.get("creator")]
        assert sum(paid) == ORDERS * 800
        row = await db["polls"].find_one({})
        assert row is not None
        assert (row["pass"], row["failures"], row["error"]) == (None, 0, "")
        assert await db["dead_letters"].count_documents({}) == 0
        assert [difference async for difference in verify(db, Counts(), datetime.now(UTC))] == []
    finally:
        client.close()


async def place(stage: Stage) -> driver.Document:
    row = await stage.db["polls"].find_one({"_id": "store-1"})
    assert row is not None
    return row


async def rests(stage: Stage) -> bool:
    row = await place(stage)
    return bool(row["owner"] == "" and row["next_at"] > datetime.now(UTC))


async def is_through(stage: Stage) -> bool:
    row = await place(stage)
    return bool(row["pass"] is None and row["since"] > PLACED)


async def more_than(count: Callable[[], Awaitable[int]], many: int) -> bool:
    return await count() > many


async def wait(check: Callable[[], Awaitable[bool]]) -> None:
    """Often, for what is waited for does not last."""
    async with asyncio.timeout(240):
        while not await check():  # noqa: ASYNC110 - another process does what is waited for
            await asyncio.sleep(0.002)


def the_tenth_of_next_month() -> datetime:
    """Noon: far from the ends of any zone's month, and never in the past, where stores forget."""
    first = (datetime.now(UTC).replace(day=1) + 32 * DAY).replace(day=1)
    return first.replace(day=10, hour=12, minute=0, second=0, microsecond=0)


def moved_to(moment: datetime) -> str:
    return f"PT{int((moment - datetime.now(UTC)).total_seconds())}S"


async def test_a_month_close_killed_in_the_middle_closes_every_collaboration_once(
    own_kafka: OwnServer, mongo: Addressed, database: str, tmp_path: Path
) -> None:
    """Each collaboration has two orders of 150.00: 10 % at once; at the close 12 % from 100.00, 15 % from 200.00."""
    then = the_tenth_of_next_month()
    numbers = range(COLLABORATIONS)
    terms = (some_terms(tiers=TIERS, cap=Money(amount=5_000, currency="EUR")),)
    facts = [a_brand_registered(), a_store_changed()]
    facts += [an_agreement(id=f"collaboration-{n}", creator=f"creator-{n}", terms=terms) for n in numbers]
    facts += [
        a_click_recorded(
            id=f"click-{n}", collaboration=f"collaboration-{n}", creator=f"creator-{n}", at=then - 2 * HOUR
        )
        for n in numbers
    ]
    orders = [
        an_order_observed(
            id=f"order-{n}-{which}",
            order=f"store-1:{n}-{which}",
            click_ids=(f"click-{n}",),
            lines=(a_line(15_000),),
            placed_at=(at := then - HOUR + which * MINUTE),
            paid_at=at,
            version=at + SECOND,
            received_at=at + SECOND,
            refunds=(),
        )
        for n in numbers
        for which in range(2)
    ]
    async with a_stage(own_kafka().address, mongo.address, database, tmp_path) as stage, speaking(stage) as say:
        stage.env["CLOCK_OFFSET"] = moved_to(then)
        await stage.start(SLOTS[0])
        await say(facts)
        await stage.until_quiet()
        await say(orders)
        await stage.until_quiet()
        stage.kill(SLOTS[0])
        assert await stage.db["timers"].count_documents({"purpose": "month-close"}) == COLLABORATIONS
        assert await closed(stage) == 0
        stage.env["CLOCK_OFFSET"] = moved_to(then + 32 * DAY)
        for share in (4, 2):
            await killed_as_soon_as(partial(more_than, partial(closed, stage), COLLABORATIONS // share), stage)
            assert await closed(stage) < COLLABORATIONS, "it was in the middle of it"
            await leases_run_out(stage)
        await stage.start(*SLOTS[:2])
        await stage.until("every month is closed", lambda: more_than(lambda: closed(stage), COLLABORATIONS - 1))
        await stage.until("no timer is left", lambda: no_timer(stage))
        await stage.until_quiet()
        await each_closed_once(stage, then + 33 * DAY)


async def killed_as_soon_as(check: Callable[[], Awaitable[bool]], stage: Stage) -> None:
    """Start a worker, and kill it when that is so: timers fire before it is found ready."""
    starting = asyncio.create_task(stage.start(SLOTS[0]))
    await wait(check)
    stage.kill_at_once(SLOTS[0])
    with suppress(DiedError):
        await starting
    stage.kill(SLOTS[0])


async def closed(stage: Stage) -> int:
    return await stage.db["ledger"].count_documents({"month": {"$exists": True}})


async def no_timer(stage: Stage) -> bool:
    return await stage.db["timers"].count_documents({"purpose": "month-close"}) == 0


async def each_closed_once(stage: Stage, now: datetime) -> None:
    entries = [row async for row in stage.db["ledger"].find({"month": {"$exists": True}})]
    assert Counter(row["collaboration"] for row in entries) == {f"collaboration-{n}": 1 for n in range(COLLABORATIONS)}
    assert {row["number"] for row in entries} == {1}
    uplifts = [{leg["kind"]: leg["amount"] for leg in row["legs"] if leg.get("creator")} for row in entries]
    assert uplifts == [{LegKind.TIER_UPLIFT: 200 + 500}] * COLLABORATIONS
    posted: Counter[str] = Counter()
    async for row in stage.db["ledger"].find():
        assert sum(leg["amount"] for leg in row["legs"]) == 0
        for leg in row["legs"]:
            if leg.get("creator"):
                posted[leg["creator"]] += leg["amount"]
    assert posted == {f"creator-{n}": 3_700 for n in range(COLLABORATIONS)}
    assert [row["number"] async for row in stage.db["months"].find()] == [1] * COLLABORATIONS
    assert [difference async for difference in verify(stage.db, Counts(), now)] == []
