"""Notifications on a real database, without its loops: tests play what it hears, and turn its sender by hand."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from chassis import mongo
from chassis.clock import Clock
from chassis.context import Context
from chassis.health import Health
from chassis.http import Kind, build_api
from chassis.service import CHASSIS_COLLECTIONS
from chassis.settings import Environment
from chassis.testing import a_context, a_token, calling, no_service_tokens, static_keys, waiting
from chassis.timers import Timers
from contracts.campaigns import MessageSent, MessagesRead
from contracts.envelope import State
from contracts.notifications import MailSettled
from notifications import handlers as heard
from notifications.api import dress, router
from notifications.app import rules_of
from notifications.jobs import Sender
from notifications.post import Post
from notifications.settings import NotificationsSettings
from notifications.store import COLLECTIONS, tx_kind

STATES = {
    "Account": heard.keep_account,
    "Profile": heard.keep_profile,
    "Campaign": heard.mail_campaign,
    "Application": heard.mail_application,
    "Link": heard.keep_link,
    "Coupon": heard.keep_coupon,
    "Collaboration": heard.mail_collaboration,
}


@dataclass
class Notifications:
    """The service's parts, as its process would wire them."""

    context: Context[Any]
    app: FastAPI
    post: Post

    @property
    def db(self) -> mongo.Database:
        return self.context.db

    def now(self) -> datetime:
        return self.context.clock.now()

    def later(self, by: timedelta) -> None:
        """Move the clock as CLOCK_OFFSET does."""
        self.context.clock.offset += by

    async def hear(self, *states: State) -> None:
        for state in states:
            handler = STATES[type(state).__name__]
            await self.context.transactions.run(lambda tx, h=handler, s=state: h(s, tx))

    async def hear_orders(self, *decided: Any) -> None:
        await self.context.transactions.run(lambda tx: heard.mail_first_sales(decided, tx))

    async def hear_messages(self, *facts: MessageSent | MessagesRead) -> None:
        for fact in facts:
            handler: Any = heard.mail_message if isinstance(fact, MessageSent) else heard.forget_what_was_read
            await self.context.transactions.run(lambda tx, h=handler, f=fact: h(f, tx))

    async def put_contact(self, contact: str, address: str, **more: str) -> None:
        async with self.campaigns() as client:
            answer = await client.put(f"/internal/contacts/{contact}", json={"address": address, **more})
            assert answer.status_code == 204, answer.text

    async def make_account(self, address: str) -> str:
        """The id of an account with that address, whose code was right."""
        async with self.console() as client:
            answer = await client.post("/internal/sign-in-mails", json={"address": address, "code": "111111"})
            contact = answer.json()["contact"]
            await client.post(f"/internal/contacts/{contact}/move-to/{contact}")
            return str(contact)

    def campaigns(self) -> Any:
        return calling(self.app, self.token(Kind.SERVICE, "campaigns"))

    def console(self) -> Any:
        return calling(self.app, self.token(Kind.SERVICE, "console"))

    def creator(self, account: str) -> Any:
        return calling(self.app, self.token(Kind.CREATOR, account))

    def member(self, brand: str, account: str) -> Any:
        return calling(self.app, self.token(Kind.BRAND, account, brand=brand))

    def token(self, kind: Kind, who: str, **claims: str) -> str:
        return a_token(kind, who, audience="notifications", clock=self.context.clock, **claims)

    async def send_due(self) -> int:
        """Take everything that is due now to the end of its turn; how many turns there were."""
        sender = Sender(self.context, self.post)
        turns = 0
        while await sender.tick():
            turns += 1
        await sender.close()
        return turns

    async def fire_timers(self) -> None:
        await Timers(self.context.handlers, self.context.transactions).tick()

    async def mails(self) -> list[mongo.Document]:
        return await self.db["mails"].find().sort("claimed_at", 1).to_list(None)

    async def settled(self) -> list[MailSettled]:
        """What the outbox says about mails."""
        return [MailSettled.from_body(row["value"]) for row in await waiting(self.db)]


def some_settings(**values: Any) -> NotificationsSettings:
    return NotificationsSettings(
        **{
            "environment": Environment.DEVELOPMENT,
            "smtp_timeout_seconds": 5.0,
            "mail_lease_seconds": 10.0,
            "mail_retry_seconds": 1.0,
            "sign_in_try_seconds": 2.0,
            "sign_in_answer_seconds": 0.0,
            "console_public_url": "https://market.example",
            "link_public_url": "https://go.market.example",
            "client_secret": SecretStr("a secret of the tests"),
            **values,
        }
    )


@asynccontextmanager
async def a_notifications(address: str, database: str, **settings: Any) -> AsyncIterator[Notifications]:
    client = mongo.connect(address)
    chosen = some_settings(**settings)
    try:
        context = a_context(
            "notifications",
            client,
            database,
            tx=tx_kind(rules_of(chosen)),
            settings=chosen,
            clock=Clock(),
            handlers=heard.handlers,
        )
        await make_collections(context.db)
        app = build_api(
            context,
            (router,),
            title="notifications",
            keys=static_keys(),
            service_tokens=no_service_tokens(),
            health=Health(),
        )
        dress(app, context)
        yield Notifications(context, app, app.state.post)
        await app.state.post.close()
    finally:
        client.close()


async def make_collections(db: mongo.Database) -> None:
    """What `setup` makes, where it is not there yet."""
    wanted = [*CHASSIS_COLLECTIONS, *COLLECTIONS]
    there = set(await db.list_collection_names())
    if not {spec.name for spec in wanted} <= there:
        await mongo.ensure(db, wanted)


async def soon(check: Callable[[], Awaitable[Any]], seconds: float = 60.0) -> Any:
    """What `check` answers as soon as it is true; fails after `seconds`."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not (found := await check()):
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"not so within {seconds:g} s")
        await asyncio.sleep(0.05)
    return found


@asynccontextmanager
async def serving(service: Notifications) -> AsyncIterator[httpx.AsyncClient]:
    """The API on a socket, called by the console."""
    config = uvicorn.Config(service.app, host="127.0.0.1", port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    sock = socket.create_server(("127.0.0.1", 0))
    serve = asyncio.create_task(server.serve([sock]))
    headers = {"Authorization": f"Bearer {service.token(Kind.SERVICE, 'console')}"}
    try:
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=url, headers=headers) as client:
            yield client
    finally:
        server.should_exit = True
        await serve
        sock.close()
