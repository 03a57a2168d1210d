"""A budget of misses for each client: who guesses codes is soon sent away (RELIABILITY, code guessing)."""

import math
from ipaddress import IPv6Address, ip_address

MOST_CLIENTS = 50_000
"""Clients that are remembered: a few megabytes, however many addresses guess."""


class Misses:
    """Counts requests for codes that nobody has, by client: `budget` at once, given back over `seconds`.

    Whoever has used it up is refused for every code, or each guess that hits would be told apart. Clients are
    remembered as a hash with a key of this process's, never by address, and of an IPv6 network of one household (64
    bits) as one. The oldest are forgotten first. Time is passed in, in monotonic seconds.
    """

    def __init__(self, *, budget: int, seconds: float) -> None:
        self._budget = float(budget)
        self._rate = budget / seconds
        self._left: dict[int, tuple[float, float]] = {}
        self.counted = 0
        self.refused = 0

    def __len__(self) -> int:
        return len(self._left)

    def wait_of(self, address: str, now: float) -> int:
        """Whole seconds that this client must wait before it is answered again; 0 for almost everybody."""
        if not self._left:
            return 0
        found = self._left.get(_client(address))
        if found is None:
            return 0
        left = self._now(found, now)
        if left >= 1:
            return 0
        self.refused += 1
        return math.ceil((1 - left) / self._rate)

    def count(self, address: str, now: float) -> None:
        """One more request for a code that nobody has."""
        self.counted += 1
        client = _client(address)
        found = self._left.pop(client, None)
        left = self._budget if found is None else self._now(found, now)
        if len(self._left) >= MOST_CLIENTS:
            del self._left[next(iter(self._left))]
        self._left[client] = max(0.0, left - 1), now

    def forget(self, now: float) -> None:
        """Forget clients whose budget is whole again."""
        whole = [client for client, found in self._left.items() if self._now(found, now) >= self._budget]
        for client in whole:
            del self._left[client]

    def _now(self, found: tuple[float, float], now: float) -> float:
        left, at = found
        return min(self._budget, left + (now - at) * self._rate)


def _client(address: str) -> int:
    """Python's own keyed hash: its key is random in each process and written nowhere."""
    if ":" in address:
        try:
            ip = ip_address(address)
        except ValueError:
            return hash(address)
        if isinstance(ip, IPv6Address):
            return hash(str(ip.ipv4_mapped)) if ip.ipv4_mapped else hash(("/64", str(int(ip) >> 64)))
    return hash(address)
