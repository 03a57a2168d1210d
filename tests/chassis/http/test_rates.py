"""Floods: each account, tenant and store has a budget a minute; beyond it 429 with `Retry-After` (RELIABILITY)."""

from typing import Any

import httpx
import pytest

from chassis.context import Context
from chassis.http import STORE, Problem, Rates, close_api
from chassis.http.tokens import Kind
from chassis.testing import calling
from tests.chassis.http.shop import a_shop, a_shop_token

BURST = 40


async def burst(client: httpx.AsyncClient, times: int = BURST) -> list[httpx.Response]:
    return [await client.get("/v1/things") for _ in range(times)]


def with_budgets(context: Context[Any], *, account: int, tenant: int) -> Any:
    app = a_shop(context)
    app.state.rates = Rates(account=account, tenant=tenant, store=1000)
    return app


async def test_a_burst_beyond_an_accounts_budget_is_told_when_to_come_again(context: Context[Any]) -> None:
    app = with_budgets(context, account=25, tenant=1000)
    async with calling(app, a_shop_token(who="b-1")) as client:
        answers = await burst(client)
    refused = [answer for answer in answers if answer.status_code == 429]
    assert [answer.status_code for answer in answers[:25]] == [200] * 25
    assert len(refused) == BURST - 25
    assert refused[0].headers["content-type"] == "application/problem+json"
    assert refused[0].json()["type"] == "/problems/too-many-requests"
    assert 1 <= int(refused[0].headers["retry-after"]) <= 60
    await close_api(app)


async def test_one_accounts_burst_takes_nothing_from_another(context: Context[Any]) -> None:
    app = with_budgets(context, account=5, tenant=1000)
    async with calling(app, a_shop_token(who="b-1")) as client:
        await burst(client, 10)
    async with calling(app, a_shop_token(who="b-2")) as client:
        assert [answer.status_code for answer in await burst(client, 5)] == [200] * 5
    await close_api(app)


async def test_the_members_of_a_brand_share_its_budget(context: Context[Any]) -> None:
    app = with_budgets(context, account=20, tenant=25)
    answers = []
    for member in ("m-1", "m-2"):
        async with calling(app, a_shop_token(who=member, brand="b-1")) as client:
            answers += await burst(client, 20)
    assert sum(answer.status_code == 429 for answer in answers) == 15
    await close_api(app)


async def test_an_unsigned_flood_uses_up_nobodys_budget(context: Context[Any]) -> None:
    app = with_budgets(context, account=5, tenant=5)
    async with calling(app, "not-a-token") as client:
        assert {answer.status_code for answer in await burst(client, 20)} == {401}
    async with calling(app, a_shop_token(who="b-1")) as client:
        assert [answer.status_code for answer in await burst(client, 5)] == [200] * 5
    await close_api(app)


async def test_the_platforms_own_services_have_no_budget() -> None:
    rates = Rates(account=1, tenant=1, store=1)
    for _ in range(5):
        await rates.count_principal(Kind.SERVICE, "console", None)


async def test_a_stores_budget_is_its_own() -> None:
    rates = Rates(account=1000, tenant=1000, store=2)
    for store in ("s-1", "s-2"):
        for _ in range(2):
            await rates.count(STORE, store)
        with pytest.raises(Problem, match="429") as refused:
            await rates.count(STORE, store)
        assert "one store" in str(refused.value)
