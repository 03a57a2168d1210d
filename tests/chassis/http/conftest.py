"""A shop on the run's mongod, and what it logs."""

import uuid
from collections.abc import AsyncIterator, Iterator, MutableMapping
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider

from chassis import mongo as store
from chassis import tracing
from chassis.context import Context
from chassis.http import close_api
from chassis.testing import calling
from local.stack import Addressed
from tests.chassis.http.shop import COLLECTIONS, a_shop, a_shop_context, a_shop_token
from tests.support.emptying import empty_collections

Logs = list[MutableMapping[str, Any]]


@pytest.fixture(scope="session")
async def shop_context(mongo: Addressed) -> AsyncIterator[Context[Any]]:
    """One database for the run: making its collections takes longer than most of the tests."""
    client = store.connect(mongo.address)
    context = a_shop_context(client, f"test-shop-{uuid.uuid4().hex[:8]}")
    await store.ensure(context.db, COLLECTIONS)
    yield context
    await client.drop_database(context.db.name)
    client.close()


@pytest.fixture
async def context(shop_context: Context[Any]) -> AsyncIterator[Context[Any]]:
    """The shop's, empty again after the test."""
    yield shop_context
    await empty_collections(shop_context.db)


@pytest.fixture
async def shop(context: Context[Any]) -> AsyncIterator[FastAPI]:
    app = a_shop(context)
    yield app
    await close_api(app)


@pytest.fixture
async def brand(shop: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(shop, a_shop_token()) as client:
        yield client


@pytest.fixture
async def anybody(shop: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(shop) as client:
        yield client


@pytest.fixture
def logs() -> Iterator[Logs]:
    with structlog.testing.capture_logs() as captured:
        yield captured


@pytest.fixture
def traced() -> None:
    """Spans with ids of their own; the process keeps its tracer, and nothing is exported."""
    tracing.start("shop", "test", "")


class Kept(SpanProcessor):
    """Keeps the spans that ended."""

    def __init__(self, spans: list[ReadableSpan]) -> None:
        self.spans = spans

    def on_end(self, span: ReadableSpan) -> None:
        self.spans.append(span)


@pytest.fixture
def spans(traced: None, monkeypatch: pytest.MonkeyPatch) -> list[ReadableSpan]:
    """The spans that end during the test. The process's one provider takes processors and gives none back."""
    found: list[ReadableSpan] = []
    provider = trace.get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    processor = provider._active_span_processor
    monkeypatch.setattr(processor, "_span_processors", (*processor._span_processors, Kept(found)))
    return found
