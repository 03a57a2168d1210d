"""`make scale ORDERS=20000`: three workers, and facts that wait for one another, at full size.

A group scaled 1 -> 3 -> 1 under a flow (an eighth of the orders); then a coupon (half of them), terms and a store (all
of them) that orders wait for, with the worker that looks for them killed with -9 in the middle. Prints a table and
ends with one line of JSON; exit status 1 if anything was missed, done twice or wrongly paid.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from local.stack import Addressed, Source, a_kafka, a_mongo, find_source
from tests.scale.scenarios import Figures, scaled, waited_for
from tests.scale.stage import Stage, a_stage
from tests.support.servers import a_folder, running

Scenario = Callable[[Stage], Awaitable[Figures]]


def scenarios(orders: int, seed: int) -> dict[str, Scenario]:
    """By name, with their sizes."""
    return {
        "group": lambda stage: scaled(stage, orders // 8, seed),
        "coupon": lambda stage: waited_for(stage, "coupon", orders // 2),
        "terms": lambda stage: waited_for(stage, "terms", orders),
        "store": lambda stage: waited_for(stage, "store", orders),
    }


async def play(scenario: Scenario, kafka: Addressed, mongo: Addressed, name: str, logs: Path) -> Figures:
    async with a_stage(kafka.address, mongo.address, f"scale-{name}", logs) as stage:
        return await scenario(stage)


def main() -> int:
    orders, seed = int(os.environ.get("ORDERS", "20000")), int(os.environ.get("SEED", "1"))
    source = find_source()
    if source is Source.GIVEN:
        print("needs servers of its own: unset KAFKA_BOOTSTRAP and MONGO_URL")
        return 2
    began = time.monotonic()
    found: dict[str, Figures] = {}
    violations = 0
    with a_folder() as folder, running(a_mongo(source, folder / "mongo")) as mongo:
        for name, scenario in scenarios(orders, seed).items():
            with running(a_kafka(source, folder / f"kafka-{name}")) as kafka:
                try:
                    found[name] = one = asyncio.run(play(scenario, kafka, mongo, name, folder))
                except AssertionError as wrong:
                    violations += 1
                    print(f"VIOLATION {name}: {wrong}", flush=True)
                    continue
            rate = one.orders / one.seconds
            print(f"{name:<8}{one.orders:>8} orders {one.seconds:>8.1f} s {rate:>8.0f} orders/s", flush=True)
    result = {
        "scale": orders,
        "seed": seed,
        "seconds": round(time.monotonic() - began),
        "orders_per_s": {name: round(one.orders / one.seconds) for name, one in found.items()},
        "violations": violations,
    }
    print(json.dumps(result))
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
