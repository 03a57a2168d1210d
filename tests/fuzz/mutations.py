"""Bodies as stores document them, changed by a seed: what broken plugins and hostile shops make of them."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.attribution.webhooks.builders import (
    a_shopify_line,
    a_shopify_order,
    a_shopify_refund,
    a_woo_line,
    a_woo_order,
    an_allocation,
    an_amount_only_refund,
    landing,
)

CLICK = "c0ffee00-1111-7222-8333-444455556666"
CARRIED = [{"name": "cclid", "value": CLICK}]
ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**53 + 1,
    2**63,
    -(2**63) - 1,
    10**30,
    10**400,
    0.1,
    -0.0,
    1e-300,
    1e308,
    "",
    " ",
    "NaN",
    "-5.00",
    "1e5",
    "40,00",
    "0x10",
    "9" * 400,
    "\x00",
    "\ud800",
    "\u202e\u200b",
    "\u0661\uff12",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z",
    "2026-03-02T13:00:00+0100",
    "2026-03-02T13:00:00+99:99",
    "XXX",
    "XAU",
    "eur",
    "voided",
    "$where",
    [],
    {},
    [[]],
    {"$ne": None},
    ["a"] * 300,
)


DEEPEST = 70
"""Nothing is changed further down: nested in itself a few times more, no writer would write it."""


@dataclass(frozen=True)
class Case:
    """One webhook: whose, under which topic, its bytes, and what was done to it."""

    kind: str
    topic: str
    raw: bytes
    changes: tuple[str, ...]


def bases(number: int) -> list[tuple[str, str, dict[str, Any]]]:
    """Bodies of one order of its own."""
    shopify_id, woo_id = 5_000_000_000_000_000_000 + number, 1_000_000 + number
    rich = a_shopify_order(
        id=shopify_id,
        note_attributes=CARRIED,
        line_items=[
            a_shopify_line(discount_allocations=[an_allocation("5.00")]),
            a_shopify_line(id=2, gift_card=True, quantity=1),
        ],
        discount_applications=[{"type": "discount_code", "code": "SPRING"}],
        discount_codes=[{"code": "SPRING", "amount": "5.00", "type": "fixed_amount"}],
        customer={"id": 7},
    )
    woo = a_woo_order(
        id=woo_id,
        meta_data=landing(f"https://shop.example/?cclid={CLICK}"),
        line_items=[a_woo_line(), a_woo_line(id=316, total="60.00")],
        coupon_lines=[{"id": 1, "code": "spring", "discount": "20.00"}],
        customer_id=9,
    )
    return [
        ("shopify", "orders/create", rich | {"financial_status": "pending"}),
        ("shopify", "orders/paid", rich),
        ("shopify", "orders/updated", rich | {"test": True}),
        ("shopify", "orders/cancelled", rich | {"cancelled_at": "2026-03-03T10:00:00Z"}),
        ("shopify", "orders/updated", rich | {"refunds": [a_shopify_refund(order_id=shopify_id)]}),
        ("shopify", "refunds/create", a_shopify_refund(order_id=shopify_id)),
        ("shopify", "refunds/create", an_amount_only_refund(order_id=shopify_id)),
        ("shopify", "orders/edited", {"order_edit": {"id": 1, "order_id": shopify_id, "committed_at": None}}),
        ("shopify", "orders/delete", {"id": shopify_id}),
        ("shopify", "customers/redact", {"shop_domain": "x", "customer": {"id": 7}, "orders_to_redact": [shopify_id]}),
        ("woocommerce", "order.created", woo | {"status": "on-hold", "date_paid_gmt": None}),
        ("woocommerce", "order.updated", woo),
        ("woocommerce", "order.updated", woo | {"refunds": [{"id": 1, "reason": "", "total": "-10.00"}]}),
        ("woocommerce", "order.deleted", {"id": woo_id}),
        ("woocommerce", "order.updated", {"code": "woocommerce_rest_cannot_view", "message": "Sorry", "data": {}}),
    ]


def cases(seed: int, count: int) -> Iterator[Case]:
    """`count` cases; the same seed makes the same ones."""
    rng = random.Random(seed)
    for number in range(count):
        kind, topic, body = rng.choice(bases(number))
        body = copy.deepcopy(body)
        changes = tuple(_change(body, rng) for _ in range(rng.choice((0, 1, 1, 1, 2, 3, 6))))
        raw = _written(body)
        if rng.random() < 0.15:
            name, damage = rng.choice(_DAMAGE)
            raw, changes = damage(raw, rng), (*changes, name)
        if rng.random() < 0.05:
            topic = rng.choice(("orders/paid", "refunds/create", "order.updated", "x" * 300, "", "products/update"))
        yield Case(kind, topic, raw, changes)


def _written(body: Any) -> bytes:
    return json.dumps(body).encode()


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if len(path) > DEEPEST:
        return
    for key, inner in items:
        yield (*path, key)
        yield from _places(inner, (*path, key))


def _change(body: dict[str, Any], rng: random.Random) -> str:
    places = list(_places(body))
    if not places:
        return "nothing left"
    *path, last = rng.choice(places)
    holder: Any = body
    for key in path:
        holder = holder[key]
    how = rng.choice(("replace", "replace", "replace", "delete", "double", "wrap", "nest", "text"))
    old = holder[last]
    if how == "delete":
        del holder[last]
    elif how == "double" and isinstance(old, list):
        holder[last] = old * rng.choice((2, 50))
    elif how == "wrap":
        holder[last] = [old]
    elif how == "nest":
        deep: Any = old
        for _ in range(rng.choice((5, 60, 70, 120))):
            deep = {"a": deep}
        holder[last] = deep
    elif how == "text":
        holder[last] = str(old)
    else:
        how, holder[last] = "replace", copy.deepcopy(rng.choice(ODD))
    return f"{how} {'.'.join(map(str, (*path, last)))}"


def _cut(raw: bytes, rng: random.Random) -> bytes:
    return raw[: rng.randrange(len(raw))]


def _flip(raw: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ (1 << rng.randrange(8))]) + raw[at + 1 :]


def _twice(raw: bytes, _rng: random.Random) -> bytes:
    return raw[:-1] + b", " + raw[1:]


def _nan(raw: bytes, rng: random.Random) -> bytes:
    return raw.replace(b'"40.00"', rng.choice((b"NaN", b"Infinity", b"-Infinity", b"1e999999", b"4e1")))


_DAMAGE: tuple[tuple[str, Callable[[bytes, random.Random], bytes]], ...] = (
    ("cut", _cut),
    ("bit", _flip),
    ("every key twice", _twice),
    ("no JSON number", _nan),
    ("BOM", lambda raw, _rng: b"\xef\xbb\xbf" + raw),
    ("UTF-16", lambda raw, _rng: raw.decode().encode("utf-16")),
    ("latin-1", lambda raw, _rng: raw.replace(b"TENT", b"\xe9")),
    ("brackets", lambda _raw, rng: b"[" * rng.choice((10, 100_000))),
    ("in a list", lambda raw, _rng: b"[" + raw + b"]"),
    ("blank", lambda _raw, _rng: b" "),
    ("form", lambda _raw, _rng: b"webhook_id=1"),
    ("many lines", lambda raw, _rng: raw.replace(b'"line_items": [', b'"line_items": [' + b"{}," * 20_000)),
)
