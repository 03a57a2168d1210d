"""The console's public keys, fetched when needed and kept when the console is away."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import httpx

from chassis.http.auth import KeysUnavailableError
from chassis.http.clients import http_client
from chassis.http.tokens import SigningKey, load_key
from chassis.logs import log

REFETCH_AFTER: Final = 60.0
"""Seconds between two fetches because of unknown key ids: anybody can make one up."""
STALE_AFTER: Final = 300.0
"""Seconds after which the copy is fetched again, so that withdrawn keys go."""
COLD_RETRY_AFTER: Final = 1.0
"""Seconds between two tries while there is no copy at all."""


class StaticKeys:
    """Keys that are at hand: for tests."""

    def __init__(self, keys: Iterable[SigningKey]) -> None:
        self._keys = {key.kid: key for key in keys}

    async def find(self, kid: str) -> SigningKey | None:
        """The key of that id."""
        return self._keys.get(kid)

    async def close(self) -> None:
        """There is nothing to let go of."""


class FetchedKeys:
    """The keys at a JWKS address. The last copy is kept for as long as the console does not answer."""

    def __init__(
        self, url: str, *, http: httpx.AsyncClient | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = url
        self._http = http or http_client(seconds=2.0)
        self._monotonic = monotonic
        self._keys: dict[str, SigningKey] | None = None
        self._tried_at = float("-inf")
        self._fetched_at = float("-inf")
        self._lock = asyncio.Lock()

    async def find(self, kid: str) -> SigningKey | None:
        """The key of that id; raises `KeysUnavailableError` when it is unknown and the console can't be asked."""
        if self._wants_fetch(kid):
            async with self._lock:
                if self._wants_fetch(kid):
                    await self._fetch()
        if self._keys is not None and kid in self._keys:
            return self._keys[kid]
        if self._keys is None or self._fetched_at < self._tried_at:
            raise KeysUnavailableError(self._url)
        return None

    async def close(self) -> None:
        """Let the connections go."""
        await self._http.aclose()

    def _wants_fetch(self, kid: str) -> bool:
        now = self._monotonic()
        if self._keys is None:
            return now - self._tried_at >= COLD_RETRY_AFTER
        is_wanted = kid not in self._keys or now - self._fetched_at >= STALE_AFTER
        return is_wanted and now - self._tried_at >= REFETCH_AFTER

    async def _fetch(self) -> None:
        self._tried_at = self._monotonic()
        try:
            answer = await self._http.get(self._url)
            answer.raise_for_status()
            self._keys = _read(answer.json())
            self._fetched_at = self._tried_at
        except (httpx.HTTPError, ValueError) as error:
            log.warning("keys.not_fetched", url=self._url, error=repr(error), kept=len(self._keys or ()))


def _read(document: Any) -> dict[str, SigningKey]:
    """The Ed25519 keys of a JWKS; others in it are not for us. Raises `ValueError` when it is not a JWKS."""
    if not isinstance(document, Mapping) or not isinstance(document.get("keys"), list):
        raise ValueError("not a JWKS")  # noqa: TRY004 - a ValueError like every other unreadable answer
    found = {}
    for jwk in document["keys"]:
        try:
            key = load_key(jwk)
        except (ValueError, AttributeError, TypeError):
            continue
        found[str(key.kid)] = key
    return found
