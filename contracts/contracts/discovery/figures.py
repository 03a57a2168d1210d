"""What is counted of a creator (D3). Followers and averages stand in the profile itself; these stand beside them."""

from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.discovery.taxonomy import AgeBand, Gender
from contracts.envelope import Model, Utc
from contracts.money import BasisPoints, Money

Count = Annotated[int, Field(ge=0, le=2**63 - 1)]

Hundredths = Annotated[int, Field(ge=0, le=2**53)]
"""A ratio that can be above one, in hundredths of a percent (basis points without an upper end): 250 = 2.5 %."""

Growth = Annotated[int, Field(ge=-10_000, le=2**53)]
"""By how much a count changed, in hundredths of a percent of what it was: -500 = 5 % fewer."""


class Stats(Model):
    """The newest figures and what follows from them; each is absent while it is unknown.

    - `engagement_per_view` = (likes + comments + shares) / views; `engagement_per_follower` = views / followers.
    - `growth_7d`, `growth_30d`, `growth_90d`: followers now against those of that many days before the newest snapshot.
    - `videos_30d`, `views_30d`: videos published in the 30 days before the newest snapshot, and their views.
    - `videos_per_week`: in hundredths of a video, 350 = 3.5.
    - Growth over n days is told for n days after the newest snapshot, what is of 30 days for 30 days; then no more.
    - `median_views`: of the last 30 videos, or as a source says it. `median_views_7d`: at the age of seven days (D8).
    - `gpm`, `net_gpm`: attributed gross sales, and net sales (after discounts and returns), per 1,000 views, of the
      same 30 days; one for each currency in which anything was sold.
    """

    as_of: Utc | None = None
    median_views: Count | None = None
    median_views_7d: Count | None = None
    engagement_per_view: Hundredths | None = None
    engagement_per_follower: Hundredths | None = None
    videos_per_week: Hundredths | None = None
    growth_7d: Growth | None = None
    growth_30d: Growth | None = None
    growth_90d: Growth | None = None
    videos_30d: Count | None = None
    views_30d: Count | None = None
    gpm: tuple[Money, ...] = ()
    net_gpm: tuple[Money, ...] = ()


class AgeShare(Model):
    """How much of an audience is of an age."""

    band: AgeBand
    share: BasisPoints


class GenderShare(Model):
    """How much of an audience is of a gender."""

    gender: Gender
    share: BasisPoints


class CountryShare(Model):
    """How much of an audience lives in a country."""

    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    share: BasisPoints


class Audience(Model):
    """Shares of an audience by age band, gender and country, in hundredths of a percent; what is absent is unknown."""

    ages: Annotated[tuple[AgeShare, ...], Field(max_length=6)] = ()
    genders: Annotated[tuple[GenderShare, ...], Field(max_length=3)] = ()
    countries: Annotated[tuple[CountryShare, ...], Field(max_length=250)] = ()
