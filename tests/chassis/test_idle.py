"""A process without work does little: it waits for records, looks seldom for rows, and is awake at once."""

import asyncio
from typing import Any

from chassis.handlers import Handlers
from chassis.looks import Looks
from chassis.outbox import Outbox
from chassis.publisher import Publisher
from chassis.subscriptions import Subscription, _watched
from chassis.tx import Transactions, Tx
from tests.support.lives import KINDS
from tests.support.memory import Client, Life, Log, Producer, Store, in_virtual_time
from tests.support.memory_queries import VirtualClock

MINUTE = 60.0


class AConsumer:
    """Its polls find nothing, until one does."""

    def __init__(self, *polls: dict[str, list[str]]) -> None:
        self._polls = list(polls)

    async def getmany(self, **_how: Any) -> dict[str, list[str]]:
        return self._polls.pop(0)


def test_a_poll_that_finds_nothing_is_a_sign_of_life_and_is_followed_by_the_next_without_a_sleep() -> None:
    subscription = Subscription("toys.rings", ("rings",), loop=None)  # type: ignore[arg-type]
    consumer = AConsumer({}, {}, {"rings-0": ["a ring"]})
    turns = []
    subscription.turned = lambda: turns.append(1)  # type: ignore[method-assign]

    async def poll() -> float:
        assert await _watched(subscription, consumer)(timeout_ms=1) == {"rings-0": ["a ring"]}
        return asyncio.get_running_loop().time()

    assert in_virtual_time(poll()) == 0.0
    assert len(turns) == 3


def test_an_idle_relay_looks_twice_a_second_and_sends_what_its_process_writes_at_once() -> None:
    async def live() -> tuple[int, float]:
        store, log, life, clock = Store(), Log(), Life(), VirtualClock()
        client: Any = Client(store, life)
        transactions: Any = Transactions(client, client, Tx, clock, "toys")
        outbox = Outbox(client, clock, Publisher(lambda: Producer(log, life), clock), "slot")  # type: ignore[arg-type,return-value]
        transactions.afterwards = (outbox, Looks(Handlers(), transactions))
        relay = asyncio.create_task(outbox.run_entities())
        await asyncio.sleep(MINUTE)
        before = life.steps
        await asyncio.sleep(MINUTE)
        steps = life.steps - before

        async def turn(tx: Tx) -> None:
            tx.announce(KINDS.LampChanged, KINDS.Lamp(id="hall", on=True), 1)

        await transactions.run(turn)
        began = asyncio.get_running_loop().time()
        while not log.lines:  # noqa: ASYNC110 - what changes is a list
            await asyncio.sleep(0.001)
        relay.cancel()
        return steps, asyncio.get_running_loop().time() - began

    steps, waited = in_virtual_time(live())
    assert steps < 2 * 6 * MINUTE, "at most three commands of two steps, twice a second"
    assert waited < 0.1
