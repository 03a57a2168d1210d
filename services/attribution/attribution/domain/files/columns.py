"""Which column is which: our own names, Shopify's order export, and WooCommerce's common exports."""

import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from attribution.domain.files.table import NoTable
from attribution.domain.values import frozen


class Form(StrEnum):
    """Whose columns a file has."""

    PLAIN = "plain"
    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"


class Field(StrEnum):
    """What a column says, of the order or of one of its lines."""

    ORDER = "order_id"
    GROUP = "group"
    STATE = "state"
    TEST = "test"
    PLACED_AT = "placed_at"
    PAID_AT = "paid_at"
    CANCELLED_AT = "cancelled_at"
    CURRENCY = "currency"
    INCLUDES_TAX = "prices_include_tax"
    CODES = "codes"
    CLICK_IDS = "click_ids"
    NOTES = "note_attributes"
    CUSTOMER = "customer_id"
    ORDER_DISCOUNT = "order_discount"
    TIP = "tip"
    REFUNDED = "refunded_amount"
    SUBTOTAL = "subtotal"
    SHIPPING = "shipping"
    TAXES = "taxes"
    TOTAL = "total"
    LINE = "line_id"
    PRODUCT = "product_id"
    VARIANT = "variant_id"
    COLLECTIONS = "collections"
    SKU = "sku"
    QUANTITY = "quantity"
    UNIT_PRICE = "unit_price"
    LINE_DISCOUNT = "discount"
    LINE_TAX = "tax"
    GIFT_CARD = "gift_card"


NEEDED: Final = (Field.ORDER, Field.STATE, Field.PLACED_AT, Field.CURRENCY, Field.QUANTITY, Field.UNIT_PRICE)

NAMES: Final[Mapping[Form, Mapping[str, Field]]] = {
    Form.PLAIN: {field.value: field for field in Field if field not in {Field.GROUP, Field.NOTES, Field.CANCELLED_AT}},
    Form.SHOPIFY: {
        "id": Field.ORDER,
        "name": Field.GROUP,
        "financial status": Field.STATE,
        "created at": Field.PLACED_AT,
        "paid at": Field.PAID_AT,
        "cancelled at": Field.CANCELLED_AT,
        "currency": Field.CURRENCY,
        "discount code": Field.CODES,
        "discount amount": Field.ORDER_DISCOUNT,
        "note attributes": Field.NOTES,
        "refunded amount": Field.REFUNDED,
        "subtotal": Field.SUBTOTAL,
        "shipping": Field.SHIPPING,
        "taxes": Field.TAXES,
        "total": Field.TOTAL,
        "lineitem quantity": Field.QUANTITY,
        "lineitem price": Field.UNIT_PRICE,
        "lineitem sku": Field.SKU,
        "lineitem discount": Field.LINE_DISCOUNT,
    },
    Form.WOOCOMMERCE: {
        "order id": Field.ORDER,
        "order number": Field.ORDER,
        "order status": Field.STATE,
        "order date": Field.PLACED_AT,
        "paid date": Field.PAID_AT,
        "order currency": Field.CURRENCY,
        "currency": Field.CURRENCY,
        "coupon code": Field.CODES,
        "coupon codes": Field.CODES,
        "cart discount amount": Field.ORDER_DISCOUNT,
        "order refund amount": Field.REFUNDED,
        "customer id": Field.CUSTOMER,
        "customer user id": Field.CUSTOMER,
        "item id": Field.LINE,
        "product id": Field.PRODUCT,
        "variation id": Field.VARIANT,
        "sku": Field.SKU,
        "quantity": Field.QUANTITY,
        "quantity (- refund)": Field.QUANTITY,
        "item cost": Field.UNIT_PRICE,
        "item price": Field.UNIT_PRICE,
        "item tax amount": Field.LINE_TAX,
    },
}
"""Names in lower case, for each form; what is not there is ignored."""


@frozen
class Columns:
    """Where each field stands: the first column that has it, and further ones, which must say the same."""

    form: Form
    at: Mapping[Field, tuple[int, ...]]
    width: int


def columns_of(header: Sequence[str]) -> Columns:
    """The form whose names the header has most of; raises `NoTable` where what every order needs is missing."""
    names = [_normal(cell) for cell in header]
    form = max(Form, key=lambda each: len({NAMES[each][name] for name in names if name in NAMES[each]}))
    at: dict[Field, tuple[int, ...]] = {}
    for place, name in enumerate(names):
        field = NAMES[form].get(name)
        if field is not None:
            at[field] = (*at.get(field, ()), place)
    if form is Form.WOOCOMMERCE and "order id" in names:
        at[Field.ORDER] = tuple(place for place in at[Field.ORDER] if names[place] == "order id")
    missing = [name for field in NEEDED if field not in at for name in _names_of(form, field)[:1]]
    if missing:
        raise NoTable(f"the header lacks {', '.join(missing)} (read as {form.value} columns)")
    return Columns(form, at, len(names))


def _names_of(form: Form, field: Field) -> list[str]:
    return [name for name, each in NAMES[form].items() if each is field]


def _normal(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).strip().casefold()
    return " ".join(plain.split())
