"""A brand's catalogue (C16)."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from contracts.campaigns import Rate
from contracts.envelope import Model, Utc
from contracts.http.campaigns.work import MOST_MONEY, Asking, an_example
from contracts.ids import Id
from contracts.money import Money


def _no_debt(money: Money) -> Money:
    if not 0 <= money.amount <= MOST_MONEY:
        raise ValueError("this is no amount that a product costs")
    return money


class ProductSource(StrEnum):
    """Where a product is known from: the brand's file, or an order that named it."""

    FILE = "file"
    ORDERS = "orders"


class VariantOut(Model):
    """One variant, by the store's own id where it has one; `cost` is what it costs the brand."""

    id: str
    sku: str = ""
    title: str = ""
    price: Money | None = None
    cost: Money | None = None


class ProductOut(Model):
    """A product, by the id that the store gives it: rates and terms name it by that."""

    id: Id
    title: str = ""
    kind: str = ""
    collections: tuple[str, ...] = ()
    variants: tuple[VariantOut, ...] = ()
    price: Money | None = None
    cost: Money | None = None
    image: str | None = None
    url: str | None = None
    source: ProductSource
    updated_at: Utc
    revision: Annotated[int, Field(ge=1, description="For If-Match.")] = 1


ProductUrl = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=r"^https?://\S+$")]
ProductPrice = Annotated[Money, AfterValidator(_no_debt)]


class ChangeProduct(Asking):
    """`PATCH /v1/products/{id}`: what to change; absent ones stay. Null takes price, cost, image or address away."""

    model_config = an_example({"price": {"amount": 4990, "currency": "EUR"}, "kind": "lamp"})

    title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] | None = None
    kind: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] | None = None
    price: ProductPrice | None = None
    cost: ProductPrice | None = None
    image: ProductUrl | None = None
    url: ProductUrl | None = None


class AskRates(Asking):
    """`POST /v1/products/rates`: a percentage for each product that is this part of its margin (C16)."""

    model_config = an_example({"share": 3000, "products": ["8123", "8124"]})

    share: Annotated[int, Field(ge=1, le=10_000, description="Basis points of the margin, price less own cost.")]
    products: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]


class NoRate(StrEnum):
    """Why a product has no rate by its margin."""

    UNKNOWN = "unknown-product"
    NO_PRICE = "no-price"
    NO_COST = "no-cost"
    NO_MARGIN = "no-margin"


class WithoutRate(Model):
    """A product that the catalogue tells too little of, or whose margin leaves nothing to share."""

    product: Id
    reason: NoRate


class RatesOut(Model):
    """Rows for a plan, in the order of the products that were asked for, and those that have none."""

    rates: tuple[Rate, ...]
    without: tuple[WithoutRate, ...]


class ProductFault(Model):
    """What could not be read: `line` counts from 1, the header's included."""

    line: int
    field: str
    reason: str


class ProductImportOut(Model):
    """What became of a file: products that are `new`, `changed`, or as they were (`same`), and rows refused."""

    rows: int
    new: int
    changed: int
    same: int
    refused: Annotated[int, Field(description="Products with a row that could not be read; nothing of them counts.")]
    columns: Annotated[dict[str, str], Field(description="Which column was read as what.")]
    faults: tuple[ProductFault, ...]
