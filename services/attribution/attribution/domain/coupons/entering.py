"""Codes that are to be entered in the store, as files that imports of stores take (A3)."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from attribution.domain.webhooks.amounts import Currency
from contracts.attribution import Coupon
from contracts.http.attribution import CouponFile
from contracts.money import Money

WOOCOMMERCE = ("post_title", "post_excerpt", "post_status", "discount_type", "coupon_amount")
"""The names that WooCommerce keeps coupons under, and that its importers take."""
SHOPIFY = ("Title", "Command", "Code", "Discount Value Type", "Discount Value")
"""Shopify's admin imports no codes by itself; these are names that import apps take, or let one match by hand."""


def file_of(coupons: Iterable[Coupon], store: CouponFile) -> str:
    """The file in CSV with a header line, lines ended as RFC 4180 says."""
    header, row = (SHOPIFY, _shopify) if store is CouponFile.SHOPIFY else (WOOCOMMERCE, _woocommerce)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(row(coupon) for coupon in coupons)
    return out.getvalue()


def _woocommerce(coupon: Coupon) -> Sequence[str]:
    about = f"Creator {coupon.creator}, collaboration {coupon.collaboration}"
    if coupon.amount_off is not None:
        return coupon.code, about, "publish", "fixed_cart", decimal(coupon.amount_off)
    return coupon.code, about, "publish", "percent", _plain(Decimal(coupon.percent_off or 0) / 100)


def _shopify(coupon: Coupon) -> Sequence[str]:
    if coupon.amount_off is not None:
        return coupon.code, "MERGE", coupon.code, "Fixed Amount", decimal(coupon.amount_off)
    return coupon.code, "MERGE", coupon.code, "Percentage", _plain(Decimal(coupon.percent_off or 0) / 10_000)


def decimal(money: Money) -> str:
    """An amount with as many decimals as its currency has: 500 EUR minor units are `5.00`."""
    return str(Decimal(money.amount).scaleb(-Currency.of(money.currency).exponent))


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")
