"""One deadline for many."""

import asyncio

import pytest

from attribution.redirect.deadline import Deadline
from tests.attribution.redirect.builders import until


def a_future() -> asyncio.Future[None]:
    return asyncio.get_running_loop().create_future()


async def test_what_is_done_in_time_is_left_alone() -> None:
    done = a_future()
    waiting = asyncio.ensure_future(Deadline(5).watch(done))
    done.set_result(None)
    await waiting


async def test_whatever_takes_too_long_is_ended_and_not_before() -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(TimeoutError):
        await Deadline(0.05).watch(a_future())
    assert loop.time() - began >= 0.05


async def test_each_has_a_deadline_of_its_own() -> None:
    deadline = Deadline(0.1)
    first = deadline.watch(a_future())
    await asyncio.wait([first], timeout=0.06)
    later = deadline.watch(a_future())
    await asyncio.wait([first])
    assert isinstance(first.exception(), TimeoutError)
    assert not later.done()
    later.set_result(None)
    await later


async def test_who_is_done_out_of_turn_keeps_nobody_else_from_being_ended() -> None:
    deadline = Deadline(0.05)
    watched = [deadline.watch(a_future()) for _ in range(4)]
    watched[1].set_result(None)
    watched[3].cancel()
    await asyncio.wait(watched)
    assert isinstance(watched[0].exception(), TimeoutError)
    assert watched[1].result() is None
    assert isinstance(watched[2].exception(), TimeoutError)
    assert watched[3].cancelled()


async def test_an_error_of_the_work_is_the_work_s_own() -> None:
    failing = a_future()
    failing.set_exception(KeyError("x"))
    with pytest.raises(KeyError):
        await Deadline(1).watch(failing)


async def test_whoever_is_asked_to_stop_stops() -> None:
    future = a_future()

    async def wait() -> None:
        await Deadline(0.05).watch(future)

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert future.cancelled(), "nobody waits for it any more"


async def test_nothing_ticks_and_nothing_is_kept_while_nobody_waits() -> None:
    deadline = Deadline(0.01)
    done = a_future()
    done.set_result(None)
    await deadline.watch(done)
    await until(lambda: deadline._timer is None)
    assert len(deadline._began) == 0
