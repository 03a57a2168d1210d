"""How well a creator fits (D8): outcome = reach x engagement x relevance - cost, every factor with its inputs.

Reach x engagement x relevance are *relevant viewers*. Whatever is not known is a range and never zero.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from contracts.discovery import AgeBand, Category, DeliverableKind, DeliverableRate, Gender, InfluencerType, Profile
from contracts.money import Money
from discovery.domain.mentions import MOSTLY, Group, Words, groups_of
from discovery.domain.ranges import Range
from discovery.domain.search_documents import AudienceKind

WHOLE: Final = 10_000
UNKNOWN_ENGAGEMENT: Final = Range(0.01, 1.0)
"""Median views by followers, where nobody counted views."""
OLDER_VIEWS: Final = Range(0.5, 1.0)
"""Views at seven days by the views of posts of any age: those have gained since."""
AVERAGE_VIEWS: Final = Range(0.25, 1.0)
"""The same by average views, which a few great successes raise."""
UNKNOWN_MATCH: Final = Range(0.05, 1.0)
OTHER_CATEGORY: Final = 0.5
OTHER_TYPE: Final = 0.7
OTHER_INTERESTS: Final = 0.7
"""Of who mentions nothing that the persona cares for: a bio is short, and says less than a category."""
UNKNOWN_FEE: Final = Range(0.5, 1.0)
"""A fee that nobody knows, by the sales that it would bring: who asks for more is not booked. For the order alone."""
LEAST_PRICE: Final = 0.5
"""How much relevance a creator keeps who asks for twice the budget or more."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What fit reads of a creator; None and empty mean unknown. Shares are in hundredths of a percent."""

    followers: int | None = None
    median_views_7d: int | None = None
    median_views: int | None = None
    average_views: int | None = None
    categories: frozenset[Category] = frozenset()
    influencer_type: InfluencerType | None = None
    rates: Mapping[tuple[DeliverableKind, str], int] = field(default_factory=dict)
    ages: Mapping[AgeBand, int] = field(default_factory=dict)
    genders: Mapping[Gender, int] = field(default_factory=dict)
    countries: Mapping[str, int] = field(default_factory=dict)
    handle: str = ""
    display_name: str = ""
    bio: str = ""
    country: str | None = None

    @property
    def words(self) -> Words:
        """What the creator says in words."""
        return Words.of(self.handle, self.display_name, self.bio, self.categories)


TYPE_OF: Final = {True: InfluencerType.AUTHORITATIVE, False: InfluencerType.PEER}
"""Whom professionals go by with a product is who knows more of it, and hobbyists whoever is one of them (D9)."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a brand wants to know: whom it wants to reach, for how much, and what its own history says.

    `cares` are the persona's interests, jobs and industries; `named` whom it aspires to and its peers; `leave_out` whom
    the first round leaves out; `professional` asks for an influencer type where `influencer_type` does not.

    `sales_per_viewer` are net sales in minor units of `currency` for each relevant viewer. `fee` is what the brand
    would pay; without it the creator's own rate counts. `relevance` is set by hand, in hundredths of a percent.
    """

    ages: frozenset[AgeBand] = frozenset()
    genders: frozenset[Gender] = frozenset()
    countries: frozenset[str] = frozenset()
    categories: frozenset[Category] = frozenset()
    influencer_type: InfluencerType | None = None
    deliverable: DeliverableKind = DeliverableKind.SHORT_VIDEO
    currency: str = "EUR"
    budget: int | None = None
    fee: int | None = None
    product_cost: int = 0
    shipping: int = 0
    other_costs: int = 0
    relevance: int | None = None
    sales_per_viewer: Range | None = None
    cares: tuple[str, ...] = ()
    professional: bool | None = None
    named: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()

    @property
    def wanted_type(self) -> InfluencerType | None:
        """The type that is said, else the one that suits the persona."""
        if self.influencer_type is not None or self.professional is None:
            return self.influencer_type
        return TYPE_OF[self.professional]


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: its range, what it was made of, and what was missing for one number."""

    name: str
    value: Range
    inputs: Mapping[str, object]
    missing: tuple[str, ...] = ()
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Fit:
    """The answer, always decomposed. `viewers` is None where neither followers nor views are known.

    Money is in minor units of `currency`. `outcome` is there only with a history of the brand's own; `cost` is
    unbounded above where nobody knows the fee. `score` is what creators are sorted by: the middle of the outcome, else
    of relevant viewers; None comes last. An unknown fee takes its part of the sales there, never nothing. Whoever is
    `left_out` of the first round, by these lines of the persona, comes after all others. `views` are one video's.
    """

    factors: tuple[Factor, ...]
    viewers: Range | None
    cost: Range
    costs: Mapping[str, int | None]
    currency: str
    cost_per_thousand: Range | None
    outcome: tuple[float | None, float | None] | None
    score: float | None
    views: Range | None = None
    left_out: tuple[str, ...] = ()


def fit(question: Question, figures: Figures) -> Fit:
    """How well the creator fits.

    - reach = followers; engagement = median views at the age of seven days / followers.
    - relevance = audience match x category x interests x influencer type x price, or what a person set. Of whom the
      persona names, category, interests and type are 1: it says itself that they are relevant.
    - viewers = reach x engagement x relevance; cost per thousand = cost / viewers x 1,000.
    - outcome = viewers x the brand's net sales per viewer - cost, from its worst to its best.
    """
    reach, engagement, seen = _seen(figures)
    words = figures.words
    named = next((line for line in question.named if words.are_named(line)), None)
    parts = (
        _audience(question, figures),
        _as_named(_category(question, figures), named),
        _as_named(_interests(question, words), named),
        _as_named(_type(question, figures), named),
        _price(question, figures),
    )
    relevance = _relevance(question, parts)
    viewers = None if seen is None else seen * relevance.value
    costs = _costs(question, figures)
    known = float(sum(value for value in costs.values() if value is not None))
    cost = Range(known, known if costs["fee"] is not None else None)
    outcome = None
    score = None if viewers is None else viewers.middle
    if viewers is not None and question.sales_per_viewer is not None:
        sales = viewers * question.sales_per_viewer
        outcome = (
            None if cost.high is None else sales.low - cost.high,
            None if sales.high is None else sales.high - cost.low,
        )
        fee = 0.0 if costs["fee"] is not None else UNKNOWN_FEE.middle * sales.middle
        score = sales.middle - (known + fee)
    return Fit(
        factors=(reach, engagement, relevance, *parts),
        viewers=viewers,
        cost=cost,
        costs=costs,
        currency=question.currency,
        cost_per_thousand=None if viewers is None else cost / (viewers * Range.of(0.001)),
        outcome=outcome,
        score=score,
        views=seen,
        left_out=left_out(question.leave_out, figures),
    )


def left_out(lines: Sequence[str], figures: Figures) -> tuple[str, ...]:
    """The lines of a persona by which a creator is left out of the first round."""
    if not lines:
        return ()
    words = figures.words
    return tuple(group.line for group in groups_of(lines) if _is_in(group, figures, words))


def _is_in(group: Group, figures: Figures, words: Words) -> bool:
    if group.audience is not None:
        kind, value = group.audience
        ages, genders = {str(k): v for k, v in figures.ages.items()}, {str(k): v for k, v in figures.genders.items()}
        shares = {AudienceKind.AGE: ages, AudienceKind.GENDER: genders, AudienceKind.COUNTRY: figures.countries}[kind]
        lives_there = kind is AudienceKind.COUNTRY and figures.country == value
        return lives_there or shares.get(value, 0) >= MOSTLY
    if group.category is not None:
        return group.category in figures.categories
    return words.are_named(group.line) or (group.may_be_in_bio and words.tell_in_bio(group.line))


def figures_of(profile: Profile) -> Figures:
    """What fit reads of a public profile."""
    return Figures(
        followers=profile.followers,
        median_views_7d=profile.stats.median_views_7d,
        median_views=profile.stats.median_views,
        average_views=profile.average_views,
        categories=frozenset(profile.categories),
        influencer_type=profile.influencer_type,
        rates=_lowest(profile.rates),
        ages={each.band: each.share for each in profile.audience.ages},
        genders={each.gender: each.share for each in profile.audience.genders},
        countries={each.country: each.share for each in profile.audience.countries},
        handle=profile.handle,
        display_name=profile.display_name,
        bio=profile.bio,
        country=profile.country,
    )


def _lowest(rates: Iterable[DeliverableRate]) -> dict[tuple[DeliverableKind, str], int]:
    """Who names two rates for one thing is asked for the lower one."""
    found: dict[tuple[DeliverableKind, str], int] = {}
    for rate in rates:
        of = (rate.deliverable, rate.currency)
        found[of] = min(rate.amount, found.get(of, rate.amount))
    return found


def _seen(figures: Figures) -> tuple[Factor, Factor, Range | None]:
    """Reach, engagement, and their product, which is the views themselves where those are known."""
    followers = figures.followers
    views, by, missing = _views(figures)
    reach = Factor(
        "reach",
        Range.of(followers) if followers is not None else Range(0, None),
        {"followers": followers},
        () if followers is not None else ("followers",),
    )
    inputs = {by: getattr(figures, by)} if by else {}
    if views is not None and followers:
        engagement = Factor("engagement", views / Range.of(followers), {**inputs, "followers": followers}, missing)
        return reach, engagement, views
    if views is not None:
        return reach, Factor("engagement", Range(0, None), inputs, (*missing, "followers")), views
    unknown = Factor("engagement", UNKNOWN_ENGAGEMENT, {}, ("median_views_7d",))
    return reach, unknown, None if followers is None else Range.of(followers) * UNKNOWN_ENGAGEMENT


def _views(figures: Figures) -> tuple[Range | None, str, tuple[str, ...]]:
    """Median views at seven days, as well as they are known; by which figure, and what would say it better."""
    if figures.median_views_7d is not None:
        return Range.of(figures.median_views_7d), "median_views_7d", ()
    if figures.median_views is not None:
        return Range.of(figures.median_views) * OLDER_VIEWS, "median_views", ("median_views_7d",)
    if figures.average_views is not None:
        return Range.of(figures.average_views) * AVERAGE_VIEWS, "average_views", ("median_views_7d",)
    return None, "", ("median_views_7d",)


def _audience(question: Question, figures: Figures) -> Factor:
    """The share of the audience that the persona means: of its ages x of its genders x of its countries.

    As if the three were independent. What a source leaves out of a distribution may belong to the persona or not.
    """
    value, inputs, missing = Range.of(1), dict[str, object](), []
    wanted: tuple[tuple[str, frozenset[str], Mapping[str, int]], ...] = (
        ("ages", frozenset(map(str, question.ages)), {str(k): v for k, v in figures.ages.items()}),
        ("genders", frozenset(map(str, question.genders)), {str(k): v for k, v in figures.genders.items()}),
        ("countries", question.countries, figures.countries),
    )
    for name, asked, shares in wanted:
        if not asked:
            continue
        if not shares:
            value = value * UNKNOWN_MATCH
            missing.append(name)
            continue
        match = sum(share for of, share in shares.items() if of in asked) / WHOLE
        untold = max(0.0, 1 - sum(shares.values()) / WHOLE)
        value = value * Range(match, min(1.0, match + untold))
        inputs[name] = match
        if untold:
            missing.append(name)
    return Factor("audience", value, inputs, tuple(missing))


def _category(question: Question, figures: Figures) -> Factor:
    if not question.categories:
        return Factor("category", Range.of(1), {})
    inputs = {"wanted": sorted(question.categories), "has": sorted(figures.categories)}
    if not figures.categories:
        return Factor("category", Range(OTHER_CATEGORY, 1), inputs, ("categories",))
    common = bool(question.categories & figures.categories)
    return Factor("category", Range.of(1 if common else OTHER_CATEGORY), inputs)


def _interests(question: Question, words: Words) -> Factor:
    """What the persona cares for, looked for in name, bio and categories: some of it is enough."""
    if not question.cares:
        return Factor("interests", Range.of(1), {})
    found = [text for text in question.cares if words.mention(text)]
    inputs = {"wanted": list(question.cares), "found": found}
    if not found and not words.bio:
        missing = ("bio",) if words.categories else ("bio", "categories")
        return Factor("interests", Range(OTHER_INTERESTS, 1), inputs, missing)
    return Factor("interests", Range.of(1 if found else OTHER_INTERESTS), inputs)


def _type(question: Question, figures: Figures) -> Factor:
    wanted = question.wanted_type
    if wanted is None:
        return Factor("type", Range.of(1), {})
    inputs: dict[str, object] = {"wanted": wanted, "has": figures.influencer_type}
    if question.influencer_type is None:
        inputs["persona"] = "professional" if question.professional else "hobbyist"
    if figures.influencer_type is None:
        return Factor("type", Range(OTHER_TYPE, 1), inputs, ("influencer_type",))
    return Factor("type", Range.of(1 if wanted is figures.influencer_type else OTHER_TYPE), inputs)


def _as_named(factor: Factor, named: str | None) -> Factor:
    """The factor of somebody whom the persona names, by which line."""
    if named is None or not factor.inputs:
        return factor
    return Factor(factor.name, Range.of(1), {**factor.inputs, "named": named})


def _price(question: Question, figures: Figures) -> Factor:
    """What the creator asks for against the budget: within it all, above it the budget's part, at least a half."""
    if question.budget is None:
        return Factor("price", Range.of(1), {})
    rate = figures.rates.get((question.deliverable, question.currency))
    inputs = {"budget": question.budget, "rate": rate}
    if rate is None:
        return Factor("price", Range(LEAST_PRICE, 1), inputs, ("rate",))
    part = 1.0 if rate <= question.budget else max(LEAST_PRICE, question.budget / rate)
    return Factor("price", Range.of(part), inputs)


def _relevance(question: Question, parts: tuple[Factor, ...]) -> Factor:
    value = Range.of(1)
    for part in parts:
        value = value * part.value
    reckoned: dict[str, object] = {part.name: part.value for part in parts}
    if question.relevance is not None:
        return Factor("relevance", Range.of(question.relevance / WHOLE), {"reckoned": value}, by_hand=True)
    return Factor("relevance", value, reckoned, tuple(name for part in parts for name in part.missing))


def _costs(question: Question, figures: Figures) -> dict[str, int | None]:
    """The fee that the brand would pay, else the creator's rate in its currency, else unknown; and what is on top."""
    rate = figures.rates.get((question.deliverable, question.currency))
    return {
        "fee": question.fee if question.fee is not None else rate,
        "product": question.product_cost,
        "shipping": question.shipping,
        "other": question.other_costs,
    }


def money(amount: float, currency: str) -> Money:
    """A figure of an outcome in whole minor units."""
    return Money(amount=round(amount), currency=currency)
