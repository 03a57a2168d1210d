"""`make bench-attribution`: clicks and orders that wait on Kafka, until all is decided and in the ledger.

`CLICKS` (100000), `ORDERS` (10000) and `WORKERS` (1) make it smaller or larger; `GROWTH=0` leaves out the run on ten
times the data. Workers share one core, both servers the other. Quix Streams is installed from the package index into
`build/quix`, once. Prints a table; the last line is JSON. Ratios are of one run and one machine.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer

from contracts.envelope import headers
from contracts.topics import CLICKS, ORDERS
from local.group import Group
from local.kafka import jars
from local.ports import free_port
from local.stack import Stack, find_source
from local.system import Ports, Service, settings_for, the_setup, the_system
from tests.bench.attribution import ours
from tests.bench.attribution.work import CREATORS, Credited, Message, Work, make
from tests.bench.setting import another, cpu_seconds, facts, on_core

ROOT = Path(__file__).resolve().parents[3]
QUIX = ROOT / "build" / "quix"
WITHIN = 1_800.0
GROWTH = 10


def main() -> None:
    clicks, orders = int(os.environ.get("CLICKS", "100000")), int(os.environ.get("ORDERS", "10000"))
    workers, growth = int(os.environ.get("WORKERS", "1")), os.environ.get("GROWTH", "1") != "0"
    python = quix_python()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, Group() as group:
        bench = Bench(group, Path(folder), workers)
        first = bench.send(make(clicks, orders, datetime.now(UTC), run="first"))
        mine = bench.mine(first)
        quix, theirs = bench.other(
            first, [str(python), str(ROOT / "tests/bench/attribution/quix.py")], str(Path(folder) / "state")
        )
        bound, bounds = bench.other(
            first, [sys.executable, "-m", "tests.bench.attribution.bound"], bench.stack.mongo.address, mongo_second=True
        )
        same = ours.credited(bench.db, first) == first.credited == theirs == bounds
        # Growth is told from a second run, for the first one finds cold servers.
        again = bench.once_more(make(clicks, orders, datetime.now(UTC), run="again", seed=8)) if growth else None
        grown = bench.grown(make(clicks, orders, datetime.now(UTC), run="grown", seed=9)) if growth else None
    events = clicks + orders
    rows = [
        ("ours", mine.seconds, mine.workers, mine.servers),
        ("Quix Streams", quix["seconds"], quix["cpu"], quix["servers"]),
        ("aiokafka + insert_many", bound["seconds"], bound["cpu"], bound["servers"]),
    ]
    if again is not None and grown is not None:
        rows.append(("ours, once more", again.seconds, again.workers, again.servers))
        rows.append((f"ours, {GROWTH} x the data", grown.seconds, grown.workers, grown.servers))
    print(f"\n{clicks} clicks and {orders} orders; {workers} worker(s) on one core, both servers on the other")
    print(f"{'':24}{'events/s':>10}{'worker, µs CPU/event':>24}{'servers, µs CPU/event':>24}")
    for name, seconds, cpu, servers in rows:
        print(f"{name:24}{events / seconds:10.0f}{cpu / events * 1e6:24.0f}{servers / events * 1e6:24.0f}")
    print(
        json.dumps(
            {
                "bench": "attribution",
                "events_per_s": round(events / mine.seconds),
                "ratio_to_quix": round(quix["seconds"] / mine.seconds, 3),
                "ratio_to_bound": round(bound["seconds"] / mine.seconds, 3),
                "cpu_ratio_to_quix": round(quix["cpu"] / mine.workers, 3),
                "cpu_ratio_to_bound": round(bound["cpu"] / mine.workers, 3),
                "same_answers": same,
                "growth_10x": None if again is None or grown is None else round(_cost(grown) / _cost(again), 3),
                "workers": workers,
            }
        )
    )
    if not same:
        sys.exit("the credited sets differ")


def _cost(spent: ours.Spent) -> float:
    """Processor time of workers and servers: what a busy machine disturbs least."""
    return spent.workers + spent.servers


class Bench:
    """Servers, the workers and what they share."""

    def __init__(self, group: Group, directory: Path, workers: int) -> None:
        source = find_source()
        jars.fetch()
        self.directory = directory
        self.stack = Stack(source, directory)
        with on_core(1):
            group.start(self.stack.kafka, self.stack.mongo)
        ports = Ports(**{name: free_port() for name in asdict(Ports())})
        settings = settings_for(
            directory,
            kafka=self.stack.kafka.address,
            mongo=self.stack.mongo.address,
            smtp_port=free_port(),
            ports=ports,
        )
        setup = the_setup(directory, settings)
        setup.start()
        assert setup.wait(180) == 0, setup.log_tail(20)
        worker = the_system(directory, settings, ports).processes["attribution-worker"]
        self.workers: list[Service] = [
            worker,
            *(another(worker, number, free_port()) for number in range(2, workers + 1)),
        ]
        self.db = ours.open_database(self.stack.mongo.address)
        now = datetime.now(UTC)
        said = [
            Message(one.TOPIC.name, one.key().encode(), one.body(), headers(one, "bench"))
            for one in facts(now, CREATORS)
        ]
        asyncio.run(_send(self.stack.kafka.address, said))

    @property
    def _servers(self) -> list[int]:
        """The servers' process ids, as far as they are ours."""
        found = (getattr(server, "pid", None) for server in (self.stack.kafka, self.stack.mongo))
        return [pid for pid in found if pid is not None]

    def send(self, work: Work) -> Work:
        """Put all of it onto Kafka."""
        asyncio.run(_send(self.stack.kafka.address, work.messages))
        return work

    def mine(self, work: Work) -> ours.Spent:
        """Our workers at it."""
        return ours.take(self.db, work, self.workers, self._servers, WITHIN)

    def once_more(self, work: Work) -> ours.Spent:
        """Other work of the same size, with the same answers asked of it."""
        self.send(work)
        spent = self.mine(work)
        assert ours.credited(self.db, work) == work.credited, "credited otherwise"
        return spent

    def grown(self, work: Work) -> ours.Spent:
        """The same once the store holds ten times as much."""
        ours.grow(self.db, GROWTH)
        return self.once_more(work)

    def other(
        self, work: Work, argv: Sequence[str], place: str, *, mongo_second: bool = False
    ) -> tuple[dict[str, float], Credited]:
        """Another contestant at it, on the same core; what it cost, and whom it credited."""
        answers = self.directory / "answers.json"
        names = [CLICKS.name, ORDERS.name]
        places = [place, *names] if mongo_second else [*names, place]
        asked = [*argv, self.stack.kafka.address, *places, str(work.orders), str(WITHIN), str(answers)]
        before = cpu_seconds(*self._servers)
        with on_core(0):
            done = subprocess.run(asked, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        spent: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        spent["servers"] = cpu_seconds(*self._servers) - before
        found: dict[str, Any] = json.loads(answers.read_text())
        return spent, {order: (who, much) for order, (who, much) in found.items()}


async def _send(kafka: str, messages: Iterable[Message]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all", enable_idempotence=True, linger_ms=5)
    await producer.start()
    try:
        answers = [
            await producer.send(one.topic, one.value, key=one.key, headers=list(one.headers)) for one in messages
        ]
        await asyncio.gather(*answers)
    finally:
        await producer.stop()


def quix_python() -> Path:
    """The interpreter of Quix Streams' own environment, made if it isn't there."""
    python = QUIX / "bin" / "python"
    if not (QUIX / ".ready").exists():
        print("Installing Quix Streams into build/quix ...", file=sys.stderr)
        venv.create(QUIX, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "quixstreams==3.28.1"], check=True)
        (QUIX / ".ready").touch()
    return python


if __name__ == "__main__":
    main()
