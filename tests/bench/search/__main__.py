"""`make bench-search`: DOCS creators, 400 searches, cold and warm, and up to a million the same on MongoDB."""

import asyncio
import json
import os
import resource
import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from aiokafka import AIOKafkaProducer

from chassis import kafka
from chassis.ids import new_id
from chassis.settings import ServiceSettings
from contracts import envelope
from contracts.discovery import AgeBand, Category, Gender, InfluencerType, Profile, ProfileImported
from discovery.domain.fit import Question as Fit
from discovery.domain.search_documents import Figure
from discovery.domain.searches import Filters, Range, Sort
from discovery.search.building import MEMORY
from discovery.search.checks import size_of
from discovery.search.finding import MOST_SCORED, Finder
from discovery.search.fitting import Fitting
from discovery.search.following import BUILDING, Follower
from discovery.search.index import CreatorIndex, Position
from discovery.search.preparing import Preparing
from local.stack import a_kafka, a_mongo, find_source
from tests.bench.search.creators import creators
from tests.bench.search.events import TOPIC, Tape, write
from tests.bench.search.mongodb import Mongo
from tests.bench.search.questions import Question, questions
from tests.bench.setting import resident_mb
from tests.discovery.builders import NOON
from tests.support.servers import a_folder, running

T = TypeVar("T")

DOCS = int(os.environ.get("DOCS", "200000"))
MONGO_MOST = 1_000_000
MONGO_QUESTIONS = int(os.environ.get("MONGO_QUESTIONS", "400"))
WARMING = 40  # of MongoDB's questions are asked once before: each takes seconds at a million
SEEN = 20


def main() -> None:
    source = find_source()
    with a_folder() as parent:
        print(f"{DOCS:,} creators. Writing their events ...", flush=True)
        files, made = timed(lambda: write(parent / "events", DOCS))
        print(f"  in {made:,.0f} s. Building the index, load average {os.getloadavg()[0]:.1f} ...", flush=True)
        folder = parent / "index"
        folder.mkdir()
        before = cpu_of_all()
        built = asyncio.run(build(folder, files))
        cpu = cpu_of_all() - before
        shutil.rmtree(parent / "events")
        size = size_of(folder)
        print(f"  in {built:,.1f} s, {cpu:,.0f} s of processors. Asking, load {os.getloadavg()[0]:.1f} ...", flush=True)
        opened, checked = timed(lambda: CreatorIndex.open(folder))
        forget(folder)
        asked = list(questions())
        cold, _ = ask_all(opened, asked)
        warm, totals = ask_all(opened, asked)
        same_view, _ = ask_all(opened, asked, Finder(opened.searcher()))
        fits = fit_all(opened)
        memory = (resident_mb(os.getpid()), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        with running(a_kafka(source, parent / "kafka")) as broker:
            seen = asyncio.run(visible(opened, broker.address))
        opened.close()
        mongodb = on_mongodb(source, folder, asked, totals) if DOCS <= MONGO_MOST else None
    show(
        built,
        cpu,
        size,
        checked,
        {"cold": cold, "warm": warm, "warm, one view": same_view},
        fits,
        mongodb,
        seen,
        memory,
    )


def cpu_of_all() -> float:
    """What this process and those that it waited for have used of the processors."""
    return sum(
        one.ru_utime + one.ru_stime for one in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def fit_all(index: CreatorIndex) -> tuple[int, float]:
    """How many are put in order by fit, close to as many as may be, and the milliseconds for it; the best of five."""
    finder = Finder(index.searcher())
    asked = Fit(
        ages=frozenset({AgeBand.FROM_18}),
        genders=frozenset({Gender.FEMALE}),
        countries=frozenset({"US"}),
        categories=frozenset({Category.BEAUTY}),
        influencer_type=InfluencerType.PEER,
        budget=50_000,
    )
    low, high = 0, 200_000_000
    while low < high:  # the lowest number of followers that no more than so many have
        middle = (low + high) // 2
        low, high = (low, middle) if finder.total(_followed(middle)) <= MOST_SCORED else (middle + 1, high)
    only = _followed(low)
    taken = [timed(lambda: finder.fitting(only, Fitting(asked), None, SEEN + 1))[1] * 1000 for _ in range(5)]
    return finder.total(only), min(taken)


def _followed(least: int) -> Filters:
    return Filters(figures={Figure.FOLLOWERS: Range(least)})


async def build(folder: Path, files: Sequence[Path]) -> float:
    """Seconds until the index is made, merged and closed: as the service makes one, but for the broker."""
    began = time.monotonic()
    index = CreatorIndex.create(folder, memory=MEMORY)
    with Preparing() as prepare:
        follower = Follower(index, ServiceSettings(), BUILDING, prepare, prepare.processes + 1)
        await follower._read(Tape(files, DOCS), {TOPIC: DOCS}, lambda: None, to_the_end=True)
    await asyncio.to_thread(index.commit, Position())  # the broker's topic is followed from its own beginning
    await asyncio.to_thread(index.close, merged=True)
    return time.monotonic() - began


def timed(work: Callable[[], T]) -> tuple[T, float]:
    began = time.monotonic()
    answer = work()
    return answer, time.monotonic() - began


def forget(folder: Path) -> None:
    """The files' pages leave the page cache, so that each search reads what it needs from the disk."""
    for path in folder.iterdir():
        with path.open("rb") as opened:
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def ask_all(
    index: CreatorIndex, asked: Sequence[Question], kept: Finder | None = None
) -> tuple[list[float], list[int]]:
    """Milliseconds and totals; page and counts at once, as the API asks them.

    Each by a finder of its own, which has kept nothing, or all by one, as the service asks between two commits.
    """
    taken, totals = [], []
    with ThreadPoolExecutor(2) as pool:
        for question in asked:
            finder = kept or Finder(index.searcher())
            began = time.monotonic()
            page = pool.submit(finder.page, question.filters, question.sort, None, SEEN + 1)
            counts = finder.counts(question.filters)
            found = page.result()
            taken.append((time.monotonic() - began) * 1000)
            totals.append(counts.total)
            assert len(found) == min(counts.total, SEEN + 1), question
    return taken, totals


async def visible(index: CreatorIndex, bootstrap: str) -> float:
    """Seconds from sending a creator to Kafka until a search finds it; the worst of ten."""
    settings = ServiceSettings(kafka_bootstrap=bootstrap)
    await kafka.create_topics(settings, [ProfileImported.TOPIC])
    follower = Follower(index, settings)
    following = asyncio.create_task(follower.run())
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    worst = 0.0
    try:
        await asyncio.wait([asyncio.ensure_future(follower.caught_up.wait()), following], return_when="FIRST_COMPLETED")
        for _ in range(10):
            name = f"seen-{new_id()}"
            profile = Profile(id=name, network="tiktok", handle=name, followers=1)
            event = ProfileImported.of(profile, id=new_id(), time=NOON, revision=1)
            began = time.monotonic()
            await producer.send_and_wait(
                event.TOPIC.name, event.body(), key=event.key().encode(), headers=envelope.headers(event, "bench")
            )
            only = Filters(only=(frozenset({name}),))
            while not Finder(index.searcher()).page(only, Sort.FOLLOWERS, None, 1):
                assert not following.done(), following.exception()
                await asyncio.sleep(0.01)
            worst = max(worst, time.monotonic() - began)
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await producer.stop()
    return worst


def on_mongodb(source, folder: Path, asked: Sequence[Question], totals: Sequence[int]) -> tuple[float, list[float]]:
    """Seconds to fill it, and milliseconds of each search; the totals must be the same."""
    with running(a_mongo(source, folder.parent / "mongo")) as server:
        mongo = Mongo(server.address)
        try:
            filled = mongo.fill(creators(DOCS))
            some = range(0, len(asked), max(1, len(asked) // MONGO_QUESTIONS))
            for at in some[:: max(1, len(some) // WARMING)]:
                mongo.ask(asked[at])
            taken = []
            for at in some:
                total, seconds = mongo.ask(asked[at])
                taken.append(seconds * 1000)
                # Typos and bios are found by the index alone.
                assert total == totals[at] or asked[at].filters.text, (asked[at], total, totals[at])
            return filled, taken
        finally:
            mongo.close()


def percentiles(taken: Sequence[float]) -> tuple[float, float, float]:
    cuts = statistics.quantiles(taken, n=100)
    return cuts[49], cuts[94], cuts[98]


def show(built, cpu, size, checked, ours, fits, mongodb, seen, memory) -> None:
    print(
        f"built in {built:.1f} s ({DOCS / built:,.0f} creators/s; {cpu / DOCS * 1e6:.0f} us of the processors each),"
        f" {size / 1e6:,.0f} MB on disk, {size / DOCS:.0f} bytes each"
    )
    print(f"{fits[0]:,} creators in order by fit, first page: {fits[1]:.0f} ms")
    print(f"opened, all checksums compared, in {checked:.2f} s; resident {memory[0]} MB, most {memory[1]} MB")
    print(f"seen at most {seen:.2f} s after it was sent to Kafka")
    print("| 400 searches, ms | p50 | p95 | p99 |")
    print("|---|---|---|---|")
    warm = ours["warm"]
    for name, taken in (ours | ({"MongoDB, warm": mongodb[1]} if mongodb else {})).items():
        print(f"| {name} | " + " | ".join(f"{one:.1f}" for one in percentiles(taken)) + " |")
    ratio = None
    if mongodb:
        ratio = round(statistics.mean(mongodb[1]) / statistics.mean(warm), 1)
        at_p95 = percentiles(mongodb[1])[1] / percentiles(warm)[1]
        print(f"MongoDB filled in {mongodb[0]:.1f} s; {ratio:.1f} times as long in the mean, {at_p95:.1f} times at p95")
    line = {
        "bench": "search",
        "docs": DOCS,
        "p95_ms": round(percentiles(warm)[1], 1),
        "ratio_to_mongodb": ratio,
        "visible_s": round(seen, 2),
        "build_s": round(built, 1),
        "fit_ms": round(fits[1]),
        "load": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
