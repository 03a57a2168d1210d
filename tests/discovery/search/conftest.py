"""A brand that searches."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from chassis.context import Context
from chassis.http import Kind
from chassis.testing import calling
from tests.discovery.search.asking import ANNA, BEPPE, CLAUDE, say, token


@pytest.fixture
async def brand(app: FastAPI, context: Context[Any]) -> AsyncIterator[httpx.AsyncClient]:
    await say(context, ANNA, BEPPE, CLAUDE)
    async with calling(app, token(Kind.BRAND)) as client:
        yield client
