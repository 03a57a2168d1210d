"""Customers of stores: the keys of their pseudonyms, and since when each has an earned order (MONEY 13)."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from attribution.domain.customers import (
    REVISIONS,
    customer_id,
    customer_key,
    earned_at,
    is_erased,
    kind_at,
    later_orders,
    parts_of,
    pseudonymised,
    reference_of,
)
from attribution.domain.facts import CustomerRead
from attribution.domain.instants import LAST
from attribution.domain.orders import Order
from attribution.store.collections import COLLABORATIONS, CUSTOMER_KEYS, ORDERS, STORES, rows_of
from chassis import mongo
from chassis.tx import Tx
from contracts.campaigns import CustomerKind
from contracts.stores import OrderObserved

CUSTOMER_LOOK = "customer"
KEY_BYTES = 32
BEFORE_ALL = datetime.min.replace(tzinfo=UTC)

Session = mongo.Session | None


async def pseudonymise(tx: Tx, observed: Sequence[OrderObserved]) -> list[OrderObserved]:
    """The observations as they may be kept: nobody's own reference is left in them (ARCHITECTURE 6, Retention)."""
    stores = sorted({one.store for one in observed if reference_of(one) is not None})
    keys = await keys_of(tx.db, stores) if stores else {}
    return [pseudonymised(one, keys) for one in observed]


async def keys_of(db: mongo.Database, stores: Sequence[str]) -> dict[str, bytes]:
    """The key of each store's pseudonyms: its brand's, made once; the store's own if it was seen before its brand.

    A store keeps the key that it began with: its customers must not become others when its brand is heard of. Keys are
    made outside the caller's transaction and never change, so an aborted one leaves a key that the next try finds.
    """
    rows = {row["_id"]: row for row in await rows_of(db[CUSTOMER_KEYS].find({"_id": {"$in": _ids(stores)}}))}
    keys: dict[str, bytes] = {}
    for store in stores:
        row = rows.get(_of_store(store)) or await _begin(db, store)
        keys[store] = bytes(row["key"])
    return keys


async def _begin(db: mongo.Database, store: str) -> mongo.Document:
    """Give a store its key; of two at the same moment both get the first one's."""
    known = await db[STORES].find_one({"_id": store}, {"brand": 1})
    fresh = secrets.token_bytes(KEY_BYTES)
    key = fresh if known is None else bytes((await _made_once(db, _of_brand(known["brand"]), fresh))["key"])
    return await _made_once(db, _of_store(store), key)


async def _made_once(db: mongo.Database, id_: str, key: bytes) -> mongo.Document:
    made: mongo.Document = await db[CUSTOMER_KEYS].find_one_and_update(
        {"_id": id_}, {"$setOnInsert": {"key": key}}, upsert=True, return_document=True
    )
    return made


def _ids(stores: Sequence[str]) -> list[str]:
    return [_of_store(store) for store in stores]


def _of_store(store: str) -> str:
    return f"store:{store}"


def _of_brand(brand: str) -> str:
    return f"brand:{brand}"


class Earned(NamedTuple):
    """The second of a customer's first order that earns, and since when it has, on our clock."""

    at: datetime
    since: datetime | None


async def first_earned(db: mongo.Database, customers: Iterable[str], session: Session) -> dict[str, Earned]:
    """By customer, the first order that earns now; customers without one are not in it.

    The index has them in this order, so each customer costs one step however many orders there are.
    """
    asked = sorted(set(customers))
    if not asked:
        return {}
    found = db[ORDERS].aggregate(first_of(asked), session=session)
    return {row["_id"]: Earned(row["at"], row["since"]) for row in await found.to_list(None)}


def first_of(customers: Sequence[str]) -> list[mongo.Document]:
    """The pipeline that finds the first earned order of each customer."""
    return [
        {"$match": {"customer": {"$in": list(customers)}, "earned_at": {"$gte": BEFORE_ALL}}},
        {"$sort": {"customer": 1, "earned_at": 1}},
        {"$group": {"_id": "$customer", "at": {"$first": "$earned_at"}, "since": {"$first": "$earned_since"}}},
    ]


async def read_of(
    db: mongo.Database,
    orders: Sequence[Order],
    kept: Mapping[str, mongo.Document],
    session: Session,
    *,
    now: datetime,
    batch: bool,
) -> dict[str, CustomerRead]:
    """Whether each order's customer was new, by `customer_key`; of those that were erased what was decided (`kept`).

    With `batch` these orders count for one another as they are now; what that misses the looks find. That an earlier
    order stopped to earn is known since `now`: after the freeze it is late in any case (MONEY 11).
    """
    placed = [
        (order, customer, order.sale.placed_at)
        for order in orders
        if order.sale is not None and (customer := customer_id(order)) is not None
    ]
    asked = [customer for order, customer, _ in placed if not is_erased(order.customer)]
    firsts = await first_earned(db, asked, session)
    for order, customer, _ in placed if batch else ():
        at = earned_at(order)
        if at is not None and (customer not in firsts or at < firsts[customer].at):
            firsts[customer] = Earned(at, now)
    read: dict[str, CustomerRead] = {}
    for order, customer, placed_at in placed:
        key = customer_key(customer, placed_at)
        first = firsts.get(customer)
        decided = kept.get(order.id, {}).get("customer_kind") if is_erased(order.customer) else None
        if decided is not None:
            read[key] = CustomerRead(key, CustomerKind(decided))
        elif first is not None and kind_at(first.at, placed_at) is CustomerKind.RETURNING:
            read[key] = CustomerRead(key, CustomerKind.RETURNING, first.since)
        else:
            read[key] = CustomerRead(key, CustomerKind.NEW, now)
    return read


def look_later(tx: Tx, before: mongo.Document, customer: str | None, earned: datetime | None) -> None:
    """After the commit look at the customer's later orders, if this one begins or stops to make them returning."""
    was, had = before.get("customer"), before.get("earned_at")
    if (was, had) == (customer, earned):
        return
    for who, at in ((was, had), (customer, earned)):
        if who is not None and at is not None:
            tx.look(CUSTOMER_LOOK, customer_key(who, at))


async def anybody_asks(db: mongo.Database, stores: Iterable[str]) -> set[str]:
    """Those stores whose brand has terms with a row for new or returning customers."""
    known = {row["_id"]: row["brand"] for row in await rows_of(db[STORES].find({"_id": {"$in": sorted(set(stores))}}))}
    brands = sorted(set(known.values()))
    asking = set(await db[COLLABORATIONS].distinct("brand", {"brand": {"$in": brands}, "asks_customer": True}))
    return {store for store, brand in known.items() if brand in asking}


async def next_earned(db: mongo.Database, customer: str, after: datetime) -> datetime | None:
    """The second of the customer's next order that earns now."""
    row = await db[ORDERS].find_one(
        {"customer": customer, "earned_at": {"$gt": after}}, {"earned_at": 1}, sort=[("earned_at", 1)]
    )
    return None if row is None else row["earned_at"]


def concerned(key: str, until: datetime | None) -> mongo.Document:
    """What finds a customer's orders that read whether it was new, after the key's second up to `until`.

    Bounded by the next earned order: later ones are returning by that one, whatever becomes of this.
    """
    after, last = later_orders(*parts_of(key), until)
    return {"refs": {"$elemMatch": {"key": {"$gt": after, "$lte": last}}}}


async def revisions(db: mongo.Database, keys: Sequence[str]) -> dict[str, int]:
    """What the facts of customers are now: 1 for new, 2 for returning."""
    read = [(key, *parts_of(key)) for key in keys]
    firsts = await first_earned(db, [customer for _, customer, _ in read], None)
    none = Earned(LAST, None)
    return {key: REVISIONS[kind_at(firsts.get(customer, none).at, at)] for key, customer, at in read}
