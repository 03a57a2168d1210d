"""The day's key in the redirect's memory: handed over by attribution's API, shared by all redirects, never on disk."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import httpx
import structlog
from pydantic import ValidationError

from attribution.redirect.visitors import Mac
from chassis.http.clients import TokenUnavailableError
from contracts.http.attribution import DailyKey

log = structlog.stdlib.get_logger("attribution.redirect")

DAY: Final = timedelta(days=1)
AHEAD: Final = timedelta(hours=6)
"""How long before midnight the next day's key can be had, at the earliest."""
SPARE: Final = timedelta(minutes=15)
"""How long before midnight it is asked for at the latest, so that there is time to try again."""
_LOOK_EVERY = 1.0
_RETRY_FIRST = 1.0
_RETRY_MOST = 15.0

Ask = Callable[[date], Awaitable[bytes]]


class KeyUnavailableError(Exception):
    """Nobody hands over a key at the moment; the message names no secret."""


class NoKeys:
    """Nobody hands over keys: clicks are recorded, and not counted as unique."""

    age = -1.0

    def mac_of(self, _day: date) -> None:
        """There is none."""

    async def run(self) -> None:
        """Nothing is to be done, for ever."""
        await asyncio.Event().wait()


class HandedKeys:
    """Keys as `ask` hands them over: today's as soon as it can be had, tomorrow's at a moment of this process's own.

    Days that are over by `now` lose their key at once: it is overwritten. `offset` is when in the last hours before
    midnight this process asks, so that not all redirects ask at the same time.
    """

    def __init__(self, ask: Ask, now: Callable[[], datetime], *, offset: timedelta | None = None) -> None:
        self._ask = ask
        self._now = now
        self._ahead = offset or random.uniform(SPARE / AHEAD, 1.0) * AHEAD  # noqa: S311 - jitter, not a secret
        self._keys: dict[date, bytearray] = {}
        self._macs: dict[date, Mac] = {}
        self._since: dict[date, datetime] = {}
        self._failures = 0
        self._again_at = 0.0

    def key_of(self, day: date) -> bytearray | None:
        """The day's key; None until it was handed over and once the day is over."""
        return self._keys.get(day)

    def mac_of(self, day: date) -> Mac | None:
        """Hashes under the day's key, and goes with it."""
        return self._macs.get(day)

    @property
    def age(self) -> float:
        """Seconds since today's key was handed over; -1 without one."""
        since = self._since.get(_day(self._now()))
        return -1.0 if since is None else (self._now() - since).total_seconds()

    async def run(self) -> None:
        """Look every second, for ever."""
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_EVERY)

    async def look(self) -> None:
        """Destroy what is over, and ask for what is due and not there; after a failure only once its time has come."""
        now = self._now()
        self._destroy_before(_day(now))
        missing = [day for day in self._due(now) if day not in self._keys]
        clock = asyncio.get_running_loop().time()
        if not missing or clock < self._again_at:
            return
        try:
            for day in missing:
                self._keys[day] = bytearray(await self._ask(day))
                self._macs[day] = Mac(self._keys[day])
                self._since[day] = self._now()
        except KeyUnavailableError as error:
            self._failures += 1
            wait = random.uniform(0.5, 1.0) * min(_RETRY_MOST, _RETRY_FIRST * 2.0 ** min(self._failures, 10))  # noqa: S311
            self._again_at = clock + wait
            log.warning("no key of the day yet", day=str(missing[0]), error=str(error), attempt=self._failures)
        else:
            self._failures = 0
            log.info("the day's key was handed over", days=[str(day) for day in missing])
        self._destroy_before(_day(self._now()))  # the asking may have lasted past midnight

    def _due(self, now: datetime) -> list[date]:
        today = _day(now)
        midnight = datetime.combine(today, time(), UTC) + DAY
        return [today, today + DAY] if now >= midnight - self._ahead else [today]

    def _destroy_before(self, today: date) -> None:
        for day in [day for day in self._keys if day < today]:
            key = self._keys.pop(day)
            key[:] = bytes(len(key))
            self._macs.pop(day, None)
            self._since.pop(day, None)


def asking(http: httpx.AsyncClient) -> Ask:
    """Asks attribution's API, with this service's token; raises `KeyUnavailableError`."""

    async def ask(day: date) -> bytes:
        try:
            answer = await http.get(f"/internal/daily-keys/{day.isoformat()}")
            answer.raise_for_status()
            handed = DailyKey.model_validate_json(answer.content)
        except (httpx.HTTPError, httpx.InvalidURL, TokenUnavailableError) as error:
            raise KeyUnavailableError(str(error)) from error
        except ValidationError:
            raise KeyUnavailableError("the answer is no key") from None  # its text would quote the key
        if handed.day != day.isoformat():
            raise KeyUnavailableError("the answer is another day's key")
        return bytes.fromhex(handed.key)

    return ask


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
