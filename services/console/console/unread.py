"""How much is new at a place of the menu: asked seldom, and never waited for long."""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from chassis.clock import Clock
from console.clients import DeclinedError, NotThereError, ServiceAwayError
from console.domain.sessions import Session
from contracts.http.console import RoleKind

FRESH = timedelta(seconds=20)
PATIENCE = 0.3
"""Seconds that a page waits for the figure; it is left out where nobody answers by then."""
MOST = 5_000
"""Figures in memory; the one that was asked for longest ago goes first."""

Key = tuple[RoleKind, str, str]


class Unread:
    """The figures of this process for those of some kinds: one for each brand or creator, or for each person of one."""

    def __init__(self, clock: Clock, kinds: frozenset[RoleKind], *, is_personal: bool = False) -> None:
        self._clock = clock
        self._kinds = kinds
        self._is_personal = is_personal
        self._kept: OrderedDict[Key, tuple[int, datetime]] = OrderedDict()

    async def of(self, session: Session, ask: Callable[[], Awaitable[int]]) -> int:
        """How much there is new for them, as of the last seconds; 0 if nobody knows."""
        if session.role.kind not in self._kinds:
            return 0
        key, now = self._key(session), self._clock.now()
        count, heard_at = self._kept.get(key, (0, None))
        if heard_at is not None and now - heard_at < FRESH:
            return count
        # A figure in the menu is no reason to fail or to wait: the old one is shown until the next try.
        with contextlib.suppress(TimeoutError, ServiceAwayError, DeclinedError, NotThereError):
            count = await asyncio.wait_for(ask(), PATIENCE)
        self._kept[key] = (count, now)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return count

    def forget(self, session: Session) -> None:
        """Ask anew: something was read or written."""
        self._kept.pop(self._key(session), None)

    def _key(self, session: Session) -> Key:
        return session.role.kind, session.role.id, session.person if self._is_personal else ""
