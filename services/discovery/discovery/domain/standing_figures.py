"""The newest known value of each figure, however its snapshots arrive, and what follows from several of them (D3).

Every field is a register: of all that was ever said of it, what was said of the latest time stands. Ties are broken by
the source's name and then the value, so that any order and any repetition of the same snapshots ends in the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low
from typing import Any, Final

from contracts.discovery import AgeShare, Audience, CountryShare, GenderShare, Stats
from contracts.money import INT64_MAX, Money
from discovery.domain.snapshots import DAY, FIGURES, LISTED_VIDEOS, MONTH, MOST_RATIO, WHOLE, Snapshot, Video, half_up

Known = Mapping[str, "Said"]
"""Each field's register, by the field's name."""

GROWTH: Final = {"growth_7d": 7, "growth_30d": 30, "growth_90d": 90}
LONGEST_GROWTH: Final = timedelta(days=90 + 90 / 4)
"""No older count of followers matters to any growth."""
WINDOWS: Final = {
    **{name: ("followers", days) for name, days in GROWTH.items()},
    **{name: (name, MONTH.days) for name in ("videos_per_week", "videos_30d", "views_30d")},
}
"""Figures of the last so many days, each with the register whose time they end at."""
SAME_AGE: Final = timedelta(days=7)
NEAR: Final = timedelta(hours=36)
"""How far from seven days a video's age may have been when it counts as seen at that age."""
PER_VIEWS: Final = 1000
OF_STATS: Final = (
    *("median_views", "engagement_per_view", "engagement_per_follower", "videos_per_week", "videos_30d", "views_30d"),
)


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """What was said of a field: of which time, by whom, and what. Compares by that."""

    at: datetime
    source: str
    value: Any


@dataclass(frozen=True, slots=True)
class Sales:
    """What attribution credited in one currency, in minor units; `gross` is None where an order did not say it."""

    currency: str
    gross: int | None
    net: int


def merged(known: Known, snapshot: Snapshot) -> dict[str, Said]:
    """The registers after a snapshot. An undated one that says nothing else than what stands changes nothing."""
    told = snapshot.told
    if not snapshot.is_dated and all(name in known and known[name].value == value for name, value in told.items()):
        return dict(known)
    after = dict(known)
    for name, value in told.items():
        said = Said(snapshot.at, snapshot.source, value)
        if name not in after or after[name] < said:
            after[name] = said
    return after


def value_of(known: Known, name: str) -> Any:
    """What stands in a register, None if nothing does."""
    said = known.get(name)
    return said.value if said is not None else None


def told_until(known: Known, name: str) -> datetime | None:
    """Until when a figure of a window is told: as long after its end as the window is; None for any other figure.

    "In the last 30 days" of a count that is older says nothing of the last 30 days any more.
    """
    if name not in WINDOWS:
        return None
    register, days = WINDOWS[name]
    said = known.get(register)
    return None if said is None else said.at + days * DAY


def value_at(known: Known, name: str, now: datetime) -> Any:
    """What stands in a register and is not too old to be told."""
    until = told_until(known, name)
    return None if until is not None and until <= now else value_of(known, name)


def aged(stats: Stats, known: Known, now: datetime) -> Stats:
    """The same without what is too old to be told. GPM stays: it is a ratio of the days that it is of."""
    gone = {
        name: None
        for name in WINDOWS
        if getattr(stats, name) is not None and (until := told_until(known, name)) is not None and until <= now
    }
    return stats.model_copy(update=gone) if gone else stats


def next_to_age(stats: Stats, known: Known, now: datetime) -> datetime | None:
    """When the next figure becomes too old; None if none will."""
    ends = (told_until(known, name) for name in WINDOWS if getattr(stats, name) is not None)
    return min((until for until in ends if until is not None and until > now), default=None)


def figures_of(known: Known) -> dict[str, int | None]:
    """The figures that have registers of their own."""
    return {name: value_of(known, name) for name in FIGURES}


def audience_of(known: Known) -> Audience:
    """The audience as it was described last, each distribution by itself."""

    def shares(name: str) -> Iterable[tuple[str, int]]:
        return value_of(known, name) or ()

    return Audience(
        ages=tuple(AgeShare(band=of, share=share) for of, share in shares("ages")),
        genders=tuple(GenderShare(gender=of, share=share) for of, share in shares("genders")),
        countries=tuple(CountryShare(country=of, share=share) for of, share in shares("countries")),
    )


def stats_of(
    known: Known, followers: Sequence[Said], views_at_seven_days: Sequence[int], sales: Sequence[Sales]
) -> Stats:
    """The public figures. `followers` are the counts of the last months, `sales` those of `sales_window`."""
    counted = [said.at for name, said in known.items() if name not in {"handle", "display_name"}]
    views = value_of(known, "views_30d")
    return Stats(
        as_of=max(counted, default=None),
        **{name: value_of(known, name) for name in OF_STATS},
        **growth_of(known.get("followers"), followers),
        median_views_7d=median_low(views_at_seven_days) if views_at_seven_days else None,
        gpm=_per_views([(each.currency, each.gross) for each in sales], views),
        net_gpm=_per_views([(each.currency, each.net) for each in sales], views),
    )


def sales_window(known: Known) -> tuple[datetime, datetime] | None:
    """The orders that count for GPM: placed after the first and up to the second, as the views of 30 days are."""
    views = known.get("views_30d")
    return None if views is None else (views.at - 30 * DAY, views.at)


def _per_views(sales: Iterable[tuple[str, int | None]], views: int | None) -> tuple[Money, ...]:
    """GPM = sales / views x 1,000, in minor units, rounded half up; unknown without views."""
    if not views:
        return ()
    return tuple(
        Money(amount=min(INT64_MAX, half_up(amount * PER_VIEWS, views)), currency=currency)
        for currency, amount in sorted(sales, key=lambda each: each[0])
        if amount is not None
    )


def growth_of(newest: Said | None, counts: Sequence[Said]) -> dict[str, int | None]:
    """Growth over n days = (followers now - then) / then, in 1/10,000.

    Now is the newest count; then the one nearest to n days before it, off by a quarter of n at most, the earlier of two
    that are as near. Without such a count it is unknown. From zero followers growth has no measure.
    """
    found: dict[str, int | None] = {}
    for name, days in GROWTH.items():
        found[name] = None
        if newest is None:
            continue
        target = newest.at - days * DAY
        near = [said for said in counts if abs(said.at - target) <= days * DAY / 4]
        if not near:
            continue
        nearest = min(near, key=lambda said: (abs(said.at - target), said.at))
        # Of several sources at the very same time, the one that the registers would keep.
        then = max(said for said in near if said.at == nearest.at).value
        if then > 0:
            found[name] = min(MOST_RATIO, half_up((newest.value - then) * WHOLE, then))
    return found


def off_seven_days(video: Video, at: datetime) -> timedelta | None:
    """How far from the age of seven days the video was when looked at; None if too far to count."""
    off = abs(at - video.published_at - SAME_AGE)
    return off if off <= NEAR and video.views is not None else None


def last_videos(videos: Iterable[Video]) -> tuple[Video, ...]:
    """The newest 30."""
    return tuple(sorted(videos, key=lambda v: (v.published_at, v.id), reverse=True)[:LISTED_VIDEOS])
