"""Attribution's worker as several real processes, on a broker of their own and a database of their own."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from pydantic import SecretStr

from attribution.app import create_app
from attribution.settings import AttributionSettings
from chassis import mongo as driver
from chassis.kafka import create_topics, new_producer
from chassis.service import setup
from chassis.settings import Environment
from contracts import topics
from contracts.envelope import Event, headers
from local.ports import free_port
from local.processes import Process
from tests.support.lag import lag

PATIENCE = 240.0
SLOTS = ("attribution-0", "attribution-1", "attribution-2")


@dataclass
class Stage:
    """Where workers work; `workers` are those that were started, by their slot."""

    kafka: str
    mongo: str
    database: str
    logs: Path
    env: dict[str, str] = field(default_factory=dict)
    workers: dict[str, Process] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = driver.connect(self.mongo)
        self.db = driver.database(self.client, self.database)

    @property
    def settings(self) -> AttributionSettings:
        return AttributionSettings(
            environment=Environment.DEVELOPMENT,
            kafka_bootstrap=self.kafka,
            mongo_url=SecretStr(self.mongo),
            mongo_database=self.database,
        )

    async def start(self, *slots: str) -> None:
        """Start these workers, all at once, and wait until each has joined its groups."""
        for slot in slots:
            self.workers.setdefault(slot, self._a_worker(slot))
        await asyncio.gather(*(asyncio.to_thread(self.workers[slot].start) for slot in slots))

    def _a_worker(self, slot: str) -> Process:
        port = free_port()
        given = {
            "ENVIRONMENT": "development",
            "KAFKA_BOOTSTRAP": self.kafka,
            "MONGO_URL": self.mongo,
            "MONGO_DATABASE": self.database,
            "HTTP_PORT": str(port),
            "PROCESS_SLOT": slot,
        }
        return Process(
            slot,
            [sys.executable, "-m", "attribution", "worker"],
            given | self.env,
            self.logs / f"{slot}.log",
            ready_url=f"http://127.0.0.1:{port}/health/ready",
            ready_within=120,
        )

    async def end(self, slot: str) -> None:
        """SIGTERM, as a group that is scaled down gets it; it must end in good order."""
        worker = self.workers.pop(slot)
        await asyncio.to_thread(worker.stop)
        assert worker.exit_status == 0, worker.log_tail(20)

    def kill(self, slot: str) -> None:
        """SIGKILL: gone when this returns."""
        self.workers.pop(slot).kill()

    def kill_at_once(self, slot: str) -> None:
        """SIGKILL without waiting for anything, from inside a callback."""
        self.workers[slot]._signal(signal.SIGKILL)

    async def owner(self, group: str, topic: str, partition: int) -> str:
        """The slot of the worker that reads a partition."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka)
        await admin.start()
        try:
            [answer] = await admin.describe_consumer_groups([group])
        finally:
            await admin.close()
        [described] = answer.groups
        for member in described[5]:
            assignment = ConsumerProtocolMemberAssignment.decode(member[-1])
            if any(name == topic and partition in numbers for name, numbers in assignment.assignment):
                return next(slot for slot in SLOTS if member[0].startswith(f"{group}-{slot}"))
        raise LookupError(f"nobody reads {topic}-{partition}")

    async def until(self, what: str, check: Any, within: float = PATIENCE) -> None:
        """Wait until `await check()` is true; while it isn't, every worker must live."""
        deadline = asyncio.get_running_loop().time() + within
        while not await check():
            for worker in self.workers.values():
                assert worker.running, f"{worker.name} ended by itself: {worker.log_tail(20)}"
            assert asyncio.get_running_loop().time() < deadline, f"{within:g} s passed, and not yet: {what}"
            await asyncio.sleep(0.05)

    async def until_quiet(self) -> None:
        """I10: nothing is unread, nothing waits to be said or looked at."""

        async def is_quiet() -> bool:
            if any([await self.db[name].find_one({}) for name in ("looks", "outbox")]):
                return False
            return not any([await lag(self.kafka, group, name) for group, name in GROUPS])

        await self.until("lag 0, no look and no outbox row left", is_quiet)

    def close(self) -> None:
        for worker in self.workers.values():
            worker.kill()
        self.client.close()


GROUPS = (
    ("attribution", topics.COLLABORATIONS.name),
    ("attribution", topics.ACCOUNTS.name),
    ("attribution.orders", topics.ORDERS.name),
    ("attribution.clicks", topics.CLICKS.name),
)


@asynccontextmanager
async def a_stage(kafka: str, mongo: str, database: str, logs: Path, **env: str) -> AsyncIterator[Stage]:
    """Topics and collections are made; no worker runs yet, and none does at the end."""
    stage = Stage(kafka, mongo, database, logs, env)
    try:
        await create_topics(stage.settings, topics.ALL)
        await setup(create_app(stage.settings))
        yield stage
    finally:
        stage.close()


@asynccontextmanager
async def speaking(stage: Stage) -> AsyncIterator["Say"]:
    """`await say(events)`: acked by the broker when it returns."""
    producer = new_producer(stage.settings)
    await producer.start()
    try:
        yield Say(producer)
    finally:
        await producer.stop()


@dataclass
class Say:
    """Puts events onto their topics; answers with the partition of each."""

    producer: AIOKafkaProducer

    async def __call__(self, events: Iterable[Event]) -> list[int]:
        promises = [
            await self.producer.send(one.TOPIC.name, one.body(), one.key().encode(), headers=headers(one, "tests"))
            for one in events
        ]
        return [said.partition for said in await asyncio.gather(*promises)]
