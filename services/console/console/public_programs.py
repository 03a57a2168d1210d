"""Programs as everybody may read them, kept for seconds: a link in a chat is opened by many at once."""

from collections import OrderedDict
from datetime import datetime, timedelta

from chassis.clock import Clock
from console.clients import Programs, ServiceAwayError
from contracts.http.campaigns import PublicProgram

FRESH = timedelta(seconds=30)
USABLE = timedelta(hours=1)
"""While campaigns is away, what was heard so lately is still shown."""
MOST = 1_000


class PublicPrograms:
    """The programs of this process; the one that was asked for longest ago goes first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[PublicProgram, datetime]] = OrderedDict()

    async def find(self, campaign: str, programs: Programs) -> PublicProgram:
        """The program; raises `NotThereError` for one that is not open, `ServiceAwayError` if nobody can say."""
        kept = self._kept.get(campaign)
        now = self._clock.now()
        if kept is not None and now - kept[1] < FRESH:
            return kept[0]
        self._kept.pop(campaign, None)
        try:
            found = await programs.public(campaign)
        except ServiceAwayError:
            if kept is None or now - kept[1] >= USABLE:
                raise
            self._kept[campaign] = kept
            return kept[0]
        self._kept[campaign] = (found, now)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return found
