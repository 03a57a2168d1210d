"""What attribution credited, by order and collaboration: for GPM, and for results beside past campaigns."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from chassis.mongo import ASCENDING, CollectionSpec, Database, Document, IndexModel, InsertOne, ReplaceOne, Session
from contracts.attribution import OrderDecided
from contracts.money import INT64_MAX
from discovery.domain.standing_figures import Sales

SALES = "sales"
SUMMED: Final[Document] = {
    "gross": {"$sum": "$shares.gross"},
    "net": {"$sum": "$shares.net"},
    "unsaid": {"$sum": {"$cond": [{"$eq": ["$shares.gross", None]}, 1, 0]}},
}

COLLECTION = CollectionSpec(
    SALES,
    indexes=(IndexModel([("shares.collaboration", ASCENDING), ("placed_at", ASCENDING)]),),  # sums of collaborations
)


async def keep(db: Database, session: Session, decided: Sequence[OrderDecided]) -> set[str]:
    """Keep each order's newest decision; the collaborations whose sums that may change.

    Later numbers replace earlier ones, whichever comes first.
    """
    newest: dict[str, OrderDecided] = {}
    for each in decided:
        if each.order not in newest or newest[each.order].number < each.number:
            newest[each.order] = each
    found = db[SALES].find({"_id": {"$in": list(newest)}}, session=session)
    known = {row["_id"]: row async for row in found}
    touched: set[str] = set()
    writes: list[InsertOne[Document] | ReplaceOne[Document]] = []
    for order, each in newest.items():
        before = known.get(order)
        if before is not None and before["number"] >= each.number:
            continue
        after = _of_order(each)
        if before is None and each.number == 1 and not after["shares"]:
            continue  # nobody was credited, and there is no earlier decision that this one must replace
        writes.append(InsertOne(after) if before is None else ReplaceOne({"_id": order}, after))
        touched |= {share["collaboration"] for row in (before or {}, after) for share in row.get("shares", ())}
    if writes:
        await db[SALES].bulk_write(writes, session=session)
    return touched


def _of_order(decided: OrderDecided) -> Document:
    return {
        "_id": decided.order,
        "number": decided.number,
        "currency": decided.currency,
        "placed_at": decided.placed_at,
        "shares": [
            {"collaboration": share.collaboration, "gross": share.gross_sales, "net": share.net_sales}
            for share in decided.shares
        ],
    }


async def sums(
    db: Database, session: Session | None, collaborations: Sequence[str], since: datetime, until: datetime
) -> list[Sales]:
    """What these collaborations sold by orders placed after `since` and up to `until`, by currency."""
    if not collaborations:
        return []
    rows = db[SALES].aggregate(
        [
            {
                "$match": {
                    "shares.collaboration": {"$in": list(collaborations)},
                    "placed_at": {"$gt": since, "$lte": until},
                }
            },
            {"$unwind": "$shares"},
            {"$match": {"shares.collaboration": {"$in": list(collaborations)}}},
            {"$group": {"_id": "$currency", **SUMMED}},
            {"$sort": {"_id": 1}},
        ],
        session=session,
    )
    return [_sales(row["_id"], row) async for row in rows if row["_id"] is not None]


async def by_collaboration(db: Database, collaborations: Sequence[str]) -> dict[str, list[Sales]]:
    """What each of these collaborations ever sold, by currency: one question for all of them."""
    if not collaborations:
        return {}
    of_these = {"shares.collaboration": {"$in": list(collaborations)}}
    by = {"collaboration": "$shares.collaboration", "currency": "$currency"}
    rows = db[SALES].aggregate(
        [
            {"$match": of_these},
            {"$unwind": "$shares"},
            {"$match": of_these},
            {"$group": {"_id": by, **SUMMED}},
            {"$sort": {"_id": 1}},
        ]
    )
    found: dict[str, list[Sales]] = {}
    async for row in rows:
        if (currency := row["_id"].get("currency")) is not None:
            found.setdefault(row["_id"]["collaboration"], []).append(_sales(currency, row))
    return found


async def nets(db: Database, collaborations: Sequence[str], currency: str) -> dict[str, int]:
    """Net sales of each of these collaborations that sold anything in this currency, in minor units."""
    of_these = {"shares.collaboration": {"$in": list(collaborations)}}
    net = {"_id": "$shares.collaboration", "net": {"$sum": "$shares.net"}}
    found = db[SALES].aggregate(
        [{"$match": {**of_these, "currency": currency}}, {"$unwind": "$shares"}, {"$match": of_these}, {"$group": net}]
    )
    return {row["_id"]: whole(row["net"]) async for row in found}


def _sales(currency: str, row: Document) -> Sales:
    return Sales(currency, None if row["unsaid"] else whole(row["gross"]), whole(row["net"]))


def whole(amount: float) -> int:
    """A sum as it can be told: the store adds up to a fraction what exceeds 64 bits."""
    return max(-INT64_MAX, min(INT64_MAX, int(amount)))
