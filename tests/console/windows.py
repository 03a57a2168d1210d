"""Chromium's windows on a served console, and axe's judgement of what is in them."""

import json
import shutil
import subprocess
import tarfile
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.console.screens import PAGES, WIDTHS
from tests.support.browsers import CHROMIUM

NEEDS_CHROMIUM = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"needs Chromium at {CHROMIUM}")
NPM_SECONDS = 60
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class NoAxeError(Exception):
    """Why axe can't be had."""


def fetch_axe(folder: Path) -> str:
    """axe-core's script out of the npm registry; NoAxeError where it can't be had."""
    npm = shutil.which("npm")
    if npm is None:
        raise NoAxeError("axe-core needs npm")
    try:
        done = subprocess.run(
            [npm, "pack", "axe-core@4", "--json"], cwd=folder, capture_output=True, timeout=NPM_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise NoAxeError("axe-core: the npm registry does not answer") from None
    if done.returncode:
        raise NoAxeError("axe-core: the npm registry does not have it for us")
    with tarfile.open(folder / json.loads(done.stdout)[0]["filename"]) as archive:
        script = archive.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode()


def pages_of(role):
    return [(name, path) for owner, name, path in PAGES if owner == role]


@asynccontextmanager
async def a_window(chromium, site, role="", *, width=1280, script=False, scheme="light"):
    context = await chromium.new_context(
        viewport={"width": width, "height": WIDTHS.get(width, 800)}, java_script_enabled=script, color_scheme=scheme
    )
    if role:
        await context.add_cookies([{"name": "session", "value": site.cookies[role], "url": site.address}])
    page = await context.new_page()
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text) if said.type in {"error", "warning"} else None)
    try:
        yield page
    finally:
        await context.close()


async def violations(page, name, rules):
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    result = await page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{name}: {rule['id']}: {rule['nodes'][0]['html'][:120]} {rule['nodes'][0]['failureSummary']}"
        for rule in result["violations"]
    ]
