"""A console on a real mongod, with a mailer and services that answer from memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from chassis import mongo
from chassis.clock import FixedClock
from chassis.health import Health
from chassis.ids import new_id
from chassis.service import CHASSIS_COLLECTIONS, api_of
from chassis.settings import Environment
from chassis.testing import a_context, waiting
from console.app import build_desk, create_app
from console.clients import DeclinedError, NotThereError, ServiceAwayError
from console.desk import Desk
from console.domain.codes import Registration
from console.domain.sessions import chosen, hashed
from console.entry import OPERATOR, random_cookie
from console.settings import ConsoleSettings
from console.store import COLLECTIONS, ConsoleTx
from console.store.accounts import ensure_operator
from contracts.console import BrandDetails, StoreDetails, StoreKind
from tests.console import sample
from tests.console.sample import NOON

ORIGIN = "http://console.test"
CAMPAIGNS_SECRET = "campaigns-secret-of-the-tests"

PREPARED: set[str] = set()
"""The databases of this run whose collections and indexes are made."""

PHONE_AND_DESK = pytest.mark.parametrize(
    ("width", "script"), [(390, False), (1280, True)], ids=["390 without JavaScript", "1280 with JavaScript"]
)
"""Every story is told by a phone without JavaScript and at a desk with it; a page at one width is asked both ways."""

Answer = Callable[[httpx.Request], httpx.Response]


class Mailbox:
    """Notifications as the console sees it: every code that was mailed, and whose the addresses are."""

    def __init__(self) -> None:
        self.accounts: dict[str, str] = {}
        self.invitations: dict[str, str] = {}
        self.sent: list[tuple[str, str]] = []
        self.is_away = False
        self.is_full = False
        self.language = ""

    @property
    def code(self) -> str:
        """The newest code."""
        return self.sent[-1][1]

    async def put_contact(self, contact: str, address: str, language: str) -> None:
        self._answers()
        self.language = language
        self.accounts[address] = contact

    async def send_code(
        self, code: str, language: str, *, address: str | None = None, contact: str | None = None
    ) -> str:
        self._answers()
        if self.is_full:
            raise DeclinedError("too-many-codes", "Too many codes", "", 429)
        self.language = language
        if address is not None:
            contact = self.accounts.setdefault(address, new_id())
        elif contact in self.invitations:
            contact = self.accounts.get(self.invitations[contact], contact)
        elif contact not in self.accounts.values():
            raise NotThereError(contact)
        self.sent.append((contact, code))
        return contact

    async def move(self, invitation: str, account: str) -> str:
        self._answers()
        if invitation == account and account in self.accounts.values():
            return account
        if invitation not in self.invitations:
            raise NotThereError(invitation)
        return self.accounts.setdefault(self.invitations[invitation], account)

    def _answers(self) -> None:
        if self.is_away:
            raise ServiceAwayError("notifications", "away")


@dataclass
class Services:
    """The other services' answers by `METHOD service/path`, and every request that they got."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)

    def handle(self, service: str) -> Answer:
        def answer(request: httpx.Request) -> httpx.Response:
            self.asked.append(request)
            found = self.answers.get(f"{request.method} {service}{request.url.path}")
            match found:
                case None:
                    return httpx.Response(404, json={"title": "Not found", "status": 404})
                case httpx.Response():
                    return found
                case int():
                    return httpx.Response(found, json={"title": "Refused", "status": found})
                case _ if callable(found):
                    return found(request)
            return httpx.Response(200, json=found)

        return answer


@dataclass
class Console:
    """A running console and its surroundings."""

    app: FastAPI
    desk: Desk
    clock: FixedClock
    mailbox: Mailbox
    services: Services

    def browser(self, **headers: str) -> httpx.AsyncClient:
        """A browser of its own: cookies, our origin, no redirects followed."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url=ORIGIN,
            headers={"Origin": ORIGIN, "Accept": "text/html", **headers},
        )

    def later(self, by: timedelta) -> None:
        self.clock.at += by


def some_settings(**values: Any) -> ConsoleSettings:
    return ConsoleSettings(
        **{
            "environment": Environment.DEVELOPMENT,
            "console_secret": SecretStr("a secret of the tests, of 32 characters"),
            "service_clients": SecretStr(f"campaigns:{CAMPAIGNS_SECRET},attribution:attribution-secret-of-tests"),
            "console_public_url": ORIGIN,
            "attribution_public_url": "https://hooks.example.com",
            **values,
        }
    )


@asynccontextmanager
async def a_console(address: str, database: str, **settings: Any) -> AsyncIterator[Console]:
    client = mongo.connect(address)
    clock, mailbox, services = FixedClock(NOON), Mailbox(), Services()

    def build(context: Any) -> Desk:
        fakes = {
            name: httpx.AsyncClient(
                transport=httpx.MockTransport(services.handle(name)), base_url=f"http://{name}.test"
            )
            for name in ("discovery", "campaigns", "attribution", "notifications", "console")
        }
        return replace(build_desk(context), mailer=mailbox, services=fakes)

    try:
        service = create_app(some_settings(**settings), build)
        context = a_context("console", client, database, tx=ConsoleTx, settings=service.settings, clock=clock)
        if database not in PREPARED:
            await mongo.ensure(context.db, [*CHASSIS_COLLECTIONS, *COLLECTIONS])
            PREPARED.add(database)
        app = api_of(service, SimpleNamespace(context=context, loops={}), Health())
        yield Console(app, app.state.desk, clock, mailbox, services)
    finally:
        client.close()


async def announced(console: Console) -> list[str]:
    """The types of all events in the outbox, in the order of their saying."""
    rows = await waiting(console.desk.db)
    return [dict(row["headers"])["ce_type"].decode() for row in rows]


def sent(console: Console, method: str, path: str) -> httpx.Request:
    """The newest request of that kind that another service got."""
    found = [r for r in console.services.asked if r.method == method and r.url.path == path]
    assert found, f"no {method} {path}"
    return found[-1]


BRAND_PERSON = "person-brand"


async def settle(console: Console) -> dict[str, str]:
    """A brand with two stores, a creator and the operator, all signed in: the session cookies by role."""
    tx = console.desk.transactions
    registration = Registration(
        details=BrandDetails(name="Lumea Skincare", domains=("lumea.example",), currency="EUR", zone="Europe/Rome")
    )

    async def work(tx: ConsoleTx) -> None:
        await tx.register_brand(sample.BRAND, BRAND_PERSON, registration)
        await tx.register_creator(sample.CREATOR)
        await tx.name_page(sample.CREATOR, "Ana Moretti")
        await tx.keep_proof(sample.CREATOR, "invitation-3")
        for id_, kind, shop in (
            (sample.STORE, StoreKind.SHOPIFY, "lumea-eu.myshopify.com"),
            ("store-2", StoreKind.WOOCOMMERCE, "shop.lumea.example"),
            ("store-3", StoreKind.TOPIC, "pos.lumea.example"),
        ):
            await tx.connect_store(id_, StoreDetails(brand=sample.BRAND, kind=kind, shop=shop))
        await tx.secret_handed_over(sample.BRAND, sample.STORE, tx.now + timedelta(hours=20))

    await tx.run(work)
    await ensure_operator(console.desk.db, OPERATOR, console.clock.now())
    found = {}
    for person in (BRAND_PERSON, sample.CREATOR, OPERATOR):
        cookie = random_cookie()

        async def begin(tx: ConsoleTx, person: str = person, cookie: str = cookie) -> str:
            role = chosen(await tx.roles(person))
            assert role is not None
            await tx.begin_session(hashed(cookie), person, role, tx.now + timedelta(days=1))
            return role.kind

        found[await tx.run(begin)] = cookie
    return found


@asynccontextmanager
async def served(console: Console, port: int) -> AsyncIterator[str]:
    """The console behind a real port, for a real browser; its address."""
    server = uvicorn.Server(
        uvicorn.Config(console.app, host="127.0.0.1", port=port, log_config=None, access_log=False, lifespan="off")
    )
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it by this flag only
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task
