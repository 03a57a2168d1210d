"""What a brand may read."""

from attribution.store import deliveries
from attribution.store.collections import (
    COLLABORATIONS,
    COUPONS,
    LINKS,
    ORDERS,
    STORES,
)
from attribution.store.views.entries import costs_of, entries_of
from attribution.store.views.reading import (
    Counting,
    OrderRecord,
    Position,
    by_id,
    clicks_by,
    held_orders,
    orders_of,
    record_of,
)
from chassis import mongo
from contracts.http.attribution import Clicks, CostOut


class BrandView:
    """All that one brand may read: its own, and nothing else."""

    def __init__(self, db: mongo.Database, brand: str) -> None:
        self._db = db
        self._mine = {"brand": brand}

    async def collaborations(self, campaign: str) -> list[mongo.Document]:
        """The campaign's collaborations that have a creator."""
        query = self._mine | {"campaign": campaign, "creator": {"$ne": None}}
        return await self._db[COLLABORATIONS].find(query).sort("_id", 1).to_list(None)

    async def knows_campaign(self, campaign: str) -> bool:
        """Whether any collaboration of the brand's campaign was heard of."""
        return await self._db[COLLABORATIONS].find_one(self._mine | {"campaign": campaign}) is not None

    async def clicks(self, campaign: str, counting: Counting) -> dict[str, Clicks]:
        """By collaboration."""
        return await clicks_by(self._db, self._mine | {"campaign": campaign}, "collaboration", counting)

    async def links_of(self, campaign: str) -> list[mongo.Document]:
        """The campaign's links."""
        return await self._db[LINKS].find(self._mine | {"campaign": campaign}).sort("_id", 1).to_list(None)

    async def coupons_of(self, campaign: str) -> list[mongo.Document]:
        """The campaign's coupons."""
        return await self._db[COUPONS].find(self._mine | {"campaign": campaign}).sort("_id", 1).to_list(None)

    async def sums(self, campaign: str) -> list[mongo.Document]:
        """Orders, net sales and commission by collaboration and currency, of what is posted."""
        pipeline: list[mongo.Document] = [
            {"$match": self._mine | {"campaigns": campaign, "posts": True}},
            {"$unwind": "$shares"},
            {"$match": {"shares.campaign": campaign}},
            {
                "$group": {
                    "_id": {"collaboration": "$shares.collaboration", "currency": "$currency"},
                    "orders": {"$sum": 1},
                    "net_sales": {"$sum": "$shares.net_sales"},
                    "commission": {"$sum": "$shares.commission"},
                }
            },
            {"$sort": {"_id": 1}},
        ]
        return await self._db[ORDERS].aggregate(pipeline).to_list(None)

    async def costs(self, campaign: str) -> tuple[CostOut, ...]:
        """What the campaign has cost, by currency."""
        return await costs_of(self._db, self._mine["brand"], campaign)

    async def entries(self, campaign: str, position: Position, limit: int) -> list[mongo.Document]:
        """Ledger transactions with the campaign's legs, newest first."""
        return await entries_of(self._db, {"brand": self._mine["brand"], "campaign": campaign}, position, limit)

    async def order_count(self, campaign: str) -> int:
        """How many posted orders the campaign brought; one that two creators share counts once."""
        return await self._db[ORDERS].count_documents(self._mine | {"campaigns": campaign, "posts": True})

    async def orders(
        self, position: Position, limit: int, *, campaign: str | None, collaboration: str | None
    ) -> list[mongo.Document]:
        """Newest first."""
        query = dict(self._mine)
        if campaign is not None:
            query["campaigns"] = campaign
        if collaboration is not None:
            query["shares.collaboration"] = collaboration
        return await orders_of(self._db, query, position, limit)

    async def held(self, position: Position, limit: int) -> list[mongo.Document]:
        """Those of its orders that are held, newest first."""
        return await held_orders(self._db, self._mine, position, limit)

    async def order(self, order: str) -> OrderRecord | None:
        """One order with its record."""
        return await record_of(self._db, await self._db[ORDERS].find_one(self._mine | {"_id": order}))

    async def links(self, after: str, limit: int, **only: str) -> list[mongo.Document]:
        """By id; `only` those with these values of campaign, collaboration, placement or status."""
        return await by_id(self._db, LINKS, self._mine | only, after, limit)

    async def link(self, link: str) -> mongo.Document | None:
        """One of its links."""
        return await self._db[LINKS].find_one(self._mine | {"_id": link})

    async def coupons(self, after: str, limit: int, **only: str) -> list[mongo.Document]:
        """By id; `only` those with these values of campaign, collaboration or status."""
        return await by_id(self._db, COUPONS, self._mine | only, after, limit)

    async def deliveries(self, store: str, position: Position, limit: int) -> list[mongo.Document] | None:
        """A store's webhooks, newest first; None if it is not the brand's."""
        if await self._db[STORES].find_one(self._mine | {"_id": store}) is None:
            return None
        return await deliveries.deliveries_of(self._db, {"store": store}, position, limit)
