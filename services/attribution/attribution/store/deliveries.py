"""Webhooks as they arrived: kept raw once, translated once, and the secrets that they are signed with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from attribution.store.collections import DELIVERIES, SECRETS, rows_of
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


@dataclass(frozen=True, slots=True)
class Kept:
    """A body as it came, by any way, and what it says. `key` is its identity: a repeat has the same."""

    key: str
    store: str
    brand: str
    topic: str
    raw: bytes
    observations: Sequence[OrderObserved] = ()
    reason: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_doc(self, now: datetime, keep: timedelta) -> mongo.Document:
        """As it is stored; its time is when it was kept."""
        if self.observations:
            outcome = DeliveryOutcome.OBSERVED
        else:
            outcome = DeliveryOutcome.KEPT_RAW if self.reason else DeliveryOutcome.IGNORED
        return {
            "store": self.store,
            "brand": self.brand,
            "topic": self.topic[:200],
            "headers": dict(self.headers),
            "raw": self.raw,
            "received_at": now,
            "outcome": outcome.value,
            "order": self.observations[0].order if self.observations else None,
            "reason": self.reason or "",
            "expires_at": now + keep,
        }


async def deliver(tx: Tx, kept: Kept, keep: timedelta) -> bool:
    """Keep a delivery and say what it observed, in one transaction; a repeat writes nothing. Returns if it was new."""
    document = kept.to_doc(tx.now, keep)
    written = await tx.db[DELIVERIES].update_one(
        {"_id": kept.key}, {"$setOnInsert": document}, upsert=True, session=tx.session
    )
    if written.upserted_id is None:
        return False
    for observed in kept.observations:
        tx.emit(observed)
    return True


async def deliver_all(tx: Tx, several: Sequence[Kept], keep: timedelta) -> int:
    """Keep those deliveries that are new and say what they observed; returns how many were.

    Of two transactions that bring the same one first, the loser is tried again and finds it.
    """
    by_key = {kept.key: kept for kept in several}
    known = await rows_of(tx.db[DELIVERIES].find({"_id": {"$in": list(by_key)}}, {"_id": 1}, session=tx.session))
    for row in known:
        del by_key[row["_id"]]
    if not by_key:
        return 0
    documents = [{"_id": key, **kept.to_doc(tx.now, keep)} for key, kept in by_key.items()]
    await tx.db[DELIVERIES].insert_many(documents, ordered=False, session=tx.session)
    for kept in by_key.values():
        for observed in kept.observations:
            tx.emit(observed)
    return len(by_key)


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
