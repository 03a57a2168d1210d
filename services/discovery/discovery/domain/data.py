"""What third parties may read of creators (D11): whose figures, and which of them by which scopes."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from contracts.discovery import Profile, Standing
from contracts.envelope import Model
from contracts.http.discovery import (
    FIELDS_OF,
    ActivityData,
    AudienceData,
    DataScope,
    EngagementData,
    GrowthData,
    ReachData,
    SalesData,
    StatsData,
    VideoCounts,
    VideoData,
)
from discovery.domain.snapshots import Video

STATS: Final[Mapping[DataScope, tuple[str, type[Model]]]] = {
    DataScope.REACH: ("reach", ReachData),
    DataScope.ENGAGEMENT: ("engagement", EngagementData),
    DataScope.GROWTH: ("growth", GrowthData),
    DataScope.ACTIVITY: ("activity", ActivityData),
    DataScope.SALES: ("sales", SalesData),
}
AUDIENCE: Final = {DataScope.AGES: "ages", DataScope.GENDERS: "genders", DataScope.COUNTRIES: "countries"}
VIDEOS: Final = (DataScope.VIDEO_LIST, DataScope.VIDEO_COUNTS)
COUNTED: Final = ("views", "likes", "comments", "shares")


def is_open_to_third_parties(profile: Profile) -> bool:
    """Whether any market lists the creator: whoever is not listed, or not yet, is nobody that others may read about."""
    return any(each.standing is Standing.LISTED for each in profile.eligibility)


def openers(groups: Iterable[DataScope]) -> tuple[DataScope, ...]:
    """Every scope that opens something of these groups: the groups' own and their fields', in the contract's order."""
    wanted = {scope for group in groups for scope in (group, *FIELDS_OF.get(group, ()))}
    return tuple(scope for scope in DataScope if scope in wanted)


def opened(group: DataScope, scopes: Collection[str]) -> list[str]:
    """The group's fields that the scopes open."""
    return [scope.field for scope in FIELDS_OF[group] if group in scopes or scope in scopes]


def withheld(groups: Iterable[DataScope], scopes: Collection[str]) -> tuple[DataScope, ...]:
    """The scopes that would open what is absent: a group's if all of it is, else its fields'."""
    found: list[DataScope] = []
    for group in groups:
        if group in scopes:
            continue
        absent = [scope for scope in FIELDS_OF.get(group, ()) if scope not in scopes]
        is_whole = len(absent) == len(FIELDS_OF.get(group, ()))
        found += [group] if is_whole else absent
    return tuple(found)


def stats_data(profile: Profile, scopes: Collection[str]) -> StatsData:
    """The fields that the scopes open, by groups; the others are absent and named."""
    values = {name: getattr(profile, name) for name in type(profile).model_fields}
    values |= {name: getattr(profile.stats, name) for name in type(profile.stats).model_fields}
    groups: dict[str, Any] = {
        name: kind(**{field: values[field] for field in fields})
        for scope, (name, kind) in STATS.items()
        if (fields := opened(scope, scopes))
    }
    return StatsData(creator=profile.id, as_of=profile.stats.as_of, **groups, withheld=withheld(STATS, scopes))


def video_data(video: Video, seen_at: datetime, seventh: int | None, scopes: Collection[str]) -> VideoData:
    """What the scopes open of one video; when its counts were seen stands beside any of them."""
    shown: dict[str, Any] = {name: getattr(video, name) for name in opened(DataScope.VIDEO_LIST, scopes)}
    counts = {"views_at_seven_days": seventh, **{name: getattr(video, name) for name in COUNTED}}
    if fields := opened(DataScope.VIDEO_COUNTS, scopes):
        shown["counts"] = VideoCounts(seen_at=seen_at, **{field: counts[field] for field in fields})
    return VideoData(**shown)


def audience_data(profile: Profile, scopes: Collection[str]) -> AudienceData:
    """The distributions that the scopes open; the others are absent and named."""
    shown: dict[str, Any] = {
        name: getattr(profile.audience, name) for scope, name in AUDIENCE.items() if scope in scopes
    }
    return AudienceData(creator=profile.id, **shown, withheld=withheld(AUDIENCE, scopes))
