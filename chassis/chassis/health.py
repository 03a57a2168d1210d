"""Whether a process lives and is ready: live = its loops turned recently, ready = it can do its job."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

CHECK_SECONDS: Final = 2.0
"""How long one check may take; one that takes longer has failed."""

Check = Callable[[], Awaitable[bool]]
"""Whether all is well; an exception means no, and its text says why."""


class MissingError(Exception):
    """What a check found missing, in words for the operator."""


@dataclass(frozen=True)
class Report:
    """What was found: per check "" or what is missing."""

    checks: dict[str, str]

    @property
    def is_good(self) -> bool:
        """Whether nothing is missing."""
        return not any(self.checks.values())


class Pulse:
    """A loop's sign of life: `beat()` at each turn. It must turn every `within` seconds, idle or not."""

    def __init__(self, within: float, monotonic: Callable[[], float]) -> None:
        self._within = within
        self._monotonic = monotonic
        self._last = monotonic()

    def beat(self) -> None:
        """The loop turned."""
        self._last = self._monotonic()

    async def is_beating(self) -> bool:
        """Whether it turned recently; raises `MissingError` saying since when not."""
        age = self._monotonic() - self._last
        if age > self._within:
            raise MissingError(f"has not turned for {age:.0f} s")
        return True


class Gate:
    """A thing that is so or is not yet: the table loaded, not stopping. Shut, with a reason, until opened."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def open(self) -> None:
        """It is so now."""
        self.reason = ""

    def shut(self, reason: str) -> None:
        """It is no longer so."""
        self.reason = reason

    async def is_open(self) -> bool:
        """Whether it is so; raises `MissingError` with the reason why not."""
        if self.reason:
            raise MissingError(self.reason)
        return True


class Health:
    """One process's signs of life and conditions of readiness, registered by whoever starts its parts.

    By role (ARCHITECTURE 6): api = the store answers; worker = the group joined, with or without partitions; redirect =
    the table is loaded. The age of the outbox and the broker are alerts, not conditions.
    """

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic, seconds: float = CHECK_SECONDS) -> None:
        self._monotonic = monotonic
        self._seconds = seconds
        self._live: dict[str, Check] = {}
        self._ready: dict[str, Check] = {}

    def live(self, name: str, check: Check) -> None:
        """The process is live only while `check` holds. It asks no other server: a restart would not mend that."""
        self._live[name] = check

    def ready(self, name: str, check: Check) -> None:
        """The process is ready only while `check` holds."""
        self._ready[name] = check

    def pulse(self, name: str, within: float = 30.0) -> Pulse:
        """The process is live while this pulse beats at least every `within` seconds."""
        pulse = Pulse(within, self._monotonic)
        self.live(name, pulse.is_beating)
        return pulse

    def gate(self, name: str, reason: str = "not yet") -> Gate:
        """The process is ready once this gate is open, and while it stays so."""
        gate = Gate(reason)
        self.ready(name, gate.is_open)
        return gate

    async def liveness(self) -> Report:
        """Which loops stand still."""
        return await self._report(self._live)

    async def readiness(self) -> Report:
        """What is missing; a loop that stands still counts, too."""
        return await self._report({**self._live, **self._ready})

    async def _report(self, checks: dict[str, Check]) -> Report:
        missing = await asyncio.gather(*(self._missing(check) for check in checks.values()))
        return Report(dict(zip(checks, missing, strict=True)))

    async def _missing(self, check: Check) -> str:
        try:
            async with asyncio.timeout(self._seconds):
                return "" if await check() else "no"
        except TimeoutError:
            return f"no answer within {self._seconds:g} s"
        except MissingError as missing:
            return str(missing)
        except Exception as error:  # noqa: BLE001 - whatever keeps a check from passing is what is missing
            return type(error).__name__  # not its text: it may name hosts, and this is told to whoever asks
