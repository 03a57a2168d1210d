"""The app as an ASGI callable; its clicks are taken by a fake log."""

import asyncio
import json
import re
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attribution.redirect.app import build
from attribution.redirect.clicks import Outcome
from attribution.redirect.keys import NoKeys
from attribution.redirect.written import WrittenClick
from chassis.serving import serve
from contracts.attribution import ClickRecorded, LinkStatus
from tests.attribution.redirect.builders import NOON, a_link_event, some_key, some_settings

CLICK = "01932d5e-7b7a-7c3a-9f00-0123456789ab"
TARGET = "https://shop.example/lamp?colour=red#buy"


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class FakeClicks:
    def __init__(self) -> None:
        self.recorded: list[ClickRecorded] = []
        self.answered: list[int] = []

    async def record(self, click: WrittenClick) -> Outcome:
        self.recorded.append(ClickRecorded.from_body(click.body))
        return Outcome.SENT


@pytest.fixture
async def app(tmp_path: Path) -> Any:
    """Caught up with six links; `app._clicks.recorded` are the clicks."""
    app: Any = build(some_settings(tmp_path), ask=some_key, now=lambda: NOON, new_id=lambda: CLICK)
    await app._keys.look()
    app._clicks = FakeClicks()
    app._follower.caught_up = True
    app._producer._there.set()
    links: dict[str, dict[str, Any]] = {
        "KRISTA20": {"target": TARGET},
        "PAUSED": {"status": LinkStatus.PAUSED},
        "ENDED": {"status": LinkStatus.ENDED},
        "EXPIRED": {"expires_at": NOON - timedelta(seconds=1)},
        "metrics": {},
        "REFUSED": {"target": "https://a@b.example"},
    }
    for code, changes in links.items():
        app.table.apply(a_link_event(code=code, **changes))
    return app


async def ask(app: Any, path: str, method: str = "GET", query: Any = b"", **headers: str) -> Answer:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query,
        "client": ("192.0.2.1", 4711),
        "headers": [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()],
    }
    await app(scope, None, send)
    start, *bodies = sent
    return Answer(
        start["status"],
        {name.decode(): value.decode() for name, value in start["headers"]},
        b"".join(message.get("body", b"") for message in bodies),
    )


async def test_a_code_leads_to_its_target_with_the_click_s_id(app: Any) -> None:
    answer = await ask(app, "/r/KRISTA20", user_agent="Mozilla/5.0 Firefox", referer="https://www.tiktok.com/@krista")
    assert answer.status == 302
    assert answer.headers == {
        "location": f"https://shop.example/lamp?colour=red&cclid={CLICK}#buy",
        "cache-control": "private, no-store",
        "referrer-policy": "strict-origin-when-cross-origin",
        "content-length": "0",
    }
    (click,) = app._clicks.recorded
    assert click.id == CLICK
    assert click.time == NOON
    assert (click.code, click.link, click.brand, click.creator) == ("KRISTA20", "link-KRISTA20", "brand-1", "creator-1")
    assert (click.bot, click.method, click.referrer) == (False, "GET", "www.tiktok.com")
    assert click.bot_rule.startswith("crawler-user-agents/")
    assert click.visitor is not None
    assert "192.0.2.1" not in click.body().decode()


async def test_head_answers_like_get_and_counts_as_a_bot(app: Any) -> None:
    assert await ask(app, "/r/KRISTA20", "HEAD", user_agent="Firefox") == await ask(
        app, "/r/KRISTA20", user_agent="Firefox"
    )
    assert [(click.method, click.bot) for click in app._clicks.recorded] == [("HEAD", True), ("GET", False)]


@pytest.mark.parametrize("header", ["sec_gpc", "dnt"])
async def test_who_objects_has_a_click_without_visitor(app: Any, header: str) -> None:
    assert (await ask(app, "/r/KRISTA20", **{header: "1"})).status == 302
    (click,) = app._clicks.recorded
    assert (click.visitor, click.user_agent) == (None, None)
    assert b"redirect_objected_clicks_total 1.0" in (await ask(app, "/metrics")).body
    assert b"redirect_clicks_without_key_total 0.0" in (await ask(app, "/metrics")).body


async def test_real_browsers_headers_are_understood(app: Any, free_port: Callable[[], int]) -> None:
    """A4: as they stand on the wire, one request with each."""
    port, stop = free_port(), asyncio.Event()
    serving = asyncio.create_task(serve(app, "127.0.0.1", port, stop, 1))

    async def wire(*headers: str) -> ClickRecorded:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        lines = ["GET /r/KRISTA20 HTTP/1.1", "Host: go.example", "User-Agent: Mozilla/5.0 Firefox", *headers]
        writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode())
        assert (await reader.read()).startswith(b"HTTP/1.1 302")
        writer.close()
        return app._clicks.recorded[-1]

    try:
        async with asyncio.timeout(60):
            while not await listening(port):  # noqa: ASYNC110 - a server has no event that tells
                await asyncio.sleep(0.01)
        assert (await wire()).visitor is not None
        assert (await wire("DNT: 0", "Sec-GPC: 0")).visitor is not None
        assert (await wire("Sec-GPC: 1")).visitor is None
        assert (await wire("DNT: 1")).visitor is None
        assert (await wire("Sec-Purpose: prefetch;prerender")).bot
    finally:
        stop.set()
        await serving


async def listening(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def test_what_the_rule_read_is_kept_and_the_address_is_not(app: Any) -> None:
    """A4: so that a later rule can judge again; 512 characters of the agent at most."""
    await ask(app, "/r/KRISTA20", user_agent="Mozilla/5.0 (X11) Firefox" + "x" * 600, sec_purpose="prefetch")
    (click,) = app._clicks.recorded
    assert click.user_agent == ("Mozilla/5.0 (X11) Firefox" + "x" * 600)[:512]
    assert click.fetched_ahead
    assert click.bot
    assert not click.data_centre
    assert click.data_centre_list.startswith("iporigin/")
    await ask(app, "/r/KRISTA20")
    assert app._clicks.recorded[1].user_agent == "", "none was sent, which the rule reads, too"
    assert b"192.0.2.1" not in b"".join(click.body() for click in app._clicks.recorded)


async def test_a_data_centre_s_address_is_marked_and_is_no_bot_for_that(app: Any) -> None:
    """A4: it is no person's click for the counts; MONEY 1: an order that carries it loses nothing by its address."""
    app.settings = app.settings.model_copy(update={"trusted_proxies": (ip_network("192.0.2.0/24"),)})
    await ask(app, "/r/KRISTA20", user_agent="Mozilla/5.0 Firefox", x_forwarded_for="52.95.110.1")
    (click,) = app._clicks.recorded
    assert (click.bot, click.data_centre) == (False, True)
    assert b"52.95.110.1" not in click.body()
    shown = (await ask(app, "/metrics")).body
    assert b"redirect_data_centre_clicks_total 1.0" in shown
    assert b"redirect_bot_clicks_total 0.0" in shown


async def test_without_a_key_clicks_are_recorded_and_counted_as_without_one(app: Any) -> None:
    app._keys = NoKeys()
    assert (await ask(app, "/r/KRISTA20", user_agent="Mozilla/5.0 Firefox")).status == 302
    assert app._clicks.recorded[0].visitor is None
    shown = (await ask(app, "/metrics")).body
    assert b"redirect_clicks_without_key_total 1.0" in shown


async def test_any_header_s_bytes_make_a_click(app: Any) -> None:
    assert (await ask(app, "/r/KRISTA20", user_agent="\xff\x00" * 300, referer="\xff")).status == 302
    assert json.loads(app._clicks.recorded[0].body())["bot"] is False


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        pytest.param("/r/NOBODY", 404, "nothing at this address", id="an unknown code"),
        pytest.param("/r/REFUSED", 404, "nothing at this address", id="a refused target"),
        pytest.param("/r/", 404, "nothing at this address", id="no code"),
        pytest.param("/r/KRISTA20/", 404, "nothing at this address", id="a slash behind it"),
        pytest.param("/r/krista20", 404, "nothing at this address", id="another case"),
        pytest.param("/", 404, "nothing at this address", id="the root"),
        pytest.param("/r/PAUSED", 410, "paused", id="a paused link"),
        pytest.param("/r/ENDED", 410, "ended", id="an ended link"),
        pytest.param("/r/EXPIRED", 410, "ended", id="an expired link"),
    ],
)
async def test_what_does_not_lead_on_is_said_on_a_page(app: Any, path: str, status: int, says: str) -> None:
    answer = await ask(app, path)
    assert answer.status == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-store"
    assert "script" not in answer.body.decode()
    assert says in answer.body.decode()
    assert 'lang="en"' in answer.body.decode()
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert "location" not in answer.headers
    assert app._clicks.recorded == []
    head = await ask(app, path, "HEAD")
    assert (head.status, head.headers, head.body) == (answer.status, answer.headers, b"")


async def test_an_unknown_code_is_not_denied_before_the_table_is_loaded(app: Any) -> None:
    app._follower.caught_up = False
    answer = await ask(app, "/r/NOBODY")
    assert (answer.status, answer.headers["retry-after"]) == (503, "2")
    assert (await ask(app, "/r/KRISTA20")).status == 302, "what is known leads on"
    assert (await ask(app, "/health/ready")).status == 503
    assert (await ask(app, "/health/live")).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
async def test_other_methods_are_refused(app: Any, method: str) -> None:
    answer = await ask(app, "/r/KRISTA20", method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
    assert app._clicks.recorded == []


async def test_no_code_hides_what_operators_need(app: Any) -> None:
    assert (await ask(app, "/health/ready")).body == b'{"status":"ok"}'
    assert (await ask(app, "/metrics")).headers["content-type"].startswith("text/plain")
    assert (await ask(app, "/r/metrics")).status == 302


async def test_background_work_that_ends_makes_it_unhealthy(app: Any) -> None:
    async def ends() -> None:
        """A bug."""

    app._in_background(ends())
    await app._tasks[0]
    assert (await ask(app, "/health/live")).status == 503


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    path=st.text(max_size=30),
    query=st.binary(max_size=40),
    method=st.sampled_from(["GET", "HEAD"]),
    host=st.text(st.characters(max_codepoint=255), max_size=20),
)
async def test_the_location_is_the_stored_target_whatever_is_asked(
    app: Any, path: str, query: bytes, method: str, host: str
) -> None:
    for asked in (f"/r/{path}", "/r/KRISTA20", f"/r/KRISTA20{path}", path):
        answer = await ask(app, asked, method, query, host=host, x_forwarded_host=host, referer=host, user_agent=host)
        location = answer.headers.get("location")
        if location is not None:
            assert answer.status == 302
            assert location in (
                f"https://shop.example/lamp?colour=red&cclid={CLICK}#buy",
                f"https://shop.example/lamp?cclid={CLICK}",
            )
            assert urlsplit(location).netloc == "shop.example"
        for name, value in answer.headers.items():
            assert not re.search(r"[\r\n\x00]", name + value)
