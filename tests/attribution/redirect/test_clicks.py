import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from pathlib import Path

import pytest
from aiokafka.errors import KafkaConnectionError

from attribution.redirect.clicks import ClickLog, Outcome
from attribution.redirect.segments import Segments
from attribution.redirect.spool import Spool
from attribution.redirect.written import WrittenClick
from tests.attribution.redirect.builders import a_click, a_written_click, some_settings, until

Answer = Callable[[], Awaitable[None]]


async def acks() -> None:
    """A broker that acks at once."""


async def hangs() -> None:
    await asyncio.Event().wait()


async def refuses() -> None:
    raise KafkaConnectionError("away")


async def is_slow() -> None:
    await asyncio.sleep(0.15)


class FakeBroker:
    """Remembers what it was sent and what it acked; `answer` says how it behaves now."""

    def __init__(self) -> None:
        self.answer: Answer = acks
        self.asked: list[tuple[float, str]] = []
        self.acked: list[str] = []
        self.renewed = 0
        self._answers: list[asyncio.Task[None]] = []

    def send(self, click: WrittenClick) -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        self.asked.append((loop.time(), click.id))
        future = loop.create_future()
        self._answers.append(loop.create_task(self._answer(click, future)))
        return future

    async def _answer(self, click: WrittenClick, future: asyncio.Future[None]) -> None:
        try:
            await self.answer()
        except Exception as error:  # noqa: BLE001 - whoever waits raises it
            if not future.done():
                future.set_exception(error)
            return
        self.acked.append(click.id)
        if not future.done():
            future.set_result(None)

    def renew(self) -> None:
        self.renewed += 1


@asynccontextmanager
async def a_click_log(
    directory: Path, broker: FakeBroker, *, draining: bool = True, max_bytes: int = 10**6, **settings: float
) -> AsyncIterator[ClickLog]:
    """A log over a real spool, its background work running; ends as a kill would: nothing is drained on the way out."""
    spool = Spool(Segments(directory, max_bytes=max_bytes, segment_bytes=4096), patience=5)
    await spool.open()
    clicks = ClickLog(broker, spool, some_settings(directory, **settings))
    recovery = asyncio.create_task(clicks.recover()) if draining else None
    try:
        yield clicks
    finally:
        if recovery is not None:
            recovery.cancel()
            with suppress(asyncio.CancelledError):
                await recovery
        await spool.close()


async def test_a_click_is_acked_before_it_counts_as_sent(tmp_path: Path) -> None:
    broker = FakeBroker()
    async with a_click_log(tmp_path, broker) as clicks:
        assert await clicks.record(a_written_click()) is Outcome.SENT
        assert broker.acked == [a_click().id]
        assert clicks._spool.size == 0


@pytest.mark.parametrize("answer", [pytest.param(hangs, id="hangs"), pytest.param(refuses, id="refuses")])
async def test_when_the_broker_does_not_ack_the_click_is_spooled_within_the_deadline(
    tmp_path: Path, answer: Answer
) -> None:
    broker = FakeBroker()
    broker.answer = answer
    clock = asyncio.get_running_loop().time
    async with a_click_log(tmp_path, broker, draining=False) as clicks:
        began = clock()
        assert await clicks.record(a_written_click()) is Outcome.SPOOLED
        assert clock() - began < 0.1 + 10
        assert not clicks.circuit.closed
        oldest = await clicks._spool.oldest()
        assert oldest is not None
        assert oldest[1] == [a_click().body()]


async def test_once_the_circuit_is_open_nobody_waits_for_the_broker(tmp_path: Path) -> None:
    broker = FakeBroker()
    broker.answer = hangs
    async with a_click_log(tmp_path, broker, draining=False) as clicks:
        await clicks.record(a_written_click(1))
        assert await clicks.record(a_written_click(2)) is Outcome.SPOOLED
        assert [click for _, click in broker.asked] == [a_click(1).id], "the second was not sent"


async def test_three_acked_probes_close_the_circuit_and_the_spool_is_drained_under_the_same_ids(tmp_path: Path) -> None:
    broker = FakeBroker()
    broker.answer = refuses
    async with a_click_log(tmp_path, broker) as clicks:
        await clicks.record(a_written_click(1))
        await asyncio.gather(*(clicks.record(a_written_click(number)) for number in range(2, 1202)))
        broker.answer = acks
        await until(lambda: clicks.circuit.closed and clicks._spool.size == 0)
        assert broker.acked[:3] == [a_click(1).id] * 3, "three probes came first"
        # A part that a busy machine did not ack in time goes out once more, under the same ids.
        assert set(broker.acked[3:]) == {a_click(n).id for n in range(1, 1202)}
        assert clicks.drained == 1201
        assert await clicks.record(a_written_click(9999)) is Outcome.SENT


async def test_there_is_at_most_one_probe_in_the_probes_interval(tmp_path: Path) -> None:
    broker = FakeBroker()
    broker.answer = refuses
    async with a_click_log(tmp_path, broker, probe_every=0.05) as clicks:
        await clicks.record(a_written_click())
        await until(lambda: len(broker.asked) >= 5)
    times = [time for time, _ in broker.asked]
    assert all(later - earlier >= 0.049 for earlier, later in pairwise(times))


async def test_a_probe_that_hangs_stays_the_only_one(tmp_path: Path) -> None:
    broker = FakeBroker()
    broker.answer = hangs
    async with a_click_log(tmp_path, broker, renew_after=600) as clicks:
        await clicks.record(a_written_click())
        await until(lambda: len(broker.asked) == 2)
        with pytest.raises(TimeoutError):
            await until(lambda: len(broker.asked) > 2, within=0.3)


async def test_a_slow_broker_keeps_the_circuit_open_but_the_spool_is_drained(tmp_path: Path) -> None:
    broker = FakeBroker()
    broker.answer = is_slow
    async with a_click_log(tmp_path, broker) as clicks:
        for number in (1, 2, 3):
            assert await clicks.record(a_written_click(number)) is Outcome.SPOOLED
        await until(lambda: clicks._spool.size == 0)
        assert not clicks.circuit.closed
        assert set(broker.acked) == {a_click(n).id for n in (1, 2, 3)}


async def test_a_producer_that_no_probe_gets_through_is_built_again(tmp_path: Path) -> None:
    broker = FakeBroker()
    broker.answer = hangs
    async with a_click_log(tmp_path, broker, renew_after=0.1) as clicks:
        await clicks.record(a_written_click())
        await until(lambda: broker.renewed > 0)


async def test_what_an_earlier_run_left_in_the_spool_goes_out_at_start(tmp_path: Path) -> None:
    broker = FakeBroker()
    broker.answer = refuses
    async with a_click_log(tmp_path, broker, draining=False) as clicks:
        for number in (1, 2):
            await clicks.record(a_written_click(number))
    broker.answer = acks
    async with a_click_log(tmp_path, broker) as clicks:
        await until(lambda: clicks._spool.size == 0)
    assert broker.acked == [a_click(1).id, a_click(2).id]


async def test_a_segment_stays_until_all_of_it_is_acked(tmp_path: Path) -> None:
    broker = FakeBroker()
    broker.answer = refuses
    async with a_click_log(tmp_path, broker, draining=False) as clicks:
        for number in (1, 2, 3):
            await clicks.record(a_written_click(number))
        held = clicks._spool.size

        async def all_but_the_last() -> None:
            if broker.asked[-1][1] == a_click(3).id:
                raise KafkaConnectionError("away again")

        broker.answer = all_but_the_last
        clicks.circuit.closed = True
        assert await clicks._drain()
        assert clicks._spool.size == held
        assert not clicks.circuit.closed, "a drain that fails opens the circuit"
        broker.answer = acks
        await clicks._drain()
        assert clicks._spool.size == 0
    assert set(broker.acked) == {a_click(n).id for n in (1, 2, 3)}


async def test_a_full_spool_still_lets_the_answer_go_and_counts(tmp_path: Path) -> None:
    broker = FakeBroker()
    broker.answer = refuses
    async with a_click_log(tmp_path, broker, draining=False, max_bytes=100) as clicks:
        assert [await clicks.record(a_written_click(n)) for n in (1, 2)] == [Outcome.LOST, Outcome.LOST]
        assert clicks._spool.lost == 2
    async with a_click_log(tmp_path, FakeBroker(), draining=False) as clicks:
        assert clicks._spool.lost == 2, "also after a start"


async def test_with_an_empty_spool_the_circuit_closes_too(tmp_path: Path) -> None:
    broker = FakeBroker()
    broker.answer = refuses
    async with a_click_log(tmp_path, broker, max_bytes=0) as clicks:
        assert await clicks.record(a_written_click()) is Outcome.LOST
        broker.answer = acks
        await until(lambda: clicks.circuit.closed)


async def test_a_graceful_stop_drains_what_goes_in_its_time_and_keeps_the_rest(tmp_path: Path) -> None:
    broker = FakeBroker()
    broker.answer = refuses
    async with a_click_log(tmp_path, broker, draining=False, stop_patience=0.1) as clicks:
        await clicks.record(a_written_click(1))
        clicks.circuit.closed = True
        broker.answer = hangs
        await clicks.close()
        assert clicks._spool.size > 0
        broker.answer = acks
        clicks.circuit.closed = True
        await clicks.close()
        assert clicks._spool.size == 0


async def test_a_spooled_click_that_can_not_be_read_is_counted_and_does_not_stop_the_others(tmp_path: Path) -> None:
    broker = FakeBroker()
    async with a_click_log(tmp_path, broker) as clicks:
        broker.answer = refuses
        await clicks.record(a_written_click(1))
        await clicks._spool.keep(b'{"not": "a click"}')
        broker.answer = acks
        await until(lambda: clicks._spool.size == 0)
        assert clicks._spool.lost == 1
        assert set(broker.acked) == {a_click(1).id}


async def test_a_bug_in_the_sending_is_loud(tmp_path: Path) -> None:
    async def breaks() -> None:
        raise ZeroDivisionError

    broker = FakeBroker()
    broker.answer = breaks
    async with a_click_log(tmp_path, broker, draining=False) as clicks:
        with pytest.raises(ZeroDivisionError):
            await clicks.record(a_written_click())
