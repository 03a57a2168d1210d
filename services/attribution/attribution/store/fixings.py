"""The ECB's fixings, a document for each day: what fixed amounts of other currencies convert by (MONEY 16)."""

import zipfile
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from currency_converter import CURRENCY_FILE

from attribution.domain.exchange import ECB, EURO, FixingDay, fixing_key, fixings_in
from attribution.domain.facts import Fixing, World
from attribution.domain.orders import Order
from attribution.store.collections import FIXINGS, rows_of
from chassis import mongo
from chassis.tx import Transactions, Tx

FIXING_LOOK = "fixing"
LIBRARY = Path(CURRENCY_FILE)
"""The history since 1999 as a library brings it along, so that nothing has to be fetched."""
AT_ONCE = 500
LOAD_SECONDS = 60.0

Session = mongo.Session | None


@dataclass(slots=True)
class Kept:
    """What a file brought: how many days it has, how many of them say something new, and where it contradicts."""

    days: int = 0
    new: int = 0
    differing: list[str] = field(default_factory=list)


def lines_of(path: Path) -> list[str]:
    """The lines of a file as the ECB publishes it, zipped or not. Raises `OSError`, `BadZipFile`, `ValueError`."""
    if not zipfile.is_zipfile(path):
        return path.read_text("utf-8").splitlines()
    with zipfile.ZipFile(path) as packed:
        return [line for name in packed.namelist() for line in packed.read(name).decode("utf-8").splitlines()]


async def load(transactions: Transactions[Any], lines: Sequence[str]) -> Kept:
    """Keep what is new in a file, in one transaction, and look for orders that it decides again.

    What is known stays as it is, for decisions have been paid by it. Raises `NotFixings`, and then keeps nothing.
    """
    return await transactions.run(lambda tx: _keep(tx, fixings_in(lines)), seconds=LOAD_SECONDS)


async def load_library(transactions: Transactions[Any]) -> Kept | None:
    """The library's history where the store lacks its end; None where it doesn't."""
    lines = lines_of(LIBRARY)
    newest = max(fixing.day for fixing in islice(fixings_in(lines), 1)).isoformat()
    if await transactions.db[FIXINGS].find_one({"_id": {"$gte": newest}}) is not None:
        return None
    return await load(transactions, lines)


async def _keep(tx: Tx, days: Iterable[FixingDay]) -> Kept:
    kept = Kept()
    changed: list[str] = []
    for part in _parts(days):
        ids = [of_day.day.isoformat() for of_day in part]
        found = await rows_of(tx.db[FIXINGS].find({"_id": {"$in": ids}}, session=tx.session))
        known = {row["_id"]: row["rates"] for row in found}
        fresh: dict[str, mongo.Document] = {}
        for of_day in part:
            day = of_day.day.isoformat()
            before = known.get(day, {})
            differing = [currency for currency, rate in of_day.rates.items() if before.get(currency, rate) != rate]
            kept.differing += [
                f"{day} {currency}: {before[currency]}, not {of_day.rates[currency]}" for currency in differing
            ]
            rates = {**of_day.rates, **before}
            if rates != before:
                known[day] = rates
                fresh[day] = {"_id": day, "rates": rates, "source": ECB, "kept_at": tx.now}
        kept.days += len(part)
        kept.new += len(fresh)
        changed += fresh
        if fresh:
            written = [mongo.ReplaceOne({"_id": day}, row, upsert=True) for day, row in fresh.items()]
            await tx.db[FIXINGS].bulk_write(written, session=tx.session)
    if changed:
        tx.look(FIXING_LOOK, min(changed))
    return kept


def _parts(days: Iterable[FixingDay]) -> Iterator[list[FixingDay]]:
    left = iter(days)
    while part := list(islice(left, AT_ONCE)):
        yield part


async def with_fixings(
    db: mongo.Database, worlds: dict[str, World], orders: Iterable[Order], session: Session
) -> dict[str, World]:
    """The worlds with every fixing that these orders may need: none where all fixed amounts are in their currencies."""
    fixed = {currency for world in worlds.values() for currency in _currencies(world)}
    if not fixed:
        return worlds
    currencies: set[str] = set()
    days: set[str] = set()
    for order in orders:
        sale = order.sale
        if sale is not None and not fixed <= {sale.currency}:
            currencies |= {*fixed, sale.currency}
            days.add(sale.placed_at.date().isoformat())
    if not days:
        return worlds
    fixings = await fixings_before(db, days, currencies, session)
    return {store: replace(world, fixings=fixings) for store, world in worlds.items()}


def _currencies(world: World) -> Iterator[str]:
    """The currencies of the fixed amounts that any version of the terms pays."""
    for collaboration in world.collaborations.values():
        for version in collaboration.terms:
            for rate in version.rates:
                if rate.per_unit is not None:
                    yield rate.per_unit.currency


async def fixings_before(
    db: mongo.Database, days: Iterable[str], currencies: Iterable[str], session: Session
) -> dict[tuple[str, str], Fixing]:
    """By (currency, day) the last fixing before each of these days (ISO dates), where its list has the currency."""
    asked = sorted(set(days))
    quoted = sorted(set(currencies) - {EURO})
    shown = {f"rates.{currency}": 1 for currency in quoted} or {"rates": 1}
    earlier = db[FIXINGS].find({"_id": {"$lt": asked[0]}}, shown, session=session).sort("_id", mongo.DESCENDING)
    between = db[FIXINGS].find({"_id": {"$gte": asked[0], "$lt": asked[-1]}}, shown, session=session).sort("_id", 1)
    rows = [*await earlier.limit(1).to_list(1), *await rows_of(between)]
    known = [row["_id"] for row in rows]
    found: dict[tuple[str, str], Fixing] = {}
    for before in asked:
        at = bisect_left(known, before) - 1
        rates = rows[at].get("rates", {}) if at >= 0 else {}
        found |= {
            (currency, before): Fixing(currency, before, known[at], rates[currency])
            for currency in quoted
            if currency in rates
        }
    return found


async def fixing_revisions(db: mongo.Database, keys: Iterable[str]) -> dict[str, int]:
    """What each named fixing's revision is now (`exchange.fixing_key`); absent ones are left out."""
    asked = [key.split(":")[1:] for key in keys]
    if not asked:
        return {}
    found = await fixings_before(db, (day for day, _ in asked), (currency for _, currency in asked), None)
    return {fixing_key(before, currency): fixing.revision for (currency, before), fixing in found.items()}


async def last_day(db: mongo.Database) -> date | None:
    """The newest day whose fixing is kept."""
    row = await db[FIXINGS].find_one({}, {"_id": 1}, sort=[("_id", mongo.DESCENDING)])
    return None if row is None else date.fromisoformat(row["_id"])
