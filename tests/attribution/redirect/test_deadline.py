"""Many wait, one timer looks."""

import asyncio

import pytest

from attribution.redirect.deadline import Deadline
from tests.attribution.redirect.builders import until


async def test_what_is_done_in_time_is_left_alone() -> None:
    deadline = Deadline(5)
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    waiting = asyncio.create_task(deadline.within(done))
    await asyncio.sleep(0)
    done.set_result(None)
    await waiting


async def test_whatever_takes_too_long_is_stopped_and_not_before() -> None:
    deadline, loop = Deadline(0.05), asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(TimeoutError):
        await deadline.within(loop.create_future())
    assert loop.time() - began >= 0.05
    assert asyncio.current_task().cancelling() == 0
    await deadline.within(asyncio.sleep(0))


async def test_each_has_a_deadline_of_its_own() -> None:
    deadline, loop = Deadline(0.1), asyncio.get_running_loop()
    first = asyncio.create_task(deadline.within(loop.create_future()))
    await asyncio.wait([first], timeout=0.06)
    later: asyncio.Future[None] = loop.create_future()
    second = asyncio.create_task(deadline.within(later))
    await asyncio.wait([first])
    assert isinstance(first.exception(), TimeoutError)
    later.set_result(None)
    await second


async def test_an_error_of_the_work_is_the_work_s_own() -> None:
    async def fails() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        await Deadline(1).within(fails())


async def test_whoever_is_asked_to_stop_stops() -> None:
    waiting = asyncio.create_task(Deadline(5).within(asyncio.get_running_loop().create_future()))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_who_is_late_and_asked_to_stop_stops() -> None:
    """As with `asyncio.timeout`: nobody's request to stop gets lost."""
    deadline = Deadline(0.02)

    async def stubborn() -> None:
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            waiting.cancel()
            raise

    waiting = asyncio.create_task(deadline.within(stubborn()))
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_nothing_ticks_while_nobody_waits() -> None:
    deadline = Deadline(0.01)
    await deadline.within(asyncio.sleep(0))
    await until(lambda: deadline._timer is None)
    assert deadline._began == {}
    assert deadline._late == set()
