"""Counts of clicks by version of the bot rule: which count an answer is by, and which a click still belongs to."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from attribution.domain.values import frozen

FIRST = 0
"""The number of the first count: each click by the verdict of its time."""
EDGE = timedelta(days=2)
"""Clicks of a recount's first days may be forgotten while it begins; it leaves those days to the count before."""


class Rule(Protocol):
    """A bot rule with its version in its name."""

    name: str

    def marks(self, *, method: str, user_agent: str, fetched_ahead: bool) -> bool:
        """Whether it is a bot's request."""


@frozen
class Recount:
    """All kept clicks judged by one rule. It speaks for days from `from_day` on; `base` speaks for those before."""

    number: int
    rule: str
    base: int
    from_day: date
    began_at: datetime
    finished_at: datetime | None = None


@frozen
class Evidence:
    """What a rule reads of a click, and the verdict of its time. `user_agent` None: not kept, its owner objected."""

    bot: bool
    bot_rule: str
    method: str
    user_agent: str | None
    fetched_ahead: bool


@frozen
class Part:
    """The days that one count speaks for: from `start` (inclusive) to `end` (exclusive); open where None."""

    number: int
    start: date | None
    end: date | None


def current(recounts: Sequence[Recount]) -> int:
    """The number of the newest finished recount: answers are by it unless another is asked for."""
    return max((one.number for one in recounts if one.finished_at is not None), default=FIRST)


def under_way(recounts: Sequence[Recount]) -> Recount | None:
    """The newest recount, if it is not finished; an older unfinished one was given up for it."""
    newest = max(recounts, key=lambda one: one.number, default=None)
    return newest if newest is not None and newest.finished_at is None else None


def following(recounts: Sequence[Recount], rule: str, now: datetime, kept: timedelta) -> Recount:
    """The recount that comes next, by `rule`; clicks are kept for `kept`."""
    number = max((one.number for one in recounts), default=FIRST) + 1
    return Recount(number, rule, current(recounts), (now - kept + EDGE).date(), now)


def comparable(older: Recount | None, newer: Recount, now: datetime, days: int) -> tuple[date, date]:
    """The newest UTC days, at most `days`, that both counts saw whole: since and until, both inclusive.

    `older` None is the first count. A count that is over hears of no click: it ends with the day before the newer one
    was finished. Before the older one's first day nothing was judged by it.
    """
    finished = newer.finished_at or now
    until = finished.date() - timedelta(days=1)
    since = max(newer.from_day, until - timedelta(days=days - 1))
    return (since if older is None else max(since, older.from_day)), until


def parts(recounts: Sequence[Recount], number: int) -> tuple[Part, ...]:
    """Which counts speak for which days where the answer is by recount `number`, the newest days first."""
    by_number = {one.number: one for one in recounts}
    found: list[Part] = []
    end: date | None = None
    while number != FIRST:
        one = by_number[number]
        if end is None or one.from_day < end:
            found.append(Part(number, one.from_day, end))
            end = one.from_day
        number = one.base
    return (*found, Part(FIRST, None, end))


def judged(evidence: Evidence, recount: Recount, rule: Rule) -> bool | None:
    """Whether the click is a bot's by the recount's rule; None where that takes another rule than the one at hand.

    The verdict of its time stands where it is by that rule, and where what the rule reads was not kept.
    """
    if evidence.bot_rule == recount.rule or evidence.user_agent is None:
        return evidence.bot
    if rule.name != recount.rule:
        return None
    return rule.marks(method=evidence.method, user_agent=evidence.user_agent, fetched_ahead=evidence.fetched_ahead)
