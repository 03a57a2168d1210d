"""What a brand that searches asks of creators, and how each of them fits (D8)."""

from dataclasses import asdict, replace

from chassis.context import Context
from chassis.http import Kind, Principal, not_found, not_known_yet, unprocessable
from chassis.ids import derived_id
from contracts.discovery import DeliverableKind
from contracts.http.discovery import CreatorQuery, FitIn, FitOut
from discovery.answers import fit_out, question_in
from discovery.domain.fit import Question, figures_of, fit
from discovery.domain.profiles import ProfileRecord
from discovery.search.fitting import Fitting
from discovery.store import PERSONAS, BrandCampaigns, DiscoveryTx, Named, Relevances
from discovery.store.campaigns import KnownCampaign


async def fitting_of(asked: CreatorQuery, who: Principal, context: Context[DiscoveryTx]) -> Fitting:
    """The brand's question with what it set by hand; raises 404 for a foreign persona or campaign."""
    if who.kind is not Kind.BRAND:
        given = sorted(name for name in asked.model_fields_set if name.startswith("fit_"))
        raise unprocessable([(name, "Only a brand asks how well creators fit it.") for name in given or ["sort"]])
    persona = None
    if asked.fit_persona is not None:
        persona = await Named(context.db, who.id, PERSONAS).find(asked.fit_persona)
        if persona is None:
            raise not_found("persona")
    about = asked.fit_category
    if asked.fit_campaign is not None:
        campaign = await campaign_of(asked.fit_campaign, who, context)
        about = about or tuple(filter(None, (campaign.category,)))
    said = FitIn(
        categories=about,
        influencer_type=asked.fit_type,
        deliverable=asked.deliverable or DeliverableKind.SHORT_VIDEO,
        currency=asked.currency or "EUR",
        budget=asked.fit_budget,
        fee=asked.fit_fee,
        product_cost=asked.fit_product_cost or 0,
        shipping=asked.fit_shipping or 0,
        other_costs=asked.fit_other_costs or 0,
        sales_per_thousand_viewers=(asked.fit_sales[0], asked.fit_sales[-1]) if asked.fit_sales else None,
    )
    return Fitting(question_in(said, persona, None), await Relevances(context.db, who.id).all())


async def campaign_of(campaign: str, who: Principal, context: Context[DiscoveryTx]) -> KnownCampaign:
    """One of the brand's campaigns; another brand's is not there, and of one not heard of yet that is said."""
    ours = BrandCampaigns(context.db, who.id)
    found = await ours.find(campaign)
    if found is None:
        raise not_found("campaign") if await ours.is_another_brands(campaign) else not_known_yet("campaign")
    return found


def fitted(profile: ProfileRecord, fitting: Fitting) -> FitOut:
    """How the creator fits, from what is known of them now: a second newer than what the order was made of, at most."""
    question = fitting.question
    if (by_hand := fitting.by_hand.get(profile.id)) is not None:
        question = replace(question, relevance=by_hand)
    return fit_out(profile.id, fit(question, figures_of(profile.state())))


def mark_of(question: Question) -> str:
    """The same for the same question: a cursor goes on in the order of its own alone."""
    told = asdict(question)
    return derived_id(
        *(f"{name} {sorted(part) if isinstance(part, frozenset) else part}" for name, part in told.items())
    )
