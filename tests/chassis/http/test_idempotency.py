import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from chassis.context import Context
from chassis.http import Kind
from chassis.http.idempotency import KEYS
from chassis.testing import a_context, calling
from chassis.tx import Tx
from tests.chassis.http.shop import NAME, a_shop, a_shop_token
from tests.chassis.http.test_problems import is_problem

KEY = {"Idempotency-Key": "k-1"}


async def things(context: Context[Any]) -> list[str]:
    return [row["name"] async for row in context.db.things.find({})]


async def test_a_write_with_a_key_happens_once_and_is_answered_alike(
    brand: httpx.AsyncClient, context: Context[Any]
) -> None:
    first = await brand.post("/v1/things", json={"name": "a"}, headers=KEY)
    again = await brand.post("/v1/things", json={"name": "a"}, headers=KEY)

    assert (first.status_code, first.json()) == (201, {"id": "t-1", "name": "a"})
    assert (again.status_code, again.content) == (201, first.content)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await things(context) == ["a"]


async def test_without_a_key_each_write_happens(brand: httpx.AsyncClient, context: Context[Any]) -> None:
    for _ in range(2):
        await brand.post("/v1/things", json={"name": "a"})

    assert await things(context) == ["a", "a"]
    assert await context.db[KEYS].count_documents({}) == 0


async def test_ten_at_the_same_moment_are_one_effect_and_one_answer(
    brand: httpx.AsyncClient, context: Context[Any]
) -> None:
    answers = await asyncio.gather(*(brand.post("/v1/things", json={"name": "a"}, headers=KEY) for _ in range(10)))

    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert await things(context) == ["a"]


async def test_a_key_that_was_used_for_another_body_is_refused(brand: httpx.AsyncClient, context: Context[Any]) -> None:
    await brand.post("/v1/things", json={"name": "a"}, headers=KEY)

    answer = await brand.post("/v1/things", json={"name": "b"}, headers=KEY)

    assert is_problem(answer, 422, "idempotency-key-reused")
    assert await things(context) == ["a"]


@pytest.mark.parametrize(
    ("token", "path"),
    [
        pytest.param({"who": "b-2"}, "/v1/things", id="another brand"),
        pytest.param({"kind": Kind.BRAND, "who": "b-1", "brand": "b-3"}, "/v1/things", id="the same person elsewhere"),
    ],
)
async def test_nobody_meets_anothers_answer(
    shop: FastAPI, brand: httpx.AsyncClient, context: Context[Any], token: dict[str, Any], path: str
) -> None:
    await brand.post("/v1/things", json={"name": "a"}, headers=KEY)

    async with calling(shop, a_shop_token(**token)) as other:
        answer = await other.post(path, json={"name": "a"}, headers=KEY)

    assert (answer.status_code, answer.json()["id"]) == (201, "t-2")


async def test_a_key_is_bound_to_its_path_and_method(brand: httpx.AsyncClient, context: Context[Any]) -> None:
    await brand.post("/v1/things", json={"name": "a"}, headers=KEY)
    await brand.post("/v1/things", json={"name": "b"})

    gone = [await brand.delete(f"/v1/things/{thing}", headers=KEY) for thing in ("t-1", "t-2", "t-1")]

    assert [answer.status_code for answer in gone] == [204] * 3
    assert [answer.content for answer in gone] == [b""] * 3
    assert gone[2].headers["idempotency-replayed"] == "true"
    assert await things(context) == []


async def test_a_refusal_is_not_kept_so_the_key_can_try_again(brand: httpx.AsyncClient, context: Context[Any]) -> None:
    refused = await brand.post("/v1/things", json={"name": "refused"}, headers=KEY)
    other = await brand.post("/v1/things", json={"name": "a"}, headers=KEY)

    assert (refused.status_code, other.status_code) == (409, 201)
    assert await context.db[KEYS].count_documents({}) == 1


class FailsAtTheEnd(Tx):
    """A transaction that breaks once, after all its work and right before its commit."""

    has_failed = False

    async def flush(self) -> None:
        await super().flush()
        if not FailsAtTheEnd.has_failed:
            FailsAtTheEnd.has_failed = True
            raise RuntimeError("the end")


async def test_a_key_is_there_exactly_if_the_effect_is(context: Context[Any]) -> None:
    failing = a_context(NAME, context.client, context.db.name, tx=FailsAtTheEnd)
    async with calling(a_shop(failing), a_shop_token()) as brand:
        broken = await brand.post("/v1/things", json={"name": "a"}, headers=KEY)
        left = await context.db[KEYS].count_documents({}), await things(context)
        again = await brand.post("/v1/things", json={"name": "a"}, headers=KEY)

    assert (broken.status_code, left) == (500, (0, []))
    assert (again.status_code, again.headers.get("idempotency-replayed")) == (201, None)
    assert await things(context) == ["a"]


async def test_a_key_goes_two_days_later(brand: httpx.AsyncClient, context: Context[Any]) -> None:
    now = context.clock.now()
    await brand.post("/v1/things", json={"name": "a"}, headers=KEY)

    row = await context.db[KEYS].find_one({})
    indexes = await context.db[KEYS].index_information()

    assert row is not None
    assert timedelta(hours=48) - timedelta(seconds=1) <= row["expires_at"] - now < timedelta(hours=48, minutes=1)
    assert indexes["expires_at_1"]["expireAfterSeconds"] == 0


@pytest.mark.parametrize("key", ["", "x" * 201])
async def test_a_key_that_is_none_is_refused(brand: httpx.AsyncClient, key: str) -> None:
    answer = await brand.post("/v1/things", json={"name": "a"}, headers={"Idempotency-Key": key})

    assert is_problem(answer, 422, "invalid")
    assert answer.json()["errors"][0]["field"] == "idempotency-key"
