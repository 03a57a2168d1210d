"""`python -m tests.console.screens [folder [language]]`: pictures of every page, to be looked at.

In English at 390 and 1280 px, in every other language on a phone, where its longer words have the least room.

The other services are answered from memory by `sample`; MongoDB is real. What can be seen by a program, it checks:
a page that is wider than its window is an error.
"""

import asyncio
import logging
import sys
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import structlog
from playwright.async_api import Browser, async_playwright

from console import catalogues
from console.pages.wizard import steps as wizard_steps
from local import ports
from local.stack import a_mongo, find_source
from tests.console import sample, sample_drafts, sample_kept, sample_people, sample_programs, sample_work
from tests.console.kit import a_console, served, settle
from tests.support.browsers import CHROMIUM
from tests.support.servers import a_folder, running

PHONE = 390
WIDTHS = {1280: 860, PHONE: 844}
EXPLORED = (
    "/creators?text=a&country=IT&country=FR&category=beauty&min_followers=50000&min_engagement=2.5&max_price=1500"
    f"&audience=gender%3Afemale%3A6000&sort=fit&fit_persona={sample_kept.PERSONA}"
)
COMPARED = "/creators/compare?" + "&".join(f"id={id_}" for id_, *_ in sample_people.PEOPLE)
PAGES = [
    ("", "sign-in", "/sign-in"),
    ("", "register", "/register"),
    ("", "invitation-open", "/invitations/invitation-3"),
    ("", "components", "/components"),
    ("", "not-found", "/nowhere"),
    ("", "bio", f"/c/{sample.CREATOR}"),
    ("", "bio-unknown", "/c/nobody"),
    ("", "program-public", "/p/program-2"),
    ("", "program-not-open", "/p/nowhere"),
    ("brand", "programs-of-brand", "/programs"),
    ("brand", "campaign-applications", f"/campaigns/{sample.CAMPAIGN}/applications"),
    ("brand", "campaign-application", f"/campaigns/{sample.CAMPAIGN}/applications/application-2"),
    ("brand", "program-settings", f"/campaigns/{sample.CAMPAIGN}/program"),
    ("brand", "budget", f"/campaigns/{sample.CAMPAIGN}/budget"),
    ("brand", "files", f"/campaigns/{sample.CAMPAIGN}/files"),
    ("brand", "messages", "/messages"),
    ("brand", "conversation", f"/messages/{sample_programs.TALK}"),
    ("brand", "message-new", "/messages/new?profile=profile-ana"),
    ("brand", "board-needs-you", f"/campaigns/{sample.CAMPAIGN}/board?show=needs-you"),
    ("creator", "programs", "/programs?category=beauty&commission=10"),
    ("creator", "program", "/programs/program-2"),
    ("creator", "program-refused", "/programs/program-3"),
    ("creator", "applications", "/applications"),
    ("creator", "application", "/applications/application-1"),
    ("creator", "application-declined", "/applications/application-9"),
    ("creator", "creator-messages", "/messages"),
    ("creator", "creator-conversation", f"/messages/{sample_programs.TALK}"),
    ("creator", "my-work-all", "/my-work?show=all"),
    ("brand", "campaigns", "/campaigns"),
    ("brand", "campaign-new", "/campaigns/new"),
    ("brand", "campaign", f"/campaigns/{sample.CAMPAIGN}"),
    ("brand", "campaign-draft", f"/campaigns/{sample_drafts.WHOLE}/edit"),
    ("brand", "campaign-unfinished", f"/campaigns/{sample_drafts.UNFINISHED}/edit"),
    *(
        ("brand", f"wizard-{step.slug}", f"/campaigns/{sample_drafts.WHOLE}/edit/{step.slug}")
        for step in wizard_steps.STEPS
    ),
    ("brand", "wizard-goal-late", f"/campaigns/{sample_drafts.UNFINISHED}/edit/goal"),
    ("brand", "campaign-end", f"/campaigns/{sample.CAMPAIGN}/course/end"),
    ("brand", "channels", "/channels"),
    ("brand", "products", "/products"),
    ("brand", "products-none", "/products?text=nothing"),
    ("brand", "product", "/products/item/8123"),
    ("brand", "products-import", "/products/import"),
    ("brand", "campaign-orders", f"/campaigns/{sample.CAMPAIGN}/orders"),
    ("brand", "campaign-links", f"/campaigns/{sample.CAMPAIGN}/links"),
    ("brand", "link-new", f"/campaigns/{sample.CAMPAIGN}/links/new"),
    ("brand", "link", f"/campaigns/{sample.CAMPAIGN}/links/link-1"),
    ("brand", "explore", "/creators"),
    ("brand", "explore-filtered", EXPLORED),
    ("brand", "explore-nobody", "/creators?text=nobody&country=FI"),
    ("brand", "explore-wrong", "/creators?min_followers=10&max_followers=5&country=Atlantis&sort=fit"),
    ("brand", "creator", "/creators/profile-ana"),
    ("brand", "creator-fit", f"/creators/profile-ana?persona={sample_kept.PERSONA}&sales_low=10&sales_high=15"),
    ("brand", "creator-unknown", "/creators/profile-aino"),
    ("brand", "compare", COMPARED),
    ("brand", "compare-nobody", "/creators/compare"),
    ("brand", "shortlists", "/shortlists"),
    ("brand", "shortlist-new", "/shortlists/new?id=profile-ana&id=profile-linh"),
    ("brand", "shortlist", f"/shortlists/{sample_kept.SHORTLIST}"),
    ("brand", "shortlist-remove", f"/shortlists/{sample_kept.SHORTLIST}/remove"),
    ("brand", "personas", "/personas"),
    ("brand", "persona", f"/personas/{sample_kept.PERSONA}"),
    ("brand", "persona-remove", f"/personas/{sample_kept.PERSONA}/remove"),
    ("brand", "persona-filled", "/personas/new?fill=own-buyers"),
    ("brand", "persona-fill-refused", "/personas/new?fill=competitor-buyers"),
    ("brand", "invite", f"/campaigns/{sample.CAMPAIGN}/invite/profile-linh"),
    ("brand", "order", f"/orders/{sample.ORDER}?campaign={sample.CAMPAIGN}"),
    ("brand", "order-shared", f"/orders/{sample.SHARED}"),
    ("brand", "order-held", f"/orders/{sample.HELD}"),
    ("brand", "campaign-costs", f"/campaigns/{sample.CAMPAIGN}/costs"),
    ("brand", "held", "/held"),
    ("brand", "store-import", f"/stores/{sample.STORE}/import"),
    ("brand", "store-woocommerce", "/stores/store-2"),
    ("brand", "board", f"/campaigns/{sample.CAMPAIGN}/board"),
    ("brand", "board-stage", f"/campaigns/{sample.CAMPAIGN}/board?stage=concept"),
    ("brand", "collaboration", f"/collaborations/{sample_work.WORK}"),
    ("brand", "collaboration-offers", f"/collaborations/{sample_work.OFFERED}"),
    ("brand", "collaboration-cancel", f"/collaborations/{sample_work.WORK}/propose-cancellation"),
    ("brand", "collaboration-changes", f"/collaborations/{sample_work.WORK}/ask-revision?about=d-1"),
    ("brand", "collaboration-terms", f"/collaborations/{sample_work.WORK}/announce-terms"),
    ("brand", "reviews", "/reviews?show=all"),
    ("brand", "policy", "/policy"),
    ("brand", "stores", "/stores"),
    ("brand", "store-new", "/stores/new"),
    ("brand", "store", f"/stores/{sample.STORE}"),
    ("brand", "menu", f"/campaigns/{sample.CAMPAIGN}#menu"),
    ("creator", "home", "/home"),
    ("creator", "invitations", "/invitations"),
    ("creator", "invitation", "/invitations/invitation-3"),
    ("creator", "invitation-agreed", "/invitations/invitation-0"),
    ("creator", "my-work", "/my-work"),
    ("creator", "work", f"/my-work/{sample_work.WORK}"),
    ("creator", "work-offers", f"/my-work/{sample_work.OFFERED}"),
    ("creator", "work-counter", f"/my-work/{sample_work.OFFERED}/offer"),
    ("creator", "work-concept", f"/my-work/{sample_work.WORK}/propose-concept?about=d-2"),
    ("creator", "links", "/links"),
    ("creator", "my-link-new", "/links/new"),
    ("creator", "my-link-paused", "/links/link-3"),
    ("creator", "earnings", "/earnings"),
    ("creator", "entries", "/earnings/entries"),
    ("creator", "earnings-order", f"/earnings/orders/{sample.ORDER}"),
    ("creator", "earnings-shared", f"/earnings/orders/{sample.HIDDEN}"),
    ("creator", "profile", "/profile"),
    ("creator", "profile-new", "/profile/new"),
    ("operator", "eligibility", "/eligibility"),
    ("operator", "eligibility-market", "/eligibility/FI"),
    ("operator", "profiles", "/profiles"),
    ("operator", "profile-type", "/profiles/profile-aino"),
    ("creator", "privacy", "/privacy"),
    ("operator", "holds", "/holds"),
    ("operator", "held-orders", "/held-orders"),
    ("operator", "record", f"/records/{sample.HELD}"),
    ("operator", "privacy-requests", "/privacy-requests?show=all"),
    ("operator", "privacy-request", "/privacy-requests/request-1"),
    ("operator", "privacy-redaction", "/privacy-requests/request-3"),
    ("operator", "erasures", "/erasures?show=all"),
    ("operator", "erasure", "/erasures/erasure-1"),
    ("operator", "third-parties", "/third-parties"),
    ("operator", "click-counts", "/click-counts"),
    ("operator", "dead-letters", "/dead-letters?service=attribution"),
    ("operator", "dead-letter", f"/dead-letters/attribution/{sample.LETTER}"),
    ("operator", "consumers", "/consumers"),
]


async def take(cookies: dict[str, str], address: str, folder: Path, browser: Browser, language: str) -> list[str]:
    """Every page at every width, light, and some dark; returns what is wrong."""
    is_source = language == catalogues.SOURCE
    end = "" if is_source else f"-{language}"
    widths = WIDTHS if is_source else {PHONE: WIDTHS[PHONE]}
    wrong: list[str] = []
    for width, height in widths.items():
        for role, name, path in PAGES:
            has_dark = is_source and name in {"campaign", "sign-in", "bio", "creator", "explore"}
            for scheme in ("light", "dark") if has_dark else ("light",):
                context = await browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,
                    java_script_enabled=True,
                    locale=language,
                )
                if role:
                    await context.add_cookies([{"name": "session", "value": cookies[role], "url": address}])
                page = await context.new_page()
                answer = await page.goto(address + path)
                if answer is None or answer.status >= 500:
                    wrong.append(f"{name} at {width}: status {answer.status if answer else 'none'}")
                wide = await page.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    wrong.append(f"{name}{end} at {width}: {wide} px wide")
                suffix = "" if scheme == "light" else "-dark"
                await page.screenshot(path=folder / f"{name}-{width}{suffix}{end}.png", full_page=name != "menu")
                await context.close()
    for width, height in WIDTHS.items() if is_source else ():
        wrong += await after_forms(address, folder, browser, cookies, width, height)
    return wrong


async def after_forms(
    address: str, folder: Path, browser: Browser, cookies: dict[str, str], width: int, height: int
) -> list[str]:
    """The pages that only a form leads to: the code's, and one with errors."""
    context = await browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{address}/sign-in")
    await page.fill("#email", f"somebody-{width}@example.com")
    await page.click("main button")
    await page.screenshot(path=folder / f"code-{width}.png", full_page=True)
    await page.goto(f"{address}/register")
    await page.fill("#email", "nobody")
    await page.click("main button")
    await page.screenshot(path=folder / f"register-errors-{width}.png", full_page=True)
    await context.add_cookies([{"name": "session", "value": cookies["brand"], "url": address}])
    await page.goto(f"{address}/stores/store-1")
    await page.click("main aside button")
    await page.screenshot(path=folder / f"store-credentials-{width}.png", full_page=True)
    await page.goto(f"{address}/stores/store-1/import")
    await page.set_input_files("#file", {"name": "orders.csv", "mimeType": "text/csv", "buffer": b"order_id\n1\n"})
    await page.click("main form button")
    await page.screenshot(path=folder / f"store-imported-{width}.png", full_page=True)
    await page.goto(f"{address}/products/import")
    await page.set_input_files("#file", {"name": "products.csv", "mimeType": "text/csv", "buffer": b"product_id\n1\n"})
    await page.click("main form button")
    await page.screenshot(path=folder / f"products-imported-{width}.png", full_page=True)
    await page.goto(f"{address}/campaigns/new")
    await page.fill("#landing_url", "lumea")
    await page.click("main button.primary")
    await page.screenshot(path=folder / f"campaign-new-errors-{width}.png", full_page=True)
    await context.close()
    return []


async def main(folder: Path, languages: Sequence[str]) -> int:
    """Exit status 1 when a page is too wide or fails."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with ExitStack() as stack:
        mongo = stack.enter_context(running(a_mongo(find_source(), stack.enter_context(a_folder()))))
        port = ports.free_port()
        async with (
            a_console(
                mongo.address, f"screens-{uuid.uuid4().hex[:8]}", console_public_url=f"http://127.0.0.1:{port}"
            ) as console,
            served(console, port) as address,
            async_playwright() as playwright,
        ):
            console.services.answers = sample.answers()
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            try:
                cookies = await settle(console)
                wrong = [
                    one for language in languages for one in await take(cookies, address, folder, browser, language)
                ]
            finally:
                await browser.close()
    for one in wrong:
        sys.stdout.write(f"{one}\n")
    sys.stdout.write(f"pictures are in {folder}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    pictures = Path(sys.argv[1] if len(sys.argv) > 1 else "build/screens")
    pictures.mkdir(parents=True, exist_ok=True)
    sys.exit(asyncio.run(main(pictures, sys.argv[2:] or catalogues.languages())))
