"""Chromium for tests: one for each worker of a run."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for the run."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture
async def chromium(browser: Browser) -> AsyncIterator[Browser]:
    """The run's browser; the windows that a test opens are closed after it."""
    yield browser
    for context in browser.contexts:
        await context.close()
