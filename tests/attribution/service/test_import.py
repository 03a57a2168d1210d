"""Orders from a CSV file over HTTP: streamed, loaded once, decided like any order, bounded."""

import asyncio
import gzip
import io
from datetime import timedelta
from typing import Any

import pytest

from attribution.api.imports import PART, orders_in
from attribution.domain.files.importing import OrderFile
from attribution.domain.files.orders import Reading
from chassis.http import Kind
from chassis.testing import calling
from contracts.stores import OrderObserved, Way
from tests.attribution.builders import NOON, a_click_recorded
from tests.attribution.service.kit import Attribution, an_agreement, only

PATH = "/v1/stores/store-1/orders/import"
HEADER = "order_id,state,placed_at,currency,quantity,unit_price,click_ids"
CLICK = "c0ffee00-1111-7222-8333-444455556666"
CSV = {"Content-Type": "text/csv; charset=utf-8"}


def a_file(*numbers: int, **cells: str) -> bytes:
    usual = {
        "order_id": "",
        "state": "paid",
        "placed_at": "2026-03-02T12:00:00Z",
        "currency": "EUR",
        "quantity": "2",
        "unit_price": "40.00",
        "click_ids": CLICK,
    }
    rows = [",".join((usual | {"order_id": str(number)} | cells).values()) for number in numbers]
    return "\n".join([HEADER, *rows, ""]).encode()


async def post(service: Attribution, content: Any, *, who: Any = None, headers: dict | None = None, query: str = ""):
    async with who or service.brand() as http:
        return await http.post(PATH + query, content=content, headers=headers or CSV)


async def test_a_file_is_loaded_once_and_said_by_its_way(known: Attribution):
    answer = await post(known, a_file(1, 2, 3))
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"rows": 3, "loaded": 3, "repeated": 0, "refused": 0, "faults": []}
    said = await known.said(OrderObserved)
    assert {(one.order, one.way, one.version) for one in said} == {(f"store-1:{n}", Way.CSV, None) for n in (1, 2, 3)}
    again = await post(known, a_file(1, 2, 3, 4))
    assert (again.json()["loaded"], again.json()["repeated"]) == (1, 3)
    assert len(await known.said(OrderObserved)) == 4
    assert {row["outcome"] for row in await known.all_of("deliveries")} == {"observed"}


async def test_an_old_order_of_a_file_is_credited_and_not_held(known: Attribution):
    """MONEY 5: CSV is exempt from the seven days."""
    await known.hear(an_agreement(), a_click_recorded(id=CLICK))
    known.later(timedelta(days=20))
    await post(known, a_file(1))
    await known.hear(*(await known.said(OrderObserved)))
    row = only(await known.all_of("orders"))
    assert (row["outcome"], row["posts"], row["held"]) == ("credited", True, [])


async def test_a_bad_row_is_told_and_the_others_are_loaded(known: Attribution):
    content = a_file(1) + a_file(2, unit_price="free").split(b"\n", 1)[1] + a_file(3).split(b"\n", 1)[1]
    answer = (await post(known, content)).json()
    assert (answer["loaded"], answer["refused"]) == (2, 1)
    assert only(answer["faults"]) == {
        "line": 3,
        "field": "unit_price",
        "reason": "not an amount",
    }


async def test_a_stream_of_parts_is_one_file(known: Attribution):
    async def parts():
        for at in range(0, len(content), 11):
            yield content[at : at + 11]

    content = a_file(*range(450))
    assert (await post(known, parts())).json()["loaded"] == 450


async def test_the_store_itself_may_send_its_file_and_no_other(known: Attribution):
    own = calling(known.app, known.token(Kind.STORE, "store-1"))
    assert (await post(known, a_file(1), who=own)).status_code == 200
    other = calling(known.app, known.token(Kind.STORE, "store-2"))
    assert (await post(known, a_file(1), who=other)).status_code == 404
    assert (await post(known, a_file(1), who=known.brand("brand-2"))).status_code == 404
    assert (await post(known, a_file(1), who=known.creator("creator-1"))).status_code == 403
    assert (await post(known, a_file(1), who=known.store())).status_code == 401


@pytest.mark.parametrize(
    ("content", "headers", "query", "status"),
    [
        pytest.param(a_file(1), {"Content-Type": "application/json"}, "", 415, id="not CSV"),
        pytest.param(a_file(1), {"Content-Type": ""}, "", 415, id="no type"),
        pytest.param(gzip.compress(b"x" * 10**7), CSV | {"Content-Encoding": "gzip"}, "", 415, id="a gzip bomb"),
        pytest.param(gzip.compress(b"x" * 10**6), CSV, "", 422, id="gzip that says it is CSV"),
        pytest.param(b"", CSV, "", 422, id="nothing"),
        pytest.param(b"a,b\n1,2\n", CSV, "", 422, id="another table"),
        pytest.param(b"\xff\xfe\x00\xd8", CSV, "", 422, id="half a surrogate"),
        pytest.param(a_file(1), CSV, "?zone=Nowhere/Land", 422, id="no zone"),
        pytest.param(a_file(1), CSV, "?zone=../../etc/passwd", 422, id="a path for a zone"),
        pytest.param(a_file(1), CSV, "?zone=%00", 422, id="a NUL for a zone"),
        pytest.param(a_file(1), CSV, "?decimal=x", 422, id="no decimal mark"),
    ],
)
async def test_bad_input_by_file_has_its_answer(
    known: Attribution, content: bytes, headers: dict, query: str, status: int
):
    answer = await post(known, content, headers=headers, query=query)
    assert answer.status_code == status, answer.text
    assert await known.said(OrderObserved) == []


async def test_a_file_beyond_its_limit_is_413_and_loads_nothing(known: Attribution, monkeypatch):
    async def without_end():
        yield HEADER.encode() + b"\n"
        for _ in range(60):
            yield b"x" * (1024 * 1024)

    assert (await post(known, without_end())).status_code == 413
    assert await known.said(OrderObserved) == []


async def test_others_are_answered_while_a_file_of_which_nothing_can_be_read_is_read():
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    content = a_file(*range(5_000), unit_price="free")
    reading = Reading(store="store-1", shop="shop.example", received_at=NOON, click_parameter="cclid")
    asking = asyncio.create_task(others())
    found = [one async for one in orders_in(io.BytesIO(content), OrderFile(reading))]
    asking.cancel()
    assert {one.observation for one in found} == {None}
    assert turns >= len(content) // PART > 10


async def test_a_store_that_nobody_has_heard_of_is_to_be_tried_again(service: Attribution):
    answer = await post(service, a_file(1))
    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "1")
