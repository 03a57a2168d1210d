"""An upload that was cut goes on by its key, and no other file is taken for it."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from chassis.http import Kind
from chassis.testing import a_token, calling

ROWS = 4000
FILE = "handle,followers,bio\n" + "".join(f"creator{n},{n},{'x' * 60}\n" for n in range(ROWS))
OTHER = FILE.replace("creator", "another")


@pytest.fixture
async def operator(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(app, a_token(Kind.OPERATOR, "o-1", audience="discovery")) as client:
        yield client


async def cut_upload(app: FastAPI, client: httpx.AsyncClient, content: bytes, key: str) -> int:
    """Send the beginning of a body, then hang up; the status that nobody reads."""
    headers = {**client.headers, "content-type": "text/csv", "idempotency-key": key}
    parts = iter([content[at : at + 20_000] for at in range(0, len(content), 20_000)])
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        part = next(parts, None)
        return (
            {"type": "http.disconnect"} if part is None else {"type": "http.request", "body": part, "more_body": True}
        )

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/v1/imports",
        "raw_path": b"/v1/imports",
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("api.test", 80),
    }
    await app(scope, receive, send)
    return next(message["status"] for message in sent if message["type"] == "http.response.start")


async def upload(client: httpx.AsyncClient, file: str, key: str | None, **params: Any) -> httpx.Response:
    headers = {} if key is None else {"idempotency-key": key}
    return await client.post("/v1/imports", content=file, params=params, headers=headers)


async def handles(context: Any) -> Sequence[str]:
    return sorted([row["handle"] async for row in context.db["profiles"].find({}, {"handle": 1})])


@pytest.fixture
async def half_way(app: FastAPI, operator: httpx.AsyncClient, context: Any) -> int:
    """How many rows of `FILE` are in after it was cut short under the key `k-1`."""
    assert await cut_upload(app, operator, FILE.encode()[: len(FILE) * 99 // 100], "k-1") == 400
    rows = len(await handles(context))
    assert 0 < rows < ROWS
    return rows


async def test_an_upload_that_was_cut_goes_on_and_misses_nothing(operator, context, half_way):
    answer = await upload(operator, FILE, "k-1")
    assert answer.status_code == 200, answer.text
    report = answer.json()
    assert (report["rows"], report["resumed_from"], report["new"]) == (ROWS, half_way, ROWS)
    assert await handles(context) == sorted(f"creator{n}" for n in range(ROWS))
    assert await context.db["profiles"].count_documents({"revision": 1}) == ROWS
    assert await context.db["outbox"].count_documents({"value": {"$exists": True}}) == ROWS


@pytest.mark.parametrize(
    ("file", "params"),
    [
        pytest.param(OTHER, {}, id="another file"),
        pytest.param(FILE, {"network": "instagram"}, id="another network"),
        pytest.param(FILE, {"mapping": "followers="}, id="another mapping"),
        pytest.param(FILE, {"as_of": "2022-06-30"}, id="another day"),
    ],
)
async def test_a_key_of_an_unfinished_import_is_refused_for_another(operator, context, half_way, file, params):
    answer = await upload(operator, file, "k-1", **params)
    assert (answer.status_code, answer.json()["type"].rsplit("/")[-1]) == (422, "idempotency-key-reused")
    assert len(await handles(context)) == half_way
    assert (await upload(operator, file, "k-2", **params)).json()["rows"] == ROWS


@pytest.mark.usefixtures("half_way")
async def test_a_key_is_one_operators_own(app, context):
    async with calling(app, a_token(Kind.OPERATOR, "o-2", audience="discovery")) as another:
        assert (await upload(another, OTHER, "k-1")).json()["new"] == ROWS
    assert len(await handles(context)) > ROWS


async def test_once_it_is_complete_a_key_may_be_used_for_another_file(operator, context):
    for file in ("handle\nanna\n", "handle\nbert\n"):
        assert (await upload(operator, file, "k-1")).json()["new"] == 1
    assert await handles(context) == ["anna", "bert"]
