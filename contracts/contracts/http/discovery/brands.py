"""What a brand keeps about creators for itself, and how well they fit it (D7, D8, D9, D13)."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from contracts.campaigns import Purpose
from contracts.discovery import AgeBand, Category, Count, CountryCode, DeliverableKind, Gender, InfluencerType
from contracts.envelope import Model, Utc
from contracts.ids import Id
from contracts.money import BasisPoints, CurrencyCode, Money, NonNegativeMinor

Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
Line = Annotated[str, StringConstraints(max_length=200)]
Note = Annotated[str, StringConstraints(max_length=2000)]
Names = Annotated[tuple[Annotated[str, StringConstraints(min_length=1, max_length=200)], ...], Field(max_length=50)]


class PersonaIn(Model):
    """Whom a brand wants to reach (D13). An empty part leaves that open.

    `interests`, `jobs` and `industries` are looked for, word by word, in creators' names, bios and categories. Whom it
    names as a peer, or to be aspired to, by handle or name, is relevant to it whatever these say. `professional` asks
    for authoritative creators and false for peers, where nobody asks for another influencer type.

    `leave_out` are groups for whom it is too early: whoever is in one comes last by fit, and it is said why. A line is
    an age band (`18-24`), a gender (`female`) or a country (`FI`), which means who has at least half of the audience
    there, or lives in that country; a category (`beauty`); or else a creator's handle or name, or words of a bio, an
    `@` before it for the handle or name alone.
    """

    name: Name
    made_from: Annotated[
        Line,
        Field(description="`own-buyers`, `competitor-buyers`, or what else, in words; empty: not said"),
    ] = ""
    ages: Annotated[tuple[AgeBand, ...], Field(max_length=6)] = ()
    genders: Annotated[tuple[Gender, ...], Field(max_length=3)] = ()
    countries: Annotated[tuple[CountryCode, ...], Field(max_length=250)] = ()
    interests: Annotated[tuple[Category, ...], Field(max_length=30)] = ()
    jobs: Names = ()
    industries: Names = ()
    professional: Annotated[bool | None, Field(description="true professional, false hobbyist, null both")] = None
    aspires_to: Names = ()
    peers: Names = ()
    leave_out: Names = ()


class PersonaOut(PersonaIn):
    """A persona with its id, and the revision that its ETag says."""

    id: Id
    revision: int
    changed_at: Utc


class BuyersOf(StrEnum):
    """Whose buyers a persona can be made from."""

    OWN = "own-buyers"
    COMPETITORS = "competitor-buyers"


class PrefillIn(Model):
    """What to make a persona from: the creators who sold for the brand, in one currency, or those whom it names.

    `creators` of competitors are handles, with or without `@`, addresses of profiles, or ids.
    """

    made_from: BuyersOf
    currency: Annotated[CurrencyCode, Field(description="of the sales that creators of one's own count by")] = "EUR"
    creators: Names = ()


class UnknownParts(Model):
    """Of how many creators a part is not known; they say nothing of it."""

    ages: int = 0
    genders: int = 0
    countries: int = 0
    categories: int = 0


class PrefillOut(Model):
    """Parts of a persona as those creators' audiences have them, for a person to correct; an empty part is open.

    The largest groups that are together at least 60 % of what is told, weighted by net sales, or each alike; the
    categories of creators with at least a quarter of the weight. `creators` were counted, by `sales` of one's own.
    """

    made_from: BuyersOf
    ages: tuple[AgeBand, ...] = ()
    genders: tuple[Gender, ...] = ()
    countries: tuple[CountryCode, ...] = ()
    interests: tuple[Category, ...] = ()
    creators: Annotated[int, Field(ge=0)]
    sales: Annotated[Money | None, Field(description="net; null of competitors' creators")] = None
    unknown: UnknownParts = UnknownParts()


class Personas(Model):
    """A brand's personas, by name."""

    personas: tuple[PersonaOut, ...]


class ShortlistIn(Model):
    """A shortlist's name and what it is for."""

    name: Name
    note: Note = ""


class ShortlistOut(ShortlistIn):
    """A shortlist, which every member of the brand sees, and nobody else."""

    id: Id
    revision: int
    changed_at: Utc


class ShortlistsOut(Model):
    """A brand's shortlists, by name."""

    shortlists: tuple[ShortlistOut, ...]


class EntryIn(Model):
    """What the brand notes about somebody on a shortlist."""

    note: Note = ""


class EntryOut(EntryIn):
    """Somebody on a shortlist."""

    profile: Id
    noted_by: Id
    added_at: Utc


class ShortlistDetail(ShortlistOut):
    """A shortlist with those who are on it, in the order in which they were added."""

    entries: tuple[EntryOut, ...]


class AlertOut(Model):
    """Something changed about somebody on a shortlist: `rates`, `availability` or `growth`."""

    id: Id
    shortlist: Id
    profile: Id
    what: str
    before: Any = None
    after: Any = None
    at: Utc


class NewAlerts(Model):
    """How many alerts there are since a time, up to a hundred."""

    alerts: Annotated[int, Field(ge=0)]


class FitIn(Model):
    """What to judge a creator by; amounts in minor units of `currency`. Without a fee the creator's own rate counts.

    `sales_per_thousand_viewers`, lowest and highest, are net sales by 1,000 relevant viewers; without them those of the
    brand's completed collaborations count. Of a campaign come its persona, category, currency and the costs of its
    sample, where nothing else is said.
    """

    persona: Id | None = None
    campaign: Annotated[Id | None, Field(description="one of the brand's")] = None
    keep: Annotated[
        bool, Field(description="whether to keep the answer for the campaign as a prediction, to be compared later")
    ] = True
    categories: Annotated[tuple[Category, ...], Field(max_length=30)] = ()
    influencer_type: InfluencerType | None = None
    deliverable: DeliverableKind = DeliverableKind.SHORT_VIDEO
    currency: Annotated[CurrencyCode | None, Field(description="absent: the campaign's, else EUR")] = None
    budget: NonNegativeMinor | None = None
    fee: NonNegativeMinor | None = None
    product_cost: Annotated[NonNegativeMinor | None, Field(description="absent: the campaign's, else 0")] = None
    shipping: Annotated[NonNegativeMinor | None, Field(description="absent: the campaign's, else 0")] = None
    other_costs: NonNegativeMinor = 0
    sales_per_thousand_viewers: tuple[NonNegativeMinor, NonNegativeMinor] | None = None


class RangeOut(Model):
    """What is known is one number, what is missing a range; `high` is null where nothing bounds it."""

    low: float
    high: float | None = None


class FactorOut(Model):
    """One factor with its inputs, and what is missing for one number."""

    name: str
    value: RangeOut
    inputs: dict[str, Any]
    missing: tuple[str, ...] = ()
    by_hand: bool = False


class SalesHistory(Model):
    """The brand's net sales by 1,000 relevant viewers, lowest and highest, in minor units; and what says so.

    `collaborations` is how many completed ones it was reckoned from, null where the question itself said it.
    """

    low: float
    high: float
    collaborations: int | None = None


class PublishedViews(Model):
    """Views of a collaboration's published videos by now, as far as somebody counted them.

    Of `videos` that were published, `counted` are known with their views, whose sum is `views`; null of none.
    """

    videos: Annotated[int, Field(ge=0)] = 0
    counted: Annotated[int, Field(ge=0)] = 0
    views: Count | None = None


class EarlierPrediction(Model):
    """What was predicted for a collaboration that came about, its agreed fee, and what it was seen and sold by now.

    `views` and `viewers` were predicted of one video; `published` has those of all that were published.
    """

    profile: Id
    campaign: Id
    predicted_at: Utc
    viewers: RangeOut | None = None
    views: Annotated[RangeOut | None, Field(description="null where it was not kept")] = None
    published: PublishedViews = PublishedViews()
    currency: CurrencyCode
    outcome_low: float | None = None
    outcome_high: float | None = None
    cost: RangeOut
    fee: Annotated[Money | None, Field(description="as agreed; null of several collaborations")] = None
    net_sales: tuple[Money, ...] = ()
    completed: bool


class FitOut(Model):
    """outcome = reach x engagement x relevance - cost, decomposed (D8). `outcome` only with a history of sales."""

    profile: Id
    factors: tuple[FactorOut, ...]
    left_out: Annotated[
        tuple[str, ...],
        Field(description="the persona's lines that leave the creator out of the first round: last in the order"),
    ] = ()
    views: Annotated[RangeOut | None, Field(description="of one video, relevant or not; null while unknown")] = None
    viewers: Annotated[RangeOut | None, Field(description="relevant viewers; null while neither is known")] = None
    cost: RangeOut
    costs: dict[str, int | None]
    currency: CurrencyCode
    cost_per_thousand: RangeOut | None = None
    outcome_low: float | None = None
    outcome_high: float | None = None
    sales: Annotated[SalesHistory | None, Field(description="what makes money of viewers; null without any")] = None
    score: Annotated[
        float | None,
        Field(
            description="what a search by fit sorts by: the middle of the outcome, else of relevant viewers; a fee"
            " that nobody knows takes three quarters of the sales"
        ),
    ] = None
    earlier: Annotated[
        tuple[EarlierPrediction, ...], Field(description="the brand's last predictions that came about, newest first")
    ] = ()


class RelevanceIn(Model):
    """A relevance that a person sets, in hundredths of a percent."""

    relevance: BasisPoints


class TypeIn(Model):
    """The influencer type that a person sets."""

    influencer_type: InfluencerType


class TypeReasonCode(StrEnum):
    """Why a type is suggested: `expert` with the `categories`, `followers` with their number, `no-expert` alone."""

    EXPERT = "expert"
    FOLLOWERS = "followers"
    NO_EXPERT = "no-expert"


class TypeReason(Model):
    """One reason, with what it is about."""

    code: TypeReasonCode
    categories: tuple[Category, ...] = ()
    followers: Count | None = None


class TypeOut(Model):
    """A creator's influencer type: suggested with reasons, and set by a person or not (D9).

    `because` is the same as `reasons`, as data, one by one.
    """

    profile: Id
    suggested: InfluencerType | None = None
    reasons: tuple[str, ...] = ()
    because: tuple[TypeReason, ...] = ()
    set_by_hand: InfluencerType | None = None


class TypeMatrix(Model):
    """What each influencer type is good for: high, medium or low; and which one suits what a campaign is about (D9)."""

    types: dict[InfluencerType, dict[str, str]]
    wanted: dict[Purpose, InfluencerType]
