"""`make bench-campaigns`: what many collaborations and their timers cost.

COLLABORATIONS (100,000) with four timers each, DUE (10,000) of them in the same minute, WORKERS (3) processes that fire
them on a real mongod. Measured: a tick that finds nothing, how late each deadline was told, whether any was told twice,
and the board of a campaign with BOARD (2,000) collaborations. Exit status 1 if a deadline was told twice or early.
"""

import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
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
from tests.campaigns.builders import a_brand, a_deliverable, agreed
from tests.campaigns.kit import Campaigns, a_campaigns, found
from tests.support.servers import a_folder, running

DATABASE = "bench-campaigns"
BATCH = 2_000
STAGES = tuple(status for status in DeliverableStatus if status not in ("published", "completed", "cancelled"))
SPREAD = timedelta(minutes=1)


def collaborations(many: int, board: int, campaign: str, due: datetime, soon: int) -> Iterator[CollaborationRecord]:
    """Agreed ones with a deliverable each, the first `soon` of them due within a minute from `due` on."""
    record = agreed(a_deliverable())
    (one,) = record.state.deliverables
    assert one.deadline is not None
    for number in range(many):
        at = due + SPREAD * number / soon if number < soon else due + timedelta(days=30, seconds=number)
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


async def fill(service: Campaigns, made: Iterator[CollaborationRecord]) -> None:
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
        row.pop("code", None)
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
        await Timers(heard.handlers, service.context.transactions).run()


async def told(service: Campaigns) -> tuple[list[float], int, int]:
    """How late each deadline was told in seconds, how many were told more than once, and how many early."""
    late: dict[str, list[float]] = {}
    async for row in service.db["history"].find({"fact": "deadline-missed"}):
        collaboration = await service.db["collaborations"].find_one({"_id": row["collaboration"]}, {"state": 1})
        assert collaboration is not None
        (one,) = collaboration["state"]["deliverables"]
        due = datetime.fromisoformat(one["deadline"]["at"])
        late.setdefault(row["collaboration"], []).append((datetime.fromisoformat(row["at"]) - due).total_seconds())
    everything = [seconds for each in late.values() for seconds in each]
    return everything, sum(len(each) > 1 for each in late.values()), sum(seconds < 0 for seconds in everything)


async def bench(address: str, many: int, soon: int, workers: int, board_size: int) -> int:
    async with a_campaigns(address, DATABASE) as service:
        await mongo.ensure(service.db, [*CHASSIS_COLLECTIONS, *COLLECTIONS])
        await service.hear(a_brand())
        campaign = await service.published()
        begun = time.perf_counter()
        due = datetime.now(UTC) + timedelta(seconds=30 + many / 1_000)
        await fill(service, collaborations(many, board_size, campaign, due, soon))
        print(f"{many} collaborations and {many * 4} timers written in {time.perf_counter() - begun:.0f} s")
        tick_ms, board_ms = await idle_tick(service), await board(service, campaign)
        if datetime.now(UTC) > due:
            print("the machine took longer to write them than until they were due: lateness counts from then on")
        processes = [
            await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.bench.campaigns", "worker", address)
            for _ in range(workers)
        ]
        try:
            deadline = time.monotonic() + 600
            while (fired := await service.db["history"].count_documents({"fact": "deadline-missed"})) < soon:
                if time.monotonic() > deadline:
                    print(f"only {fired} of {soon} were told within ten minutes")
                    break
                await asyncio.sleep(0.5)
        finally:
            for process in processes:
                process.kill()
                await process.wait()
        late, twice, early = await told(service)
    late.sort()
    print(f"{len(late)} deadlines told by {workers} workers; late: median {late[len(late) // 2]:.2f} s")
    print(f"told twice: {twice}, early: {early}; an idle tick {tick_ms:.1f} ms; a board {board_ms:.0f} ms")
    line: dict[str, Any] = {"bench": "campaigns", "lateness_s_max": round(late[-1], 2), "fired_twice": twice}
    print(json.dumps(line | {"tick_ms": round(tick_ms, 2), "board_ms": round(board_ms, 1)}))
    return 1 if twice or early or len(late) < soon else 0


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
