"""Discovery on a real database, without its loops: what it says stays in the outbox."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from chassis import mongo as store
from chassis.context import Context
from chassis.health import Health
from chassis.http import build_api, close_api
from chassis.service import CHASSIS_COLLECTIONS
from chassis.settings import Environment
from chassis.testing import a_context, no_service_tokens, static_keys
from discovery import api
from discovery.answers import PROBLEMS
from discovery.bios import NoSuchBioError
from discovery.handlers import handlers
from discovery.settings import DiscoverySettings
from discovery.store import COLLECTIONS, DiscoveryTx
from local.stack import Addressed
from tests.discovery.builders import CREATORS
from tests.discovery.search.kit import SearchOfOutbox
from tests.support.emptying import empty_collections


@pytest.fixture(scope="session")
async def discovery_context(mongo: Addressed) -> AsyncIterator[Context[Any]]:
    """One database for the run: making its collections takes longer than most of the tests."""
    client = store.connect(mongo.address)
    name = f"test-discovery-{uuid.uuid4().hex[:8]}"
    settings = DiscoverySettings(environment=Environment.DEVELOPMENT)
    made = a_context("discovery", client, name, tx=DiscoveryTx, handlers=handlers, settings=settings)
    await store.ensure(made.db, [*CHASSIS_COLLECTIONS, *COLLECTIONS])
    yield made
    await client.drop_database(name)
    client.close()


@pytest.fixture
async def context(discovery_context: Context[Any]) -> AsyncIterator[Context[Any]]:
    """Discovery, empty again after the test."""
    yield discovery_context
    await empty_collections(discovery_context.db)


class Bio:
    """A network that shows what a test put into a bio."""

    def __init__(self) -> None:
        self.shown: dict[tuple[str, str], str] = {}
        self.networks = ("tiktok",)

    async def read(self, network: str, handle: str) -> str:
        if (network, handle) not in self.shown:
            raise NoSuchBioError("No such page.")
        return self.shown[network, handle]


@asynccontextmanager
async def an_api(context: Context[Any]) -> AsyncIterator[FastAPI]:
    """One process' API over the context's database."""
    built = build_api(
        context,
        api.routers,
        title="discovery",
        health=Health(),
        keys=static_keys(),
        service_tokens=no_service_tokens(),
        problems=PROBLEMS,
    )
    yield built
    await close_api(built)


@pytest.fixture
async def app(context: Context[Any], tmp_path: Path) -> AsyncIterator[FastAPI]:
    async with an_api(context) as built:
        built.state.search = SearchOfOutbox(context, tmp_path)
        built.state.bios = Bio()
        yield built
        await built.state.search.close()


@pytest.fixture
async def replica(context: Context[Any]) -> AsyncIterator[FastAPI]:
    """A second process' API over the same database, without a search."""
    async with an_api(context) as built:
        yield built


@pytest.fixture
def real_files() -> None:
    if not CREATORS.is_dir():
        pytest.skip("the real files are not beside this checkout: ../shared/data/creators")
