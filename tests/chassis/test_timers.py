"""Timers: by the database's clock, never early, once in effect, also with three workers and after a crash."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.errors import WriteError

from chassis import mongo
from chassis.handlers import Handlers
from chassis.service import Parts
from chassis.timers import Timer
from chassis.tx import TIMERS
from tests.support.toy_service import Toys, ToyTx

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def ringing(store_toys: Toys) -> Toys:
    @store_toys.handlers.on_timer("ring")
    async def ring(timer: Timer, tx: ToyTx) -> None:
        await tx.count(timer.aggregate)

    return store_toys


async def set_timer(parts: Parts[ToyTx], aggregate: str, due: datetime, **more: Any) -> None:
    async def work(tx: ToyTx) -> None:
        tx.set_timer("ring", aggregate, due, **more)

    await parts.context.transactions.run(work)


async def db_time(toys: Toys) -> datetime:
    return await mongo.server_time(toys.db)


async def test_a_timer_fires_once_due_and_never_before(ringing: Toys) -> None:
    parts = ringing.parts()
    due = await db_time(ringing) + timedelta(seconds=0.6)
    await set_timer(parts, "egg", due)

    while not await parts.timers.tick():
        assert await ringing.counted("egg") == 0
        await asyncio.sleep(0.02)

    assert await db_time(ringing) >= due
    assert await ringing.counted("egg") == 1
    assert await parts.timers.tick() == 0


async def test_a_handler_never_finds_its_timer_early_by_its_own_clock(store_toys: Toys) -> None:
    at: list[tuple[datetime, datetime]] = []

    @store_toys.handlers.on_timer("ring")
    async def ring(timer: Timer, tx: ToyTx) -> None:
        at.append((tx.now, timer.due))

    parts = store_toys.parts()
    parts.context.clock._origin -= timedelta(seconds=3)  # measured badly: 3 s behind the database
    due = await db_time(store_toys) - timedelta(seconds=1) + timedelta(microseconds=1)
    await set_timer(parts, "egg", due)
    await parts.timers.tick()

    ((now, timer_due),) = at
    assert now >= timer_due >= due, "nor is a due time cut down to the millisecond before it"


async def test_three_workers_fire_each_timer_once(ringing: Toys) -> None:
    workers = [ringing.parts() for _ in range(3)]
    for number in range(30):
        await set_timer(workers[0], f"egg-{number}", LONG_AGO)

    fired = await asyncio.gather(*(worker.timers.tick() for worker in workers))

    assert sum(fired) == 30
    assert [await ringing.counted(f"egg-{number}") for number in range(30)] == [1] * 30


async def test_a_timer_of_a_worker_that_died_is_fired_after_its_lease(ringing: Toys) -> None:
    dead, other = ringing.parts(), ringing.parts()
    await set_timer(dead, "egg", LONG_AGO)
    assert len(await dead.timers._claim(1)) == 1

    assert await other.timers.tick() == 0
    over = await db_time(ringing) - timedelta(milliseconds=1)
    await ringing.db[TIMERS].update_one({}, {"$set": {"lease_until": over}})
    assert await other.timers.tick() == 1
    assert await ringing.counted("egg") == 1


async def test_a_worker_that_wakes_up_past_its_lease_fires_nothing_twice(ringing: Toys) -> None:
    zombie, other = ringing.parts(), ringing.parts()
    await set_timer(zombie, "egg", LONG_AGO)
    (claim,) = await zombie.timers._claim(1)
    await ringing.db[TIMERS].update_one({}, {"$set": {"lease_until": LONG_AGO}})
    await other.timers.tick()

    await zombie.timers._fire(*claim)

    assert await ringing.counted("egg") == 1


async def test_a_handler_that_fails_leaves_the_timer_and_no_effect(store_toys: Toys) -> None:
    broken = Handlers()

    @broken.on_timer("ring")
    async def ring(timer: Timer, tx: ToyTx) -> None:
        await tx.count(timer.aggregate)
        raise RuntimeError("a defect")

    parts = store_toys.parts(broken)
    await set_timer(parts, "egg", LONG_AGO)
    with pytest.raises(RuntimeError, match="a defect"):
        await parts.timers.tick()

    assert await store_toys.counted("egg") == 0
    assert len(await store_toys.rows(TIMERS)) == 1


async def test_one_that_fails_holds_up_no_other_and_is_told(store_toys: Toys) -> None:
    partly = Handlers()

    @partly.on_timer("ring")
    async def ring(timer: Timer, tx: ToyTx) -> None:
        await tx.count(timer.aggregate)
        if timer.aggregate == "egg-0":
            raise RuntimeError("a defect")

    parts = store_toys.parts(partly)
    for number in range(10):
        await set_timer(parts, f"egg-{number}", LONG_AGO)
    with pytest.raises(RuntimeError, match="a defect"):
        await parts.timers.tick()

    assert [await store_toys.counted(f"egg-{number}") for number in range(10)] == [0] + [1] * 9
    assert len(await store_toys.rows(TIMERS)) == 1


async def test_a_tick_takes_a_hundred_and_leaves_the_rest_to_others(ringing: Toys) -> None:
    parts = ringing.parts()

    async def many(tx: ToyTx) -> None:
        for number in range(130):
            tx.set_timer("ring", f"egg-{number}", LONG_AGO)

    await parts.context.transactions.run(many)
    fired = await parts.timers.tick()
    assert 100 <= fired < 130
    assert await parts.timers.tick() == 130 - fired


async def test_one_aggregate_and_version_sets_a_timer_once_and_the_first_due_time_counts(ringing: Toys) -> None:
    parts = ringing.parts()
    await set_timer(parts, "egg", LONG_AGO)
    await set_timer(parts, "egg", LONG_AGO + timedelta(days=1))
    await set_timer(parts, "egg", LONG_AGO, version=2)

    assert sorted(row["version"] for row in await ringing.rows(TIMERS)) == [1, 2]
    assert {row["due"] for row in await ringing.rows(TIMERS)} == {LONG_AGO}


async def test_a_dropped_timer_does_not_fire(ringing: Toys) -> None:
    parts = ringing.parts()
    await set_timer(parts, "egg", LONG_AGO)

    async def drop(tx: ToyTx) -> None:
        tx.drop_timer("ring", "egg")

    await parts.context.transactions.run(drop)
    assert await parts.timers.tick() == 0


@pytest.mark.parametrize("due", [{}, {"due": None}, {"due": "2026-01-01"}])
async def test_the_store_refuses_a_timer_without_a_due_time(ringing: Toys, due: dict[str, Any]) -> None:
    with pytest.raises(WriteError, match="validation"):
        await ringing.db[TIMERS].insert_one({"_id": "t", "purpose": "ring", "aggregate": "a", "version": 1, **due})


async def test_clock_offset_moves_what_is_due(ringing: Toys) -> None:
    in_a_week = await db_time(ringing) + timedelta(days=7)
    now, later = ringing.parts(), ringing.parts(clock_offset=timedelta(days=8))
    await set_timer(now, "egg", in_a_week)

    assert await now.timers.tick() == 0
    assert await later.timers.tick() == 1


async def test_a_timer_that_this_service_does_not_know_is_left_alone(ringing: Toys) -> None:
    parts = ringing.parts(Handlers())
    await set_timer(parts, "egg", LONG_AGO)

    assert await parts.timers.tick() == 0
