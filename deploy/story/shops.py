"""Stores as they speak: Shopify's and WooCommerce's signed webhooks, and a store that writes the topic itself."""

import asyncio
import base64
import hashlib
import hmac
import json
import random
import threading
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
from aiokafka import AIOKafkaProducer

from contracts.envelope import Event, headers
from contracts.ids import order_id
from contracts.stores import ObservationKind, OrderLine, OrderObserved, OrderState, Snapshot, Way
from story.telling import StoryFailed


def signature(secret: str, body: bytes) -> str:
    """Base64 of HMAC-SHA256 over the raw bytes: what both kinds of store send."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def _text(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


class Shopify:
    """A Shopify shop with its webhook address and secret."""

    def __init__(self, shop: str, webhook_url: str, secret: str) -> None:
        self._shop = shop
        self._url = webhook_url
        self._secret = secret

    def send(self, topic: str, body: dict[str, Any]) -> int:
        """Deliver a webhook; returns the status."""
        raw = json.dumps(body, separators=(",", ":")).encode()
        answer = httpx.post(
            self._url,
            content=raw,
            headers={
                "Content-Type": "application/json",
                "X-Shopify-Topic": topic,
                "X-Shopify-Hmac-SHA256": signature(self._secret, raw),
                "X-Shopify-Shop-Domain": self._shop,
                "X-Shopify-Webhook-Id": str(uuid.uuid4()),
            },
            timeout=10,
        )
        return answer.status_code

    def forged(self, body: dict[str, Any]) -> int:
        """The same with somebody else's secret."""
        return Shopify(self._shop, self._url, "not-the-secret-of-this-shop").send("orders/create", body)


def a_shopify_order(id_: int, cents: int, quantity: int, click: str | None, at: datetime) -> dict[str, Any]:
    """A paid order of one line, as orders/create sends it; the click id is a cart attribute."""
    total = _text(cents * quantity)
    stamp = at.isoformat(timespec="seconds")
    line = {
        "id": id_ * 10 + 1,
        "product_id": 632910392,
        "variant_id": 808950810,
        "sku": "LAMP-1",
        "title": "Reading lamp",
        "quantity": quantity,
        "current_quantity": quantity,
        "price": _text(cents),
        "price_set": _set(_text(cents)),
        "total_discount": "0.00",
        "discount_allocations": [],
        "tax_lines": [],
        "gift_card": False,
        "taxable": False,
    }
    return {
        "id": id_,
        "admin_graphql_api_id": f"gid://shopify/Order/{id_}",
        "name": f"#{id_ % 10000}",
        "order_number": id_ % 10000,
        "confirmation_number": None,
        "checkout_token": None,
        "cart_token": None,
        "test": False,
        "created_at": stamp,
        "processed_at": stamp,
        "updated_at": stamp,
        "cancelled_at": None,
        "financial_status": "paid",
        "currency": "EUR",
        "presentment_currency": "EUR",
        "taxes_included": False,
        "subtotal_price": total,
        "total_price": total,
        "total_discounts": "0.00",
        "total_tax": "0.00",
        "landing_site": "/wallets/checkouts.json",
        "note_attributes": [{"name": "cclid", "value": click}] if click else [],
        "discount_codes": [],
        "discount_applications": [],
        "line_items": [line],
        "refunds": [],
        "customer": None,
        "email": "",
    }


def a_shopify_refund(order: dict[str, Any], units: int, at: datetime) -> dict[str, Any]:
    """A refund of some units of the order's one line, as refunds/create sends it."""
    line = order["line_items"][0]
    subtotal = round(float(line["price"]) * 100) * units
    return {
        "id": order["id"] * 10 + 7,
        "order_id": order["id"],
        "created_at": at.isoformat(timespec="seconds"),
        "processed_at": at.isoformat(timespec="seconds"),
        "note": "one was broken",
        "refund_line_items": [
            {
                "id": order["id"] * 10 + 8,
                "line_item_id": line["id"],
                "quantity": units,
                "restock_type": "no_restock",
                "subtotal": subtotal / 100,
                "subtotal_set": _set(_text(subtotal)),
                "total_tax": 0.0,
                "total_tax_set": _set("0.00"),
                "line_item": line,
            }
        ],
        "order_adjustments": [],
        "transactions": [],
    }


def _set(amount: str) -> dict[str, Any]:
    money = {"amount": amount, "currency_code": "EUR"}
    return {"shop_money": money, "presentment_money": money}


class WooCommerce:
    """A WooCommerce shop with its webhook address and the secret that we gave it."""

    def __init__(self, shop: str, webhook_url: str, secret: str) -> None:
        self._shop = shop
        self._url = webhook_url
        self._secret = secret

    def ping(self) -> int:
        """The unsigned form that WooCommerce sends when a webhook is made."""
        return httpx.post(self._url, data={"webhook_id": "7"}, timeout=10).status_code

    def send(self, topic: str, body: dict[str, Any]) -> int:
        """Deliver a webhook; returns the status."""
        raw = json.dumps(body, separators=(",", ":")).encode()
        resource, event = topic.split(".")
        answer = httpx.post(
            self._url,
            content=raw,
            headers={
                "Content-Type": "application/json",
                "User-Agent": "WooCommerce/9.4 Hookshot (WordPress/6.7)",
                "X-WC-Webhook-Source": f"https://{self._shop}/",
                "X-WC-Webhook-Topic": topic,
                "X-WC-Webhook-Resource": resource,
                "X-WC-Webhook-Event": event,
                "X-WC-Webhook-Signature": signature(self._secret, raw),
                "X-WC-Webhook-ID": "7",
                "X-WC-Webhook-Delivery-ID": hashlib.sha256(raw).hexdigest()[:32],
            },
            timeout=10,
        )
        return answer.status_code


def a_woo_order(id_: int, cents: int, discount: int, code: str, at: datetime) -> dict[str, Any]:
    """A processing order of one line with a coupon, as order.created sends it: times without offset, in UTC."""
    stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return {
        "id": id_,
        "parent_id": 0,
        "number": f"W-{id_}",
        "order_key": f"wc_order_{id_}",
        "created_via": "checkout",
        "version": "9.4.2",
        "status": "processing",
        "currency": "EUR",
        "date_created": stamp,
        "date_created_gmt": stamp,
        "date_modified": stamp,
        "date_modified_gmt": stamp,
        "date_paid": stamp,
        "date_paid_gmt": stamp,
        "discount_total": _text(discount),
        "discount_tax": "0.00",
        "shipping_total": "0.00",
        "cart_tax": "0.00",
        "total": _text(cents - discount),
        "total_tax": "0.00",
        "prices_include_tax": False,
        "customer_id": 0,
        "billing": {"email": "", "country": "IT"},
        "meta_data": [],
        "line_items": [
            {
                "id": 1,
                "product_id": 93,
                "variation_id": 0,
                "quantity": 1,
                "subtotal": _text(cents),
                "subtotal_tax": "0.00",
                "total": _text(cents - discount),
                "total_tax": "0.00",
                "sku": "LAMP-1",
                "price": (cents - discount) / 100,
                "meta_data": [],
            }
        ],
        "shipping_lines": [],
        "fee_lines": [],
        "tax_lines": [],
        "coupon_lines": [{"id": 2, "code": code.lower(), "discount": _text(discount), "discount_tax": "0.00"}],
        "refunds": [],
    }


class Topic:
    """A producer's side of Kafka, for stores that write `stores.orders.v1` themselves. Plain calls over a loop's thread."""

    def __init__(self, bootstrap: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="topic", daemon=True)
        self._thread.start()
        self._producer = self._do(self._begin(bootstrap))

    async def _begin(self, bootstrap: str) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap, enable_idempotence=True, acks="all", linger_ms=5, metadata_max_age_ms=10_000
        )
        await producer.start()
        return producer

    def say(self, events: Sequence[Event], source: str, on_half: Callable[[], None] | None = None) -> None:
        """Send events and wait for the acks; `on_half` is called when half of them are acked."""
        half = len(events) // 2
        self._do(self._send(events[:half] if on_half else events, source))
        if on_half is not None:
            on_half()
            self._do(self._send(events[half:], source))

    async def _send(self, events: Sequence[Event], source: str) -> None:
        promises = [
            await self._producer.send(
                event.TOPIC.name, value=event.body(), key=event.key().encode(), headers=headers(event, source)
            )
            for event in events
        ]
        await asyncio.gather(*promises)

    def close(self) -> None:
        """Send what is left and disconnect."""
        self._do(self._producer.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _do(self, work: Any) -> Any:
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)
        except TimeoutError as error:
            raise StoryFailed("Kafka did not answer within 60 s") from error


def a_topic_order(
    store: str,
    external: str,
    cents: int,
    quantity: int,
    at: datetime,
    *,
    click: str | None = None,
    code: str | None = None,
) -> OrderObserved:
    """A paid order as an upstream store says it on the topic."""
    return OrderObserved(
        id=str(uuid.uuid4()),
        time=at,
        store=store,
        order=order_id(store, external),
        kind=ObservationKind.SNAPSHOT,
        version=at,
        way=Way.TOPIC,
        received_at=at,
        snapshot=Snapshot(
            state=OrderState.PAID,
            placed_at=at,
            paid_at=at,
            currency="EUR",
            lines=(OrderLine(line="1", product="lamp", quantity=quantity, unit_price=cents),),
            codes=(code,) if code else (),
            click_ids=(click,) if click else (),
            refunds=(),
        ),
    )


def many_orders(
    store: str, count: int, clicks: Sequence[str], at: datetime, *, run: str, seed: int = 7
) -> list[OrderObserved]:
    """Orders of random amounts; three of four carry one of these clicks."""
    chance = random.Random(seed)  # noqa: S311 - the same story each time
    return [
        a_topic_order(
            store,
            f"bulk-{run}-{number}",
            chance.randint(500, 20_000),
            chance.randint(1, 3),
            at,
            click=chance.choice(clicks) if number % 4 else None,
        )
        for number in range(count)
    ]
