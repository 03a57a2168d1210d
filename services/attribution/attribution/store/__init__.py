"""Attribution's store: the only package here that speaks to MongoDB."""

import os
import socket
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from attribution.domain.facts import Policy
from attribution.domain.recounts import Rule
from attribution.store import clicks as clicks_store
from attribution.store import (
    coupons,
    deliveries,
    facts,
    fees,
    fixings,
    forgetting,
    links,
    months,
    naming,
    orders,
    policies,
    polls,
    privacy,
    releases,
    reviews,
)
from attribution.store.collections import COLLECTIONS
from attribution.store.views import BrandView, CreatorView, OperatorView
from chassis import mongo
from chassis.tx import Tx
from contracts import attribution, campaigns
from contracts.console import Account, AccountKind
from contracts.http.attribution import PolicyOut, ReviewStatus
from contracts.stores import OrderObserved

__all__ = [
    "COLLECTIONS",
    "AttributionTx",
    "BrandView",
    "CreatorView",
    "OperatorView",
    "coupons",
    "deliveries",
    "facts",
    "fixings",
    "forgetting",
    "links",
    "months",
    "naming",
    "orders",
    "policies",
    "polls",
    "privacy",
    "reviews",
]


class AttributionTx(Tx):
    """What attribution writes and says in one transaction."""

    _knows: bool | None = None
    """Whether a claim found any of its orders: if none, nothing of theirs is looked for. None before a claim."""

    async def keep_account(self, account: Account, revision: int) -> None:
        """Remember brands and stores; creators' accounts say nothing that attribution needs."""
        if account.kind is AccountKind.BRAND:
            if await facts.keep_brand(self.db, account, revision, self.session):
                self.look(orders.FACT_LOOK, f"brand:{account.id}")
        elif account.kind is AccountKind.STORE and await facts.keep_store(self, account, revision):
            self.look(orders.FACT_LOOK, f"store:{account.id}")

    async def keep_collaboration(self, collaboration: campaigns.Collaboration, revision: int) -> None:
        """Remember the terms that clicks and codes are decided by."""
        collaboration = await forgetting.as_kept(self, collaboration)
        if await facts.keep_collaboration(self, collaboration, revision):
            self.look(orders.FACT_LOOK, f"terms:{collaboration.id}")

    async def has_link(self, link: str) -> bool:
        """Whether a link of that id was made."""
        return await facts.link_of(self.db, link, self.session) is not None

    async def code_is_free(self, brand: str, code: str) -> bool:
        """Whether the brand has no coupon of that code yet, however it is spelled."""
        return await facts.coupon_by_code(self.db, brand, code, self.session) is None

    async def add_coupon(self, coupon: attribution.Coupon) -> None:
        """Keep a new coupon, say so, and look for orders that named its code before."""
        await coupons.add(self, coupon)

    async def count_clicks(
        self, clicks: Sequence[attribution.ClickRecorded], keep: timedelta, rule: Rule, *, remembers: bool = True
    ) -> None:
        """Keep and count clicks, each once, and look for orders that carried their ids before they came."""
        shard = f"{socket.gethostname()}:{os.getpid()}"
        if self.member > 1:
            shard = f"{shard}:{self.member}"
        new = await clicks_store.add_clicks(
            self.db, clicks, self.session, shard=shard, keep=keep, now=self.now, rule=rule, remembers=remembers
        )
        for click in new:
            self.look(orders.FACT_LOOK, f"click:{click}")

    async def claim(self, ids: Sequence[str]) -> None:
        """Write the orders' documents before anything is read."""
        self._knows = await orders.claim(self, ids) or bool(self._knows)

    async def observe(self, observed: Sequence[OrderObserved]) -> orders.Observed:
        """Keep observations, each once; returns all those of the orders that something new was seen of."""
        return await orders.observe(self, observed, all_new=self._knows is False)

    async def observations(self, ids: Sequence[str]) -> orders.Observed:
        """All that was seen of these orders."""
        return await orders.observations_of(self, ids)

    async def decide(self, observed: orders.Observed, because: Mapping[str, OrderObserved] | None = None) -> None:
        """Decide claimed orders by all that was seen of them and the facts as they are now; post the difference."""
        await orders.decide_orders(self, observed, because, all_new=self._knows is False)
        self._knows = True

    async def reckon_month(self, key: str, close: datetime) -> None:
        """Bring a month's entries to what its orders say, once it is closed; until then set the timer for its close."""
        await months.reckon_month(self, key, close)

    async def keep_fees(self, collaboration: campaigns.Collaboration) -> None:
        """Bring each deliverable's fee to what its steps say (MONEY 22)."""
        await fees.keep_fees(self, collaboration)

    async def resolve_review(
        self, review: str, brand: str | None, status: ReviewStatus, by: dict[str, str], note: str
    ) -> mongo.Document | None:
        """Accept or reject a review; accepted, the order is decided by all that is known. None if there is none.

        Raises `InTheWay` if it is no longer open.
        """
        found = await reviews.find(self, review, brand)
        if found is None:
            return None
        await self.claim([found["order"]])
        found = await reviews.find(self, review, brand)
        assert found is not None
        resolved = await reviews.resolve(self, found, status, by, note)
        if status is ReviewStatus.ACCEPTED:
            seen = await self.observations([found["order"]])
            await orders.decide_orders(self, seen, accepting=frozenset({found["order"]}))
        return resolved

    async def release_order(
        self, order: str, brand: str | None, by: dict[str, str], note: str
    ) -> mongo.Document | None:
        """Release an order that is held for the time that it claims (MONEY 5); None if there is no such order.

        Returns its document afterwards. Raises `InTheWay` if nothing of it waits for a person.
        """
        if await releases.order_of(self, order, brand) is None:
            return None
        await self.claim([order])
        await releases.release(self, await releases.order_of(self, order, brand), by, note)
        await self.decide(await self.observations([order]))
        return await releases.order_of(self, order, brand)

    async def policy(self, brand: str) -> PolicyOut:
        """The brand's policy with all its versions."""
        return await policies.policy_of(self.db, brand, self.session, self.now)

    async def change_policy(self, brand: str, policy: Policy) -> PolicyOut:
        """Add the brand's next version; nobody's time for it has come yet."""
        await policies.add_version(self, brand, policy)
        return await self.policy(brand)

    async def knows_brand(self, brand: str) -> bool:
        """Whether a brand of that id was heard of."""
        return await facts.brand_of(self.db, brand, self.session) is not None
