"""The real worker on real Kafka, killed with -9 amid 500 orders: what is credited is what the facts say."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, contextmanager

from aiokafka import AIOKafkaConsumer
from pydantic import SecretStr

from attribution.app import create_app
from attribution.domain.decide import decide
from attribution.domain.facts import DEFAULT_POLICY, Collaboration, World
from attribution.domain.fold import fold
from attribution.domain.observations import observation
from attribution.domain.shares import shares
from attribution.store.verify import Counts, verify
from chassis import kafka as chassis_kafka
from chassis import mongo as driver
from chassis.kafka import create_topics, new_producer
from chassis.service import setup
from contracts import topics
from contracts.attribution import OrderDecided
from contracts.console import StoreKind
from contracts.envelope import Event, headers
from contracts.stores import OrderObserved, Way
from tests.attribution.builders import (
    BRAND,
    DAY,
    NOON,
    a_click,
    a_click_recorded,
    a_collaboration_state,
    a_line,
    a_refund,
    a_refund_line,
    a_refund_observed,
    a_store,
    an_order_observed,
    percent,
    some_terms,
)
from tests.attribution.service.kit import a_brand_registered, a_store_changed, an_agreement, some_settings

ORDERS = 500
CREATORS = 7
PATIENCE = 150


def the_sale(n: int) -> OrderObserved:
    return an_order_observed(
        id=f"sale-{n}",
        order=f"store-1:{n}",
        lines=(a_line(1_000 + 37 * n, line="l1"), a_line(99, line="l2", quantity=n % 4)),
        click_ids=(f"click-{n}",) if n % 5 else (),
        refunds=None,
        way=Way.TOPIC,
    )


def the_refund(n: int) -> OrderObserved:
    refund = a_refund(a_refund_line(500 + n, line="l1", quantity=1), id=f"r-{n}")
    seen = a_refund_observed(refund, id=f"refund-{n}", order=f"store-1:{n}", way=Way.TOPIC, received_at=NOON + DAY)
    return seen.observed


def whose(n: int) -> dict[str, str]:
    return {"collaboration": f"collaboration-{n % CREATORS}", "creator": f"creator-{n % CREATORS}"}


def terms_of(n: int):
    return (some_terms(rates=(percent(500 + 333 * n),)),)


def history() -> list[list[Event]]:
    """What is said before the worker starts, while it works, and once it is dead; late, early and double."""
    facts: list[Event] = [a_brand_registered(), a_store_changed()]
    facts += [an_agreement(id=f"collaboration-{n}", creator=f"creator-{n}", terms=terms_of(n)) for n in range(CREATORS)]
    clicks = [a_click_recorded(id=f"click-{n}", **whose(n)) for n in range(ORDERS)]
    sales = [the_sale(n) for n in range(ORDERS)]
    refunds = [the_refund(n) for n in range(0, ORDERS, 10)]
    return [
        [*facts, *clicks[:300], *sales[:100], *refunds[:25]],
        [*sales[90:350], *refunds[20:]],
        [*sales[340:], *clicks[290:], *sales[::9]],
    ]


def follows(n: int) -> tuple[str, list[tuple[str, int, int]]]:
    """What the pure function says of order `n`: the outcome, and each creator's commission and net sales."""
    seen = [the_sale(n)] + ([the_refund(n)] if n % 10 == 0 else [])
    state = a_collaboration_state(
        id=whose(n)["collaboration"], creator=whose(n)["creator"], terms=terms_of(n % CREATORS)
    )
    world = World(
        a_store(),
        {f"click-{n}": a_click(id=f"click-{n}", **whose(n))},
        {},
        {state.id: Collaboration.of(state, 2)},
    )
    order = fold([observation(one, NOON + DAY) for one in seen], StoreKind.SHOPIFY)
    decision = decide(order, world, DEFAULT_POLICY)
    return decision.outcome.value, [(s.creator, s.commission, s.net_sales) for s in shares(decision)]


@contextmanager
def a_worker(env: dict[str, str]):
    """A process that is killed with -9 at the end, whatever it does."""
    process = subprocess.Popen(
        [sys.executable, "-m", "attribution", "worker"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
        assert process.poll() is None, "the worker ended by itself"
    finally:
        process.kill()
        process.wait(10)


@asynccontextmanager
async def speaking(settings) -> AsyncIterator:
    producer = new_producer(settings)
    await producer.start()
    try:

        async def say(events: Iterable[Event]) -> None:
            promises = [
                await producer.send(one.TOPIC.name, one.body(), one.key().encode(), headers=headers(one, "tests"))
                for one in events
            ]
            await asyncio.gather(*promises)

        yield say
    finally:
        await producer.stop()


async def until(check) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await check():  # noqa: ASYNC110 - another process does what is waited for
            await asyncio.sleep(0.05)


async def heard_conversions(settings) -> list[OrderDecided]:
    """Everything on the topic, from its beginning to its present end."""
    consumer = AIOKafkaConsumer(
        topics.CONVERSIONS.name,
        bootstrap_servers=chassis_kafka.bootstrap(settings),
        auto_offset_reset="earliest",
        group_id=None,
    )
    await consumer.start()
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        found = []
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += [OrderDecided.from_body(record.value) for record in records]
        return found
    finally:
        await consumer.stop()


async def test_a_worker_that_was_killed_amid_its_work_credits_what_the_facts_say(
    own_kafka, mongo, database: str, free_port
):
    broker = own_kafka()
    given = {
        "KAFKA_BOOTSTRAP": broker.address,
        "MONGO_URL": mongo.address,
        "MONGO_DATABASE": database,
        "HTTP_PORT": str(free_port()),
        "PROCESS_SLOT": "attribution-0",
    }
    env = {**os.environ, **given, "ENVIRONMENT": "development"}
    settings = some_settings(
        kafka_bootstrap=broker.address, mongo_url=SecretStr(mongo.address), mongo_database=database
    )
    await create_topics(settings, topics.ALL)
    await setup(create_app(settings))
    client = driver.connect(mongo.address)
    db = driver.database(client, database)

    async def decided(more_than: int) -> bool:
        return await db["orders"].count_documents({"outcome": {"$ne": "waiting"}}) > more_than

    async def all_is_done() -> bool:
        """Asked in the order in which it happens: what is heard, then its looks, then what they say."""
        if await db["clicks"].count_documents({}) < ORDERS or not await decided(ORDERS - 1):
            return False
        return not any([await db[name].count_documents({}) for name in ("looks", "outbox")])

    before, amid, after = history()
    try:
        async with speaking(settings) as say:
            await say(before)
            with a_worker(env):
                await until(lambda: decided(0))
                await say(amid)
                await until(lambda: decided(100))
            await say(after)
            with a_worker(env):
                await until(all_is_done)
        rows = {row["_id"]: row async for row in db["orders"].find()}
        wrong = {}
        for n in range(ORDERS):
            row = rows.pop(f"store-1:{n}")
            was = row["outcome"], [(s["creator"], s["commission"], s["net_sales"]) for s in row["shares"]]
            if was != follows(n):
                wrong[n] = was, follows(n)
        assert wrong == {}
        assert rows == {}
        conversions = await heard_conversions(settings)
        by_id = {event.id: event for event in conversions}
        assert len({(event.order, event.number) for event in by_id.values()}) == len(by_id)
        last = {event.order: event for event in sorted(by_id.values(), key=lambda event: event.number)}
        assert {
            order: [(s.creator, s.commission, s.net_sales) for s in event.shares] for order, event in last.items()
        } == {f"store-1:{n}": follows(n)[1] for n in range(ORDERS)}
        assert await db["dead_letters"].count_documents({}) == 0
        assert {row["brand"] async for row in db["stores"].find()} == {BRAND}
        counts = Counts()
        assert [difference async for difference in verify(db, counts, NOON + 2 * DAY)] == []
        assert (counts.orders, counts.observations) == (ORDERS, ORDERS + ORDERS // 10)
        assert counts.currencies == {"EUR": 0}
    finally:
        client.close()
