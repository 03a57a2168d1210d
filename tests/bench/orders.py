"""Orders per second through the loop of one worker, looks included, on a real mongod.

    .venv/bin/python -m tests.bench.orders [--orders 5000] [--profile]

Starts a mongod of its own, unless MONGO_URL names one, and prints one line of JSON.
"""

import argparse
import asyncio
import cProfile
import json
import os
import pstats
import statistics
import sys
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "deploy")]

from chassis.records import Record  # noqa: E402 - the paths come first
from chassis.service import spare_the_collector  # noqa: E402
from local.processes import Process  # noqa: E402
from local.stack import a_mongo, find_source  # noqa: E402
from tests.attribution.builders import NOON, a_click_recorded, an_order_observed  # noqa: E402
from tests.attribution.service.kit import (  # noqa: E402
    Attribution,
    a_brand_registered,
    a_store_changed,
    an_agreement,
    an_attribution,
    make_collections,
)
from tests.bench.setting import cpu_seconds  # noqa: E402
from tests.support.servers import a_folder, running  # noqa: E402
from tests.support.toys import a_record  # noqa: E402

BATCH = 500
CREATORS = 50


async def prepare(service: Attribution, orders: int) -> tuple[list[Record], float]:
    """50 creators, a click for each order; the records of the orders, two lines each, and the seconds of a click."""
    await service.hear(a_brand_registered(), a_store_changed())
    await service.hear(*(an_agreement(id=f"collaboration-{n}", creator=f"creator-{n}") for n in range(CREATORS)))
    clicks = [
        a_click_recorded(
            id=f"click-{n}", collaboration=f"collaboration-{n % CREATORS}", creator=f"creator-{n % CREATORS}"
        )
        for n in range(orders)
    ]
    cpus = []
    for start in range(0, orders, BATCH):
        cpu = time.process_time()
        await service.hear(*clicks[start : start + BATCH])
        cpus.append((time.process_time() - cpu) / BATCH)
    line = {"product": "product-1", "quantity": 2, "unit_price": 4_999}
    records: list[Record] = [
        a_record(
            an_order_observed(
                id=f"event-{n}",
                order=f"store-1:{n}",
                click_ids=(f"click-{n}",),
                lines=({**line, "line": "l1"}, {**line, "line": "l2"}),
                placed_at=NOON,
            ),
            offset=n,
        )
        for n in range(orders)
    ]
    return records, statistics.median(cpus)


async def measure(address: str, orders: int, profile: cProfile.Profile | None, server: int | None) -> dict[str, float]:
    database = f"bench-{uuid.uuid4().hex[:8]}"
    async with an_attribution(address, database) as service:
        await make_collections(service.db, service.service)
        try:
            records, per_click = await prepare(service, orders)
            loop = service.parts.loops["attribution.orders"]
            spare_the_collector()
            started = time.perf_counter()
            server_before = cpu_seconds(server) if server is not None else 0.0
            batches: list[tuple[float, float]] = []
            if profile is not None:
                profile.enable()
            for start in range(0, orders, BATCH):
                cpu, wall = time.process_time(), time.perf_counter()
                await loop.handle(records[start : start + BATCH])
                batches.append((time.process_time() - cpu, time.perf_counter() - wall))
            if profile is not None:
                profile.disable()
            seconds = time.perf_counter() - started
            of_server = cpu_seconds(server) - server_before if server is not None else 0.0
            assert await service.db["ledger"].count_documents({}) == orders
        finally:
            await service.db.client.drop_database(database)
    return {
        "mongod_ms_per_order": round(of_server * 1000 / orders, 3),
        "orders": orders,
        "orders_per_s": round(orders / seconds),
        "cpu_ms_per_order": round(statistics.median(cpu for cpu, _ in batches) * 1000 / BATCH, 3),
        "cpu_ms_per_click": round(per_click * 1000, 3),
        "cpu_ms_per_order_min": round(min(cpu for cpu, _ in batches) * 1000 / BATCH, 3),
        "ms_per_batch": round(statistics.median(wall for _, wall in batches) * 1000, 1),
        "ms_per_batch_min": round(min(wall for _, wall in batches) * 1000, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=5_000)
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    profile = cProfile.Profile(time.thread_time) if asked.profile else None
    if "MONGO_URL" in os.environ:
        print(json.dumps(asyncio.run(measure(os.environ["MONGO_URL"], asked.orders, profile, None))))
    else:
        with a_folder() as folder, running(a_mongo(find_source(), folder)) as server:
            pid = server.pid if isinstance(server, Process) else None
            print(json.dumps(asyncio.run(measure(server.address, asked.orders, profile, pid))))
    if profile is not None:
        pstats.Stats(profile).sort_stats("tottime").print_stats(60)


if __name__ == "__main__":
    main()
