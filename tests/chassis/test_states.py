"""Entity topics: the newest state counts, whatever the fact is called; erased is final."""

from typing import Any

import pytest

from chassis.dead_letters import DEAD_LETTERS
from chassis.ids import new_id
from contracts.envelope import headers
from tests.support.toy_service import Toys, ToyTx
from tests.support.toys import NOON, a_record, records_of

Seen = list[tuple[int, bool]]


@pytest.fixture
def seen(store_toys: Toys) -> Seen:
    """(revision, on) of each state that reached the handler."""
    found: Seen = []

    @store_toys.handlers.on_state(store_toys.kinds.Lamp, event=store_toys.kinds.LampEvent)
    async def keep(lamp: Any, tx: ToyTx) -> None:
        found.append((tx.event.revision, lamp.on))  # type: ignore[union-attr]
        await tx.count(lamp.id)

    return found


def a_change(toys: Toys, revision: int, *, lamp: str = "hall") -> Any:
    state = toys.kinds.Lamp(id=lamp, on=revision % 2 == 1)
    return toys.kinds.LampChanged.of(state, id=new_id(), time=NOON, revision=revision)


def an_erasure(toys: Toys, revision: int, *, lamp: str = "hall") -> Any:
    return toys.kinds.LampErased(id=new_id(), time=NOON, entity=lamp, revision=revision, fact="lamp-erased")


@pytest.mark.parametrize(
    ("revisions", "kept"),
    [
        pytest.param([1, 2, 3], [1, 2, 3], id="newer ones arrive"),
        pytest.param([3, 1, 2], [3], id="older ones never arrive"),
        pytest.param([2, 2], [2], id="an equal one is a double"),
        pytest.param([1, 5, 3, 2**32 + 1], [1, 5, 2**32 + 1], id="after a restore they jump"),
    ],
)
async def test_only_what_is_newer_arrives(store_toys: Toys, seen: Seen, revisions: list[int], kept: list[int]) -> None:
    loop = store_toys.loop()
    for revision in revisions:
        await loop.handle([a_record(a_change(store_toys, revision))])

    assert [revision for revision, _ in seen] == kept
    assert await store_toys.counted("hall") == len(kept)


async def test_of_one_batch_only_each_entitys_newest_arrives(store_toys: Toys, seen: Seen) -> None:
    changes = [a_change(store_toys, n) for n in (2, 4, 3, 4)] + [a_change(store_toys, 1, lamp="attic")]

    await store_toys.loop().handle(records_of(changes))

    assert sorted(seen) == [(1, True), (4, False)]


async def test_an_unknown_fact_still_brings_the_state(store_toys: Toys, seen: Seen) -> None:
    change = a_change(store_toys, 1)
    unknown = [(n, b"toys.lamp-polished.v1" if n == "ce_type" else v) for n, v in headers(change, "toys")]

    await store_toys.loop().handle([a_record(change, headers=unknown)])

    assert seen == [(1, True)]


async def test_erased_is_final(store_toys: Toys, seen: Seen) -> None:
    loop = store_toys.loop()
    await loop.handle([a_record(a_change(store_toys, 1))])
    await loop.handle([a_record(an_erasure(store_toys, 2))])
    await loop.handle([a_record(a_change(store_toys, 3))])

    assert seen == [(1, True)]


async def test_an_erasure_within_a_batch_is_final_for_the_batch_too(store_toys: Toys, seen: Seen) -> None:
    await store_toys.loop().handle(records_of([an_erasure(store_toys, 2), a_change(store_toys, 3)]))

    assert seen == []


async def test_an_event_that_lost_its_state_is_parked_and_erases_nothing(store_toys: Toys, seen: Seen) -> None:
    loop = store_toys.loop()
    broken = store_toys.kinds.LampChanged(id=new_id(), time=NOON, entity="hall", revision=1, fact="lamp-changed")

    await loop.handle([a_record(broken)])
    await loop.handle([a_record(a_change(store_toys, 2))])

    assert [letter["reason"] for letter in await store_toys.rows(DEAD_LETTERS)] == ["not-valid"]
    assert seen == [(2, False)]
