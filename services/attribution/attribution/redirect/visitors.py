"""Unique visitors without addresses: a hash under a key of the day, of people who did not object."""

import hmac
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Protocol

_KEPT_HEX = 32
_HOST = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([A-Za-z0-9._-]{1,255})")


class DailyKeys(Protocol):
    """Where the day's key comes from. Without a key clicks carry no visitor, and are not counted as unique."""

    @property
    def age(self) -> float:
        """Seconds since today's key was handed over; -1 without one."""

    def key_of(self, day: date) -> bytes | bytearray | None:
        """The key of a day in UTC; None where there is none."""

    async def run(self) -> None:
        """See that there is a key, and destroy those of days that are over, for ever."""


def visitor(keys: DailyKeys, now: datetime, address: str, user_agent: str) -> str | None:
    """The same 32 hexadecimal characters for the same address and agent on the same UTC day; None without a key."""
    key = keys.key_of(now.astimezone(UTC).date())
    if not key or not address:
        return None
    return hmac.digest(bytes(key), f"{address}|{user_agent}".encode(), "sha256").hex()[:_KEPT_HEX]


def objects(headers: dict[bytes, bytes]) -> bool:
    """Whether the person asked not to be followed: Global Privacy Control or Do Not Track."""
    return headers.get(b"sec-gpc") == b"1" or headers.get(b"dnt") == b"1"


def client_address(peer: str, forwarded_for: bytes, trusted: Sequence[IPv4Network | IPv6Network]) -> str:
    """Who asked: the last address in X-Forwarded-For that no trusted proxy has; the peer, unless it is one."""
    if not trusted:
        return peer
    address = peer
    for hop in [*reversed(forwarded_for.decode("latin-1").split(",")), ""]:
        if not _is_in(address, trusted):
            return address
        try:
            address = str(ip_address(hop.strip()))
        except ValueError:
            return address
    return address


def referrer_host(referer: bytes) -> str | None:
    """The host that the click came from, never the page; None when the browser does not say."""
    match = _HOST.match(referer)
    return None if match is None else match[1].decode().lower()


def _is_in(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return any(ip in network for network in networks)
