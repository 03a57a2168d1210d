"""Which column of a catalogue is which: our names, Shopify's and WooCommerce's product exports."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class NoCatalogue(ValueError):
    """The file is no table of products; the message says why. HTTP 422."""


class Field(StrEnum):
    """What a column says of a product or of one of its variants."""

    PRODUCT = "product_id"
    HANDLE = "handle"
    TITLE = "title"
    VARIANT = "variant_id"
    VARIANT_TITLE = "variant"
    SKU = "sku"
    COLLECTIONS = "collections"
    PRICE = "price"
    COST = "cost"
    CURRENCY = "currency"
    IMAGE = "image"
    URL = "url"
    KIND = "kind"
    PARENT = "parent"


NAMES: Final[Mapping[Field, tuple[str, ...]]] = MappingProxyType(
    {
        Field.PRODUCT: ("product id", "id", "external id", "item group id"),
        Field.HANDLE: ("handle", "slug"),
        Field.TITLE: ("title", "name", "product name", "product title"),
        Field.VARIANT: ("variant id", "variation id"),
        Field.VARIANT_TITLE: ("variant", "variant title", "option1 value"),
        Field.SKU: ("variant sku", "sku"),
        Field.COLLECTIONS: ("collections", "collection", "custom collections", "categories", "category"),
        Field.PRICE: ("variant price", "price", "regular price", "sale price"),
        Field.COST: (
            "cost per item",
            "variant cost",
            "cost",
            "own cost",
            "unit cost",
            "cost of goods",
            "purchase price",
        ),
        Field.CURRENCY: ("currency", "price currency"),
        Field.IMAGE: ("image src", "image", "images", "image url", "image link"),
        Field.URL: ("url", "link", "product url", "permalink"),
        Field.KIND: ("kind", "type", "product type", "product category"),
        Field.PARENT: ("parent", "parent id"),
    }
)
"""For each field the names that it goes by, the plainest first, in lower case and with single blanks."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands. `is_woocommerce`: variations are rows of their own that name their parent."""

    at: Mapping[Field, int]
    width: int
    told: Mapping[str, str]

    @property
    def is_woocommerce(self) -> bool:
        """Whether rows name a parent."""
        return Field.PARENT in self.at


def columns_of(header: Sequence[str]) -> Columns:
    """The columns by their names; raises `NoCatalogue` where no column says which product a row is of."""
    titles = [title.strip() for title in header]
    plain = [_plain(title) for title in titles]
    at: dict[Field, int] = {}
    for field, names in NAMES.items():
        place = next((plain.index(name) for name in names if name in plain), None)
        if place is not None and place not in at.values():
            at[field] = place
    if Field.PRODUCT not in at and Field.HANDLE not in at:
        listed = ", ".join(title[:40] for title in titles[:20] if title)
        raise NoCatalogue(f"no column says which product a row is of: name it product_id; the columns are {listed}")
    return Columns(at, len(titles), {field.value: titles[place] for field, place in at.items()})


def known_names(header: Sequence[str]) -> int:
    """How many of a header's cells are names that are known here: tells the right delimiter."""
    names = {name for each in NAMES.values() for name in each}
    return sum(_plain(cell) in names for cell in header)


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).strip().strip("\ufeff").casefold()
    return " ".join(re.sub(r"[_\-/]+", " ", text).split())
