"""A webhook from headers and raw bytes to its verdict: signature first, then JSON, then what it says."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from attribution.domain.webhooks import shopify, woocommerce
from attribution.domain.webhooks.reading import Unreadable, read_object
from attribution.domain.webhooks.signatures import (
    header,
    is_of_shop,
    is_signed,
    woocommerce_keys,
)
from attribution.domain.webhooks.translation import Delivery, Translation, kept_raw
from attribution.domain.webhooks.verdicts import Accepted, Ping, Refused, Verdict
from contracts.console import StoreKind


@dataclass(frozen=True)
class _Sender:
    """How one kind of store signs and says what it sends; header names in lower case, the older spelling first."""

    signature: tuple[str, ...]
    shop: tuple[str, ...]
    topic: tuple[str, ...]
    keys: Callable[[Iterable[str]], Iterable[str]]
    translate: Callable[[str, Mapping[str, Any], Delivery], Translation]


_SENDERS = {
    StoreKind.SHOPIFY: _Sender(
        signature=("x-shopify-hmac-sha256", "shopify-hmac-sha256"),
        shop=("x-shopify-shop-domain", "shopify-shop-domain"),
        topic=("x-shopify-topic", "shopify-topic"),
        keys=tuple,
        translate=shopify.translate,
    ),
    StoreKind.WOOCOMMERCE: _Sender(
        signature=("x-wc-webhook-signature",),
        shop=("x-wc-webhook-source",),
        topic=("x-wc-webhook-topic",),
        keys=woocommerce_keys,
        translate=woocommerce.translate,
    ),
}


def receive(
    kind: StoreKind,
    headers: Mapping[str, str],
    raw: bytes,
    *,
    secrets: Sequence[str],
    store: str,
    shop: str,
    received_at: datetime,
    click_parameter: str = "cclid",
) -> Verdict:
    """The verdict on a webhook that came to `store`, whose own host name is `shop`.

    `secrets` are those in force (two during a rotation), `received_at` is UTC, `click_parameter` names the attribute or
    query parameter that carries click ids. The same body gives the same observation ids at any time,
    except for a deletion that can be undone, whose key and ids also name the second of its receipt. Never raises for
    anything that a sender can send; raises KeyError for a kind of store that sends no webhooks.
    """
    sender = _SENDERS[kind]
    if kind is StoreKind.WOOCOMMERCE and woocommerce.is_ping(raw):
        return Ping()
    refused = _distrust(sender, headers, raw, secrets=secrets, shop=shop)
    if refused is not None:
        return refused
    key = f"{store}:{hashlib.sha256(raw).hexdigest()}"
    delivery = Delivery(key=key, store=store, shop=shop, received_at=received_at, click_parameter=click_parameter)
    try:
        body = read_object(raw)
    except Unreadable as unreadable:
        if not unreadable.is_json:
            return Refused(status=400, reason=unreadable.reason, place=unreadable.where)
        where = f" ({unreadable.where})" if unreadable.where else ""
        return _accepted(kept_raw(f"{unreadable.reason}{where}"), key)
    return _accepted(sender.translate(header(headers, *sender.topic) or "", body, delivery), key)


def _distrust(
    sender: _Sender, headers: Mapping[str, str], raw: bytes, *, secrets: Sequence[str], shop: str
) -> Refused | None:
    signature = header(headers, *sender.signature)
    if not signature:
        return Refused(status=401, reason="the webhook is not signed")
    if not is_signed(raw, signature, sender.keys(secrets)):
        return Refused(status=401, reason="the signature is not that of this store's secret")
    if not is_of_shop(header(headers, *sender.shop), shop):
        return Refused(status=401, reason="the webhook names another shop")
    return None


def _accepted(translation: Translation, key: str) -> Accepted:
    says_something = translation.observations or translation.notes
    if translation.observations and translation.observations[0].raw_ref is not None:
        key = translation.observations[0].raw_ref
    return Accepted(
        delivery_key=key if says_something else f"{key}:kept",
        observations=translation.observations,
        notes=translation.notes,
        kept_raw_reason=translation.kept_raw,
    )
