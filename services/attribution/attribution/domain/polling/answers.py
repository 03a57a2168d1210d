"""What a store's REST API answered, as observations: by the same translators as its webhooks."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Final

from attribution.domain.values import frozen
from attribution.domain.webhooks import shopify, woocommerce
from attribution.domain.webhooks.reading import Unreadable, read_object
from attribution.domain.webhooks.translation import Delivery, Translation, kept_raw
from attribution.domain.webhooks.woocommerce_refunds import refund_details
from contracts.console import StoreKind
from contracts.stores import OrderObserved, Way

VALUES: Final = 2_000_000
"""How many values an answer may have: 32 MB of real orders have half of that, of empty objects five times as many."""

_JSON: Final = json.JSONDecoder()
_ORDERS: Final = re.compile(r'\s*\{\s*"orders"\s*:\s*\[')
_ORDER: Final = re.compile(r'\s*\{\s*"order"\s*:\s*')
_ARRAY: Final = re.compile(r"\s*\[")
_BLANK: Final = re.compile(r"[ \t\r\n]*")
_TOPICS: Final = {StoreKind.SHOPIFY: "orders/updated", StoreKind.WOOCOMMERCE: "order.updated"}


class Garbage(ValueError):
    """An answer of status 200 that is not the JSON that the API promises."""


@frozen
class Asked:
    """Whom we asked, and when by our clock: only that says which changes the answer must show (MONEY 19)."""

    store: str
    shop: str
    kind: StoreKind
    at: datetime
    click_parameter: str


@frozen
class Polled:
    """One order, or one refund, as it was answered. `key` names it in `deliveries`; repeats have the same.

    `said_anew` has a key of its own for this very question: where it matters that the store still says so.
    """

    raw: bytes
    translation: Translation
    key: str

    @property
    def observation(self) -> OrderObserved | None:
        """What it says of an order, if that can be read."""
        found = self.translation.observations
        return found[0] if found else None


def page_of_orders(kind: StoreKind, body: bytes, most: int) -> list[bytes]:
    """The orders of a page, each as the bytes that stand there; raises `Garbage`, for more than `most`, too."""
    return _at_most(most, _elements(_text(body), _ORDERS if kind is StoreKind.SHOPIFY else _ARRAY))


def one_order(kind: StoreKind, body: bytes) -> bytes:
    """The order of an answer about one; raises `Garbage`."""
    text = _text(body)
    if kind is StoreKind.WOOCOMMERCE:
        return text.encode()
    found = _ORDER.match(text)
    if found is None:
        raise Garbage("no order in it")
    return text[found.end() : _end_of_value(text, found.end())].encode()


def refunds_of_page(body: bytes, most: int) -> list[bytes]:
    """The refunds of a page of `/orders/<id>/refunds`; raises `Garbage`, for more than `most`, too."""
    return _at_most(most, _elements(_text(body), _ARRAY))


def polled_order(raw: bytes, asked: Asked, *, anew: bool) -> Polled:
    """An order as it was polled. `anew`: that the store says so now is news, even if it said the same before."""
    delivery = _delivery(raw, asked)
    translation = _translated(raw, asked, delivery)
    first = translation.observations[0] if translation.observations else None
    # A poll within a second of the version may have missed a change of that second: a later one is another answer.
    unsettled = first is not None and first.version is not None and (asked.at - first.version).total_seconds() <= 1
    if anew or unsettled:
        translation = _translated(raw, asked, delivery := delivery.by_the_second())
    return Polled(raw, translation, delivery.key)


def polled_refund(raw: bytes, order: str, currency: str, asked: Asked) -> Polled:
    """One refund with its lines; `order` is the store's own id."""
    delivery = _delivery(raw, asked)
    try:
        body = read_object(raw)
    except Unreadable as unreadable:
        return Polled(raw, kept_raw(unreadable.reason), delivery.key)
    return Polled(raw, refund_details(order, currency, body, delivery), delivery.key)


def _translated(raw: bytes, asked: Asked, delivery: Delivery) -> Translation:
    try:
        body = read_object(raw)
    except Unreadable as unreadable:
        return kept_raw(unreadable.reason)
    translate = shopify.translate if asked.kind is StoreKind.SHOPIFY else woocommerce.translate
    return translate(_TOPICS[asked.kind], body, delivery)


def _delivery(raw: bytes, asked: Asked) -> Delivery:
    return Delivery(
        key=f"{asked.store}:{hashlib.sha256(raw).hexdigest()}:poll",
        store=asked.store,
        shop=asked.shop,
        received_at=asked.at,
        click_parameter=asked.click_parameter,
        way=Way.POLL,
    )


def _at_most(most: int, elements: Iterator[bytes]) -> list[bytes]:
    found = list(islice(elements, most + 1))
    if len(found) > most:
        raise Garbage(f"more than the {most} that were asked for")
    return found


def _text(body: bytes) -> str:
    if sum(body.count(mark) for mark in (b",", b"[", b"{")) > VALUES:
        raise Garbage(f"more than {VALUES} values")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Garbage("not UTF-8") from None


def _elements(text: str, opening: re.Pattern[str]) -> Iterator[bytes]:
    """The elements of an array, cut out of the text: each is read strictly by itself, so a bad one spoils no other."""
    found = opening.match(text)
    if found is None:
        raise Garbage("no list in it")
    at = _skip(text, found.end())
    if text[at : at + 1] == "]":
        return
    while True:
        end = _end_of_value(text, at)
        yield text[at:end].encode()
        at = _skip(text, end)
        mark = text[at : at + 1]
        if mark == "]":
            return
        if mark != ",":
            raise Garbage(f"broken at character {at}")
        at = _skip(text, at + 1)


def _end_of_value(text: str, at: int) -> int:
    try:
        return _JSON.raw_decode(text, at)[1]
    except (ValueError, RecursionError):
        raise Garbage(f"broken in the value at character {at}") from None


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at
