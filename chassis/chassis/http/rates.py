"""How often somebody may ask: per account and per tenant, in each process (RELIABILITY, floods)."""

import math
from typing import Final

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from chassis import metrics
from chassis.http.problem import Problem
from chassis.http.tokens import Kind

ACCOUNT: Final = "account"
TENANT: Final = "tenant"
STORE: Final = "store"


class Rates:
    """Counts requests over a sliding minute, in this process's memory.

    A tenant is what an account acts for: a brand has members and stores, and all of them share one budget besides
    their own. Only those are counted who have shown who they are: nobody can use up somebody else's budget.
    """

    def __init__(self, *, account: int, tenant: int, store: int) -> None:
        self._counts = MemoryStorage()
        self._limiter = SlidingWindowCounterRateLimiter(self._counts)
        self._items = {
            ACCOUNT: RateLimitItemPerMinute(account),
            TENANT: RateLimitItemPerMinute(tenant),
            STORE: RateLimitItemPerMinute(store),
        }

    async def count(self, whose: str, id_: str) -> None:
        """Count one request of `whose` (account, tenant or store) `id_`; raises a 429 with `Retry-After` over it."""
        item = self._items[whose]
        if await self._limiter.hit(item, whose, id_):
            return
        metrics.REFUSED_BY_RATE.labels(whose).inc()
        minute = item.get_expiry()
        *_, expires_in = await self._counts.get_sliding_window(item.key_for(whose, id_), minute)
        seconds = max(1, math.ceil(expires_in % minute))  # the present minute's end
        raise Problem(
            429,
            "too-many-requests",
            "Too many requests",
            f"At most {item.amount} requests a minute are taken from one {whose}. Wait {seconds} s.",
            headers={"Retry-After": str(seconds)},
        )

    async def count_principal(self, kind: Kind, account: str, tenant: str | None) -> None:
        """Count a request that carries a good token; the platform's own services have no budget."""
        if kind is Kind.SERVICE:
            return
        await self.count(ACCOUNT, account)
        if tenant is not None:
            await self.count(TENANT, tenant)
