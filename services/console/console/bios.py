"""Creators' public pages, kept as they were last heard: a page is asked for more often than it changes.

Attribution may be away: followers then get the last answer, for a day; a short link that ended meanwhile says so.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis import mongo
from chassis.clock import Clock
from console.clients import Attribution, DeclinedError, NotThereError, ServiceAwayError
from console.store.accounts import page_name
from contracts.http.attribution import BioOut

FRESH = timedelta(seconds=30)
USABLE = timedelta(days=1)
PATIENCE = 1.0
"""Seconds for a fresher answer where there is an old one."""
AGAIN = timedelta(seconds=10)
"""After attribution did not answer, old answers are given at once for so long."""
MOST = 2000
"""Pages in memory; the one that was asked for longest ago goes first."""


@dataclass(frozen=True)
class Bio:
    """One creator's page: the name that they gave it, their links and codes, and when both were heard."""

    name: str
    shows: BioOut
    heard_at: datetime


class Bios:
    """The pages of this process. Many who ask for one page at once cost one call."""

    def __init__(self, db: mongo.Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._kept: OrderedDict[str, Bio] = OrderedDict()
        self._asking: dict[str, asyncio.Task[Bio | None]] = {}
        self._away_until: datetime | None = None

    async def find(self, creator: str, attribution: Attribution) -> Bio | None:
        """The creator's page; None if nobody has such an account.

        Raises `ServiceAwayError` or `DeclinedError` while attribution is away and was not heard within a day.
        """
        if creator in self._kept and await page_name(self._db, creator) is None:  # erased, perhaps by another process
            self.forget(creator)
            return None
        kept = self._kept.get(creator)
        if kept is None:
            return await self._one_ask(creator, attribution)
        self._kept.move_to_end(creator)
        now = self._clock.now()
        is_usable = now - kept.heard_at < USABLE
        if now - kept.heard_at < FRESH or (is_usable and self._away_until is not None and now < self._away_until):
            return kept
        try:
            return await asyncio.wait_for(self._one_ask(creator, attribution), PATIENCE if is_usable else None)
        except (ServiceAwayError, DeclinedError):
            self._away_until = now + AGAIN
            if not is_usable:
                raise
        except TimeoutError:
            self._away_until = now + AGAIN
        return kept

    async def _one_ask(self, creator: str, attribution: Attribution) -> Bio | None:
        """One call for all who wait; it goes on when they no longer do."""
        asking = self._asking.get(creator)
        if asking is None:
            asking = asyncio.create_task(self._ask(creator, attribution))
            self._asking[creator] = asking
            asking.add_done_callback(lambda done: self._asked(creator, done))
        return await asyncio.shield(asking)

    def _asked(self, creator: str, done: asyncio.Task[Bio | None]) -> None:
        self._asking.pop(creator, None)
        if not done.cancelled() and isinstance(done.exception(), ServiceAwayError | DeclinedError):
            self._away_until = self._clock.now() + AGAIN

    def forget(self, creator: str) -> None:
        """Ask anew: the creator changed the page."""
        self._kept.pop(creator, None)

    async def _ask(self, creator: str, attribution: Attribution) -> Bio | None:
        name = await page_name(self._db, creator)
        if name is None:
            self._kept.pop(creator, None)
            return None
        try:
            shows = await attribution.bio(creator)
        except NotThereError:
            shows = BioOut(creator=creator)
        heard = Bio(name=name, shows=shows, heard_at=self._clock.now())
        self._kept[creator] = heard
        self._kept.move_to_end(creator)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return heard
