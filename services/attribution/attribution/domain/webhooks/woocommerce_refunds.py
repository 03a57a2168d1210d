"""WooCommerce's refunds as `/orders/<id>/refunds` tells them: the order itself has no lines for them (MONEY 17)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter, ValidationError

from attribution.domain.webhooks.amounts import AmountError, Currency
from attribution.domain.webhooks.fields import ExternalId, Gmt, Listed, Sent, SignedAmount
from attribution.domain.webhooks.translation import Delivery, Translation, kept_raw, observed
from attribution.domain.webhooks.woocommerce import QUANTITIES, Metadata
from contracts.stores import ObservationKind, Refund, RefundLine

_LINE_ID: TypeAdapter[str] = TypeAdapter(ExternalId)


class Returned(Sent):
    """A part of a refund's details; all its figures are below zero."""

    total: SignedAmount = 0
    total_tax: SignedAmount = 0


class ReturnedLine(Returned):
    """Units and money of one line that went back; `_refunded_item_id` in the metadata names the order's line."""

    quantity: Any = 0
    meta_data: Metadata = ()

    def refunded_line(self) -> str | None:
        """The order's own line id; None where an old WooCommerce doesn't say it."""
        for each in self.meta_data:
            if each.key == "_refunded_item_id":
                try:
                    return _LINE_ID.validate_python(each.value)
                except ValidationError:
                    return None
        return None

    def units(self) -> int:
        """How many units went back: fractions (sold by weight) count as one, as on the order."""
        if isinstance(self.quantity, bool) or not isinstance(self.quantity, int | Decimal):
            return 0
        units = abs(Decimal(self.quantity))
        if not units < QUANTITIES:
            return 0
        return int(units) if units % 1 == 0 else max(int(units), 1)


class DetailedRefund(Sent):
    """A refund as `/orders/<id>/refunds` tells it: `amount` is positive, its parts are negative."""

    id: ExternalId
    date_created_gmt: Gmt | None = None
    amount: SignedAmount
    line_items: Listed[ReturnedLine] = ()
    shipping_lines: Listed[Returned] = ()
    fee_lines: Listed[Returned] = ()


def refund_details(order: str, currency: object, body: Mapping[str, Any], delivery: Delivery) -> Translation:
    """One entry of `/orders/<id>/refunds`: what went back, line by line (MONEY 17). The order names the currency."""
    try:
        money = Currency.of(currency, rounds=True)
        sent = DetailedRefund.model_validate(body, context={"currency": money})
    except ValidationError as error:
        return kept_raw(error)
    except AmountError as error:
        return kept_raw(f"currency: {error}")
    return observed(delivery.observe(order, ObservationKind.REFUND, refund=_detailed(sent)))


def _detailed(sent: DetailedRefund) -> Refund:
    """Lines name the order's lines in their metadata; what does not, and what goes beyond lines, is an amount only."""
    lines = []
    beyond = abs(sent.amount)
    for each in sent.line_items:
        line = each.refunded_line()
        if line is not None:
            beyond -= abs(each.total) + abs(each.total_tax)
            lines.append(RefundLine(line=line, quantity=each.units(), amount=abs(each.total), tax=abs(each.total_tax)))
    shipped = sum(abs(each.total) + abs(each.total_tax) for each in sent.shipping_lines)
    surcharged = sum(abs(each.total) + abs(each.total_tax) for each in sent.fee_lines if each.total < 0)
    beyond -= shipped + surcharged
    return Refund(
        id=sent.id,
        at=sent.date_created_gmt,
        lines=tuple(lines),
        amount=beyond if beyond > 0 else None,
        shipping=shipped or None,
    )
