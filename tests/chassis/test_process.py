"""The service as a process: SIGTERM and kill -9 in the middle of a batch, with MongoDB away; health, logs, settings."""

import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis import kafka as wire
from local.processes import Process
from local.stack import Addressed
from tests.support.servers import OwnServer
from tests.support.toy_service import Toys, until
from tests.support.toys import a_ring

ROOT = Path(__file__).parents[2]
Start = Callable[..., Any]

pytestmark = pytest.mark.long


@pytest.fixture
async def start(wire_toys: Toys, free_port: Callable[[], int], tmp_path: Path) -> AsyncIterator[Start]:
    """`await start(role, **settings)` is a process of the toy service that is ready, gone at the end of the test."""
    started: list[Process] = []

    async def one(role: str = "worker", toys: Toys = wire_toys, waits_for: str = "ready", **changes: Any) -> Process:
        port = free_port()
        environment = toys.environment(http_port=port, environment="development", **changes)
        process = Process(
            "toys",
            [sys.executable, "-m", "tests.support.toy_service", role],
            env=environment,
            log_path=tmp_path / f"{port}.log",
            ready_url=f"http://127.0.0.1:{port}/health/{waits_for}",
            cwd=ROOT,
        )
        started.append(process)
        await asyncio.to_thread(process.start)
        return process

    yield one
    for process in started:
        await asyncio.to_thread(process.kill)


def rings(toys: Toys, count: int, first: int = 0) -> list[Any]:
    return [a_ring(toys.kinds.Rang, bell=f"bell-{n % 5}", number=n) for n in range(first, first + count)]


async def begun(toys: Toys, batches: int = 1) -> None:
    """The handler is in the middle of its batch number `batches`."""

    async def is_begun() -> bool:
        return await toys.counted("begun") >= batches

    await until(is_begun, every=0.02)


async def heard_once(toys: Toys, events: list[Any], within: float = 120) -> None:
    async def enough() -> bool:
        return len(set(await toys.heard())) >= len(events)

    await until(enough, within)
    assert sorted(await toys.heard()) == sorted(event.id for event in events)


async def committed(toys: Toys) -> int:
    group, topic = f"toys-{toys.kinds.mark}", toys.kinds.Rang.TOPIC
    consumer = AIOKafkaConsumer(bootstrap_servers=wire.bootstrap(toys.settings()), group_id=group)
    await consumer.start()
    try:
        return sum([await consumer.committed(TopicPartition(topic.name, n)) or 0 for n in range(topic.partitions)])
    finally:
        await consumer.stop()


def lines(process: Process) -> list[dict[str, Any]]:
    return [json.loads(line) for line in process.log_path.read_text().splitlines()]


async def test_sigterm_in_the_middle_of_a_batch_finishes_and_commits_it(wire_toys: Toys, start: Start) -> None:
    process = await start(toy_seconds=1.5)
    await wire_toys.send(events := rings(wire_toys, 10))
    await begun(wire_toys)

    process._signal(signal.SIGTERM)
    assert await asyncio.to_thread(process.wait, 90) == 0

    handled = await wire_toys.heard()
    assert handled, "the batch in hand was finished"
    assert await committed(wire_toys) == len(handled), "and committed, and nothing else"
    echoes = await wire_toys.on_topic(wire_toys.kinds.Echoed)
    assert len(echoes) == len(handled), "and what it said went out before the end"
    await start()
    await heard_once(wire_toys, events)


async def test_kill_9_in_the_middle_of_a_batch_loses_nothing_and_its_slot_takes_over_within_seconds(
    wire_toys: Toys, start: Start
) -> None:
    killed = await start(toy_seconds=60, process_slot="0")
    await wire_toys.send(events := rings(wire_toys, 10))
    await begun(wire_toys)
    await asyncio.to_thread(killed.kill)

    again = time.monotonic()
    await start(process_slot="0")
    ready_after = time.monotonic() - again
    await heard_once(wire_toys, events)
    # Its open transaction keeps its locks until the server gives it up: that is the test servers' setting, not ours.
    assert ready_after < 90

    async def all_committed() -> bool:
        return await committed(wire_toys) == 10

    await until(all_committed)


async def test_sigterm_while_mongodb_is_away_ends_in_time_and_acknowledges_nothing(
    own_mongo: OwnServer, kafka: Addressed, start: Start
) -> None:
    server: Any = await asyncio.to_thread(own_mongo)
    toys = Toys(server.address, "toys", kafka.address)
    await toys.setup()
    await toys.make_topics()
    process = await start(toys=toys, grace_seconds=60)
    await asyncio.to_thread(server.kill)
    await toys.send(events := rings(toys, 5))

    async def waits() -> bool:
        return any(line["message"] == "loop.waits" for line in lines(process))

    await until(waits)
    process._signal(signal.SIGTERM)
    # It gives up waiting by itself, long before the grace period ends.
    assert await asyncio.to_thread(process.wait, 45) == 0
    assert await committed(toys) == 0

    await asyncio.to_thread(server.start)
    await start(toys=toys)
    await heard_once(toys, events)
    await toys.close()


async def test_the_planted_fault_commit_first_loses_a_killed_batch(wire_toys: Toys, start: Start) -> None:
    process = await start(toy_seconds=60, plant="commit-first")
    await wire_toys.send(rings(wire_toys, 10))
    await begun(wire_toys)
    await asyncio.to_thread(process.kill)

    assert await committed(wire_toys) > 0
    assert await wire_toys.heard() == []


async def test_health_by_role_and_json_logs_without_payloads(wire_toys: Toys, start: Start) -> None:
    worker, api = await start("worker"), await start("api")
    await wire_toys.send([*(events := rings(wire_toys, 5)), a_ring(wire_toys.kinds.Rang, bell="bell-of-the-secret")])
    await wire_toys.send_raw([(wire_toys.kinds.Rang.TOPIC.name, b"k", b'{"bell": "the-secret-value"}', None)])

    async def all_heard() -> bool:
        return len(await wire_toys.heard()) > len(events)

    await until(all_heard)
    async with httpx.AsyncClient() as client:
        ready = {name: (await client.get(p.ready_url or "")).json() for name, p in {"w": worker, "a": api}.items()}
        live = await client.get((worker.ready_url or "").replace("ready", "live"))
    assert f"consumer toys-{wire_toys.kinds.mark}" in json.dumps(ready["w"])
    assert "store" not in json.dumps(ready["w"])
    assert "store" in json.dumps(ready["a"])
    assert "consumer" not in json.dumps(ready["a"])
    assert live.status_code == 200
    said = lines(worker)
    assert {"service.started", "consumer.assigned"} <= {line["message"] for line in said}
    assert all({"level", "timestamp", "service", "role"} <= line.keys() for line in said)
    assert "secret" not in worker.log_path.read_text()
    for process in (worker, api):
        await asyncio.to_thread(process.stop)
        assert process.exit_status == 0
        assert lines(process)[-1]["message"] == "service.stopped"


async def test_a_worker_without_its_broker_is_live_and_not_ready(
    wire_toys: Toys, free_port: Callable[[], int], start: Start
) -> None:
    absent = f"127.0.0.1:{free_port()}"
    process = await start(waits_for="live", kafka_bootstrap=absent)

    async with httpx.AsyncClient() as client:
        answer = await client.get((process.ready_url or "").replace("live", "ready"))
    assert answer.status_code == 503


async def test_a_wrong_environment_is_named_variable_by_variable(wire_toys: Toys) -> None:
    environment = wire_toys.environment(environment="production", clock_offset="P8D", http_port=99999)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.support.toy_service", "check"),
        env={"PATH": "/usr/bin:/bin", **environment},
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 120)

    assert process.returncode == 2
    assert b"HTTP_PORT" in err
    assert b"Traceback" not in err + out
