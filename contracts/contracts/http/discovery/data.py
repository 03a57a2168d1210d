"""The data API for third parties (D11), scope by scope.

A figure that is not known is null; one that no scope opens is absent, and its scope is named in `withheld`: the group's
if all of the group is absent, else the field's own.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from contracts.discovery import AgeShare, Count, CountryShare, GenderShare, Growth, Hundredths
from contracts.envelope import Model, Utc
from contracts.ids import Id
from contracts.money import Money


class DataScope(StrEnum):
    """What an operator lets a third party read: one field, or a group, which stands for all of its fields."""

    FIND = "creators:find"
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

    FOLLOWERS = "stats:followers"
    AVERAGE_VIEWS = "stats:average_views"
    MEDIAN_VIEWS = "stats:median_views"
    MEDIAN_VIEWS_7D = "stats:median_views_7d"
    AVERAGE_LIKES = "stats:average_likes"
    AVERAGE_COMMENTS = "stats:average_comments"
    AVERAGE_SHARES = "stats:average_shares"
    ENGAGEMENT_PER_VIEW = "stats:engagement_per_view"
    ENGAGEMENT_PER_FOLLOWER = "stats:engagement_per_follower"
    GROWTH_7D = "stats:growth_7d"
    GROWTH_30D = "stats:growth_30d"
    GROWTH_90D = "stats:growth_90d"
    VIDEOS_PER_WEEK = "stats:videos_per_week"
    VIDEOS_30D = "stats:videos_30d"
    VIEWS_30D = "stats:views_30d"
    GPM = "stats:gpm"
    NET_GPM = "stats:net_gpm"
    VIDEO_ID = "videos:id"
    VIDEO_PUBLISHED_AT = "videos:published_at"
    VIDEO_VIEWS = "videos:views"
    VIDEO_LIKES = "videos:likes"
    VIDEO_COMMENTS = "videos:comments"
    VIDEO_SHARES = "videos:shares"
    VIDEO_VIEWS_7D = "videos:views_at_seven_days"

    @property
    def field(self) -> str:
        """The name of the field that it opens, if it opens one."""
        return self.value.partition(":")[2]


FIELDS_OF: Final[Mapping[DataScope, tuple[DataScope, ...]]] = {
    DataScope.REACH: (
        DataScope.FOLLOWERS,
        DataScope.AVERAGE_VIEWS,
        DataScope.MEDIAN_VIEWS,
        DataScope.MEDIAN_VIEWS_7D,
    ),
    DataScope.ENGAGEMENT: (
        DataScope.AVERAGE_LIKES,
        DataScope.AVERAGE_COMMENTS,
        DataScope.AVERAGE_SHARES,
        DataScope.ENGAGEMENT_PER_VIEW,
        DataScope.ENGAGEMENT_PER_FOLLOWER,
    ),
    DataScope.GROWTH: (DataScope.GROWTH_7D, DataScope.GROWTH_30D, DataScope.GROWTH_90D),
    DataScope.ACTIVITY: (DataScope.VIDEOS_PER_WEEK, DataScope.VIDEOS_30D, DataScope.VIEWS_30D),
    DataScope.SALES: (DataScope.GPM, DataScope.NET_GPM),
    DataScope.VIDEO_LIST: (DataScope.VIDEO_ID, DataScope.VIDEO_PUBLISHED_AT),
    DataScope.VIDEO_COUNTS: (
        DataScope.VIDEO_VIEWS,
        DataScope.VIDEO_LIKES,
        DataScope.VIDEO_COMMENTS,
        DataScope.VIDEO_SHARES,
        DataScope.VIDEO_VIEWS_7D,
    ),
}
"""The fields that a group stands for. A group that is not here is one field itself."""


class ReachData(Model):
    """Scope `stats:reach`."""

    followers: Count | None = None
    average_views: Count | None = None
    median_views: Count | None = None
    median_views_7d: Count | None = None


class EngagementData(Model):
    """Scope `stats:engagement`; the ratios are in hundredths of a percent."""

    average_likes: Count | None = None
    average_comments: Count | None = None
    average_shares: Count | None = None
    engagement_per_view: Hundredths | None = None
    engagement_per_follower: Hundredths | None = None


class GrowthData(Model):
    """Scope `stats:growth`: of followers, in hundredths of a percent."""

    growth_7d: Growth | None = None
    growth_30d: Growth | None = None
    growth_90d: Growth | None = None


class ActivityData(Model):
    """Scope `stats:activity`; `videos_per_week` in hundredths of a video."""

    videos_per_week: Hundredths | None = None
    videos_30d: Count | None = None
    views_30d: Count | None = None


class SalesData(Model):
    """Scope `stats:sales`: gross and net sales per 1,000 views, by currency."""

    gpm: tuple[Money, ...] | None = None
    net_gpm: tuple[Money, ...] | None = None


Withheld = Annotated[tuple[DataScope, ...], Field(description="the scopes that would open what is absent")]


class FoundCreator(Model):
    """`GET /v1/data/creators?network=&handle=`, scope `creators:find`: the id that stands for a handle, and no more."""

    creator: Id


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
    """Scope `videos:counts`: as they were seen last, at `seen_at`, which stands beside any of them."""

    seen_at: Utc
    views: Count | None = None
    likes: Count | None = None
    comments: Count | None = None
    shares: Count | None = None
    views_at_seven_days: Count | None = None


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
