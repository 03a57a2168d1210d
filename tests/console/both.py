"""The console with campaigns' own service behind it, both on a real database, for stories told by clicking."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from playwright.async_api import Browser, Page

from local import ports
from tests.campaigns import kit
from tests.console import sample
from tests.console.behind import campaigns_behind
from tests.console.kit import Console, a_console, served, settle


@dataclass
class Both:
    """A served console, its address, its people's cookies, and campaigns' API as the brand calls it."""

    console: Console
    address: str
    cookies: dict[str, str]
    campaign: str = ""
    refusing: str = ""
    collaboration: str = ""

    async def brand(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """The brand's own program calls campaigns' API."""
        desk = self.console.desk
        token = await desk.issuer.mint("brand", "person-brand", "campaigns", brand=sample.BRAND)
        headers = {"Authorization": f"Bearer {token}"}
        return await desk.services["campaigns"].request(method, path, json=body, headers=headers)

    async def published(self, **more: Any) -> str:
        """A campaign with one video, its steps due in two, three and four weeks; its id."""
        dues = {
            f"{step}_due": (sample.NOON + timedelta(weeks=weeks)).isoformat()
            for step, weeks in (("concept", 2), ("submission", 3), ("publication", 4))
        }
        body = {
            "name": "Autumn lamps",
            "landing_url": "https://shop.example/lamps",
            "goal": {"metric": "orders", "target": 300, "measured_by": "both", "deadline": "2031-12-31T00:00:00Z"},
            "brief": {"product": "Reading lamp"},
            "terms": {
                "fee": {"amount": 20_000, "currency": "EUR"},
                "commission": 1000,
                "deliverables": [{"type": "short-video", "platform": "tiktok", **dues}],
            },
        }
        campaign = str(kit.found(await self.brand("POST", "/v1/campaigns", body | more), 201)["id"])
        kit.found(await self.brand("POST", f"/v1/campaigns/{campaign}/publish"))
        return campaign

    async def page(self, browser: Browser, role: str, width: int, *, script: bool = False) -> Page:
        """A window of the person in that role."""
        context = await browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script)
        await context.add_cookies([{"name": "session", "value": self.cookies[role], "url": self.address}])
        return await context.new_page()


@asynccontextmanager
async def both_services(address: str, database: str, **profile: Any) -> AsyncIterator[Both]:
    """Brand, creator and the profile that the creator claims, as it is said here, with nothing made yet."""
    port = ports.free_port()
    async with (
        a_console(address, database, console_public_url=f"http://127.0.0.1:{port}") as console,
        served(console, port) as url,
        campaigns_behind(console, address, **profile),
    ):
        yield Both(console, url, await settle(console))


async def press(page: Page, words: str) -> None:
    """The button or the link with these words."""
    await (
        page.locator("main .button")
        .get_by_text(words, exact=True)
        .or_(page.locator("main .button", has_text=words))
        .first.click()
    )


async def reads(page: Page, *words: str) -> None:
    """What stands in the page's content."""
    text = await page.locator("main").inner_text()
    for one in words:
        assert one in text, (one, text)
