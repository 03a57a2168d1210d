"""What a source counted of a creator at one time (D3), and what follows from such a count by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from functools import cached_property
from statistics import median_low
from typing import Any, Final

from contracts.discovery import AgeBand, Gender
from discovery.domain.counts import MOST

LISTED_VIDEOS: Final = 30
"""The newest videos that a snapshot lists."""
MONTH: Final = timedelta(days=30)
WHOLE: Final = 10_000
"""All of something, in hundredths of a percent."""
DAY: Final = timedelta(days=1)
MOST_RATIO: Final = 2**53
"""No ratio is told as more, whatever figures somebody makes up."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a source counted; None where it does not say."""

    followers: int | None = None
    average_views: int | None = None
    average_likes: int | None = None
    average_comments: int | None = None
    average_shares: int | None = None
    median_views: int | None = None
    videos_per_week: int | None = None
    videos_30d: int | None = None
    views_30d: int | None = None

    def known(self) -> dict[str, int]:
        """Those that are there, by their names."""
        return {name: value for name in FIGURES if (value := getattr(self, name)) is not None}


FIGURES: Final = tuple(each.name for each in fields(Figures))


@dataclass(frozen=True, slots=True)
class Video:
    """One video with its own numbers, as they were when it was looked at."""

    id: str
    published_at: datetime
    views: int | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None


@dataclass(frozen=True)
class Snapshot:
    """One look at a creator: `at` is when, in whole milliseconds, `source` whose.

    Shares of the audience are in hundredths of a percent. `is_dated` is false where `at` is only when we heard of it.
    """

    at: datetime
    source: str
    handle: str = ""
    display_name: str = ""
    figures: Figures = Figures()
    ages: Mapping[AgeBand, int] = field(default_factory=dict)
    genders: Mapping[Gender, int] = field(default_factory=dict)
    countries: Mapping[str, int] = field(default_factory=dict)
    videos: Sequence[Video] = ()
    is_dated: bool = True

    @cached_property
    def told(self) -> Mapping[str, Any]:
        """What it tells, by field: its own figures, those that its videos give, and the ratios of what it has."""
        figures = {**_of_videos(self.videos, self.at), **self.figures.known()}
        told: dict[str, Any] = {**figures, **_ratios(figures, self.videos)}
        if self.handle:
            told["handle"] = self.handle
        if self.display_name:
            told["display_name"] = self.display_name
        for name in ("ages", "genders", "countries"):
            if shares := getattr(self, name):
                told[name] = tuple(sorted((str(of), share) for of, share in shares.items()))
        return told


def _of_videos(videos: Sequence[Video], at: datetime) -> dict[str, int]:
    """Averages, the median, and the last 30 days of the videos that a snapshot lists.

    - average = sum / number, rounded half up, of the videos whose figure is known; median = the lower middle one.
    - videos_30d, views_30d: of those published in the 30 days up to `at`. A list that is full and begins later than
      that says at least so many.
    - videos_per_week = videos_30d x 7 / 30; of a full list that begins later, (videos - 1) x 7 / the days it spans.
    """
    if not videos:
        return {}
    told: dict[str, int] = {}
    for name in ("views", "likes", "comments", "shares"):
        known = [value for video in videos if (value := getattr(video, name)) is not None]
        if known:
            told[f"average_{name}"] = half_up(sum(known), len(known))
    views = [video.views for video in videos if video.views is not None]
    if views:
        told["median_views"] = median_low(views)
    recent = [video for video in videos if at - MONTH < video.published_at <= at]
    told["videos_30d"] = len(recent)
    if all(video.views is not None for video in recent):
        told["views_30d"] = min(MOST, sum(video.views or 0 for video in recent))
    told["videos_per_week"] = _per_week(videos, recent)
    return told


def _per_week(videos: Sequence[Video], recent: Sequence[Video]) -> int:
    times = [video.published_at for video in videos]
    span = max(times) - min(times)
    if len(recent) == len(videos) >= LISTED_VIDEOS and span >= DAY:
        return half_up((len(videos) - 1) * 700 * DAY.total_seconds(), span.total_seconds())
    return half_up(len(recent) * 700, MONTH.days)


def _ratios(figures: Mapping[str, int], videos: Sequence[Video]) -> dict[str, int]:
    """Engagement per view = (likes + comments + shares) / views, per follower = views / followers, in 1/10,000.

    Of the listed videos' sums, where each has all four figures; else of the averages that the source tells. Figures of
    different snapshots are never mixed, and without one of them the ratio is unknown.
    """
    told = {}
    whole = [v for v in videos if None not in (v.views, v.likes, v.comments, v.shares)]
    if whole and len(whole) == len(videos):
        views = sum(video.views or 0 for video in whole)
        acts = sum((v.likes or 0) + (v.comments or 0) + (v.shares or 0) for v in whole)
    else:
        views = figures.get("average_views", 0)
        parts = [figures.get(f"average_{name}") for name in ("likes", "comments", "shares")]
        acts = sum(part for part in parts if part is not None) if None not in parts else -1
    if views > 0 and acts >= 0:
        told["engagement_per_view"] = min(MOST_RATIO, half_up(acts * WHOLE, views))
    seen, followers = figures.get("average_views"), figures.get("followers")
    if seen is not None and followers:
        told["engagement_per_follower"] = min(MOST_RATIO, half_up(seen * WHOLE, followers))
    return told


def half_up(part: float, whole: float) -> int:
    """`part / whole` as the nearest whole number, halves up; exact for integers."""
    return int((2 * part + whole) // (2 * whole))


def at_millisecond(at: datetime) -> datetime:
    """As the store keeps times, so that what is compared is what was kept."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
