"""The data API for third parties (D11), scope by scope.

A figure that is not known is null; one that no scope opens is absent, and its scope is named in `withheld`.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from contracts.discovery import AgeShare, Count, CountryShare, GenderShare, Growth, Hundredths
from contracts.envelope import Model, Utc
from contracts.ids import Id
from contracts.money import Money


class DataScope(StrEnum):
    """What an operator lets a third party read: each opens one group of fields and no other."""

    REACH = "stats:reach"
    ENGAGEMENT = "stats:engagement"
    GROWTH = "stats:growth"
    ACTIVITY = "stats:activity"
    SALES = "stats:sales"
    VIDEO_LIST = "videos:list"
    VIDEO_COUNTS = "videos:counts"
    AGES = "audience:ages"
    GENDERS = "audience:genders"
    COUNTRIES = "audience:countries"


class ReachData(Model):
    """Scope `stats:reach`."""

    followers: Count | None
    average_views: Count | None
    median_views: Count | None
    median_views_7d: Count | None


class EngagementData(Model):
    """Scope `stats:engagement`; the ratios are in hundredths of a percent."""

    average_likes: Count | None
    average_comments: Count | None
    average_shares: Count | None
    engagement_per_view: Hundredths | None
    engagement_per_follower: Hundredths | None


class GrowthData(Model):
    """Scope `stats:growth`: of followers, in hundredths of a percent."""

    growth_7d: Growth | None
    growth_30d: Growth | None
    growth_90d: Growth | None


class ActivityData(Model):
    """Scope `stats:activity`; `videos_per_week` in hundredths of a video."""

    videos_per_week: Hundredths | None
    videos_30d: Count | None
    views_30d: Count | None


class SalesData(Model):
    """Scope `stats:sales`: gross and net sales per 1,000 views, by currency."""

    gpm: tuple[Money, ...]
    net_gpm: tuple[Money, ...]


Withheld = Annotated[tuple[DataScope, ...], Field(description="the scopes that would open what is absent")]


class StatsData(Model):
    """`GET /v1/data/creators/{id}/stats`. `as_of` is the newest snapshot's time."""

    creator: Id
    as_of: Utc | None
    reach: ReachData | None = None
    engagement: EngagementData | None = None
    growth: GrowthData | None = None
    activity: ActivityData | None = None
    sales: SalesData | None = None
    withheld: Withheld


class VideoCounts(Model):
    """Scope `videos:counts`: as they were seen last, at `seen_at`."""

    seen_at: Utc
    views: Count | None
    likes: Count | None
    comments: Count | None
    shares: Count | None
    views_at_seven_days: Count | None


class VideoData(Model):
    """One of the last 30 videos; `id` and `published_at` by scope `videos:list`."""

    id: str | None = None
    published_at: Utc | None = None
    counts: VideoCounts | None = None


class VideosData(Model):
    """`GET /v1/data/creators/{id}/videos`: newest first."""

    creator: Id
    videos: Annotated[tuple[VideoData, ...], Field(max_length=30)]
    withheld: Withheld


class AudienceData(Model):
    """`GET /v1/data/creators/{id}/audience`: shares in hundredths of a percent; an empty list is an unknown one."""

    creator: Id
    ages: tuple[AgeShare, ...] | None = None
    genders: tuple[GenderShare, ...] | None = None
    countries: tuple[CountryShare, ...] | None = None
    withheld: Withheld
