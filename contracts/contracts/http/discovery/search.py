"""What a search for creators asks and answers (D5). Ratios are in hundredths of a percent: 250 = 2.5 %."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.discovery import (
    DEFAULT_MARKET,
    Availability,
    Category,
    CountryCode,
    DeliverableKind,
    InfluencerType,
    LanguageCode,
    MarketCode,
    Standing,
)
from contracts.envelope import Model
from contracts.http.discovery.brands import FitOut
from contracts.http.discovery.creators import CreatorOut
from contracts.ids import Id
from contracts.money import CurrencyCode

MOST: Final = 2**43 - 1
WHOLE: Final = 10_000

Figure = Annotated[int, Field(ge=0, le=MOST)]
Ratio = Annotated[int, Field(ge=0, le=MOST)]
Signed = Annotated[int, Field(ge=-WHOLE, le=MOST)]
Amount = Annotated[int, Field(ge=0, le=MOST)]
Network = Annotated[str, StringConstraints(min_length=1, max_length=40)]

USUAL_STANDINGS: Final = (Standing.LISTED, Standing.UNVERIFIED)
"""Whom a brand's search finds that asks for no standing."""

AUDIENCE = r"^(age:[0-9+-]{3,5}|gender:[a-z]{4,6}|country:[A-Z]{2}):[0-9]{1,5}$"
AudienceShare = Annotated[
    str,
    StringConstraints(pattern=AUDIENCE),
    Field(description="`age:18-24:3000`, `gender:female:5000`, `country:FI:2000`: at least so much of the audience"),
]


class CreatorSort(StrEnum):
    """How found creators are ordered; those whose figure is unknown come last.

    Relevance is how well the text matches, then followers. Fit is how well they fit the brand's question (D8), of up to
    100,000 found creators. Prices begin with the lowest, all else with the highest.
    """

    RELEVANCE = "relevance"
    FOLLOWERS = "followers"
    AVERAGE_VIEWS = "average_views"
    ENGAGEMENT = "engagement"
    GROWTH = "growth"
    GPM = "gpm"
    PRICE = "price"
    FIT = "fit"


class CreatorQuery(BaseModel):
    """Filters that narrow one another; several values of one filter widen it. An unknown figure is in no range.

    `engagement` = (likes + comments + shares) / views; `reach` = views / followers; `growth` of followers over 30 days.
    `videos_per_week` in hundredths of a video. Prices and GPM are in minor units of `currency`. `worked_with_us`,
    `not_in_campaign` and `shortlist` are for brands, about themselves alone.

    `standing` is in `market`, a country or `default`. Without one a brand finds whoever is listed or unverified; who is
    not listed, minors among them, is found only when `standing=not-listed` asks for it, by the whole handle as well. A
    search among the brand's own people, `shortlist` or `worked_with_us=true`, finds them whatever their standing, and
    an operator's finds everybody.

    What begins with `fit_` narrows nobody: it says what a brand asks of a creator, as `POST /v1/creators/{id}/fit`
    takes it, in minor units of `currency` (EUR without one) and for `deliverable` (a short video without one).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[
        str,
        Field(
            max_length=200,
            description="words of handle, name or bio, or their beginnings; one typo a word",
            examples=["khaby lame"],
        ),
    ] = ""
    network: Annotated[tuple[Network, ...], Field(max_length=20)] = ()
    country: Annotated[tuple[CountryCode, ...], Field(max_length=250, examples=[["IT", "FR"]])] = ()
    city: Annotated[str, Field(max_length=100, examples=["Torino"])] = ""
    category: Annotated[tuple[Category, ...], Field(max_length=30, examples=[["beauty"]])] = ()
    language: Annotated[tuple[LanguageCode, ...], Field(max_length=50, examples=[["it"]])] = ()
    min_followers: Figure | None = None
    max_followers: Figure | None = None
    min_average_views: Figure | None = None
    max_average_views: Figure | None = None
    min_engagement: Ratio | None = None
    max_engagement: Ratio | None = None
    min_reach: Ratio | None = None
    max_reach: Ratio | None = None
    min_growth: Signed | None = None
    max_growth: Signed | None = None
    min_videos_per_week: Figure | None = None
    max_videos_per_week: Figure | None = None
    min_on_time: Annotated[int | None, Field(ge=0, le=WHOLE, description="share of deliveries that came in time")] = (
        None
    )
    currency: Annotated[CurrencyCode | None, Field(description="of prices and GPM", examples=["EUR"])] = None
    min_price: Amount | None = None
    max_price: Amount | None = None
    deliverable: Annotated[DeliverableKind | None, Field(description="what the price is for; absent: anything")] = None
    min_gpm: Amount | None = None
    max_gpm: Amount | None = None
    audience: Annotated[
        tuple[AudienceShare, ...], Field(max_length=20, examples=[["gender:female:6000", "age:18-24:3000"]])
    ] = ()
    influencer_type: Annotated[tuple[InfluencerType, ...], Field(max_length=3)] = ()
    availability: Annotated[tuple[Availability, ...], Field(max_length=3)] = ()
    standing: Annotated[
        tuple[Standing, ...], Field(max_length=3, description="absent, for brands: listed and unverified")
    ] = ()
    market: MarketCode = DEFAULT_MARKET
    claimed: Annotated[bool | None, Field(description="whether an account says that it is theirs")] = None
    worked_with_us: Annotated[bool | None, Field(description="whether they ever agreed on work with the brand")] = None
    not_in_campaign: Annotated[Id | None, Field(description="leave out whom this campaign of the brand invited")] = None
    shortlist: Annotated[Id | None, Field(description="only who is on this shortlist of the brand")] = None
    fit_persona: Annotated[Id | None, Field(description="whom the brand wants to reach, by one of its personas")] = None
    fit_campaign: Annotated[
        Id | None, Field(description="one of the brand's campaigns: its category counts where none is given")
    ] = None
    fit_category: Annotated[tuple[Category, ...], Field(max_length=30)] = ()
    fit_type: InfluencerType | None = None
    fit_budget: Amount | None = None
    fit_fee: Annotated[Amount | None, Field(description="absent: the creator's own rate")] = None
    fit_product_cost: Amount | None = None
    fit_shipping: Amount | None = None
    fit_other_costs: Amount | None = None
    fit_sales: Annotated[
        tuple[Amount, ...],
        Field(max_length=2, description="least and most net sales by 1,000 relevant viewers, by the brand's history"),
    ] = ()
    sort: Annotated[CreatorSort | None, Field(description="relevance with a text, else followers")] = None
    facets: Annotated[
        bool, Field(description="whether to count by country, category, language and tier, on any page")
    ] = True
    limit: Annotated[int, Field(ge=1, le=100, description="how many at most")] = 50
    cursor: Annotated[str | None, Field(max_length=2000, description="`next_cursor` of the page before")] = None

    @property
    def order(self) -> CreatorSort:
        """The order that is asked for, or the usual one."""
        return self.sort or (CreatorSort.RELEVANCE if self.text.strip() else CreatorSort.FOLLOWERS)

    @property
    def standings(self) -> tuple[Standing, ...]:
        """The standings that a brand finds; empty means every one, as among people whom it knows already."""
        knows_them = self.shortlist is not None or self.worked_with_us is True
        return self.standing if self.standing or knows_them else USUAL_STANDINGS

    @property
    def asks_for_prices(self) -> bool:
        """Whether prices narrow what is found."""
        return self.min_price is not None or self.max_price is not None

    @property
    def asks_for_gpm(self) -> bool:
        """Whether GPM narrows what is found."""
        return self.min_gpm is not None or self.max_gpm is not None

    @property
    def says_whom_to_fit(self) -> bool:
        """Whether it says enough to put creators into an order by it."""
        return bool(self.fit_persona or self.fit_campaign or self.fit_category or self.fit_type)

    @property
    def asks_for_fit(self) -> bool:
        """Whether each creator's fit is to be told."""
        given = (name for name in type(self).model_fields if name.startswith("fit_"))
        return self.sort is CreatorSort.FIT or any(getattr(self, name) not in (None, ()) for name in given)


class FacetsOut(Model):
    """How many of the found creators have each value; a creator counts for each of its categories and languages."""

    countries: dict[str, int]
    categories: dict[str, int]
    languages: dict[str, int]
    tiers: Annotated[
        dict[str, int],
        Field(description="by followers: nano, micro from 10,000, mid from 100,000, macro from 500,000, mega from 1 M"),
    ]


class CreatorsFound(Model):
    """A page of creators, the exact number of all that are found, and how they are divided.

    Seen less than two seconds after a change. `next_cursor` asks for what comes after the page, null at the end. `fits`
    has one for each item, in their order, if the query says what is to be fitted.
    """

    items: tuple[CreatorOut, ...]
    next_cursor: str | None = None
    total: int
    facets: FacetsOut | None = None
    fits: tuple[FitOut, ...] = ()
