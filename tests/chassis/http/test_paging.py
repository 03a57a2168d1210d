import base64
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from chassis.context import Context
from chassis.http import Kind, Problem, decode_cursor, encode_cursor
from chassis.testing import calling, foreign_answers
from tests.chassis.http.shop import a_shop_token
from tests.chassis.http.test_problems import is_problem


def a_cursor(value: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=").decode()


async def test_a_list_is_read_page_by_page_without_a_gap(brand: httpx.AsyncClient, context: Context[Any]) -> None:
    await context.db.things.insert_many([{"_id": f"t-{n}", "brand": "b-1", "name": "a"} for n in range(7)])

    pages, cursor = [], None
    while True:
        params = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = (await brand.get("/v1/things", params=params)).json()
        pages.append([thing["id"] for thing in page["items"]])
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert pages == [["t-6", "t-5", "t-4"], ["t-3", "t-2", "t-1"], ["t-0"]]


async def test_a_last_page_that_is_full_has_no_next(brand: httpx.AsyncClient, context: Context[Any]) -> None:
    await context.db.things.insert_many([{"_id": f"t-{n}", "brand": "b-1", "name": "a"} for n in range(3)])

    page = (await brand.get("/v1/things", params={"limit": 3})).json()

    assert (len(page["items"]), page["next_cursor"], page["total"]) == (3, None, None)


async def test_an_empty_list_is_a_page(brand: httpx.AsyncClient) -> None:
    assert (await brand.get("/v1/things")).json() == {"items": [], "next_cursor": None, "total": None}


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", ""])
async def test_a_page_has_one_to_a_hundred(brand: httpx.AsyncClient, limit: str) -> None:
    answer = await brand.get("/v1/things", params={"limit": limit})

    assert is_problem(answer, 422, "invalid")
    assert answer.json()["errors"][0]["field"] == "limit"


@pytest.mark.parametrize(
    "cursor",
    [
        pytest.param("x", id="nonsense"),
        pytest.param("ä", id="not ASCII"),
        pytest.param(a_cursor([{"$ne": None}]), id="an operator"),
        pytest.param(a_cursor({"$ne": None}), id="an object"),
        pytest.param(a_cursor([["t-1"]]), id="a list within"),
        pytest.param(a_cursor([1]), id="another type"),
        pytest.param(a_cursor([None]), id="null"),
        pytest.param(a_cursor(["t-1", "t-2"]), id="of another list"),
        pytest.param(a_cursor([]), id="empty"),
    ],
)
async def test_a_cursor_that_is_not_ours_is_refused(brand: httpx.AsyncClient, cursor: str) -> None:
    answer = await brand.get("/v1/things", params={"cursor": cursor})

    assert is_problem(answer, 422, "invalid")
    assert answer.json()["errors"] == [{"field": "cursor", "message": "This is not a cursor of this list."}]


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.integers(-(2**63), 2**63 - 1),
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=7))])),
)
def test_a_cursor_comes_back_as_it_went(text: str, number: int, time: datetime) -> None:
    assert decode_cursor(encode_cursor([text, number, time]), [str, int, datetime]) == (text, number, time)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param(2**63, int, id="more than the store holds"),
        pytest.param(True, int, id="a boolean is no number"),
        pytest.param("2030-05-04T12:00:00", datetime, id="a time without a zone"),
        pytest.param("yesterday", datetime, id="no time"),
        pytest.param("9999-12-31T23:59:59-23:00", datetime, id="a time past the end of time"),
        pytest.param(7, datetime, id="a number is no time"),
    ],
)
def test_each_value_of_a_cursor_is_of_its_kind(value: Any, kind: type) -> None:
    with pytest.raises(Problem, match="422"):
        decode_cursor(a_cursor([value]), [kind])


@pytest.mark.parametrize(
    ("header", "status"),
    [
        pytest.param('"7"', 204, id="what is there"),
        pytest.param('"6", "7"', 204, id="one of several"),
        pytest.param("*", 204, id="anything"),
        pytest.param('"6"', 412, id="what was there"),
        pytest.param('W/"7"', 412, id="a weak tag"),
        pytest.param("7", 412, id="no tag"),
        pytest.param(None, 428, id="not said"),
    ],
)
async def test_a_change_says_what_it_saw(brand: httpx.AsyncClient, header: str | None, status: int) -> None:
    answer = await brand.put("/v1/things/7", headers={} if header is None else {"If-Match": header})

    assert answer.status_code == status
    if status == 204:
        assert answer.headers["etag"] == '"8"'
    if status == 412:
        assert (answer.headers["etag"], answer.json()["revision"]) == ('"7"', 7)


async def test_the_walk_over_anothers_things_visits_every_route_of_that_kind(
    shop: FastAPI, brand: httpx.AsyncClient
) -> None:
    await brand.post("/v1/things", json={"name": "a"})

    walked = await foreign_answers(
        shop, a_shop_token(who="b-2"), Kind.BRAND, {"thing": "t-1"}, skip=frozenset({"/v1/errors/{which}"})
    )

    assert {(route.method, route.path, answer.status_code) for route, answer in walked} == {
        ("GET", "/v1/things/{thing}", 404),
        ("DELETE", "/v1/things/{thing}", 204),
        ("PUT", "/v1/things/{thing}", 422),
    }
    async with calling(shop, a_shop_token()) as owner:
        assert (await owner.get("/v1/things/t-1")).status_code == 200
