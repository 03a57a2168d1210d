"""A creator's public profile: the whole state that its topic carries, and no private part of it."""

from typing import Annotated, ClassVar, Final

from pydantic import Field, StringConstraints

from contracts import topics
from contracts.discovery.figures import Audience, Count, Stats
from contracts.discovery.taxonomy import Availability, Category, DeliverableKind, InfluencerType, Standing
from contracts.envelope import Model, State
from contracts.ids import Id
from contracts.money import BasisPoints, CurrencyCode, NonNegativeMinor

CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2, such as FI. Whether there is such a country is for the service that takes it in to say."""

LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
"""ISO 639, the two-letter code where a language has one."""

MarketCode = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}|default)$")]
"""A country's code, or `default`: every market that has no policy of its own."""

DEFAULT_MARKET: Final = "default"

ProfileUrl = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^https://")]


class DeliverableRate(Model):
    """What a creator asks for one deliverable, in minor units."""

    deliverable: DeliverableKind
    amount: NonNegativeMinor
    currency: CurrencyCode


class MarketStanding(Model):
    """Whether one market lists the creator. Which rule fails is told to the creator alone."""

    market: MarketCode
    standing: Standing


class Record(Model):
    """How a creator kept agreements here (D6): `on_time` of `deliveries` deliverables were published in time."""

    deliveries: Count = 0
    on_time: Annotated[
        BasisPoints | None, Field(description="Share published in time; absent while nothing was due.")
    ] = None


class Profile(State):
    """A creator's public profile.

    `claimed_by` names the accounts that say it is theirs; `proven` that one showed so by a code in the bio, and
    `proven_by` which. What a person says of themselves (city to social links) is the proven account's word, and before
    any proof that of the account that registered it first. Figures are the newest known; an unknown one is absent and
    never zero. `eligibility` has an entry for `default` and for each market with a policy of its own.
    """

    TOPIC: ClassVar = topics.CREATORS

    network: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    handle: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    display_name: Annotated[str, StringConstraints(max_length=400)] = ""
    followers: Count | None = None
    average_views: Count | None = None
    average_likes: Count | None = None
    average_comments: Count | None = None
    average_shares: Count | None = None
    claimed_by: tuple[Id, ...] = ()
    proven: bool = False
    proven_by: Id | None = None
    photo: Annotated[
        Id | None,
        Field(description="Its name at discovery's `/v1/creators/{id}/photo/{photo}`, another for another."),
    ] = None
    country: CountryCode | None = None
    city: Annotated[str, StringConstraints(max_length=100)] = ""
    languages: Annotated[tuple[LanguageCode, ...], Field(max_length=10)] = ()
    categories: Annotated[tuple[Category, ...], Field(max_length=5)] = ()
    bio: Annotated[str, StringConstraints(max_length=2000)] = ""
    rates: Annotated[tuple[DeliverableRate, ...], Field(max_length=20)] = ()
    availability: Availability | None = None
    shipping_country: CountryCode | None = None
    social_links: Annotated[tuple[ProfileUrl, ...], Field(max_length=10)] = ()
    influencer_type: InfluencerType | None = None
    type_set_by_hand: Annotated[
        bool, Field(description="Whether a person set the influencer type; else it is a suggestion.")
    ] = False
    stats: Stats = Stats()
    audience: Audience = Audience()
    eligibility: tuple[MarketStanding, ...] = ()
    record: Record = Record()

    def standing_in(self, market: str) -> Standing:
        """Whether `market` (a country's code) lists the creator; a market without a policy goes by the default's."""
        standings = {each.market: each.standing for each in self.eligibility}
        return standings.get(market) or standings.get(DEFAULT_MARKET) or Standing.UNVERIFIED
