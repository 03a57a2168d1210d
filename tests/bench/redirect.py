"""`make bench-redirect`: 302s a second, each after the broker's ack, against the least that can do so.

Four processes on a broker of their own, one at a time under load, in rounds: a bare ASGI app that sends each record by
itself (`bare.py`), one that sends in batches as the redirect does, the redirect with 1,000 links, and with `LINKS`
(1,000,000). Each is held to one core; this process, which
asks on `CONNECTIONS` (64), and the broker have the other. Ratios are the medians of each round's, so that other work on
the machine weighs on all alike. `ROUNDS` (5) of `SECONDS` (4). Prints a table; the last line is JSON.
"""

import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import cast

import uvloop
from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.topics import CLICKS
from local.errors import MissingError
from local.ports import free_port
from local.processes import Process
from local.stack import Addressed, a_kafka, find_source
from tests.attribution.redirect.builders import some_settings
from tests.attribution.redirect.topics import make_topics
from tests.bench.links import AGENT, write_snapshot
from tests.support.servers import running

ROOT = Path(__file__).parents[2]
PROCESS = ROOT / "tests" / "attribution" / "redirect" / "process.py"
FEW = 1_000
ASKED = 20_000
"""Different links under load: more than the redirect keeps unpacked."""
WARM_UP = 2.0
TICKS = os.sysconf("SC_CLK_TCK")


class Person(asyncio.Protocol):
    """One connection that asks again as soon as it is answered, for another link each time."""

    def __init__(self, requests: list[bytes], waits: list[float], first: int) -> None:
        self.requests = requests
        self.waits = waits
        self.next = first
        self.asked = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask the first time."""
        self.transport = cast("asyncio.Transport", transport)
        self.ask()

    def ask(self) -> None:
        """Send the next request."""
        self.next = (self.next + 1) % len(self.requests)
        self.asked = time.perf_counter()
        self.transport.write(self.requests[self.next])

    def data_received(self, data: bytes) -> None:
        """Every answer fits one packet and has no body."""
        if not data.startswith(b"HTTP/1.1 302") or not data.endswith(b"\r\n\r\n"):
            raise RuntimeError(f"not a redirect: {data[:200]!r}")
        self.waits.append(time.perf_counter() - self.asked)
        self.ask()


@dataclass
class Server:
    """One of the four, with what was measured of it."""

    name: str
    process: Process
    port: int
    requests: list[bytes]
    started_in: float = 0.0
    per_s: list[float] = field(default_factory=list)
    per_core_s: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def quantile(self, thousandth: int) -> float:
        """Milliseconds that so many of a thousand waited at most."""
        return statistics.quantiles(self.waits, n=1000)[thousandth - 1] * 1000


def main() -> None:
    """Start everything, measure, end everything."""
    links, rounds = int(os.environ.get("LINKS", "1000000")), int(os.environ.get("ROUNDS", "5"))
    seconds, connections = float(os.environ.get("SECONDS", "4")), int(os.environ.get("CONNECTIONS", "64"))
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) == 1:
        print("bench-redirect needs two cores, one for the server and one for who asks: skipped")
        return
    os.sched_setaffinity(0, set(cores[:-1]))  # the broker inherits it
    try:
        source = find_source()
    except MissingError as missing:
        print(f"bench-redirect needs a broker of its own: {missing}. Skipped")
        return
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        running(a_kafka(source, Path(folder) / "kafka")) as broker,
    ):
        asyncio.run(make_topics(broker.address))
        measure(broker, Path(folder), cores[-1], links=links, rounds=rounds, seconds=seconds, connections=connections)


def measure(
    broker: Addressed, folder: Path, core: int, *, links: int, rounds: int, seconds: float, connections: int
) -> None:
    """Start the four, load them in rounds, say what came of it."""
    servers = [
        bare("bare ASGI app", "send", broker.address, folder, core),
        bare("bare, in batches", "batches", broker.address, folder, core),
        redirect("1k links", broker.address, folder / "few", core, FEW),
        redirect(f"{links:,} links", broker.address, folder / "many", core, links),
    ]
    try:
        for server in servers:
            began = time.perf_counter()
            server.process.start()
            server.started_in = time.perf_counter() - began
            uvloop.run(load(server, connections, WARM_UP, []))
        for _ in range(rounds):
            for server in servers:
                one_round(server, connections, seconds)
        few, many = (resident(server.process.pid) for server in servers[2:])
        peak = resident(servers[3].process.pid, "VmHWM")
    finally:
        for server in servers:
            server.process.kill()
    acked = asyncio.run(records_on(broker.address))
    answered = sum(len(server.waits) for server in servers)
    if acked < answered:
        raise RuntimeError(f"{answered} answers and {acked} records: a 302 went out before its ack")
    tell(servers, few=few, many=many, peak=peak, links=links)


def one_round(server: Server, connections: int, seconds: float) -> None:
    """So many seconds of load."""
    waits: list[float] = []
    before = processor_seconds(server.process.pid)
    uvloop.run(load(server, connections, seconds, waits))
    used = processor_seconds(server.process.pid) - before
    server.per_s.append(len(waits) / seconds)
    server.per_core_s.append(len(waits) / used)
    server.waits += waits


def tell(servers: list[Server], *, few: float, many: float, peak: float, links: int) -> None:
    """The table, and the one line of JSON."""
    print(f"{'':>18} {'302/s':>8} {'a core-s':>9} {'p50 ms':>8} {'p99 ms':>8} {'start s':>8}")
    for one in servers:
        print(
            f"{one.name:>18} {statistics.median(one.per_s):>8,.0f} {statistics.median(one.per_core_s):>9,.0f}"
            f" {one.quantile(500):>8.2f} {one.quantile(990):>8.2f} {one.started_in:>8.1f}"
        )
    the_bare, the_batched, the_few, the_many = servers
    print(f"memory: {few:.0f} MB with {FEW:,} links, {many:.0f} MB with {links:,} (peak {peak:.0f})")
    print(f"a link takes {(many - few) * 1e6 / max(1, links - FEW):.0f} bytes")
    figures = {
        "bench": "redirect",
        "ratio_to_bare": ratio(the_few.per_s, the_bare.per_s),
        "ratio_to_bare_in_batches": ratio(the_few.per_s, the_batched.per_s),
        "p99_ms": round(max(the_few.quantile(990), the_many.quantile(990)), 2),
        "ratio_1m_to_1k": ratio(the_many.per_s, the_few.per_s),
        "mb_1m_links": round(many),
        "per_s": round(statistics.median(the_few.per_s)),
        "ratio_to_bare_per_core_s": ratio(the_few.per_core_s, the_bare.per_core_s),
        "ratio_to_bare_in_batches_per_core_s": ratio(the_few.per_core_s, the_batched.per_core_s),
        "ratio_1m_to_1k_per_core_s": ratio(the_many.per_core_s, the_few.per_core_s),
        "p99_ms_of_bare": round(the_bare.quantile(990), 2),
        "start_s_1m": round(the_many.started_in, 1),
        "peak_mb_1m_links": round(peak),
        "links": links,
    }
    print(json.dumps(figures))


def ratio(ours: list[float], theirs: list[float]) -> float:
    """The median of each round's ratio."""
    return round(statistics.median(one / other for one, other in zip(ours, theirs, strict=True)), 3)


def bare(name: str, way: str, address: str, folder: Path, core: int) -> Server:
    """A bound; `way` is how it sends."""
    port = free_port()
    return Server(
        name,
        a_process(folder, f"bare-{way}", core, port, ["-m", "tests.bench.bare", str(port), address, way]),
        port,
        asking(["x"]),
    )


def redirect(name: str, address: str, folder: Path, core: int, links: int) -> Server:
    """A redirect that starts from a snapshot of so many links."""
    codes = write_snapshot(folder, links)
    random.Random(links).shuffle(codes)
    port = free_port()
    wire = {"kafka": {"bootstrap_servers": address}, "port": port, "ack_deadline": 0.25, "probe_every": 1.0}
    settings = some_settings(folder, snapshot_after=0.1, **wire)
    process = a_process(folder, "redirect", core, port, [str(PROCESS), settings.model_dump_json()])
    return Server(name, process, port, asking(codes[:ASKED]))


def a_process(folder: Path, name: str, core: int, port: int, arguments: list[str]) -> Process:
    """A Python program that is held to one core."""
    return Process(
        name,
        ["taskset", "-c", str(core), sys.executable, *arguments],
        {"PYTHONPATH": f"{ROOT}:{ROOT / 'deploy'}"},
        log_path=folder / f"{name}.log",
        cwd=ROOT,
        ready_url=f"http://127.0.0.1:{port}/health/ready",
        ready_within=300,
    )


def asking(codes: list[str]) -> list[bytes]:
    """A request for each code, as a phone sends it."""
    rest = f" HTTP/1.1\r\nhost: go.market.example\r\nreferer: https://www.tiktok.com/\r\nuser-agent: {AGENT}\r\n\r\n"
    return [f"GET /r/{code}{rest}".encode() for code in codes]


async def load(server: Server, connections: int, seconds: float, waits: list[float]) -> None:
    """So many people for so many seconds; how long each waited, in seconds."""
    loop = asyncio.get_running_loop()
    people = []
    for number in range(connections):
        first = number * len(server.requests) // connections
        person = partial(Person, server.requests, waits, first)
        transport, _ = await loop.create_connection(person, "127.0.0.1", server.port)
        people.append(transport)
    await asyncio.sleep(seconds)
    for transport in people:
        transport.abort()


async def records_on(address: str) -> int:
    """How many clicks the broker has."""
    consumer = AIOKafkaConsumer(bootstrap_servers=address)
    await consumer.start()
    try:
        return sum(
            (await consumer.end_offsets([TopicPartition(CLICKS.name, n) for n in range(CLICKS.partitions)])).values()
        )
    finally:
        await consumer.stop()


def processor_seconds(pid: int) -> float:
    """What a process used so far, in user and system mode."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident(pid: int, name: str = "VmRSS") -> float:
    """A process's memory in MB, now or at its highest (`VmHWM`)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1000


if __name__ == "__main__":
    main()
