"""The loop, doubles, looks and relays under a crash at every await, on a store and a log in memory.

Each planted fault must turn the same checks red: a harness that can't fail shows nothing.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis import consume, outbox
from chassis.outbox import Outbox
from chassis.settings import Plant
from tests.support.lives import KINDS, Process, World, lived, records_of, steps_of, wrong
from tests.support.memory import HotLoopError, in_virtual_time
from tests.support.toys import a_ring

BATCH = 2
FROZEN = 7.0
"""Virtual seconds: longer than a lease."""
SETTLED = 15.0


def rings(*said: tuple[str, int]) -> list[Any]:
    return [a_ring(KINDS.Rang, bell=bell, number=number, id=f"ring-{at}") for at, (bell, number) in enumerate(said)]


def some_records() -> list[Any]:
    """Three bells, a pair across two of them, two doubles, one record that can't be read."""
    a, b, c, d, e = rings(("north", 1), ("south", 2), ("north", 3), ("south", 1), ("north", 4))
    return records_of([a, b, b, None, c, d, a, e])


STEPS = steps_of(some_records(), BATCH)


def test_all_holds_with_a_crash_at_any_await() -> None:
    found = {at: broken for at in range(1, STEPS + 1) if (broken := wrong(lived(World(some_records(), BATCH), [at])))}
    assert found == {}


def test_all_holds_with_a_second_crash_while_the_first_is_mended() -> None:
    deaths = [(first, second) for first in range(5, STEPS, 23) for second in range(3, STEPS, 19)]
    found = {two: broken for two in deaths if (broken := wrong(lived(World(some_records(), BATCH), two)))}
    assert found == {}


@pytest.mark.parametrize(
    "lost",
    [
        pytest.param([True], id="it happened"),
        pytest.param([False], id="it did not"),
        pytest.param([True] * 3, id="it happened, and nobody says so"),
        pytest.param([False] * 3, id="it did not, and nobody says so"),
        pytest.param([False, True, False, True, True, True, False], id="now and then"),
    ],
)
def test_a_commit_whose_answer_is_lost_is_neither_lost_nor_done_twice(lost: list[bool]) -> None:
    world = World(some_records(), BATCH)
    world.store.lost_answers = list(lost)

    assert wrong(lived(world)) == []


@pytest.mark.parametrize("dies_at", range(2, STEPS, 9))
def test_one_batch_handled_by_two_at_once_has_one_effect(dies_at: int) -> None:
    assert wrong(lived(World(some_records(), BATCH), [dies_at], together=2)) == []


@settings(max_examples=60, deadline=None)
@given(
    said=st.lists(st.tuples(st.sampled_from(["north", "south", "west"]), st.integers(0, 3)), min_size=1, max_size=7),
    doubles=st.lists(st.integers(0, 6), max_size=4),
    poison=st.booleans(),
    batch=st.integers(1, 5),
    deaths=st.lists(st.integers(1, 120), max_size=3),
    lost=st.lists(st.booleans(), max_size=6),
    together=st.integers(1, 2),
)
def test_all_holds_in_any_order_with_any_doubles_deaths_and_lost_answers(
    said: list[tuple[str, int]],
    doubles: Sequence[int],
    *,
    poison: bool,
    batch: int,
    deaths: Sequence[int],
    lost: list[bool],
    together: int,
) -> None:
    heard = rings(*said)
    heard += [heard[at % len(said)] for at in doubles]
    world = World(records_of([*heard, *([None] if poison else [])]), batch)
    world.store.lost_answers = list(lost)

    assert wrong(lived(world, deaths, together=together)) == []


@pytest.mark.parametrize("send", range(1, 17))
def test_a_relay_frozen_past_its_lease_leaves_no_old_state_newest(send: int) -> None:
    """Whichever send it is that reaches the broker late."""
    world = World(some_records(), BATCH, quiet_for=SETTLED)
    world.log.slow = {send: FROZEN}

    assert wrong(lived(world, together=2)) == []


@pytest.mark.parametrize("frozen", [pytest.param(FROZEN, id="one lease"), pytest.param(40.0, id="many leases")])
@pytest.mark.parametrize("send", range(1, 17))
def test_a_relay_frozen_past_its_lease_and_killed_once_its_send_is_out_leaves_no_old_state_newest(
    send: int, frozen: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows of that send; what was kept is said once more, later than any freeze lasts."""
    monkeypatch.setattr(outbox, "ONCE_MORE_AFTER", timedelta(seconds=60))

    assert wrong(_frozen_and_killed(send, frozen)) == []


def _frozen_and_killed(send: int, frozen: float) -> World:
    world = World(some_records(), BATCH, quiet_for=80)
    world.log.slow = {send: frozen}
    world.log.killed_when_late = True
    return lived(world, together=2)


def test_without_saying_it_once_more_such_a_relay_is_seen() -> None:
    """A day is longer than these worlds live."""
    found = [one for send in range(1, 17) for one in wrong(_frozen_and_killed(send, 40))]
    assert any("ends with revision" in one for one in found)


def test_all_holds_with_a_crash_at_any_await_while_it_is_said_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "ONCE_MORE_AFTER", timedelta(seconds=1))
    found = {}
    for at in range(STEPS // 2, STEPS + 60):
        world = World(some_records(), BATCH, once_more=True)
        if broken := wrong(lived(world, [at])):
            found[at] = broken
    assert found == {}


def test_a_lease_is_taken_over_from_the_dead() -> None:
    """Another slot waits until the lease is over, then sends what is left, and the kept rows again."""
    world = World(some_records(), BATCH)
    in_virtual_time(Process(world, "slot-a", dies_at=STEPS // 2).live())
    assert not world.is_settled

    in_virtual_time(Process(world, "slot-b").live())

    assert wrong(world) == []


def test_while_the_store_is_away_nothing_is_tried_without_a_pause() -> None:
    assert wrong(_away_for_a_while()) == []


def _away_for_a_while() -> World:
    world = World(some_records(), BATCH)
    world.store.is_away = True

    async def all_of_it() -> None:
        asyncio.get_running_loop().call_later(30, lambda: setattr(world.store, "is_away", False))
        await Process(world, "slot-0").live()

    in_virtual_time(all_of_it())
    return world


@pytest.mark.parametrize(
    ("plant", "seen"),
    [
        pytest.param(Plant.COMMIT_FIRST, "handled 0 times", id="commit before the write"),
        pytest.param(Plant.NO_INBOX, "handled 2 times", id="no inbox"),
        pytest.param(Plant.LOOKUP_ONLY, "pairs", id="no look after the commit"),
    ],
)
def test_a_planted_fault_is_seen(plant: Plant, seen: str) -> None:
    found = [
        broken
        for at in range(5, STEPS, 5)
        for broken in wrong(
            lived(World(some_records(), BATCH, looks=plant is not Plant.LOOKUP_ONLY), [at], plant=plant)
        )
    ]
    assert any(seen in one for one in found)


class ByLastId(Outbox):
    """The planted fault: what has a lower id than the last one sent is held to be sent."""

    last = ""

    async def _publish_facts(self, rows: Sequence[Any], kept: Any) -> int:
        fresh = [row for row in rows if row["_id"] > ByLastId.last]
        sent = await super()._publish_facts(fresh, kept)
        ByLastId.last = max([ByLastId.last, *(row["_id"] for row in fresh)])
        await self._rows.delete_many({"_id": {"$in": [row["_id"] for row in rows]}})
        return sent


def test_the_planted_relay_by_greater_than_the_last_id_is_seen() -> None:
    found = []
    for at in range(5, STEPS, 3):
        ByLastId.last = ""
        found += wrong(lived(World(some_records(), BATCH), [at], outbox=ByLastId))
    assert any("facts lost" in one for one in found)


class NeverAgain(Outbox):
    """The planted fault: who takes a lease over does not send the kept rows again."""

    async def _send_kept_again(self) -> None:
        """Nothing."""


def test_the_planted_take_over_without_sending_again_is_seen() -> None:
    found = []
    for send in range(1, 17):
        world = World(some_records(), BATCH, quiet_for=SETTLED)
        world.log.slow = {send: FROZEN}
        found += wrong(lived(world, together=2, outbox=NeverAgain))
    assert any("ends with revision" in one for one in found)


def test_the_planted_retry_without_backoff_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consume, "backoff", lambda _attempt: 0)

    with pytest.raises(HotLoopError):
        _away_for_a_while()
