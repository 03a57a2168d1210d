"""What all views read by: orders with their records, clicks, and pages of rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from attribution.domain.decisions import Decision
from attribution.domain.recounts import FIRST, current, parts
from attribution.store.collections import (
    BRANDS,
    CLICK_COUNTS,
    DECISIONS,
    IS_HELD,
    LEDGER,
    ORDERS,
)
from attribution.store.recounts import of_parts, recounts_of
from chassis import mongo
from contracts.http.attribution import Clicks

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


@dataclass(frozen=True)
class Counting:
    """The count that an answer is by: its number, its bot rule, and the query for its rows."""

    number: int
    rule: str
    rows: mongo.Document

    @property
    def none(self) -> Clicks:
        """No clicks, by this count."""
        return self.clicks()

    def clicks(self, raw: int = 0, human: int = 0, unique: int = 0) -> Clicks:
        """Figures of this count."""
        return Clicks(raw=raw, human=human, unique=unique, recount=self.number, rule=self.rule)


async def counting_of(db: mongo.Database, number: int | None = None) -> Counting | None:
    """The count of that number, by default the current one; None if there is none, or it is not finished."""
    recounts = await recounts_of(db)
    number = current(recounts) if number is None else number
    if number == FIRST:
        return Counting(FIRST, "", of_parts(parts(recounts, FIRST)))
    asked = [one for one in recounts if one.number == number and one.finished_at is not None]
    return Counting(number, asked[0].rule, of_parts(parts(recounts, number))) if asked else None


async def clicks_by(db: mongo.Database, query: mongo.Document, by: str, counting: Counting) -> dict[str, Clicks]:
    """Clicks added up over days and processes, by link, collaboration or campaign."""
    pipeline: list[mongo.Document] = [
        {"$match": {"$and": [query, counting.rows]}},
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
        row["_id"]: counting.clicks(raw=row["raw"], unique=row["unique"], human=row["human"])
        async for row in db[CLICK_COUNTS].aggregate(pipeline)
    }


async def orders_of(db: mongo.Database, query: mongo.Document, position: Position, limit: int) -> list[mongo.Document]:
    """A page of orders, newest first."""
    after: mongo.Document = {}
    if position is not None:
        time, id_ = position
        after = {"$or": [{"placed_at": {"$lt": time}}, {"placed_at": time, "_id": {"$lt": id_}}]}
    # An order whose state nobody has seen has no time and waits in the operator's list.
    query = {"placed_at": {"$ne": None}} | query if "placed_at" not in query else query
    found = db[ORDERS].find({"$and": [query, after]} if after else query, {"refs": 0, "posted": 0})
    return await found.sort([("placed_at", -1), ("_id", -1)]).limit(limit).to_list(limit)


async def held_orders(
    db: mongo.Database, query: mongo.Document, position: Position, limit: int
) -> list[mongo.Document]:
    """A page of those that are credited and not payable, newest first; each has a time, for its sale was read."""
    return await orders_of(db, query | IS_HELD, position, limit)


async def record_of(db: mongo.Database, row: mongo.Document | None) -> OrderRecord | None:
    """The order's record; None before its first decision."""
    if row is None or "number" not in row:
        return None
    decided = await db[DECISIONS].find_one({"_id": f"{row['_id']}#{row['number']}"})
    if decided is None:
        return None
    transactions = await db[LEDGER].find({"order": row["_id"]}).sort("number", 1).to_list(None)
    return OrderRecord(row, Decision.from_json(decided["doc"]), decided["at"], transactions)


async def brand_names(db: mongo.Database, brands: Iterable[str]) -> Mapping[str, str]:
    """Names of brands, for those who work with them."""
    found = db[BRANDS].find({"_id": {"$in": sorted(set(brands))}}, {"name": 1})
    return {row["_id"]: row["name"] async for row in found}


async def link_clicks(db: mongo.Database, links: Sequence[str], counting: Counting | None = None) -> dict[str, Clicks]:
    """By link, by the current count if none is given; each has its figures, also one that nobody clicked."""
    counting = counting or await counting_of(db)
    assert counting is not None, "there is always a current count"
    found = await clicks_by(db, {"link": {"$in": list(links)}}, "link", counting)
    return {link: found.get(link, counting.none) for link in links}


async def by_id(db: mongo.Database, name: str, query: mongo.Document, after: str, limit: int) -> list[mongo.Document]:
    """A page of rows, by id."""
    return await db[name].find(query | {"_id": {"$gt": after}}).sort("_id", 1).limit(limit).to_list(limit)
