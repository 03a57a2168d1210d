"""Reviews: what came too late for an order that is frozen, and who said what becomes of it (MONEY 11)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from attribution.domain.freezing import Settled
from attribution.domain.refused import InTheWay
from attribution.store.collections import REVIEWS, rows_of
from chassis import mongo
from chassis.ids import new_id
from chassis.tx import Tx
from contracts.http.attribution import ReviewStatus

OPEN = ReviewStatus.OPEN.value

Position = tuple[Any, ...] | None


async def follow(tx: Tx, frozen: Mapping[str, Settled]) -> None:
    """Open, change or close the reviews of frozen orders, by what late facts would change now; one open per order.

    What a person has rejected opens none again, until something else comes late. The orders must have been claimed.
    """
    if not frozen:
        return
    found = tx.db[REVIEWS].find({"order": {"$in": sorted(frozen)}}, session=tx.session).sort("_id", 1)
    last = {row["order"]: row for row in await rows_of(found)}
    for order, settled in frozen.items():
        await _follow(tx, order, settled, last.get(order))


async def _follow(tx: Tx, order: str, settled: Settled, last: mongo.Document | None) -> None:
    changes = [asdict(change) for change in settled.changes]
    late = list(settled.late)
    open_one = last if last is not None and last["status"] == OPEN else None
    if not changes:
        if open_one is not None:
            await _set(tx, open_one, {"status": ReviewStatus.LAPSED.value, "changed_at": tx.now})
        return
    currency = settled.fresh.currency or settled.decision.currency
    says: mongo.Document = {"changes": changes, "late": late, "currency": currency}
    if open_one is not None:
        if any(open_one[name] != value for name, value in says.items()):
            await _set(tx, open_one, says | {"changed_at": tx.now})
        return
    if last is not None and last["status"] == ReviewStatus.REJECTED.value and last["late"] == late:
        return
    decision = settled.decision
    opened: mongo.Document = {
        "_id": new_id(),
        "order": order,
        "brand": decision.brand,
        "store": decision.store,
        "status": OPEN,
        "frozen_at": decision.freezes_at,
        "opened_at": tx.now,
        "changed_at": tx.now,
    }
    await tx.db[REVIEWS].insert_one(opened | says, session=tx.session)


async def _set(tx: Tx, row: mongo.Document, values: mongo.Document) -> None:
    await tx.db[REVIEWS].update_one({"_id": row["_id"]}, {"$set": values}, session=tx.session)


async def find(tx: Tx, review: str, brand: str | None) -> mongo.Document | None:
    """A review; with `brand` only if it is the brand's."""
    query: mongo.Document = {"_id": review} if brand is None else {"_id": review, "brand": brand}
    return await tx.db[REVIEWS].find_one(query, session=tx.session)


async def resolve(tx: Tx, row: mongo.Document, status: ReviewStatus, by: dict[str, Any], note: str) -> mongo.Document:
    """Write who resolved an open review, and how; raises `InTheWay` if it is no longer open."""
    if row["status"] != OPEN:
        raise InTheWay("already-resolved", f"This review is {row['status']}.")
    values = {"status": status.value, "resolved_at": tx.now, "resolved_by": by, "note": note}
    await _set(tx, row, values)
    return row | values


async def listed(db: mongo.Database, query: mongo.Document, position: Position, limit: int) -> Sequence[mongo.Document]:
    """Reviews that match, newest first."""
    if position is not None:
        time, id_ = position
        query = query | {"$or": [{"opened_at": {"$lt": time}}, {"opened_at": time, "_id": {"$lt": id_}}]}
    return await db[REVIEWS].find(query).sort([("opened_at", -1), ("_id", -1)]).limit(limit).to_list(limit)
