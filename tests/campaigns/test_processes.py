"""The service as it runs: three workers, one of them killed, one on a host whose clock is an hour ahead (I7)."""

import asyncio
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer

from attribution.store.collections import LEDGER
from campaigns.settings import CampaignsSettings
from campaigns.store import documents
from chassis import kafka
from chassis import mongo as driver
from contracts import topics
from contracts.campaigns import Collaboration, CollaborationEvent
from local.processes import Process
from tests.campaigns.builders import a_brand, a_profile, a_work
from tests.campaigns.kit import Campaigns, a_campaigns, found

WORKERS = 3
MANY = 30
AHEAD = """
import sys
from datetime import datetime, timedelta
import chassis.clock

class Ahead(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(hours=1)

chassis.clock.datetime = Ahead
sys.argv = ["campaigns", "worker"]
import runpy
runpy.run_module("campaigns", run_name="__main__")
"""
"""Where the host's clock is read, it reads an hour too much."""


async def soon(check: Callable[[], Awaitable[Any]], seconds: float = 90) -> Any:
    """What `check` answers as soon as it is true; fails after `seconds`."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not (told := await check()):
        assert asyncio.get_running_loop().time() < deadline, f"not so within {seconds:g} s"
        await asyncio.sleep(0.1)
    return told


class Running:
    """Campaigns' workers and attribution's, on a broker and databases of their own."""

    def __init__(self, broker: str, mongo: str, database: str, ports: Callable[[], int], folder: Path) -> None:
        self.broker, self.mongo, self.database, self.ports, self.folder = broker, mongo, database, ports, folder
        self.processes: list[Process] = []

    def process(self, service: str, slot: int, argv: list[str], verb: str = "") -> Process:
        port = self.ports()
        env = {
            "ENVIRONMENT": "development",
            "KAFKA_BOOTSTRAP": self.broker,
            "MONGO_URL": self.mongo,
            "MONGO_DATABASE": f"{self.database}-{service}",
            "HTTP_PORT": str(port),
            "PROCESS_SLOT": f"{service}-{slot}",
        }
        ready = None if verb else f"http://127.0.0.1:{port}/health/ready"
        log = self.folder / f"{service}-{slot}{verb}.log"
        return Process(f"{service}-{slot}", [sys.executable, *argv], env, log, ready_url=ready)

    async def set_up(self, service: str) -> None:
        setup = self.process(service, 0, ["-m", service, "setup"], "setup")
        await asyncio.to_thread(setup.start)
        assert await asyncio.to_thread(setup.wait, 90) == 0

    async def start(self, service: str, slot: int, *, ahead: bool = False) -> Process:
        process = self.process(service, slot, ["-c", AHEAD] if ahead else ["-m", service, "worker"])
        self.processes.append(process)
        await asyncio.to_thread(process.start)
        return process

    async def stop(self) -> None:
        await asyncio.gather(*(asyncio.to_thread(process.kill) for process in self.processes))
        client = driver.connect(self.mongo)
        for service in ("campaigns", "attribution"):
            await client.drop_database(f"{self.database}-{service}")
        client.close()


async def said_of_all(broker: str, last: dict[str, int]) -> dict[str, list[CollaborationEvent]]:
    """All that the topic says of the collaborations, once it has each one's last revision; doubles left out."""
    consumer = AIOKafkaConsumer(topics.COLLABORATIONS.name, bootstrap_servers=broker, auto_offset_reset="earliest")
    await consumer.start()
    found_: dict[str, dict[int, CollaborationEvent]] = defaultdict(dict)
    try:
        async with asyncio.timeout(60):
            while any(max(found_[key], default=0) < revision for key, revision in last.items()):
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    for record in records:
                        event = CollaborationEvent.from_body(record.value)
                        assert found_[event.entity].setdefault(event.revision, event) == event
    finally:
        await consumer.stop()
    return {key: [of[n] for n in sorted(of)] for key, of in found_.items()}


async def agreed(service: Campaigns, campaign: str, number: int, **work: Any) -> dict[str, Any]:
    sent = await service.invited(campaign, profile=f"p-{number}", deliverables=[a_work(**work)])
    return found(await service.creator(f"a-{number}", "POST", f"/v1/collaborations/{sent['id']}/accept"))


async def do(service: Campaigns, number: int, one: dict[str, Any], way: str, body: Any = None) -> dict[str, Any]:
    """The creator, or where that is not allowed the brand, takes the next step of the only deliverable."""
    path = f"/v1/collaborations/{one['id']}/deliverables/{one['deliverables'][0]['id']}/{way}"
    answer = await service.creator(f"a-{number}", "POST", path, body)
    return found(answer if answer.status_code != 403 else await service.brand("POST", path, body))


async def test_deadlines_fire_once_and_never_early_and_the_topic_alone_tells_what_the_store_holds(
    own_kafka, mongo, database: str, free_port, tmp_path: Path
) -> None:
    broker = await asyncio.to_thread(own_kafka)
    await kafka.create_topics(CampaignsSettings(kafka_bootstrap=broker.address), topics.ALL)
    running = Running(broker.address, mongo.address, database, free_port, tmp_path)
    try:
        await running.set_up("campaigns")
        await running.set_up("attribution")
        async with a_campaigns(mongo.address, f"{database}-campaigns", tmp_path) as service:
            await service.hear(a_brand(), *(a_profile(f"p-{n}", claimed_by=(f"a-{n}",)) for n in range(MANY * 2 + 1)))
            workers = [await running.start("campaigns", slot, ahead=slot == 1) for slot in range(WORKERS)]
            await running.start("attribution", 0)

            ends = datetime.now(UTC) + timedelta(seconds=40)
            closing = await service.published(ends_at=ends.isoformat(), terms={"discount": None})
            for number in range(MANY):
                await service.invited(closing, profile=f"p-{number}")
            lasting = await service.published(terms={"discount": None})
            for number in range(MANY, MANY * 2):
                one = await agreed(service, lasting, number)
                await do(service, number, one, "propose-concept", {"text": "Lamp at dawn"})
                due = {"points": ["brighter"], "due": ends.isoformat()}
                await do(service, number, one, "ask-changes", due)
            earning = await agreed(service, lasting, MANY * 2, concept_asked=False, concept_due=None)
            await do(service, MANY * 2, earning, "submit", {"url": "https://files.example/1.mp4"})
            await do(service, MANY * 2, earning, "approve-submission")
            assert datetime.now(UTC) < ends - timedelta(seconds=1), "the machine is too slow for this test to mean much"
            early = await service.db["history"].count_documents({"by": "system"})
            assert early == 0

            async def fired() -> int:
                return int(await service.db["history"].count_documents({"by": "system"}))

            await soon(fired)
            await asyncio.to_thread(workers[0].kill)
            await asyncio.to_thread(workers[0].start)

            async def all_fired() -> bool:
                return await fired() >= MANY * 2

            await soon(all_fired)

            rows = await service.db["collaborations"].find().to_list(None)
            kept = {row["_id"]: documents.collaboration(row) for row in rows}
            said = await said_of_all(broker.address, {id_: one.revision for id_, one in kept.items()})
            ledger = driver.database(service.context.client, f"{database}-attribution")[LEDGER]
            fee = await soon(lambda: ledger.find_one({"deliverable": earning["deliverables"][0]["id"]}))
    finally:
        await running.stop()

    facts = [event.fact for events in said.values() for event in events]
    assert facts.count("invitation-expired") == MANY
    assert facts.count("deadline-missed") == MANY
    late = [event for events in said.values() for event in events if event.fact in DUE]
    assert all(event.time >= ends - timedelta(milliseconds=1) for event in late), "nothing fires early"
    for id_, events in said.items():
        assert [event.revision for event in events] == list(range(1, kept[id_].revision + 1))
    rebuilt: dict[str, Collaboration | None] = {id_: events[-1].state for id_, events in said.items()}
    assert rebuilt == {id_: one.state for id_, one in kept.items()}
    assert sum(leg["amount"] for leg in fee["legs"] if leg["kind"] == "fee") == 15_000


DUE = {"invitation-expired", "deadline-missed"}
