"""A store's REST API as a server of its own: it answers with the documented bodies, or with what a test wants."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

NEVER = b""


@dataclass
class Asked:
    """One request."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class StandIn:
    """`orders` are listed page by page; `answers` are given first, in their order, as whole HTTP answers."""

    kind: str
    address: str = ""
    orders: list[dict[str, Any]] = field(default_factory=list)
    refunds: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    answers: list[bytes] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    cursors: dict[str, int] = field(default_factory=dict)
    page_size: int | None = None
    bucket: str = "1/40"
    before_answer: Callable[[Asked], Any] | None = None

    def answer(self, asked: Asked) -> bytes:
        if self.answers:
            return self.answers.pop(0)
        if "/refunds" in asked.path:
            order = asked.path.split("/")[-2]
            return said(self.refunds.get(order, []))
        if asked.path.endswith(("orders", "orders.json")):
            return self._shopify_page(asked) if self.kind == "shopify" else self._woo_page(asked)
        wanted = asked.path.rsplit("/", 1)[-1].removesuffix(".json")
        found = next((order for order in self.orders if str(order["id"]) == wanted), None)
        if found is None:
            return said({"errors": "Not Found"}, status=404)
        return said({"order": found} if self.kind == "shopify" else found)

    def _shopify_page(self, asked: Asked) -> bytes:
        if "page_info" in asked.query:
            assert set(asked.query) == {"page_info", "limit"}, "Shopify refuses filters beside a cursor"
            start = self.cursors[asked.query["page_info"]]
        else:
            assert asked.query["status"] == "any"
            start = 0
        size = min(int(asked.query["limit"]), self.page_size or 250)
        headers = {"X-Shopify-Shop-Api-Call-Limit": self.bucket}
        links = []
        if start:
            links.append('<https://elsewhere.example/admin/orders.json?limit=1&page_info=back>; rel="previous"')
        if start + size < len(self.orders):
            cursor = f"cursor-{start + size}"
            self.cursors[cursor] = start + size
            links.append(f'<https://elsewhere.example/admin/orders.json?limit={size}&page_info={cursor}>; rel="next"')
        if links:
            headers["Link"] = ", ".join(links)
        return said({"orders": self.orders[start : start + size]}, headers)

    def _woo_page(self, asked: Asked) -> bytes:
        assert (asked.query["status"], asked.query["dates_are_gmt"]) == ("any", "true")
        size = int(asked.query["per_page"])
        start = (int(asked.query["page"]) - 1) * size
        headers = {"X-WP-Total": str(len(self.orders)), "X-WP-TotalPages": str(-(-len(self.orders) // size))}
        return said(self.orders[start : start + size], headers)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.strip().split("\r\n")
            url = urlsplit(first.split(" ")[1])
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            asked = Asked(url.path, query, headers)
            self.asked.append(asked)
            if self.before_answer is not None:
                await self.before_answer(asked)
            answer = self.answer(asked)
            if answer == NEVER:
                await reader.read()  # until the asker gives up
                return
            writer.write(answer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()


def said(body: Any, headers: dict[str, str] | None = None, status: int = 200) -> bytes:
    """A whole HTTP answer."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(raw)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + raw


@asynccontextmanager
async def a_stand_in(kind: str, **fields: Any) -> AsyncIterator[StandIn]:
    stand_in = StandIn(kind, **fields)
    server = await asyncio.start_server(stand_in.serve, "127.0.0.1", 0)
    try:
        host, port = server.sockets[0].getsockname()[:2]
        stand_in.address = f"http://{host}:{port}"
        yield stand_in
    finally:
        server.close()
        await server.wait_closed()
