"""What a request to import can say beside the file."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from chassis.http import Kind
from chassis.testing import a_token, calling


@pytest.fixture
async def operator(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(app, a_token(Kind.OPERATOR, "o-1", audience="discovery")) as client:
        yield client


async def test_a_sources_headers_are_remembered_and_forgotten(operator):
    async def read_as(**params: Any) -> dict[str, Any]:
        told = {"source": "agency", **params}
        answer = await operator.post("/v1/imports", params=told, content="handle,Reach,Bio\nanna,7,x\n")
        assert answer.status_code == 200, answer.text
        return answer.json()

    first = await read_as(mapping="followers=#2")
    assert (first["remembered"], first["not_used"]) == ({"followers": "Reach"}, ["Bio"])
    assert (await read_as())["by_memory"] == ["followers"]
    assert (await read_as(source="another"))["mapping"] == {"handle": "handle"}
    assert (await read_as(forget_mapping=True))["mapping"] == {"handle": "handle"}
    assert (await read_as())["by_memory"] == []


async def test_a_list_of_another_day_counts_as_of_that_day(operator, context):
    params = {"as_of": "2022-06-30T12:00:00+02:00"}
    answer = await operator.post("/v1/imports", params=params, content="handle,followers\nanna,7\n")
    assert answer.status_code == 200, answer.text
    (row,) = await context.db["profiles"].find().to_list(None)
    assert row["known"]["followers"][0] == datetime(2022, 6, 30, 10, tzinfo=UTC)
