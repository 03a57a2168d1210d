"""The signing keys' life: published before it signs, signing for a while, published until its last token has ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

OVERLAP = timedelta(hours=1)
"""How long a key is published before it signs and after: longer than services keep a copy and than a token lives."""


class KeyRecord(BaseModel):
    """One key: `public` for everybody, `sealed` (encrypted) for us, and when it signs, the end excluded."""

    model_config = ConfigDict(frozen=True)

    id: str
    public: dict[str, Any]
    sealed: str
    signs_from: datetime
    signs_until: datetime


def next_term(
    keys: Sequence[KeyRecord], now: datetime, lifetime: timedelta, lead: timedelta = OVERLAP
) -> tuple[datetime, datetime] | None:
    """When a new key should sign, if one is due: now for the first, after the last one shortly before that ends."""
    last = max((key.signs_until for key in keys), default=now)
    if last <= now:
        return now, now + lifetime
    return (last, last + lifetime) if last - now <= lead else None


def signing(keys: Sequence[KeyRecord], now: datetime) -> KeyRecord | None:
    """The key to sign with at this moment; None means that a new one is due."""
    current = [key for key in keys if key.signs_from <= now < key.signs_until]
    return max(current, key=lambda key: (key.signs_from, key.id), default=None)


def published(keys: Sequence[KeyRecord], now: datetime) -> list[KeyRecord]:
    """The keys whose tokens may be shown now or soon, the newest first."""
    alive = [key for key in keys if now < key.signs_until + OVERLAP]
    return sorted(alive, key=lambda key: (key.signs_from, key.id), reverse=True)
