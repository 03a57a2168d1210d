"""Whose campaigns there are, as discovery heard it: to know a brand's own, and what its products are about."""

from dataclasses import dataclass

from chassis.mongo import Database, Session
from contracts.campaigns import Campaign
from contracts.discovery import Category
from discovery.store.collections import CAMPAIGNS


@dataclass(frozen=True, slots=True)
class KnownCampaign:
    """A campaign; `category` is what its product is about, None if nobody said that in the taxonomy's words."""

    id: str
    brand: str
    category: Category | None


async def keep(db: Database, session: Session, campaign: Campaign) -> None:
    """Keep the newest state; the loop lets no older one through."""
    values = {"brand": campaign.brand, "category": campaign.brief.category}
    await db[CAMPAIGNS].replace_one({"_id": campaign.id}, values, upsert=True, session=session)


class BrandCampaigns:
    """One brand's campaigns; without a brand there are none to ask for."""

    def __init__(self, db: Database, brand: str) -> None:
        self._rows = db[CAMPAIGNS]
        self._brand = brand

    async def find(self, campaign: str) -> KnownCampaign | None:
        """One of the brand's; None for any other."""
        row = await self._rows.find_one({"_id": campaign, "brand": self._brand})
        return None if row is None else KnownCampaign(row["_id"], row["brand"], _category(row["category"]))

    async def is_another_brands(self, campaign: str) -> bool:
        """Whether it is there, and not the brand's."""
        return await self._rows.find_one({"_id": campaign, "brand": {"$ne": self._brand}}, {"_id": 1}) is not None


def _category(name: str) -> Category | None:
    return Category(name) if name in frozenset(Category) else None
