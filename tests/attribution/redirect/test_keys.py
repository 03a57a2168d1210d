"""A4: the day's key in the redirect's memory: handed over, shared, fetched ahead, destroyed."""

import asyncio
import json
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from attribution.app import redirect
from attribution.redirect.app import build
from attribution.redirect.keys import DAY, HandedKeys, KeyUnavailableError, asking
from attribution.redirect.visitors import visitor
from attribution.settings import AttributionSettings
from chassis.http.clients import TokenUnavailableError
from chassis.serving import serve
from chassis.settings import Environment
from contracts.http.attribution import DailyKey
from tests.attribution.redirect.builders import NOON, SOME_KEY, some_settings, until

TODAY = NOON.date()
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Store:
    """Hands over a key for each day, as attribution's API does; counts who asks for what."""

    def __init__(self) -> None:
        self.keys: dict[date, bytes] = {}
        self.asked: list[date] = []
        self.away = False

    async def ask(self, day: date) -> bytes:
        self.asked.append(day)
        if self.away:
            raise KeyUnavailableError("away")
        return self.keys.setdefault(day, random.randbytes(32))


class Times:
    """A clock that is set by hand."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def times() -> Times:
    return Times()


async def test_two_redirects_share_the_day_s_key_so_one_person_is_one_visitor(store: Store, times: Times) -> None:
    first, second = HandedKeys(store.ask, times), HandedKeys(store.ask, times)
    await first.look()
    await second.look()
    seen = visitor(first, NOON, "192.0.2.1", "Mozilla/5.0")
    assert seen is not None
    assert seen == visitor(second, NOON, "192.0.2.1", "Mozilla/5.0")


async def test_without_the_api_there_is_no_key_and_nobody_is_a_visitor_until_it_is_back(
    store: Store, times: Times
) -> None:
    store.away = True
    keys = HandedKeys(store.ask, times)
    await keys.look()
    assert keys.key_of(TODAY) is keys.mac_of(TODAY) is None
    assert visitor(keys, NOON, "192.0.2.1", "Mozilla/5.0") is None
    assert keys.age == -1
    await keys.look()
    assert store.asked == [TODAY], "it waits a while before it asks again"
    store.away = False
    keys._again_at = 0.0
    await keys.look()
    assert visitor(keys, NOON, "192.0.2.1", "Mozilla/5.0") is not None
    times.now += HOUR
    assert keys.age == 3600


async def test_tomorrow_s_key_is_fetched_ahead_of_midnight(store: Store, times: Times) -> None:
    keys = HandedKeys(store.ask, times, offset=HOUR)
    times.now = MIDNIGHT - HOUR - timedelta(seconds=1)
    await keys.look()
    assert store.asked == [TODAY]
    times.now = MIDNIGHT - HOUR
    await keys.look()
    assert store.asked == [TODAY, TODAY + DAY]
    store.away = True
    times.now = MIDNIGHT
    await keys.look()
    assert keys.key_of(TODAY + DAY) == store.keys[TODAY + DAY], "the API may be away at midnight"


async def test_redirects_don_t_all_ask_at_once_and_leave_time_to_try_again(store: Store, times: Times) -> None:
    moments = {HandedKeys(store.ask, times)._ahead for _ in range(200)}
    assert len(moments) > 190
    assert all(timedelta(minutes=15) <= moment <= 6 * HOUR for moment in moments)


async def test_once_the_day_is_over_its_key_is_gone_from_memory(store: Store, times: Times) -> None:
    keys = HandedKeys(store.ask, times)
    await keys.look()
    held = keys.key_of(TODAY)
    assert held == store.keys[TODAY]
    before = visitor(keys, NOON, "192.0.2.1", "Mozilla/5.0")
    times.now = MIDNIGHT
    await keys.look()
    assert keys.key_of(TODAY) is keys.mac_of(TODAY) is None
    assert held == bytes(32), "overwritten, not only forgotten"
    assert visitor(keys, NOON, "192.0.2.1", "Mozilla/5.0") is None, "who was there can't be recognised any more"
    assert before != visitor(keys, times.now, "192.0.2.1", "Mozilla/5.0")


async def test_a_key_that_arrives_after_its_day_is_not_kept(store: Store, times: Times) -> None:
    async def slow(day: date) -> bytes:
        times.now = MIDNIGHT
        return await store.ask(day)

    keys = HandedKeys(slow, times)
    await keys.look()
    assert keys.key_of(TODAY) is keys.mac_of(TODAY) is None


def answers(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://api.test")


def a_key(day: date = TODAY, key: bytes = SOME_KEY) -> dict[str, Any]:
    return DailyKey(day=day.isoformat(), key=key.hex(), destroy_at=MIDNIGHT + DAY).model_dump(mode="json")


async def test_the_key_comes_from_attribution_s_api() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, json=a_key())

    async with answers(answer) as http:
        assert await asking(http)(TODAY) == SOME_KEY
    assert asked == ["/internal/daily-keys/2026-11-23"]


def _raise(error: Exception) -> httpx.Response:
    raise error


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda _: httpx.Response(404, json={}), id="not of that day"),
        pytest.param(lambda _: httpx.Response(503), id="no store"),
        pytest.param(lambda _: httpx.Response(200, text="<html>"), id="no JSON"),
        pytest.param(lambda _: httpx.Response(200, json=a_key() | {"key": SOME_KEY.hex()[:-2]}), id="too short"),
        pytest.param(lambda _: httpx.Response(200, json=a_key(TODAY + DAY)), id="another day's"),
        pytest.param(lambda _: _raise(httpx.ConnectError("refused")), id="nobody there"),
        pytest.param(lambda _: _raise(TokenUnavailableError("no console")), id="no token"),
    ],
)
async def test_whatever_else_it_answers_is_no_key_and_is_told_without_one(
    answer: Callable[[httpx.Request], httpx.Response],
) -> None:
    async with answers(answer) as http:
        with pytest.raises(KeyUnavailableError) as caught:
            await asking(http)(TODAY)
    assert SOME_KEY.hex()[:-2] not in str(caught.value)


def all_bytes(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


async def test_a_redirect_without_the_api_starts_serves_and_writes_its_key_nowhere(
    tmp_path: Path, store: Store, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """A4: neither MongoDB, nor the broker, nor the API is there at start; then a key comes."""
    store.away = True
    app: Any = build(some_settings(tmp_path), ask=store.ask, now=lambda: NOON)
    await app.start()
    try:
        await until(lambda: bool(store.asked))
        assert app._keys.mac_of(TODAY) is None
        assert b"redirect_daily_key_age_seconds -1.0" in app._exposition().body
        store.away = False
        app._keys._again_at = 0.0
        await until(lambda: app._keys.mac_of(TODAY) is not None)
        assert b"redirect_daily_key_age_seconds 0.0" in app._exposition().body
    finally:
        await app.stop()
    told = caplog.text + "".join(capsys.readouterr())
    key = store.keys[TODAY]
    assert key.hex() not in told
    for kept in all_bytes(tmp_path):
        assert key not in kept
        assert key.hex().encode() not in kept


async def stand_in(scope: Any, _receive: Any, send: Any) -> None:
    """The console and attribution's API at one address: tokens, and keys for who shows one."""
    if scope["path"] == "/oauth/token":
        answer: dict[str, Any] = {"access_token": "a-token", "expires_in": 300}
    else:
        assert dict(scope["headers"])[b"authorization"] == b"Bearer a-token"
        answer = a_key(date.fromisoformat(scope["path"].removeprefix("/internal/daily-keys/")))
    body = json.dumps(answer).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.mark.parametrize("client", ["attribution", ""])
async def test_the_service_s_redirect_gets_its_key_by_its_settings_and_none_without_credentials(
    tmp_path: Path, free_port: Callable[[], int], client: str
) -> None:
    api, port = free_port(), free_port()
    stop, no_api = asyncio.Event(), asyncio.Event()
    settings = AttributionSettings(
        environment=Environment.DEVELOPMENT,
        kafka_bootstrap="127.0.0.1:1",
        console_url=f"http://127.0.0.1:{api}",
        attribution_url=f"http://127.0.0.1:{api}",
        client_id=client,
        client_secret=SecretStr("a secret"),
        redirect_dir=tmp_path,
        redirect_port=port,
        grace_seconds=5,
    )
    serving = asyncio.create_task(serve(stand_in, "127.0.0.1", api, no_api, 1))
    running = asyncio.create_task(redirect(settings, stop))
    age = -2.0
    try:
        async with asyncio.timeout(90), httpx.AsyncClient() as http:
            while age < (0 if client else -1):
                age = await shown_age(http, f"http://127.0.0.1:{port}/metrics")
                await asyncio.sleep(0.05)
    finally:
        stop.set()
        await running
        no_api.set()
        await serving
    assert age >= 0 if client else age == -1


async def shown_age(http: httpx.AsyncClient, url: str) -> float:
    """What the redirect shows of its key; -2 while it does not listen."""
    try:
        text = (await http.get(url)).text
    except httpx.TransportError:
        return -2.0
    lines = [line for line in text.splitlines() if line.startswith("redirect_daily_key_age_seconds ")]
    return float(lines[0].split()[1])


async def test_looking_goes_on_for_ever(store: Store, times: Times) -> None:
    keys = HandedKeys(store.ask, times)
    running = asyncio.ensure_future(keys.run())
    await until(lambda: keys.key_of(TODAY) is not None)
    assert not running.done()
    running.cancel()
