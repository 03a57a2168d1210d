"""Creators found, judged, compared and shortlisted by clicking; a creator's own profile; without JavaScript, too."""

import asyncio
import gzip

import pytest
from playwright.async_api import expect

from console.pages.assets import STYLE
from tests.console import sample_kept
from tests.console.kit import PHONE_AND_DESK
from tests.console.screens import COMPARED, WIDTHS
from tests.console.windows import NEEDS_CHROMIUM, TAGS, a_window, violations

pytestmark = [pytest.mark.browser, pytest.mark.long, NEEDS_CHROMIUM]
BOTH = pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
BUDGET = 60 * 1024


@PHONE_AND_DESK
async def test_a_brand_filters_shortlists_and_compares(chromium, site, width, script):
    async with a_window(chromium, site, "brand", width=width, script=script) as page:
        await page.goto(f"{site.address}/creators")
        await page.locator("summary", has_text="Filters").click()
        await page.fill("#country", "Italy, france")
        await page.fill("#min_followers", "50,000")
        await page.locator("#category").get_by_label("Beauty").check()
        await page.select_option("#audience_gender", "female")
        await page.fill("#audience_gender_share", "60")
        await page.get_by_role("button", name="Show creators").click()
        await page.wait_for_url("**/creators?country=IT&country=FR&category=beauty&audience=gender**")
        for words in ("Italy", "France", "Beauty", "Followers: from 50,000", "Women: 60% or more"):
            assert await page.locator(".chip", has_text=words).count() == 1, words
        await page.locator(".chip", has_text="France").click()
        await page.wait_for_url(lambda url: "country=IT" in url and "country=FR" not in url)
        await page.get_by_label("Choose Ana Moretti").check()
        await page.get_by_label("Choose Linh Nguyễn").check()
        await page.get_by_role("button", name="Shortlist the chosen").click()
        await page.wait_for_url("**done=shortlisted")
        assert await page.is_visible("text=On the shortlist now.")
        await page.get_by_label("Choose Ana Moretti").check()
        await page.get_by_label("Choose Linh Nguyễn").check()
        await page.get_by_role("button", name="Compare the chosen").click()
        assert await page.get_by_role("heading", level=1).inner_text() == "Compare"
        assert await page.locator(".side-by-side thead a.lead").all_inner_texts() == ["Ana Moretti", "Linh Nguyễn"]
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert [said for said in page.complaints if "404" not in said] == []


@BOTH
async def test_a_brand_judges_a_creator_and_sets_the_relevance(chromium, site, script):
    async with a_window(chromium, site, "brand", width=390, script=script) as page:
        await page.goto(f"{site.address}/creators/profile-ana")
        await page.select_option("#persona", sample_kept.PERSONA)
        await page.get_by_text("Costs and your own history").click()
        await page.fill("#sales_low", "10")
        await page.fill("#sales_high", "15")
        await page.get_by_role("button", name="Judge by this").click()
        await page.wait_for_url("**persona=persona-1**")
        assert await page.is_visible("text=+€123.10 to +€480.22")
        await page.fill("#relevance", "a lot")
        await page.get_by_role("button", name="Set it").click()
        assert await page.is_visible("#errors")
        assert await page.input_value("#relevance") == "a lot"
        assert await page.input_value("#sales_low") == "10"
        await page.fill("#relevance", "45")
        await page.get_by_role("button", name="Set it").click()
        await page.wait_for_url("**done=relevance-set**")
        figures = page.get_by_text("Show the figures").first
        await figures.click()
        assert await page.locator(".chart table").first.is_visible()
        await page.get_by_role("button", name="Continue").click()
        await page.wait_for_url("**/invite/profile-ana")


async def test_the_count_follows_the_filters_while_they_are_set(chromium, site):
    async with a_window(chromium, site, "brand", script=True) as page:
        await page.goto(f"{site.address}/creators")
        await page.locator("summary", has_text="Filters").click()
        await page.fill("#country", "Italy")
        await expect(page.locator("#would-find")).to_have_text("Creators found: 1,482")
        await page.fill("#country", "Atlantis")
        await expect(page.locator("#would-find")).to_have_text("")
        assert page.complaints == []


async def test_the_comparison_is_reached_and_scrolled_by_the_keyboard(chromium, site):
    async with a_window(chromium, site, "brand", width=390, script=True) as page:
        await page.goto(site.address + COMPARED)
        for _ in range(40):
            await page.keyboard.press("Tab")
            if await page.evaluate("document.activeElement.className") == "scroll":
                break
        assert await page.evaluate("document.activeElement.getAttribute('aria-label')") == "Creators side by side"
        for _ in range(10):
            await page.keyboard.press("ArrowRight")
        async with asyncio.timeout(60):
            while not await page.evaluate("document.activeElement.scrollLeft"):
                await page.evaluate("new Promise(requestAnimationFrame)")
        first = page.locator(".side-by-side tbody .first").first
        assert (await first.bounding_box())["x"] >= 0, "the names of the lines stay in sight"


async def test_a_brand_explores_by_the_keyboard_alone(chromium, site):
    async with a_window(chromium, site, "brand", script=False) as page:
        await page.goto(f"{site.address}/creators")
        await tab_to(page, "Filters")
        await page.keyboard.press("Enter")
        await tab_to(page, "country", "id")
        await page.keyboard.type("Italy")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/creators?country=IT")
        await tab_to(page, "Shortlist Ana Moretti")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**done=shortlisted")


async def tab_to(page, words, what="textContent"):
    for _ in range(80):
        await page.keyboard.press("Tab")
        found = await page.evaluate(f"(document.activeElement.{what} || '').replace(/\\s+/g, ' ').trim()")
        if found.startswith(words):
            return
    raise AssertionError(f"no way to {words} by the keyboard")


@BOTH
@pytest.mark.parametrize("width", WIDTHS)
async def test_a_creator_registers_what_brands_look_for(chromium, site, width, script):
    site.services.answers["GET discovery/v1/me/profiles"] = {"profiles": []}
    async with a_window(chromium, site, "creator", width=width, script=script) as page:
        await page.goto(f"{site.address}/profile")
        await page.fill("#handle", "@ana.moretti")
        await page.get_by_role("button", name="Register the handle").click()
        assert await page.is_visible("#errors")
        assert await page.input_value("#handle") == "@ana.moretti"
        await page.get_by_label("Beauty").check()
        await page.fill("#rate_amount_0", "900")
        mine = sample_kept.a_registration().model_dump(mode="json")
        site.services.answers["GET discovery/v1/me/profiles"] = {"profiles": [mine]}
        await page.get_by_role("button", name="Register the handle").click()
        await page.wait_for_url("**done=profile-kept")
        assert await page.is_visible("text=ccm-4f1d2a9c0b")
        await page.get_by_role("button", name="Look for the code").click()
        await page.wait_for_url("**done=proven")


@BOTH
async def test_a_persona_and_a_shortlist_are_made_and_removed(chromium, site, script):
    async with a_window(chromium, site, "brand", width=390, script=script) as page:
        await page.goto(f"{site.address}/personas")
        await page.get_by_role("link", name="New persona").click()
        await page.get_by_role("button", name="Save the persona").click()
        assert await page.is_visible("#errors")
        await page.fill("#name", "Runners")
        await page.get_by_role("button", name="Save the persona").click()
        await page.wait_for_url("**/personas?done=persona-kept")
        await page.goto(f"{site.address}/shortlists/new")
        await page.fill("#name", "May")
        await page.get_by_role("button", name="Begin the shortlist").click()
        await page.wait_for_url("**done=shortlist-made")
        await page.get_by_role("link", name="Remove the shortlist").click()
        await page.get_by_role("button", name="Remove the shortlist").click()
        await page.wait_for_url("**/shortlists?done=shortlist-removed")


@BOTH
async def test_alerts_are_read_once(chromium, site, script):
    async with a_window(chromium, site, "brand", width=390, script=script) as page:
        await page.goto(f"{site.address}/shortlists")
        assert await page.is_visible("text=3 new")
        await page.get_by_role("button", name="Mark all as read").click()
        await page.wait_for_url("**done=alerts-read")
        assert await page.locator(".alerts .new").count() == 0


@pytest.mark.parametrize("width", WIDTHS)
async def test_axe_finds_nothing_in_what_opens(chromium, site, axe, width):
    found = []
    async with a_window(chromium, site, "brand", width=width, script=True) as page:
        for path in ("/creators", "/creators/profile-ana?persona=persona-1", "/shortlists/shortlist-1"):
            await page.goto(site.address + path)
            await page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
            await page.evaluate(axe)
            found += await violations(page, path, {"type": "tag", "values": TAGS})
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, path
    assert found == []


@pytest.mark.parametrize(("width", "columns"), [(1280, 6), (390, 3)])
async def test_the_figures_of_all_cards_stand_under_one_another(chromium, site, width, columns):
    async with a_window(chromium, site, "brand", width=width) as page:
        await page.goto(f"{site.address}/creators")
        lefts = await page.eval_on_selector_all(
            ".person-figures > div", "all => all.map(one => Math.round(one.getBoundingClientRect().left))"
        )
        assert len(set(lefts)) == columns


async def test_charts_stand_side_by_side_on_a_desk_and_nothing_sticks_out_of_its_card(chromium, site):
    async with a_window(chromium, site, "brand") as page:
        await page.goto(f"{site.address}/creators/profile-ana")
        tops = await page.eval_on_selector_all(
            ".drawing", "all => all.map(one => Math.round(one.closest('figure').getBoundingClientRect().top))"
        )
        assert tops[0] == tops[1]
        sticking = await page.eval_on_selector_all(
            ".card",
            "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent.slice(0, 40))",
        )
        assert sticking == []


async def test_charts_are_readable_on_a_phone_and_draw_something(chromium, site):
    async with a_window(chromium, site, "brand", width=390) as page:
        await page.goto(f"{site.address}/creators/profile-ana")
        heights = await page.eval_on_selector_all(
            ".drawing text", "all => all.map(one => one.getBoundingClientRect().height)"
        )
        assert min(heights) >= 10
        lines = await page.eval_on_selector_all(".drawing .line", "all => all.map(one => one.getTotalLength())")
        assert len(lines) == 4
        assert min(lines) > 200
        colours = await page.eval_on_selector_all(".drawing .bar", "all => all.map(one => getComputedStyle(one).fill)")
        assert set(colours) == {"rgb(31, 79, 216)"}


async def test_the_richest_page_keeps_the_budget(chromium, site):
    async with a_window(chromium, site, "brand") as page:
        answer = await page.goto(f"{site.address}/creators/profile-ana")
        assert len(gzip.compress(await answer.body())) + len(gzip.compress(STYLE.content)) < BUDGET / 2
