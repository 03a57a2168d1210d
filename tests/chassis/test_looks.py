"""Write, commit, then look: of two facts that wait for each other, one sees the other. Always."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from chassis.handlers import Handlers
from chassis.looks import Look, Looks
from chassis.service import Parts
from chassis.settings import Plant
from chassis.tx import LOOKS, Transactions
from tests.support.toy_service import Toys, ToyTx, until

LEFT, RIGHT = "left", "right"


@pytest.fixture
def pairs(store_toys: Toys) -> Toys:
    """Two facts make a pair; whoever looks after its commit and finds both writes the pair down, once."""

    @store_toys.handlers.on_look("pair")
    async def look(looks: Sequence[Look], transactions: Transactions[ToyTx]) -> None:
        for one in looks:
            for key in one.keys:
                if await transactions.db["facts"].count_documents({"_id": {"$in": [key + LEFT, key + RIGHT]}}) == 2:
                    await transactions.db["facts"].update_one({"_id": key}, {"$set": {"met": True}}, upsert=True)

    return store_toys


def writes(side: str, key: str = "k", then: Callable[[], Awaitable[Any]] | None = None) -> Callable[[ToyTx], Any]:
    """Write one side, look for the other already inside the transaction, and promise to look after it."""

    async def work(tx: ToyTx) -> None:
        await tx.db["facts"].insert_one({"_id": key + side}, session=tx.session)
        other = key + (RIGHT if side == LEFT else LEFT)
        if await tx.db["facts"].find_one({"_id": other}, session=tx.session):
            await tx.db["facts"].update_one({"_id": key}, {"$set": {"met": True}}, upsert=True, session=tx.session)
        tx.look("pair", key)
        if then is not None:
            await then()

    return work


async def both_at_once(parts: Parts[ToyTx], first: str, second: str) -> None:
    """Each looks while the other is not committed; `first` commits first."""
    looked, committed = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        looked.set()
        await committed.wait()

    later = asyncio.create_task(parts.context.transactions.once(writes(second, then=slow)))
    await looked.wait()
    await parts.context.transactions.once(writes(first))
    committed.set()
    await later


async def left(toys: Toys, count: int) -> list[Any]:
    """The looks left, once there are `count`: they are deleted without waiting for the majority that reads see."""

    async def as_many() -> bool:
        return len(await toys.rows(LOOKS)) == count

    await until(as_many)
    return await toys.rows(LOOKS)


async def met(toys: Toys) -> bool:
    return await toys.db["facts"].find_one({"_id": "k", "met": True}) is not None


@pytest.mark.parametrize(("first", "second"), [(LEFT, RIGHT), (RIGHT, LEFT)])
async def test_two_facts_that_wait_for_each_other_meet_in_both_commit_orders(
    pairs: Toys, first: str, second: str
) -> None:
    await both_at_once(pairs.parts(), first, second)

    assert await met(pairs)
    await left(pairs, 0)


@pytest.mark.parametrize(("first", "second"), [(LEFT, RIGHT), (RIGHT, LEFT)])
async def test_the_planted_fault_lookup_only_lets_them_miss(pairs: Toys, first: str, second: str) -> None:
    await both_at_once(pairs.parts(plant=Plant.LOOKUP_ONLY), first, second)

    assert not await met(pairs)


async def test_a_look_that_a_kill_left_behind_is_swept_once_it_is_5_seconds_old(pairs: Toys) -> None:
    killed, other = pairs.parts(), pairs.parts()
    killed.context.transactions.afterwards = ()  # dies between its commit and its look
    await both_at_once(killed, LEFT, RIGHT)
    assert not await met(pairs)

    assert await other.looks.sweep() == 0, "the writer may still be at it"
    other.context.clock.offset = timedelta(seconds=6)
    assert await other.looks.sweep() == 2
    assert await met(pairs)
    await left(pairs, 0)


async def test_a_look_that_fails_stays_for_the_sweep_and_the_commit_stands(store_toys: Toys) -> None:
    fails = True

    @store_toys.handlers.on_look("pair")
    async def look(looks: Sequence[Look], transactions: Transactions[ToyTx]) -> None:
        if fails:
            raise RuntimeError("the other side can't be read")
        await transactions.db["facts"].insert_one({"_id": "looked"})

    parts = store_toys.parts()
    await parts.context.transactions.once(writes(LEFT))
    assert [row["_id"] for row in await store_toys.rows("facts")] == ["kleft"]

    fails = False
    parts.context.clock.offset = timedelta(seconds=6)
    assert await parts.looks.sweep() == 1
    assert await store_toys.db["facts"].find_one({"_id": "looked"})
    await left(store_toys, 0)


async def test_one_look_that_can_never_be_taken_holds_up_no_other(store_toys: Toys) -> None:
    @store_toys.handlers.on_look("pair")
    async def look(looks: Sequence[Look], transactions: Transactions[ToyTx]) -> None:
        if any("bad" in one.keys for one in looks):
            raise RuntimeError("never")

    parts = store_toys.parts()
    parts.context.transactions.afterwards = ()
    for key in ("a", "bad", "b"):
        await parts.context.transactions.once(writes(LEFT, key))
    parts.context.clock.offset = timedelta(seconds=6)

    await parts.looks.sweep()

    assert [row["keys"] for row in await left(store_toys, 1)] == [["bad"]]
    assert await parts.looks.sweep() == 0, "what failed waits its 5 s again"


async def test_an_interrupted_look_goes_on_where_it_was(store_toys: Toys) -> None:
    begun: list[Any] = []

    @store_toys.handlers.on_look("pair")
    async def look(looks: Sequence[Look], transactions: Transactions[ToyTx]) -> None:
        begun.append(looks[0].position)
        if looks[0].position is None:
            await looks[0].keep_position("row 500")
            raise RuntimeError("killed")

    parts = store_toys.parts()
    await parts.context.transactions.once(writes(LEFT))
    parts.context.clock.offset = timedelta(seconds=6)
    await parts.looks.sweep()

    assert begun == [None, "row 500"]


async def test_of_several_that_sweep_at_once_one_takes_each_look(store_toys: Toys) -> None:
    taken: list[str] = []

    @store_toys.handlers.on_look("pair")
    async def look(looks: Sequence[Look], transactions: Transactions[ToyTx]) -> None:
        taken.extend(key for one in looks for key in one.keys)

    several = [store_toys.parts() for _ in range(3)]
    several[0].context.transactions.afterwards = ()
    keys = [f"k{number}" for number in range(20)]
    for key in keys:
        await several[0].context.transactions.once(writes(LEFT, key))
    for parts in several:
        parts.context.clock.offset = timedelta(seconds=6)

    await asyncio.gather(*(parts.looks.sweep() for parts in several))

    assert sorted(taken) == sorted(keys)


async def test_nobody_else_takes_up_a_look_that_gets_on(store_toys: Toys) -> None:
    begun = 0
    other = store_toys.parts()

    @store_toys.handlers.on_look("pair")
    async def look(looks: Sequence[Look], transactions: Transactions[ToyTx]) -> None:
        nonlocal begun
        begun += 1
        for seconds in (4, 8, 12):  # it takes long, and tells how far it is
            mine.context.clock.offset = other.context.clock.offset = timedelta(seconds=seconds)
            await looks[0].keep_position(f"row {seconds}")
            assert await other.looks.sweep() == 0

    mine = store_toys.parts()
    await mine.context.transactions.once(writes(LEFT))

    assert begun == 1
    await left(store_toys, 0)


async def test_a_look_that_nobody_takes_stays_and_undoes_no_commit(store_toys: Toys) -> None:
    parts = store_toys.parts(Handlers())

    await parts.context.transactions.once(writes(LEFT))

    assert len(await store_toys.rows(LOOKS)) == 1


async def test_a_transaction_that_aborts_looks_at_nothing(pairs: Toys) -> None:
    async def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await pairs.parts().context.transactions.once(writes(LEFT, then=fail))

    assert not await pairs.rows(LOOKS)
    assert not await pairs.rows("facts")


async def test_the_looks_of_one_transaction_are_handed_over_together_each_key_once(store_toys: Toys) -> None:
    handed: list[Sequence[str]] = []

    @store_toys.handlers.on_look("pair")
    async def look(looks: Sequence[Look], transactions: Transactions[ToyTx]) -> None:
        handed.extend(one.keys for one in looks)

    async def work(tx: ToyTx) -> None:
        for key in ("a", "b", "a"):
            tx.look("pair", key)

    parts = store_toys.parts()
    assert isinstance(parts.looks, Looks)
    await parts.context.transactions.once(work)

    assert handed == [["a", "b"]]
