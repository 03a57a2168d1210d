"""A shop of ours: pages with the snippet, a cart that answers as Shopify's does, and a checkout that posts a form."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from chassis.ids import new_id
from tests.snippet.plugin import SNIPPET, checkout

SCRIPT = SNIPPET / "creator-clicks.js"

PRIVACY = """
window.Shopify = {
  routes: {root: '/'},
  loadFeatures: function (features, ready) {
    if (features[0].name !== 'consent-tracking-api') { throw new Error('asked for ' + features[0].name); }
    setTimeout(function () {
      Shopify.customerPrivacy = {
        marketingAllowed: function () { return %s; },
        answer: function (yes) {
          Shopify.customerPrivacy.marketingAllowed = function () { return yes; };
          document.dispatchEvent(new CustomEvent('visitorConsentCollected', {detail: {marketingAllowed: yes}}));
        }
      };
      ready();
    }, 0);
  }
};
"""
"""Shopify's Customer Privacy API, as far as a theme sees it: loaded on request, and telling of each answer."""

SHOPIFY_PAGE = """<!doctype html><title>Shop</title>
<script>%(head)s</script>
<script src="/creator-clicks.js" data-cart="shopify" defer></script>
<form action="/cart" method="post"><button name="checkout" value="1">Check out</button></form>
"""
FORM_PAGE = """<!doctype html><title>Shop</title>
<script>%(head)s</script>
<script src="/creator-clicks.js" data-cart="form" data-keep="%(keep)s" defer></script>
<form class="checkout" action="/place-order" method="post"><input name="billing_city" value="Rome">
<button>Place order</button></form>
<form class="newsletter" action="/newsletter" method="post"><input name="address"></form>
"""
AGREED = "window.creatorClicks = {consent: true};"
"""What a consent banner may say before the snippet is there."""


@dataclass
class Shop:
    """Carts by their cookie, and what the shop's order webhooks would carry of each order."""

    head: str = ""
    keep: str = ""
    address: str = ""
    carts: dict[str, dict[str, str]] = field(default_factory=dict)
    note_attributes: list[list[dict[str, str]]] = field(default_factory=list)
    meta_data: list[list[dict[str, Any]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    busy: int = 0
    """How many writes of the cart are refused from now on, as Shopify does under load."""
    other_tab: list[str] = field(default_factory=list)
    """What another tab, which read the cart before, writes right after each of our writes, as long as there is some."""

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of the one cart that there is."""
        [attributes] = self.carts.values()
        return attributes

    def app(self) -> Starlette:
        routes = [
            Route("/creator-clicks.js", self._script),
            Route("/cart.js", self._cart),
            Route("/cart/update.js", self._update, methods=["POST"]),
            Route("/cart", self._cart_form, methods=["POST"]),
            Route("/checkout", self._pay),
            Route("/place-order", self._place, methods=["POST"]),
            Route("/form{rest:path}", self._form_page),
            Route("/{rest:path}", self._page),
        ]
        return Starlette(routes=routes)

    async def _script(self, _request: Request) -> Response:
        return Response(SCRIPT.read_bytes(), media_type="text/javascript")

    async def _page(self, _request: Request) -> Response:
        return HTMLResponse(SHOPIFY_PAGE % {"head": self.head})

    async def _form_page(self, _request: Request) -> Response:
        return HTMLResponse(FORM_PAGE % {"head": self.head, "keep": self.keep})

    def _cart_of(self, request: Request) -> tuple[str, dict[str, str]]:
        token = request.cookies.get("cart", "")
        if token not in self.carts:
            token = new_id()
            self.carts[token] = {}
        return token, self.carts[token]

    def _answer(self, token: str, attributes: dict[str, str]) -> Response:
        response = JSONResponse({"token": token, "note": None, "attributes": attributes, "items": [], "item_count": 0})
        response.set_cookie("cart", token, samesite="lax")
        return response

    async def _cart(self, request: Request) -> Response:
        self.asked.append("cart.js")
        return self._answer(*self._cart_of(request))

    async def _update(self, request: Request) -> Response:
        """The named attributes change, the others stay; an empty value is kept as that."""
        self.asked.append("update.js")
        if self.busy:
            self.busy -= 1
            return JSONResponse({"status": 429, "message": "Too Many Requests"}, 429)
        token, attributes = self._cart_of(request)
        attributes.update(json.loads(await request.body())["attributes"])
        answer = self._answer(token, attributes)
        if self.other_tab:
            attributes["cclid"] = self.other_tab.pop(0)
        return answer

    async def _cart_form(self, request: Request) -> Response:
        _, attributes = self._cart_of(request)
        form = await request.form()
        for name, value in form.multi_items():
            if name.startswith("attributes["):
                attributes[name.removeprefix("attributes[").removesuffix("]")] = str(value)
        return RedirectResponse("/checkout" if "checkout" in form else "/cart", 303)

    async def _pay(self, request: Request) -> Response:
        """The cart becomes an order: its attributes are the order's note attributes."""
        token, attributes = self._cart_of(request)
        self.note_attributes.append([{"name": name, "value": value} for name, value in attributes.items()])
        del self.carts[token]
        return HTMLResponse("<!doctype html><title>Thank you</title>")

    async def _place(self, request: Request) -> Response:
        """The plugin itself puts them into the order's meta data."""
        done = await asyncio.to_thread(checkout, dict(await request.form()), request.cookies)
        self.meta_data.append(done["meta_data"])
        return HTMLResponse("<!doctype html><title>Thank you</title>")


@asynccontextmanager
async def served(shop: Shop, port: int) -> AsyncIterator[Shop]:
    """The shop behind a real port."""
    server = uvicorn.Server(
        uvicorn.Config(shop.app(), host="127.0.0.1", port=port, log_config=None, access_log=False, lifespan="off")
    )
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it by this flag only
        await asyncio.sleep(0.01)
    shop.address = f"http://127.0.0.1:{port}"
    try:
        yield shop
    finally:
        server.should_exit = True
        await task
