"""A relay that dies at any point of its work loses nothing."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from aiokafka.errors import KafkaConnectionError

from chassis.outbox import LEASES, SENT
from chassis.tx import OUTBOX
from tests.chassis.test_outbox import FakeLog, a_relay, change, expire_lease, say
from tests.support.toy_service import Toys


class Crash(BaseException):
    """The process is gone, here."""


def crashing_at(point: int) -> Callable[[], None]:
    """Call it at every crash point; the one numbered `point` raises."""
    passed = 0

    def step() -> None:
        nonlocal passed
        passed += 1
        if passed == point:
            raise Crash

    return step


class Stepping:
    """A collection whose every call is a crash point before and after it."""

    def __init__(self, inner: Any, step: Callable[[], None]) -> None:
        self._inner = inner
        self._step = step

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        if name not in {"update_one", "update_many", "delete_many", "bulk_write", "find_one_and_update"}:
            return method

        async def stepping(*args: Any, **kwargs: Any) -> Any:
            self._step()
            answer = await method(*args, **kwargs)
            self._step()
            return answer

        return stepping


async def test_a_relay_that_dies_anywhere_loses_nothing_and_leaves_the_newest_newest(store_toys: Toys) -> None:
    revisions: Sequence[int] = (1, 2, 3)
    crashed = 0
    for point in range(1, 100):
        log, parts = FakeLog(), store_toys.parts()
        relay, step = a_relay(parts, log), crashing_at(point)
        for name in ("_rows", "_sent", "_leases"):
            setattr(relay, name, Stepping(getattr(relay, name), step))

        async def dies(_said: Any, step: Callable[[], None] = step) -> None:
            step()

        log.before_ack = dies
        await change(parts, store_toys, *revisions)
        try:
            await relay.relay_entities()
        except Crash:
            crashed += 1
        else:
            break
        log.before_ack = None
        survivor = a_relay(store_toys.parts(), log)
        await expire_lease(store_toys)
        await survivor.relay_entities()
        await survivor.relay_entities()
        assert {revision for _, revision in log.lines} == set(revisions), f"lost after a crash at point {point}"
        assert log.newest() == {"hall": 3}, f"an old state is newest after a crash at point {point}"
        assert not await store_toys.rows(OUTBOX)
        for name in (SENT, LEASES):
            await store_toys.db[name].delete_many({})
    assert crashed >= 9, "every await of a round was a crash point"


async def test_whoever_dies_anywhere_while_it_sends_facts_loses_none(store_toys: Toys) -> None:
    """A row of several facts, one of them refused at first, and a row of one: published, shortened, forgotten."""
    crashed = 0
    for point in range(1, 100):
        log, parts = FakeLog(), store_toys.parts()
        relay, step = a_relay(parts, log), crashing_at(point)
        relay._rows = Stepping(relay._rows, step)  # type: ignore[assignment]

        async def dies(said: Any, log: FakeLog = log, step: Callable[[], None] = step) -> None:
            step()
            if said["number"] == 2 and log.started == 1:
                raise KafkaConnectionError("gone")

        log.before_ack = dies
        await say(parts, store_toys, 1, 2, 3)
        await say(parts, store_toys, 4)
        parts.context.clock.offset = timedelta(seconds=6)
        try:
            while await relay.sweep_facts():
                pass
        except Crash:
            crashed += 1
        else:
            break
        log.before_ack = None
        other = store_toys.parts()
        survivor = a_relay(other, log)
        other.context.clock.offset = timedelta(seconds=6)
        while await survivor.sweep_facts():
            pass
        assert {number for _, number in log.lines} == {1, 2, 3, 4}, f"lost after a crash at point {point}"
        assert not await store_toys.rows(OUTBOX)
    assert crashed >= 9, "every send, the shortening and the forgetting were crash points"


async def test_what_was_sent_a_day_ago_is_said_once_more_and_no_more_than_once(store_toys: Toys) -> None:
    """A relay that was frozen and killed may have sent an older state since; nobody else knows."""
    log, parts = FakeLog(), store_toys.parts()
    relay = a_relay(parts, log)
    await change(parts, store_toys, 1, 2)
    await change(parts, store_toys, 7, lamp="attic")
    await relay.relay_entities()
    parts.context.clock.offset = timedelta(days=1, seconds=1)
    await change(parts, store_toys, 8, lamp="attic")
    log.lines.clear()
    for _ in range(3):
        relay._next_once_more = 0.0
        await relay.relay_entities()

    assert log.lines == [("attic", 7), ("hall", 2), ("attic", 8)]
