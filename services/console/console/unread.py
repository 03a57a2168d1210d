"""How many conversations have something new, for the menu: asked seldom, and never waited for long."""

import asyncio
import contextlib
from collections import OrderedDict
from datetime import datetime, timedelta

from chassis.clock import Clock
from console.clients import Conversations, DeclinedError, NotThereError, ServiceAwayError
from console.domain.sessions import Session
from contracts.http.console import RoleKind

FRESH = timedelta(seconds=20)
PATIENCE = 0.3
"""Seconds that a page waits for the figure; it is left out where campaigns does not answer by then."""
MOST = 5_000
"""Figures in memory; the one that was asked for longest ago goes first."""
KINDS = frozenset({RoleKind.BRAND, RoleKind.CREATOR})


class Unread:
    """The figures of this process, by who reads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: OrderedDict[tuple[RoleKind, str], tuple[int, datetime]] = OrderedDict()

    async def of(self, session: Session, conversations: Conversations) -> int:
        """In how many conversations of theirs there is something new, as of the last seconds; 0 if nobody knows."""
        if session.role.kind not in KINDS:
            return 0
        key, now = _key(session), self._clock.now()
        count, heard_at = self._kept.get(key, (0, None))
        if heard_at is not None and now - heard_at < FRESH:
            return count
        # A figure in the menu is no reason to fail or to wait: the old one is shown until the next try.
        with contextlib.suppress(TimeoutError, ServiceAwayError, DeclinedError, NotThereError):
            count = await asyncio.wait_for(conversations.unread(), PATIENCE)
        self._kept[key] = (count, now)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return count

    def forget(self, session: Session) -> None:
        """Ask anew: something was read or written."""
        self._kept.pop(_key(session), None)


def _key(session: Session) -> tuple[RoleKind, str]:
    return session.role.kind, session.role.id
