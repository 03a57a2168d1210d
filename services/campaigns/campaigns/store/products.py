"""A brand's catalogue: by the ids that its stores give (C16)."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from campaigns.domain.products.catalogue import Product, Seen, Variant, from_file, with_seen
from campaigns.domain.products.finding import LONGEST, looked_for, terms_of
from campaigns.store.collections import PRODUCTS, STORES, UNPLACED_PRODUCTS
from chassis import mongo
from chassis.ids import derived_id
from chassis.mongo import Document
from chassis.tx import Tx
from contracts.http.campaigns import ProductOut, ProductSource, VariantOut
from contracts.money import Money

BY_ID, TERMS = "brand_1_product_1", "brand_1_terms_1"
"""The indexes that a catalogue is read by, by their names."""
STORE_KNOWN = "store-known"
"""The look that brings together a store's products and the brand whose it is, whichever was heard first."""
AT_ONCE = 200


class KeepsProducts(Tx):
    """Products as files and orders say them. The same file again changes nothing."""

    async def keep_store(self, store: str, brand: str) -> None:
        """Remember whose a store is."""
        await self.db[STORES].replace_one({"_id": store}, {"brand": brand}, upsert=True, session=self.session)
        self.look(STORE_KNOWN, store)

    async def load_products(self, brand: str, products: Sequence[Product]) -> tuple[int, int, int]:
        """Keep products of a file; how many are new, changed, and as they were."""
        before = await self._products(brand, [product.id for product in products])
        new = changed = same = 0
        writes = []
        for product in products:
            row = before.get(product.id)
            merged = from_file(product, None if row is None else _product(row))
            document = _document(brand, merged, ProductSource.FILE)
            if row is None:
                new += 1
            elif row | document == row:
                same += 1
                continue
            else:
                changed += 1
            writes.append(self._put(document, row))
        if writes:
            await self.db[PRODUCTS].bulk_write(writes, session=self.session)
        return new, changed, same

    async def see_products(self, seen: dict[str, list[Seen]]) -> None:
        """Keep what orders name, by store; a store whose brand is not known yet keeps its own for then."""
        stores = {
            row["_id"]: row["brand"]
            async for row in self.db[STORES].find({"_id": {"$in": sorted(seen)}}, session=self.session)
        }
        for store, products in sorted(seen.items()):
            if store in stores:
                await self.place_products(stores[store], products)
            else:
                await self._keep_unplaced(store, products)
                self.look(STORE_KNOWN, store)

    async def place_products(self, brand: str, products: Iterable[Seen]) -> None:
        """Add what orders named to a brand's catalogue; writes only what is new, for every order names products."""
        by_id: dict[str, Product] = {}
        for seen in products:
            by_id[seen.product] = with_seen(by_id.get(seen.product, Product(seen.product)), seen)
        before = await self._products(brand, sorted(by_id))
        writes = []
        for id_, product in sorted(by_id.items()):
            row = before.get(id_)
            known = Product(id_) if row is None else _product(row)
            merged = with_seen(known, Seen(id_, product.variants, product.collections))
            source = ProductSource.ORDERS if row is None else ProductSource(row["source"])
            if row is None or merged != known:
                writes.append(self._put(_document(brand, merged, source), row))
        if writes:
            await self.db[PRODUCTS].bulk_write(writes, session=self.session)

    async def adopt_products(self, store: str) -> bool:
        """Place up to 200 products that waited for their store's brand; whether more may wait."""
        row = await self.db[STORES].find_one({"_id": store}, session=self.session)
        if row is None:
            return False
        found = self.db[UNPLACED_PRODUCTS].find({"store": store}, session=self.session).limit(AT_ONCE)
        waiting = await found.to_list(AT_ONCE)
        if not waiting:
            return False
        seen = [Seen(w["product"], _variants(w["variants"]), tuple(w["collections"])) for w in waiting]
        await self.place_products(row["brand"], seen)
        ids = [w["_id"] for w in waiting]
        await self.db[UNPLACED_PRODUCTS].delete_many({"_id": {"$in": ids}}, session=self.session)
        return True

    async def unknown_products(self, brand: str, ids: Iterable[str]) -> list[str]:
        """Which of these the catalogue does not have."""
        return await unknown_products(self.db, brand, ids, self.session)

    async def change_product(
        self, brand: str, product: str, change: Callable[[Product, int], Product]
    ) -> ProductOut | None:
        """Write what the brand changed by hand of a product and its revision; None if there is no such product.

        The next file says it anew.
        """
        row = await self.db[PRODUCTS].find_one({"_id": product_key(brand, product)}, session=self.session)
        if row is None:
            return None
        changed = change(_product(row), _revision(row))
        put = self._put(_document(brand, changed, ProductSource(row["source"])), row)
        await self.db[PRODUCTS].bulk_write([put], session=self.session)
        written = await self.db[PRODUCTS].find_one({"_id": row["_id"]}, session=self.session)
        return None if written is None else _out(written)

    def _put(self, document: Document, before: Document | None) -> mongo.ReplaceOne[Document]:
        """The write of a product, a revision further than it was."""
        revision = 1 if before is None else _revision(before) + 1
        written = document | {"at": self.now, "revision": revision}
        return mongo.ReplaceOne({"_id": document["_id"]}, written, upsert=True)

    async def _products(self, brand: str, ids: Sequence[str]) -> dict[str, Document]:
        query = {"_id": {"$in": [product_key(brand, id_) for id_ in ids]}}
        return {row["product"]: row async for row in self.db[PRODUCTS].find(query, session=self.session)}

    async def _keep_unplaced(self, store: str, products: Sequence[Seen]) -> None:
        for seen in products:
            key = derived_id("unplaced", store, seen.product)
            row = await self.db[UNPLACED_PRODUCTS].find_one({"_id": key}, session=self.session)
            known = Product(seen.product)
            if row is not None:
                known = Product(
                    seen.product, variants=_variants(row["variants"]), collections=tuple(row["collections"])
                )
            merged = with_seen(known, seen)
            if row is None or merged != known:
                document = {
                    "store": store,
                    "product": seen.product,
                    "variants": [_plain(variant) for variant in merged.variants],
                    "collections": list(merged.collections),
                    "at": self.now,
                }
                await self.db[UNPLACED_PRODUCTS].replace_one({"_id": key}, document, upsert=True, session=self.session)


async def unknown_products(
    db: mongo.Database, brand: str, ids: Iterable[str], session: mongo.Session | None = None
) -> list[str]:
    """Which of these the brand's catalogue does not have."""
    keys = {id_: product_key(brand, id_) for id_ in ids}
    found = db[PRODUCTS].find({"_id": {"$in": list(keys.values())}}, {"_id": 1}, session=session)
    known = {row["_id"] async for row in found}
    return [id_ for id_, key in keys.items() if key not in known]


class Catalogue:
    """One brand's products, for reading."""

    def __init__(self, db: mongo.Database, brand: str) -> None:
        self._rows = db[PRODUCTS]
        self._brand = brand

    async def page(
        self,
        after: str | None,
        limit: int,
        *,
        text: str = "",
        collection: str | None,
        kind: str | None,
        source: ProductSource | None,
    ) -> tuple[list[ProductOut], int]:
        """Products by their ids' order, and how many there are in all.

        `text` is how a word of the title and what follows it, an id or a SKU begins: it costs by how many are found.
        """
        query: dict[str, Any] = {"brand": self._brand}
        begins = looked_for(text)[:LONGEST]
        if begins:
            inside = {"$regex": re.escape(text), "$options": "i"}
            query["$or"] = [
                {"terms": {"$elemMatch": {"$gte": begins, "$lt": f"{begins}\U0010ffff"}}},
                {"terms": None, "title": inside},  # from before there were terms
            ]
        by = TERMS if begins else BY_ID
        query |= {} if collection is None else {"collections": collection}
        query |= {} if kind is None else {"kind": kind}
        query |= {} if source is None else {"source": source.value}
        total = await self._rows.count_documents(query, hint=by)
        if after is not None:
            query["product"] = {"$gt": after}
        rows = await self._rows.find(query).hint(by).sort("product", 1).limit(limit).to_list(limit)
        return [_out(row) for row in rows], total

    async def those(self, ids: Sequence[str]) -> list[ProductOut]:
        """These products of the brand's, by their ids' order; those that it does not have are left out."""
        return [_out(row) for row in await self._named(ids)]

    async def known(self, ids: Sequence[str]) -> dict[str, Product]:
        """The same, as the domain has them."""
        return {row["product"]: _product(row) for row in await self._named(ids)}

    async def _named(self, ids: Sequence[str]) -> list[Document]:
        query = {"_id": {"$in": [product_key(self._brand, id_) for id_ in ids]}}
        return await self._rows.find(query).sort("product", 1).to_list(len(ids))

    async def find(self, product: str) -> ProductOut | None:
        """One of the brand's products."""
        row = await self._rows.find_one({"_id": product_key(self._brand, product)})
        return None if row is None else _out(row)


def product_key(brand: str, product: str) -> str:
    """One product of one brand."""
    return derived_id("product", brand, product)


def _document(brand: str, product: Product, source: ProductSource) -> Document:
    return {
        "_id": product_key(brand, product.id),
        "brand": brand,
        "product": product.id,
        "title": product.title,
        "kind": product.kind,
        "collections": list(product.collections),
        "variants": [_plain(variant) for variant in product.variants],
        "price": _amount(product.price),
        "cost": _amount(product.cost),
        "image": product.image,
        "url": product.url,
        "source": source.value,
        "terms": list(terms_of(product)),
    }


def _revision(row: Document) -> int:
    """Products from before there were revisions have their first."""
    return int(row.get("revision", 1))


def _plain(variant: Variant) -> Document:
    return asdict(variant) | {"price": _amount(variant.price), "cost": _amount(variant.cost)}


def _amount(money: Money | None) -> Document | None:
    return None if money is None else money.model_dump()


def _money(row: Document | None) -> Money | None:
    return None if row is None else Money.model_validate(row)


def _variants(rows: Iterable[Document]) -> tuple[Variant, ...]:
    return tuple(Variant(**row | {"price": _money(row["price"]), "cost": _money(row["cost"])}) for row in rows)


def _product(row: Document) -> Product:
    return Product(
        id=row["product"],
        title=row["title"],
        kind=row["kind"],
        collections=tuple(row["collections"]),
        variants=_variants(row["variants"]),
        price=_money(row["price"]),
        cost=_money(row["cost"]),
        image=row["image"],
        url=row["url"],
    )


def _out(row: Document) -> ProductOut:
    at: datetime = row["at"]
    product = _product(row)
    return ProductOut(
        id=product.id,
        title=product.title,
        kind=product.kind,
        collections=product.collections,
        variants=tuple(VariantOut(**asdict(v) | {"price": v.price, "cost": v.cost}) for v in product.variants),
        price=product.price,
        cost=product.cost,
        image=product.image,
        url=product.url,
        source=ProductSource(row["source"]),
        updated_at=at,
        revision=_revision(row),
    )
