"""A product of a brand, and how what is known of it comes together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.money import Money
from contracts.stores import OrderLine


@dataclass(frozen=True, slots=True)
class Variant:
    """One variant: by the store's id, else by its SKU, else by its place in the file."""

    id: str
    sku: str = ""
    title: str = ""
    price: Money | None = None
    cost: Money | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """A product as the brand's file has it, or as an order named it."""

    id: str
    title: str = ""
    kind: str = ""
    collections: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    price: Money | None = None
    cost: Money | None = None
    image: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What an order's line tells of a product: its id, variant, collections. Not its price, which may be reduced."""

    product: str
    variants: tuple[Variant, ...] = ()
    collections: tuple[str, ...] = field(default=())


def seen_in(lines: Iterable[OrderLine]) -> list[Seen]:
    """The products that orders' lines name; gift cards and lines without a product are none."""
    found: dict[str, Seen] = {}
    # A shop's orders name the same few things again and again, and to compare them costs a tenth of adding them.
    distinct = {(one.product, one.variant, one.sku, one.collections, one.gift_card): one for one in lines}
    for line in distinct.values():
        if line.product is None or line.gift_card:
            continue
        variant = (Variant(id=line.variant or line.sku or "", sku=line.sku or ""),) if line.variant or line.sku else ()
        before = found.get(line.product, Seen(line.product))
        found[line.product] = Seen(
            line.product, _more(before.variants, variant), _union(before.collections, line.collections)
        )
    return list(found.values())


def with_seen(product: Product, seen: Seen) -> Product:
    """A product with the variants and collections that an order named besides; what a file said stays."""
    return replace(
        product,
        variants=_more(product.variants, seen.variants),
        collections=_union(product.collections, seen.collections),
    )


def from_file(product: Product, before: Product | None) -> Product:
    """A product as a file says it now, with the variants that only orders have named."""
    return product if before is None else replace(product, variants=_more(product.variants, before.variants))


def changed_by_hand(product: Product, given: Mapping[str, Any]) -> Product:
    """A product with what its brand wrote; null takes away what can be missing, and empties a text."""
    texts = {name: "" for name in ("title", "kind") if name in given and given[name] is None}
    return replace(product, **{**given, **texts})


def _more(known: tuple[Variant, ...], seen: Iterable[Variant]) -> tuple[Variant, ...]:
    ids = {variant.id for variant in known} | {variant.sku for variant in known if variant.sku}
    return (*known, *(variant for variant in seen if variant.id not in ids and variant.sku not in ids - {""}))


def _union(known: Iterable[str], seen: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*known, *seen]))
