"""The whole platform from nothing: the demo's story is told to it, and then a person looks at it with a browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from local.demo import bring_up
from local.group import Group
from local.ports import free_port
from local.system import Ports
from story.addresses import Addresses, Wishes
from story.cast import FEE, Cast
from story.people import Mailbox
from story.run import tell
from story.silence import MOVED_BY
from story.work import CHANGED_IDEA, LIVE_URL
from tests.support.browsers import CHROMIUM

SCREENS = Path("build/screens/e2e")


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_story_holds_and_a_brand_and_a_creator_see_it_on_their_pages(tmp_path):
    with Group() as group:
        ports = Ports(*(free_port() for _ in range(7)))
        system, mail = bring_up(group, tmp_path, ports)
        where = Addresses.from_environment(system.addresses | {"MAIL_URL": mail.url})
        worker = system.processes["attribution-worker"]

        def kill() -> None:
            worker.kill()
            worker.start()

        cast = tell(where, Wishes(orders=60), kill=kill, move_clock=lambda offset: system.move_clock(group, offset))
        assert {process.env["CLOCK_OFFSET"] for process in system.processes.values()} == {MOVED_BY}
        group.look()  # as `make up` does until Ctrl-C: whatever ended by itself would end it
        if not Path(CHROMIUM).is_file():
            pytest.skip(f"the story held; its pages need {CHROMIUM}")
        with a_browser() as browser:
            look_as_brand(browser, cast, mail.url)
            look_as_creator(browser, cast, mail.url)


def look_as_brand(browser: Browser, cast: Cast, mail_url: str) -> None:
    """The campaign with its creators and figures, what became of each, and why an order was credited."""
    page = signed_in(browser, cast, cast.people["brand"].address, mail_url)
    page.goto(f"{cast.where.console_url}/campaigns/{cast.campaign}")
    text = page.inner_text("main")
    assert "Autumn lamps" in text
    assert re.search(r"5,?\d{3}\.\d\d", text), "no creator has thousands of euros of commission or sales"
    assert "Declined" in text
    screenshot(page, "brand-campaign")
    page.locator("main a[href*='/orders/']").first.click()
    assert "Ledger" in page.inner_text("main")
    screenshot(page, "brand-order")
    page.goto(f"{cast.where.console_url}/collaborations/{cast.collaborations['ada']}")
    text = page.inner_text("main")
    assert "Completed" in text
    assert LIVE_URL in text
    page.locator("main summary").evaluate_all("folded => folded.forEach(one => one.parentElement.open = true)")
    assert "The disclosure #ad is missing." in page.inner_text("main"), "what was asked of a version is not kept"
    screenshot(page, "brand-collaboration")
    page.goto(f"{cast.where.console_url}/collaborations/{cast.invitations['dora']}")
    assert "Expired" in page.inner_text("main")
    screenshot(page, "brand-expired")


def look_as_creator(browser: Browser, cast: Cast, mail_url: str) -> None:
    """Links, code and earnings, with the sum that the story reckoned."""
    page = signed_in(browser, cast, cast.people["ada"].address, mail_url)
    page.goto(f"{cast.where.console_url}/earnings")
    due = sum(e[1] for e in cast.expected.values() if e is not None and e[0] == cast.accounts["ada"])
    text = page.inner_text("main")
    assert f"{(due + FEE) / 100:,.2f}" in text
    assert f"{due / 100:,.2f}" in text, "commission and fee are not told apart"
    screenshot(page, "creator-earnings")
    page.goto(f"{cast.where.console_url}/my-work/{cast.collaborations['ada']}")
    page.locator("main summary").evaluate_all("folded => folded.forEach(one => one.parentElement.open = true)")
    text = page.inner_text("main")
    assert "Completed" in text
    assert CHANGED_IDEA in text
    screenshot(page, "creator-work")
    page.goto(f"{cast.where.console_url}/links")
    assert cast.links["ada"] in page.inner_text("main")
    screenshot(page, "creator-links")


def signed_in(browser: Browser, cast: Cast, address: str, mail_url: str) -> Page:
    """A page of a person who has typed an address, and then the code from the mail."""
    mailbox = Mailbox(mail_url)
    seen = {mail["MessageID"] for mail in mailbox.to(address)}
    page = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=False).new_page()
    page.goto(f"{cast.where.console_url}/sign-in")
    page.locator("input[name=email]").fill(address)
    page.locator("form.form button.primary").click()
    page.locator("input[name=code]").fill(mailbox.code_for(address, seen))
    page.locator("form.form button.primary").click()
    mailbox.close()
    return page


def screenshot(page: Page, name: str) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{name} is {overflow} px too wide at {width}"
        page.screenshot(path=str(SCREENS / f"{name}-{width}.png"), full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


@contextmanager
def a_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()
