"""Measures the redirect: 302s a second of one process, each after the broker's ack, and how long people wait.

    PYTHONPATH=deploy python -m tests.bench.redirect [--seconds 10] [--connections 64] [--away]

Its own broker (with `--away`: none, every click goes to the spool), one redirect process held to one core, one process
that asks. On a machine with few cores broker and asker take time from the redirect: `per_core_second` divides the
answers by the redirect's own processor time instead. The last line is JSON.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import cast

import uvloop

from local.ports import free_port
from local.processes import Process
from local.stack import a_kafka, find_source
from tests.attribution.redirect.builders import a_link, a_link_event, some_settings
from tests.attribution.redirect.topics import make_topics, say
from tests.support.servers import running

PROCESS = Path(__file__).parents[1] / "attribution" / "redirect" / "process.py"
CODE = "BENCH-LINK"
WARM_UP = 2.0
TICKS = os.sysconf("SC_CLK_TCK")
REQUEST = (
    f"GET /r/{CODE} HTTP/1.1\r\nhost: bench\r\nreferer: https://www.tiktok.com/\r\n"
    "user-agent: Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1\r\n\r\n"
).encode()


class Person(asyncio.Protocol):
    """One connection that asks again as soon as it is answered."""

    def __init__(self, waits: list[float]) -> None:
        self.waits = waits
        self.asked = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask the first time."""
        self.transport = cast("asyncio.Transport", transport)
        self.ask()

    def ask(self) -> None:
        """Send the one request."""
        self.asked = time.perf_counter()
        self.transport.write(REQUEST)

    def data_received(self, data: bytes) -> None:
        """Every answer fits one packet and has no body."""
        if not data.startswith(b"HTTP/1.1 302") or not data.endswith(b"\r\n\r\n"):
            raise RuntimeError(f"not a redirect: {data[:200]!r}")
        self.waits.append(time.perf_counter() - self.asked)
        self.ask()


async def load(port: int, connections: int, seconds: float) -> list[float]:
    """How long each person waited, in seconds."""
    waits: list[float] = []
    loop = asyncio.get_running_loop()
    people = [(await loop.create_connection(lambda: Person(waits), "127.0.0.1", port))[0] for _ in range(connections)]
    await asyncio.sleep(seconds)
    for transport in people:
        transport.abort()
    return waits


def processor_seconds(pid: int) -> float:
    """What a process used so far, in user and system mode."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mb(pid: int) -> float:
    """A process's memory now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(redirect: Process, port: int, connections: int, seconds: float) -> dict[str, float]:
    """Warm up, load, and count."""
    os.sched_setaffinity(redirect.pid, {max(os.sched_getaffinity(0))})
    uvloop.run(load(port, connections, WARM_UP))
    before = processor_seconds(redirect.pid)
    waits = uvloop.run(load(port, connections, seconds))
    used = processor_seconds(redirect.pid) - before
    steps = statistics.quantiles(waits, n=1000)
    return {
        "per_s": round(len(waits) / seconds),
        "per_core_second": round(len(waits) / used),
        "p50_ms": round(steps[499] * 1000, 2),
        "p99_ms": round(steps[989] * 1000, 2),
        "p999_ms": round(steps[998] * 1000, 2),
        "memory_mb": round(resident_mb(redirect.pid)),
    }


def main() -> None:
    """Start everything, measure, end everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--away", action="store_true", help="stop the broker: every click goes to the spool")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running(a_kafka(find_source(), Path(folder) / "kafka")) as broker:
        asyncio.run(make_topics(broker.address))
        asyncio.run(say(broker.address, a_link_event(a_link(CODE))))
        port = free_port()
        settings = some_settings(
            Path(folder) / "redirect",
            kafka={"bootstrap_servers": broker.address},
            port=port,
            ack_deadline=0.25,
            probe_every=1.0,
        )
        redirect = Process(
            "redirect",
            [sys.executable, str(PROCESS), settings.model_dump_json()],
            log_path=Path(folder) / "redirect.log",
            ready_url=f"http://127.0.0.1:{port}/health/ready",
        )
        redirect.start()
        try:
            if chosen.away:
                broker.kill()
            figures = measure(redirect, port, chosen.connections, chosen.seconds)
        finally:
            redirect.kill()
    for name, value in figures.items():
        print(f"{name:>16} {value:>10,}")
    print(json.dumps({"bench": "redirect", "broker": "away" if chosen.away else "acks", **figures}))


if __name__ == "__main__":
    main()
