"""What third parties may read of creators (D11): whose figures, and which of them by which scopes."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from contracts.discovery import Profile, Standing
from contracts.envelope import Model
from contracts.http.discovery import (
    ActivityData,
    AudienceData,
    DataScope,
    EngagementData,
    GrowthData,
    ReachData,
    SalesData,
    StatsData,
)

STATS: Final[Mapping[DataScope, tuple[str, type[Model]]]] = {
    DataScope.REACH: ("reach", ReachData),
    DataScope.ENGAGEMENT: ("engagement", EngagementData),
    DataScope.GROWTH: ("growth", GrowthData),
    DataScope.ACTIVITY: ("activity", ActivityData),
    DataScope.SALES: ("sales", SalesData),
}
AUDIENCE: Final = {DataScope.AGES: "ages", DataScope.GENDERS: "genders", DataScope.COUNTRIES: "countries"}
VIDEOS: Final = (DataScope.VIDEO_LIST, DataScope.VIDEO_COUNTS)


def is_open_to_third_parties(profile: Profile) -> bool:
    """Whether any market lists the creator: whoever is not listed, or not yet, is nobody that others may read about."""
    return any(each.standing is Standing.LISTED for each in profile.eligibility)


def stats_data(profile: Profile, scopes: Collection[str]) -> StatsData:
    """The groups that the scopes open; the others are absent and named."""
    values = {name: getattr(profile, name) for name in type(profile).model_fields}
    values |= {name: getattr(profile.stats, name) for name in type(profile.stats).model_fields}
    groups: dict[str, Any] = {
        name: kind(**{field: values[field] for field in kind.model_fields})
        for scope, (name, kind) in STATS.items()
        if scope in scopes
    }
    withheld = tuple(scope for scope in STATS if scope not in scopes)
    return StatsData(creator=profile.id, as_of=profile.stats.as_of, **groups, withheld=withheld)


def audience_data(profile: Profile, scopes: Collection[str]) -> AudienceData:
    """The distributions that the scopes open; the others are absent and named."""
    shown: dict[str, Any] = {
        name: getattr(profile.audience, name) for scope, name in AUDIENCE.items() if scope in scopes
    }
    withheld = tuple(scope for scope in AUDIENCE if scope not in scopes)
    return AudienceData(creator=profile.id, **shown, withheld=withheld)
