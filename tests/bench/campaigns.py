"""`make bench-campaigns`: what many collaborations and their timers cost.

COLLABORATIONS (100,000) with four timers each, DUE (10,000) of them in the same minute, WORKERS (3) processes that fire
them on a real mongod. Measured: a tick that finds nothing, how late each deadline was told by the database's own clock,
whether any was told twice or early, and the board of a campaign with BOARD (2,000) collaborations. Exit status 1 if one
was told twice, early or not at all.
"""

import asyncio
import json
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from campaigns import handlers as heard
from campaigns.domain.collaborations.deadlines import PASSED
from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.store import COLLECTIONS, documents
from chassis import mongo
from chassis.service import CHASSIS_COLLECTIONS
from chassis.timers import Timers
from chassis.tx import TIMERS, timer_id
from contracts.campaigns import DeliverableStatus
from local.stack import a_mongo, find_source
from tests.bench.setting import cpu_seconds
from tests.campaigns.builders import a_brand, a_deliverable, agreed
from tests.campaigns.kit import Campaigns, a_campaigns, found
from tests.chaos.deadlines import MISSED
from tests.chaos.sight import Seen, Sight
from tests.support.servers import a_folder, running

DATABASE = "bench-campaigns"
BATCH = 2_000
STAGES = tuple(status for status in DeliverableStatus if status not in ("published", "completed", "cancelled"))
SPREAD = timedelta(minutes=1)
LEAD_SECONDS = float(os.environ.get("LEAD_SECONDS", "40"))
"""From the writing of the first timer that is due to its time: until then the workers must be at work."""


def instant(number: int, soon: int, first: datetime) -> datetime:
    """When a collaboration's deadline is: of the first `soon` within a minute from `first` on, of others much later."""
    return first + (SPREAD * number / soon if number < soon else timedelta(days=30, seconds=number))


def collaborations(
    numbers: range, many: int, board: int, campaign: str, first: datetime, soon: int
) -> Iterator[CollaborationRecord]:
    """Those of `many` that have these numbers: agreed, with a deliverable each; the last `board` are the campaign's."""
    record = agreed(a_deliverable(), coupon=None)
    (one,) = record.state.deliverables
    assert one.deadline is not None
    for number in numbers:
        at = instant(number, soon, first)
        status = one.status if number < soon else STAGES[number % len(STAGES)]
        work = one.model_copy(update={"status": status, "deadline": one.deadline.model_copy(update={"at": at})})
        changes = {
            "id": f"c-{number:06}",
            "campaign": campaign if many - number <= board else f"k-{number % 50}",
            "profile": f"p-{number}",
            "deliverables": (work,),
        }
        yield replace(record, state=record.state.model_copy(update=changes))


def timers(record: CollaborationRecord) -> Iterator[mongo.Document]:
    """The deadline's own and three that stand for reminders and later terms."""
    deadline = record.state.deliverables[0].deadline
    assert deadline is not None
    aggregate = f"{record.state.id}:d-0"
    for purpose, wait in ((PASSED, 0), ("deadline-in-48-hours", 40), ("deadline-in-24-hours", 41), ("other", 42)):
        yield {
            "_id": timer_id(aggregate, purpose, deadline.number),
            "purpose": purpose if wait == 0 else f"bench-{purpose}",
            "aggregate": aggregate,
            "version": deadline.number,
            "due": deadline.at + timedelta(days=wait),
            "data": {"collaboration": record.state.id, "subject": "d-0"},
        }


async def fill(service: Campaigns, made: Iterable[CollaborationRecord]) -> None:
    """Into the store, as the service would have written them."""
    rows: list[mongo.Document] = []
    due: list[mongo.Document] = []

    async def write() -> None:
        await service.db["collaborations"].insert_many(rows, ordered=False)
        await service.db[TIMERS].insert_many(due, ordered=False)
        rows.clear()
        due.clear()

    for record in made:
        row = documents.of_collaboration(record)
        rows.append(row)
        due += timers(record)
        if len(rows) == BATCH:
            await write()
    if rows:
        await write()


async def idle_tick(service: Campaigns, times: int = 50) -> float:
    """Milliseconds of a tick that finds nothing due; the median."""
    clockwork = Timers(heard.handlers, service.context.transactions)
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        assert await clockwork.tick() == 0
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)


async def board(service: Campaigns, campaign: str, times: int = 20) -> float:
    """Milliseconds until a board is answered; the median."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        columns = found(await service.brand("GET", f"/v1/campaigns/{campaign}/board"))["columns"]
        took.append((time.perf_counter() - begun) * 1000)
    assert sum(column["count"] for column in columns) > 0
    return statistics.median(took)


async def work(address: str) -> None:
    """One worker: fires timers until it is killed."""
    async with a_campaigns(address, DATABASE) as service:
        await service.context.clock.measure(lambda: mongo.server_time(service.db))
        print("at work", flush=True)
        await Timers(heard.handlers, service.context.transactions).run()


def told(seen: list[Seen], due: Mapping[str, datetime]) -> tuple[list[float], int, int]:
    """By how many seconds each deadline was late, by the database's clock; how many came more than once, and early."""
    missed = [one for one in seen if one.fact == MISSED]
    counted = Counter(one.collaboration for one in missed)
    late = sorted((one.at - due[one.collaboration]).total_seconds() for one in missed)
    return late, sum(count > 1 for count in counted.values()), sum(seconds < 0 for seconds in late)


async def bench(address: str, many: int, soon: int, workers: int, board_size: int) -> int:
    async with a_campaigns(address, DATABASE) as service:
        await mongo.ensure(service.db, [*CHASSIS_COLLECTIONS, *COLLECTIONS])
        await service.hear(a_brand())
        campaign = await service.published()
        begun = time.perf_counter()
        first = datetime.now(UTC)
        await fill(service, collaborations(range(soon, many), many, board_size, campaign, first, soon))
        first = datetime.now(UTC) + timedelta(seconds=LEAD_SECONDS + soon / 500)
        await fill(service, collaborations(range(soon), many, board_size, campaign, first, soon))
        print(f"{many} collaborations and {many * 4} timers written in {time.perf_counter() - begun:.0f} s", flush=True)
        tick_ms, board_ms = await idle_tick(service), await board(service, campaign)
        sight = await asyncio.to_thread(Sight, address, DATABASE)
        processes = [await a_worker(address) for _ in range(workers)]
        try:
            if datetime.now(UTC) > first:
                print(f"nothing was measured: the machine was not ready within LEAD_SECONDS={LEAD_SECONDS:g}")
                return 1
            deadline = time.monotonic() + 600
            while (fired := await service.db["history"].count_documents({"fact": MISSED})) < soon:
                if time.monotonic() > deadline:
                    print(f"only {fired} of {soon} were told within ten minutes")
                    break
                await asyncio.sleep(0.5)
            seen = await asyncio.to_thread(sight.all)
            used = cpu_seconds(*(process.pid for process in processes))
        finally:
            for process in processes:
                process.kill()
                await process.wait()
            await asyncio.to_thread(sight.close)
    late, twice, early = told(seen, {f"c-{number:06}": instant(number, soon, first) for number in range(soon)})
    print(
        f"{len(late)} deadlines told by {workers} workers; late: median {late[len(late) // 2]:.2f} s,"
        f" 99 % {late[len(late) * 99 // 100]:.2f} s, most {late[-1]:.2f} s; load average {os.getloadavg()[0]:.1f}"
    )
    print(
        f"a deadline costs {used / len(late) * 1000:.1f} ms of a worker's processor, its start and idle ticks included"
    )
    print(f"told twice: {twice}, early: {early}; an idle tick {tick_ms:.1f} ms; a board {board_ms:.0f} ms")
    line: dict[str, Any] = {"bench": "campaigns", "lateness_s_max": round(late[-1], 2), "fired_twice": twice}
    print(json.dumps(line | {"tick_ms": round(tick_ms, 2), "board_ms": round(board_ms, 1)}))
    return 1 if twice or early or len(late) < soon else 0


async def a_worker(address: str) -> asyncio.subprocess.Process:
    """One more worker, at work when this returns."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.campaigns", "worker", address), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline(), "a worker ended at its start"
    return process


def main() -> int:
    if sys.argv[1:2] == ["worker"]:
        asyncio.run(work(sys.argv[2]))
        return 0
    many, soon = int(os.environ.get("COLLABORATIONS", "100000")), int(os.environ.get("DUE", "10000"))
    workers, board_size = int(os.environ.get("WORKERS", "3")), int(os.environ.get("BOARD", "2000"))
    with a_folder() as folder, running(a_mongo(find_source(), folder)) as server:
        return asyncio.run(bench(server.address, many, soon, workers, board_size))


if __name__ == "__main__":
    sys.exit(main())
