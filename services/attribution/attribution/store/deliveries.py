"""Webhooks as they arrived: kept raw once, translated once, and the secrets that they are signed with."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from attribution.store.collections import DELIVERIES, SECRETS
from chassis import mongo
from chassis.tx import Tx
from contracts.http.attribution import DeliveryOut, DeliveryOutcome
from contracts.stores import OrderObserved


async def secrets_of(db: mongo.Database, store: str, now: datetime) -> list[str]:
    """The secrets that a store's webhooks may be signed with now: one, or two during a rotation."""
    row = await db[SECRETS].find_one({"_id": store})
    if row is None:
        return []
    previous = row.get("previous")
    until = row.get("previous_until")
    return [row["current"], *([previous] if previous and until and now < until else [])]


async def set_secret(tx: Tx, store: str, secret: str, previous_until: datetime | None) -> None:
    """Take a secret over from the console; the one before it stays right until `previous_until`. Repeatable."""
    row = await tx.db[SECRETS].find_one({"_id": store}, session=tx.session)
    if row is not None and row["current"] == secret:
        return
    document = {"current": secret, "set_at": tx.now}
    if row is not None and previous_until is not None:
        document |= {"previous": row["current"], "previous_until": previous_until}
    await tx.db[SECRETS].replace_one({"_id": store}, document, upsert=True, session=tx.session)


async def deliver(
    tx: Tx,
    *,
    key: str,
    store: str,
    brand: str,
    topic: str,
    headers: Mapping[str, str],
    raw: bytes,
    observations: Sequence[OrderObserved],
    reason: str | None,
    keep: timedelta,
) -> bool:
    """Keep a delivery and say what it observed, in one transaction; a repeat writes nothing. Returns if it was new."""
    if observations:
        outcome = DeliveryOutcome.OBSERVED
    else:
        outcome = DeliveryOutcome.KEPT_RAW if reason else DeliveryOutcome.IGNORED
    document: dict[str, Any] = {
        "store": store,
        "brand": brand,
        "topic": topic[:200],
        "headers": dict(headers),
        "raw": raw,
        "received_at": tx.now,
        "outcome": outcome.value,
        "order": observations[0].order if observations else None,
        "reason": reason or "",
        "expires_at": tx.now + keep,
    }
    written = await tx.db[DELIVERIES].update_one(
        {"_id": key}, {"$setOnInsert": document}, upsert=True, session=tx.session
    )
    if written.upserted_id is None:
        return False
    for observed in observations:
        tx.emit(observed)
    return True


def delivery_out(row: mongo.Document) -> DeliveryOut:
    """What the API tells of a delivery: never its body."""
    return DeliveryOut(
        id=row["_id"],
        store=row["store"],
        received_at=row["received_at"],
        topic=row["topic"],
        outcome=DeliveryOutcome(row["outcome"]),
        order=row.get("order"),
        reason=row.get("reason", ""),
    )


async def deliveries_of(
    db: mongo.Database, query: mongo.Document, position: tuple[Any, ...] | None, limit: int
) -> list[mongo.Document]:
    """Deliveries that match, newest first, without their bodies."""
    after = {} if position is None else _after("received_at", position)
    found = db[DELIVERIES].find(query | after, {"raw": 0, "headers": 0})
    return await found.sort([("received_at", -1), ("_id", -1)]).limit(limit).to_list(limit)


def _after(field: str, position: tuple[Any, ...]) -> mongo.Document:
    """Rows that come after (time, id) in a list that is sorted by both, downwards."""
    time, id_ = position
    return {"$or": [{field: {"$lt": time}}, {field: time, "_id": {"$lt": id_}}]}
