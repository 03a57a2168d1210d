"""The store snippet in Chromium, on a shop of ours, ending with what attribution reads in the order's webhook.

DOMAIN A1, MONEY 1: the snippet keeps the last 20 click ids, first-party, with consent, and puts them into the cart.
"""

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.async_api import BrowserContext, Page

from chassis.ids import new_id
from local import ports
from tests.attribution.webhooks.builders import a_shopify_order, a_woo_order, from_shopify, from_woo, snapshot_of
from tests.snippet.plugin import needs_php
from tests.snippet.shop import AGREED, PRIVACY, Shop, served
from tests.support.browsers import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"needs Chromium at {CHROMIUM}"),
]

DAY_MS = 24 * 3600 * 1000
NO_STORAGE = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('', 'SecurityError'); }});"
NO_COOKIES = "Object.defineProperty(document, 'cookie', {get() { return ''; }, set() {}});"
FILL = """() => {
  for (let size = 1 << 20; size >= 1;) {
    try { localStorage['x' + Math.random()] = 'x'.repeat(size); } catch { size >>= 1; }
  }
}"""
OBJECTIONS = {
    "Global Privacy Control": "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true});",
    "Do Not Track": "Object.defineProperty(navigator, 'doNotTrack', {value: '1'});",
}


@pytest.fixture
async def shop():
    async with served(Shop(), ports.free_port()) as running:
        yield running


@asynccontextmanager
async def a_visitor(chromium, *scripts: str):
    """A browser profile of its own; complaints of its pages fail the test."""
    context = await chromium.new_context()
    context.set_default_timeout(20_000)
    for script in scripts:
        await context.add_init_script(script)
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    try:
        yield context
    finally:
        await context.close()
    assert complaints == []


async def land(context: BrowserContext, shop: Shop, *clicks: str, path: str = "/") -> Page:
    """One tab that comes through these clicks, one after the other."""
    page = await context.new_page()
    for click in clicks:
        await page.goto(f"{shop.address}{path}?utm_source=tiktok&cclid={quote(click)}")
    return page


async def until(true: Callable[[], bool], within: float = 20) -> None:
    async with asyncio.timeout(within):
        while not true():  # noqa: ASYNC110 - the browser's requests come in by themselves
            await asyncio.sleep(0.02)


async def kept(page: Page) -> str:
    """Everything that the page could have stored, but for the shop's own cart cookie."""
    found = await page.evaluate(
        "Object.entries({...localStorage, ...sessionStorage}).flat().concat(document.cookie).join(' ')"
    )
    return " ".join(word for word in str(found).split() if not word.startswith("cart="))


async def order_of(page: Page, shop: Shop) -> tuple[str, ...]:
    """Check out, and read the order's webhook as attribution does."""
    await page.get_by_role("button").first.click()
    await page.wait_for_url("**/checkout")
    order = a_shopify_order(note_attributes=shop.note_attributes[-1])
    return snapshot_of(from_shopify("orders/paid", order)).click_ids or ()


@pytest.mark.parametrize("head", [AGREED, PRIVACY % "true"], ids=["own banner", "Shopify's Customer Privacy API"])
async def test_clicks_end_in_the_order_that_attribution_reads(chromium, shop, head):
    shop.head = head
    first, second = new_id(), new_id()
    async with a_visitor(chromium) as context:
        page = await land(context, shop, first)
        await until(lambda: bool(shop.carts) and shop.attributes == {"cclid": first})
        page = await land(context, shop, second)
        await until(lambda: shop.attributes == {"cclid": f"{first},{second}"})
        assert await order_of(page, shop) == (first, second)


async def test_without_an_answer_nothing_is_stored_and_the_cart_is_not_touched(chromium, shop):
    """The page's own id goes into the cart only once the visitor agrees, still before checkout."""
    click = new_id()
    async with a_visitor(chromium) as context:
        page = await land(context, shop, click)
        await page.wait_for_function("window.creatorClicks.ids().length === 0")
        assert await kept(page) == ""
        assert shop.asked == []
        await page.evaluate("creatorClicks.consent(true)")
        await until(lambda: bool(shop.carts) and shop.attributes == {"cclid": click})
        assert click in await kept(page)
        assert await order_of(page, shop) == (click,)


async def test_an_id_whose_page_was_left_without_consent_is_gone(chromium, shop):
    async with a_visitor(chromium) as context:
        page = await land(context, shop, new_id())
        await page.goto(f"{shop.address}/products/serum")
        await page.evaluate("creatorClicks.consent(true)")
        assert await page.evaluate("creatorClicks.ids()") == []
        assert await order_of(page, shop) == ()


async def test_whoever_refuses_later_is_forgotten_in_the_browser_and_in_the_cart(chromium, shop):
    click = new_id()
    async with a_visitor(chromium) as context:
        shop.head = AGREED
        await land(context, shop, click)
        await until(lambda: bool(shop.carts) and shop.attributes == {"cclid": click})
        shop.head = ""
        page = await context.new_page()
        await page.goto(f"{shop.address}/products/serum")
        await page.evaluate("creatorClicks.consent(false)")
        await until(lambda: shop.attributes == {"cclid": ""})
        assert await kept(page) == ""
        assert await order_of(page, shop) == ()


@pytest.mark.parametrize("objection", OBJECTIONS.values(), ids=list(OBJECTIONS))
async def test_a_browser_that_objects_is_never_asked_twice(chromium, shop, objection):
    shop.head = AGREED
    async with a_visitor(chromium, objection) as context:
        page = await land(context, shop, new_id())
        await page.evaluate("creatorClicks.consent(true)")
        assert await page.evaluate("creatorClicks.ids()") == []
        assert await kept(page) == ""
        assert shop.asked == []
        assert await order_of(page, shop) == ()


async def test_where_shopify_asks_for_consent_its_answer_alone_counts(chromium, shop):
    shop.head = PRIVACY % "false" + AGREED
    click = new_id()
    async with a_visitor(chromium) as context:
        page = await land(context, shop, click)
        await page.wait_for_function("window.Shopify.customerPrivacy")
        await page.evaluate("creatorClicks.consent(true)")
        assert await kept(page) == ""
        assert shop.asked == []
        await page.evaluate("Shopify.customerPrivacy.answer(true)")
        await until(lambda: bool(shop.carts) and shop.attributes == {"cclid": click})
        await page.evaluate("Shopify.customerPrivacy.answer(false)")
        await until(lambda: shop.attributes == {"cclid": ""})
        assert await kept(page) == ""


async def test_of_25_clicks_the_newest_20_stay_each_once_the_newest_last(chromium, shop):
    shop.head = AGREED
    clicks = [new_id() for _ in range(25)]
    async with a_visitor(chromium) as context:
        page = await land(context, shop, *clicks, clicks[-1], clicks[10])
        assert await page.evaluate("creatorClicks.ids()") == clicks[-20:]
        await until(lambda: bool(shop.carts) and shop.attributes == {"cclid": ",".join(clicks[-20:])})
        assert await order_of(page, shop) == tuple(clicks[-20:])


async def test_two_tabs_at_once_lose_no_click(chromium, shop):
    shop.head = AGREED
    clicks = [new_id() for _ in range(6)]
    async with a_visitor(chromium) as context:
        await (await context.new_page()).goto(f"{shop.address}/cart.js")  # one cart for all of them
        pages = await asyncio.gather(*(land(context, shop, click) for click in clicks))
        for page in pages:
            await page.wait_for_function(f"creatorClicks.ids().length === {len(clicks)}")
        await until(lambda: set(shop.attributes.get("cclid", "").split(",")) == set(clicks))
        assert set(await order_of(pages[0], shop)) == set(clicks)


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param([NO_STORAGE], id="local storage is switched off"),
        pytest.param(["Storage.prototype.setItem = () => { throw new Error('full'); };"], id="storage takes nothing"),
    ],
)
async def test_without_local_storage_a_first_party_cookie_keeps_the_ids(chromium, shop, trouble):
    shop.head = AGREED
    first, second = new_id(), new_id()
    async with a_visitor(chromium, *trouble) as context:
        page = await land(context, shop, first, second)
        assert await page.evaluate("creatorClicks.ids()") == [first, second]
        [cookie] = [one for one in await context.cookies() if one["name"] == "creator_clicks"]
        assert cookie["sameSite"] == "Lax"
        now = await page.evaluate("Date.now()")
        assert 399 * DAY_MS < cookie["expires"] * 1000 - now <= 400 * DAY_MS + 1000
        assert await order_of(page, shop) == (first, second)


async def test_a_full_storage_makes_room_by_the_cookie(chromium, shop):
    """The storage is really full: the shop has filled the browser's five megabytes."""
    shop.head = AGREED
    click = new_id()
    async with a_visitor(chromium) as context:
        page = await context.new_page()
        await page.goto(f"{shop.address}/products/serum")
        await page.evaluate(FILL)
        await page.goto(f"{shop.address}/?cclid={click}")
        assert await page.evaluate("creatorClicks.ids()") == [click]
        assert click in await page.evaluate("document.cookie")


async def test_with_nothing_to_keep_them_in_the_cart_collects_the_ids(chromium, shop):
    """Private mode without storage and cookies for scripts: each page hands over its own id, the cart keeps them."""
    shop.head = AGREED
    first, second = new_id(), new_id()
    async with a_visitor(chromium, NO_STORAGE, NO_COOKIES) as context:
        page = await land(context, shop, first)
        await until(lambda: bool(shop.carts) and shop.attributes == {"cclid": first})
        await page.goto(f"{shop.address}/?cclid={second}")
        await until(lambda: shop.attributes == {"cclid": f"{first},{second}"})
        assert await order_of(page, shop) == (first, second)


@pytest.mark.parametrize(
    "text", ["{", '["a", null]', "|||", "x" * 100_000, "a.b|%00|" + "y" * 70 + ".1700000000000", "\u0000\ud83d\ude00"]
)
async def test_broken_stored_text_is_passed_over_and_mended(chromium, shop, text):
    shop.head = AGREED
    click = new_id()
    async with a_visitor(chromium) as context:
        page = await context.new_page()
        await page.goto(f"{shop.address}/products/serum")
        await page.evaluate("text => localStorage.setItem('creator_clicks', text)", text)
        await page.goto(f"{shop.address}/?cclid={click}")
        assert await page.evaluate("creatorClicks.ids()") == [click]
        assert (await page.evaluate("localStorage.getItem('creator_clicks')")).startswith(f"{click}.")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("x" * 65, id="longer than any id"),
        pytest.param("a" * 300, id="longer than the contract's ids"),
        pytest.param("short", id="too short"),
        pytest.param("", id="empty"),
        pytest.param("<script>alert(1)</script>", id="a script"),
        pytest.param("01937030-8091,01937030-8092", id="a list"),
        pytest.param("01937030-8091|01937030.1700000000000", id="the stored form"),
        pytest.param("01937030-8091\nSet-Cookie: a=b", id="a line break"),
        pytest.param("01937030-8091; Max-Age=0", id="a cookie's end"),
        pytest.param("01937030\u00008091", id="a control character"),
        pytest.param("०१९३७०३०-८०९१", id="digits of another script"),
        pytest.param("__proto__\u2028", id="a line separator"),
    ],
)
async def test_a_value_that_is_no_click_id_is_never_kept_nor_sent(chromium, shop, value):
    shop.head = AGREED
    async with a_visitor(chromium) as context:
        page = await land(context, shop, value)
        assert await page.evaluate("creatorClicks.ids()") == []
        assert await kept(page) == ""
        assert await order_of(page, shop) == ()


async def test_names_of_objects_own_fields_and_broken_percent_signs_do_no_harm(chromium, shop):
    shop.head = AGREED
    click = new_id()
    async with a_visitor(chromium) as context:
        page = await context.new_page()
        await page.goto(
            f"{shop.address}/?%E0%A4%A=1&cclid=__proto__&cclid&=x&cclid=%zz&cclid={click}&cclid=constructor1'"
        )
        assert await page.evaluate("creatorClicks.ids()") == [click]
        await page.goto(f"{shop.address}/?cclid=constructor")
        assert await page.evaluate("creatorClicks.ids()") == [click, "constructor"]


async def test_ids_are_forgotten_after_400_days(chromium, shop):
    shop.head = AGREED
    old, young = new_id(), new_id()
    async with a_visitor(chromium) as context:
        page = await context.new_page()
        await page.goto(f"{shop.address}/products/serum")
        text = f"`{old}.${{Date.now() - 400 * {DAY_MS} - 1000}}|{young}.${{Date.now() - 399 * {DAY_MS}}}`"
        await page.evaluate(f"localStorage.setItem('creator_clicks', {text})")
        await page.goto(f"{shop.address}/products/serum")
        assert await page.evaluate("creatorClicks.ids()") == [young]
        assert old not in await kept(page)


async def test_a_cart_that_is_busy_gets_the_ids_a_little_later(chromium, shop):
    shop.head, shop.busy = AGREED, 1
    click = new_id()
    async with a_visitor(chromium) as context:
        await land(context, shop, click)
        await until(lambda: shop.busy == 0 and shop.attributes == {"cclid": click})


async def test_ids_that_another_tab_overwrote_in_the_cart_are_put_back(chromium, shop):
    """Shopify's cart knows no comparing write: both tabs read it, both write, and the second writes over the first."""
    shop.head = AGREED
    click, other = new_id(), new_id()
    shop.other_tab = [other, other]
    async with a_visitor(chromium) as context:
        page = await land(context, shop, click)
        await until(lambda: not shop.other_tab and shop.attributes == {"cclid": f"{other},{click}"})
        assert await order_of(page, shop) == (other, click)


async def test_whoever_checks_out_before_the_cart_answered_still_hands_them_over(chromium, shop):
    """Shopify's cart form carries them itself."""
    shop.head, shop.busy = AGREED, 100
    click = new_id()
    async with a_visitor(chromium) as context:
        page = await land(context, shop, click)
        assert await order_of(page, shop) == (click,)


@needs_php
@pytest.mark.parametrize("keep", ["", "cookie"], ids=["hidden field", "first-party cookie"])
async def test_a_checkout_that_posts_a_form_ends_in_meta_data_that_attribution_reads(chromium, shop, keep):
    """WooCommerce and plain JavaScript; the cookie is for checkouts that post no form, such as that of blocks."""
    shop.head, shop.keep = AGREED, keep
    first, second = new_id(), new_id()
    async with a_visitor(chromium) as context:
        page = await land(context, shop, first, second, path="/form")
        assert await page.locator("form.newsletter input").count() == 1
        if keep:
            await page.evaluate("document.querySelector('form.checkout [name=cclid]').remove()")
            await page.evaluate("document.querySelector('form.checkout').submit()")  # no submit event either
        else:
            await page.get_by_role("button", name="Place order").click()
        await page.wait_for_url("**/place-order")
    order = a_woo_order(meta_data=shop.meta_data[-1])
    assert snapshot_of(from_woo("order.created", order)).click_ids == (first, second)
