"""Requests about personal data: kept until they are done, worked off step by step (WEBHOOKS 1.1, ARCHITECTURE 6).

Each step is one transaction that ends with the next step's timer, so a kill between two steps loses nothing and repeats
nothing. What takes a pseudonym's place is random: the secret that makes it the same in every row goes with the last
step.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from attribution.domain.customers import (
    ERASED,
    PREFIX,
    customer_key,
    erased_value,
    kind_at,
    parts_of,
    pseudonym,
    somebody,
)
from attribution.domain.decisions import Decision
from attribution.domain.observations import Observation
from attribution.domain.refused import InTheWay
from attribution.domain.webhooks import Note, NoteKind
from attribution.store import customers
from attribution.store.collections import (
    DECISIONS,
    DELIVERIES,
    OBSERVATIONS,
    ORDERS,
    PRIVACY_REQUESTS,
    rows_of,
)
from chassis import mongo
from chassis.dead_letters import DEAD_LETTERS
from chassis.ids import derived_id
from chassis.timers import Timer
from chassis.tx import Tx
from contracts import topics
from contracts.http.attribution import PrivacyKind, PrivacyStatus
from contracts.ids import order_id
from contracts.stores import without_customer

STEP_TIMER = "privacy-request"
AT_ONCE = 200
LEGAL = timedelta(days=30)
"""Within this a store's request must be done (WEBHOOKS 1.1)."""

Position = tuple[Any, ...] | None

KINDS = {
    NoteKind.APP_UNINSTALLED: PrivacyKind.APP_UNINSTALLED,
    NoteKind.CUSTOMER_DATA_REQUESTED: PrivacyKind.CUSTOMER_DATA,
    NoteKind.CUSTOMER_REDACTION_REQUESTED: PrivacyKind.CUSTOMER_REDACTION,
    NoteKind.SHOP_REDACTION_REQUESTED: PrivacyKind.SHOP_REDACTION,
}
REDACTIONS = frozenset({PrivacyKind.CUSTOMER_REDACTION.value, PrivacyKind.SHOP_REDACTION.value})


async def note(tx: Tx, notes: Sequence[Note], *, store: str, brand: str, delivery: str) -> None:
    """Keep what a webhook asks for; the customer only by pseudonym. Redactions begin at once."""
    for one in notes:
        kind = KINDS.get(one.kind)
        if kind is None:
            continue
        reference = somebody(one.customer)
        customer = None
        if reference is not None:
            key = (await customers.keys_of(tx.db, [store]))[store]
            customer = f"{store}|{pseudonym(key, store, reference)}"
        is_done = kind is PrivacyKind.APP_UNINSTALLED
        row: mongo.Document = {
            "kind": kind.value,
            "store": store,
            "brand": brand,
            "customer": customer,
            "orders": [order_id(store, order) for order in one.orders],
            "delivery": delivery,
            "status": (PrivacyStatus.DONE if is_done else PrivacyStatus.OPEN).value,
            "received_at": tx.now,
            "due_at": tx.now + LEGAL,
            "done_at": tx.now if is_done else None,
            "erased_orders": 0,
            "erased_deliveries": 0,
        }
        id_ = derived_id("privacy", delivery, kind.value)
        if kind.value in REDACTIONS:
            row["secret"] = secrets.token_bytes(customers.KEY_BYTES)
            tx.set_timer(STEP_TIMER, id_, tx.now)
        await tx.db[PRIVACY_REQUESTS].insert_one({"_id": id_, **row}, session=tx.session)


async def step(timer: Timer, tx: Tx) -> None:
    """One part of a redaction: some orders, then some deliveries, then the end; a step that is done has no effect."""
    row = await tx.db[PRIVACY_REQUESTS].find_one({"_id": timer.aggregate}, session=tx.session)
    if row is None or row["status"] == PrivacyStatus.DONE.value:
        return
    found = await _orders_left(tx, row)
    if found:
        await _count(tx, row, "erased_orders", await _erase_orders(tx, row, found))
        await _count(tx, row, "erased_deliveries", await _erase_deliveries(tx, {"order": {"$in": found}}, row))
        await _scrub_letters(tx, found)
    elif left := await _deliveries_left(tx, row):
        await _count(tx, row, "erased_deliveries", await _erase_deliveries(tx, {"_id": {"$in": left}}, row))
    else:
        await _finish(tx, row)
        return
    tx.set_timer(STEP_TIMER, timer.aggregate, tx.now, version=timer.version + 1)


def _whose(row: mongo.Document) -> Any:
    """What finds the pseudonyms that the request is about and that are still there."""
    if row["kind"] == PrivacyKind.SHOP_REDACTION.value:
        return {"$gte": f"{row['store']}|", "$lt": f"{row['store']}|{ERASED}"}
    return row["customer"]


async def _orders_left(tx: Tx, row: mongo.Document) -> list[str]:
    whose = _whose(row)
    if whose is None:
        return []
    for name in ("customer", "also_customers"):
        query = {name: whose if isinstance(whose, str) or name == "customer" else {"$elemMatch": whose}}
        found = tx.db[ORDERS].find(query, {"_id": 1}, session=tx.session).sort(name, 1).limit(AT_ONCE)
        if rows := await rows_of(found):
            return [one["_id"] for one in rows]
    return []


async def _erase_orders(tx: Tx, request: mongo.Document, ids: Sequence[str]) -> int:
    """Replace the pseudonyms of these orders in all that is kept of them; answers stay as they were decided."""
    await tx.db[ORDERS].update_many({"_id": {"$in": sorted(ids)}}, {"$inc": {"claims": 1}}, session=tx.session)
    rows = await rows_of(tx.db[ORDERS].find({"_id": {"$in": list(ids)}}, session=tx.session))
    values = _Values(request)
    named = {value for row in rows if (value := row.get("customer")) is not None}
    firsts = await customers.first_earned(tx.db, named | {values.of(value) for value in named}, tx.session)
    await _erase_observations(tx, values, ids)
    texts = await _erase_decisions(tx, values, ids)
    updates = []
    for row in rows:
        was = row.get("customer")
        says: mongo.Document = {
            "customer": None if was is None else values.of(was),
            "also_customers": sorted({values.of(value) for value in row.get("also_customers", ())}),
            "refs": [ref for ref in row["refs"] if not values.concerns_key(ref["key"])],
            "digest": hashlib.sha256(texts[f"{row['_id']}#{row['number']}"]).hexdigest(),
        }
        if was is not None and values.concerns(was) and row.get("customer_kind") is None and row["placed_at"]:
            first = min((firsts[one].at for one in (was, values.of(was)) if one in firsts), default=None)
            says["customer_kind"] = kind_at(first, row["placed_at"]).value
        updates.append(mongo.UpdateOne({"_id": row["_id"]}, {"$set": says}))
    await tx.db[ORDERS].bulk_write(updates, ordered=False, session=tx.session)
    return len(rows)


class _Values:
    """What a request replaces, and by what."""

    def __init__(self, request: mongo.Document) -> None:
        self._store = request["store"]
        self._one = None if request["kind"] == PrivacyKind.SHOP_REDACTION.value else request["customer"]
        self._secret = bytes(request["secret"])

    def concerns(self, customer: str) -> bool:
        """Whether that customer's pseudonym is to go."""
        store, _, value = customer.rpartition("|")
        return store == self._store and not value.startswith(ERASED) and self._one in {None, customer}

    def concerns_key(self, key: str) -> bool:
        """Whether a fact's name holds such a pseudonym."""
        return key.startswith(PREFIX) and self.concerns(parts_of(key)[0])

    def of(self, customer: str) -> str:
        """The customer as it is called from now on."""
        if not self.concerns(customer):
            return customer
        store, _, value = customer.rpartition("|")
        return f"{store}|{erased_value(self._secret, value)}"


async def _erase_observations(tx: Tx, values: _Values, ids: Sequence[str]) -> None:
    """Under a new id each, for the id says whose it is; the body hash stays and knows repeats."""
    old: list[str] = []
    new: list[mongo.Document] = []
    for row in await rows_of(tx.db[OBSERVATIONS].find({"order": {"$in": list(ids)}}, session=tx.session)):
        seen = Observation.from_doc(row)
        if seen.customer is None or not values.concerns(customer := f"{seen.observed.store}|{seen.customer}"):
            continue
        row["observed"]["snapshot"]["customer"] = values.of(customer).rpartition("|")[2]
        old.append(row["_id"])
        new.append(row | {"_id": f"{row['order']}|{Observation.from_doc(row).key}"})
    if new:
        await tx.db[OBSERVATIONS].delete_many({"_id": {"$in": old}}, session=tx.session)
        await tx.db[OBSERVATIONS].insert_many(new, session=tx.session)


async def _erase_decisions(tx: Tx, values: _Values, ids: Sequence[str]) -> dict[str, bytes]:
    """Every number of each order's decisions; returns their texts by id."""
    texts: dict[str, bytes] = {}
    updates = []
    for row in await rows_of(tx.db[DECISIONS].find({"order": {"$in": list(ids)}}, session=tx.session)):
        decision = Decision.from_json(row["doc"])
        text = row["doc"].encode()
        read = decision.facts.customer
        if read is not None and values.concerns_key(read.key):
            customer, at = parts_of(read.key)
            erased = replace(read, key=customer_key(values.of(customer), at), known_at=None)
            refs = tuple(ref for ref in decision.refs if not values.concerns_key(ref.key))
            text = replace(decision, facts=replace(decision.facts, customer=erased), refs=refs).to_json()
            updates.append(mongo.UpdateOne({"_id": row["_id"]}, {"$set": {"doc": text.decode()}}))
        texts[row["_id"]] = text
    if updates:
        await tx.db[DECISIONS].bulk_write(updates, ordered=False, session=tx.session)
    return texts


async def _deliveries_left(tx: Tx, row: mongo.Document) -> list[str]:
    """Deliveries whose bodies must go: the request's own, those of its orders, and of a shop all."""
    either: list[mongo.Document] = [{"_id": row["delivery"]}]
    if row["kind"] == PrivacyKind.SHOP_REDACTION.value:
        either = [{}]
    elif row["orders"]:
        either.append({"order": {"$in": row["orders"]}})
    query = {"store": row["store"], "erased_at": None, "received_at": {"$lte": row["received_at"]}, "$or": either}
    found = tx.db[DELIVERIES].find(query, {"_id": 1}, session=tx.session).limit(AT_ONCE)
    return [one["_id"] for one in await rows_of(found)]


async def _erase_deliveries(tx: Tx, query: mongo.Document, row: mongo.Document) -> int:
    """Empty their bodies; that they came stays, so that a repeat is not kept anew."""
    query = {"store": row["store"], "erased_at": None} | query
    gone = {"raw": b"", "headers": {}, "erased_at": tx.now}
    done = await tx.db[DELIVERIES].update_many(query, {"$set": gone}, session=tx.session)
    return int(done.modified_count)


async def _scrub_letters(tx: Tx, ids: Iterable[str]) -> None:
    """Take the customer out of parked records of these orders; what is no JSON holds nothing that could be replayed."""
    query = {"topic": topics.ORDERS.name, "key": {"$in": [order.encode() for order in ids]}}
    for row in await rows_of(tx.db[DEAD_LETTERS].find(query, session=tx.session)):
        value = without_customer(bytes(row["value"] or b""))
        await tx.db[DEAD_LETTERS].update_one({"_id": row["_id"]}, {"$set": {"value": value}}, session=tx.session)


async def _finish(tx: Tx, row: mongo.Document) -> None:
    """Forget by what the values were made, and whose request it was."""
    await _scrub_letters(tx, row["orders"])
    if (whose := _whose(row)) is not None:
        values = _Values(row)
        for one in await rows_of(tx.db[PRIVACY_REQUESTS].find({"customer": whose}, session=tx.session)):
            changed = {"$set": {"customer": values.of(one["customer"])}}
            await tx.db[PRIVACY_REQUESTS].update_one({"_id": one["_id"]}, changed, session=tx.session)
    done = {"$set": {"status": PrivacyStatus.DONE.value, "done_at": tx.now}, "$unset": {"secret": ""}}
    await tx.db[PRIVACY_REQUESTS].update_one({"_id": row["_id"]}, done, session=tx.session)


async def _count(tx: Tx, row: mongo.Document, name: str, number: int) -> None:
    await tx.db[PRIVACY_REQUESTS].update_one({"_id": row["_id"]}, {"$inc": {name: number}}, session=tx.session)


async def listed(db: mongo.Database, query: mongo.Document, position: Position, limit: int) -> list[mongo.Document]:
    """Requests that match, newest first, without what redactions need."""
    if position is not None:
        time, id_ = position
        query = query | {"$or": [{"received_at": {"$lt": time}}, {"received_at": time, "_id": {"$lt": id_}}]}
    found = db[PRIVACY_REQUESTS].find(query, {"secret": 0})
    return await found.sort([("received_at", -1), ("_id", -1)]).limit(limit).to_list(limit)


async def held(db: mongo.Database, row: mongo.Document) -> list[str]:
    """The ids of the orders that are kept of the request's customer: by pseudonym, and those that the store named."""
    either: list[mongo.Document] = [{"_id": {"$in": row["orders"]}}]
    if row["customer"] is not None:
        either += [{"customer": row["customer"]}, {"also_customers": row["customer"]}]
    return [one["_id"] for one in await rows_of(db[ORDERS].find({"$or": either}, {"_id": 1}).sort("_id", 1))]


async def answered(tx: Tx, request: str, by: dict[str, str], remark: str) -> mongo.Document | None:
    """Note that a person answered a request for data; None if there is none. Raises `InTheWay` for any other."""
    row = await tx.db[PRIVACY_REQUESTS].find_one({"_id": request}, session=tx.session)
    if row is None:
        return None
    if row["kind"] in REDACTIONS:
        raise InTheWay("not-by-hand", "A redaction is done by the service itself.")
    if row["status"] == PrivacyStatus.DONE.value:
        raise InTheWay("already-done", "This request is done.")
    says = {"status": PrivacyStatus.DONE.value, "done_at": tx.now, "done_by": by, "note": remark}
    await tx.db[PRIVACY_REQUESTS].update_one({"_id": request}, {"$set": says}, session=tx.session)
    return row | says
