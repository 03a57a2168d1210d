"""The toy service on the run's servers; one database for the run, for making its collections takes a while."""

import uuid
from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from local.stack import Addressed
from tests.support.emptying import empty_collections
from tests.support.toy_service import Toys


@pytest.fixture(scope="session", autouse=True)
def quiet_logs() -> Iterator[None]:
    """structlog's own default prints tracebacks with every local variable."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
async def toy_database(mongo: Addressed) -> AsyncIterator[str]:
    name = f"test-toys-{uuid.uuid4().hex[:8]}"
    toys = Toys(mongo.address, name)
    await toys.setup()
    yield name
    await toys.client.drop_database(name)
    await toys.close()


@pytest.fixture
async def store_toys(mongo: Addressed, toy_database: str) -> AsyncIterator[Toys]:
    """The toy service on a real store; no broker."""
    toys = Toys(mongo.address, toy_database)
    yield toys
    await empty(toys)


@pytest.fixture
async def wire_toys(mongo: Addressed, kafka: Addressed, toy_database: str) -> AsyncIterator[Toys]:
    """The toy service on a real store and a real broker, its topics made."""
    toys = Toys(mongo.address, toy_database, kafka.address)
    await toys.make_topics()
    yield toys
    await empty(toys)


async def empty(toys: Toys) -> None:
    """Close it, and leave nothing to the next test."""
    await empty_collections(toys.db)
    await toys.close()
