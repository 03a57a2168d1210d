"""The loop on a real store: doubles, order, culprits, verdicts. Records are made by hand; Kafka is in test_wire."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from chassis.consume import MAX_RECORDS, Loop, Park, Retry, Stopping, resume
from chassis.dead_letters import CONSUMERS, DEAD_LETTERS
from chassis.doubles import INBOX
from chassis.handlers import Handlers
from chassis.settings import Plant
from tests.support.toy_service import Toys, ToyTx, until
from tests.support.toys import a_record, a_ring, records_of


def hears(toys: Toys) -> None:
    """The plainest handler: what it is handed, it writes down."""

    @toys.handlers.on(toys.kinds.Rang)
    async def hear(ring: Any, tx: ToyTx) -> None:
        await tx.hear(ring)


def fails_on(toys: Toys, *numbers: int, error: Exception | None = None) -> list[int]:
    """Hears each ring but those, at which it raises; returns the sizes of the batches that it was handed."""
    sizes: list[int] = []

    @toys.handlers.on_batch(toys.kinds.Rang)
    async def hear(rings: Sequence[Any], tx: ToyTx) -> None:
        sizes.append(len(rings))
        for ring in rings:
            await tx.hear(ring)
            if ring.number in numbers:
                raise error or RuntimeError(f"number {ring.number}")

    return sizes


def rings(toys: Toys, count: int, **changes: Any) -> list[Any]:
    return [a_ring(toys.kinds.Rang, number=number, **changes) for number in range(count)]


async def test_a_batch_delivered_again_has_no_second_effect(store_toys: Toys) -> None:
    hears(store_toys)
    loop, events = store_toys.loop(), rings(store_toys, 5)

    await loop.handle(records_of(events))
    await loop.handle(records_of(events))

    assert sorted(await store_toys.heard()) == sorted(event.id for event in events)


async def test_a_double_within_a_batch_has_no_second_effect(store_toys: Toys) -> None:
    hears(store_toys)
    ring = a_ring(store_toys.kinds.Rang)

    await store_toys.loop().handle([a_record(ring, offset=0), a_record(ring, offset=1)])

    assert await store_toys.heard() == [ring.id]


async def test_the_planted_fault_no_inbox_shows_doubles(store_toys: Toys) -> None:
    hears(store_toys)
    loop, ring = store_toys.loop(plant=Plant.NO_INBOX), a_ring(store_toys.kinds.Rang)

    await loop.handle([a_record(ring)])
    await loop.handle([a_record(ring)])

    assert await store_toys.heard() == [ring.id] * 2


async def test_one_batch_handled_twice_at_the_same_time_has_one_effect(store_toys: Toys) -> None:
    hears(store_toys)
    events = rings(store_toys, 20)

    await asyncio.gather(*(store_toys.loop().handle(records_of(events)) for _ in range(3)))

    assert sorted(await store_toys.heard()) == sorted(event.id for event in events)


async def test_two_groups_of_one_store_each_hear_a_fact(store_toys: Toys) -> None:
    hears(store_toys)
    ring = a_ring(store_toys.kinds.Rang)
    transactions = store_toys.parts().context.transactions

    for group in ("one", "other"):
        await Loop(group, store_toys.handlers, transactions).handle([a_record(ring)])

    assert await store_toys.heard() == [ring.id] * 2


async def test_the_inbox_remembers_for_the_topics_retention_and_100_days_more(store_toys: Toys) -> None:
    hears(store_toys)
    await store_toys.loop().handle([a_record(a_ring(store_toys.kinds.Rang))])

    (row,) = await store_toys.rows(INBOX)
    assert (row["expires_at"] - row["at"]).days == 30 + 100
    indexes = (await store_toys.db[INBOX].index_information()).values()
    assert any(i["key"] == [("expires_at", 1)] and i["expireAfterSeconds"] == 0 for i in indexes)


async def test_the_order_of_one_key_is_kept(store_toys: Toys) -> None:
    order: list[int] = []

    @store_toys.handlers.on(store_toys.kinds.Rang)
    async def note(ring: Any, tx: ToyTx) -> None:
        order.append(ring.number)

    await store_toys.loop().handle(records_of(rings(store_toys, 30)))

    assert order == list(range(30))


async def test_only_the_culprit_is_parked_and_the_rest_is_handled_once(store_toys: Toys) -> None:
    sizes = fails_on(store_toys, 11)
    events = rings(store_toys, 16)

    await store_toys.loop().handle(records_of(events))

    (letter,) = await store_toys.rows(DEAD_LETTERS)
    assert (letter["offset"], letter["reason"], letter["value"]) == (11, "handler-error", events[11].body())
    assert sorted(await store_toys.heard()) == sorted(event.id for event in events if event.number != 11)
    assert sizes == [16, 8, 8, 4, 2, 2, 1, 1, 4], "in halves, down to one"


async def test_a_refused_record_is_parked_with_the_handlers_words_and_counts_as_no_error(store_toys: Toys) -> None:
    fails_on(store_toys, *range(30), error=Park("no such bell"))
    events = rings(store_toys, 30)

    await asyncio.wait_for(store_toys.loop(max_handler_errors=3).handle(records_of(events)), 90)

    letters = await store_toys.rows(DEAD_LETTERS)
    assert {(letter["reason"], letter["error"]) for letter in letters} == {("refused", "no such bell")}
    assert len(letters) == 30


async def test_a_handler_that_says_retry_is_asked_again_until_it_can(store_toys: Toys) -> None:
    asked: list[int] = []

    @store_toys.handlers.on(store_toys.kinds.Rang)
    async def hear(ring: Any, tx: ToyTx) -> None:
        asked.append(ring.number)
        await tx.hear(ring)
        if len(asked) < 5:
            raise Retry("not yet")

    ring = a_ring(store_toys.kinds.Rang)
    await store_toys.loop().handle([a_record(ring)])

    assert len(asked) == 5
    assert await store_toys.heard() == [ring.id]
    assert not await store_toys.rows(DEAD_LETTERS)


async def test_from_the_third_time_on_trouble_that_passes_is_met_in_halves(store_toys: Toys) -> None:
    sizes: list[int] = []

    @store_toys.handlers.on_batch(store_toys.kinds.Rang)
    async def hear(some: Sequence[Any], tx: ToyTx) -> None:
        sizes.append(len(some))
        for ring in some:
            await tx.hear(ring)
        if len(some) > 2:
            raise Retry("too much at once")

    events = rings(store_toys, 8)
    await store_toys.loop().handle(records_of(events))

    assert sizes == [8, 8, 8, 4, 4, 4, 2, 2, 4, 4, 4, 2, 2]
    assert sorted(await store_toys.heard()) == sorted(event.id for event in events)


async def test_a_handler_that_breaks_a_unique_index_by_itself_is_a_culprit_not_a_conflict(store_toys: Toys) -> None:
    @store_toys.handlers.on(store_toys.kinds.Rang)
    async def clash(ring: Any, tx: ToyTx) -> None:
        await tx.db["facts"].insert_one({"_id": "the same"}, session=tx.session)

    await store_toys.db["facts"].insert_one({"_id": "the same"})
    await asyncio.wait_for(store_toys.loop().handle([a_record(a_ring(store_toys.kinds.Rang))]), 90)

    (letter,) = await store_toys.rows(DEAD_LETTERS)
    assert letter["reason"] == "handler-error"


async def test_too_many_unexpected_errors_in_a_row_stop_the_consumer_until_it_is_resumed(store_toys: Toys) -> None:
    broken = True

    @store_toys.handlers.on(store_toys.kinds.Rang)
    async def hear(ring: Any, tx: ToyTx) -> None:
        if broken:
            raise RuntimeError("bad code")
        await tx.hear(ring)

    loop, events = store_toys.loop(max_handler_errors=4), rings(store_toys, 20)
    handling = asyncio.create_task(loop.handle(records_of(events)))

    async def stopped() -> bool:
        row = await store_toys.db[CONSUMERS].find_one({"_id": loop.group})
        return bool(row and row["stopped"] and loop.stopped_by_errors)

    await until(stopped)
    assert len(await store_toys.rows(DEAD_LETTERS)) == 3, "bad code must not drain a topic into the dead letters"
    assert not handling.done()

    broken = False
    assert await resume(store_toys.db) == 1
    await asyncio.wait_for(handling, 90)
    assert not loop.stopped_by_errors
    assert len(await store_toys.heard()) == 17


async def test_errors_that_are_not_in_a_row_stop_nothing(store_toys: Toys) -> None:
    fails_on(store_toys, *range(0, 40, 2))

    loop = store_toys.loop(max_handler_errors=3)
    for event in rings(store_toys, 40):
        await asyncio.wait_for(loop.handle([a_record(event, offset=event.number)]), 90)

    assert len(await store_toys.rows(DEAD_LETTERS)) == 20
    assert len(await store_toys.heard()) == 20


async def test_a_batch_is_cut_at_500_records_and_at_4_mb(store_toys: Toys) -> None:
    sizes: list[int] = []

    @store_toys.handlers.on_batch(store_toys.kinds.Rang)
    async def note(some: Sequence[Any], tx: ToyTx) -> None:
        sizes.append(len(some))

    loop = store_toys.loop()
    await loop.handle(records_of(rings(store_toys, MAX_RECORDS + 1)))
    large = [a_ring(store_toys.kinds.Rang, number=n) for n in range(5)]
    padded = [a_record(e, offset=e.number, headers=[*a_record(e).headers, ("pad", b"." * 1_500_000)]) for e in large]
    await loop.handle(padded)

    assert sizes == [MAX_RECORDS, 1, 2, 2, 1]


async def test_a_loop_that_stops_gives_up_waiting_and_takes_nothing_new(store_toys: Toys) -> None:
    asked = 0

    @store_toys.handlers.on(store_toys.kinds.Rang)
    async def never(ring: Any, tx: ToyTx) -> None:
        nonlocal asked
        asked += 1
        raise Retry("not now")

    loop, ring = store_toys.loop(), a_ring(store_toys.kinds.Rang)
    handling = asyncio.create_task(loop.handle([a_record(ring)]))

    async def waits() -> bool:
        return asked > 1

    await until(waits)
    loop.stop()
    with pytest.raises(Stopping):
        await asyncio.wait_for(handling, 90)
    before = asked
    with pytest.raises(Stopping):
        await loop.handle([a_record(ring)])
    assert asked == before, "what is refused now is delivered again; what were handled now could not be committed"


async def test_a_defect_of_the_loop_itself_is_tried_again_in_place(store_toys: Toys) -> None:
    hears(store_toys)
    loop, ring = store_toys.loop(), a_ring(store_toys.kinds.Rang)
    whole, failures = loop._handle_chunk, 0

    async def fails_twice(records: Any) -> None:
        nonlocal failures
        failures += 1
        if failures < 3:
            raise IndexError("a defect")
        await whole(records)

    loop._handle_chunk = fails_twice  # type: ignore[method-assign]
    await loop.handle([a_record(ring)])

    assert await store_toys.heard() == [ring.id]


async def test_one_type_has_one_handler_and_one_topic_one_group_and_one_way(store_toys: Toys) -> None:
    kinds, handlers = store_toys.kinds, Handlers()
    handlers.on(kinds.Rang)(hears)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="has a handler already"):
        handlers.on(kinds.Rang)(hears)  # type: ignore[arg-type]

    class RangAgain(kinds.Rang):  # type: ignore[misc,name-defined]
        TYPE = "toys.rang-again.v1"

    with pytest.raises(ValueError, match="one group"):
        handlers.on(RangAgain, group="other")(hears)  # type: ignore[arg-type]
    handlers.on_state(kinds.Lamp, event=kinds.LampEvent)(hears)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not by both"):
        handlers.on(kinds.LampChanged)(hears)  # type: ignore[arg-type]
