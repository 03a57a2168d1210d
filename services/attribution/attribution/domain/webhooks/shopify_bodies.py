"""Shopify's webhook bodies, as far as we read them (WEBHOOKS 1.1). Amounts are minor units of the shop's currency."""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator

from attribution.domain.webhooks.fields import (
    Amount,
    AmountOrZero,
    ExternalId,
    Flag,
    Instant,
    Listed,
    OptionalAmount,
    OptionalId,
    Priced,
    Quantity,
    Sent,
    Several,
    SignedAmount,
    shop_money,
)


class Shape(Enum):
    """What a body is by its own fields: the headers are not signed."""

    ORDER = auto()
    REFUND = auto()
    EDIT = auto()
    DELETION = auto()
    DATA_REQUEST = auto()
    CUSTOMER_REDACTION = auto()
    SHOP_REDACTION = auto()
    SHOP = auto()


def shape_of(body: Mapping[str, Any]) -> Shape | None:
    """The shape of a body; None for all that we don't know."""
    keys = body.keys()
    if "shop_domain" in keys:
        return _compliance_shape(body)
    if isinstance(body.get("order_edit"), dict):
        return Shape.EDIT
    if {"order_id", "refund_line_items"} <= keys:
        return Shape.REFUND
    if {"line_items", "financial_status", "currency"} <= keys:
        return Shape.ORDER
    if "id" in keys and keys <= {"id", "admin_graphql_api_id"}:
        return Shape.DELETION
    return Shape.SHOP if "myshopify_domain" in keys else None


def _compliance_shape(body: Mapping[str, Any]) -> Shape | None:
    if "orders_to_redact" in body:
        return Shape.CUSTOMER_REDACTION
    if "orders_requested" in body:
        return Shape.DATA_REQUEST
    return Shape.SHOP_REDACTION if body.keys() <= {"shop_id", "shop_domain"} else None


def _named(value: Any) -> Any:
    """A list of {name, value}, or the object that old API versions have in its place; what is neither says nothing."""
    if isinstance(value, Mapping):
        return [{"name": name, "value": each} for name, each in value.items()]
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


class Attribute(Sent):
    """A cart attribute or line property, as the shopper's browser wrote it: anything may stand there."""

    name: Any = None
    value: Any = None


Attributes = Annotated[Several[Attribute], BeforeValidator(_named)]


class Allocation(Priced):
    """The part of a discount that a line bears."""

    AMOUNTS: ClassVar = ("amount",)

    amount: Amount
    discount_application_index: int | None = None


class Application(Sent):
    """One discount of the order."""

    type: str | None = None
    code: str | None = None


class DiscountCode(Sent):
    """A code that the order used, with what it took off in all."""

    code: str
    amount: AmountOrZero = 0
    type: str | None = None


class TaxLine(Priced):
    """One tax on a line."""

    AMOUNTS: ClassVar = ("price",)

    price: AmountOrZero = 0


class Line(Priced):
    """One line. `total_discount` counts only where nothing is allocated: orders made by old API versions."""

    AMOUNTS: ClassVar = ("price", "total_discount")

    id: ExternalId
    product_id: OptionalId = None
    variant_id: OptionalId = None
    sku: Any = None
    price: Amount
    quantity: Quantity
    current_quantity: Quantity | None = None
    total_discount: AmountOrZero = 0
    discount_allocations: Listed[Allocation] = ()
    tax_lines: Listed[TaxLine] = ()
    gift_card: Flag = False
    properties: Attributes = ()


class Shipping(Sent):
    """A way of shipping: only its discounts matter, for they are part of the order's."""

    discount_allocations: Listed[Allocation] = ()


class RefundedLine(Priced):
    """Units given back of one line; `subtotal` is without `total_tax`."""

    AMOUNTS: ClassVar = ("subtotal", "total_tax")

    line_item_id: ExternalId
    quantity: Quantity = 0
    subtotal: Amount
    total_tax: AmountOrZero = 0


class Adjustment(Priced):
    """The difference between what was refunded and what its lines come to; negative = more went back."""

    AMOUNTS: ClassVar = ("amount", "tax_amount")

    kind: str | None = None
    amount: SignedAmount = 0
    tax_amount: SignedAmount = 0


class RefundedShipping(Priced):
    """Shipping given back (API 2024-10 and later)."""

    AMOUNTS: ClassVar = ("subtotal_amount",)

    subtotal_amount: AmountOrZero = 0


class SentRefund(Sent):
    """A refund: the body of refunds/create, and each of an order's `refunds`."""

    id: ExternalId
    created_at: Instant | None = None
    processed_at: Instant | None = None
    refund_line_items: Listed[RefundedLine] = ()
    order_adjustments: Listed[Adjustment] = ()
    refund_shipping_lines: Listed[RefundedShipping] = ()


class Customer(Sent):
    """Whose order it is. Name and address are not read, and often not there."""

    id: OptionalId = None


class Order(Priced):
    """An order. The `current_*` fields are not read: they change with refunds, which are counted by themselves."""

    AMOUNTS: ClassVar = ("subtotal_price", "total_discounts", "total_tip_received")

    id: ExternalId
    financial_status: str | None
    cancelled_at: Instant | None = None
    test: Flag = False
    created_at: Instant
    updated_at: Instant
    taxes_included: Flag = False
    line_items: Several[Line]
    shipping_lines: Listed[Shipping] = ()
    subtotal_price: OptionalAmount = None
    total_discounts: OptionalAmount = None
    total_tip_received: SignedAmount = 0
    discount_codes: Several[DiscountCode] | None = None
    discount_applications: Listed[Application] = ()
    note_attributes: Attributes | None = None
    landing_site: Any = None
    customer: Customer | None = None
    refunds: Several[SentRefund] | None = None


def currency_code_of_refund(body: Mapping[str, Any]) -> object:
    """The shop's currency by a refund's own money; a refund names it nowhere else. None where it has none."""
    bags: list[object] = [body.get("total_duties_set")]
    for part in ("refund_line_items", "order_adjustments", "refund_shipping_lines"):
        rows = body.get(part)
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, Mapping):
                bags += [value for name, value in row.items() if name.endswith("_set")]
    found = next((code for bag in bags if (code := shop_money(bag).get("currency_code"))), None)
    moves = body.get("transactions")
    if found is None and isinstance(moves, list):
        found = next((code for move in moves if isinstance(move, Mapping) and (code := move.get("currency"))), None)
    return found
