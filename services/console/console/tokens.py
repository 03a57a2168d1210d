"""Makes the tokens that every service trusts, with keys that rotate while nobody notices (ARCHITECTURE 6)."""

import asyncio
import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from chassis.clock import Clock
from chassis.http import tokens
from chassis.http.tokens import Claims, Kind, SigningKey
from chassis.ids import new_id
from chassis.logs import log
from console.domain import keys as rules
from console.domain.keys import KeyRecord
from console.store import Keys

FRESH_FOR = timedelta(seconds=30)
SEAL = {"alg": "dir", "enc": "A256GCM"}


class Issuer:
    """Signs tokens with the key of the moment, and makes the next key in time."""

    def __init__(self, keys: Keys, clock: Clock, *, issuer: str, secret: str, key_lifetime: timedelta) -> None:
        self._keys = keys
        self._clock = clock
        self._issuer = issuer
        self._seal = OctKey.import_key(sha256(f"seal\x1f{secret}".encode()).digest())
        self._key_lifetime = key_lifetime
        self._known: list[KeyRecord] = []
        self._opened: dict[str, SigningKey] = {}
        self._read_at: datetime | None = None
        self._lock = asyncio.Lock()

    async def mint(
        self,
        kind: Kind,
        subject: str,
        audience: str,
        *,
        brand: str | None = None,
        invitation: str | None = None,
        scope: str = "",
    ) -> str:
        """A token of 300 seconds for one service; `scope` is words separated by spaces."""
        now = self._clock.now()
        issued = int(now.timestamp())
        claims = Claims(
            iss=self._issuer,
            aud=audience,
            sub=subject,
            kind=kind,
            iat=issued,
            exp=issued + tokens.LIFETIME,
            jti=new_id(),
            brand=brand,
            invitation=invitation,
            scope=scope,
        )
        return tokens.sign(claims, await self._signing_key(now))

    async def find(self, kid: str) -> SigningKey | None:
        """The public key of that id, so that the console's own API needs no fetch of its own keys."""
        now = self._clock.now()
        await self._signing_key(now)
        found = next((key for key in rules.published(self._known, now) if key.id == kid), None)
        return None if found is None else tokens.load_key(found.public)

    async def jwks(self) -> dict[str, Any]:
        """What `/.well-known/jwks.json` shows."""
        now = self._clock.now()
        await self._signing_key(now)
        return {"keys": [key.public for key in rules.published(self._known, now)]}

    async def _signing_key(self, now: datetime) -> SigningKey:
        async with self._lock:  # many pages ask for tokens at once, and one new key is enough
            return await self._current(now)

    async def _current(self, now: datetime) -> SigningKey:
        if self._read_at is None or not timedelta() <= now - self._read_at < FRESH_FOR:
            await self._read(now)
        term = rules.next_term([key for key in self._known if key.id in self._opened], now, self._key_lifetime)
        if term is not None:
            await self._make(*term)
        current = rules.signing([key for key in self._known if key.id in self._opened], now)
        if current is None:
            raise RuntimeError("no signing key, although one was just made")
        return self._opened[current.id]

    async def _read(self, now: datetime) -> None:
        self._known = await self._keys.alive(now)
        self._opened = {key.id: opened for key in self._known if (opened := self._open(key)) is not None}
        self._read_at = now
        await self._keys.forget(now)

    async def _make(self, signs_from: datetime, signs_until: datetime) -> None:
        key = tokens.new_signing_key(new_id())
        sealed = jwe.encrypt_compact(SEAL, json.dumps(tokens.private_jwk(key)).encode(), self._seal)
        record = KeyRecord(
            id=str(key.kid),
            public=tokens.jwks([key])["keys"][0],
            sealed=sealed,
            signs_from=signs_from,
            signs_until=signs_until,
        )
        await self._keys.add(record)
        self._known.append(record)
        self._opened[record.id] = key
        log.info("key.made", kid=record.id, signs_from=signs_from.isoformat(), signs_until=signs_until.isoformat())

    def _open(self, record: KeyRecord) -> SigningKey | None:
        """The private half; None for a key that another CONSOLE_SECRET sealed: it stays published and signs no more."""
        try:
            opened = jwe.decrypt_compact(record.sealed, self._seal).plaintext
        except (JoseError, ValueError):
            log.warning("key.sealed_otherwise", kid=record.id)
            return None
        return tokens.load_key(json.loads(opened or b""))
