"""A notifications service of the test's own, with a mail server that obeys the test."""

from collections.abc import AsyncIterator

import pytest

from local.stack import Addressed
from tests.notifications.kit import Notifications, a_notifications
from tests.notifications.smtp_server import MailServer, a_mail_server


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    async with a_mail_server() as server:
        yield server


@pytest.fixture
async def service(mongo: Addressed, database: str, mail_server: MailServer) -> AsyncIterator[Notifications]:
    async with a_notifications(mongo.address, database, smtp_port=mail_server.port) as running:
        yield running
