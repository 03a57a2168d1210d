"""Ledger entries and their sums, for those who may read them."""

from collections.abc import Mapping
from datetime import datetime

from attribution.domain.ledger import LegKind, operator_account
from attribution.store.collections import LEDGER, MONTHS, ORDERS
from attribution.store.views.reading import Position
from chassis import mongo
from contracts.http.attribution import AmountsOut, CostOut

FEES_OF = {"$eq": ["$legs.kind", LegKind.FEE.value]}


async def entries_of(
    db: mongo.Database, legs: Mapping[str, str], position: Position, limit: int
) -> list[mongo.Document]:
    """A page of transactions that have a leg with all these fields, newest first, with those legs only."""
    after: mongo.Document = {}
    if position is not None:
        time, id_ = position
        after = {"$or": [{"at": {"$lt": time}}, {"at": time, "_id": {"$lt": id_}}]}
    query = {"legs": {"$elemMatch": dict(legs)}} | after
    rows = await db[LEDGER].find(query).sort([("at", -1), ("_id", -1)]).limit(limit).to_list(limit)
    return [
        row | {"legs": [leg for leg in row["legs"] if all(leg.get(name) == value for name, value in legs.items())]}
        for row in rows
    ]


async def creator_sums(
    db: mongo.Database, creator: str, now: datetime
) -> dict[tuple[str, str], tuple[AmountsOut, AmountsOut]]:
    """Commission and fees by (brand, currency): sums of all ledger entries (MONEY 21).

    What is held is never payable (MONEY 5), nor is an uplift that rests on a held order (MONEY 14).
    """
    held = await db[ORDERS].distinct("_id", {"creators": creator, "held.0": {"$exists": True}})
    held_months = await db[MONTHS].distinct("_id", {"creator": creator, "held": True})
    month = {"$concat": [{"$ifNull": ["$month", ""]}, ":", {"$ifNull": ["$collaboration", ""]}]}
    lifted = {"$and": [{"$eq": ["$legs.kind", LegKind.TIER_UPLIFT.value]}, {"$in": [month, held_months]}]}
    is_held = {"$or": [{"$in": ["$order", held]}, lifted]}
    is_payable = {"$and": [{"$lte": ["$legs.payable_at", now]}, {"$not": [is_held]}]}
    pipeline: list[mongo.Document] = [
        {"$match": {"legs.creator": creator}},
        {"$unwind": "$legs"},
        {"$match": {"legs.creator": creator}},
        {
            "$group": {
                "_id": {"brand": "$legs.brand", "currency": "$legs.currency", "fees": FEES_OF},
                "total": {"$sum": "$legs.amount"},
                "payable": {"$sum": {"$cond": [is_payable, "$legs.amount", 0]}},
            }
        },
        {"$sort": {"_id": 1}},
    ]
    sums: dict[tuple[str, str], tuple[AmountsOut, AmountsOut]] = {}
    async for row in db[LEDGER].aggregate(pipeline):
        key = row["_id"]["brand"], row["_id"]["currency"]
        amounts = AmountsOut(pending=row["total"] - row["payable"], payable=row["payable"], total=row["total"])
        commission, fees = sums.get(key, (AmountsOut(), AmountsOut()))
        sums[key] = (commission, amounts) if row["_id"]["fees"] else (amounts, fees)
    return sums


async def costs_of(db: mongo.Database, brand: str, campaign: str) -> tuple[CostOut, ...]:
    """What the brand's campaign has cost, by currency: the sum of its creators' entries, and the operator's share."""
    own = {"legs.brand": brand, "legs.campaign": campaign}
    shares = await operator_shares(db, brand, campaign)
    pipeline: list[mongo.Document] = [
        {"$match": {"legs": {"$elemMatch": {"brand": brand, "campaign": campaign}}}},
        {"$unwind": "$legs"},
        {"$match": own},
        {
            "$group": {
                "_id": "$legs.currency",
                "total": {"$sum": "$legs.amount"},
                "fees": {"$sum": {"$cond": [FEES_OF, "$legs.amount", 0]}},
            }
        },
        {"$sort": {"_id": 1}},
    ]
    return tuple(
        [
            CostOut(
                currency=row["_id"],
                commission=row["total"] - row["fees"],
                fees=row["fees"],
                total=row["total"],
                operator_share=shares.get(row["_id"], 0),
            )
            async for row in db[LEDGER].aggregate(pipeline)
        ]
    )


async def operator_shares(db: mongo.Database, brand: str, campaign: str) -> dict[str, int]:
    """The campaign's part of what its transactions owe the operator, by currency.

    A transaction's share is of all its campaigns' commission. It is cut at the running sums of their commission, in the
    order of their ids, each cut rounded towards zero: so the campaigns' parts add up to it, whoever asks.
    """
    operator = operator_account(brand)
    theirs = {"$eq": ["$$leg.account", operator]}
    creators = {"$ne": [{"$ifNull": ["$$leg.campaign", None]}, None]}
    up_to = {"$and": [creators, {"$lte": ["$$leg.campaign", campaign]}]}
    before = {"$and": [creators, {"$lt": ["$$leg.campaign", campaign]}]}
    share, whole = "$share", "$whole"
    pipeline: list[mongo.Document] = [
        {
            "$match": {
                "$and": [
                    {"legs": {"$elemMatch": {"brand": brand, "campaign": campaign}}},
                    {"legs": {"$elemMatch": {"account": operator}}},
                ]
            }
        },
        {
            "$project": {
                "currency": {"$first": "$legs.currency"},
                "share": _sum(theirs),
                "whole": _sum(creators),
                "up_to": _sum(up_to),
                "before": _sum(before),
            }
        },
        {"$match": {"whole": {"$ne": 0}}},
        {
            "$group": {
                "_id": "$currency",
                "share": {
                    "$sum": {
                        "$subtract": [
                            {"$trunc": {"$divide": [{"$multiply": [share, part]}, whole]}}
                            for part in ("$up_to", "$before")
                        ]
                    }
                },
            }
        },
    ]
    return {row["_id"]: int(row["share"].to_decimal()) async for row in db[LEDGER].aggregate(pipeline)}


def _sum(condition: mongo.Document) -> mongo.Document:
    """Of the transaction's legs that are so, as decimals: products of two amounts exceed 64 bits."""
    chosen = {"$filter": {"input": "$legs", "as": "leg", "cond": condition}}
    return {"$sum": {"$map": {"input": chosen, "as": "leg", "in": {"$toDecimal": "$$leg.amount"}}}}
