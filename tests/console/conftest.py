import pytest

from tests.console.kit import a_console


@pytest.fixture
async def console(mongo, database):
    async with a_console(mongo.address, database) as running:
        yield running
