"""The redirect as an ASGI app without a framework: nothing stands between the socket and the dictionary."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog
import uuid_utils
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from attribution.domain.links.targets import CLICK
from attribution.redirect import pages
from attribution.redirect.bots import LONGEST, fetched_ahead, the_rule
from attribution.redirect.clicks import ClickLog
from attribution.redirect.data_centres import DataCentres
from attribution.redirect.follower import Follower
from attribution.redirect.keys import Ask, HandedKeys, NoKeys
from attribution.redirect.metrics import RedirectMetrics
from attribution.redirect.misses import Misses
from attribution.redirect.pages import Page
from attribution.redirect.producer import ClickProducer
from attribution.redirect.segments import Segments
from attribution.redirect.settings import RedirectSettings
from attribution.redirect.spool import Spool
from attribution.redirect.table import Table, Verdict
from attribution.redirect.visitors import DailyKeys, client_address, objects, referrer_host, visitor
from attribution.redirect.written import Seen, write

log = structlog.stdlib.get_logger("attribution.redirect")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_PREFIX = "/r/"
_MINUTE = 60.0
_PAGES = {
    Verdict.UNKNOWN: pages.UNKNOWN,
    Verdict.PAUSED: pages.PAUSED,
    Verdict.ENDED: pages.OVER,
    Verdict.EXPIRED: pages.OVER,
}
_ONWARD = (
    (b"cache-control", b"private, no-store"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"content-length", b"0"),
)
_NO_BODY = {"type": "http.response.body"}


def build(
    settings: RedirectSettings,
    *,
    ask: Ask | None = None,
    now: Callable[[], datetime] | None = None,
    new_id: Callable[[], str] = lambda: str(uuid_utils.uuid7()),
) -> "Redirect":
    """The app, by the host's clock, for it starts without a database. `ask` gets the day's key, if anybody has one."""
    now = now or (lambda: datetime.now(UTC) + settings.clock_offset)
    return Redirect(settings, keys=NoKeys() if ask is None else HandedKeys(ask, now), now=now, new_id=new_id)


class Redirect:
    """`GET /r/{code}` and what operators need; its parts live as long as the ASGI lifespan."""

    def __init__(
        self, settings: RedirectSettings, *, keys: DailyKeys, now: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        self.settings = settings
        self.table = Table(settings.click_parameter)
        self.metrics = RedirectMetrics()
        self._keys = keys
        self._now = now
        self._new_id = new_id
        self._bots = the_rule()
        self._data_centres = DataCentres(settings.data_centres)
        self._misses = Misses(budget=settings.miss_budget, seconds=_MINUTE)
        self._producer = ClickProducer(settings.kafka, traced_share=settings.traced_share)
        self._follower = Follower(self.table, settings, self.metrics.invalid.inc)
        self._spool = Spool(
            Segments(
                settings.data_dir / "spool",
                max_bytes=settings.spool_max_bytes,
                segment_bytes=settings.spool_segment_bytes,
            ),
            patience=settings.spool_patience,
        )
        self._tasks: list[asyncio.Task[None]] = []
        self._broken: str | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "http":
            path: str = scope["path"]
            if path.startswith(_PREFIX):
                await self._redirect(path[len(_PREFIX) :], scope, send)
            else:
                await _respond(send, scope, self._page(path))
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            raise NotImplementedError(f"the redirect does not speak {scope['type']}")

    async def start(self) -> None:
        """Take the spool and the snapshot; broker and topic are looked for in the background."""
        await self._spool.open()
        await self._follower.restore()
        self._clicks = ClickLog(self._producer, self._spool, self.settings)
        self._show_metrics()
        for work in (
            self._producer.run(),
            self._follower.run(),
            self._follower.keep_snapshots(),
            self._clicks.recover(),
            self._keys.run(),
            self._data_centres.keep_fresh(),
            self._forget_misses(),
        ):
            self._in_background(work)

    async def stop(self) -> None:
        """No request is being answered any more: drain what goes, keep the rest, write the snapshot."""
        producing, *others = self._tasks
        await _cancelled(others)
        await self._clicks.close()
        await self._follower.save()
        await _cancelled([producing])
        await self._producer.close()
        await self._spool.close()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self.start()
        except Exception as error:
            log.exception("the redirect can't start")
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    def _page(self, path: str) -> Page:
        if path == "/health/live":
            return _health(self._broken)
        if path == "/health/ready":
            return _health(self._broken or self._why_not_ready())
        return self._exposition() if path == "/metrics" else pages.UNKNOWN

    async def _redirect(self, code: str, scope: Scope, send: Send) -> None:
        method: str = scope["method"]
        if method not in ("GET", "HEAD"):
            self._count("wrong-method")
            await _respond(send, scope, pages.WRONG_METHOD)
            return
        clock = asyncio.get_running_loop().time
        began = clock()
        wait = self._misses and self._misses.wait_of(self._address(scope), began)
        if wait:
            self._count("too-many-misses")
            await _respond(send, scope, pages.too_many_misses(wait))
            return
        now = self._now()
        verdict, route = self.table.look_up(code, now)
        if verdict is not Verdict.LEADS_ON or route is None:
            await self._refuse(verdict, scope, send)
            return
        click = write(self._new_id(), now, route, self._see(now, scope))
        outcome = await self._clicks.record(click)
        location = route.slotted.replace(CLICK, click.id).encode()
        await send({"type": "http.response.start", "status": 302, "headers": [(b"location", location), *_ONWARD]})
        await send(_NO_BODY)
        self._count(outcome.value)
        self.metrics.waited(clock() - began)

    async def _refuse(self, verdict: Verdict, scope: Scope, send: Send) -> None:
        """The page for a code that does not lead on; an unknown one counts as a miss once the table is whole."""
        starting = verdict is Verdict.UNKNOWN and not self._follower.ready
        if verdict is Verdict.UNKNOWN and not starting:
            self._misses.count(self._address(scope), asyncio.get_running_loop().time())
        self._count("starting" if starting else verdict.value)
        await _respond(send, scope, pages.STARTING if starting else _PAGES[verdict])

    def _see(self, now: datetime, scope: Scope) -> Seen:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        user_agent = headers.get(b"user-agent", b"")[:LONGEST].decode("latin-1")
        method: str = scope["method"]
        ahead = fetched_ahead(headers)
        address = self._address(scope, headers)
        follow = not objects(headers)
        seen = Seen(
            self._bots.marks(method=method, user_agent=user_agent, fetched_ahead=ahead),
            self._bots.name,
            visitor(self._keys, now, address, user_agent) if follow else None,
            referrer_host(headers.get(b"referer", b"")),
            method,
            user_agent if follow else None,
            ahead,
            self._data_centres.hold(address),
            self._data_centres.name,
        )
        self.metrics.count_marks(seen, objected=not follow)
        return seen

    def _address(self, scope: Scope, headers: dict[bytes, bytes] | None = None) -> str:
        """Who asks, by the proxies that are trusted."""
        peer = scope["client"][0] if scope.get("client") else ""
        if not self.settings.trusted_proxies:
            return str(peer)
        headers = dict(scope["headers"]) if headers is None else headers
        return client_address(peer, headers.get(b"x-forwarded-for", b""), self.settings.trusted_proxies)

    def _why_not_ready(self) -> str | None:
        if not self._follower.ready:
            return "the table is being loaded"
        if not self._producer.connected and not self._follower.has_waited:
            return "the broker is being looked for"  # without it, the first click would open the circuit
        return None

    def _count(self, outcome: str) -> None:
        self.metrics.count(outcome)

    def _exposition(self) -> Page:
        body = generate_latest(self.metrics.registry)
        return Page(200, ((b"content-type", CONTENT_TYPE_LATEST.encode()), _length(body)), body)

    def _show_metrics(self) -> None:
        show, total = self.metrics.show, self.metrics.show_total
        # Is the circuit open (1: clicks go straight to the spool) or closed (0)?
        show("redirect_circuit_open", "1 while clicks go to the spool", lambda: float(not self._clicks.circuit.closed))
        # How much waits in the spool, and how much of it got through?
        show("redirect_spool_bytes", "Bytes of spooled clicks", lambda: self._spool.size)
        total("redirect_clicks_drained", "Spooled clicks brought to the topic", lambda: self._clicks.drained)
        # How many clicks were answered and could not be kept, over all starts (I1)?
        total("redirect_clicks_lost", "Clicks answered and not kept, an upper bound", lambda: self._spool.lost)
        # How many links does the table know, how many lead to a refused target, and is it the topic's present state?
        show("redirect_links", "Links in the table", lambda: len(self.table))
        total("redirect_targets_refused", "Link targets refused", lambda: self.table.refused)
        show("redirect_caught_up", "1 once the topic was read to its end", lambda: float(self._follower.caught_up))
        # How old is the key of today's visitors, and how many ranges of data centres are the operator's own?
        show("redirect_daily_key_age_seconds", "Since the key was handed over; -1 without", lambda: self._keys.age)
        show("redirect_own_data_centre_ranges", "The operator's own ranges", lambda: self._data_centres.own)
        # Does somebody guess codes: how many were asked for that nobody has, and how often was a guesser refused?
        total("redirect_misses", "Requests for codes that nobody has", lambda: self._misses.counted)
        total("redirect_guessing_refused", "Requests refused for their client's misses", lambda: self._misses.refused)
        # How many times was a producer thrown away?
        total("redirect_producer_renewed", "Producers built again", lambda: self._producer.renewed)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Background work never ends by itself: that is a bug, and the process is to be started again."""
        if not task.cancelled():
            self._broken = f"{task.get_coro()!r} ended"
            log.critical("a background task of the redirect ended", exc_info=task.exception(), pid=os.getpid())

    async def _forget_misses(self) -> None:
        """Whoever guessed no more is as good as anybody."""
        while True:
            await asyncio.sleep(_MINUTE)
            self._misses.forget(asyncio.get_running_loop().time())


async def _cancelled(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _respond(send: Send, scope: Scope, page: Page) -> None:
    await send({"type": "http.response.start", "status": page.status, "headers": list(page.headers)})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else page.body})


def _health(trouble: str | None) -> Page:
    body = orjson.dumps({"status": "ok"} if trouble is None else {"status": "not ok", "why": trouble})
    status = 200 if trouble is None else 503
    return Page(status, ((b"content-type", b"application/json"), (b"cache-control", b"no-store"), _length(body)), body)


def _length(body: bytes) -> tuple[bytes, bytes]:
    return b"content-length", str(len(body)).encode()
