"""Which orders name a fact, and what each fact that they name is now: what the looks after a commit ask."""

from collections.abc import Sequence

from attribution.domain.customers import PREFIX
from attribution.domain.exchange import fixing_key
from attribution.domain.facts import Ref
from attribution.domain.values import frozen
from attribution.store import customers, facts, fixings
from attribution.store.collections import CLICKS, COLLABORATIONS, ORDERS, rows_of
from chassis import mongo


@frozen
class Named:
    """An order and the facts that its decision named, as they were."""

    order: str
    refs: tuple[Ref, ...]


async def named_by(db: mongo.Database, orders: Sequence[str]) -> list[Named]:
    """The facts that the decisions of these orders named."""
    found = db[ORDERS].find({"_id": {"$in": list(orders)}}, {"refs": 1})
    return [_named(row) for row in await rows_of(found)]


async def naming(db: mongo.Database, keys: Sequence[str], after: str, limit: int) -> list[Named]:
    """Orders that name any of these facts, by id, after `after`."""
    query = {"refs.key": {"$in": list(keys)}, "_id": {"$gt": after}}
    rows = await db[ORDERS].find(query, {"refs": 1}).sort("_id", 1).limit(limit).to_list(limit)
    return [_named(row) for row in rows]


async def naming_fixings_after(db: mongo.Database, day: str, after: str, limit: int) -> list[Named]:
    """Orders of a later day than `day` that name a fixing, by id, after `after`."""
    of_later_days = {"$gt": fixing_key(day, "~"), "$lt": fixing_key("~", "")}
    query = {"refs": {"$elemMatch": {"key": of_later_days}}, "_id": {"$gt": after}}
    rows = await db[ORDERS].find(query, {"refs": 1}).sort("_id", 1).limit(limit).to_list(limit)
    return [_named(row) for row in rows]


def _named(row: mongo.Document) -> Named:
    return Named(row["_id"], tuple(Ref(ref["key"], ref["revision"]) for ref in row.get("refs", ())))


async def naming_customer(db: mongo.Database, query: mongo.Document, after: str, limit: int) -> list[Named]:
    """Orders that read of a customer as `customers.concerned` asks, by id, after `after`."""
    rows = (
        await db[ORDERS].find(query | {"_id": {"$gt": after}}, {"refs": 1}).sort("_id", 1).limit(limit).to_list(limit)
    )
    return [_named(row) for row in rows]


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
    now |= await fixings.fixing_revisions(db, by_kind.get("fixing", ()))
    brands = await facts.brands_by_id(db, [_id(key) for key in by_kind.get("brand", ())], None)
    now |= {f"brand:{brand.id}": brand.revision for brand in brands.values()}
    codes: dict[str, set[str]] = {}
    for key in by_kind.get("code", ()):
        brand, _, normal = _id(key).partition(":")
        codes.setdefault(brand, set()).add(normal)
    now |= await customers.revisions(db, [key for key in keys if key.startswith(PREFIX)])
    for brand, coupons in (await facts.coupons_by_code(db, codes, None)).items():
        now |= {f"code:{brand}:{normal}": coupon.revision for normal, coupon in coupons.items()}
    return now


async def _existing_clicks(db: mongo.Database, ids: Sequence[str]) -> list[str]:
    if not ids:
        return []
    return [row["_id"] for row in await rows_of(db[CLICKS].find({"_id": {"$in": list(ids)}}, {"_id": 1}))]


async def _collaboration_revisions(db: mongo.Database, ids: Sequence[str]) -> dict[str, int]:
    if not ids:
        return {}
    found = db[COLLABORATIONS].find({"_id": {"$in": list(ids)}}, {"revision": 1})
    return {row["_id"]: row["revision"] for row in await rows_of(found)}


def _id(key: str) -> str:
    return key.partition(":")[2]
