"""The flow: clicks through the redirect, orders on the topic and by webhook, doubled, disordered and poisoned."""

import asyncio
import random
import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from contracts.envelope import Event, headers
from contracts.stores import ObservationKind, OrderObserved, Refund, RefundLine, Way
from contracts.topics import CLICKS, ORDERS
from story.cast import BROWSER, COMMISSION, Cast, half_even, taken_back
from story.shops import a_shopify_order, a_topic_order
from story.trouble import late_click
from tests.chaos.history import History
from tests.chaos.plan import Plan

DOUBLES = 0.05
POISON = 0.001
WEBHOOKS = 0.05
REFUNDS = 0.05
LATE_CLICKS = 0.02
DISORDER_SECONDS = 2.0
CLICKERS = 24
SEND_TRIES = 60
CLICKS_A_WRITE = 50


@dataclass
class Told:
    """What was accepted: orders with who must be credited how much, clicks that were answered, poison by its marker."""

    expected: dict[str, tuple[str, int] | None] = field(default_factory=dict)
    clicks: set[str] = field(default_factory=set)
    poison: set[str] = field(default_factory=set)
    late_clicks: set[str] = field(default_factory=set)
    refused_clicks: int = 0


class Flow:
    """Runs a plan's flow against a cast that has two creators with links and codes."""

    def __init__(self, cast: Cast, plan: Plan, history: History) -> None:
        self._cast = cast
        self._plan = plan
        self._history = history
        self._chance = random.Random(plan.seed)
        self.told = Told()
        self._recent: dict[str, deque[str]] = {name: deque(maxlen=500) for name in cast.links}
        self._codes = {name: f"{name.upper()}{cast.run.upper()}20" for name in cast.links}
        self._links: dict[str, dict[str, Any]] = {}
        self._answered: list[dict[str, Any]] = []

    async def run(self) -> Told:
        """Send it all; returns when every answer is known."""
        items = self._cast.people["brand"].get("attribution", "/v1/links")["items"]
        self._links = {name: next(i for i in items if i["url"] == url) for name, url in self._cast.links.items()}
        producer = AIOKafkaProducer(
            bootstrap_servers=self._cast.where.kafka_bootstrap, enable_idempotence=True, acks="all", linger_ms=5
        )
        await producer.start()
        try:
            async with httpx.AsyncClient(timeout=10, follow_redirects=False) as http:
                await asyncio.gather(self._click(http), self._sell(producer))
        finally:
            await producer.stop()
        return self.told

    async def _click(self, http: httpx.AsyncClient) -> None:
        pace = 1 / self._plan.clicks_per_second
        waiting: set[asyncio.Task[None]] = set()
        began = asyncio.get_running_loop().time()
        for number in range(self._plan.clicks):
            ahead = began + number * pace - asyncio.get_running_loop().time()
            if ahead > 0:
                await asyncio.sleep(ahead)
            if len(waiting) >= CLICKERS:
                _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            name = self._chance.choice(list(self._cast.links))
            waiting.add(asyncio.create_task(self._one_click(http, name, number)))
        await asyncio.gather(*waiting)

    async def _one_click(self, http: httpx.AsyncClient, name: str, number: int) -> None:
        for _ in range(SEND_TRIES):
            try:
                answer = await http.get(self._cast.links[name], headers={"User-Agent": f"{BROWSER} n{number % 997}"})
            except httpx.HTTPError:
                self.told.refused_clicks += 1  # it may have happened or not: nobody was told, nobody may rely on it
                await asyncio.sleep(0.25)
                continue
            if answer.status_code == httpx.codes.FOUND:
                click = parse_qs(urlsplit(answer.headers["location"]).query)["cclid"][0]
                self.told.clicks.add(click)
                self._answered.append({"click": click, "of": name})
                if len(self._answered) >= CLICKS_A_WRITE:
                    answered, self._answered = self._answered, []
                    await asyncio.to_thread(self._history.write, answered)
                self._recent[name].append(click)
                return
            await asyncio.sleep(0.25)
        raise AssertionError("the redirect did not answer for a minute")

    async def _sell(self, producer: AIOKafkaProducer) -> None:
        pace = 1 / self._plan.orders_per_second
        began = asyncio.get_running_loop().time()
        held: list[tuple[float, Event]] = []
        posts: set[asyncio.Task[None]] = set()
        for number in range(self._plan.orders):
            now = asyncio.get_running_loop().time()
            await asyncio.sleep(max(0.0, began + number * pace - now))
            order, later, by_webhook = self._an_order(number)
            if by_webhook is not None:
                posts.add(asyncio.create_task(self._post(by_webhook)))
            elif order is not None:
                later.append(order)
            for event in later:
                held.append((now + self._chance.uniform(0, DISORDER_SECONDS), event))
                if self._chance.random() < DOUBLES:
                    held.append((now + self._chance.uniform(0, DISORDER_SECONDS), event))
            if self._chance.random() < POISON:
                await self._poison(producer)
            due = [event for at, event in held if at <= now]
            held = [(at, event) for at, event in held if at > now]
            await self._send(producer, due)
        await self._send(producer, [event for _, event in held])
        while not self.told.poison:
            await self._poison(producer)
        await asyncio.gather(*posts)

    def _an_order(self, number: int) -> tuple[OrderObserved | None, list[Event], dict[str, Any] | None]:
        """An order, what comes with it at its own time (a refund, a late click), or a webhook's body instead."""
        at = datetime.now(UTC).replace(microsecond=0)
        name = self._chance.choice(list(self._cast.links))
        cents, quantity = self._chance.randint(300, 30_000), self._chance.randint(1, 3)
        kind = self._chance.random()
        click = self._recent[name][-1] if self._recent[name] else None
        if kind < WEBHOOKS and click:
            body = a_shopify_order(8 * 10**17 + self._plan.seed * 10**8 + number, cents, quantity, click, at)
            order_id = f"{self._cast.stores['shopify']}:{body['id']}"
            self._expect(order_id, name, half_even(cents * quantity, COMMISSION))
            return None, [], body
        external = f"c{self._plan.seed}-{number}"
        late = str(uuid.UUID(int=self._chance.getrandbits(128))) if kind > 1 - LATE_CLICKS else None
        code = self._codes[name] if 0.5 < kind < 0.7 else None
        carried = late or (click if kind < 0.75 and code is None else None)
        order = a_topic_order(self._cast.stores["topic"], external, cents, quantity, at, click=carried, code=code)
        later: list[Event] = []
        if late:
            self.told.late_clicks.add(late)
            later.append(late_click(late, self._links[name], at - timedelta(seconds=1)))
        credited = carried is not None or code is not None
        given = half_even(cents * quantity, COMMISSION)
        if self._chance.random() < REFUNDS:
            later.append(self._a_refund(order, cents, at))
            given -= taken_back(given, 1, quantity)
        self._expect(order.order, name if credited else None, given)
        return order, later, None

    def _expect(self, order: str, name: str | None, commission: int) -> None:
        self.told.expected[order] = None if name is None else (self._cast.accounts[name], commission)

    def _a_refund(self, order: OrderObserved, cents: int, at: datetime) -> OrderObserved:
        """One unit goes back; the snapshot said nothing of refunds then, and this says so by itself."""
        return OrderObserved(
            id=str(uuid.UUID(int=self._chance.getrandbits(128))),
            time=at,
            store=order.store,
            order=order.order,
            kind=ObservationKind.REFUND,
            version=at + timedelta(seconds=30),
            way=Way.TOPIC,
            received_at=at,
            refund=Refund(id=f"r-{order.order}", at=at, lines=(RefundLine(line="1", quantity=1, amount=cents),)),
        )

    async def _post(self, body: dict[str, Any]) -> None:
        """A store repeats a webhook until it is taken; every tenth is sent once more."""
        assert self._cast.shopify is not None
        self._history.write([{"webhook": body["id"]}])
        taken = 0
        for _ in range(SEND_TRIES * 2):
            try:
                status = await asyncio.to_thread(self._cast.shopify.send, "orders/create", body)
            except httpx.HTTPError:
                status = 0
            taken += status == httpx.codes.OK
            if taken > (body["id"] % 10 == 0):
                self._history.write([{"webhook": body["id"], "taken": True}])
                return
            await asyncio.sleep(0.5)
        raise AssertionError("a signed webhook was not taken for a minute")

    async def _send(self, producer: AIOKafkaProducer, events: list[Event]) -> None:
        if not events:
            return
        await asyncio.to_thread(self._history.write, [{"event": e.id, "key": e.key()} for e in events])
        for event in events:
            await self._until_acked(producer, event.TOPIC.name, event.body(), event.key(), headers(event, "chaos"))
        await asyncio.to_thread(self._history.write, [{"acked": [event.id for event in events]}])

    async def _poison(self, producer: AIOKafkaProducer) -> None:
        """A record that nobody can read, of one kind or another, on either topic."""
        marker = f"poison-{uuid.UUID(int=self._chance.getrandbits(128))}"
        topic = self._chance.choice((ORDERS, CLICKS)).name
        kind = b"stores.order-observed.v1" if topic == ORDERS.name else b"attribution.click-recorded.v1"
        kinds: list[tuple[bytes | None, list[Any]]] = [
            (b"{not json", [("ce_type", kind)]),
            (b'{"id": "x"}', [("ce_type", kind)]),
            (b"{}", [("ce_type", None)]),
            (b"{}", [("ce_type", b"\xff\xfe")]),
            (b"\xff\xff", [("ce_type", kind), ("other", b"\xff")]),
            (None, [("ce_type", kind)]),
        ]
        value, told = self._chance.choice(kinds)
        self.told.poison.add(marker)
        self._history.write([{"poison": marker}])
        await self._until_acked(producer, topic, value, marker, told)

    async def _until_acked(
        self, producer: AIOKafkaProducer, topic: str, value: bytes | None, key: str, told: list[Any]
    ) -> None:
        for _ in range(SEND_TRIES):
            try:
                await (await producer.send(topic, value=value, key=key.encode(), headers=told))
            except KafkaError:
                await asyncio.sleep(1)
            else:
                return
        raise AssertionError("Kafka took no record for a minute")
