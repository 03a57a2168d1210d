"""That every order ended as the pure function says, once: orders, decisions, ledger, what was said, and `verify`."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer

from attribution.store.verify import Counts, verify
from chassis import mongo
from contracts import topics
from contracts.attribution import OrderDecided
from tests.scale.stage import Stage
from tests.scale.work import Outcome


async def exact(stage: Stage, expected: Mapping[str, Outcome]) -> Counter[int]:
    """Assert all of it; answers how many orders were decided how often."""
    rows = {row["_id"]: row async for row in stage.db["orders"].find()}
    was = {order: _outcome(row) for order, row in rows.items()}
    wrong = {order: (was.get(order), said) for order, said in expected.items() if was.get(order) != said}
    assert not wrong, f"{len(wrong)} of {len(expected)} orders, such as {dict(list(wrong.items())[:3])}"
    assert rows.keys() == expected.keys()
    await _numbered(stage, {order: row["number"] for order, row in rows.items()})
    await _balanced(stage, expected)
    await _said_once(stage, expected)
    assert await stage.db["dead_letters"].count_documents({}) == 0
    counts = Counts()
    assert [difference async for difference in verify(stage.db, counts, datetime.now(UTC))] == []
    assert counts.orders == len(expected)
    return Counter(row["number"] for row in rows.values())


def _outcome(row: mongo.Document) -> Outcome:
    return row["outcome"], [(s["creator"], s["commission"], s["net_sales"]) for s in row["shares"]]


async def _numbered(stage: Stage, numbers: Mapping[str, int]) -> None:
    """Each order's decisions are numbered from 1 to the one that stands, none twice."""
    kept: Counter[str] = Counter()
    async for row in stage.db["decisions"].find({}, {"order": 1}):
        kept[row["order"]] += 1
    assert kept == numbers


async def _balanced(stage: Stage, expected: Mapping[str, Outcome]) -> None:
    posted: Counter[str] = Counter()
    async for row in stage.db["ledger"].find():
        assert sum(leg["amount"] for leg in row["legs"]) == 0, row["_id"]
        for leg in row["legs"]:
            if leg.get("creator"):
                posted[leg["creator"]] += leg["amount"]
    due: Counter[str] = Counter()
    for _, said in expected.values():
        for creator, commission, _ in said:
            due[creator] += commission
    assert +posted == +due


async def _said_once(stage: Stage, expected: Mapping[str, Outcome]) -> None:
    """What readers of conversions heard last of each order is how it ended; a number is one event."""
    by_id = {event.id: event for event in await _conversions(stage)}
    assert len({(event.order, event.number) for event in by_id.values()}) == len(by_id)
    last = {event.order: event for event in sorted(by_id.values(), key=lambda event: event.number)}
    heard = {order: [(s.creator, s.commission, s.net_sales) for s in event.shares] for order, event in last.items()}
    assert heard == {order: said for order, (_, said) in expected.items()}


async def _conversions(stage: Stage) -> list[OrderDecided]:
    consumer = AIOKafkaConsumer(
        topics.CONVERSIONS.name, bootstrap_servers=stage.kafka, auto_offset_reset="earliest", group_id=None
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
