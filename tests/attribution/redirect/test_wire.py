"""The redirect as a process, against a real broker that is killed, frozen and absent."""

import asyncio
import sys
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from attribution.redirect.segments import unframed
from contracts.attribution import ClickRecorded, LinkStatus
from contracts.topics import CLICKS
from local.errors import DiedError
from local.processes import Process
from local.stack import Addressed, Source, a_kafka
from tests.attribution.redirect.builders import a_link, a_link_event, some_settings
from tests.attribution.redirect.topics import make_topics, say
from tests.support.servers import running

PROCESS = Path(__file__).with_name("process.py")
DEADLINE = 0.25
SLACK = 6.0  # what a busy machine may add to an answer


@pytest.fixture(scope="module")
def broker(server_source: Source, server_files: Path) -> Iterator[Addressed]:
    """A broker of this module's own; a test that kills or freezes it brings it back."""
    if server_source is Source.GIVEN:
        pytest.skip("needs a broker of its own, and KAFKA_BOOTSTRAP names somebody else's")
    with running(a_kafka(server_source, server_files / "kafka-of-the-redirect")) as server:
        asyncio.run(make_topics(server.address))
        yield server


async def clicks_on(broker: Addressed, code: str) -> list[ClickRecorded]:
    """Every click of a code that is on the topic now, doubles included."""
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.address, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = [TopicPartition(CLICKS.name, n) for n in range(CLICKS.partitions)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        clicks: list[ClickRecorded] = []
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    click = ClickRecorded.from_body(record.value)
                    assert record.key == click.id.encode()
                    assert dict(record.headers)["ce_type"] == b"attribution.click-recorded.v1"
                    clicks.append(click)
        return [click for click in clicks if click.code == code]
    finally:
        await consumer.stop()


class Redirects:
    """One redirect process and the clicks that it answered."""

    def __init__(self, kafka: str, directory: Path, port: int, **settings: Any) -> None:
        self.directory = directory
        self.url = f"http://127.0.0.1:{port}"
        wire = {"kafka": {"bootstrap_servers": kafka}, "port": port, "ack_deadline": DEADLINE, "probe_every": 0.2}
        chosen = some_settings(directory, **{**wire, **settings})
        self.process = Process(
            "redirect",
            [sys.executable, str(PROCESS), chosen.model_dump_json()],
            log_path=directory / "redirect.log",
            ready_url=f"{self.url}/health/ready",
        )
        self.http = httpx.AsyncClient(base_url=self.url, timeout=60)
        self.answered: list[str] = []
        self.slowest = 0.0

    async def click(self, code: str) -> None:
        """One person's click; remembers its id from the answer."""
        began = time.perf_counter()
        answer = await self.http.get(f"/r/{code}", headers={"user-agent": "Mozilla/5.0 Firefox/120"})
        self.slowest = max(self.slowest, time.perf_counter() - began)
        assert answer.status_code == 302, answer.text
        self.answered.append(httpx.URL(answer.headers["location"]).params["cclid"])

    async def first_click(self, code: str) -> None:
        """A click that may be slow on a busy machine; afterwards the circuit is closed and the spool is empty."""
        await self.click(code)
        await self.until("redirect_circuit_open", 0)
        await self.until("redirect_spool_bytes", 0)
        self.slowest = 0.0

    async def metric(self, name: str) -> float:
        text = (await self.http.get("/metrics")).text
        return next(float(line.split()[1]) for line in text.splitlines() if line.startswith(f"{name} "))

    async def until(self, name: str, value: float, within: float = 120) -> None:
        """Wait until a metric has a value."""
        async with asyncio.timeout(within):
            while await self.metric(name) != value:  # noqa: ASYNC110 - a process has no event to wait for
                await asyncio.sleep(0.05)

    def spooled(self) -> list[str]:
        """The ids that stand in the spool's files."""
        segments = sorted((self.directory / "spool").glob("*.clicks"))
        return [ClickRecorded.from_body(b).id for s in segments for b in unframed(s.read_bytes())[0]]


Start = Callable[..., Redirects]


@pytest.fixture
async def redirects(tmp_path: Path, free_port: Callable[[], int]) -> AsyncIterator[Start]:
    """`redirects(kafka address)` is a redirect that is not started yet."""
    made: list[Redirects] = []

    def make(kafka: str, **settings: Any) -> Redirects:
        made.append(Redirects(kafka, tmp_path, free_port(), **settings))
        return made[-1]

    yield make
    for redirect in made:
        redirect.process.kill()
        await redirect.http.aclose()


@pytest.fixture
async def code(broker: Addressed) -> str:
    """The code of a link of the test's own, on the topic."""
    code = f"code-{uuid.uuid4().hex[:12]}"
    await say(broker.address, a_link_event(a_link(code)))
    return code


async def exactly_once(broker: Addressed, code: str, ids: list[str]) -> int:
    """All these clicks are on the topic, and no others; returns how many stand there more than once."""
    counted = Counter(click.id for click in await clicks_on(broker, code))
    assert set(counted) == set(ids)
    assert len(set(ids)) == len(ids)
    return sum(count - 1 for count in counted.values())


async def test_the_click_is_on_the_topic_when_the_answer_comes(broker: Addressed, redirects: Start, code: str) -> None:
    redirect = redirects(broker.address, ack_deadline=30)
    redirect.process.start()
    await redirect.click(code)
    (click,) = await clicks_on(broker, code)
    assert click.id == redirect.answered[0]
    assert (click.creator, click.bot) == ("creator-1", False)
    assert redirect.spooled() == []


async def test_a_change_of_a_link_is_followed(broker: Addressed, redirects: Start, code: str) -> None:
    redirect = redirects(broker.address)
    redirect.process.start()
    await redirect.click(code)
    await say(broker.address, a_link_event(a_link(code, status=LinkStatus.PAUSED), revision=2))
    async with asyncio.timeout(60):
        while (await redirect.http.get(f"/r/{code}")).status_code != 410:  # noqa: ASYNC110 - another process's news
            await asyncio.sleep(0.02)


async def test_a_killed_broker_delays_no_answer_and_every_click_is_on_the_topic_afterwards(
    broker: Addressed, redirects: Start, code: str
) -> None:
    redirect = redirects(broker.address)
    redirect.process.start()
    await redirect.first_click(code)
    broker.kill()
    try:
        for _ in range(20):
            await redirect.click(code)
        assert redirect.slowest < DEADLINE + SLACK
        assert set(redirect.spooled()) == set(redirect.answered[1:])
        assert await redirect.metric("redirect_circuit_open") == 1
    finally:
        broker.start()
    await redirect.until("redirect_circuit_open", 0)
    await redirect.until("redirect_spool_bytes", 0)
    await redirect.click(code)
    await exactly_once(broker, code, redirect.answered)
    assert await redirect.metric("redirect_clicks_lost_total") == 0


async def test_a_frozen_broker_opens_the_circuit_and_closes_it_once_it_goes_on(
    broker: Addressed, redirects: Start, code: str
) -> None:
    redirect = redirects(broker.address)
    redirect.process.start()
    await redirect.first_click(code)
    broker.pause()
    try:
        await redirect.click(code)
        assert DEADLINE <= redirect.slowest < DEADLINE + SLACK
        assert await redirect.metric("redirect_circuit_open") == 1
        began = time.perf_counter()
        for _ in range(50):
            await redirect.click(code)
        assert time.perf_counter() - began < 50 * DEADLINE, "nobody waits for the broker any more"
    finally:
        broker.resume()
    await redirect.until("redirect_circuit_open", 0)
    await redirect.until("redirect_spool_bytes", 0)
    await redirect.click(code)
    doubles = await exactly_once(broker, code, redirect.answered)
    assert doubles <= 10, "probes and late sends"


async def test_without_a_broker_it_starts_from_its_snapshot_and_spools(
    broker: Addressed, redirects: Start, code: str, free_port: Callable[[], int]
) -> None:
    redirect = redirects(broker.address)
    redirect.process.start()
    redirect.process.stop()
    assert redirect.process.exit_status == 0
    alone = redirects(f"127.0.0.1:{free_port()}", snapshot_after=0.2)
    alone.process.start()
    for _ in range(5):
        await alone.click(code)
    assert sorted(alone.spooled()) == sorted(alone.answered)
    assert (await alone.http.get("/r/unknown")).status_code == 404
    alone.process.stop()
    redirect.process.start()
    await redirect.until("redirect_spool_bytes", 0)
    await exactly_once(broker, code, alone.answered)


async def test_a_damaged_snapshot_is_said_and_left_aside(redirects: Start, free_port: Callable[[], int]) -> None:
    redirect = redirects(f"127.0.0.1:{free_port()}")
    (redirect.directory / "links.snapshot").write_bytes(b'{"format": "redirect-ta')
    redirect.process.ready_url = f"{redirect.url}/health/live"
    redirect.process.start()
    assert (await redirect.http.get("/health/ready")).status_code == 503
    assert (await redirect.http.get("/r/unknown")).status_code == 503
    assert "snapshot is ignored" in (redirect.directory / "redirect.log").read_text()


async def test_a_kill_with_clicks_in_the_spool_loses_none(broker: Addressed, redirects: Start, code: str) -> None:
    redirect = redirects(broker.address)
    redirect.process.start()
    await redirect.first_click(code)
    broker.pause()
    try:
        await asyncio.gather(*(redirect.click(code) for _ in range(300)))
        redirect.process.kill()
        assert set(redirect.spooled()) == set(redirect.answered[1:])
    finally:
        broker.resume()
    redirect.process.start()
    await redirect.until("redirect_spool_bytes", 0)
    assert redirect.spooled() == []
    await exactly_once(broker, code, redirect.answered)


async def test_a_stop_in_the_middle_of_requests_answers_them_and_loses_none(
    broker: Addressed, redirects: Start, code: str
) -> None:
    redirect = redirects(broker.address)
    redirect.process.start()

    async def keep_clicking() -> None:
        try:
            while True:
                await redirect.click(code)
        except httpx.TransportError:
            return  # it takes no more connections: that click was not answered

    async with asyncio.TaskGroup() as people:
        for _ in range(10):
            people.create_task(keep_clicking())
        while len(redirect.answered) < 100:  # noqa: ASYNC110 - people have no event
            await asyncio.sleep(0.01)
        await asyncio.to_thread(redirect.process.stop)
    assert redirect.process.exit_status == 0
    seen = {click.id for click in await clicks_on(broker, code)} | set(redirect.spooled())
    assert set(redirect.answered) <= seen


async def test_a_stop_while_the_broker_is_frozen_ends_in_time_and_keeps_the_spool(
    broker: Addressed, redirects: Start, code: str
) -> None:
    redirect = redirects(broker.address)
    redirect.process.start()
    await redirect.first_click(code)
    broker.pause()
    try:
        for _ in range(3):
            await redirect.click(code)
        await asyncio.to_thread(redirect.process.stop, 20)
        assert redirect.process.exit_status == 0
        assert set(redirect.answered[1:]) <= set(redirect.spooled())
    finally:
        broker.resume()


async def test_two_redirects_never_share_a_spool(broker: Addressed, redirects: Start) -> None:
    first, second = redirects(broker.address), redirects(broker.address)
    first.process.start()
    with pytest.raises(DiedError, match="another process holds the spool"):
        second.process.start()
