"""A brand's catalogue, as campaigns keeps it."""

from collections.abc import AsyncIterable, Sequence

from chassis.http import Page
from console.clients.caller import Caller, part
from contracts.http.campaigns import AskRates, ChangeProduct, ProductImportOut, ProductOut, RatesOut

LOAD_SECONDS = 120.0
AT_ONCE = 100


class Products:
    """Calls of campaigns' API about products."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def page(self, text: str = "", source: str = "", cursor: str = "", limit: int = 50) -> Page[ProductOut]:
        """Products by the order of their ids, with how many there are in all."""
        wish = {"text": text, "source": source, "cursor": cursor, "limit": limit}
        return await self._caller.get("/v1/products", Page[ProductOut], wish)

    async def those(self, ids: Sequence[str]) -> dict[str, ProductOut]:
        """The first hundred of these, by id; those that the catalogue does not have are left out."""
        if not ids:
            return {}
        found = await self._caller.get("/v1/products", Page[ProductOut], {"id": list(ids[:AT_ONCE])})
        return {product.id: product for product in found.items}

    async def find(self, product: str) -> ProductOut:
        """One product."""
        return await self._caller.get(f"/v1/products/{part(product)}", ProductOut)

    async def change(self, product: str, asked: ChangeProduct, seen: int) -> ProductOut:
        """Write what was changed by hand, if nobody has changed the product since revision `seen`."""
        return await self._caller.write("PATCH", f"/v1/products/{part(product)}", ProductOut, asked, seen=seen)

    async def rates(self, products: Sequence[str], share: int) -> RatesOut:
        """Rows of a plan that pay `share` basis points of each product's margin."""
        asked = AskRates(share=share, products=tuple(products))
        return await self._caller.write("POST", "/v1/products/rates", RatesOut, asked)

    async def load(self, content: AsyncIterable[bytes], decimal: str) -> ProductImportOut:
        """Load a CSV file."""
        return await self._caller.upload(
            "/v1/products/import", ProductImportOut, content, "text/csv", {"decimal": decimal}, seconds=LOAD_SECONDS
        )
