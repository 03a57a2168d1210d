"""Ids that we make: UUIDv7, so that they insert in order. Never evidence of order (RELIABILITY, Time)."""

from hashlib import sha256

import uuid_utils


def new_id() -> str:
    """A fresh UUIDv7 in its 36 characters."""
    return str(uuid_utils.uuid7())


def derived_id(*parts: str) -> str:
    """The same 32 hexadecimal characters for the same parts: for effects that carry their own identity."""
    return sha256("\x1f".join(parts).encode()).hexdigest()[:32]
