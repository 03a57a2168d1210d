"""Campaigns as it runs: its own process, Kafka and MongoDB, killed in the middle of what it counts."""

import asyncio
import sys
import uuid
from collections.abc import Iterable
from pathlib import Path

from campaigns.settings import CampaignsSettings
from campaigns.store import CampaignsTx
from chassis import kafka
from chassis import mongo as store
from chassis.ids import new_id
from chassis.testing import a_context
from contracts import envelope, topics
from contracts.attribution import OrderDecided, OrderOutcome, Share
from contracts.campaigns import Budget, CampaignPublished, CampaignStatus
from contracts.console import Account, AccountKind, StoreChanged, StoreDetails, StoreKind
from contracts.envelope import Event
from contracts.money import Money
from contracts.stores import ObservationKind, OrderLine, OrderObserved, OrderState, Snapshot, Way
from local.processes import Process
from tests.campaigns.builders import NOON, a_campaign

ORDERS = 1_500
COMMISSION = 7


def decided(number: int) -> OrderDecided:
    """Each order is decided twice: the second decision replaces the first."""
    share = Share(creator="a-1", collaboration="i-1", campaign="k-1", commission=COMMISSION, net_sales=100)
    return OrderDecided(
        id=new_id(),
        time=NOON,
        order=f"s-1:{number // 2}",
        store="s-1",
        brand="b-1",
        number=1 + number % 2,
        outcome=OrderOutcome.CREDITED,
        posted=True,
        currency="EUR",
        shares=(share,),
    )


def observed(number: int) -> OrderObserved:
    line = OrderLine(line="1", product=f"p-{number % 40}", quantity=1, unit_price=100)
    return OrderObserved(
        id=new_id(),
        time=NOON,
        store="s-1",
        order=f"s-1:{number}",
        kind=ObservationKind.SNAPSHOT,
        way=Way.TOPIC,
        received_at=NOON,
        snapshot=Snapshot(state=OrderState.PAID, placed_at=NOON, currency="EUR", lines=(line,)),
    )


def connected() -> StoreChanged:
    details = StoreDetails(brand="b-1", kind=StoreKind.TOPIC, shop="lumen.example")
    account = Account(id="s-1", kind=AccountKind.STORE, store=details, registered_at=NOON)
    return StoreChanged.of(account, id=new_id(), time=NOON, revision=1)


async def publish(settings: CampaignsSettings, events: Iterable[Event]) -> None:
    producer = kafka.new_producer(settings)
    await producer.start()
    try:
        sent = [
            await producer.send(
                event.TOPIC.name, event.body(), key=event.key().encode(), headers=envelope.headers(event, "test")
            )
            for event in events
        ]
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


async def until(found, wanted, seconds: float = 90) -> None:
    async with asyncio.timeout(seconds):
        while not wanted(await found()):  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.05)


async def test_every_order_counts_once_and_its_products_are_seen_through_kills(
    own_kafka, mongo, free_port, tmp_path: Path
) -> None:
    broker = await asyncio.to_thread(own_kafka)
    database = f"test-campaigns-{uuid.uuid4().hex[:12]}"
    env = {
        "ENVIRONMENT": "development",
        "KAFKA_BOOTSTRAP": broker.address,
        "MONGO_URL": mongo.address,
        "MONGO_DATABASE": database,
        "HTTP_PORT": str(free_port()),
        "PROCESS_SLOT": "campaigns-0",
        "OBJECTS_DIR": str(tmp_path / "files"),
    }
    settings = CampaignsSettings(kafka_bootstrap=broker.address)
    await kafka.create_topics(settings, topics.ALL)

    def campaigns(verb: str, ready: str | None) -> Process:
        return Process("campaigns", [sys.executable, "-m", "campaigns", verb], env, tmp_path / "log", ready_url=ready)

    setup = campaigns("setup", None)
    await asyncio.to_thread(setup.start)
    assert await asyncio.to_thread(setup.wait, 120) == 0
    client = store.connect(mongo.address)
    context = a_context("campaigns", client, database, tx=CampaignsTx)
    budget = Budget(amount=Money(amount=1, currency="EUR"))
    record = a_campaign(CampaignStatus.PUBLISHED, budget=budget)
    await context.transactions.run(lambda tx: tx.add_campaign(record, CampaignPublished))

    async def orders() -> int:
        row = await context.db["results"].find_one({"_id": "k-1"})
        return 0 if row is None else int(row["orders"])

    async def products() -> int:
        return await context.db["products"].count_documents({"brand": "b-1"})

    worker = campaigns("worker", f"http://127.0.0.1:{env['HTTP_PORT']}/health/ready")
    await asyncio.to_thread(worker.start)
    try:
        decisions = [decided(number) for number in range(2 * ORDERS)]
        await publish(settings, [*decisions, *(observed(number) for number in range(400)), connected()])
        await until(orders, lambda count: count > 0)
        worker.kill()
        await asyncio.to_thread(worker.start)
        await publish(settings, decisions[::7])
        await until(orders, lambda count: count >= ORDERS)
        await until(products, lambda count: count == 40)
        await until(lambda: context.db["unplaced_products"].count_documents({}), lambda left: left == 0)
        assert await orders() == ORDERS
        sums = await context.db["budgets"].find_one({"_id": "k-1"})
        assert sums is not None
        assert sums["posted"] == {"EUR": ORDERS * COMMISSION}
        assert sums["sums"]["over"] == ORDERS * COMMISSION
        campaign = await context.db["campaigns"].find_one({"_id": "k-1"})
        assert campaign is not None
        assert "pauses_at" in campaign["state"], "the budget of one cent has run out"
    finally:
        await asyncio.to_thread(worker.stop)
        await client.drop_database(database)
        client.close()
