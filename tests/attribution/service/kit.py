"""Attribution on a real database, without its loops running: tests hand it records, and ask its API."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr

from attribution.app import create_app
from attribution.domain.ledger import LedgerTransaction, balances, creator_account
from attribution.settings import AttributionSettings
from chassis import mongo
from chassis.health import Health
from chassis.http import Kind, build_api
from chassis.ids import new_id
from chassis.service import CHASSIS_COLLECTIONS, Parts, Service, assemble
from chassis.settings import Environment
from chassis.testing import a_token, calling, no_service_tokens, static_keys, waiting
from contracts import campaigns, console
from contracts.attribution import OrderDecided
from contracts.console import AccountKind, BrandDetails, StoreDetails, StoreKind
from contracts.envelope import Event
from contracts.http.attribution import DecisionOut
from contracts.registry import EVENTS
from tests.attribution.builders import BRAND, LONG_AGO, MINUTE, NOON, STORE, a_collaboration_state
from tests.support.toys import a_record

START = NOON + 2 * MINUTE
"""When tests begin, by the service's clock: a minute after the usual order was received."""


@dataclass
class Attribution:
    """The service's parts, as its process would wire them; `later` moves its clock."""

    service: Service[Any]
    parts: Parts[Any]
    app: FastAPI

    @property
    def db(self) -> mongo.Database:
        return self.parts.context.db

    def now(self) -> datetime:
        return self.parts.context.clock.now()

    def at(self, moment: datetime) -> None:
        """Move the clock to `moment`; it runs on from there."""
        clock = self.parts.context.clock
        clock.offset += moment - clock.now()

    def later(self, by: timedelta) -> None:
        self.parts.context.clock.offset += by

    async def hear(self, *events: Event) -> None:
        """One batch of each consumer group's, in the order given."""
        by_group: dict[str, list[Any]] = {}
        for number, event in enumerate(events):
            group = self._group_of(event)
            by_group.setdefault(group, []).append(a_record(event, offset=number))
        for group, records in by_group.items():
            await self.parts.loops[group].handle(records)

    def _group_of(self, event: Event) -> str:
        for suffix, topics in self.service.handlers.groups().items():
            if event.TOPIC.name in topics:
                return f"{self.service.name}.{suffix}" if suffix else self.service.name
        raise LookupError(event.TOPIC.name)

    async def run(self, work: Any) -> Any:
        return await self.parts.context.transactions.run(work)

    def without_looks(self) -> None:
        """From here on commits are not followed by looks, as when the process is killed right after each."""
        self.parts.context.transactions.afterwards = (self.parts.outbox,)

    async def sweep(self) -> int:
        """What anybody finds 6 seconds later: looks that were left behind are taken."""
        self.parts.context.transactions.afterwards = (self.parts.outbox, self.parts.looks)
        self.later(timedelta(seconds=6))
        return await self.parts.looks.sweep()

    async def all_of(self, name: str, query: mongo.Document | None = None) -> list[mongo.Document]:
        return await self.db[name].find(query or {}).sort("_id", 1).to_list(None)

    async def none_left(self, name: str) -> None:
        """Wait until the collection is empty: deletes that nobody waits for are seen a moment later."""
        async with asyncio.timeout(60):
            while await self.all_of(name):  # noqa: ASYNC110 - what changes is in the database
                await asyncio.sleep(0)

    async def ledger(self, order: str | None = None) -> list[LedgerTransaction]:
        query = {} if order is None else {"order": order}
        rows = await self.db["ledger"].find(query).sort([("order", 1), ("number", 1)]).to_list(None)
        return [LedgerTransaction.from_doc(row) for row in rows]

    async def balance(self, creator: str, brand: str = BRAND, currency: str = "EUR") -> int:
        return balances(await self.ledger()).get((creator_account(creator, brand), currency), 0)

    async def said(self, *types: type[Event]) -> list[Any]:
        """What the outbox says, in the order of writing; only these types if any are given."""
        found = []
        for row in await waiting(self.db):
            kind = EVENTS[dict(row["headers"])["ce_type"].decode()]
            if not types or kind in types:
                found.append(kind.from_body(row["value"]))
        return found

    async def decided(self, order: str | None = None) -> list[OrderDecided]:
        return [one for one in await self.said(OrderDecided) if order is None or one.order == order]

    def brand(self, brand: str = BRAND) -> Any:
        return calling(self.app, self.token(Kind.BRAND, brand))

    def creator(self, creator: str) -> Any:
        return calling(self.app, self.token(Kind.CREATOR, creator))

    def operator(self) -> Any:
        return calling(self.app, self.token(Kind.OPERATOR, "operator-1"))

    def console(self) -> Any:
        return calling(self.app, self.token(Kind.SERVICE, "console"))

    def store(self) -> Any:
        """A store's server, which has no token."""
        return calling(self.app)

    def token(self, kind: Kind, who: str) -> str:
        return a_token(kind, who, audience="attribution", clock=self.parts.context.clock)

    async def record(self, order: str, client: Any) -> DecisionOut:
        async with client as http:
            answer = await http.get(f"/v1/orders/{order}/decision")
        assert answer.status_code == 200, answer.text
        return DecisionOut.model_validate_json(answer.content)


def some_settings(**values: Any) -> AttributionSettings:
    return AttributionSettings(
        **{
            "environment": Environment.DEVELOPMENT,
            "link_public_url": "https://go.market.example/",
            "client_secret": SecretStr("a secret of the tests"),
            **values,
        }
    )


@asynccontextmanager
async def an_attribution(address: str, database: str, **settings: Any) -> AsyncIterator[Attribution]:
    service = create_app(some_settings(mongo_url=SecretStr(address), mongo_database=database, **settings))
    parts = assemble(service)
    try:
        app = build_api(
            parts.context,
            service.routers,
            title="attribution",
            health=Health(),
            loops=parts.loops,
            problems=service.problems,
            keys=static_keys(),
            service_tokens=no_service_tokens(),
        )
        running = Attribution(service, parts, app)
        running.at(START)
        yield running
    finally:
        parts.context.client.close()


async def make_collections(db: mongo.Database, service: Service[Any]) -> None:
    await mongo.ensure(db, [*CHASSIS_COLLECTIONS, *service.collections])


def a_brand_registered(brand: str = BRAND, revision: int = 1, **details: Any) -> Event:
    state = console.Account(
        id=brand,
        kind=AccountKind.BRAND,
        brand=BrandDetails(**{"name": "Bergfein", "domains": ("shop.example",), "currency": "EUR", **details}),
        registered_at=LONG_AGO,
    )
    return console.BrandRegistered.of(state, id=new_id(), time=LONG_AGO, revision=revision)


def a_store_changed(
    store: str = STORE,
    brand: str = BRAND,
    *,
    kind: StoreKind = StoreKind.SHOPIFY,
    shop: str = "bergfein.myshopify.com",
    revision: int = 1,
) -> Event:
    state = console.Account(
        id=store,
        kind=AccountKind.STORE,
        store=StoreDetails(brand=brand, kind=kind, shop=shop),
        registered_at=LONG_AGO,
    )
    return console.StoreChanged.of(state, id=new_id(), time=LONG_AGO, revision=revision)


def an_agreement(revision: int = 2, **changes: Any) -> Event:
    return campaigns.InvitationAccepted.of(
        a_collaboration_state(**changes), id=new_id(), time=LONG_AGO, revision=revision
    )


def only(rows: Sequence[Any]) -> Any:
    [one] = rows
    return one
