"""Holds that wait for a person, and who released them (MONEY 5)."""

from typing import Any

from attribution.domain.decisions import Hold
from attribution.domain.facts import Release
from attribution.domain.refused import InTheWay
from attribution.store.collections import ORDERS
from chassis import mongo
from chassis.tx import Tx

BY_A_PERSON = frozenset({Hold.PLACED_AFTER_RECEIPT.value, Hold.PLACED_LONG_BEFORE_RECEIPT.value})
"""What a person may release: the time that the order claims. The others end with the fact that they wait for."""


def released(row: mongo.Document | None) -> dict[str, Release]:
    """The last release of an order, as decisions read it; none if nobody released it."""
    releases = [] if row is None else row.get("releases", [])
    if row is None or not releases:
        return {}
    return {row["_id"]: Release(row["_id"], releases[-1]["placed_at"], releases[-1]["at"])}


async def order_of(tx: Tx, order: str, brand: str | None) -> mongo.Document | None:
    """An order's document; with `brand` only if it is the brand's."""
    query: mongo.Document = {"_id": order} if brand is None else {"_id": order, "brand": brand}
    return await tx.db[ORDERS].find_one(query, session=tx.session)


async def release(tx: Tx, row: mongo.Document | None, by: dict[str, Any], note: str) -> None:
    """Note who released the order's claimed time; the order must be claimed and decided again in this transaction.

    Raises `InTheWay` where no such hold stands.
    """
    if row is None or not BY_A_PERSON & set(row.get("held", ())):
        raise InTheWay("not-held", "Nothing of this order waits for a person's release.")
    entry = {"placed_at": row["placed_at"], "at": tx.now, "by": by, "note": note, "held": row["held"]}
    await tx.db[ORDERS].update_one({"_id": row["_id"]}, {"$push": {"releases": entry}}, session=tx.session)
