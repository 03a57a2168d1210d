"""Whose campaigns there are, as discovery heard it: to know a brand's own, and what fit reads of them."""

from dataclasses import dataclass

from chassis.mongo import Database, Document, Session
from contracts.campaigns import Campaign
from contracts.discovery import Category, InfluencerType
from discovery.store.collections import CAMPAIGNS


@dataclass(frozen=True, slots=True)
class KnownCampaign:
    """A campaign; `category` is what its product is about, None if nobody said that in the taxonomy's words.

    `product` and `shipping` are what the sample of one collaboration costs, in minor units of `currency`.
    """

    id: str
    brand: str
    category: Category | None
    influencer_type: InfluencerType | None = None
    persona: str | None = None
    currency: str | None = None
    product: int | None = None
    shipping: int | None = None


async def keep(db: Database, session: Session, campaign: Campaign) -> None:
    """Keep the newest state; the loop lets no older one through."""
    budget = campaign.budget
    product, shipping = (budget.product, budget.shipping) if budget is not None else (None, None)
    values = {
        "brand": campaign.brand,
        "category": campaign.brief.category,
        "influencer_type": campaign.goal.influencer_type,
        "persona": campaign.goal.persona_id,
        "currency": budget.amount.currency if budget is not None else None,
        "product": product.amount if product is not None else None,
        "shipping": shipping.amount if shipping is not None else None,
    }
    await db[CAMPAIGNS].replace_one({"_id": campaign.id}, values, upsert=True, session=session)


class BrandCampaigns:
    """One brand's campaigns; without a brand there are none to ask for."""

    def __init__(self, db: Database, brand: str) -> None:
        self._rows = db[CAMPAIGNS]
        self._brand = brand

    async def find(self, campaign: str) -> KnownCampaign | None:
        """One of the brand's; None for any other."""
        row = await self._rows.find_one({"_id": campaign, "brand": self._brand})
        return None if row is None else _campaign(row)

    async def is_another_brands(self, campaign: str) -> bool:
        """Whether it is there, and not the brand's."""
        return await self._rows.find_one({"_id": campaign, "brand": {"$ne": self._brand}}, {"_id": 1}) is not None


def _campaign(row: Document) -> KnownCampaign:
    """One told by an earlier version has no more than its category."""
    said = {name: row.get(name) for name in ("persona", "currency", "product", "shipping")}
    type_ = row.get("influencer_type")
    known = InfluencerType(type_) if type_ in frozenset(InfluencerType) else None
    return KnownCampaign(row["_id"], row["brand"], _category(row["category"]), known, **said)


def _category(name: str) -> Category | None:
    return Category(name) if name in frozenset(Category) else None
