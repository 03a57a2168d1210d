"""Whatever is written to `stores.orders.v1`: parked or decided, never paid by mistake, never in the way of others.

Each row is written between two good orders of the same batch. Its answer is a reason of a parked record, or what the
order became; the good ones are always paid.
"""

import json
from typing import Any

import pytest

from chassis.dead_letters import DEAD_LETTERS, stored_record
from contracts.envelope import headers
from contracts.stores import OrderObserved
from tests.attribution.builders import NOON, a_click_recorded, a_line, an_order_observed
from tests.attribution.service.kit import Attribution, an_agreement, only
from tests.support.toys import a_record

BAD = "store-1:666"
PARKED = "not-valid"


def the_bad(**changes: Any) -> OrderObserved:
    return an_order_observed(id="bad", order=BAD, **changes)


def body(**changes: Any) -> dict[str, Any]:
    return json.loads(the_bad().body()) | changes


def snapshot(**changes: Any) -> bytes:
    """The body with these fields of the snapshot; what JSON has no word for is written as Python does."""
    return json.dumps(body(snapshot=body()["snapshot"] | changes)).encode()


def line(**changes: Any) -> bytes:
    return snapshot(lines=[body()["snapshot"]["lines"][0] | changes])


def nested(levels: int) -> Any:
    return {"deeper": nested(levels - 1)} if levels else None


VALUES = [
    pytest.param(line(unit_price=-1), PARKED, id="a negative price"),
    pytest.param(line(quantity=-1), PARKED, id="a negative quantity"),
    pytest.param(line(unit_price="10000"), PARKED, id="a price as text"),
    pytest.param(line(quantity="two"), PARKED, id="words for a quantity"),
    pytest.param(line(quantity="1"), "credited", id="digits for a quantity"),
    pytest.param(line(unit_price=1.5), PARKED, id="half a cent"),
    pytest.param(line(unit_price=True), PARKED, id="true for a price"),
    pytest.param(line(unit_price=2**63), PARKED, id="a price beyond 64 bits"),
    pytest.param(line(unit_price=float("nan")), PARKED, id="NaN for a price"),
    pytest.param(line(unit_price=float("inf")), PARKED, id="infinity for a price"),
    pytest.param(snapshot(currency="eur"), PARKED, id="a currency in small letters"),
    pytest.param(snapshot(currency="EUR "), PARKED, id="a space behind the currency"),
    pytest.param(snapshot(currency=None), PARKED, id="no currency"),
    pytest.param(snapshot(lines={}), PARKED, id="lines as an object"),
    pytest.param(snapshot(lines=None), PARKED, id="null for the lines"),
    pytest.param(snapshot(state="gifted"), PARKED, id="a state that is not one"),
    pytest.param(snapshot(placed_at="2026-03-02T12:00:00"), PARKED, id="a time without an offset"),
    pytest.param(snapshot(placed_at="9999-12-31T23:59:59-05:00"), PARKED, id="beyond the year 9999"),
    pytest.param(snapshot(placed_at="2026-02-30T12:00:00Z"), PARKED, id="30 February"),
    pytest.param(snapshot(placed_at="yesterday"), PARKED, id="yesterday"),
    pytest.param(json.dumps(body(order=666)).encode(), PARKED, id="a number for the order"),
    pytest.param(json.dumps(body(order="store-2:666")).encode(), PARKED, id="an order of another store"),
    pytest.param(json.dumps(body(snapshot=None)).encode(), PARKED, id="a snapshot that is missing"),
    pytest.param(json.dumps(body(kind="gossip")).encode(), PARKED, id="a kind that is not one"),
    pytest.param(b"", PARKED, id="an empty value"),
    pytest.param(None, "no-value", id="a null value"),
    pytest.param(b"null", PARKED, id="null"),
    pytest.param(b"[]", PARKED, id="a list"),
    pytest.param(the_bad().body()[:-10], PARKED, id="cut off"),
    pytest.param(the_bad().body().replace(b"EUR", b"\xff\xfe\xfd"), PARKED, id="not UTF-8"),
    pytest.param(b"\xef\xbb\xbf" + the_bad().body(), PARKED, id="a byte order mark"),
    pytest.param(b"[" * 100_000, PARKED, id="nested without end"),
    pytest.param(snapshot(lines=[{}] * 300_000), PARKED, id="a megabyte of empty lines"),
    pytest.param(line(quantity=0), "credited", id="quantity 0"),
    pytest.param(snapshot(lines=[]), "unattributed", id="no lines"),
    pytest.param(snapshot(currency="ZZZ"), "rejected", id="a currency that does not exist"),
    pytest.param(snapshot(placed_at="9999-12-31T00:00:00Z"), "unattributed", id="the year 9999"),
    pytest.param(snapshot(placed_at="1000-01-01T00:00:00Z"), "unattributed", id="the year 1000"),
    pytest.param(snapshot(placed_at="2026-03-02T13:00:00+0100"), "credited", id="an offset without a colon"),
    pytest.param(snapshot(unheard_of=nested(60)), "credited", id="a field that nobody knows, deeply nested"),
    pytest.param(
        the_bad().body().replace(b'"unit_price":10000', b'"unit_price":10000,"unit_price":0'),
        "credited",
        id="a key twice: the last one counts",
    ),
]
PAYS_NOTHING = {"quantity 0", "a key twice: the last one counts"}


@pytest.fixture
async def ready(known: Attribution) -> Attribution:
    await known.hear(an_agreement(), a_click_recorded())
    return known


async def hear_between(service: Attribution, value: bytes | None, **record: Any) -> None:
    before, after = (an_order_observed(id=f"good-{n}", order=f"store-1:{n}") for n in (1, 2))
    poison = a_record(the_bad(), offset=1, value=value, **record)
    records = [a_record(before, offset=0), poison, a_record(after, offset=2)]
    await service.parts.loops["attribution.orders"].handle(records)


async def answer_of(service: Attribution) -> str:
    """Why it was parked, or what the order became; nothing else happened, and it is nowhere twice."""
    letters = await service.all_of(DEAD_LETTERS)
    orders = await service.all_of("orders", {"_id": BAD})
    assert len(letters) + len(orders) == 1, "parked or decided: not both, and not neither"
    return only(letters)["reason"] if letters else only(orders)["outcome"]


async def payable(service: Attribution) -> int:
    async with service.creator("creator-1") as http:
        return only((await http.get("/v1/earnings")).json()["balances"])["payable"]


@pytest.mark.parametrize(("value", "answer"), VALUES)
async def test_a_bad_order_has_its_answer_and_the_good_ones_beside_it_are_paid(
    ready: Attribution, value: bytes | None, answer: str, request: pytest.FixtureRequest
):
    await hear_between(ready, value)
    assert await answer_of(ready) == answer
    assert {row["outcome"] for row in await ready.all_of("orders", {"_id": {"$ne": BAD}})} == {"credited"}
    good = 2 * 1_000
    bad = await ready.ledger(BAD)
    if answer != "credited" or request.node.callspec.id in PAYS_NOTHING:
        assert bad == []
        assert await ready.balance("creator-1") == good
    ready.at(NOON.replace(year=NOON.year + 1))
    assert await payable(ready) - good in {0, 1_000}
    if letters := await ready.all_of(DEAD_LETTERS):
        assert stored_record(only(letters)).value == value, "nothing of it is lost"


async def test_an_order_from_the_future_is_never_payable_by_itself(ready: Attribution):
    """MONEY 5: it is held, and a person is asked."""
    await hear_between(ready, snapshot(placed_at="2026-03-09T12:00:00Z"))
    row = only(await ready.all_of("orders", {"_id": BAD}))
    assert row["held"] == ["placed-after-receipt"]
    ready.at(NOON.replace(year=NOON.year + 1))
    assert await payable(ready) == 2_000


async def test_lines_in_several_currencies_can_not_be_said(ready: Attribution):
    """An order has one currency: a line's own is no field of the contract, and is not read."""
    await hear_between(ready, line(currency="USD"))
    record = await ready.record(BAD, ready.brand())
    assert (record.currency, record.commission) == ("EUR", 1_000)


async def test_an_order_of_5000_lines_is_decided_beside_the_others(ready: Attribution):
    lines = tuple(a_line(100, line=f"line-{n}") for n in range(5_000))
    await hear_between(ready, the_bad(lines=lines).body())
    assert await answer_of(ready) == "credited"
    assert await ready.balance("creator-1") == 2_000 + 50_000


async def test_an_order_beyond_a_megabyte_is_decided_or_parked_and_the_others_go_on(ready: Attribution):
    """The broker takes what its operator lets it take: the topic's limit may be higher than ours."""
    lines = tuple(a_line(100, line=f"line-{n}", product="x" * 150) for n in range(5_000))
    value = the_bad(lines=lines).body()
    assert len(value) > 1_000_000
    await hear_between(ready, value)
    assert await answer_of(ready) == "credited"
    assert len(await ready.all_of("orders")) == 3


HEADERS = [
    pytest.param([], "no-type", id="no headers"),
    pytest.param([("ce_type", None)], "no-type", id="a null type"),
    pytest.param([("ce_type", b"\xff")], "no-type", id="a type that is not UTF-8"),
    pytest.param(
        [*headers(the_bad(), "x"), ("traceparent", b"\xff"), ("", None), ("x", b"y" * 9_000)], "credited", id="odd"
    ),
    pytest.param([*headers(the_bad(), "x"), *headers(the_bad(), "x")], "credited", id="every header twice"),
]


@pytest.mark.parametrize(("odd", "answer"), HEADERS)
async def test_odd_headers_have_their_answer(ready: Attribution, odd: list[Any], answer: str):
    await hear_between(ready, the_bad().body(), headers=odd)
    assert await answer_of(ready) == answer
    assert len(await ready.all_of("orders", {"_id": {"$ne": BAD}})) == 2


async def test_a_type_of_somebody_elses_is_skipped_and_counted(ready: Attribution):
    odd = [(name, b"weather.changed.v1" if name == "ce_type" else value) for name, value in headers(the_bad(), "x")]
    await hear_between(ready, the_bad().body(), headers=odd)
    assert await ready.all_of(DEAD_LETTERS) == []
    assert len(await ready.all_of("orders")) == 2
