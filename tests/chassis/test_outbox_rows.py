"""What one transaction says shares an outbox row: it goes when all of it is acked, and nothing of it is lost."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError

from chassis.tx import OUTBOX, facts_of
from contracts.envelope import headers
from tests.chassis.test_outbox import FakeLog, a_relay, say
from tests.support.toy_service import Toys, an_echo
from tests.support.toys import a_ring


@pytest.fixture
def log() -> FakeLog:
    return FakeLog()


async def test_what_a_transaction_says_is_one_row_until_all_of_it_is_acked(store_toys: Toys, log: FakeLog) -> None:
    async def refuse(said: Any) -> None:
        if said["number"] == 2 and log.started == 1:
            raise KafkaConnectionError("gone")

    log.before_ack = refuse
    parts = store_toys.parts()
    relay = a_relay(parts, log)
    await say(parts, store_toys, 1, 2, 3)
    (row,) = await store_toys.rows(OUTBOX)
    assert [json.loads(fact["value"])["number"] for fact in facts_of(row)] == [1, 2, 3]
    parts.context.clock.offset = timedelta(seconds=6)

    assert await relay.sweep_facts() == 2
    (row,) = await store_toys.rows(OUTBOX)
    assert [json.loads(fact["value"])["number"] for fact in facts_of(row)] == [2], "what was acked is not sent again"
    assert await relay.sweep_facts() == 1
    assert sorted(log.lines) == [("north", 1), ("north", 2), ("north", 3)]
    assert not await store_toys.rows(OUTBOX)
    assert await relay.sweep_facts() == 0


async def test_two_that_have_different_parts_of_a_row_acked_lose_none(store_toys: Toys) -> None:
    """Each forgets only what it has an ack for itself, whoever of them writes last."""

    def a_log_that_refuses(number: int) -> FakeLog:
        log = FakeLog()

        async def refuse(said: Any) -> None:
            if said["number"] == number and log.started == 1:
                raise KafkaConnectionError("gone")

        log.before_ack = refuse
        return log

    logs = [a_log_that_refuses(1), a_log_that_refuses(2)]
    processes = [store_toys.parts() for _ in logs]
    relays = [a_relay(parts, log) for parts, log in zip(processes, logs, strict=True)]
    await say(processes[0], store_toys, 1, 2, 3)
    for parts in processes:
        parts.context.clock.offset = timedelta(seconds=6)

    await asyncio.gather(*(relay.sweep_facts() for relay in relays))
    while await relays[0].sweep_facts():
        pass

    assert {line for log in logs for line in log.lines} == {("north", 1), ("north", 2), ("north", 3)}
    assert not await store_toys.rows(OUTBOX)


async def test_rows_of_the_version_before_go_out(store_toys: Toys, log: FakeLog) -> None:
    """A row for each fact, as earlier versions wrote them; whoever is restarted sweeps them with its own."""
    parts = store_toys.parts()
    relay = a_relay(parts, log)
    echoes = [an_echo(store_toys.kinds, a_ring(store_toys.kinds.Rang, number=number)) for number in (1, 2)]
    rows = [
        {
            "_id": echo.id,
            "kind": "fact",
            "topic": echo.TOPIC.name,
            "key": echo.key(),
            "value": echo.body(),
            "headers": [[name, value] for name, value in headers(echo, "toys")],
            "at": parts.context.clock.now() - timedelta(minutes=1),
        }
        for echo in echoes
    ]
    await store_toys.db[OUTBOX].insert_many(rows)
    await say(parts, store_toys, 3, 4)
    assert await relay.age() > 50
    parts.context.clock.offset = timedelta(seconds=6)

    assert await relay.sweep_facts() == 4
    assert log.lines == [("north", 1), ("north", 2), ("north", 3), ("north", 4)], "the oldest first"
    assert not await store_toys.rows(OUTBOX)


async def test_a_fact_that_can_never_be_sent_holds_up_none_of_its_row(store_toys: Toys, log: FakeLog) -> None:
    def refuse(said: Any) -> None:
        if said["number"] == 2:
            raise MessageSizeTooLargeError

    log.before_send = refuse
    parts = store_toys.parts()
    relay = a_relay(parts, log)
    await say(parts, store_toys, 1, 2, 3)
    parts.context.clock.offset = timedelta(seconds=6)

    assert [await relay.sweep_facts() for _ in range(3)] == [2, 0, 0]
    assert log.lines == [("north", 1), ("north", 3)], "and none of them is sent twice for it"
