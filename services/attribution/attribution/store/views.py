"""What people may read: each view is made for one principal, and its queries can't be written without it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from attribution.domain.decisions import Decision
from attribution.domain.views import as_seen_by
from attribution.store import deliveries
from attribution.store.collections import (
    BRANDS,
    CLICK_COUNTS,
    COLLABORATIONS,
    COUPONS,
    DECISIONS,
    LEDGER,
    LINKS,
    ORDERS,
    STORES,
)
from chassis import mongo
from contracts.attribution import CouponStatus
from contracts.http.attribution import BalanceOut, Clicks

Position = tuple[Any, ...] | None


class OrderRecord:
    """An order with its current decision and its ledger transactions."""

    def __init__(
        self, row: mongo.Document, decision: Decision, decided_at: datetime, transactions: Sequence[mongo.Document]
    ) -> None:
        self.row = row
        self.decision = decision
        self.decided_at = decided_at
        self.transactions = transactions


async def clicks_by(db: mongo.Database, query: mongo.Document, by: str) -> dict[str, Clicks]:
    """Clicks added up over days and processes, by link, collaboration or campaign."""
    pipeline = [
        {"$match": query},
        {
            "$group": {
                "_id": f"${by}",
                "raw": {"$sum": "$raw"},
                "unique": {"$sum": "$unique"},
                "human": {"$sum": "$human"},
            }
        },
    ]
    return {
        row["_id"]: Clicks(raw=row["raw"], unique=row["unique"], human=row["human"])
        async for row in db[CLICK_COUNTS].aggregate(pipeline)
    }


async def _orders(db: mongo.Database, query: mongo.Document, position: Position, limit: int) -> list[mongo.Document]:
    after: mongo.Document = {}
    if position is not None:
        time, id_ = position
        after = {"$or": [{"placed_at": {"$lt": time}}, {"placed_at": time, "_id": {"$lt": id_}}]}
    # An order whose state nobody has seen has no time and waits in the operator's list.
    query = {"placed_at": {"$ne": None}} | query if "placed_at" not in query else query
    found = db[ORDERS].find({"$and": [query, after]} if after else query, {"refs": 0, "posted": 0})
    return await found.sort([("placed_at", -1), ("_id", -1)]).limit(limit).to_list(limit)


async def _record(db: mongo.Database, row: mongo.Document | None) -> OrderRecord | None:
    if row is None or "number" not in row:
        return None
    decided = await db[DECISIONS].find_one({"_id": f"{row['_id']}#{row['number']}"})
    if decided is None:
        return None
    transactions = await db[LEDGER].find({"order": row["_id"]}).sort("number", 1).to_list(None)
    return OrderRecord(row, Decision.from_doc(decided["doc"]), decided["at"], transactions)


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

    async def clicks(self, campaign: str) -> dict[str, Clicks]:
        """By collaboration."""
        return await clicks_by(self._db, self._mine | {"campaign": campaign}, "collaboration")

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
        return await _orders(self._db, query, position, limit)

    async def order(self, order: str) -> OrderRecord | None:
        """One order with its record."""
        return await _record(self._db, await self._db[ORDERS].find_one(self._mine | {"_id": order}))

    async def links(self, after: str, limit: int) -> list[mongo.Document]:
        """By id."""
        return await _by_id(self._db, LINKS, self._mine, after, limit)

    async def coupons(self, after: str, limit: int) -> list[mongo.Document]:
        """By id."""
        return await _by_id(self._db, COUPONS, self._mine, after, limit)

    async def deliveries(self, store: str, position: Position, limit: int) -> list[mongo.Document] | None:
        """A store's webhooks, newest first; None if it is not the brand's."""
        if await self._db[STORES].find_one(self._mine | {"_id": store}) is None:
            return None
        return await deliveries.deliveries_of(self._db, {"store": store}, position, limit)


class CreatorView:
    """All that one creator may read: own links, coupons and amounts; others only as "another creator"."""

    def __init__(self, db: mongo.Database, creator: str) -> None:
        self._db = db
        self._creator = creator

    async def orders(
        self, position: Position, limit: int, *, campaign: str | None, collaboration: str | None
    ) -> list[mongo.Document]:
        """Orders in which the creator has a share, with that share only."""
        query: mongo.Document = {"creators": self._creator}
        asked = {"campaign": campaign, "collaboration": collaboration}
        own = {name: value for name, value in asked.items() if value is not None}
        if own:
            # By own shares only: whether others of the order are of that campaign is no business of this creator's.
            query["shares"] = {"$elemMatch": {"creator": self._creator, **own}}
        return [self._own(row) for row in await _orders(self._db, query, position, limit)]

    async def order(self, order: str) -> OrderRecord | None:
        """One order with the record as this creator may see it; also one whose touch of theirs lost."""
        row = await self._db[ORDERS].find_one({"_id": order})
        record = await _record(self._db, row)
        if record is None or not self._has_part(record):
            return None
        own = [
            transaction | {"legs": [leg for leg in transaction["legs"] if leg.get("creator") == self._creator]}
            for transaction in record.transactions
        ]
        return OrderRecord(
            self._own(record.row),
            as_seen_by(record.decision, self._creator),
            record.decided_at,
            [transaction for transaction in own if transaction["legs"]],
        )

    def _has_part(self, record: OrderRecord) -> bool:
        return any(candidate.creator == self._creator for candidate in record.decision.candidates)

    def _own(self, row: mongo.Document) -> mongo.Document:
        return row | {"shares": [share for share in row.get("shares", ()) if share["creator"] == self._creator]}

    async def balances(self, now: datetime) -> list[BalanceOut]:
        """Sums of all ledger entries by brand and currency (MONEY 21); what is held is never payable (MONEY 5)."""
        held = await self._db[ORDERS].distinct("_id", {"creators": self._creator, "held.0": {"$exists": True}})
        pipeline: list[mongo.Document] = [
            {"$match": {"legs.creator": self._creator}},
            {"$unwind": "$legs"},
            {"$match": {"legs.creator": self._creator}},
            {
                "$group": {
                    "_id": {"brand": "$legs.brand", "currency": "$legs.currency"},
                    "total": {"$sum": "$legs.amount"},
                    "payable": {
                        "$sum": {
                            "$cond": [
                                {"$and": [{"$lte": ["$legs.payable_at", now]}, {"$not": [{"$in": ["$order", held]}]}]},
                                "$legs.amount",
                                0,
                            ]
                        }
                    },
                }
            },
            {"$sort": {"_id": 1}},
        ]
        rows = await self._db[LEDGER].aggregate(pipeline).to_list(None)
        names = await brand_names(self._db, [row["_id"]["brand"] for row in rows])
        return [
            BalanceOut(
                brand=row["_id"]["brand"],
                brand_name=names.get(row["_id"]["brand"], ""),
                currency=row["_id"]["currency"],
                pending=row["total"] - row["payable"],
                payable=row["payable"],
                total=row["total"],
            )
            for row in rows
        ]

    async def links(self, after: str, limit: int) -> list[mongo.Document]:
        """By id."""
        return await _by_id(self._db, LINKS, {"creator": self._creator}, after, limit)

    async def coupons(self, after: str, limit: int) -> list[mongo.Document]:
        """By id; a code only once the store knows it (A3)."""
        shown = {"creator": self._creator, "status": {"$ne": CouponStatus.TO_ENTER.value}}
        return await _by_id(self._db, COUPONS, shown, after, limit)


class OperatorView:
    """What operators see across brands: deliveries that could not be read, and orders that wait."""

    def __init__(self, db: mongo.Database) -> None:
        self._db = db

    async def kept_raw(self, position: Position, limit: int) -> list[mongo.Document]:
        """Webhooks of unknown shape, newest first."""
        return await deliveries.deliveries_of(self._db, {"outcome": "kept-raw"}, position, limit)

    async def waiting(self, position: Position, limit: int) -> list[mongo.Document]:
        """Orders that can't be decided yet, the last decided first."""
        after: mongo.Document = {}
        if position is not None:
            time, id_ = position
            after = {"$or": [{"decided_at": {"$lt": time}}, {"decided_at": time, "_id": {"$lt": id_}}]}
        found = self._db[ORDERS].find({"outcome": "waiting"} | after, {"refs": 0, "posted": 0})
        return await found.sort([("decided_at", -1), ("_id", -1)]).limit(limit).to_list(limit)

    async def order(self, order: str) -> OrderRecord | None:
        """Any order with its record."""
        return await _record(self._db, await self._db[ORDERS].find_one({"_id": order}))


async def brand_names(db: mongo.Database, brands: Iterable[str]) -> Mapping[str, str]:
    """Names of brands, for those who work with them."""
    found = db[BRANDS].find({"_id": {"$in": sorted(set(brands))}}, {"name": 1})
    return {row["_id"]: row["name"] async for row in found}


async def link_clicks(db: mongo.Database, links: Sequence[str]) -> dict[str, Clicks]:
    """By link."""
    return await clicks_by(db, {"link": {"$in": list(links)}}, "link")


async def _by_id(db: mongo.Database, name: str, query: mongo.Document, after: str, limit: int) -> list[mongo.Document]:
    return await db[name].find(query | {"_id": {"$gt": after}}).sort("_id", 1).limit(limit).to_list(limit)
