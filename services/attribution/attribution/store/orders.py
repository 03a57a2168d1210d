"""Orders: observations in, decisions and ledger transactions out, in one transaction a batch."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from attribution.domain import ledger, shares
from attribution.domain.customers import customer_id, earned_at, is_erased
from attribution.domain.decide import confirmed_coupons, decide, wanted
from attribution.domain.decisions import Decision
from attribution.domain.facts import Ref, Store, World
from attribution.domain.fold import fold
from attribution.domain.freezing import Recorded, Settled, accepted, may_be_frozen, settle
from attribution.domain.instants import whole_milliseconds
from attribution.domain.observations import Observation, observation
from attribution.domain.orders import Order
from attribution.domain.values import frozen
from attribution.store import customers, facts, fixings, months, policies, releases, reviews
from attribution.store.collections import DECISIONS, LEDGER, OBSERVATIONS, ORDERS, rows_of
from chassis import mongo
from chassis.ids import new_id
from chassis.tx import Tx
from contracts.attribution import CouponConfirmed, OrderDecided, Share
from contracts.stores import OrderObserved

ORDER_LOOK = "order"
FACT_LOOK = "fact"

Observed = Mapping[str, list[Observation]]


async def claim(tx: Tx, orders: Sequence[str]) -> bool:
    """Write the documents of known orders before anything is read, so that who comes second fails at once.

    A new order is claimed by its insertion: of two transactions that see it first, the loser is tried again. Returns
    whether any of them is known.
    """
    ids = sorted(set(orders))
    claimed = await tx.db[ORDERS].update_many({"_id": {"$in": ids}}, {"$inc": {"claims": 1}}, session=tx.session)
    return claimed.matched_count > 0


async def observe(tx: Tx, observed: Sequence[OrderObserved], *, all_new: bool = False) -> Observed:
    """Keep observations, each once; returns all those of the orders that something new was seen of.

    The orders must have been claimed in this transaction: so nobody else adds to their observations meanwhile. With
    `all_new` the claim found none of them, and an order without a document has no observations: none is looked for.
    """
    before = {} if all_new else dict(await observations_of(tx, list(dict.fromkeys(one.order for one in observed))))
    known = {id_ for of_order in before.values() for one in of_order for id_ in _known_as(one)}
    new: dict[str, Observation] = {}
    for one in await customers.pseudonymise(tx, observed):
        seen = observation(one, tx.now)
        if (id_ := _observation_id(seen)) not in known and _id_of_erased(seen) not in known:
            new.setdefault(id_, seen)
    if new:
        documents = [{"_id": id_, **one.to_doc(), "order": one.observed.order} for id_, one in new.items()]
        await tx.db[OBSERVATIONS].insert_many(documents, session=tx.session)
    now: dict[str, list[Observation]] = {}
    for kept in new.values():
        order = kept.observed.order
        now.setdefault(order, before.get(order, [])).append(kept)
    return now


async def observations_of(tx: Tx, ids: Sequence[str]) -> Observed:
    """All that was seen of these orders, by order."""
    found: dict[str, list[Observation]] = {}
    for row in await rows_of(tx.db[OBSERVATIONS].find({"order": {"$in": list(ids)}}, session=tx.session)):
        found.setdefault(row["order"], []).append(Observation.from_doc(row))
    return found


def _observation_id(one: Observation) -> str:
    return f"{one.observed.order}|{one.key}"


def _id_of_erased(one: Observation) -> str:
    """What a row with this content is known as whose customer was erased."""
    return f"{one.observed.order}|{one.key_without_customer}|erased"


def _known_as(one: Observation) -> tuple[str, ...]:
    """A row's id; once its customer was erased, also what any repeat of it is known by."""
    id_ = _observation_id(one)
    return (id_, _id_of_erased(one)) if is_erased(one.customer) else (id_,)


async def decide_orders(
    tx: Tx,
    observations: Observed,
    because: Mapping[str, OrderObserved] | None = None,
    accepting: frozenset[str] = frozenset(),
    *,
    all_new: bool = False,
) -> None:
    """Fold each order's observations, decide it, and post the difference to what is posted (MONEY 10, 11).

    The orders' documents must have been claimed in this transaction; with `all_new` the claim found none of them.
    `because` names the events that caused it; `accepting` the orders for which a person accepts what came too late.
    """
    if not observations:
        return
    rows: dict[str, mongo.Document] = {}
    if not all_new:
        found = tx.db[ORDERS].find({"_id": {"$in": list(observations)}}, session=tx.session)
        rows = {row["_id"]: row for row in await rows_of(found)}
    stores = await facts.stores_by_id(
        tx.db, [of_order[0].observed.store for of_order in observations.values()], tx.session
    )
    folded = [fold(of_order, _kind(stores, of_order[0].observed.store)) for of_order in observations.values()]
    decide_one = await _decider(tx, folded, stores, rows, observations, accepting)
    writes = _Writes()
    frozen: dict[str, Settled] = {}
    confirmed: set[str] = set()
    for order in folded:
        settled = decide_one(order)
        decision = settled.decision
        if settled.is_frozen:
            frozen[order.id] = settled
        row = rows.get(order.id)
        changed = _changes(tx, order, settled, row or {}, _also(order, observations[order.id]))
        if changed is None:
            refs = _refs(settled)
            if row is not None and settled.is_frozen and row["refs"] != (read := _refs_kept(refs)):
                writes.updates.append(mongo.UpdateOne({"_id": order.id}, {"$set": {"refs": read}}))
                tx.look(ORDER_LOOK, order.id, refs)
            continue
        writes.add(order.id, changed, is_new=row is None)
        if changed.event is not None:
            tx.emit(changed.event, because.get(order.id) if because else None)
        confirmed.update(confirmed_coupons(decision, order))
        tx.look(ORDER_LOOK, order.id, _refs(settled))
    await writes.write(tx)
    await reviews.follow(tx, frozen)
    if confirmed:
        await _confirm(tx, sorted(confirmed))


async def _confirm(tx: Tx, coupons: Sequence[str]) -> None:
    """The first paid order with a code shows that the store knows it (MONEY 9)."""
    for coupon, revision in await facts.confirm_coupons(tx.db, coupons, tx.session):
        tx.announce(CouponConfirmed, coupon, revision)


def _kind(stores: Mapping[str, Store], store: str) -> Any:
    known = stores.get(store)
    return known.kind if known is not None else None


async def _decider(
    tx: Tx,
    orders: Sequence[Order],
    stores: Mapping[str, Store],
    rows: Mapping[str, mongo.Document],
    observations: Observed,
    accepting: frozenset[str],
) -> Callable[[Order], Settled]:
    """Everything that these orders name, read at once; the answer decides one order."""
    now = whole_milliseconds(tx.now)
    recorded = await _recorded(tx, [order for order in orders if may_be_frozen(order.first_seen_at, now)], rows)
    click_ids: list[str] = []
    codes: dict[str, set[str]] = {}
    for order in orders:
        clicks, normal_codes = wanted(order)
        click_ids.extend(clicks)
        store = stores.get(order.store)
        if store is not None:
            codes.setdefault(store.brand, set()).update(normal_codes)
    worlds = await facts.world_of(tx.db, stores, click_ids, codes, tx.session)
    if facts.ask_customers(worlds.values()):
        kinds = await customers.read_of(tx.db, orders, rows, tx.session, now=now, batch=True)
        worlds = {store: replace(world, customers=kinds) for store, world in worlds.items()}
    worlds = await fixings.with_fixings(tx.db, worlds, orders, tx.session)
    brand_policies = await policies.policies_of(tx.db, sorted({store.brand for store in stores.values()}), tx.session)

    def one(order: Order) -> Settled:
        world = worlds.get(order.store, World(None))
        if release := releases.released(rows.get(order.id)):
            world = replace(world, released=release)
        brand = world.store.brand if world.store is not None else None
        placed_at = order.sale.placed_at if order.sale is not None else None
        policy = policies.policy_at(brand_policies, brand, placed_at)
        if not may_be_frozen(order.first_seen_at, now):
            fresh = decide(order, world, policy)
            return Settled(fresh, fresh)
        before, seen = recorded.get(order.id), observations[order.id]
        if order.id in accepting and before is not None:
            return accepted(seen, world, policy, now=now, recorded=before)
        return settle(seen, world, policy, now=now, recorded=before)

    return one


async def _recorded(tx: Tx, orders: Sequence[Order], rows: Mapping[str, mongo.Document]) -> dict[str, Recorded]:
    """The decisions that stand of these orders: what froze with them counts on."""
    ids = [f"{order.id}#{rows[order.id]['number']}" for order in orders if "number" in rows.get(order.id, ())]
    if not ids:
        return {}
    found = tx.db[DECISIONS].find({"_id": {"$in": ids}}, session=tx.session)
    return {row["order"]: Recorded(Decision.from_json(row["doc"]), row["at"]) for row in await rows_of(found)}


@frozen
class _Change:
    fields: mongo.Document
    decision: mongo.Document
    transaction: ledger.LedgerTransaction | None
    event: OrderDecided | None


@dataclass(slots=True)
class _Writes:
    """What a batch of decisions writes, one command for each collection."""

    new: list[mongo.Document] = field(default_factory=list)
    updates: list[mongo.UpdateOne] = field(default_factory=list)
    decisions: list[mongo.Document] = field(default_factory=list)
    transactions: list[mongo.Document] = field(default_factory=list)

    def add(self, order: str, change: _Change, *, is_new: bool) -> None:
        """One order's change."""
        if is_new:
            self.new.append({"_id": order, **change.fields})
        else:
            self.updates.append(mongo.UpdateOne({"_id": order}, {"$set": change.fields}))
        self.decisions.append(change.decision)
        if change.transaction is not None:
            self.transactions.append(change.transaction.to_doc())

    async def write(self, tx: Tx) -> None:
        """All of it; the orders first, for others may have written them."""
        if self.new:
            await tx.db[ORDERS].insert_many(self.new, ordered=False, session=tx.session)
        if self.updates:
            await tx.db[ORDERS].bulk_write(self.updates, ordered=False, session=tx.session)
        if self.decisions:
            await tx.db[DECISIONS].insert_many(self.decisions, ordered=False, session=tx.session)
        if self.transactions:
            await tx.db[LEDGER].insert_many(self.transactions, ordered=False, session=tx.session)


def _refs(settled: Settled) -> tuple[Ref, ...]:
    """Every fact that was read, by the revision last read: of a frozen order also what came too late."""
    if not settled.is_frozen:
        return settled.decision.refs
    read = {ref.key: ref.revision for ref in (*settled.decision.refs, *settled.fresh.refs)}
    return tuple(Ref(key, revision) for key, revision in read.items())


def _refs_kept(refs: Sequence[Ref]) -> list[mongo.Document]:
    return [{"key": ref.key, "revision": ref.revision} for ref in refs]


def _also(order: Order, observations: Sequence[Observation]) -> list[str]:
    """Whose the order was, too, by other observations: an erasure must find it by them."""
    others = {one.customer for one in observations if one.customer is not None} - {order.customer}
    return sorted(f"{order.store}|{value}" for value in others)


def _changes(tx: Tx, order: Order, settled: Settled, row: mongo.Document, also: list[str]) -> _Change | None:
    """What a decision changes of an order; None if it is the one that stands."""
    decision = settled.decision
    text = decision.to_json()
    digest = hashlib.sha256(text).hexdigest()
    customer, earned = customer_id(order), earned_at(order)
    was = (row.get("digest"), row.get("poll"), row.get("customer"), row.get("earned_at"), row.get("deleted", False))
    if was == (digest, order.poll, customer, earned, order.deleted) and row.get("also_customers", []) == also:
        return None
    customers.look_later(tx, row, customer, earned)
    posted = ledger.Posted.from_doc(row["posted"]) if "posted" in row else ledger.NOTHING
    transaction = ledger.posting(decision, posted, tx.now)
    now_posted = posted.after(transaction) if transaction is not None else posted
    number = row.get("number", 0) + 1
    before = tuple(Share.model_validate(share) for share in row.get("shares", ()))
    event = shares.order_decided(decision, None, event_id=new_id(), time=tx.now, number=number)
    if before:
        event = event.model_copy(update={"previous": before})
    fields: mongo.Document = {
        "store": order.store,
        "brand": decision.brand,
        "number": number,
        "digest": digest,
        "refs": _refs_kept(_refs(settled)),
        "outcome": decision.outcome.value,
        "reason": decision.reason.value if decision.reason else None,
        "posts": decision.posts,
        "held": [hold.value for hold in decision.held],
        "currency": decision.currency,
        "placed_at": None if decision.placed_at is None else whole_milliseconds(decision.placed_at),
        "paid_at": decision.paid_at,
        "decided_at": tx.now,
        "shares": [share.model_dump() for share in event.shares],
        "campaigns": sorted({share.campaign for share in event.shares}),
        "creators": sorted({share.creator for share in event.shares}),
        "posted": now_posted.to_doc(),
        "poll": order.poll,
        "customer": customer,
        "earned_at": earned,
        "earned_since": row.get("earned_since") if was[2:4] == (customer, earned) else tx.now,
        "freezes_at": decision.freezes_at,
        # One reason is asked for once (MONEY 19): `polled` is the last that was.
        "wish": order.poll is not None and order.poll != row.get("polled"),
        "deleted": order.deleted,
    }
    if also or row.get("also_customers"):
        fields["also_customers"] = also
    if not is_erased(order.customer):
        fields["customer_kind"] = None if decision.facts.customer is None else decision.facts.customer.kind.value
    if decision.month is not None or row.get("months"):
        fields["months"] = months.mark(tx, row.get("months", ()), decision)
    record = {"_id": f"{order.id}#{number}", "order": order.id, "number": number, "at": tx.now, "doc": text.decode()}
    is_news = number == 1 or before != event.shares or any(row[name] != fields[name] for name in _SAID)
    return _Change(fields, record, transaction, event if is_news else None)


_SAID = ("outcome", "posts", "held", "currency", "placed_at", "brand")
"""What readers of conversions hear of an order besides the shares: a decision that changes none of it is no news."""
