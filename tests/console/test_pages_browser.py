"""Every page, walked through once as each role: at both widths, in both schemes, with JavaScript."""

from dataclasses import dataclass, field

import pytest

from tests.console.screens import WIDTHS
from tests.console.windows import NEEDS_CHROMIUM, TAGS, NoAxeError, a_window, pages_of, violations

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(600), NEEDS_CHROMIUM]

SMALLEST_TARGET = 24
PARTS_ON_EACH_OTHER = """people => people.flatMap(person => {
    const inside = e => [e, ...e.querySelectorAll("button, a, p, dd")]
        .filter(e => e.checkVisibility({ contentVisibilityAuto: true })).map(e => e.getBoundingClientRect());
    const parts = [...person.children].map(e => [e.className, inside(e)]);
    const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    return parts.flatMap(([one, boxes], i) => parts.slice(i + 1)
        .filter(([_, others]) => boxes.some(a => others.some(b => meet(a, b))))
        .map(([other]) => `${one} and ${other}`));
})"""
"""What overflows its column lies on what stands in the next."""
PRESSED = ".button, nav a, .chip, .plain, .crumb, input:not([type=hidden]), select, textarea, summary"


@dataclass
class Walk:
    """What was wrong with the pages, and how many there were."""

    pages: int = 0
    wide: list[str] = field(default_factory=list)
    small: list[str] = field(default_factory=list)
    on_each_other: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    axe: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def walks():
    """The walk, once it was made: it takes most of a minute, and each test asks another thing about it."""
    return []


@pytest.fixture
async def walk(chromium, site, axe_script, walks):
    if not walks:
        walks.append(await walked(chromium, site, axe_script))
    return walks[0]


async def walked(chromium, site, axe):
    seen = Walk()
    for role in ("", "brand", "creator", "operator"):
        async with a_window(chromium, site, role, script=True) as page:
            for name, path in pages_of(role):
                await page.goto(site.address + path)
                seen.pages += 1
                if not isinstance(axe, NoAxeError):
                    await page.evaluate(axe)
                    seen.axe += await violations(page, name, {"type": "tag", "values": TAGS})
                    await page.emulate_media(color_scheme="dark")
                    contrast = {"type": "rule", "values": ["color-contrast"]}
                    seen.axe += await violations(page, f"{name}, dark", contrast)
                    await page.emulate_media(color_scheme="light")
                for width, height in WIDTHS.items():
                    await page.set_viewport_size({"width": width, "height": height})
                    await measure(page, f"{name} at {width}", width, seen)
            seen.complaints += [said for said in page.complaints if "404" not in said and "422" not in said]
    return seen


async def measure(page, where, width, seen):
    wide = await page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        seen.wide.append(f"{where}: {wide} px")
    seen.on_each_other += [
        f"{where}: {parts}" for parts in await page.eval_on_selector_all(".person", PARTS_ON_EACH_OTHER)
    ]
    boxes = await page.eval_on_selector_all(
        PRESSED, "found => found.map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect().toJSON()])"
    )
    seen.small += [
        f"{where}: {html} {box['width']}x{box['height']}"
        for html, box in boxes
        if box["width"] and "radio" not in html and "checkbox" not in html
        if box["height"] < SMALLEST_TARGET or box["width"] < SMALLEST_TARGET
    ]


async def test_no_page_is_wider_than_its_window(walk):
    assert walk.pages > 100
    assert walk.wide == []


async def test_nothing_is_too_small_to_press(walk):
    assert walk.small == []


async def test_no_part_of_a_creators_card_lies_on_another(walk):
    assert walk.on_each_other == []


async def test_no_page_complains_to_the_browser(walk):
    assert walk.complaints == []


async def test_axe_finds_nothing(axe, walk):
    assert walk.axe == []
