"""Results, orders, decision records, earnings, links and deliveries."""

from urllib.parse import quote

from chassis.http import Page
from console.clients.caller import Caller
from contracts.http.attribution import (
    CampaignResults,
    CouponOut,
    DecisionOut,
    DeliveryOut,
    EarningsOut,
    LinkOut,
    OrderOut,
)


class Attribution:
    """Calls of attribution's API."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def results(self, campaign: str) -> CampaignResults:
        """A campaign's figures."""
        return await self._caller.get(f"/v1/campaigns/{_part(campaign)}/results", CampaignResults)

    async def orders(
        self, *, campaign: str = "", collaboration: str = "", cursor: str = "", limit: int = 25
    ) -> Page[OrderOut]:
        """Orders, newest first."""
        params = {"campaign": campaign, "collaboration": collaboration, "cursor": cursor, "limit": limit}
        return await self._caller.get("/v1/orders", Page[OrderOut], params)

    async def decision(self, order: str) -> DecisionOut:
        """Why an order was credited as it was."""
        return await self._caller.get(f"/v1/orders/{_part(order)}/decision", DecisionOut)

    async def earnings(self) -> EarningsOut:
        """The creator's balances."""
        return await self._caller.get("/v1/earnings", EarningsOut)

    async def links(self) -> list[LinkOut]:
        """The person's links, up to a hundred."""
        return list((await self._caller.get("/v1/links", Page[LinkOut], {"limit": 100})).items)

    async def coupons(self) -> list[CouponOut]:
        """The person's coupons, up to a hundred."""
        return list((await self._caller.get("/v1/coupons", Page[CouponOut], {"limit": 100})).items)

    async def deliveries(self, store: str, limit: int = 1) -> list[DeliveryOut]:
        """A store's newest webhooks."""
        path = f"/v1/stores/{_part(store)}/deliveries"
        return list((await self._caller.get(path, Page[DeliveryOut], {"limit": limit})).items)


def _part(id: str) -> str:  # noqa: A002 - an id as one part of a path
    return quote(id, safe="")
