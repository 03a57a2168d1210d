"""One store's REST API: whom to ask, with what, and what an answer that is no page means."""

import base64
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from attribution.domain.polling.passes import order_path, refunds_path
from chassis.http.outward import Answer, Outward
from contracts.console import StoreKind
from contracts.http.attribution import StoreCredentials

PAGE_BYTES: Final = 32 * 1024 * 1024
BUSY: Final = 0.8
"""Shopify's bucket is left alone from there on; it leaks two calls a second."""
LEAK_PER_SECOND: Final = 2.0
MOST_WAIT: Final = 3600.0
TOO_MANY: Final = 429
GONE: Final = frozenset({404, 410})


class NotAskable(Exception):
    """The store is unknown, of a kind without an API, or its credentials are of another kind."""


class AskLater(Exception):
    """The store wants to be left alone for that many seconds; that is no failure."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"asked to wait for {seconds:g} s")
        self.seconds = seconds


class NoAnswer(Exception):
    """An answer of another status than 200; `status` says which."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the store answered {status}")
        self.status = status


class StoreApi:
    """Asks one store; raises `AskLater`, `NoAnswer`, and what `Outward` raises."""

    def __init__(
        self, kind: StoreKind, shop: str, credentials: StoreCredentials, outward: Outward, api_version: str
    ) -> None:
        self.kind = kind
        self.shop = shop
        self._root = (credentials.address or f"https://{shop}").rstrip("/")
        self._headers = _proof(kind, credentials)
        self._outward = outward
        self._version = api_version

    async def page(self, path: str) -> Answer:
        """One page below the store's address."""
        answer = await self._outward.get(f"{self._root}{path}", headers=self._headers, most_bytes=PAGE_BYTES)
        if answer.status == TOO_MANY:
            raise AskLater(_wait(answer.headers.get("retry-after")))
        if answer.status != 200:  # noqa: PLR2004 - HTTP's own
            raise NoAnswer(answer.status)
        return answer

    async def order(self, order: str) -> Answer | None:
        """One order; None if the store has none of that id, or does not show it to us."""
        try:
            return await self.page(order_path(self.kind, quote(order, safe=""), self._version))
        except NoAnswer as other:
            if other.status in GONE:
                return None
            raise

    async def refunds(self, order: str, page: int) -> Answer:
        """A page of a WooCommerce order's refunds."""
        return await self.page(refunds_path(quote(order, safe=""), page))


def seconds_of_rest(headers: Mapping[str, str]) -> float:
    """How long Shopify's bucket needs until it is half empty, if it is nearly full; else 0."""
    used, _, size = headers.get("x-shopify-shop-api-call-limit", "").partition("/")
    if not (used.isdecimal() and size.isdecimal() and int(size)):
        return 0.0
    is_nearly_full = int(used) >= BUSY * int(size)
    return min((int(used) - int(size) / 2) / LEAK_PER_SECOND, MOST_WAIT) if is_nearly_full else 0.0


def _wait(retry_after: str | None) -> float:
    """Shopify says seconds, with decimals; what can't be read is half a minute."""
    try:
        seconds = float(retry_after or "")
    except ValueError:
        return 30.0
    return min(max(seconds, 1.0), MOST_WAIT) if seconds == seconds else 30.0  # noqa: PLR0124 - NaN is no number of seconds


def _proof(kind: StoreKind, credentials: StoreCredentials) -> dict[str, str]:
    if kind is StoreKind.SHOPIFY and credentials.access_token is not None:
        return {"X-Shopify-Access-Token": credentials.access_token}
    if kind is StoreKind.WOOCOMMERCE and credentials.consumer_key is not None:
        pair = f"{credentials.consumer_key}:{credentials.consumer_secret}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    raise NotAskable(f"the credentials are not those of a {kind.value} store")
