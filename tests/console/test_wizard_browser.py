"""A campaign written by clicking, from its first step to its publication, with campaigns behind the console."""

import asyncio

import pytest

from local import ports
from tests.campaigns.kit import A_PNG
from tests.console import sample
from tests.console.behind import campaigns_behind
from tests.console.kit import PHONE_AND_DESK, a_console, served, settle
from tests.console.screens import WIDTHS
from tests.console.windows import NEEDS_CHROMIUM, TAGS, violations

pytestmark = [pytest.mark.browser, pytest.mark.long, NEEDS_CHROMIUM]


@pytest.fixture
async def site(mongo, database, tmp_path):
    """A served console with the brand's catalogue."""
    port = ports.free_port()
    async with (
        a_console(mongo.address, database, console_public_url=f"http://127.0.0.1:{port}") as console,
        served(console, port) as address,
        campaigns_behind(console, mongo.address, tmp_path) as people,
    ):
        await people.load(
            "product_id,title,price\n8123,Vitamin serum,34.90\n8124,Sun cream,19.90\n", brand=sample.BRAND
        )
        console.address, console.cookies = address, await settle(console)
        yield console


async def a_page(browser, site, width, *, script):
    context = await browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script)
    await context.add_cookies([{"name": "session", "value": site.cookies["brand"], "url": site.address}])
    return await context.new_page()


async def go_on(page, step=""):
    await page.locator("main").get_by_role("button", name="Save and continue").click()
    if step:
        await page.wait_for_url(f"**/edit/{step}?done=saved")


@PHONE_AND_DESK
async def test_a_brand_writes_a_campaign_step_by_step_and_publishes_it(chromium, site, width, script):
    page = await a_page(chromium, site, width, script=script)
    await page.goto(f"{site.address}/products")
    await page.get_by_role("link", name="New campaign").locator("visible=true").first.click()
    await products(page)
    await goal(page)
    await channels(page)
    await page.fill("#product", "Vitamin C serum")
    await page.fill("#disclosure", "#ad")
    await go_on(page, "files")
    picture = {"name": "logo.png", "mimeType": "image/png", "buffer": A_PNG}
    await page.set_input_files("#file", picture | {"buffer": b"<html>"})
    await page.get_by_role("button", name="Add the file").click()
    assert await page.is_visible("#file-error")
    await page.set_input_files("#file", picture)
    await page.get_by_role("button", name="Add the file").click()
    await page.wait_for_url("**?done=file-added")
    assert await page.get_by_text("logo.png").is_visible()
    await page.locator("main").get_by_role("link", name="Continue", exact=True).click()
    await terms(page)
    await page.get_by_label("Creators may apply, too").check()
    await page.fill("#min_followers", "5000")
    await page.fill("#countries", "Italy, US")
    await page.fill("#q0-text", "Why does it suit your followers?")
    await go_on(page, "budget")
    await page.get_by_label("A budget", exact=False).check()
    await page.fill("#amount", "5000")
    await go_on(page)
    await page.wait_for_url("**/edit?done=saved")
    assert await page.get_by_text("Ready to be published").is_visible()
    text = await page.locator("main").inner_text()
    for words in ("€25,000.00", "TikTok", "#ad", "20%", "5,000 followers or more", "Italy, United States", "€5,000.00"):
        assert words in text, words
    await page.get_by_role("button", name="Publish").click()
    await page.wait_for_url("**?done=published")
    await page.locator("main").get_by_role("link", name="Pause the campaign").click()
    await page.get_by_role("button", name="Pause the campaign").click()
    await page.wait_for_url("**?done=paused")


async def products(page):
    """A name that is missing, then a product that is found and ticked."""
    await page.fill("#landing_url", "https://shop.example/serum")
    await go_on(page)
    assert await page.is_visible("#errors")
    assert await page.input_value("#landing_url") == "https://shop.example/serum"
    await page.fill("#name", "Spring serum launch")
    await page.get_by_label("Chosen products", exact=True).check()
    await page.fill("#find", "sun")
    await page.get_by_role("button", name="Find").click()
    await page.get_by_label("Sun cream").check()
    assert await page.input_value("#name") == "Spring serum launch"
    await go_on(page, "goal")


async def goal(page):
    """Refused with reasons, then warned of the long route."""
    await go_on(page)
    for field in ("metric", "target", "measured_by", "deadline"):
        assert await page.is_visible(f"#{field}-error")
    await page.select_option("#metric", "sales-amount")
    await page.fill("#target", "25000")
    await page.select_option("#measured_by", "both")
    await page.fill("#deadline", "2031-12-31")
    await page.get_by_label("Over a long route", exact=False).check()
    await go_on(page, "goal")
    assert await page.get_by_text("over a long route, for which direct sales").is_visible()
    await page.get_by_role("link", name="Continue: Channels").click()


async def channels(page):
    """A channel that does not suit is warned of."""
    await page.select_option("#category", "beauty")
    await page.get_by_label("Is casual").check()
    await page.get_by_label("LinkedIn").check()
    await go_on(page, "channels")
    assert await page.get_by_text("LinkedIn is a poor place for a casual product. Better: TikTok.").is_visible()
    await page.get_by_label("LinkedIn").uncheck()
    await page.get_by_label("TikTok").check()
    await go_on(page, "brief")


async def terms(page):
    """Rates, tiers and deliverables; a day of the past is refused in its row and all else kept."""
    await page.fill("#fee", "250")
    await page.fill("#rate", "12.5")
    await page.fill("#r0-product", "8123")
    await page.fill("#r0-rate", "20")
    await page.fill("#t0-volume", "10000")
    await page.fill("#t0-rate", "15")
    await page.fill("#d0-submission_due", "2020-01-01")
    await page.fill("#d0-publication_due", "2031-06-30")
    await go_on(page)
    assert await page.is_visible("#d0-submission_due-error")
    assert await page.input_value("#r0-product") == "8123"
    await page.fill("#d0-submission_due", "2031-06-20")
    await page.get_by_role("button", name="Save and add more").click()
    await page.wait_for_url("**/edit/terms?done=saved")
    assert await page.is_visible("#d1-publication_due")
    await go_on(page, "joining")


async def test_two_devices_two_versions_and_both_are_seen(chromium, site):
    one, other = [await a_page(chromium, site, width, script=False) for width in WIDTHS]
    await one.goto(f"{site.address}/campaigns/new")
    await one.fill("#name", "Spring serum launch")
    await one.fill("#landing_url", "https://shop.example/serum")
    await go_on(one, "goal")
    address = one.url.split("/edit")[0]
    for page in (one, other):
        await page.goto(f"{address}/edit/brief")
    await one.fill("#product", "Day serum")
    await go_on(one, "files")
    await other.fill("#product", "Night serum")
    await go_on(other)
    assert await other.get_by_text("Somebody else changed this step meanwhile").is_visible()
    table = await other.locator("table.compare").inner_text()
    assert "Night serum" in table
    assert "Day serum" in table
    assert await other.input_value("#product") == "Night serum"
    await go_on(other, "files")
    await one.goto(f"{address}/edit/brief")
    assert await one.input_value("#product") == "Night serum"


async def test_errors_and_conflicts_are_announced_and_axe_finds_nothing_in_them(chromium, site, axe):
    page = await a_page(chromium, site, 390, script=True)
    rules = {"type": "tag", "values": TAGS}
    await page.goto(f"{site.address}/campaigns/new")
    await go_on(page)
    await page.wait_for_selector("#errors")
    async with asyncio.timeout(60):
        while await page.evaluate("document.activeElement.id") != "errors":
            await page.evaluate("new Promise(requestAnimationFrame)")
    await page.evaluate(axe)
    assert await violations(page, "errors", rules) == []
    await page.fill("#name", "Spring serum launch")
    await page.fill("#landing_url", "https://shop.example/serum")
    await go_on(page, "goal")
    address = page.url.split("/edit")[0]
    other = await a_page(chromium, site, 390, script=True)
    for one in (page, other):
        await one.goto(f"{address}/edit/brief")
    await other.fill("#product", "Day serum")
    await go_on(other, "files")
    await page.fill("#product", "Night serum")
    await go_on(page)
    await page.wait_for_selector("#conflict")
    assert await page.get_attribute("#conflict", "role") == "alert"
    await page.evaluate(axe)
    assert await violations(page, "conflict", rules) == []
