"""`make bench-spine`: from an order's event to its decided event, orders a second at saturation, memory at rest.

Starts everything from nothing on free ports. `SECONDS` (60) is how long each rate is held, `BURST` (20000) how many
orders wait when the workers start, `WORKERS` (2: on two cores the second one works while the first waits for its
commit) how many there are then; the rates are held with one. The processor time of the workers says what the machine
could do if nothing else ran on it. Prints a table; the last line is JSON. Figures depend on the machine.
"""

import asyncio
import json
import os
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from contracts.envelope import Event, headers
from contracts.topics import CONVERSIONS
from local.group import Group
from local.kafka import jars
from local.mail import MailCatcher
from local.ports import free_port
from local.stack import Stack, find_source
from local.system import Ports, Service, System, settings_for, the_setup, the_system
from story.shops import a_topic_order
from tests.bench.setting import another, cpu_seconds, facts, resident_mb

RATES = (100, 500)
CODE = "BENCH20"
WARM_UP = 200
REST = 5.0


def main() -> None:
    seconds, burst = int(os.environ.get("SECONDS", "60")), int(os.environ.get("BURST", "20000"))
    count = int(os.environ.get("WORKERS", "2"))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, Group() as group:
        system, stack = _everything(group, Path(folder))
        threading.Event().wait(REST)
        idle = {name: resident_mb(process.pid) for name, process in system.processes.items()}
        print("\nresident memory at rest")
        for name, megabytes in idle.items():
            print(f"  {name:24}{megabytes:6} MB")
        worker = system.processes["attribution-worker"]
        kafka = system.settings["KAFKA_BOOTSTRAP"]
        latencies = asyncio.run(_latencies(kafka, seconds))
        print(f"\norder event -> decided event, {seconds} s each, one worker")
        for rate, found in latencies.items():
            print(f"  {rate:4} orders/s: p50 {found['p50']:6.0f} ms   p99 {found['p99']:6.0f} ms   of {found['count']}")
        worker.stop()
        workers = [worker, *(another(worker, number, free_port()) for number in range(2, count + 1))]
        beside = {"mongod": _ours(stack.mongo), "kafka": _ours(stack.kafka), "bench": [os.getpid()]}
        beside |= {name: [one.pid] for name, one in system.processes.items() if name != "attribution-worker"}
        per_second, spent = asyncio.run(_saturation(kafka, burst, workers, beside))
        print(f"\n{burst} orders waiting for {count} worker(s): {per_second:.0f} orders/s decided")
        print("  processor time, µs an order: " + ", ".join(f"{who} {used:.0f}" for who, used in spent.items()))
        print(
            json.dumps(
                {
                    "bench": "spine",
                    "p99_ms_at_500": round(latencies[500]["p99"]),
                    "p50_ms_at_500": round(latencies[500]["p50"]),
                    "p99_ms_at_100": round(latencies[100]["p99"]),
                    "orders_per_s": round(per_second),
                    "workers": count,
                    "worker_us_per_order": round(spent["workers"]),
                    "all_us_per_order": round(sum(spent.values())),
                    "us_per_order": {who: round(used) for who, used in spent.items()},
                    "idle_mb_max": max(idle.values()),
                }
            )
        )


def _everything(group: Group, directory: Path) -> tuple[System, Stack]:
    source = find_source()
    jars.fetch()
    stack = Stack(source, directory)
    mail = MailCatcher()
    group.start(stack.kafka, stack.mongo, mail)
    ports = Ports(**{name: free_port() for name in asdict(Ports())})
    settings = settings_for(
        directory, kafka=stack.kafka.address, mongo=stack.mongo.address, smtp_port=mail.smtp_port, ports=ports
    )
    setup = the_setup(directory, settings)
    setup.start()
    assert setup.wait(120) == 0, setup.log_tail(20)
    system = the_system(directory, settings, ports)
    group.start(*system.processes.values())
    return system, stack


class Line:
    """A producer of orders and a reader of conversions that notes when each order was first decided."""

    def __init__(self, kafka: str) -> None:
        self._kafka = kafka
        self.run = uuid.uuid4().hex[:8]
        self.sent: dict[str, float] = {}
        self.decided: dict[str, float] = {}

    async def __aenter__(self) -> Self:
        self._producer = AIOKafkaProducer(
            bootstrap_servers=self._kafka, enable_idempotence=True, acks="all", linger_ms=2
        )
        await self._producer.start()
        self._consumer = AIOKafkaConsumer(
            CONVERSIONS.name, bootstrap_servers=self._kafka, auto_offset_reset="latest", fetch_max_wait_ms=20
        )
        await self._consumer.start()
        await self._consumer.seek_to_end()
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._reader.cancel()
        await self._producer.stop()
        await self._consumer.stop()

    async def _read(self) -> None:
        async for record in self._consumer:
            if (order := record.key.decode()) in self.sent:
                self.decided.setdefault(order, time.perf_counter())

    async def say(self, event: Event) -> Any:
        """Buffer an event; the answer resolves at the ack."""
        return await self._producer.send(
            event.TOPIC.name, value=event.body(), key=event.key().encode(), headers=headers(event, "bench")
        )

    async def order(self, number: int) -> Any:
        """Send one order; every other one carries the code."""
        now = datetime.now(UTC)
        order = a_topic_order("bench-store", f"{self.run}-{number}", 1999, 2, now, code=CODE if number % 2 else None)
        self.sent[order.order] = time.perf_counter()
        return await self.say(order)

    async def until(self, count: int, within: float) -> None:
        """Wait for that many of our orders to be decided."""
        deadline = time.perf_counter() + within
        while len(self.decided) < count:
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{len(self.decided)} of {count} orders were decided within {within:g} s")
            await asyncio.sleep(0.01)


async def _latencies(kafka: str, seconds: int) -> dict[int, dict[str, float]]:
    found: dict[int, dict[str, float]] = {}
    async with Line(kafka) as line:
        for event in facts(datetime.now(UTC), code=CODE):
            await (await line.say(event))
        for number in range(WARM_UP):
            await line.order(number)
        await line.until(WARM_UP, 60)
    for rate in RATES:
        async with Line(kafka) as line:
            began = time.perf_counter()
            for number in range(rate * seconds):
                ahead = began + number / rate - time.perf_counter()
                if ahead > 0:
                    await asyncio.sleep(ahead)
                await line.order(number)
            await line.until(rate * seconds, 120)
            times = sorted((line.decided[order] - at) * 1000 for order, at in line.sent.items())
            found[rate] = {
                "p50": statistics.median(times),
                "p99": times[int(len(times) * 0.99) - 1],
                "count": len(times),
            }
    return found


def _ours(server: Any) -> list[int]:
    """The server's process id, if it is ours."""
    pid = getattr(server, "pid", None)
    return [] if pid is None else [pid]


async def _saturation(
    kafka: str, burst: int, workers: Sequence[Service], beside: Mapping[str, Sequence[int]]
) -> tuple[float, dict[str, float]]:
    """Orders a second between the first and the last decision of a backlog, and whose processor time an order took, µs.

    The seconds of the workers' start are left out: they are counted from the first decision on.
    """
    async with Line(kafka) as line:
        await asyncio.gather(*[await line.order(number) for number in range(burst)])
        await asyncio.gather(*(asyncio.to_thread(worker.start) for worker in workers))
        pids = {"workers": [worker.pid for worker in workers], **beside}
        await line.until(1, 60)
        before, decided = {who: cpu_seconds(*ids) for who, ids in pids.items()}, len(line.decided)
        await line.until(burst, 600)
        after = {who: cpu_seconds(*ids) for who, ids in pids.items()}
        for extra in workers[1:]:
            extra.stop()
        times = sorted(line.decided[order] for order in line.sent)
        spent = {who: (after[who] - before[who]) / (burst - decided) * 1e6 for who in pids}
        return (len(times) - 1) / (times[-1] - times[0]), spent


if __name__ == "__main__":
    main()
