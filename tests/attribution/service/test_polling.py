"""The reconciliation poll: what webhooks lost is found by asking, once, by one worker, across any crash."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from attribution.store import polls
from chassis.http.outward import Outward
from contracts.stores import ObservationKind, OrderObserved, Way
from tests.attribution.builders import a_click_recorded
from tests.attribution.service.kit import an_agreement, only
from tests.attribution.service.polling_kit import KEYS, MINUTE, TOKEN, Poll, numbered
from tests.attribution.service.standin import NEVER, said
from tests.attribution.webhooks.builders import (
    ORDER_ID,
    SECRET,
    a_shopify_line,
    a_shopify_order,
    a_woo_order,
    money,
    raw_of,
    shopify_headers,
)


async def test_a_shopify_store_is_asked_page_by_page_with_its_token(poll: Poll):
    poll.shopify.orders, poll.shopify.page_size = numbered(7), 3
    await poll.connect("store-1", poll.shopify, TOKEN)
    await poll.until_idle()
    said_now = await poll.service.said(OrderObserved)
    assert {one.order for one in said_now} == {f"store-1:{ORDER_ID + number}" for number in range(7)}
    assert {(one.way, one.kind) for one in said_now} == {(Way.POLL, ObservationKind.SNAPSHOT)}
    assert [asked.query.get("page_info") for asked in poll.shopify.asked] == [None, "cursor-3", "cursor-6"]
    assert {asked.headers["x-shopify-access-token"] for asked in poll.shopify.asked} == {"shpat_of_bergfein"}
    first = poll.shopify.asked[0]
    assert first.path == "/admin/api/2026-01/orders.json"
    assert (first.query["limit"], first.query["status"]) == ("250", "any")


async def test_a_woocommerce_store_is_asked_in_gmt_with_its_keys(poll: Poll):
    poll.woo.orders = [a_woo_order(id=number) for number in range(1, 231)]
    await poll.connect("woo-1", poll.woo, KEYS)
    await poll.until_idle()
    assert len(await poll.service.said(OrderObserved)) == 230
    assert [asked.query["page"] for asked in poll.woo.asked] == ["1", "2", "3"]
    first = poll.woo.asked[0]
    assert first.headers["authorization"] == "Basic Y2tfb2ZfYmVyZ2ZlaW46Y3Nfb2ZfYmVyZ2ZlaW4="
    assert not first.query["modified_after"].endswith(("Z", "+00:00"))


async def test_received_at_is_the_time_at_which_the_store_was_asked(poll: Poll):
    """MONEY 19: only that says which changes the answer must show."""
    poll.shopify.orders = numbered(1)
    before = poll.service.now()

    async def slowly(_asked: Any) -> None:
        poll.service.later(MINUTE)  # the answer takes its time

    poll.shopify.before_answer = slowly
    await poll.connect("store-1", poll.shopify, TOKEN)
    await poll.until_idle()
    one = only(await poll.service.said(OrderObserved))
    assert before <= one.received_at < before + MINUTE


async def test_what_the_poll_found_is_decided_like_any_order_and_exempt_from_the_seven_days(poll: Poll):
    """MONEY 5: CSV and poll are exempt from the seven days."""
    click = "c0ffee00-1111-7222-8333-444455556666"
    await poll.service.hear(an_agreement(), a_click_recorded(id=click))
    poll.service.later(timedelta(days=20))
    poll.shopify.orders = [a_shopify_order(note_attributes=[{"name": "cclid", "value": click}])]
    await poll.connect("store-1", poll.shopify, TOKEN)
    await poll.until_idle()
    await poll.heard()
    decided = (await poll.service.decided())[-1]
    row = only(await poll.service.all_of("orders"))
    assert (decided.outcome, row["posts"], row["held"]) == ("credited", True, [])


async def test_a_second_pass_reaches_into_the_first_and_says_nothing_twice(poll: Poll):
    poll.shopify.orders = numbered(3)
    await poll.connect("store-1", poll.shopify, TOKEN)
    await poll.until_idle()
    await poll.heard()
    first = await poll.row()
    poll.service.later(6 * MINUTE)
    assert await poll.until_idle() == 1
    assert await poll.service.said(OrderObserved) == []
    assert len(await poll.service.all_of("deliveries")) == 3
    again = await poll.row()
    assert again["since"] > first["since"]
    assert poll.shopify.asked[-1].query["updated_at_min"] == first["since"].replace(microsecond=0).isoformat()


@pytest.mark.parametrize("customer", [None, {"id": 7}])
async def test_what_a_webhook_brought_is_not_kept_again(poll: Poll, customer: dict | None):
    async with poll.service.console() as http:
        await http.put("/internal/stores/store-1/secrets", json={"secret": SECRET})
    raw = raw_of(a_shopify_order(customer=customer))
    async with poll.service.store() as http:
        await http.post("/webhooks/shopify/store-1", content=raw, headers=shopify_headers(raw, "orders/paid"))
    await poll.heard()
    poll.shopify.orders = [a_shopify_order(customer=customer)]
    await poll.connect("store-1", poll.shopify, TOKEN)
    await poll.until_idle()
    assert await poll.service.said(OrderObserved) == []
    assert len(await poll.service.all_of("deliveries")) == 1


async def test_three_workers_and_one_polls(poll: Poll):
    poll.shopify.orders = numbered(2)
    await poll.connect("store-1", poll.shopify, TOKEN)
    outward = Outward(private_too=True)
    workers = [poll.a_worker(outward) for _ in range(3)]
    turns = await asyncio.gather(*(worker.turn() for worker in workers))
    assert sorted(turns) == [False, False, True]
    assert len(poll.shopify.asked) == 1
    await outward.close()


async def test_a_worker_whose_lease_was_taken_writes_nothing(poll: Poll):
    """RELIABILITY, ring 2: a zombie that wakes up after its lease finds that another polls."""
    poll.shopify.orders = numbered(2)
    await poll.connect("store-1", poll.shopify, TOKEN)

    async def taken(_asked: Any) -> None:
        await poll.service.db["polls"].update_one({"_id": "store-1"}, {"$set": {"owner": "another"}})

    poll.shopify.before_answer = taken
    assert await poll.polling.turn()
    assert await poll.service.all_of("deliveries") == []
    assert await poll.service.said(OrderObserved) == []
    assert (await poll.row())["owner"] == "another"


class Killed(BaseException):
    """kill -9: nothing after it runs, no lease is given back."""


@pytest.mark.parametrize("page", [1, 2, 3])
@pytest.mark.parametrize("when", ["before its commit", "after its commit"])
async def test_a_worker_killed_at_any_page_is_followed_by_one_that_goes_on_there(poll: Poll, page: int, when: str):
    """The place is stored with the page's deliveries and outbox rows, or not at all."""
    poll.shopify.orders, poll.shopify.page_size = numbered(7), 3
    await poll.connect("store-1", poll.shopify, TOKEN)
    run, calls = poll.polling._run, 0

    async def run_until_killed(work: Any) -> Any:
        nonlocal calls
        calls += "deliver" in work.__code__.co_names or "_deliver" in work.__code__.co_names
        if calls < page:
            return await run(work)
        if when == "after its commit":
            await run(work)
        raise Killed

    poll.polling._run = run_until_killed  # type: ignore[method-assign]
    with pytest.raises(Killed):
        await poll.polling.turn()
    poll.polling._run = run  # type: ignore[method-assign]
    assert not await poll.polling.turn(), "the dead worker's lease still holds"
    await poll.service.db["polls"].update_one({"_id": "store-1"}, {"$set": {"lease_until": polls.EPOCH}})
    asked_before = len(poll.shopify.asked)
    await poll.until_idle()
    said_now = await poll.service.said(OrderObserved)
    assert sorted(one.order for one in said_now) == [f"store-1:{ORDER_ID + number}" for number in range(7)]
    committed = page if when == "after its commit" else page - 1
    if committed < 3:
        expected = [None, "cursor-3", "cursor-6"][committed:]
        assert [asked.query.get("page_info") for asked in poll.shopify.asked[asked_before:]] == expected


async def test_429_waits_as_long_as_the_store_says_and_goes_on_at_the_same_page(poll: Poll):
    poll.shopify.orders, poll.shopify.page_size = numbered(4), 3
    await poll.connect("store-1", poll.shopify, TOKEN)

    async def limited_on_the_second(asked: Any) -> None:
        if "page_info" in asked.query and len(poll.shopify.asked) == 2:
            poll.shopify.answers.append(said({"errors": "slow"}, {"Retry-After": "2.0"}, status=429))

    poll.shopify.before_answer = limited_on_the_second
    assert await poll.until_idle() == 1
    assert len(await poll.service.said(OrderObserved)) == 3
    assert (await poll.seen_by_brand())["failures"] == 0
    poll.service.later(timedelta(seconds=3))
    await poll.until_idle()
    assert len(await poll.service.said(OrderObserved)) == 4
    assert poll.shopify.asked[-1].query["page_info"] == "cursor-3"


async def test_a_long_pass_takes_turns_with_other_stores(poll: Poll):
    poll.shopify.orders, poll.shopify.page_size = numbered(50), 1
    poll.woo.orders = [a_woo_order(id=1)]
    await poll.connect("store-1", poll.shopify, TOKEN)
    poll.service.later(timedelta(seconds=1))
    await poll.connect("woo-1", poll.woo, KEYS)
    asked = []
    for _ in range(3):
        assert await poll.polling.turn()
        asked.append((len(poll.shopify.asked), len(poll.woo.asked)))
    assert asked == [(20, 0), (20, 1), (40, 1)]


async def test_a_nearly_full_bucket_is_left_to_leak(poll: Poll):
    poll.shopify.orders, poll.shopify.page_size, poll.shopify.bucket = numbered(4), 3, "39/40"
    await poll.connect("store-1", poll.shopify, TOKEN)
    await poll.until_idle()
    assert len(poll.shopify.asked) == 1
    poll.shopify.bucket = "1/40"
    poll.service.later(timedelta(seconds=10))
    await poll.until_idle()
    assert len(await poll.service.said(OrderObserved)) == 4


FAULTS = [
    pytest.param(said({}, status=500), "the store answered 500", id="500"),
    pytest.param(said({}, status=503), "the store answered 503", id="503"),
    pytest.param(said({"errors": "[API] Invalid API key"}, status=401), "the store answered 401", id="401"),
    pytest.param(said(b"", {"Location": "http://169.254.169.254/"}, status=302), "the store answered 302", id="302"),
    pytest.param(said(b"<html>maintenance</html>"), "no list in it", id="a page in place of JSON"),
    pytest.param(said(b'{"orders": [{"id": 1}'), "broken", id="cut off"),
    pytest.param(said(b'{"orders": "none"}'), "no list in it", id="another shape"),
    pytest.param(said(b'{"orders": [' + b"[" * 100_000), "broken", id="nested without end"),
    pytest.param(said(b"\xff\xfe{}"), "not UTF-8", id="not UTF-8"),
    pytest.param(said({"orders": [{}] * 251}), "more than the 250 that were asked for", id="more than was asked for"),
    pytest.param(said(b'{"orders": [' + b"1," * 2_000_000 + b"1]}"), "more than 2000000 values", id="a million lines"),
    pytest.param(said(b"", {"Content-Encoding": "gzip"}), "encoded", id="gzip nobody asked for"),
    pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "RemoteProtocolError", id="the connection breaks"),
    pytest.param(b"what?\r\n\r\n", "RemoteProtocolError", id="no HTTP"),
]


@pytest.mark.parametrize(("fault", "told"), FAULTS)
async def test_a_store_that_fails_is_asked_again_later_and_loses_nothing(poll: Poll, fault: bytes, told: str):
    poll.shopify.orders = numbered(2)
    poll.shopify.answers = [fault]
    await poll.connect("store-1", poll.shopify, TOKEN)
    assert await poll.until_idle() == 1
    state = await poll.seen_by_brand()
    assert state["failures"] == 1
    assert told in state["error"]
    assert await poll.service.said(OrderObserved) == []
    poll.service.later(MINUTE)
    await poll.until_idle()
    assert len(await poll.service.said(OrderObserved)) == 2
    assert (await poll.seen_by_brand())["failures"] == 0


async def test_a_store_that_never_answers_is_given_up(poll: Poll):
    poll.shopify.answers = [NEVER]
    await poll.connect("store-1", poll.shopify, TOKEN)
    outward = Outward(private_too=True, seconds=0.2)
    assert await poll.a_worker(outward).turn()
    await outward.close()
    assert "no whole answer" in (await poll.seen_by_brand())["error"]


async def test_a_cursor_that_has_ended_begins_the_pass_anew(poll: Poll):
    poll.shopify.orders, poll.shopify.page_size = numbered(5), 3
    await poll.connect("store-1", poll.shopify, TOKEN)

    async def ended(asked: Any) -> None:
        if "page_info" in asked.query and len(poll.shopify.asked) == 2:
            poll.shopify.answers.append(said({"errors": "Invalid page_info"}, status=400))

    poll.shopify.before_answer = ended
    await poll.until_idle()
    assert len(await poll.service.said(OrderObserved)) == 5


async def test_a_woocommerce_pass_begins_anew_when_orders_leave_the_list(poll: Poll):
    """A trashed order moves the others up by one: without that, the first of the next page would be missed."""
    poll.woo.orders = [a_woo_order(id=number) for number in range(1, 152)]
    await poll.connect("woo-1", poll.woo, KEYS)

    async def one_is_trashed(asked: Any) -> None:
        if asked.query.get("page") == "2" and len(poll.woo.orders) == 151:
            del poll.woo.orders[0]

    poll.woo.before_answer = one_is_trashed
    await poll.until_idle()
    assert {one.order for one in await poll.service.said(OrderObserved)} >= {f"woo-1:{n}" for n in range(2, 152)}


async def test_a_page_of_ten_megabytes_is_read(poll: Poll):
    note = "x" * 40_000
    poll.shopify.orders = [order | {"note": note} for order in numbered(250)]
    assert len(json.dumps(poll.shopify.orders)) > 10_000_000
    await poll.connect("store-1", poll.shopify, TOKEN)
    await poll.until_idle()
    assert len(await poll.service.all_of("deliveries", {"outcome": "observed"})) == 250


async def test_a_page_that_is_too_large_is_asked_in_smaller_parts(poll: Poll, monkeypatch):
    monkeypatch.setattr("attribution.jobs.asking.PAGE_BYTES", 20_000)
    poll.shopify.orders = numbered(30)
    poll.shopify.orders[7]["note"] = "x" * 50_000
    await poll.connect("store-1", poll.shopify, TOKEN)
    await poll.until_idle()
    while (await poll.row())["pass"] is not None:
        await poll.until_idle()
    assert len(await poll.service.said(OrderObserved)) == 29
    [listed] = await poll.service.all_of("deliveries", {"outcome": "kept-raw"})
    assert "too large" in listed["reason"]


BAD = [
    pytest.param(a_shopify_order(id=7, currency="XXQ"), "currency", id="a currency that does not exist"),
    pytest.param(a_shopify_order(id=7, line_items=[a_shopify_line(price="-1.00")]), "below zero", id="below zero"),
    pytest.param(
        a_shopify_order(id=7, line_items=[a_shopify_line(price="cheap", price_set=None)]),
        "decimal",
        id="words for a price",
    ),
    pytest.param(
        a_shopify_order(id=7, line_items=[a_shopify_line(price_set=money("40.00", "USD"))]),
        "another currency",
        id="mixed currencies",
    ),
    pytest.param(a_shopify_order(id=7, created_at="9999-12-31T23:59:59Z"), "between", id="the year 9999"),
    pytest.param(a_shopify_order(id=7, created_at="2026-03-02T13:00:00"), "offset", id="no offset"),
    pytest.param({"id": 7}, "of another topic", id="an id alone"),
    pytest.param(a_shopify_order(id=7, note=float("nan")), "NaN", id="NaN"),
    pytest.param(b'{"id": 7, "id": 8}', "a key twice", id="a key twice"),
    pytest.param(b'{"id": 7, "note": ' + b"[" * 100 + b"]" * 100 + b"}", "nested", id="deep"),
]


@pytest.mark.parametrize(("bad", "reason"), BAD)
async def test_an_order_that_cannot_be_read_is_listed_and_spoils_no_other(poll: Poll, bad: Any, reason: str):
    raw = bad if isinstance(bad, bytes) else json.dumps(bad).encode()
    before, after = (json.dumps(order).encode() for order in numbered(2))
    poll.shopify.answers = [said(b'{"orders": [' + b",".join([before, raw, after]) + b"]}")]
    await poll.connect("store-1", poll.shopify, TOKEN)
    await poll.until_idle()
    assert len(await poll.service.said(OrderObserved)) == 2
    listed = only(await poll.service.all_of("deliveries", {"outcome": "kept-raw"}))
    assert reason in listed["reason"]
    assert bytes(listed["raw"]) == raw


async def test_odd_but_clear_orders_of_a_poll_are_orders(poll: Poll):
    """5,000 lines; no units; an offset without a colon."""
    lines = [a_shopify_line(id=10**12 + n, quantity=1) for n in range(5_000)]
    poll.shopify.orders = [
        a_shopify_order(id=1, line_items=lines, subtotal_price="200000.00"),
        a_shopify_order(id=2, line_items=[a_shopify_line(quantity=0)]),
        a_shopify_order(id=3, created_at="2026-03-02T13:00:00+0100"),
    ]
    await poll.connect("store-1", poll.shopify, TOKEN)
    await poll.until_idle()
    assert {one.order for one in await poll.service.said(OrderObserved)} == {f"store-1:{n}" for n in (1, 2, 3)}
