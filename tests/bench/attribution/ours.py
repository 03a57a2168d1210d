"""Our worker at the same work: what it cost, and whom it credited."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pymongo import MongoClient

from local.system import Service
from tests.bench.attribution.work import Credited, Work
from tests.bench.setting import cpu_seconds, on_core

POLL = 0.1
COPIED = ("clicks", "observations", "orders", "decisions", "ledger")
COPIES_AT_ONCE = 10

Database = Any


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds from the first effect to the last, and processor time of workers and servers meanwhile."""

    seconds: float
    workers: float
    servers: float


def counts(db: Database) -> dict[str, int]:
    """How many documents there are of what the work brings, and what is still to be published or looked at."""
    names = ("clicks", "orders", "ledger", "outbox", "looks", "dead_letters")
    return {name: db[name].estimated_document_count() for name in names}


def take(db: Database, work: Work, workers: Sequence[Service], servers: Sequence[int], within: float) -> Spent:
    """Have the workers do all of it; raises when it isn't done in time."""
    before = counts(db)
    with _running(workers):
        pids = [worker.pid for worker in workers]
        began, cpu, cpu_servers = time.perf_counter(), cpu_seconds(*pids), cpu_seconds(*servers)
        deadline = began + within
        begun = False
        while True:
            now = counts(db)
            if not begun and now == before:
                began, cpu, cpu_servers = time.perf_counter(), cpu_seconds(*pids), cpu_seconds(*servers)
            elif _is_done(before, now, work):
                break
            begun = begun or now != before
            if time.perf_counter() > deadline:
                raise TimeoutError(f"not done within {within:g} s: {before} -> {now}")
            threading.Event().wait(POLL)
        return Spent(time.perf_counter() - began, cpu_seconds(*pids) - cpu, cpu_seconds(*servers) - cpu_servers)


def _is_done(before: dict[str, int], now: dict[str, int], work: Work) -> bool:
    wanted = {"clicks": work.clicks, "orders": work.orders, "ledger": work.orders, "dead_letters": work.malformed}
    return all(now[name] - before[name] >= count for name, count in wanted.items()) and not now["outbox"] + now["looks"]


@contextmanager
def _running(workers: Sequence[Service]) -> Iterator[None]:
    try:
        with on_core(0):
            for worker in workers:
                worker.start()
        yield
    finally:
        for worker in workers:
            worker.stop()


def credited(db: Database, work: Work) -> Credited:
    """Who was credited for the orders of this work, by what the ledger adds up to."""
    sums: dict[str, tuple[str, int]] = {}
    prefix = next(iter(work.credited)).rpartition("-")[0]
    for transaction in db.ledger.find({"order": {"$gte": prefix, "$lt": prefix + "~"}}):
        for leg in transaction["legs"]:
            if leg.get("creator") is not None:
                had = sums.get(transaction["order"], (leg["creator"], 0))[1]
                sums[transaction["order"]] = (leg["creator"], had + leg["amount"])
    return sums


def grow(db: Database, times: int) -> None:
    """Let the store hold `times` as much as it does: copies under ids of their own, made by the server itself."""
    for name in COPIED:
        refs: dict[str, Any] = {}
        if name == "orders":
            renamed = {"key": {"$concat": ["$$ref.key", "~", "$$copy"]}, "revision": "$$ref.revision"}
            refs = {"refs": {"$map": {"input": "$refs", "as": "ref", "in": renamed}}}
        for number in range(1, times):
            copy = str(number)
            fields: dict[str, Any] = {"_id": {"$concat": ["$_id", "~", copy]}}
            if name in ("observations", "decisions", "ledger"):
                fields["order"] = {"$concat": ["$order", "~", copy]}
            if refs:
                fields["refs"] = {"$let": {"vars": {"copy": copy}, "in": refs["refs"]}}
            db[name].aggregate(
                [{"$match": {"_id": {"$not": {"$regex": "~"}}}}, {"$set": fields}, {"$merge": {"into": name}}]
            )


def open_database(url: str) -> Database:
    """Attribution's own database."""
    return MongoClient(url)["attribution"]
