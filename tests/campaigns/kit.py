"""Campaigns on a real database, without its loops: what it says stays in the outbox; notifications is played."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from campaigns import api
from campaigns import handlers as heard
from campaigns.answers import PROBLEMS
from campaigns.settings import CampaignsSettings
from campaigns.store import CampaignsTx
from chassis import mongo
from chassis.consume import Loop
from chassis.context import Context
from chassis.health import Health
from chassis.http import Kind, ServiceTokens, build_api, close_api
from chassis.ids import new_id
from chassis.settings import Environment
from chassis.testing import a_context, a_token, calling, static_keys
from chassis.timers import Timers
from contracts.attribution import OrderDecided, OrderOutcome, Share
from contracts.campaigns import ApplicationEvent, CampaignEvent, CollaborationEvent
from contracts.console import Account, BrandRegistered, CreatorRegistered
from contracts.discovery import Profile, ProfileImported
from contracts.envelope import EntityEvent, Event
from contracts.http.notifications import PutContact
from tests.campaigns.builders import NOON, a_draft
from tests.support.toys import a_record

A_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
"""One pixel."""
ENDLESS = 10**9
"""A few people make all requests of this suite within the same minute."""
NOTIFICATIONS = "http://notifications.test"
READERS: dict[str, type[EntityEvent[Any]]] = {
    kind.TOPIC.name: kind
    for kind in (CampaignEvent, CollaborationEvent, ApplicationEvent)
    if issubclass(kind, EntityEvent)
}


@dataclass
class Contacts:
    """Notifications' contacts: remembers what was put, answers as it is told."""

    put: dict[str, PutContact] = field(default_factory=dict)
    status: int = 204
    is_away: bool = False
    before_answer: Callable[[], Any] | None = None

    async def answer(self, request: httpx.Request) -> httpx.Response:
        if self.is_away:
            raise httpx.ConnectError("nobody listens", request=request)
        assert request.method == "PUT"
        assert request.headers["authorization"] == "Bearer a-token-for-notifications"
        if self.before_answer is not None:
            await self.before_answer()
        if self.status < 300:
            contact = request.url.path.removeprefix("/internal/contacts/")
            self.put[contact] = PutContact.model_validate_json(request.content)
        return httpx.Response(self.status)

    def client(self, base_url: str, auth: httpx.Auth) -> httpx.AsyncClient:
        """In place of chassis.http.http_client."""
        assert base_url == NOTIFICATIONS
        return httpx.AsyncClient(base_url=base_url, auth=auth, transport=httpx.MockTransport(self.answer))


def tokens_for_notifications() -> ServiceTokens:
    """The console's token endpoint, which knows campaigns."""

    def grant(request: httpx.Request) -> httpx.Response:
        asked = dict(pair.split("=") for pair in request.content.decode().split("&"))
        assert asked["client_id"] == "campaigns"
        return httpx.Response(200, json={"access_token": f"a-token-for-{asked['audience']}", "expires_in": 300})

    http = httpx.AsyncClient(transport=httpx.MockTransport(grant))
    return ServiceTokens("http://console.test", "campaigns", SecretStr("test"), http=http)


@dataclass
class Campaigns:
    """The service's parts, and people who call it."""

    context: Context[Any]
    app: FastAPI
    contacts: Contacts

    @property
    def db(self) -> mongo.Database:
        return self.context.db

    def now(self) -> datetime:
        return self.context.clock.now()

    def later(self, by: timedelta) -> None:
        """Move the clock as CLOCK_OFFSET does."""
        self.context.clock.offset += by

    def token(self, kind: Kind, who: str, **claims: Any) -> str:
        return a_token(kind, who, audience="campaigns", clock=self.context.clock, **claims)

    async def send(
        self, token: str, method: str, path: str, body: Any = None, *, key: str = "", **headers: str
    ) -> httpx.Response:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        given |= {"Idempotency-Key": key} if key else {}
        content = {} if body is None else {"content": body} if isinstance(body, bytes) else {"json": body}
        if isinstance(body, bytes):
            given["Content-Type"] = "application/json"
        async with calling(self.app, token) as client:
            return await client.request(method, path, headers=given, **content)

    async def brand(self, method: str, path: str, body: Any = None, *, brand: str = "b-1", **more: str) -> Any:
        """A member of the brand asks."""
        return await self.send(self.token(Kind.BRAND, "member-1", brand=brand), method, path, body, **more)

    async def creator(
        self, account: str, method: str, path: str, body: Any = None, *, proves: str | None = None, **more: str
    ) -> Any:
        """A creator asks, with a token that proves the invitation `proves`."""
        token = self.token(Kind.CREATOR, account, invitation=proves)
        return await self.send(token, method, path, body, **more)

    async def drafted(self, brand: str = "b-1", **changes: Any) -> dict[str, Any]:
        return found(await self.brand("POST", "/v1/campaigns", a_draft(**changes), brand=brand), 201)

    async def published(self, brand: str = "b-1", **changes: Any) -> str:
        """The id of a campaign that creators can be invited to."""
        campaign = (await self.drafted(brand, **changes))["id"]
        found(await self.brand("POST", f"/v1/campaigns/{campaign}/publish", brand=brand))
        return str(campaign)

    async def invited(self, campaign: str, brand: str = "b-1", **body: Any) -> dict[str, Any]:
        """By mail, unless the body says otherwise."""
        given = body or {"address": "krista@creators.example"}
        return found(await self.invite(campaign, given, brand=brand), 201)

    async def invite(self, campaign: str, body: Any, *, brand: str = "b-1", **more: str) -> Any:
        return await self.brand("POST", f"/v1/campaigns/{campaign}/invitations", body, brand=brand, **more)

    async def accept(self, invitation: str, account: str = "a-1", **more: str) -> Any:
        """By the person who proved the invitation."""
        path = f"/v1/collaborations/{invitation}/accept"
        return await self.creator(account, "POST", path, proves=invitation, **more)

    async def decline(self, invitation: str, body: Any = None, account: str = "a-1", **more: str) -> Any:
        path = f"/v1/collaborations/{invitation}/decline"
        return await self.creator(account, "POST", path, body, proves=invitation, **more)

    async def collaboration(self, id_: str, brand: str = "b-1") -> dict[str, Any]:
        return found(await self.brand("GET", f"/v1/collaborations/{id_}", brand=brand))

    async def hear(self, *states: Account | Profile, revision: int = 1) -> None:
        """From its topic, through the consumer loop."""
        events = [self._event(state, revision) for state in states]
        loop = Loop("campaigns", heard.handlers, self.context.transactions)
        await loop.handle([a_record(event) for event in events])

    async def upload(
        self, campaign: str, body: bytes, name: str = "lamp.png", type_: str = "image/png", brand: str = "b-1"
    ) -> httpx.Response:
        """A file for the brief."""
        token = self.token(Kind.BRAND, "member-1", brand=brand)
        async with calling(self.app, token) as client:
            return await client.post(
                f"/v1/campaigns/{campaign}/assets", params={"name": name}, content=body, headers={"content-type": type_}
            )

    async def import_products(self, text: str | bytes, query: str = "", brand: str = "b-1") -> httpx.Response:
        """A catalogue."""
        body = text.encode() if isinstance(text, str) else text
        async with calling(self.app, self.token(Kind.BRAND, "member-1", brand=brand)) as client:
            return await client.post(f"/v1/products/import{query}", content=body, headers={"content-type": "text/csv"})

    async def load(self, text: str | bytes, query: str = "", brand: str = "b-1") -> dict[str, Any]:
        """A catalogue that can be read."""
        return found(await self.import_products(text, query, brand))

    async def hear_events(self, *events: Event) -> None:
        """Facts, from their topics, through the consumer loop."""
        await self.hear_records(*map(a_record, events))

    async def hear_records(self, *records: SimpleNamespace) -> None:
        """Records as they came."""
        await Loop("campaigns", heard.handlers, self.context.transactions).handle(list(records))

    async def decide(
        self,
        campaign: str,
        collaboration: str,
        *,
        order: str = "s-1:1001",
        number: int = 1,
        sales: int = 5_000,
        commission: int = 500,
        currency: str = "EUR",
        posted: bool = True,
    ) -> OrderDecided:
        """Attribution decides an order for the collaboration; what it said."""
        share = Share(
            creator="a-1", collaboration=collaboration, campaign=campaign, commission=commission, net_sales=sales
        )
        event = OrderDecided(
            id=new_id(),
            time=NOON,
            order=order,
            store="s-1",
            brand="b-1",
            number=number,
            outcome=OrderOutcome.CREDITED,
            posted=posted,
            currency=currency,
            shares=(share,),
        )
        await self.hear_events(event)
        return event

    def _event(self, state: Account | Profile, revision: int) -> EntityEvent[Any]:
        if isinstance(state, Profile):
            return ProfileImported.of(state, id=new_id(), time=NOON, revision=revision)
        kind = CreatorRegistered if state.brand is None else BrandRegistered
        return kind.of(state, id=new_id(), time=NOON, revision=revision)

    async def fire_timers(self, workers: int = 1) -> int:
        """By so many workers at once; how many timers fired."""
        ticks = [Timers(heard.handlers, self.context.transactions).tick() for _ in range(workers)]
        return sum(await asyncio.gather(*ticks))

    async def events(self, key: str | None = None) -> list[EntityEvent[Any]]:
        """What was said, of one entity or of all, by revision."""
        query = {"kind": "entity"} | ({} if key is None else {"key": key})
        rows = await self.db["outbox"].find(query).to_list(None)
        said = [READERS[row["topic"]].from_body(bytes(row["value"])) for row in rows]
        assert all(event.revision == row["revision"] for event, row in zip(said, rows, strict=True))
        return sorted(said, key=lambda event: (event.entity, event.revision))

    async def facts(self, key: str | None = None) -> list[tuple[int, str]]:
        return [(event.revision, event.fact) for event in await self.events(key)]


@asynccontextmanager
async def a_campaigns(address: str, name: str, files: Path = Path()) -> AsyncIterator[Campaigns]:
    """The service's API in this process, on that database; its loops run elsewhere, or not at all."""
    client = mongo.connect(address)
    settings = CampaignsSettings(
        environment=Environment.DEVELOPMENT,
        notifications_url=NOTIFICATIONS,
        client_id="campaigns",
        client_secret=SecretStr("test"),
        objects_dir=files,
        requests_per_minute=ENDLESS,
        tenant_requests_per_minute=ENDLESS,
    )
    context = a_context("campaigns", client, name, tx=CampaignsTx, settings=settings, handlers=heard.handlers)
    app = build_api(
        context,
        api.ROUTERS,
        title="campaigns",
        health=Health(),
        keys=static_keys(),
        service_tokens=tokens_for_notifications(),
        problems=PROBLEMS,
    )
    yield Campaigns(context, app, Contacts())
    await close_api(app)
    client.close()


def found(answer: httpx.Response, status: int = 200) -> dict[str, Any]:
    """The body of a good answer."""
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The body of a refusal, whose `type` is told as `code`."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    return body | {"code": body["type"].removeprefix("/problems/")}


def fields(answer: httpx.Response) -> list[str]:
    """The fields that a 422 names."""
    return [error["field"] for error in problem(answer, 422)["errors"]]
