"""What a brand that searches asks of creators, and how each of them fits (D8)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from chassis.context import Context
from chassis.http import Kind, Principal, not_found, not_known_yet, unprocessable
from chassis.ids import derived_id
from contracts.discovery import DeliverableKind
from contracts.http.discovery import CreatorQuery, FitIn, FitOut, SalesHistory
from discovery.answers import fit_out, question_in, sales_out
from discovery.domain.fit import Question, figures_of, fit
from discovery.domain.history import History, history
from discovery.domain.profiles import ProfileRecord
from discovery.search.fitting import Fitting
from discovery.store import PERSONAS, BrandCampaigns, DiscoveryTx, KnownCampaign, Named, Relevances, completed


@dataclass(frozen=True, slots=True)
class Asked:
    """A brand's question with all that it did not say itself, and the history that was reckoned for it.

    `by_hand` are the relevances that the brand set itself, by creator.
    """

    question: Question
    history: History | None
    by_hand: Mapping[str, int]

    @property
    def fitting(self) -> Fitting:
        """The same as the search reads it."""
        return Fitting(self.question, self.by_hand)

    @property
    def sales(self) -> SalesHistory | None:
        """What makes money of viewers."""
        return sales_out(self.question, self.history)


async def asked_of(said: FitIn, who: Principal, context: Context[DiscoveryTx]) -> Asked:
    """The question by its campaign, its persona and the brand's history; raises 404 for what is another brand's."""
    campaign = None if said.campaign is None else await campaign_of(said.campaign, who, context)
    personas = Named(context.db, who.id, PERSONAS)
    persona = None
    if said.persona is not None:
        persona = await personas.find(said.persona)
        if persona is None:
            raise not_found("persona")
    elif campaign is not None and campaign.persona is not None:
        persona = await personas.find(campaign.persona)  # the brand may have removed it since
    question = question_in(said, campaign, persona)
    by_hand = await Relevances(context.db, who.id).all()
    if question.sales_per_viewer is not None:
        return Asked(question, None, by_hand)
    found = history(question, await completed(context.db, who.id, question.currency, by_hand))
    return Asked(question if found is None else replace(question, sales_per_viewer=found.sales), found, by_hand)


async def fitting_of(asked: CreatorQuery, who: Principal, context: Context[DiscoveryTx]) -> Asked:
    """The brand's question with what it set by hand; raises 404 for a foreign persona or campaign."""
    if who.kind is not Kind.BRAND:
        given = sorted(name for name in asked.model_fields_set if name.startswith("fit_"))
        raise unprocessable([(name, "Only a brand asks how well creators fit it.") for name in given or ["sort"]])
    said = FitIn(
        persona=asked.fit_persona,
        campaign=asked.fit_campaign,
        categories=asked.fit_category,
        influencer_type=asked.fit_type,
        deliverable=asked.deliverable or DeliverableKind.SHORT_VIDEO,
        currency=asked.currency,
        budget=asked.fit_budget,
        fee=asked.fit_fee,
        product_cost=asked.fit_product_cost,
        shipping=asked.fit_shipping,
        other_costs=asked.fit_other_costs or 0,
        sales_per_thousand_viewers=(asked.fit_sales[0], asked.fit_sales[-1]) if asked.fit_sales else None,
    )
    return await asked_of(said, who, context)


async def campaign_of(campaign: str, who: Principal, context: Context[DiscoveryTx]) -> KnownCampaign:
    """One of the brand's campaigns; another brand's is not there, and of one not heard of yet that is said."""
    ours = BrandCampaigns(context.db, who.id)
    found = await ours.find(campaign)
    if found is None:
        raise not_found("campaign") if await ours.is_another_brands(campaign) else not_known_yet("campaign")
    return found


def fitted(profile: ProfileRecord, asked: Asked) -> FitOut:
    """How the creator fits, from what is known of them now: a second newer than what the order was made of, at most."""
    question = replace(asked.question, relevance=asked.by_hand.get(profile.id))
    return fit_out(profile.id, fit(question, figures_of(profile.state())), asked.sales)


def mark_of(asked: Asked) -> str:
    """The same for the same question: a cursor goes on in the order of its own alone.

    A history that was reckoned moves with every figure of those whom it is about, and is no part of the question.
    """
    told = asdict(asked.question if asked.history is None else replace(asked.question, sales_per_viewer=None))
    return derived_id(
        *(f"{name} {sorted(part) if isinstance(part, frozenset) else part}" for name, part in told.items())
    )
