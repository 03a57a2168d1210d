"""Orders: observations in, decisions and ledger transactions out, in one transaction a batch."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from attribution.domain import ledger, shares
from attribution.domain.decide import confirmed_coupons, decide, wanted
from attribution.domain.decisions import Decision
from attribution.domain.facts import Ref, Store, World
from attribution.domain.fold import fold
from attribution.domain.observations import Observation, observation
from attribution.domain.orders import Order
from attribution.store import facts, policies
from attribution.store.collections import CLICKS, COLLABORATIONS, DECISIONS, LEDGER, OBSERVATIONS, ORDERS
from chassis import mongo
from chassis.ids import new_id
from chassis.tx import Tx
from contracts.attribution import CouponConfirmed, OrderDecided, Share
from contracts.stores import OrderObserved

ORDER_LOOK = "order"
FACT_LOOK = "fact"


@dataclass(frozen=True, slots=True)
class Named:
    """An order and the facts that its decision named, as they were."""

    order: str
    refs: tuple[Ref, ...]


async def claim(tx: Tx, orders: Sequence[str]) -> None:
    """Write the orders' documents before anything is read: APIs write them, too, and the first writer must be us."""
    await tx.db[ORDERS].bulk_write(
        [mongo.UpdateOne({"_id": order}, {"$inc": {"claims": 1}}, upsert=True) for order in sorted(set(orders))],
        session=tx.session,
    )


async def observe(tx: Tx, observed: Sequence[OrderObserved]) -> list[str]:
    """Keep observations, each once; returns the orders that something new was seen of."""
    kept = [observation(one, tx.now) for one in observed]
    result = await tx.db[OBSERVATIONS].bulk_write(
        [
            mongo.UpdateOne(
                {"_id": f"{one.observed.order}|{one.key}"},
                {"$setOnInsert": one.to_doc() | {"order": one.observed.order}},
                upsert=True,
            )
            for one in kept
        ],
        ordered=True,
        session=tx.session,
    )
    return list(dict.fromkeys(kept[index].observed.order for index in sorted(result.upserted_ids or {})))


async def decide_orders(tx: Tx, ids: Sequence[str], because: Mapping[str, OrderObserved] | None = None) -> None:
    """Fold each order's observations, decide it, and post the difference to what is posted (MONEY 10, 11).

    The orders' documents must have been claimed in this transaction. `because` names the events that caused it.
    """
    if not ids:
        return
    observations = await _observations(tx, ids)
    rows = {row["_id"]: row async for row in tx.db[ORDERS].find({"_id": {"$in": list(ids)}}, session=tx.session)}
    stores = await facts.stores_by_id(
        tx.db, [of_order[0].observed.store for of_order in observations.values()], tx.session
    )
    folded = [fold(of_order, _kind(stores, of_order[0].observed.store)) for of_order in observations.values()]
    decide_one = await _decider(tx, folded, stores)
    writes: list[mongo.UpdateOne] = []
    decisions: list[mongo.Document] = []
    transactions: list[mongo.Document] = []
    confirmed: set[str] = set()
    for order in folded:
        decision = decide_one(order)
        row = rows[order.id]
        changed = _changes(tx, order, decision, row)
        if changed is None:
            continue
        writes.append(mongo.UpdateOne({"_id": order.id}, {"$set": changed.fields}))
        decisions.append(changed.decision)
        if changed.transaction is not None:
            transactions.append(changed.transaction.to_doc())
        if changed.event is not None:
            tx.emit(changed.event, because.get(order.id) if because else None)
        confirmed.update(confirmed_coupons(decision))
        tx.look(ORDER_LOOK, order.id)
    if writes:
        await tx.db[ORDERS].bulk_write(writes, ordered=False, session=tx.session)
        await tx.db[DECISIONS].insert_many(decisions, session=tx.session)
    if transactions:
        await tx.db[LEDGER].insert_many(transactions, session=tx.session)
    if confirmed:
        await _confirm(tx, sorted(confirmed))


async def _confirm(tx: Tx, coupons: Sequence[str]) -> None:
    """The first paid order with a code shows that the store knows it (MONEY 9)."""
    for coupon, revision in await facts.confirm_coupons(tx.db, coupons, tx.session):
        tx.announce(CouponConfirmed, coupon, revision)


async def _observations(tx: Tx, ids: Sequence[str]) -> dict[str, list[Observation]]:
    found: dict[str, list[Observation]] = {}
    async for row in tx.db[OBSERVATIONS].find({"order": {"$in": list(ids)}}, session=tx.session):
        found.setdefault(row["order"], []).append(Observation.from_doc(row))
    return found


def _kind(stores: Mapping[str, Store], store: str) -> Any:
    known = stores.get(store)
    return known.kind if known is not None else None


async def _decider(tx: Tx, orders: Sequence[Order], stores: Mapping[str, Store]) -> Callable[[Order], Decision]:
    """Everything that these orders name, read at once; the answer decides one order."""
    click_ids: list[str] = []
    codes: dict[str, set[str]] = {}
    for order in orders:
        clicks, normal_codes = wanted(order)
        click_ids.extend(clicks)
        store = stores.get(order.store)
        if store is not None:
            codes.setdefault(store.brand, set()).update(normal_codes)
    worlds = await facts.world_of(tx.db, stores, click_ids, codes, tx.session)
    brand_policies = await policies.policies_of(tx.db, sorted({store.brand for store in stores.values()}), tx.session)

    def one(order: Order) -> Decision:
        world = worlds.get(order.store, World(None))
        brand = world.store.brand if world.store is not None else None
        placed_at = order.sale.placed_at if order.sale is not None else None
        return decide(order, world, policies.policy_at(brand_policies, brand, placed_at))

    return one


@dataclass(frozen=True, slots=True)
class _Change:
    fields: mongo.Document
    decision: mongo.Document
    transaction: ledger.LedgerTransaction | None
    event: OrderDecided | None


def _changes(tx: Tx, order: Order, decision: Decision, row: mongo.Document) -> _Change | None:
    """What a decision changes of an order; None if it is the one that stands."""
    doc = decision.to_doc()
    digest = hashlib.sha256(orjson.dumps(doc, option=orjson.OPT_SORT_KEYS)).hexdigest()
    if row.get("digest") == digest and row.get("poll") == order.poll:
        return None
    posted = ledger.Posted.from_doc(row["posted"]) if "posted" in row else ledger.NOTHING
    transaction = ledger.posting(decision, posted, tx.now)
    now_posted = posted.after(transaction) if transaction is not None else posted
    number = row.get("number", 0) + 1
    before = tuple(Share.model_validate(share) for share in row.get("shares", ()))
    event = shares.order_decided(decision, None, event_id=new_id(), time=tx.now, number=number)
    event = event.model_copy(update={"previous": before})
    says = {name: value for name, value in event.model_dump(mode="json").items() if name in _SAID}
    fields: mongo.Document = {
        "store": order.store,
        "brand": decision.brand,
        "number": number,
        "digest": digest,
        "refs": [{"key": ref.key, "revision": ref.revision} for ref in decision.refs],
        "outcome": decision.outcome.value,
        "reason": decision.reason.value if decision.reason else None,
        "posts": decision.posts,
        "held": [hold.value for hold in decision.held],
        "currency": decision.currency,
        "placed_at": decision.placed_at,
        "paid_at": decision.paid_at,
        "decided_at": tx.now,
        "shares": [share.model_dump() for share in event.shares],
        "campaigns": sorted({share.campaign for share in event.shares}),
        "creators": sorted({share.creator for share in event.shares}),
        "posted": now_posted.to_doc(),
        "poll": order.poll,
        "said": says,
    }
    record = {"_id": f"{order.id}#{number}", "order": order.id, "number": number, "at": tx.now, "doc": doc}
    return _Change(fields, record, transaction, None if row.get("said") == says else event)


_SAID = frozenset({"outcome", "posted", "held", "currency", "placed_at", "shares"})
"""What readers of conversions hear of an order: a decision that changes none of it is no news."""


async def named_by(db: mongo.Database, orders: Sequence[str]) -> list[Named]:
    """The facts that the decisions of these orders named."""
    found = db[ORDERS].find({"_id": {"$in": list(orders)}}, {"refs": 1})
    return [_named(row) async for row in found]


async def naming(db: mongo.Database, keys: Sequence[str], after: str, limit: int) -> list[Named]:
    """Orders that name any of these facts, by id, after `after`."""
    query = {"refs.key": {"$in": list(keys)}, "_id": {"$gt": after}}
    rows = await db[ORDERS].find(query, {"refs": 1}).sort("_id", 1).limit(limit).to_list(limit)
    return [_named(row) for row in rows]


def _named(row: mongo.Document) -> Named:
    return Named(row["_id"], tuple(Ref(ref["key"], ref["revision"]) for ref in row.get("refs", ())))


async def revisions_now(db: mongo.Database, keys: Sequence[str]) -> dict[str, int]:
    """What each fact's revision is now, 0 for absent ones; read with the database's majority read concern."""
    by_kind: dict[str, list[str]] = {}
    for key in dict.fromkeys(keys):
        by_kind.setdefault(key.partition(":")[0], []).append(key)
    now = dict.fromkeys(keys, 0)
    stores = await facts.stores_by_id(db, [_id(key) for key in by_kind.get("store", ())], None)
    now |= {f"store:{store.id}": store.revision for store in stores.values()}
    clicks = await _existing_clicks(db, [_id(key) for key in by_kind.get("click", ())])
    now |= dict.fromkeys((f"click:{click}" for click in clicks), 1)
    collaborations = await _collaboration_revisions(db, [_id(key) for key in by_kind.get("terms", ())])
    now |= {f"terms:{id_}": revision for id_, revision in collaborations.items()}
    codes: dict[str, set[str]] = {}
    for key in by_kind.get("code", ()):
        brand, _, normal = _id(key).partition(":")
        codes.setdefault(brand, set()).add(normal)
    for brand, coupons in (await facts.coupons_by_code(db, codes, None)).items():
        now |= {f"code:{brand}:{normal}": coupon.revision for normal, coupon in coupons.items()}
    return now


async def _existing_clicks(db: mongo.Database, ids: Sequence[str]) -> list[str]:
    if not ids:
        return []
    return [row["_id"] async for row in db[CLICKS].find({"_id": {"$in": list(ids)}}, {"_id": 1})]


async def _collaboration_revisions(db: mongo.Database, ids: Sequence[str]) -> dict[str, int]:
    if not ids:
        return {}
    found = db[COLLABORATIONS].find({"_id": {"$in": list(ids)}}, {"revision": 1})
    return {row["_id"]: row["revision"] async for row in found}


def _id(key: str) -> str:
    return key.partition(":")[2]
