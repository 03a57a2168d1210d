import uuid

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import WriteConcern

from local import ports
from tests.console import sample
from tests.console.behind import campaigns_behind
from tests.console.kit import a_console, served, settle
from tests.console.windows import NoAxeError, fetch_axe
from tests.console.wizard import Wizard
from tests.support.emptying import empty_collections


@pytest.fixture(scope="session")
def shared_database() -> str:
    """One database for all tests of the console: to make its collections anew takes longer than the tests."""
    return f"test-console-{uuid.uuid4().hex[:12]}"


@pytest.fixture
async def database(mongo, shared_database):
    """The shared database, empty: collections and indexes stand, documents don't."""
    client = AsyncIOMotorClient(mongo.address)
    quick = client.get_database(shared_database, write_concern=WriteConcern(w=1, j=False))
    if await empty_collections(quick):
        # Who reads by majority sees what was deleted until that is in the journal: wait for it once, for all of them.
        await client.admin.command("appendOplogNote", 1, data={"test": "emptied"}, writeConcern={"w": "majority"})
    yield shared_database
    client.close()


@pytest.fixture
async def console(mongo, database):
    async with a_console(mongo.address, database) as running:
        yield running


@pytest.fixture
async def signed_in(console):
    """A browser for each role, of people about whom the other services have much to tell."""
    console.services.answers = sample.answers()
    browsers = {}
    for role, cookie in (await settle(console)).items():
        browsers[role] = console.browser()
        browsers[role].cookies.set("session", cookie)
    yield browsers
    for browser in browsers.values():
        await browser.aclose()


@pytest.fixture
async def wizard(mongo, console, tmp_path):
    """A member of the brand in the wizard, with campaigns' own service behind the console."""
    async with (
        campaigns_behind(console, mongo.address, tmp_path) as people,
        console.browser() as browser,
    ):
        browser.cookies.set("session", (await settle(console))["brand"])
        yield Wizard(browser, people)


@pytest.fixture
async def site(mongo, database):
    """A served console with sample answers: its address and the roles' cookies."""
    port = ports.free_port()
    async with (
        a_console(mongo.address, database, console_public_url=f"http://127.0.0.1:{port}") as console,
        served(console, port) as address,
    ):
        console.services.answers = sample.answers()
        console.address = address
        console.cookies = await settle(console)
        yield console


@pytest.fixture(scope="session")
def axe_script(tmp_path_factory):
    """The script of axe, or why there is none."""
    try:
        return fetch_axe(tmp_path_factory.mktemp("axe"))
    except NoAxeError as error:
        return error


@pytest.fixture(scope="session")
def axe(axe_script):
    """The script of axe; skips visibly where it can't be had."""
    if isinstance(axe_script, NoAxeError):
        pytest.skip(str(axe_script))
    return axe_script
