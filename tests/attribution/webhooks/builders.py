"""Bodies as Shopify and WooCommerce send them, and their signatures. Keyword arguments replace fields."""

import json
from datetime import UTC, datetime
from typing import Any

from attribution.domain.webhooks import Accepted, Verdict, receive
from attribution.domain.webhooks.signatures import sign
from contracts.console import StoreKind
from contracts.stores import OrderObserved, Snapshot

SHOP = "bergfein.myshopify.com"
SITE = "shop.bergfein.example"
STORE = "store-1"
SECRET = "shpss_of_bergfein"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ORDER_ID = 820982911946154508
"""Shopify's documented sample: above 2^53, so any float on the way would round it."""


def money(amount: str, currency: str = "EUR") -> dict[str, Any]:
    """A money bag of a shop whose buyers pay in dollars."""
    return {
        "shop_money": {"amount": amount, "currency_code": currency},
        "presentment_money": {"amount": "999.99", "currency_code": "USD"},
    }


def a_shopify_line(**fields: Any) -> dict[str, Any]:
    price = fields.get("price", "40.00")
    return {
        "id": 466157049000000001,
        "product_id": 632910392,
        "variant_id": 39072856,
        "sku": "TENT-2",
        "title": "Two-person tent",
        "quantity": 2,
        "current_quantity": 2,
        "price": price,
        "price_set": money(price) if isinstance(price, str) else None,
        "total_discount": "0.00",
        "discount_allocations": [],
        "tax_lines": [],
        "gift_card": False,
        "properties": [],
    } | fields


def an_allocation(amount: str, application: int = 0) -> dict[str, Any]:
    return {"amount": amount, "amount_set": money(amount), "discount_application_index": application}


def a_shopify_order(**fields: Any) -> dict[str, Any]:
    return {
        "id": ORDER_ID,
        "admin_graphql_api_id": f"gid://shopify/Order/{ORDER_ID}",
        "name": "#1001",
        "confirmation_number": None,
        "cart_token": None,
        "checkout_token": None,
        "checkout_id": None,
        "created_at": "2026-03-02T13:00:00+01:00",
        "processed_at": "2026-03-02T13:00:00+01:00",
        "updated_at": "2026-03-02T13:00:05+01:00",
        "cancelled_at": None,
        "financial_status": "paid",
        "test": False,
        "currency": "EUR",
        "presentment_currency": "USD",
        "taxes_included": False,
        "subtotal_price": "80.00",
        "total_discounts": "0.00",
        "total_tip_received": "0.00",
        "current_subtotal_price": "80.00",
        "discount_codes": [],
        "discount_applications": [],
        "note_attributes": [],
        "landing_site": None,
        "customer": None,
        "line_items": [a_shopify_line()],
        "shipping_lines": [],
        "refunds": [],
    } | fields


def a_shopify_refund(**fields: Any) -> dict[str, Any]:
    return {
        "id": 890088186047892319,
        "order_id": ORDER_ID,
        "created_at": "2026-03-05T09:00:00+01:00",
        "processed_at": "2026-03-05T09:00:00+01:00",
        "note": "too small",
        "refund_line_items": [
            {
                "id": 487817672276298554,
                "line_item_id": 466157049000000001,
                "quantity": 1,
                "subtotal": 40.0,
                "subtotal_set": money("40.00"),
                "total_tax": 7.6,
                "total_tax_set": money("7.60"),
            }
        ],
        "order_adjustments": [],
        "refund_shipping_lines": [],
        "transactions": [{"kind": "refund", "status": "success", "amount": "52.50", "currency": "EUR"}],
    } | fields


def an_amount_only_refund(amount: str = "-10.00", tax: str = "-1.90", **fields: Any) -> dict[str, Any]:
    adjustment = {
        "kind": "refund_discrepancy",
        "reason": "Refund discrepancy",
        "amount": amount,
        "amount_set": money(amount),
        "tax_amount": tax,
        "tax_amount_set": money(tax),
    }
    return a_shopify_refund(refund_line_items=[], order_adjustments=[adjustment]) | fields


def a_woo_line(**fields: Any) -> dict[str, Any]:
    return {
        "id": 315,
        "name": "Two-person tent",
        "product_id": 93,
        "variation_id": 0,
        "quantity": 2,
        "subtotal": "80.00",
        "total": "80.00",
        "total_tax": "15.20",
        "sku": "",
        "price": 40,
        "meta_data": [],
    } | fields


def a_woo_order(**fields: Any) -> dict[str, Any]:
    return {
        "id": 727,
        "parent_id": 0,
        "number": "WEB-0727",
        "status": "processing",
        "currency": "EUR",
        "prices_include_tax": True,
        "date_created": "2026-03-02T13:00:00",
        "date_created_gmt": "2026-03-02T12:00:00",
        "date_modified": "2026-03-02T13:00:05",
        "date_modified_gmt": "2026-03-02T12:00:05",
        "date_paid": "2026-03-02T13:00:04",
        "date_paid_gmt": "2026-03-02T12:00:04",
        "customer_id": 0,
        "billing": {"email": "jo@example.com"},
        "meta_data": [],
        "line_items": [a_woo_line()],
        "fee_lines": [],
        "coupon_lines": [],
        "refunds": [],
    } | fields


def landing(url: str) -> list[dict[str, Any]]:
    """The metadata in which WooCommerce keeps the page on which the shopper landed."""
    return [{"id": 1, "key": "_wc_order_attribution_session_entry", "value": url}]


def raw_of(body: object) -> bytes:
    """The bytes of a body, or those bytes themselves."""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def shopify_headers(raw: bytes, topic: str, *, secret: str = SECRET, shop: str = SHOP) -> dict[str, str]:
    return {
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-SHA256": sign(raw, secret),
        "X-Shopify-Shop-Domain": shop,
        "X-Shopify-Webhook-Id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
    }


def woo_headers(raw: bytes, topic: str, *, secret: str = SECRET, site: str = f"https://{SITE}/") -> dict[str, str]:
    return {
        "X-WC-Webhook-Source": site,
        "X-WC-Webhook-Topic": topic,
        "X-WC-Webhook-Signature": sign(raw, secret),
        "X-WC-Webhook-Delivery-ID": "0bd26a2ab0c5eb0ff3fa9a3ab3b8a0ff",
    }


def from_shopify(topic: str, body: object) -> Verdict:
    """The verdict on a well-signed Shopify webhook."""
    raw = raw_of(body)
    return receive(
        StoreKind.SHOPIFY,
        shopify_headers(raw, topic),
        raw,
        secrets=[SECRET],
        store=STORE,
        shop=SHOP,
        received_at=NOON,
    )


def from_woo(topic: str, body: object) -> Verdict:
    """The verdict on a well-signed WooCommerce webhook."""
    raw = raw_of(body)
    return receive(
        StoreKind.WOOCOMMERCE,
        woo_headers(raw, topic),
        raw,
        secrets=[SECRET],
        store=STORE,
        shop=SITE,
        received_at=NOON,
    )


def only(verdict: Verdict) -> OrderObserved:
    """The one observation of a verdict that keeps nothing raw."""
    assert isinstance(verdict, Accepted), verdict
    assert verdict.kept_raw_reason is None, verdict.kept_raw_reason
    [observation] = verdict.observations
    return observation


def snapshot_of(verdict: Verdict) -> Snapshot:
    snapshot = only(verdict).snapshot
    assert snapshot is not None
    return snapshot


def kept_reason(verdict: Verdict) -> str:
    """Why a body is only kept; fails if it said anything about an order."""
    assert isinstance(verdict, Accepted), verdict
    assert verdict.observations == ()
    assert verdict.kept_raw_reason is not None
    return verdict.kept_raw_reason
