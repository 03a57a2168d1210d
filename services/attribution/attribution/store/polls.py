"""Polling stores: their API's credentials, how far each poll has come, and who polls it now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from attribution.domain.customers import ERASED, is_erased
from attribution.domain.observations import body_hash
from attribution.domain.polling.passes import Pass
from attribution.domain.refused import InTheWay
from attribution.store import customers
from attribution.store.collections import CREDENTIALS, OBSERVATIONS, ORDERS, POLLS, rows_of
from chassis import mongo
from chassis.tx import Tx
from contracts.http.attribution import PollOut, StoreCredentials
from contracts.stores import OrderObserved

LEASE = timedelta(seconds=90)
"""Longer than any one question to a store; each page that is written takes it anew."""

SETTLED = timedelta(seconds=2)
"""A wish this old is asked for in a later second than that in which it arose (MONEY 19)."""

WISHES = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class LeaseLost(Exception):
    """Another worker polls this store now: nothing of what was read here was written."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A store that this worker, and no other, may ask now."""

    store: str
    owner: str
    since: datetime
    at: Pass | None
    next_at: datetime
    failures: int


@dataclass(frozen=True, slots=True)
class Wish:
    """An order that the store should be asked for, and why: the same reason is not asked for twice."""

    order: str
    why: str
    currency: str | None


async def set_credentials(tx: Tx, store: str, credentials: StoreCredentials, since: datetime) -> None:
    """Take over the store API's credentials; from now on it is polled. The same ones again change nothing."""
    document = credentials.model_dump(exclude_none=True)
    before = await tx.db[CREDENTIALS].find_one({"_id": store}, session=tx.session)
    if before is not None and before["credentials"] == document:
        return
    await tx.db[CREDENTIALS].replace_one(
        {"_id": store}, {"credentials": document, "set_at": tx.now}, upsert=True, session=tx.session
    )
    fresh = {"since": since, "pass": None, "owner": "", "lease_until": EPOCH}
    now = {"next_at": tx.now, "retry_at": tx.now, "failures": 0, "error": "", "error_code": None}
    await tx.db[POLLS].update_one({"_id": store}, {"$setOnInsert": fresh, "$set": now}, upsert=True, session=tx.session)


async def forget_credentials(tx: Tx, store: str) -> None:
    """The store is polled no more; its position is kept for the day when it is again."""
    await tx.db[CREDENTIALS].delete_one({"_id": store}, session=tx.session)


async def ask_now(tx: Tx, store: str) -> PollOut:
    """Let the store be asked at once, but not before it wants to be; raises `InTheWay` where it is not polled."""
    await tx.db[POLLS].update_one({"_id": store}, {"$min": {"next_at": tx.now}}, session=tx.session)
    found = await poll_out(tx.db, store, tx.session)
    if not found.is_polled:
        raise InTheWay("not-polled", "The store's API is not known: hand its keys over first.")
    return found


async def credentials_of(db: mongo.Database, store: str) -> StoreCredentials | None:
    """What the store's API wants to see."""
    row = await db[CREDENTIALS].find_one({"_id": store})
    return None if row is None else StoreCredentials.model_validate(row["credentials"])


async def claim(db: mongo.Database, now: datetime, owner: str) -> Turn | None:
    """A store that is due, or of which an order is wished for, and that nobody polls now: that which waited longest.

    So a pass of a hundred thousand orders, or one that never ends, takes turns with all other stores.
    """
    wishing = await db[ORDERS].distinct("store", {"wish": True, "decided_at": {"$lte": now - SETTLED}})
    row = await db[POLLS].find_one_and_update(
        {
            "retry_at": {"$lte": now},
            "$or": [{"next_at": {"$lte": now}}, {"_id": {"$in": wishing}}],
            "$expr": {"$lte": ["$lease_until", "$$NOW"]},
        },
        [{"$set": {"owner": owner, "lease_until": _lease()}}],
        sort=[("last_at", 1)],
    )
    if row is None:
        return None
    at = Pass(**row["pass"]) if row["pass"] else None
    return Turn(row["_id"], owner, row["since"], at, row["next_at"], row["failures"])


async def wishes(db: mongo.Database, store: str, now: datetime) -> list[Wish]:
    """Orders of a store that it should be asked for, the oldest wishes first."""
    query = {"store": store, "wish": True, "decided_at": {"$lte": now - SETTLED}}
    found = db[ORDERS].find(query, {"poll": 1, "currency": 1}).sort("decided_at", 1).limit(WISHES)
    return [Wish(row["_id"], row["poll"], row.get("currency")) for row in await rows_of(found)]


async def fulfil(tx: Tx, wish: Wish) -> None:
    """The store was asked for this reason: it is not asked for it again, whatever it answered."""
    await tx.db[ORDERS].update_one(
        {"_id": wish.order, "poll": wish.why},
        {"$set": {"polled": wish.why, "wish": False}, "$inc": {"claims": 1}},
        session=tx.session,
    )


async def keep(tx: Tx, turn: Turn, **fields: Any) -> None:
    """Write how far this turn has come, and take the lease anew; raises `LeaseLost`."""
    literal = {name: {"$literal": value} for name, value in fields.items()}
    written = await tx.db[POLLS].update_one(
        {"_id": turn.store, "owner": turn.owner}, [{"$set": {"lease_until": _lease(), **literal}}], session=tx.session
    )
    if not written.matched_count:
        raise LeaseLost


def pass_doc(at: Pass | None) -> mongo.Document | None:
    """For `keep`: a pass as it is stored."""
    if at is None:
        return None
    return {name: getattr(at, name) for name in ("since", "asked_at", "size", "cursor", "offset", "total")}


async def release(tx: Tx, turn: Turn, **fields: Any) -> None:
    """The end of a turn, in which the store was asked; raises `LeaseLost`."""
    await keep(tx, turn, owner="", lease_until=EPOCH, last_at=tx.now, **fields)


async def wants_answers(db: mongo.Database, orders: Sequence[str]) -> set[str]:
    """Those of these orders for which it is news that the store still says what it said."""
    query = {"_id": {"$in": list(orders)}, "$or": [{"wish": True}, {"deleted": True}]}
    return {row["_id"] for row in await rows_of(db[ORDERS].find(query, {"_id": 1}))}


async def known_bodies(tx: Tx, several: Sequence[OrderObserved]) -> set[str]:
    """The ids of those events whose very body was seen before, by any way: compared as it would be kept.

    A row whose customer was erased stands for any customer.
    """
    query = {"order": {"$in": sorted({one.order for one in several})}}
    shown = {"order": 1, "body_hash": 1, "observed.snapshot.customer": 1}
    seen = set()
    for row in await rows_of(tx.db[OBSERVATIONS].find(query, shown, session=tx.session)):
        customer = row["observed"].get("snapshot", {}).get("customer")
        seen.add((row["order"], row["body_hash"], ERASED if is_erased(customer) else customer))
    return {
        one.id
        for one in await customers.pseudonymise(tx, several)
        if (one.order, hash_ := body_hash(one), _customer_of(one)) in seen or (one.order, hash_, ERASED) in seen
    }


def _customer_of(one: OrderObserved) -> str | None:
    return None if one.snapshot is None else one.snapshot.customer


async def poll_out(db: mongo.Database, store: str, session: mongo.Session | None = None) -> PollOut:
    """How the polling of a store goes."""
    row = await db[POLLS].find_one({"_id": store}, session=session)
    if row is None or await db[CREDENTIALS].find_one({"_id": store}, {"_id": 1}, session=session) is None:
        return PollOut(store=store, is_polled=False)
    return PollOut(
        store=store,
        is_polled=True,
        complete_until=row["since"],
        last_at=row.get("last_at"),
        next_at=max(row["next_at"], row["retry_at"]),
        failures=row["failures"],
        error=row["error"],
        error_code=row.get("error_code"),
    )


def _lease() -> mongo.Document:
    return {"$add": ["$$NOW", int(LEASE.total_seconds() * 1000)]}
