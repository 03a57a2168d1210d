"""A notifications service of the test's own, with a mail server that obeys the test."""

import uuid
from collections.abc import AsyncIterator

import pytest

from chassis import mongo as driver
from local.stack import Addressed
from tests.notifications.kit import Notifications, a_notifications
from tests.notifications.smtp_server import MailServer, a_mail_server
from tests.support.emptying import empty_collections


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    async with a_mail_server() as server:
        yield server


@pytest.fixture(scope="session")
async def used_again(mongo: Addressed) -> AsyncIterator[str]:
    """A database whose collections are made once; each test finds it empty."""
    name = f"test-notifications-{uuid.uuid4().hex[:12]}"
    yield name
    client = driver.connect(mongo.address)
    await client.drop_database(name)
    client.close()


@pytest.fixture
async def service(mongo: Addressed, used_again: str, mail_server: MailServer) -> AsyncIterator[Notifications]:
    async with a_notifications(mongo.address, used_again, smtp_port=mail_server.port) as running:
        await empty_collections(running.db)
        yield running
