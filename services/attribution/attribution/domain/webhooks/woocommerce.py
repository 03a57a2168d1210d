"""WooCommerce's webhooks as observations (WEBHOOKS 1.2, MONEY 10, 12). Its amounts are always without tax."""

import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from enum import Enum, auto
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, ValidationError

from attribution.domain.webhooks import click_ids
from attribution.domain.webhooks.amounts import AmountError, Currency
from attribution.domain.webhooks.fields import (
    Amount,
    AmountOrZero,
    ExternalId,
    Gmt,
    Listed,
    OptionalId,
    Quantity,
    Sent,
    Several,
    SignedAmount,
)
from attribution.domain.webhooks.lines import LINES, are_too_many, described, known_code, priced_within_reason
from attribution.domain.webhooks.translation import Delivery, Note, NoteKind, Translation, kept_raw, observed
from contracts.stores import Discount, ObservationKind, OrderLine, OrderState, Refund, Snapshot

QUANTITIES = 10**9
_PING = re.compile(rb"webhook_id=[0-9]{1,20}")


class Shape(Enum):
    """What a body is by its own fields: the headers are not signed."""

    ORDER = auto()
    DELETION = auto()
    ERROR = auto()


SHAPES_OF_TOPIC: Final = {
    "order.created": (Shape.ORDER, Shape.ERROR),
    "order.updated": (Shape.ORDER, Shape.ERROR),
    "order.restored": (Shape.ORDER, Shape.ERROR),
    "order.deleted": (Shape.DELETION,),
}

STATES: Final = {
    "pending": OrderState.PENDING,
    "on-hold": OrderState.PENDING,
    "checkout-draft": OrderState.PENDING,
    "auto-draft": OrderState.PENDING,
    "processing": OrderState.PAID,
    "completed": OrderState.COMPLETED,
    "cancelled": OrderState.CANCELLED,
    "trash": OrderState.CANCELLED,
    "refunded": OrderState.REFUNDED,
    "failed": OrderState.FAILED,
}


def is_ping(raw: bytes) -> bool:
    """Whether this is the trial request of a new webhook: `webhook_id=<n>`, form-encoded and unsigned."""
    return _PING.fullmatch(raw.strip()) is not None


def shape_of(body: Mapping[str, Any]) -> Shape | None:
    """The shape of a body; None for all that we don't know."""
    keys = body.keys()
    if {"line_items", "status", "currency"} <= keys:
        return Shape.ORDER
    if keys == {"id"}:
        return Shape.DELETION
    return Shape.ERROR if {"code", "message"} <= keys else None


def translate(topic: str, body: Mapping[str, Any], delivery: Delivery) -> Translation:
    """What the body says. The topic is not signed: a body of another shape than its topic's is only kept."""
    expected = SHAPES_OF_TOPIC.get(topic)
    if expected is None:
        return kept_raw("not a topic that we read")
    shape = shape_of(body)
    if shape not in expected:
        found = "of no shape that we know" if shape is None else f"the body of another topic ({shape.name.lower()})"
        return kept_raw(f"{topic}: {found}")
    try:
        if shape is Shape.DELETION:
            # All that it says is the id: after a restore, the next deletion has the very same bytes.
            again = delivery.by_the_second()
            return observed(again.observe(_Named.model_validate(body).id, ObservationKind.DELETION))
        return _error(body, delivery) if shape is Shape.ERROR else _order(body, delivery)
    except ValidationError as error:
        return kept_raw(error)
    except AmountError as error:
        return kept_raw(f"currency: {error}")


class _Named(Sent):
    id: ExternalId


def _error(body: Mapping[str, Any], delivery: Delivery) -> Translation:
    """The store failed to write its own order and sent the error: the order changed; without its id, poll them all."""
    why = "the store sent an error in place of the order"
    data = body.get("data")
    for named in (body, data if isinstance(data, Mapping) else {}):
        if named.get("id") is not None:
            order = _Named.model_validate(named).id
            return kept_raw(why, beside=(delivery.observe(order, ObservationKind.CHANGED),))
    return Translation(notes=(Note(kind=NoteKind.POLL_WANTED),), kept_raw=why)


def _metadata(value: Any) -> Any:
    """Plugins write anything there; what is no {key, value} says nothing."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _units(value: Any) -> Any:
    """A fractional quantity (sold by weight) counts as one unit: its base is the line's subtotal anyway."""
    is_small = isinstance(value, Decimal) and value.is_finite() and 0 < value < QUANTITIES
    return 1 if is_small and value % 1 else value


class Meta(Sent):
    """One entry of metadata."""

    key: Any = None
    value: Any = None


Metadata = Annotated[Several[Meta], BeforeValidator(_metadata)]


class Line(Sent):
    """One line: `subtotal` before discounts, `total` after, both without tax and for all units."""

    id: ExternalId
    product_id: OptionalId = None
    variation_id: OptionalId = None
    sku: Any = None
    quantity: Annotated[Quantity, BeforeValidator(_units)]
    subtotal: Amount
    total: Amount
    total_tax: AmountOrZero = 0
    meta_data: Metadata = ()


class Fee(Sent):
    """A surcharge, or, below zero, a discount on the order."""

    total: SignedAmount = 0


class Coupon(Sent):
    """A coupon that the order used."""

    code: Any = None


class SentRefund(Sent):
    """A refund as the order lists it: a negative total with tax and shipping in it, no lines, no date."""

    id: ExternalId
    total: SignedAmount


class Order(Sent):
    """An order of the REST API, version 3. Site times are not read: they have no offset."""

    id: ExternalId
    status: str
    date_created_gmt: Gmt
    date_modified_gmt: Gmt | None = None
    date_paid_gmt: Gmt | None = None
    customer_id: OptionalId = None
    line_items: Several[Line]
    fee_lines: Listed[Fee] = ()
    coupon_lines: Several[Coupon] | None = None
    meta_data: Metadata | None = None
    refunds: Several[SentRefund] | None = None


def _order(body: Mapping[str, Any], delivery: Delivery) -> Translation:
    if are_too_many(body["line_items"]):
        return kept_raw(f"line_items: more than {LINES}")
    currency = Currency.of(body["currency"], rounds=True)
    order = Order.model_validate(body, context={"currency": currency})
    lines = tuple(_line(line, order.coupon_lines or ()) for line in order.line_items)
    if not priced_within_reason(lines):
        return kept_raw("line_items: worth more than 64 bits hold")
    snapshot = Snapshot(
        state=_state(order),
        placed_at=order.date_created_gmt,
        paid_at=order.date_paid_gmt,
        currency=currency.code,
        prices_include_tax=False,
        lines=lines,
        discounts=tuple(Discount(amount=-fee.total) for fee in order.fee_lines if fee.total < 0),
        codes=_codes(order.coupon_lines),
        click_ids=_click_ids(order, delivery.click_parameter),
        customer=order.customer_id,
        refunds=None if order.refunds is None else tuple(_refund(each) for each in order.refunds),
    )
    version = order.date_modified_gmt or order.date_created_gmt
    return observed(delivery.observe(order.id, ObservationKind.SNAPSHOT, version=version, snapshot=snapshot))


def _state(order: Order) -> OrderState:
    """A status of a plugin's own earns once the order has a paid date, and waits before."""
    unknown = OrderState.PENDING if order.date_paid_gmt is None else OrderState.PAID
    return STATES.get(order.status.removeprefix("wc-"), unknown)


def _codes(coupons: tuple[Coupon, ...] | None) -> tuple[str, ...] | None:
    if coupons is None:
        return None
    return tuple(dict.fromkeys(code for each in coupons if (code := known_code(each.code)) is not None))


def _line(line: Line, coupons: tuple[Coupon, ...]) -> OrderLine:
    """The discount is `subtotal` less `total`; with several coupons nobody says which took how much.

    A total above the subtotal (a surcharge on the line) is what was charged, and so the base.
    """
    subtotal = max(line.subtotal, line.total)
    taken = subtotal - line.total
    code = known_code(coupons[0].code) if len(coupons) == 1 else None
    each = Decimal(subtotal) / max(line.quantity, 1)
    return OrderLine(
        line=line.id,
        product=line.product_id,
        variant=line.variation_id,
        sku=described(line.sku),
        quantity=line.quantity,
        unit_price=int(each.quantize(Decimal(1), ROUND_HALF_EVEN)),
        subtotal=subtotal,
        discounts=(Discount(code=code, amount=taken),) if taken else (),
        tax=line.total_tax,
    )


def _refund(refund: SentRefund) -> Refund:
    return Refund(id=refund.id, amount=abs(refund.total))


def _click_ids(order: Order, parameter: str) -> tuple[str, ...] | None:
    """The session's landing address, which WooCommerce keeps without any plugin, is the oldest carrier."""
    if order.meta_data is None:
        return None
    return click_ids.newest(_carried(order, order.meta_data, parameter))


def _carried(order: Order, metadata: tuple[Meta, ...], parameter: str) -> Iterator[str]:
    for each in metadata:
        if each.key == "_wc_order_attribution_session_entry":
            yield from click_ids.in_url(each.value, parameter)
    for carrier in (*(line.meta_data for line in order.line_items), metadata):
        for each in carrier:
            if click_ids.is_parameter(each.key, parameter):
                yield from click_ids.in_value(each.value)
