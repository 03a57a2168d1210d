"""What discovery says: creator profiles. The only topic that carries people's names."""

from contracts.discovery.events import (
    ProfileClaimed,
    ProfileEvent,
    ProfileImported,
    StatsChanged,
)
from contracts.discovery.figures import AgeShare, Audience, Count, CountryShare, GenderShare, Growth, Hundredths, Stats
from contracts.discovery.profile import (
    DEFAULT_MARKET,
    CountryCode,
    DeliverableRate,
    LanguageCode,
    MarketCode,
    MarketStanding,
    Profile,
    ProfileUrl,
    Record,
)
from contracts.discovery.taxonomy import (
    AgeBand,
    Availability,
    Category,
    DeliverableKind,
    Gender,
    InfluencerType,
    Standing,
)

__all__ = [
    "DEFAULT_MARKET",
    "AgeBand",
    "AgeShare",
    "Audience",
    "Availability",
    "Category",
    "Count",
    "CountryCode",
    "CountryShare",
    "DeliverableKind",
    "DeliverableRate",
    "Gender",
    "GenderShare",
    "Growth",
    "Hundredths",
    "InfluencerType",
    "LanguageCode",
    "MarketCode",
    "MarketStanding",
    "Profile",
    "ProfileClaimed",
    "ProfileEvent",
    "ProfileImported",
    "ProfileUrl",
    "Record",
    "Standing",
    "Stats",
    "StatsChanged",
]
