"""Records that nobody can read: parked whole, with the reason, while their neighbours are handled."""

import asyncio
from typing import Any

import pytest
from pydantic import field_validator

from chassis.consume import Loop, Retry
from chassis.dead_letters import DEAD_LETTERS, ReplayOutcome, stored_record
from chassis.handlers import Handlers
from chassis.tx import TryAgainLater
from contracts.envelope import headers
from tests.support.toy_service import Toys, ToyTx
from tests.support.toys import a_record, a_ring


@pytest.fixture
def hearing(store_toys: Toys) -> Toys:
    @store_toys.handlers.on(store_toys.kinds.Rang)
    async def hear(ring: Any, tx: ToyTx) -> None:
        await tx.hear(ring)

    return store_toys


def headed(event: Any, **values: bytes | None) -> list[tuple[str, bytes | None]]:
    """The event's headers, those named in `values` with these instead."""
    return [(name, values.get(name, value)) for name, value in headers(event, "toys")]


HUGE = b'{"id":"a","time":"0001-01-01T00:00:00+10:00","bell":"b"}'


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"value": None}, "no-value", id="a tombstone"),
        pytest.param({"value": None, "key": None, "headers": []}, "no-type", id="a tombstone of another's making"),
        pytest.param({"value": b""}, "not-valid", id="nothing"),
        pytest.param({"value": b"\xff\xfe"}, "not-valid", id="not UTF-8"),
        pytest.param({"value": b"[" * 100_000}, "not-valid", id="nested too deeply"),
        pytest.param({"value": b'{"bell": 7}'}, "not-valid", id="wrong fields"),
        pytest.param({"value": HUGE}, "not-valid", id="an instant that no calendar has"),
        pytest.param({"headers": {"ce_type": None}}, "no-type", id="a null type"),
        pytest.param({"headers": {"ce_type": b"\xff"}}, "no-type", id="a type that is not UTF-8"),
        pytest.param({"headers": None}, "no-type", id="no headers"),
    ],
)
async def test_poison_is_parked_whole_and_its_neighbours_are_handled(
    hearing: Toys, changes: dict[str, Any], reason: str
) -> None:
    before, bad, after = (a_ring(hearing.kinds.Rang, number=n) for n in range(3))
    if "headers" in changes and not isinstance(changes["headers"], list):
        named = changes["headers"]
        changes = {**changes, "headers": headed(bad, **named) if named else []}
    poison = a_record(bad, offset=1, **changes)

    await hearing.loop().handle([a_record(before, offset=0), poison, a_record(after, offset=2)])

    assert sorted(await hearing.heard()) == sorted([before.id, after.id])
    (letter,) = await hearing.rows(DEAD_LETTERS)
    assert letter["reason"] == reason
    kept = stored_record(letter)
    assert (kept.offset, kept.key, kept.value) == (1, poison.key, poison.value)
    assert list(kept.headers) == [(name, value) for name, value in poison.headers]
    assert (letter["expires_at"] - letter["at"]).days == 90


async def test_what_makes_a_validator_fail_in_an_unforeseen_way_is_poison_too(store_toys: Toys) -> None:
    class Counted(store_toys.kinds.Rang):  # type: ignore[misc,name-defined]
        TYPE = "toys.counted.v1"

        @field_validator("number")
        @classmethod
        def divides(cls, number: int) -> int:
            return 1 // number

    @store_toys.handlers.on(Counted)
    async def never(_ring: Any, _tx: ToyTx) -> None:
        raise AssertionError

    ring = Counted.model_construct(**a_ring(store_toys.kinds.Rang).model_dump())
    await asyncio.wait_for(store_toys.loop().handle([a_record(ring)]), 90)

    assert [letter["error"] for letter in await store_toys.rows(DEAD_LETTERS)] == ["value: ZeroDivisionError"]


async def test_poison_met_again_is_one_letter_with_two_attempts(hearing: Toys) -> None:
    poison = a_record(a_ring(hearing.kinds.Rang), value=b"no")
    loop = hearing.loop()

    await loop.handle([poison])
    await loop.handle([poison])

    assert [letter["attempts"] for letter in await hearing.rows(DEAD_LETTERS)] == [2]


async def test_headers_that_nobody_asks_for_may_be_anything(hearing: Toys) -> None:
    ring = a_ring(hearing.kinds.Rang)
    odd = [*headers(ring, "toys"), ("null", None), ("bytes", b"\xff"), ("traceparent", b"\xff")]

    await hearing.loop().handle([a_record(ring, headers=odd)])

    assert await hearing.heard() == [ring.id]


async def test_invalid_input_never_stops_the_consumer(hearing: Toys) -> None:
    loop = hearing.loop(max_handler_errors=2)

    await loop.handle([a_record(a_ring(hearing.kinds.Rang), offset=n, value=b"no") for n in range(50)])

    assert not loop.stopped_by_errors
    assert len(await hearing.rows(DEAD_LETTERS)) == 50


async def test_an_unknown_type_is_skipped_and_not_parked(hearing: Toys) -> None:
    ring = a_ring(hearing.kinds.Rang)

    await hearing.loop().handle([a_record(ring, headers=headed(ring, ce_type=b"toys.hummed.v1"), value=b"\xff")])

    assert not await hearing.rows(DEAD_LETTERS)
    assert not await hearing.heard()


async def test_a_type_on_a_topic_that_is_not_its_own_is_skipped(hearing: Toys) -> None:
    await hearing.loop().handle([a_record(a_ring(hearing.kinds.Rang), topic="toys.elsewhere.v1")])

    assert not await hearing.heard()


async def a_letter(toys: Toys, ring: Any) -> str:
    """The id of the letter that a version with a defect parked."""
    broken = Handlers()

    @broken.on(toys.kinds.Rang)
    async def fail(_ring: Any, _tx: ToyTx) -> None:
        raise RuntimeError("an old defect")

    await toys.loop(broken).handle([a_record(ring)])
    (letter,) = await toys.rows(DEAD_LETTERS)
    return str(letter["_id"])


async def test_a_letter_replayed_is_handled_once_however_often_it_is_asked_for(hearing: Toys) -> None:
    ring = a_ring(hearing.kinds.Rang)
    letter = await a_letter(hearing, ring)

    assert await hearing.loop().replay(letter) is ReplayOutcome.HANDLED
    assert await hearing.loop().replay(letter) is ReplayOutcome.ALREADY_REPLAYED
    assert await hearing.heard() == [ring.id]


async def test_a_letter_replayed_by_two_operators_at_once_is_handled_once_even_without_an_inbox(
    store_toys: Toys,
) -> None:
    ring = a_ring(store_toys.kinds.Rang)
    letter = await a_letter(store_toys, ring)

    @store_toys.handlers.on(store_toys.kinds.Rang, inbox=False)
    async def hear(event: Any, tx: ToyTx) -> None:
        await tx.hear(event)
        await asyncio.sleep(0.1)

    outcomes = await asyncio.gather(*(store_toys.loop().replay(letter) for _ in range(2)))

    assert sorted(outcomes) == [ReplayOutcome.ALREADY_REPLAYED, ReplayOutcome.HANDLED]
    assert await store_toys.heard() == [ring.id]


async def test_a_letter_whose_event_came_again_meanwhile_has_no_second_effect(hearing: Toys) -> None:
    ring = a_ring(hearing.kinds.Rang)
    letter = await a_letter(hearing, ring)
    await hearing.loop().handle([a_record(ring, offset=9)])

    assert await hearing.loop().replay(letter) is ReplayOutcome.HANDLED
    assert await hearing.heard() == [ring.id]


async def test_a_letter_that_still_fails_is_parked_again_and_can_be_replayed_later(hearing: Toys) -> None:
    broken = Handlers()

    @broken.on(hearing.kinds.Rang)
    async def fail(_ring: Any, _tx: ToyTx) -> None:
        raise RuntimeError("a new defect")

    ring = a_ring(hearing.kinds.Rang)
    letter = await a_letter(hearing, ring)

    assert await hearing.loop(broken).replay(letter) is ReplayOutcome.PARKED_AGAIN
    (row,) = await hearing.rows(DEAD_LETTERS)
    assert row["attempts"] == 2
    assert "a new defect" in row["error"]
    assert await hearing.loop().replay(letter) is ReplayOutcome.HANDLED


async def test_poison_replayed_is_parked_again_and_what_is_not_there_is_not_found(hearing: Toys) -> None:
    loop = hearing.loop()
    await loop.handle([a_record(a_ring(hearing.kinds.Rang), value=b"no")])
    (letter,) = await hearing.rows(DEAD_LETTERS)

    assert await loop.replay(letter["_id"]) is ReplayOutcome.PARKED_AGAIN
    assert await loop.replay("nothing") is ReplayOutcome.NOT_FOUND
    others = Loop("others", hearing.handlers, hearing.parts().context.transactions)
    assert await others.replay(letter["_id"]) is ReplayOutcome.NOT_FOUND, "a letter is its own group's"


async def test_a_replay_that_must_wait_says_so(hearing: Toys) -> None:
    waits = Handlers()

    @waits.on(hearing.kinds.Rang)
    async def later(_ring: Any, _tx: ToyTx) -> None:
        raise Retry("not now")

    letter = await a_letter(hearing, a_ring(hearing.kinds.Rang))
    with pytest.raises(TryAgainLater):
        await hearing.loop(waits).replay(letter)
