"""`python -m tests.notifications.screens [folder]`: pictures of every mail at 390 and 700 px, to be looked at.

Every language, light and dark. What can be seen by a program, it checks: a mail wider than its window is an error.
"""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from notifications.domain import letters
from notifications.domain.letters import Letter, SignInLetter
from notifications.rendering import words
from notifications.rendering.render import Renderer
from tests.notifications.builders import PLACES, a_collaboration, all_known, an_agreed_collaboration
from tests.notifications.sample_others import OTHER_LETTERS
from tests.notifications.sample_steps import FEE, STATES, STEP_LETTERS, letters_of
from tests.support.browsers import CHROMIUM

WIDTHS = (390, 700)
LONG = "Accademia della cucina e dei prodotti tipici di Castelnuovo di Garfagnana"
MAILS: dict[str, Letter] = {
    "invitation": letters.invitation(all_known(), a_collaboration(), PLACES),
    "agreement": letters.agreement(all_known(), an_agreed_collaboration(), PLACES),
    "first-sale": letters.first_sale(all_known(), FEE, PLACES),
    "sign-in-code": SignInLetter(site=PLACES.site, code="482913", minutes=10),
    "long-names": letters_of(STATES["terms-worse"], brand=LONG, campaign=LONG * 2, creator=LONG)[-1],
    **OTHER_LETTERS,
    **{name.replace(" ", "-"): letter for name, letter in STEP_LETTERS.items()},
}


async def take(folder: Path, browser: Browser) -> list[str]:
    """Every mail at every width; returns what is wrong."""
    wrong: list[str] = []
    renderer = Renderer()
    for language in sorted(words.languages()):
        for width in WIDTHS:
            for scheme in ("light", "dark"):
                context = await browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
                page = await context.new_page()
                for name, letter in MAILS.items():
                    await page.set_content(renderer.write(letter, language=language, zone="Europe/Rome").html)
                    wide = await page.evaluate("document.documentElement.scrollWidth")
                    if wide > width:
                        wrong.append(f"{name} in {language} at {width}: {wide} px wide")
                    path = folder / f"mail-{name}-{language}-{width}-{scheme}.png"
                    await page.screenshot(path=path, full_page=True)
                await context.close()
    return wrong


async def main(folder: Path) -> int:
    """Exit status 1 when a mail is too wide."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            wrong = await take(folder, browser)
        finally:
            await browser.close()
    for one in wrong:
        sys.stdout.write(f"{one}\n")
    sys.stdout.write(f"pictures are in {folder}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    pictures = Path(sys.argv[1] if len(sys.argv) > 1 else "build/screens")
    pictures.mkdir(parents=True, exist_ok=True)
    sys.exit(asyncio.run(main(pictures)))
