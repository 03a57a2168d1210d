"""Discovery on a real database, without its loops: what it says stays in the outbox."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI

from chassis import mongo as store
from chassis.context import Context
from chassis.health import Health
from chassis.http import build_api, close_api
from chassis.service import CHASSIS_COLLECTIONS
from chassis.testing import a_context, no_service_tokens, static_keys
from discovery import api
from discovery.answers import PROBLEMS
from discovery.handlers import handlers
from discovery.store import COLLECTIONS, DiscoveryTx
from local.stack import Addressed
from tests.discovery.builders import CREATORS


@pytest.fixture
async def context(mongo: Addressed, database: str) -> AsyncIterator[Context[Any]]:
    client = store.connect(mongo.address)
    made = a_context("discovery", client, database, tx=DiscoveryTx, handlers=handlers)
    await store.ensure(made.db, [*CHASSIS_COLLECTIONS, *COLLECTIONS])
    yield made
    client.close()


@pytest.fixture
async def app(context: Context[Any]) -> AsyncIterator[FastAPI]:
    built = build_api(
        context,
        [api.router],
        title="discovery",
        health=Health(),
        keys=static_keys(),
        service_tokens=no_service_tokens(),
        problems=PROBLEMS,
    )
    yield built
    await close_api(built)


@pytest.fixture
def real_files() -> None:
    if not CREATORS.is_dir():
        pytest.skip("the real files are not beside this checkout: ../shared/data/creators")
