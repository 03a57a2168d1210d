"""Everything once more: each order, month and fee, its ledger entries, against what the facts say (I3-I6)."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from attribution.domain.customers import customer_id, earned_at
from attribution.domain.decide import wanted
from attribution.domain.decisions import Decision
from attribution.domain.facts import World
from attribution.domain.fold import fold
from attribution.domain.ledger import NOTHING, LedgerTransaction, Posted
from attribution.domain.months import contributions
from attribution.domain.observations import Observation
from attribution.domain.orders import Order
from attribution.domain.verify import Check, Difference, differences
from attribution.store import customers, facts, fixings, policies
from attribution.store.collections import DECISIONS, LEDGER, OBSERVATIONS, ORDERS
from attribution.store.releases import released
from attribution.store.verify_entries import DAMAGED, EntriesReader, balanced
from chassis import mongo

AT_ONCE = 200


@dataclass(slots=True)
class Counts:
    """How much was examined, and what the ledger's legs add up to by currency and by account."""

    orders: int = 0
    observations: int = 0
    transactions: int = 0
    months: int = 0
    fees: int = 0
    differences: int = 0
    currencies: Counter[str] = field(default_factory=Counter)
    balances: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, transactions: Sequence[LedgerTransaction]) -> None:
        """Add up what was read of the ledger."""
        self.transactions += len(transactions)
        for transaction in transactions:
            for leg in transaction.legs:
                self.currencies[leg.currency] += leg.amount
                self.balances[leg.account, leg.currency] += leg.amount


@dataclass(frozen=True, slots=True)
class _Stored:
    """All that is stored of some orders, as it was at one instant."""

    rows: dict[str, mongo.Document]
    observations: dict[str, list[Observation]]
    decisions: dict[str, Decision]
    transactions: dict[str, list[mongo.Document]]
    unreadable: dict[str, list[Difference]]

    @property
    def orders(self) -> list[str]:
        """Every order that anything is stored of."""
        return sorted(self.rows.keys() | self.observations.keys() | self.transactions.keys() | self.unreadable.keys())


async def verify(db: mongo.Database, counts: Counts, now: datetime) -> AsyncIterator[Difference]:
    """Every order in the order of ids, in parts, then months and fees; adds up in `counts` and yields what differs.

    A decision is made again from the facts as they are now, so it also shows a late fact that no look has found. On a
    busy system a fact that came in this moment may show, too. `now` is our clock's: it says which months are over, and
    what came after an order froze is not missed but late (MONEY 11).
    """
    after = ""
    while after is not None:
        async with await db.client.start_session(snapshot=True) as session:
            last = await _last_of_part(db, after, session)
            stored = await _read(db, _between(after, last), session)
            worlds = await _worlds(db, stored, session, now)
        for order in stored.orders:
            for difference in _examined(order, stored, worlds.get(order), counts, now):
                counts.differences += 1
                yield difference
        after = last  # type: ignore[assignment] # None ends the loop
    entries = EntriesReader(db, now or await mongo.server_time(db), counts)
    async for difference in entries.differences():
        counts.differences += 1
        yield difference
    for currency, amount in counts.currencies.items():
        if amount:
            counts.differences += 1
            yield Difference("", Check.UNBALANCED, f"all legs in {currency} add up to {amount}")


def _between(after: str, last: str | None) -> mongo.Document:
    return {"$gt": after} if last is None else {"$gt": after, "$lte": last}


async def _last_of_part(db: mongo.Database, after: str, session: mongo.Session) -> str | None:
    """The id that ends a part that begins after `after`; None if it is the last part."""
    found = db[ORDERS].find({"_id": {"$gt": after}}, {"_id": 1}, session=session)
    rows = await found.sort("_id", 1).skip(AT_ONCE - 1).limit(1).to_list(1)
    return rows[0]["_id"] if rows else None


async def _read(db: mongo.Database, between: mongo.Document, session: mongo.Session) -> _Stored:
    rows = {row["_id"]: row async for row in db[ORDERS].find({"_id": between}, session=session)}
    observations: dict[str, list[Observation]] = {}
    decisions: dict[str, Decision] = {}
    unreadable: dict[str, list[Difference]] = {}
    async for row in db[OBSERVATIONS].find({"order": between}, session=session):
        try:
            observations.setdefault(row["order"], []).append(Observation.from_doc(row))
        except DAMAGED as error:
            unreadable.setdefault(row["order"], []).append(_damaged(row["order"], row["_id"], error))
    transactions: dict[str, list[mongo.Document]] = {}
    async for row in db[LEDGER].find({"order": between}, session=session):
        transactions.setdefault(row["order"], []).append(row)
    current = [f"{order}#{row['number']}" for order, row in rows.items() if "number" in row]
    async for row in db[DECISIONS].find({"_id": {"$in": current}}, session=session):
        try:
            decisions[row["order"]] = Decision.from_json(row["doc"])
        except DAMAGED as error:
            unreadable.setdefault(row["order"], []).append(_damaged(row["order"], row["_id"], error))
    return _Stored(rows, observations, decisions, transactions, unreadable)


async def _worlds(
    db: mongo.Database, stored: _Stored, session: mongo.Session, now: datetime
) -> dict[str, tuple[World, Any]]:
    """By order, the world as it is now, and its brand's versions of the policy."""
    named = {order: fold(observations, None) for order, observations in stored.observations.items()}
    stores = await facts.stores_by_id(db, [order.store for order in named.values()], session)
    clicks: list[str] = []
    codes: dict[str, set[str]] = {}
    for order in named.values():
        click_ids, normal_codes = wanted(order)
        clicks.extend(click_ids)
        if order.store in stores:
            codes.setdefault(stores[order.store].brand, set()).update(normal_codes)
    worlds = await facts.world_of(db, stores, clicks, codes, session)
    if facts.ask_customers(worlds.values()):
        kinds = await customers.read_of(db, list(named.values()), stored.rows, session, now=now, batch=False)
        worlds = {store: replace(world, customers=kinds) for store, world in worlds.items()}
    worlds = await fixings.with_fixings(db, worlds, named.values(), session)
    versions = await policies.policies_of(db, [store.brand for store in stores.values()], session)
    found: dict[str, tuple[World, Any]] = {}
    for order in named.values():
        world = worlds.get(order.store, World(None))
        brand = None if world.store is None else world.store.brand
        placed_at = None if order.sale is None else order.sale.placed_at
        found[order.id] = (world, policies.policy_at(versions, brand, placed_at))
    return found


def _examined(
    order: str, stored: _Stored, known: tuple[World, Any] | None, counts: Counts, now: datetime
) -> list[Difference]:
    """One order's differences, or what of it can't be read: then its sums are added up, and nothing is decided."""
    if order in stored.unreadable:
        found = list(stored.unreadable[order])
        counts.orders += 1
        counts.add(balanced(order, stored.transactions.get(order, ()), found))
        return found
    try:
        return _examine(order, stored, known, counts, now)
    except DAMAGED as error:
        return [_damaged(order, "its document", error)]


def _damaged(order: str, what: str, error: Exception) -> Difference:
    return Difference(order, Check.UNREADABLE, f"{what}: {error!r}"[:2000])


def _examine(
    order: str, stored: _Stored, known: tuple[World, Any] | None, counts: Counts, now: datetime
) -> list[Difference]:
    """One order's differences; what a record copied and is no longer kept (clicks) counts as it was."""
    observations = stored.observations.get(order, [])
    counts.orders += 1
    counts.observations += len(observations)
    found: list[Difference] = []
    transactions = balanced(order, stored.transactions.get(order, ()), found)
    counts.add(transactions)
    decision = stored.decisions.get(order)
    row = stored.rows.get(order)
    if row is None or decision is None or known is None:
        return [*found, Difference(order, Check.MISSING, _what_is_missing(row, decision))]
    world, policy = known
    copied = decision.facts.world()
    world = replace(
        world,
        clicks={**copied.clicks, **world.clicks},
        collaborations={**copied.collaborations, **world.collaborations},
        brand=world.brand or copied.brand,
        released=released(row),
    )
    found += _customer_differs(row, fold(observations, None if world.store is None else world.store.kind))
    at = row["decided_at"]
    found += differences(observations, decision, transactions, at=at, world=world, policy=policy, now=now)
    posted = Posted.from_doc(row["posted"]) if "posted" in row else NOTHING
    brought = [piece.to_doc() for piece in contributions(decision)]
    if brought != [piece["doc"] for piece in row.get("months", ())]:
        found.append(Difference(order, Check.MONTH, f"the order brings {row.get('months')!r}, it follows {brought!r}"))
    if posted != Posted.of(transactions):
        found.append(Difference(order, Check.STANDING, f"the order says {posted!r}, its entries {transactions!r}"))
    return found


def _customer_differs(row: mongo.Document, order: Order) -> list[Difference]:
    """Whether the order is found as its customer's, at the second that makes later ones returning (MONEY 13)."""
    says, follows = (row.get("customer"), row.get("earned_at")), (customer_id(order), earned_at(order))
    if says == follows:
        return []
    return [Difference(order.id, Check.CUSTOMER, f"the order says {says!r}, its observations {follows!r}")]


def _what_is_missing(row: mongo.Document | None, decision: Decision | None) -> str:
    if row is None:
        return "observations or ledger transactions without an order"
    return "an order without its decision" if decision is None else "a decision without observations"


def verified_at(counts: Counts, now: datetime) -> str:
    """The last line of a report."""
    return (
        f"{now:%Y-%m-%d %H:%M:%S} UTC: {counts.orders} orders, {counts.observations} observations, "
        f"{counts.months} months, {counts.fees} fees, {counts.transactions} ledger transactions, "
        f"{len(counts.balances)} balances, {counts.differences} differences"
    )
