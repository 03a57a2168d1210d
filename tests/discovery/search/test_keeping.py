"""What goes wrong with an index and its topic while it serves or is made: the search gets over it by itself."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from chassis.health import MissingError
from chassis.kafka import new_producer
from chassis.settings import ServiceSettings
from chassis.tx import OUTBOX
from contracts.topics import CREATORS
from discovery.domain.searches import Filters, Sort
from discovery.search import fields, following, search
from discovery.search.building import BuildTorn, build, built_apart
from discovery.search.checks import ForeignIndex, TornIndex
from discovery.search.finding import Finder
from discovery.search.following import StalledConsumer
from discovery.search.index import Change, CreatorIndex, Position
from discovery.search.metrics import MADE, TORN
from discovery.search.places import Places
from discovery.search.reading import changes_of
from discovery.search.search import NoIndexYet, Search
from tests.discovery.search.test_records import an_event

MANY = 40


class Topic:
    """A topic of the test's own, of one partition, which discovery takes for its own."""

    def __init__(self, address: str, name: str) -> None:
        self.settings = ServiceSettings(kafka_bootstrap=address)
        self.name = name

    async def make(self) -> None:
        await self._administer(lambda admin: admin.create_topics([NewTopic(self.name, 1, 1)]))

    async def remove(self) -> None:
        await self._administer(lambda admin: admin.delete_topics([self.name]))

    async def say(self, *values: bytes) -> None:
        producer = new_producer(self.settings)
        await producer.start()
        try:
            for value in values:
                await producer.send_and_wait(self.name, value, partition=0)
        finally:
            await producer.stop()

    async def _administer(self, what: Callable[[AIOKafkaAdminClient], Awaitable[Any]]) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.settings.kafka_bootstrap)
        await admin.start()
        try:
            answer = await what(admin)
            errors = answer.topic_errors if hasattr(answer, "topic_errors") else answer.topic_error_codes
            assert [error[1] for error in errors] == [0]
        finally:
            await admin.close()


@pytest.fixture
async def no_topic(kafka, monkeypatch) -> Topic:
    made = Topic(kafka.address, f"creators-{uuid.uuid4().hex[:8]}")
    monkeypatch.setattr(following, "CREATORS", replace(CREATORS, name=made.name))
    monkeypatch.setattr(search, "ASK_EVERY", 0.05)
    return made


@pytest.fixture
async def topic(no_topic) -> AsyncIterator[Topic]:
    await no_topic.make()
    await no_topic.say(*(an_event(f"early{n}", followers=n) for n in range(MANY)))
    yield no_topic
    await no_topic.remove()


class Keeping:
    """A search that runs and builds in this process; `wanted` is the generation, and builds wait for `may_build`."""

    def __init__(self, topic: Topic, root: Path) -> None:
        self.wanted = 0
        self.may_build = asyncio.Event()
        self.may_build.set()
        self.builds = 0
        self.topic = topic
        self.places = Places(root)
        self.search = Search(root, topic.settings, self._build)
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._running = asyncio.create_task(self.search.run(self._told))
        return self

    async def __aexit__(self, kind: object, *_: object) -> None:
        assert self._running is not None
        if kind is None:  # a consumer that is stopped while it starts leaves its connection open
            await self.topic.say(an_event("end"))
            await self._once(lambda found: "end" in (found or ()))
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)

    async def _told(self) -> int:
        return self.wanted

    async def _build(self, folder: Path, generation: int) -> None:
        self.builds += 1
        await self.may_build.wait()
        try:
            await build(folder, generation, self.topic.settings)
        except TornIndex as error:
            raise BuildTorn(str(error)) from error

    async def found(self) -> set[str] | None:
        """Whom it finds, each once; None while it finds nobody."""
        try:
            ((page, total),) = await self.search.ask(everybody)
        except NoIndexYet:
            return None
        assert len(page) == len(set(page)) == total
        return set(page)

    async def finds(self, *names: str, within: float = 30) -> None:
        await self._once(lambda found: found == set(names), within)

    async def _once(self, is_so: Callable[[set[str] | None], bool], within: float = 30) -> None:
        async with asyncio.timeout(within):
            while True:
                if is_so(await self.found()):
                    return
                assert self._running is not None
                assert not self._running.done(), self._running.exception()
                await asyncio.sleep(0.02)


def everybody(finder: Finder) -> tuple[list[str], int]:
    page = finder.page(Filters(), Sort.FOLLOWERS, None, 1000)
    return [place.id for place in page], finder.total(Filters())


def unreadable(_finder: Finder) -> None:
    raise TornIndex("a file says nonsense")


EARLY = [f"early{n}" for n in range(MANY)]


@pytest.fixture
async def keeping(topic, tmp_path) -> AsyncIterator[Keeping]:
    async with Keeping(topic, tmp_path / "search") as made:
        await made.finds(*EARLY)
        yield made


def an_index_of(root: Path, position: Position, *values: bytes) -> Path:
    """One that an earlier run left and served."""
    root.mkdir(exist_ok=True)
    places = Places(root)
    made = CreatorIndex.create(places.begin())
    made.take([change for change in changes_of(values) if isinstance(change, Change)])
    made.commit(position)
    made.close()
    places.serve(made.folder)
    return made.folder


async def test_an_index_that_is_torn_while_it_serves_is_answered_by_503_and_replaced(keeping, brand, app, context):
    """By the API, as a brand meets it: the file is damaged under the process that serves it."""
    rows = await context.db[OUTBOX].find({"topic": CREATORS.name}).to_list(None)
    await keeping.topic.say(*(row["value"] for row in rows))
    people = {"anna.bakes", "beppe.draws", "claude"}
    await until(lambda: keeping.search._index.position.offsets == {0: MANY + len(people)})
    of_outbox, app.state.search = app.state.search, keeping.search
    torn, folder = TORN._value.get(), keeping.places.current()
    for path in folder.glob("*.store"):
        with path.open("r+b") as opened:
            opened.write(b"\xff" * (path.stat().st_size // 2))
    keeping.may_build.clear()
    answer = await brand.get("/v1/creators")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2"), answer.text
    assert answer.json()["type"] == "/problems/search-not-ready"
    with pytest.raises(MissingError):
        await keeping.search.is_ready()
    keeping.may_build.set()
    await keeping.finds(*EARLY, *people)
    assert (await keeping.search.is_ready(), (await brand.get("/v1/creators")).status_code) == (True, 200)
    assert TORN._value.get() == torn + 1
    assert keeping.places.current() != folder
    app.state.search = of_outbox


async def test_an_index_that_no_search_can_read_though_its_files_are_whole_serves_until_a_new_one_is_made(keeping):
    folder = keeping.places.current()
    keeping.may_build.clear()
    with pytest.raises(NoIndexYet):
        await keeping.search.ask(unreadable)
    await keeping.finds(*EARLY)
    with pytest.raises(NoIndexYet):
        await keeping.search.ask(unreadable)
    assert await keeping.found() == set(EARLY), "one question that it can't answer costs the others nothing"
    await keeping.topic.say(an_event("late"))
    await keeping.finds(*EARLY, "late")
    assert (keeping.places.current(), keeping.builds) == (folder, 2)
    keeping.may_build.set()
    await until(lambda: keeping.places.current() != folder)
    await keeping.finds(*EARLY, "late")
    await asyncio.sleep(0)
    assert keeping.builds == 2, "and of the new one nobody doubts"


async def test_what_is_wrong_with_the_index_before_says_nothing_of_the_one_that_serves(keeping):
    may_fail, made = asyncio.Event(), MADE._value.get()
    loop = asyncio.get_running_loop()

    def late(finder: Finder) -> None:
        asyncio.run_coroutine_threadsafe(may_fail.wait(), loop).result(30)
        unreadable(finder)

    asking = asyncio.create_task(keeping.search.ask(late))
    await asyncio.sleep(0)
    keeping.wanted = 1
    await until(lambda: MADE._value.get() == made + 1)
    may_fail.set()
    with pytest.raises(NoIndexYet):
        await asking
    assert await keeping.found() == set(EARLY)
    assert not keeping.search._torn.is_set()


async def test_a_rebuild_that_was_cut_off_goes_on_while_the_old_index_serves_and_follows(topic, tmp_path):
    async with Keeping(topic, tmp_path / "search") as before:
        await before.finds(*EARLY)
    async with Keeping(topic, tmp_path / "search") as keeping:
        keeping.wanted = 1
        keeping.may_build.clear()
        await keeping.finds(*EARLY, "end", within=search.PATIENCE - 1)  # before it would serve whatever it has
        await topic.say(an_event("late"))
        await keeping.finds(*EARLY, "end", "late")
        assert keeping.builds == 1
        keeping.may_build.set()
        await until(lambda: keeping.search._index.position.generation == 1)
        await keeping.finds(*EARLY, "end", "late")


@pytest.mark.parametrize("left", ["torn", "of an earlier generation", "empty"])
async def test_what_a_crash_left_of_a_build_is_thrown_away_unless_it_can_go_on(topic, tmp_path, left):
    root = tmp_path / "search"
    root.mkdir()
    folder = Places(root).begin()
    if left != "empty":
        CreatorIndex.create(folder).close()
    if left == "torn":
        (folder / "meta.json").write_bytes(b"{")
    async with Keeping(topic, root) as keeping:
        keeping.wanted = 3
        await keeping.finds(*EARLY)
        assert keeping.search._index.position.generation == 3
        assert (keeping.builds, folder.exists()) == ((1, True) if left == "empty" else (2, False))


async def test_the_process_that_makes_an_index_says_that_what_it_found_is_torn(kafka, tmp_path, monkeypatch):
    for name, value in {"ENVIRONMENT": "development", "KAFKA_BOOTSTRAP": kafka.address}.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "meta.json").write_bytes(b"{")
    with pytest.raises(BuildTorn):
        await built_apart(tmp_path, 0)


async def test_an_index_of_other_code_is_made_anew(topic, tmp_path, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(fields, "fingerprint", lambda: "another")
        old = an_index_of(tmp_path / "search", Position({0: MANY}), an_event("old"))
    async with Keeping(topic, tmp_path / "search") as keeping:
        await keeping.finds(*EARLY)
        await until(lambda: not old.exists())


async def test_an_index_that_came_further_than_the_topic_goes_is_of_another_topic_and_made_anew(topic, tmp_path):
    old = an_index_of(tmp_path / "search", Position({0: MANY + 1}), an_event("old"))
    async with Keeping(topic, tmp_path / "search") as keeping:
        await keeping.finds(*EARLY)
        await until(lambda: not old.exists())


@pytest.mark.parametrize("news", [["new"], []], ids=["with records", "empty"])
async def test_a_topic_that_is_made_anew_under_the_one_who_follows_is_noticed(topic, tmp_path, monkeypatch, news):
    monkeypatch.setattr(following, "CHECK_EVERY", 0.5)
    async with Keeping(topic, tmp_path / "search") as keeping:
        await keeping.finds(*EARLY)
        await topic.remove()
        await again(topic.make)
        await topic.say(*map(an_event, news))
        await keeping.finds(*news, within=60)


async def test_while_there_is_no_topic_what_an_earlier_run_left_serves_and_the_topic_is_waited_for(
    no_topic, tmp_path, monkeypatch
):
    monkeypatch.setattr(search, "PATIENCE", 0.3)
    an_index_of(tmp_path / "search", Position(), an_event("old"))
    async with Keeping(no_topic, tmp_path / "search") as keeping:
        await keeping.finds("old")
        await no_topic.make()
        await no_topic.say(an_event("new"))
        await keeping.finds("old", "new")
    await no_topic.remove()


@pytest.fixture
def consumers(monkeypatch) -> list[AIOKafkaConsumer]:
    """Those that follow, in the order in which they began."""
    made: list[AIOKafkaConsumer] = []

    def consumer(*args: Any, **kwargs: Any) -> AIOKafkaConsumer:
        made.append(AIOKafkaConsumer(*args, **kwargs))
        return made[-1]

    monkeypatch.setattr(following, "AIOKafkaConsumer", consumer)
    return made


async def test_a_consumer_that_gets_nothing_though_there_is_more_is_replaced_by_a_new_one(
    topic, tmp_path, consumers, monkeypatch
):
    monkeypatch.setattr(following, "CHECK_EVERY", 0.3)
    an_index_of(tmp_path / "search", Position({0: MANY}), an_event("old"))
    async with Keeping(topic, tmp_path / "search") as keeping:
        await keeping.finds("old")
        consumers[0].pause(*consumers[0].assignment())
        await topic.say(an_event("late"))
        await keeping.finds("old", "late")
        assert (len(consumers), keeping.builds) == (2, 0)


async def test_a_topic_whose_records_begin_again_is_another_though_no_consumer_was_told(topic, tmp_path, consumers):
    """As after a broker lost its disk: the offset is out of range, and the consumer begins anew without a word."""
    an_index_of(tmp_path / "search", Position({0: MANY}), an_event("old"))
    async with Keeping(topic, tmp_path / "search") as keeping:
        await keeping.finds("old")
        await topic.say(an_event("late"))
        await keeping.finds("old", "late")
        (partition,) = consumers[0].assignment()
        consumers[0].seek(partition, 10 * MANY)
        await keeping.finds(*EARLY, "late")


async def test_a_partition_that_stands_before_what_was_read_is_foreign_and_one_that_stands_still_is_stalled(topic):
    consumer = AIOKafkaConsumer(topic.name, bootstrap_servers=topic.settings.kafka_bootstrap, group_id=None)
    await consumer.start()
    try:
        (partition,) = consumer.assignment()
        consumer.seek(partition, 5)
        assert await following._moved(consumer, {partition: 4}) == {partition: 5}
        with pytest.raises(StalledConsumer):
            await following._moved(consumer, {partition: 5})
        with pytest.raises(ForeignIndex):
            await following._moved(consumer, {partition: 6})
        consumer.seek(partition, MANY)
        assert await following._moved(consumer, {partition: MANY}) == {partition: MANY}
        consumer.seek(partition, MANY + 1)
        with pytest.raises(ForeignIndex):
            await following._moved(consumer, {})
    finally:
        await consumer.stop()


async def until(what: Callable[[], bool], within: float = 30) -> None:
    async with asyncio.timeout(within):
        while True:
            if what():
                return
            await asyncio.sleep(0.02)


async def again(what: Callable[[], Awaitable[None]]) -> None:
    """A topic's name is free a moment after it was removed."""
    async with asyncio.timeout(30):
        while True:
            try:
                return await what()
            except AssertionError:
                await asyncio.sleep(0.1)
