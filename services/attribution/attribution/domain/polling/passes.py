"""One pass over the orders that changed since the last one, page by page (WEBHOOKS 1: webhooks get lost)."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from attribution.domain.values import frozen
from contracts.console import StoreKind

SIZES: Final[Mapping[StoreKind, tuple[int, ...]]] = {
    StoreKind.SHOPIFY: (250, 125, 25, 5, 1),
    StoreKind.WOOCOMMERCE: (100, 50, 25, 5, 1),
}
"""Orders a page: the most that the store gives, and how it shrinks where pages are too large. Each divides the last."""

_NEXT = re.compile(r"<([^<>]*)>\s*;[^,<]*\brel=\"?next\"?")
_CURSOR_LENGTH = 4096


@frozen
class Pass:
    """Where a pass stands. It ends by itself; the next one begins at its `asked_at`, less an overlap.

    `since`: orders changed from then on, UTC. `asked_at`: when its first page was asked. `cursor` is Shopify's
    `page_info`, `offset` how many orders of a WooCommerce pass lie behind, `total` how many there were at first.
    """

    since: datetime
    asked_at: datetime
    size: int
    cursor: str = ""
    offset: int = 0
    total: int | None = None

    @classmethod
    def begin(cls, kind: StoreKind, since: datetime, now: datetime) -> "Pass":
        """The first page of a pass that is asked now."""
        return cls(since=since, asked_at=now, size=SIZES[kind][0])

    def again(self) -> "Pass":
        """From the first page: the cursor has ended, or orders left the list and moved others to a page that is read.

        It keeps the time at which it first asked: what changed since then belongs to the next pass.
        """
        return replace(self, cursor="", offset=0, total=None)

    def smaller(self, kind: StoreKind) -> "Pass | None":
        """The same place with smaller pages; None if a page holds one order already."""
        sizes = SIZES[kind]
        at = sizes.index(self.size)
        return replace(self, size=sizes[at + 1]) if at + 1 < len(sizes) else None


def first_since(now: datetime, days: int) -> datetime:
    """Where the very first pass over a store begins."""
    return now - timedelta(days=days)


def next_since(done: Pass, overlap: timedelta) -> datetime:
    """Where the pass after `done` begins: clocks differ, and an order may be listed late."""
    return max(done.since, done.asked_at - overlap)


def page_path(kind: StoreKind, at: Pass, api_version: str) -> str:
    """What to ask for, below the store's own address."""
    if kind is StoreKind.SHOPIFY:
        if at.cursor:
            query = {"limit": at.size, "page_info": at.cursor}
        else:
            since = _seconds(at.since).isoformat()
            query = {"status": "any", "limit": at.size, "updated_at_min": since, "order": "updated_at asc"}
        return f"/admin/api/{api_version}/orders.json?{urlencode(query)}"
    query = {
        "status": "any",
        "dates_are_gmt": "true",
        "modified_after": _seconds(at.since).replace(tzinfo=None).isoformat(),
        # By id: an order that changes during the pass moves none of the others.
        "orderby": "id",
        "order": "asc",
        "per_page": at.size,
        "page": at.offset // at.size + 1,
    }
    return f"/wp-json/wc/v3/orders?{urlencode(query)}"


def after_page(kind: StoreKind, at: Pass, headers: Mapping[str, str], count: int) -> Pass | None:
    """Where the pass goes on after a page of `count` orders; None at its end. Header names are in lower case."""
    if kind is StoreKind.SHOPIFY:
        cursor = next_cursor(headers.get("link", ""))
        return replace(at, cursor=cursor) if cursor else None
    total = _number(headers.get("x-wp-total"))
    if total is not None and at.total is not None and total < at.total:
        return at.again()
    behind = at.offset + at.size
    is_last = count < at.size if total is None else behind >= total
    return None if is_last else replace(at, offset=behind, total=total)


def next_cursor(link: str) -> str:
    """The `page_info` of a Link header's next page; empty where there is none.

    Only the cursor is taken: the address that a header names is not believed.
    """
    found = _NEXT.search(link)
    if found is None:
        return ""
    try:
        values = parse_qs(urlsplit(found[1]).query).get("page_info", [""])
    except ValueError:
        return ""
    return values[0] if len(values[0]) <= _CURSOR_LENGTH else ""


def order_path(kind: StoreKind, order: str, api_version: str) -> str:
    """One order by the store's own id."""
    if kind is StoreKind.SHOPIFY:
        return f"/admin/api/{api_version}/orders/{order}.json"
    return f"/wp-json/wc/v3/orders/{order}"


def refunds_path(order: str, page: int) -> str:
    """A WooCommerce order's refunds."""
    return f"/wp-json/wc/v3/orders/{order}/refunds?per_page=100&page={page}"


def _seconds(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _number(value: str | None) -> int | None:
    return int(value) if value is not None and value.isascii() and value.isdigit() and len(value) < 12 else None  # noqa: PLR2004 - a count of orders
