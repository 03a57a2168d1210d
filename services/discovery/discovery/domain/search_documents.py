"""What search knows of a creator: every field that a filter, a sort or a facet looks at, and no private one."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from contracts.discovery import DEFAULT_MARKET, Category, InfluencerType, Standing
from discovery.domain.words import joined, names_in, runs_of, terms_in, words_of

LONGEST_START: Final = 3


class Figure(StrEnum):
    """A number that creators are filtered by. Ratios are in hundredths of a percent, frequency in hundredths a week."""

    FOLLOWERS = "followers"
    AVERAGE_VIEWS = "average_views"
    ENGAGEMENT = "engagement"
    REACH = "reach"
    GROWTH = "growth"
    VIDEOS_PER_WEEK = "videos_per_week"
    ON_TIME = "on_time"


class Tier(StrEnum):
    """Creators by their number of followers."""

    NANO = "nano"
    MICRO = "micro"
    MID = "mid"
    MACRO = "macro"
    MEGA = "mega"


TIERS: Final = ((10_000, Tier.NANO), (100_000, Tier.MICRO), (500_000, Tier.MID), (1_000_000, Tier.MACRO))
"""Each tier with the number of followers where the next one begins."""


class AudienceKind(StrEnum):
    """What an audience is divided by."""

    AGE = "age"
    GENDER = "gender"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Price:
    """What one deliverable costs, in minor units."""

    deliverable: str
    currency: str
    amount: int


@dataclass(frozen=True, slots=True)
class Share:
    """How much of an audience is of an age, a gender or a country, in hundredths of a percent."""

    kind: AudienceKind
    value: str
    share: int


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """A creator as search sees one. None is unknown, and an unknown figure is in no range.

    - `engagement` = (likes + comments + shares) / views; `reach` = views / followers; `growth` of followers over 30
      days; `on_time`: the share of deliveries published in time. All in hundredths of a percent.
    - `gpm`: currency and minor units per 1,000 views. `standings`: market and standing, always with `default`.
    """

    id: str
    network: str = ""
    handle: str = ""
    display_name: str = ""
    bio: str = ""
    country: str | None = None
    city: str = ""
    languages: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    followers: int | None = None
    average_views: int | None = None
    median_views: int | None = None
    median_views_7d: int | None = None
    engagement: int | None = None
    reach: int | None = None
    growth: int | None = None
    videos_per_week: int | None = None
    on_time: int | None = None
    prices: tuple[Price, ...] = ()
    gpm: tuple[tuple[str, int], ...] = ()
    audience: tuple[Share, ...] = ()
    influencer_type: InfluencerType | None = None
    availability: str | None = None
    standings: tuple[tuple[str, str], ...] = ((DEFAULT_MARKET, Standing.UNVERIFIED),)
    is_claimed: bool = False

    @property
    def tier(self) -> Tier | None:
        """Where the number of followers puts the creator; None while it is unknown."""
        if self.followers is None:
            return None
        return next((tier for end, tier in TIERS if self.followers < end), Tier.MEGA)

    @property
    def city_key(self) -> str:
        """The city as it is compared: caseless, without accents."""
        return " ".join(words_of(self.city))

    @property
    def name_words(self) -> tuple[str, ...]:
        """The words of handle and name; the handle is one word, too."""
        return names_in(self.handle, self.display_name)

    @property
    def names(self) -> set[str]:
        """By what handle and name are found: words, and of scripts without spaces one and two letters."""
        return terms_in(self.name_words)

    @property
    def bio_words(self) -> set[str]:
        """The words of the bio."""
        return terms_in(words_of(self.bio))

    @property
    def whole_names(self) -> set[str]:
        """Handle and name, each without spaces and points."""
        return {joined(self.handle), joined(self.display_name)} - {""}

    @property
    def starts(self) -> set[str]:
        """The first one, two and three letters of each word of handle and name."""
        found: set[str] = set()
        for word in self.name_words:
            runs = ((word, False),) if word.isascii() else runs_of(word)
            for run, spaceless in runs:
                if not spaceless:
                    found.update((run[:1], run[:2], run[:LONGEST_START]))
        found.discard("")
        return found

    def prices_in(self, currency: str, deliverable: str | None = None) -> list[int]:
        """What is asked in a currency, for one kind of deliverable or for any."""
        return [
            each.amount for each in self.prices if each.currency == currency and deliverable in (None, each.deliverable)
        ]
