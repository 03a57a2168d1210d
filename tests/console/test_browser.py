"""The pages in Chromium: as each role, at both widths, with JavaScript on and off."""

import asyncio

import pytest

from tests.console import sample
from tests.console.kit import PHONE_AND_DESK
from tests.console.windows import NEEDS_CHROMIUM, a_window

pytestmark = [pytest.mark.browser, pytest.mark.long, NEEDS_CHROMIUM]


@PHONE_AND_DESK
async def test_a_brand_registers_and_drafts_a_campaign(chromium, site, width, script):
    async with a_window(chromium, site, width=width, script=script) as page:
        await page.goto(f"{site.address}/sign-in")
        await page.click("text=Register your brand")
        await page.fill("#name", "Nordlys Running")
        await page.fill("#email", "hello@nordlys.example")
        await page.fill("#domains", "nordlys.example")
        await page.get_by_role("button", name="Register").click()
        await page.wait_for_url("**/sign-in/code")
        await page.fill("#code", site.mailbox.code)
        await page.click("text=Continue")
        await page.wait_for_url("**/stores?done=registered")
        assert await page.is_visible("text=Your brand is registered.")
        if width < 860:
            await page.click("text=Menu")
            assert await page.is_visible("#menu")
        await page.click("nav >> text=Campaigns")
        await page.click("main >> text=New campaign")
        await page.fill("#name", "Trail shoes")
        await page.click("text=Save and continue")
        assert await page.is_visible("#errors")
        assert await page.input_value("#name") == "Trail shoes"
        await page.fill("#landing_url", "https://nordlys.example/trail")
        await page.click("text=Save and continue")
        await page.wait_for_url("**/campaigns/campaign-4/edit/goal?done=saved")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_a_creator_comes_in_by_an_invitation_and_accepts(chromium, site, script):
    site.mailbox.invitations["invitation-3"] = "aino@example.com"
    async with a_window(chromium, site, width=390, script=script) as page:
        await page.goto(f"{site.address}/invitations/invitation-3")
        await page.click("text=Send me a code")
        await page.fill("#code", site.mailbox.code)
        await page.click("text=Continue")
        await page.wait_for_url("**/invitations/invitation-3")
        assert await page.is_visible("text=Lumea Skincare invites you")
        await page.get_by_role("button", name="Accept").click()
        await page.wait_for_url("**/invitations/invitation-3?done=accepted")
        assert await page.is_visible("text=You accepted.")


async def test_the_operator_replays_a_dead_letter_by_keyboard(chromium, site):
    async with a_window(chromium, site, "operator", script=False) as page:
        await page.goto(f"{site.address}/dead-letters?service=attribution")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.textContent") == "Skip to content"
        for _ in range(40):
            await page.keyboard.press("Tab")
            if "Send again" in (await page.evaluate("document.activeElement.textContent") or ""):
                break
        await page.keyboard.press("Enter")
        await page.wait_for_url("**done=handled")
        assert await page.is_visible("text=The record was handled.")


async def test_errors_take_the_focus(chromium, site):
    async with a_window(chromium, site, script=True) as page:
        await page.goto(f"{site.address}/register")
        await page.get_by_role("button", name="Register").click()
        await page.wait_for_selector("#errors")
        async with asyncio.timeout(60):
            while await page.evaluate("document.activeElement.id") != "errors":
                await page.evaluate("new Promise(requestAnimationFrame)")


@PHONE_AND_DESK
async def test_a_brand_makes_a_link_and_confirms_a_code(chromium, site, width, script):
    async with a_window(chromium, site, "brand", width=width, script=script) as page:
        await page.goto(f"{site.address}/campaigns/{sample.CAMPAIGN}")
        await page.get_by_role("link", name="Links and codes").click()
        await page.get_by_role("button", name="Confirm MAXIMILIAN15").click()
        assert await page.is_visible("text=The code is confirmed.")
        await page.get_by_role("link", name="New link").click()
        await page.get_by_label("On screen").check()
        await page.fill("#code", "a")
        await page.get_by_role("button", name="Make the link").click()
        assert await page.is_visible("#errors")
        assert await page.get_by_label("On screen").is_checked()
        await page.fill("#code", "ana-glow")
        await page.get_by_role("button", name="Make the link").click()
        await page.wait_for_url("**/links/link-2?done=link-made")
        assert await page.is_visible("text=https://go.example/r/ana-glow")
        assert await page.evaluate("document.querySelector('img.qr').naturalWidth") > 0
        await page.get_by_role("button", name="Pause").click()
        await page.wait_for_url("**done=link-paused")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_a_creator_makes_a_link_of_their_own_and_opens_the_public_page(chromium, site, script):
    async with a_window(chromium, site, "creator", width=390, script=script) as page:
        await page.goto(f"{site.address}/links")
        await page.get_by_role("link", name="New link").click()
        await page.get_by_label("Story").check()
        await page.get_by_role("button", name="Make the link").click()
        await page.wait_for_url("**/links/link-2?done=link-made")
        await page.goto(f"{site.address}/links")
        await page.fill("#page_name", "Ana of Rome")
        await page.get_by_role("button", name="Save the name").click()
        assert await page.is_visible("text=Your page has its new name.")
        await page.get_by_role("link", name="See the page").click()
        assert await page.get_by_role("heading", level=1).inner_text() == "Ana of Rome"
        assert await page.get_by_role("link", name="Shop at Lumea Skincare").get_attribute("href") == (
            "https://go.example/r/k0Xw7Qp"
        )


async def test_the_public_page_is_transferred_in_less_than_30_kb_without_images_and_sets_no_cookie(chromium, site):
    """A2: all that the browser fetches for it, headers included, but for the picture in its tab."""
    async with a_window(chromium, site, width=390, script=False) as page:
        wire = await page.context.new_cdp_session(page)
        await wire.send("Network.enable")
        kinds, sizes = {}, {}
        wire.on("Network.responseReceived", lambda told: kinds.__setitem__(told["requestId"], told["type"]))
        wire.on("Network.loadingFinished", lambda told: sizes.__setitem__(told["requestId"], told["encodedDataLength"]))
        await page.goto(f"{site.address}/c/{sample.CREATOR}", wait_until="networkidle")
        fetched = {kinds[one]: size for one, size in sizes.items() if one in kinds}
        assert {"Document", "Stylesheet"} <= set(fetched)
        assert "Script" not in fetched
        assert "Font" not in fetched
        assert sum(size for kind, size in fetched.items() if kind not in {"Image", "Other"}) < 30 * 1024
        assert await page.context.cookies() == []


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_a_brand_changes_how_orders_are_credited_decides_a_review_and_releases_a_hold(chromium, site, script):
    async with a_window(chromium, site, "brand", width=390, script=script) as page:
        await page.goto(f"{site.address}/policy")
        assert await page.get_by_label("By position").is_checked()
        await page.get_by_label("Equal parts").check()
        await page.get_by_role("button", name="Save for orders from now on").click()
        await page.wait_for_url("**/policy?done=policy-changed")
        await page.goto(f"{site.address}/reviews")
        await page.get_by_label("Your reason").fill("Seen the video")
        await page.get_by_role("button", name="Let it count").click()
        await page.wait_for_url("**/reviews?done=review-accepted")
        await page.goto(f"{site.address}/orders/{sample.HELD}")
        await page.get_by_text("Release it").click()
        await page.get_by_label("Why it may be paid").fill("Asked the shop")
        await page.get_by_role("button", name="Release the commission").click()
        await page.wait_for_url("**done=released")
        assert await page.is_visible("text=The commission becomes payable after its hold.")
