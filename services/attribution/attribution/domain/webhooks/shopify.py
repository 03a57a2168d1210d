"""Shopify's webhooks as observations (WEBHOOKS 1.1, MONEY 10, 12, 17). Pure: bytes were read, nothing is asked."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from attribution.domain.webhooks import click_ids
from attribution.domain.webhooks.amounts import AmountError, Currency
from attribution.domain.webhooks.fields import ExternalId, Instant, Sent, Several
from attribution.domain.webhooks.lines import LINES, are_too_many, described, known_code, priced_within_reason
from attribution.domain.webhooks.shopify_bodies import (
    Application,
    Line,
    Order,
    SentRefund,
    Shape,
    currency_code_of_refund,
    shape_of,
)
from attribution.domain.webhooks.signatures import is_of_shop
from attribution.domain.webhooks.translation import Delivery, NoteKind, Translation, kept_raw, noted, observed
from contracts.stores import (
    Discount,
    ObservationKind,
    OrderLine,
    OrderState,
    Refund,
    RefundLine,
    Snapshot,
)

SHAPE_OF_TOPIC: Final = {
    "orders/create": Shape.ORDER,
    "orders/paid": Shape.ORDER,
    "orders/updated": Shape.ORDER,
    "orders/cancelled": Shape.ORDER,
    "orders/fulfilled": Shape.ORDER,
    "orders/partially_fulfilled": Shape.ORDER,
    "orders/edited": Shape.EDIT,
    "orders/delete": Shape.DELETION,
    "refunds/create": Shape.REFUND,
    "app/uninstalled": Shape.SHOP,
    "customers/data_request": Shape.DATA_REQUEST,
    "customers/redact": Shape.CUSTOMER_REDACTION,
    "shop/redact": Shape.SHOP_REDACTION,
}

STATES: Final = {
    None: OrderState.PENDING,
    "pending": OrderState.PENDING,
    "unpaid": OrderState.PENDING,
    "authorized": OrderState.AUTHORIZED,
    "partially_paid": OrderState.PARTIALLY_PAID,
    "paid": OrderState.PAID,
    "partially_refunded": OrderState.PARTIALLY_REFUNDED,
    "refunded": OrderState.REFUNDED,
    "voided": OrderState.VOIDED,
    "expired": OrderState.VOIDED,
}

_ID: TypeAdapter[str] = TypeAdapter(ExternalId)
_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


def translate(topic: str, body: Mapping[str, Any], delivery: Delivery) -> Translation:
    """What the body says. The topic is not signed: a body of another shape than its topic's is only kept."""
    expected = SHAPE_OF_TOPIC.get(topic)
    if expected is None:
        return kept_raw("not a topic that we read")
    shape = shape_of(body)
    if shape is not expected:
        found = "of no shape that we know" if shape is None else f"the body of another topic ({shape.name.lower()})"
        return kept_raw(f"{topic}: {found}")
    try:
        return _READERS[shape](body, delivery)
    except ValidationError as error:
        return kept_raw(error)
    except AmountError as error:
        return kept_raw(f"currency: {error}")


def _order(body: Mapping[str, Any], delivery: Delivery) -> Translation:
    if are_too_many(body["line_items"]):
        return kept_raw(f"line_items: more than {LINES}")
    currency = Currency.of(body["currency"])
    order = Order.model_validate(body, context={"currency": currency})
    if order.financial_status not in STATES:
        return kept_raw("financial_status: not one that we know")
    lines = tuple(_line(line, order.discount_applications) for line in order.line_items)
    if not priced_within_reason(lines):
        return kept_raw("line_items: worth more than 64 bits hold")
    snapshot = Snapshot(
        state=STATES[order.financial_status] if order.cancelled_at is None else OrderState.CANCELLED,
        test=order.test,
        placed_at=order.created_at,
        currency=currency.code,
        prices_include_tax=order.taxes_included,
        lines=lines,
        discounts=tuple(_unallocated(order, lines)),
        tip=order.total_tip_received,
        codes=None if order.discount_codes is None else tuple(dict.fromkeys(_codes(order))),
        click_ids=_click_ids(order, delivery.click_parameter),
        customer=order.customer.id if order.customer else None,
        refunds=None if order.refunds is None else tuple(_refund(refund) for refund in order.refunds),
    )
    return observed(
        delivery.observe(order.id, ObservationKind.SNAPSHOT, version=order.updated_at, snapshot=snapshot),
    )


def _line(line: Line, applications: tuple[Application, ...]) -> OrderLine:
    """One line; a current quantity is told only where units were removed, for 5,000 lines must fit an event."""
    current = line.current_quantity
    discounts = tuple(
        Discount(code=_code_at(each.discount_application_index, applications), amount=each.amount)
        for each in line.discount_allocations
    )
    if not discounts and line.total_discount:
        discounts = (Discount(amount=line.total_discount),)
    return OrderLine(
        line=line.id,
        product=line.product_id,
        variant=line.variant_id,
        sku=described(line.sku),
        quantity=line.quantity,
        current_quantity=current if current is not None and current < line.quantity else None,
        unit_price=line.price,
        discounts=discounts,
        tax=sum(tax.price for tax in line.tax_lines),
        gift_card=line.gift_card,
    )


def _code_at(index: int | None, applications: tuple[Application, ...]) -> str | None:
    if index is None or not 0 <= index < len(applications):
        return None
    return known_code(applications[index].code) if applications[index].type == "discount_code" else None


def _codes(order: Order) -> Iterator[str]:
    applied = (each.code for each in order.discount_applications if each.type == "discount_code")
    for code in (*(each.code for each in order.discount_codes or ()), *applied):
        known = known_code(code)
        if known is not None:
            yield known


def _unallocated(order: Order, lines: tuple[OrderLine, ...]) -> Iterator[Discount]:
    """Order discounts that no line bears yet: old API versions don't allocate.

    Two sums say how much is left, and the smaller one is believed: `total_discounts` also counts free shipping, and
    the lines less `subtotal_price` also counts what an edit added.
    """
    on_lines = sum(each.amount for line in lines for each in line.discounts)
    on_shipping = sum(each.amount for way in order.shipping_lines for each in way.discount_allocations)
    left = (order.total_discounts or 0) - on_lines - on_shipping
    if order.subtotal_price is not None:
        goods = sum(line.unit_price * line.quantity for line in lines)
        left = min(left, goods - on_lines - order.subtotal_price)
    if left <= 0:
        return
    by_code = [each for each in order.discount_codes or () if each.type != "shipping" and each.amount]
    if sum(each.amount for each in by_code) == left:
        for each in by_code:
            yield Discount(code=known_code(each.code), amount=each.amount)
    else:
        yield Discount(amount=left)


def _click_ids(order: Order, parameter: str) -> tuple[str, ...] | None:
    """The landing address is the oldest carrier and the cart's attributes the newest."""
    if order.note_attributes is None and order.landing_site is None:
        return None
    found = list(click_ids.in_url(order.landing_site, parameter))
    carriers = [*(line.properties for line in order.line_items), order.note_attributes or ()]
    for attributes in carriers:
        for each in attributes:
            if click_ids.is_parameter(each.name, parameter):
                found += click_ids.in_value(each.value)
    return click_ids.newest(found)


def _refund(refund: SentRefund) -> Refund:
    """Shipping doesn't count. An adjustment beside lines counts only if it gave back more than the lines (negative)."""
    differences = [each for each in refund.order_adjustments if each.kind != "shipping_refund"]
    beyond = -sum(each.amount + each.tax_amount for each in differences)
    if not refund.refund_line_items:
        beyond = abs(beyond)
    shipped = sum(each.subtotal_amount for each in refund.refund_shipping_lines)
    adjusted = abs(sum(each.amount for each in refund.order_adjustments if each.kind == "shipping_refund"))
    return Refund(
        id=refund.id,
        at=refund.processed_at or refund.created_at,
        lines=tuple(
            RefundLine(line=each.line_item_id, quantity=each.quantity, amount=each.subtotal, tax=each.total_tax)
            for each in refund.refund_line_items
        ),
        amount=beyond if beyond > 0 else None,
        shipping=shipped or adjusted or None,
    )


def _refund_created(body: Mapping[str, Any], delivery: Delivery) -> Translation:
    """A refund whose amounts can't be told is kept, and its order is said to have changed, so that it is asked for."""
    order = _ID.validate_python(body["order_id"])
    try:
        currency = Currency.of(currency_code_of_refund(body))
        refund = _refund(SentRefund.model_validate(body, context={"currency": currency}))
    except (ValidationError, AmountError) as error:
        why = error if isinstance(error, ValidationError) else f"currency: {error}"
        changed = delivery.observe(order, ObservationKind.CHANGED, version=_instant(body.get("created_at")))
        return kept_raw(why, beside=(changed,))
    return observed(delivery.observe(order, ObservationKind.REFUND, refund=refund))


def _instant(value: object) -> datetime | None:
    try:
        return _INSTANT.validate_python(value)
    except ValidationError:
        return None


class _Edit(Sent):
    order_id: ExternalId
    committed_at: Any = None


def _edited(body: Mapping[str, Any], delivery: Delivery) -> Translation:
    """An edit names lines without prices: the order has changed and is to be asked for (MONEY 19).

    Its time is its version, so that two edits are two changes.
    """
    edit = _Edit.model_validate(body["order_edit"])
    return observed(delivery.observe(edit.order_id, ObservationKind.CHANGED, version=_instant(edit.committed_at)))


def _deleted(body: Mapping[str, Any], delivery: Delivery) -> Translation:
    return observed(delivery.observe(_ID.validate_python(body["id"]), ObservationKind.DELETION))


class _Person(Sent):
    id: ExternalId


class _Request(Sent):
    customer: _Person | None = None
    orders_requested: Several[ExternalId] = ()
    orders_to_redact: Several[ExternalId] = ()


def _compliance(kind: NoteKind) -> Callable[[Mapping[str, Any], Delivery], Translation]:
    def read(body: Mapping[str, Any], delivery: Delivery) -> Translation:
        request = _Request.model_validate(body)
        shop = body["shop_domain"]
        if not isinstance(shop, str) or not is_of_shop(shop, delivery.shop):
            return kept_raw("shop_domain: a request about another shop")
        return noted(
            kind,
            customer=request.customer.id if request.customer else None,
            orders=(*request.orders_requested, *request.orders_to_redact),
        )

    return read


def _uninstalled(_body: Mapping[str, Any], _delivery: Delivery) -> Translation:
    return noted(NoteKind.APP_UNINSTALLED)


_READERS: Final[Mapping[Shape, Callable[[Mapping[str, Any], Delivery], Translation]]] = {
    Shape.ORDER: _order,
    Shape.REFUND: _refund_created,
    Shape.EDIT: _edited,
    Shape.DELETION: _deleted,
    Shape.DATA_REQUEST: _compliance(NoteKind.CUSTOMER_DATA_REQUESTED),
    Shape.CUSTOMER_REDACTION: _compliance(NoteKind.CUSTOMER_REDACTION_REQUESTED),
    Shape.SHOP_REDACTION: _compliance(NoteKind.SHOP_REDACTION_REQUESTED),
    Shape.SHOP: _uninstalled,
}
