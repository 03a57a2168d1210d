"""The bound: the same join in plain aiokafka, `insert_many` and dictionaries, with no promise kept after a crash.

    python -m tests.bench.attribution.bound <bootstrap> <mongo> <clicks topic> <orders topic> <orders> <seconds>
        <answers file>

Prints one line of JSON: seconds and processor time from the first record to the last one written.
"""

import asyncio
import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer
from motor.motor_asyncio import AsyncIOMotorClient

from tests.bench.attribution.work import Credited

AT_ONCE = 500


class Join:
    """Everything in memory: clicks, orders that wait for theirs, and who was credited."""

    def __init__(self) -> None:
        self.creators: dict[str, str] = {}
        self.seen: set[str] = set()
        self.waiting: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self.credited: Credited = {}

    def take(self, value: bytes) -> tuple[str, dict[str, Any]] | None:
        """The collection and document that a record brings first; None for doubles and what can't be read."""
        try:
            event = orjson.loads(value)
        except orjson.JSONDecodeError:
            return None
        if "snapshot" in event:
            return self._order(event)
        if event["id"] in self.creators:
            return None
        self.creators[event["id"]] = event["creator"]
        for order in self.waiting.pop(event["id"], ()):
            self._credit(order, event["creator"])
        return "clicks", {"_id": event["id"], **event}

    def _order(self, event: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        if event["order"] in self.seen:
            return None
        self.seen.add(event["order"])
        click = event["snapshot"]["click_ids"][0]
        if click in self.creators:
            self._credit(event, self.creators[click])
        else:
            self.waiting[click].append(event)
        return "orders", {"_id": event["order"], **event}

    def _credit(self, event: dict[str, Any], creator: str) -> None:
        base = sum(line["unit_price"] * line["quantity"] for line in event["snapshot"]["lines"])
        self.credited[event["order"]] = (creator, round(base / 10))


async def run(bootstrap: str, mongo: str, topics: tuple[str, str], orders: int, seconds: float) -> tuple[Join, Any]:
    """Read both topics until all orders are credited and written."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(mongo)
    db = client["bench_bound"]
    consumer = AIOKafkaConsumer(
        *topics,
        bootstrap_servers=bootstrap,
        group_id="bench-bound",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    join = Join()
    began = cpu = 0.0
    written = 0
    deadline = time.monotonic() + seconds
    try:
        while written < orders and time.monotonic() < deadline:
            found = await consumer.getmany(timeout_ms=200, max_records=AT_ONCE)
            if found and not began:
                began, cpu = time.perf_counter(), time.process_time()
            documents: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
            for records in found.values():
                for record in records:
                    taken = join.take(record.value)
                    if taken is not None:
                        documents[taken[0]].append(taken[1])
            fresh = list(join.credited.items())[written:]
            documents["ledger"] = [{"_id": order, "creator": who, "amount": much} for order, (who, much) in fresh]
            for name, some in documents.items():
                if some:
                    await db[name].insert_many(some, ordered=False)
            written += len(fresh)
            await consumer.commit()
        spent = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    finally:
        await consumer.stop()
    return join, spent


def main() -> None:
    bootstrap, mongo, clicks, orders_topic, orders, seconds, answers = sys.argv[1:]
    join, spent = asyncio.run(run(bootstrap, mongo, (clicks, orders_topic), int(orders), float(seconds)))
    Path(answers).write_text(json.dumps(join.credited))
    print(json.dumps(spent))


if __name__ == "__main__":
    main()
