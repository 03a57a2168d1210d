"""Whether a market lists a creator (D2): each rule passes, fails by so much, or waits for a figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final

from contracts.discovery import DEFAULT_MARKET, MarketStanding, Standing


class Rule(StrEnum):
    """What a market may ask for."""

    AGE = "age"
    FOLLOWERS = "followers"
    VIDEOS_30D = "videos-30d"
    VIEWS_30D = "views-30d"


class Verdict(StrEnum):
    """What became of a rule; unknown is not failed."""

    PASSED = "pass"
    FAILED = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Policy:
    """One market's rules; a rule that is None is not asked. The defaults are those of D2.

    `min_age` and `min_videos_30d` are inclusive, the other two must be exceeded, as the row has it.
    """

    market: str = DEFAULT_MARKET
    revision: int = 0
    min_age: int | None = 18
    more_than_followers: int | None = 50_000
    min_videos_30d: int | None = 3
    more_than_views_30d: int | None = 1_000


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a creator; None where it is not."""

    birth_date: date | None = None
    followers: int | None = None
    videos_30d: int | None = None
    views_30d: int | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """One rule's verdict: `need` is the least that passes, `gap` what is missing of it ("3,120 more followers")."""

    rule: Rule
    verdict: Verdict
    have: int | None
    need: int
    gap: int | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """All rules of one market, and what follows."""

    market: str
    standing: Standing
    rules: tuple[Judged, ...]


DEFAULT_POLICY: Final = Policy()


def judge(policy: Policy, facts: Facts, now: datetime) -> Judgement:
    """Not listed if a rule fails; unverified if none fails and a figure is unknown; else listed."""
    age = None if facts.birth_date is None else age_at(facts.birth_date, now)
    asked = (
        (Rule.AGE, policy.min_age, age),
        (Rule.FOLLOWERS, _above(policy.more_than_followers), facts.followers),
        (Rule.VIDEOS_30D, policy.min_videos_30d, facts.videos_30d),
        (Rule.VIEWS_30D, _above(policy.more_than_views_30d), facts.views_30d),
    )
    rules = tuple(_judged(rule, need, have) for rule, need, have in asked if need is not None)
    verdicts = {each.verdict for each in rules}
    if Verdict.FAILED in verdicts:
        return Judgement(policy.market, Standing.NOT_LISTED, rules)
    return Judgement(policy.market, Standing.UNVERIFIED if Verdict.UNKNOWN in verdicts else Standing.LISTED, rules)


def standings(policies: Iterable[Policy], facts: Facts, now: datetime) -> tuple[MarketStanding, ...]:
    """What others hear: the default's first, then the markets by their codes."""
    found = {policy.market: judge(policy, facts, now).standing for policy in policies}
    order = sorted(found, key=lambda market: (market != DEFAULT_MARKET, market))
    return tuple(MarketStanding(market=market, standing=found[market]) for market in order)


def age_at(birth_date: date, now: datetime) -> int:
    """Whole years by the UTC date; who was born on 29 February turns on 1 March of other years."""
    today = now.astimezone(UTC).date()
    return today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))


def next_age(policies: Iterable[Policy], birth_date: date, now: datetime) -> datetime | None:
    """When the creator next becomes old enough for a market; None if that is behind them."""
    turns = [birthday(birth_date, policy.min_age) for policy in policies if policy.min_age is not None]
    return min((at for at in turns if at > now), default=None)


def birthday(birth_date: date, years: int) -> datetime:
    """Midnight, UTC, of the day on which somebody becomes so old."""
    year = birth_date.year + years
    try:
        day = birth_date.replace(year=year)
    except ValueError:
        day = date(year, 2, 28) + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _above(limit: int | None) -> int | None:
    return None if limit is None else limit + 1


def _judged(rule: Rule, need: int, have: int | None) -> Judged:
    if have is None:
        return Judged(rule, Verdict.UNKNOWN, None, need)
    return (
        Judged(rule, Verdict.PASSED, have, need)
        if have >= need
        else Judged(rule, Verdict.FAILED, have, need, need - have)
    )


def with_default(policies: Sequence[Policy]) -> tuple[Policy, ...]:
    """The policies as set, and the default's own where nobody set that."""
    return tuple(policies) if any(p.market == DEFAULT_MARKET for p in policies) else (DEFAULT_POLICY, *policies)
