"""Facts of other streams, as attribution keeps them: accounts, collaborations, links, coupons, clicks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from attribution.domain import touches
from attribution.domain.facts import Brand, Collaboration, Coupon, Store, World
from attribution.store import clicks as click_store
from attribution.store.collections import (
    BRANDS,
    COLLABORATIONS,
    COUPONS,
    LINKS,
    STORES,
    rows_of,
)
from chassis import mongo
from chassis.tx import Tx
from contracts import attribution, campaigns
from contracts.console import Account, StoreKind
from contracts.ids import BrandId, StoreId

Session = mongo.Session | None


async def keep_brand(db: mongo.Database, account: Account, revision: int, session: Session) -> bool:
    """Remember a brand: its name, its zone, the domains that its links may lead to; returns whether the zone changed.

    Decisions read the zone only; `read_revision`, which they name, grows with it alone.
    """
    assert account.brand is not None
    document = account.brand.model_dump(mode="json") | {"revision": revision}
    before = await db[BRANDS].find_one({"_id": account.id}, session=session)
    changed = before is None or before["zone"] != document["zone"]
    document["read_revision"] = revision if before is None or changed else before.get("read_revision", 0)
    await db[BRANDS].replace_one({"_id": account.id}, document, upsert=True, session=session)
    return changed


async def brands_by_id(db: mongo.Database, ids: Sequence[str], session: Session) -> dict[str, Brand]:
    """What decisions read of the brands among these ids that are known."""
    if not ids:
        return {}
    found = db[BRANDS].find({"_id": {"$in": sorted(set(ids))}}, {"zone": 1, "read_revision": 1}, session=session)
    return {
        row["_id"]: Brand(BrandId(row["_id"]), row["zone"], row.get("read_revision", 0)) for row in await rows_of(found)
    }


async def brand_of(db: mongo.Database, brand: str, session: Session) -> mongo.Document | None:
    """A brand by its id."""
    return await db[BRANDS].find_one({"_id": brand}, session=session)


async def keep_store(tx: Tx, account: Account, revision: int) -> bool:
    """Remember whose store it is; returns whether anything changed of what decisions read.

    Only then does the revision that decisions name grow, here and for collaborations and coupons: a new host name must
    not decide a hundred thousand orders again.
    """
    assert account.store is not None
    document = account.store.model_dump(mode="json")
    before = await tx.db[STORES].find_one({"_id": account.id}, session=tx.session)
    changed = before is None or any(before[name] != document[name] for name in ("brand", "kind"))
    document["revision"] = revision if before is None or changed else before["revision"]
    document["known_at"] = tx.now if before is None or changed else before.get("known_at")
    await tx.db[STORES].replace_one({"_id": account.id}, document, upsert=True, session=tx.session)
    return changed


async def store_of(db: mongo.Database, store: str) -> mongo.Document | None:
    """A store by its id, with brand, kind and shop."""
    return await db[STORES].find_one({"_id": store})


async def keep_collaboration(tx: Tx, collaboration: campaigns.Collaboration, revision: int) -> bool:
    """Remember by which terms a creator works; returns whether anything changed of what decisions read."""
    before = await tx.db[COLLABORATIONS].find_one({"_id": collaboration.id}, session=tx.session)
    changed = before is None or _terms_of(before["state"]) != Collaboration.of(collaboration, 0)
    await tx.db[COLLABORATIONS].replace_one(
        {"_id": collaboration.id},
        {
            "brand": collaboration.brand,
            "campaign": collaboration.campaign,
            "profile": collaboration.profile,
            "creator": collaboration.creator,
            "revision": revision if before is None or changed else before["revision"],
            "asks_customer": any(rate.customer is not None for terms in collaboration.terms for rate in terms.rates),
            "known_at": tx.now if before is None or changed else before.get("known_at"),
            "state": collaboration.model_dump(mode="json", exclude_none=True),
        },
        upsert=True,
        session=tx.session,
    )
    return changed


def _terms_of(state: mongo.Document, revision: int = 0) -> Collaboration:
    return Collaboration.of(campaigns.Collaboration.model_validate(state), revision)


async def link_of(db: mongo.Database, link: str, session: Session) -> mongo.Document | None:
    """A link by its id."""
    return await db[LINKS].find_one({"_id": link}, session=session)


async def coupon_by_code(db: mongo.Database, brand: str, code: str, session: Session) -> mongo.Document | None:
    """The brand's coupon of that code, however it is spelled."""
    return await db[COUPONS].find_one({"brand": brand, "normal": touches.normal_code(code)}, session=session)


async def add_coupon(db: mongo.Database, coupon: attribution.Coupon, session: Session) -> None:
    """Keep a new coupon at revision 1; `read_revision` is what decisions name, and a confirmation is none of it."""
    document = _document(coupon) | {"normal": touches.normal_code(coupon.code), "revision": 1, "read_revision": 1}
    await db[COUPONS].insert_one(document, session=session)


async def confirm_coupons(
    db: mongo.Database, coupons: Sequence[str], session: Session
) -> list[tuple[attribution.Coupon, int]]:
    """Mark those that were still to be entered in the store; returns each that changed, with its new revision."""
    waiting = {"_id": {"$in": sorted(set(coupons))}, "status": attribution.CouponStatus.TO_ENTER.value}
    found = await db[COUPONS].find(waiting, session=session).to_list(None)
    changed = []
    for row in found:
        row["status"] = attribution.CouponStatus.CONFIRMED.value
        row["revision"] += 1
        await db[COUPONS].replace_one({"_id": row["_id"], "revision": row["revision"] - 1}, row, session=session)
        changed.append((coupon_state(row), row["revision"]))
    return changed


def coupon_state(row: mongo.Document) -> attribution.Coupon:
    """The public state in a coupon's document."""
    return attribution.Coupon.model_validate(row | {"id": row["_id"]})


def link_state(row: mongo.Document) -> attribution.Link:
    """The public state in a link's document."""
    return attribution.Link.model_validate(row | {"id": row["_id"]})


def _document(state: attribution.Link | attribution.Coupon) -> mongo.Document:
    document = state.model_dump(mode="json", exclude_none=True)
    return {"_id": document.pop("id"), **document}


async def stores_by_id(db: mongo.Database, ids: Sequence[str], session: Session) -> dict[str, Store]:
    """The stores among these ids that are known."""
    found = db[STORES].find({"_id": {"$in": sorted(set(ids))}}, session=session)
    return {
        row["_id"]: Store(
            StoreId(row["_id"]), BrandId(row["brand"]), StoreKind(row["kind"]), row["revision"], row.get("known_at")
        )
        for row in await rows_of(found)
    }


async def coupons_by_code(
    db: mongo.Database, wanted: Mapping[str, set[str]], session: Session
) -> dict[str, dict[str, Coupon]]:
    """By brand, the coupons among these normal codes that are the brand's."""
    asked = [{"brand": brand, "normal": {"$in": sorted(codes)}} for brand, codes in sorted(wanted.items()) if codes]
    coupons: dict[str, dict[str, Coupon]] = {brand: {} for brand in wanted}
    if asked:
        for row in await rows_of(db[COUPONS].find({"$or": asked}, session=session)):
            coupons[row["brand"]][row["normal"]] = _coupon_of(row)
    return coupons


def _coupon_of(row: mongo.Document) -> Coupon:
    """The coupon in a document; known since it was made, or since what decisions read of it changed."""
    coupon = Coupon.of(coupon_state(row), row["read_revision"])
    return replace(coupon, known_at=row.get("known_at", coupon.created_at))


async def collaborations_by_id(db: mongo.Database, ids: Sequence[str], session: Session) -> dict[str, Collaboration]:
    """The collaborations among these ids that are known."""
    if not ids:
        return {}
    found = db[COLLABORATIONS].find({"_id": {"$in": sorted(set(ids))}}, session=session)
    return {
        row["_id"]: replace(_terms_of(row["state"], row["revision"]), known_at=row.get("known_at"))
        for row in await rows_of(found)
    }


async def world_of(
    db: mongo.Database,
    stores: Mapping[str, Store],
    click_ids: Sequence[str],
    codes: Mapping[str, set[str]],
    session: Session,
) -> dict[str, World]:
    """By store, the world that orders of these stores are decided in; `codes` are normal codes by brand."""
    clicks = await click_store.clicks_by_id(db, click_ids, session)
    coupons = await coupons_by_code(db, codes, session)
    named = {click.collaboration for click in clicks.values()}
    named |= {coupon.collaboration for of_brand in coupons.values() for coupon in of_brand.values()}
    collaborations = await collaborations_by_id(db, sorted(named), session)
    by_month = any(collaboration.by_month for collaboration in collaborations.values())
    brands = await brands_by_id(db, [store.brand for store in stores.values()] if by_month else [], session)
    return {
        store.id: World(store, clicks, coupons.get(store.brand, {}), collaborations, brand=brands.get(store.brand))
        for store in stores.values()
    }


def ask_customers(worlds: Iterable[World]) -> bool:
    """Whether any terms in these worlds have a row for new or for returning customers (MONEY 13)."""
    return any(known.asks_customer for world in worlds for known in world.collaborations.values())
