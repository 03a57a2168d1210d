"""What stores say of their orders: the public way in (WEBHOOKS 1.3), additive for ever.

An *observation* is one thing that somebody saw of an order: its whole state (`snapshot`), one refund of it, its
deletion, or only that it `changed` and should be asked for. How observations fold into one order is MONEY 19. All
amounts are integers in minor units of the snapshot's `currency` (for a refund's, of its order's), the shop's own one.
"""

import json
from enum import StrEnum
from typing import Annotated, ClassVar, Self, TypeVar

from pydantic import Field, StringConstraints, model_validator

from contracts import topics
from contracts.envelope import Event, Model, Utc
from contracts.ids import Id, OrderKey
from contracts.money import CurrencyCode, Minor, NonNegativeMinor

Code = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Quantity = Annotated[int, Field(ge=0, le=10**9)]

T = TypeVar("T")
Several = Annotated[tuple[T, ...], Field(fail_fast=True)]
"""A list that ends at its first fault: a megabyte of empty lines would else be a million faults, of a KB each."""


class ObservationKind(StrEnum):
    """What was seen of an order."""

    SNAPSHOT = "snapshot"
    REFUND = "refund"
    DELETION = "deletion"
    CHANGED = "changed"


class Way(StrEnum):
    """The way by which an observation reached us."""

    TOPIC = "topic"
    WEBHOOK = "webhook"
    CSV = "csv"
    POLL = "poll"


class OrderState(StrEnum):
    """What the store says of the order. It earns when paid, completed, partially_refunded or refunded (MONEY 10)."""

    PENDING = "pending"
    AUTHORIZED = "authorized"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    COMPLETED = "completed"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"
    VOIDED = "voided"
    FAILED = "failed"


class Discount(Model):
    """What was taken off a line (its share of order-level discounts included), by which code if by one."""

    code: Code | None = None
    amount: NonNegativeMinor


class OrderLine(Model):
    """One line as ordered. Price x quantity, less discounts, less tax where prices include it, is its base (MONEY 12).

    `subtotal` takes the place of `unit_price` x `quantity` where a source gives only the sum.
    """

    line: Id
    product: Id | None = None
    variant: Id | None = None
    collections: Several[Id] = ()
    sku: Annotated[str, StringConstraints(max_length=255)] | None = None
    quantity: Quantity
    current_quantity: Quantity | None = None
    unit_price: NonNegativeMinor
    subtotal: NonNegativeMinor | None = None
    discounts: Several[Discount] = ()
    tax: NonNegativeMinor = 0
    gift_card: bool = False


class RefundLine(Model):
    """Units and money given back on one line; `amount` is without `tax`."""

    line: Id
    quantity: Quantity = 0
    amount: NonNegativeMinor
    tax: NonNegativeMinor = 0


class Refund(Model):
    """A refund by its own id. `amount` is what went back beyond its lines, tax included; shipping does not count."""

    id: Id
    at: Utc | None = None
    lines: Several[RefundLine] = ()
    amount: NonNegativeMinor | None = None
    shipping: NonNegativeMinor | None = None


class Snapshot(Model):
    """An order's whole state. An absent `refunds` says nothing; an empty one says that there are none."""

    state: OrderState
    test: bool = False
    placed_at: Utc
    paid_at: Utc | None = None
    currency: CurrencyCode
    prices_include_tax: bool = False
    lines: Several[OrderLine] = ()
    discounts: Annotated[
        Several[Discount], Field(description="Order-level discounts that the source did not allocate to lines.")
    ] = ()
    tip: Minor = 0
    codes: Several[Code] | None = None
    click_ids: Several[Id] | None = None
    customer: Annotated[Id | None, Field(description="The sender's opaque reference, never an address.")] = None
    refunds: Several[Refund] | None = None


class OrderObserved(Event):
    """One observation of one order, by any way. `version` orders a store's own statements; CSV has none."""

    TYPE: ClassVar = "stores.order-observed.v1"
    TOPIC: ClassVar = topics.ORDERS
    KEY: ClassVar = "order"

    store: Id
    order: OrderKey
    kind: ObservationKind
    version: Utc | None = None
    way: Way
    received_at: Utc
    raw_ref: Annotated[Id | None, Field(description="Where the raw body is kept, for the operator.")] = None
    snapshot: Snapshot | None = None
    refund: Refund | None = None

    @model_validator(mode="after")
    def _body_fits_kind(self) -> Self:
        if not self.order.startswith(f"{self.store}:"):
            raise ValueError("order must be <store>:<the store's own order id>")
        if (self.snapshot is not None) != (self.kind is ObservationKind.SNAPSHOT):
            raise ValueError("a snapshot belongs to kind snapshot, and to no other")
        if (self.refund is not None) != (self.kind is ObservationKind.REFUND):
            raise ValueError("a refund belongs to kind refund, and to no other")
        return self


def without_customer(value: bytes) -> bytes:
    """A record of this topic that does not say who bought; empty if it is no JSON."""
    try:
        body = json.loads(value)
    except (ValueError, RecursionError):
        return b""
    if isinstance(body, dict) and isinstance(snapshot := body.get("snapshot"), dict):
        snapshot.pop("customer", None)
    return json.dumps(body, separators=(",", ":")).encode()
