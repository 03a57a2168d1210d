"""A service that knows two stores, and stand-ins for them, for tests of the poll."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from attribution.jobs.polling import Polling
from chassis.http.outward import Outward
from contracts.stores import OrderObserved
from tests.attribution.service.kit import Attribution, only
from tests.attribution.service.standin import StandIn
from tests.attribution.webhooks.builders import (
    ORDER_ID,
    a_shopify_order,
)

ORDERS = Path(__file__).resolve().parents[4] / "shared" / "data" / "orders"
TOKEN = {"access_token": "shpat_of_bergfein"}
KEYS = {"consumer_key": "ck_of_bergfein", "consumer_secret": "cs_of_bergfein"}
LINE = "466157049000000001"
MINUTE = timedelta(minutes=1)


def numbered(count: int) -> list[dict[str, Any]]:
    return [a_shopify_order(id=ORDER_ID + number, name=f"#{number}") for number in range(count)]


class Poll:
    """A service that knows both stores, a stand-in for each, and a worker that asks them."""

    def __init__(self, service: Attribution, shopify: StandIn, woo: StandIn, outward: Outward) -> None:
        self.service, self.shopify, self.woo = service, shopify, woo
        self.polling = self.a_worker(outward)

    def a_worker(self, outward: Outward) -> Polling:
        return Polling(self.service.parts.context, outward)

    async def connect(self, store: str, stand_in: StandIn, keys: dict[str, str]) -> None:
        async with self.service.console() as http:
            body = {**keys, "address": stand_in.address}
            answer = await http.put(f"/internal/stores/{store}/credentials", json=body)
        assert answer.status_code == 204, answer.text

    async def until_idle(self) -> int:
        turns = 0
        while await self.polling.turn():
            turns += 1
            assert turns < 50
        return turns

    async def row(self, store: str = "store-1") -> dict[str, Any]:
        return only(await self.service.all_of("polls", {"_id": store}))

    async def heard(self) -> list[OrderObserved]:
        """Consume what is in the outbox, as the worker would, and empty it."""
        said_now = await self.service.said(OrderObserved)
        await self.service.db["outbox"].delete_many({})
        if said_now:
            await self.service.hear(*said_now)
        return said_now

    async def seen_by_brand(self, store: str = "store-1") -> dict[str, Any]:
        async with self.service.brand() as http:
            answer = await http.get(f"/v1/stores/{store}/poll")
        assert answer.status_code == 200, answer.text
        return answer.json()
