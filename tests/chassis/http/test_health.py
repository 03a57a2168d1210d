import asyncio
from typing import Any

import httpx
import pytest

from chassis import mongo as store
from chassis.context import Context
from chassis.health import Health, MissingError
from chassis.http import close_api
from chassis.testing import calling
from tests.chassis.http.shop import a_shop, a_shop_context


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def probed(context: Context[Any], health: Health, which: str) -> httpx.Response:
    app = a_shop(context, health=health)
    try:
        async with calling(app) as client:
            return await client.get(f"/health/{which}")
    finally:
        await close_api(app)


@pytest.mark.parametrize(
    ("elapsed", "status", "told"),
    [
        pytest.param(30.0, 200, {"loop": "ok"}, id="it turned in time"),
        pytest.param(31.0, 503, {"loop": "has not turned for 31 s"}, id="it stands still"),
    ],
)
@pytest.mark.parametrize("which", ["live", "ready"])
async def test_a_process_lives_while_its_loop_turns(
    context: Context[Any], elapsed: float, status: int, told: dict[str, str], which: str
) -> None:
    time = Time()
    health = Health(monotonic=time)
    pulse = health.pulse("loop", within=30)
    time.now = 100.0
    pulse.beat()

    time.now += elapsed
    answer = await probed(context, health, which)

    assert (answer.status_code, answer.json()["checks"]) == (status, told)
    assert answer.json()["status"] == ("ok" if status == 200 else "failing")


async def test_a_gate_makes_ready_and_never_dead(context: Context[Any]) -> None:
    health = Health()
    gate = health.gate("table", "not loaded yet")
    shut = await probed(context, health, "ready")
    alive = await probed(context, health, "live")
    gate.open()
    opened = await probed(context, health, "ready")
    gate.shut("stopping")
    again = await probed(context, health, "ready")

    assert (shut.status_code, shut.json()["checks"]) == (503, {"table": "not loaded yet"})
    assert (alive.status_code, alive.json()["checks"]) == (200, {})
    assert (opened.status_code, opened.json()["checks"]) == (200, {"table": "ok"})
    assert (again.status_code, again.json()["checks"]) == (503, {"table": "stopping"})


async def never() -> bool:
    await asyncio.Event().wait()
    return True


async def no() -> bool:
    return False


async def broken() -> bool:
    raise RuntimeError("host db-7.internal")


async def missing() -> bool:
    raise MissingError("has not joined its group")


@pytest.mark.parametrize(
    ("check", "told"),
    [
        pytest.param(never, "no answer within 0.05 s", id="it hangs"),
        pytest.param(no, "no", id="it says no"),
        pytest.param(broken, "RuntimeError", id="it breaks"),
        pytest.param(missing, "has not joined its group", id="it says what is missing"),
    ],
)
async def test_a_check_that_does_not_pass_is_told_and_the_others_are_asked(check: Any, told: str) -> None:
    health = Health(seconds=0.05)
    health.ready("one", check)
    health.gate("other").open()

    report = await health.readiness()

    assert report.checks == {"one": told, "other": ""}
    assert not report.is_good


async def test_an_api_is_ready_while_its_store_answers(context: Context[Any]) -> None:
    health = Health()
    health.ready("store", lambda: store.is_there(context.db))

    assert (await probed(context, health, "ready")).json() == {"status": "ok", "checks": {"store": "ok"}}


async def test_an_api_without_its_store_is_alive_and_not_ready() -> None:
    client = store.connect("mongodb://127.0.0.1:1/?replicaSet=rs0", timeout_ms=50)
    context = a_shop_context(client, "nowhere")
    health = Health()
    health.ready("store", lambda: store.is_there(context.db))
    try:
        ready, live = await probed(context, health, "ready"), await probed(context, health, "live")
    finally:
        client.close()

    assert (ready.status_code, ready.json()["checks"]["store"]) == (503, "ServerSelectionTimeoutError")
    assert live.status_code == 200
