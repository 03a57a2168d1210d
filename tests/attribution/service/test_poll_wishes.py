"""What orders ask their stores for: edits, ties, refunds without lines; credentials, and who may see what of a poll."""

import json
from datetime import timedelta

import pytest

from attribution.jobs.asking import NoAnswer
from attribution.jobs.faults import EXPECTED, fault_of
from chassis.http.outward import Outward
from contracts.http.attribution import PollFault
from contracts.stores import ObservationKind, OrderObserved, Way
from tests.attribution.builders import a_click_recorded
from tests.attribution.service.kit import an_agreement, only
from tests.attribution.service.polling_kit import KEYS, ORDERS, TOKEN, Poll
from tests.attribution.service.standin import said
from tests.attribution.webhooks.builders import (
    ORDER_ID,
    SECRET,
    a_shopify_line,
    a_shopify_order,
    a_woo_line,
    a_woo_order,
    raw_of,
    shopify_headers,
    woo_headers,
)


async def test_an_edit_that_only_names_lines_is_asked_for_once(poll: Poll):
    """WEBHOOKS trap 23; MONEY 19: `orders/edited` queues a poll, and a version is polled once."""
    async with poll.service.console() as http:
        await http.put("/internal/stores/store-1/secrets", json={"secret": SECRET})
    edit = {"order_edit": {"id": 1, "order_id": ORDER_ID, "committed_at": "2026-03-02T13:30:00+01:00"}}
    raw = raw_of(edit)
    async with poll.service.store() as http:
        await http.post("/webhooks/shopify/store-1", content=raw, headers=shopify_headers(raw, "orders/edited"))
    await poll.heard()
    poll.shopify.orders = [a_shopify_order(line_items=[a_shopify_line(), a_shopify_line(id=2)])]
    await poll.connect("store-1", poll.shopify, TOKEN)
    poll.service.later(timedelta(seconds=5))
    await poll.until_idle()
    assert poll.shopify.asked[0].path.endswith(f"/orders/{ORDER_ID}.json")
    await poll.heard()
    poll.service.later(timedelta(seconds=5))
    await poll.until_idle()
    wished = [asked for asked in poll.shopify.asked if asked.path.endswith(f"/{ORDER_ID}.json")]
    assert len(wished) == 1
    row = only(await poll.service.all_of("orders"))
    assert (row["poll"], row["wish"]) == (None, False)


async def test_an_order_that_the_store_does_not_show_is_not_asked_for_for_ever(poll: Poll):
    """MONEY 19: a version is polled once. That it is not shown does not say that it was deleted."""
    await poll.connect("store-1", poll.shopify, TOKEN)
    await poll.until_idle()
    changed = OrderObserved(
        id="changed-1",
        time=poll.service.now(),
        store="store-1",
        order="store-1:404",
        kind=ObservationKind.CHANGED,
        way=Way.TOPIC,
        received_at=poll.service.now(),
    )
    await poll.service.hear(changed)
    poll.service.later(timedelta(seconds=5))
    for _ in range(3):
        await poll.until_idle()
        poll.service.later(timedelta(seconds=5))
    assert [asked.path for asked in poll.shopify.asked if "404" in asked.path] == ["/admin/api/2026-01/orders/404.json"]
    assert await poll.service.said(OrderObserved) == []


async def test_a_tie_is_settled_by_asking(poll: Poll):
    """MONEY 19: on a tie a poll is queued, and one asked for more than 1 s after the version wins."""
    async with poll.service.console() as http:
        await http.put("/internal/stores/store-1/secrets", json={"secret": SECRET})
    for status in ("pending", "paid"):
        raw = raw_of(a_shopify_order(financial_status=status))
        async with poll.service.store() as http:
            await http.post("/webhooks/shopify/store-1", content=raw, headers=shopify_headers(raw, "orders/updated"))
    await poll.heard()
    assert only(await poll.service.all_of("orders"))["wish"]
    poll.shopify.orders = [a_shopify_order(financial_status="pending")]
    await poll.connect("store-1", poll.shopify, TOKEN)
    poll.service.later(timedelta(seconds=5))
    await poll.until_idle()
    await poll.heard()
    row = only(await poll.service.all_of("orders"))
    assert (row["poll"], row["posts"]) == (None, False)


REFUND = {
    "id": 726,
    "date_created_gmt": "2026-03-04T12:00:00",
    "amount": "47.60",
    "reason": "too small",
    "line_items": [
        {
            "id": 9,
            "product_id": 93,
            "quantity": -1,
            "total": "-40.00",
            "total_tax": "-7.60",
            "meta_data": [{"id": 1, "key": "_refunded_item_id", "value": "315"}],
        }
    ],
    "shipping_lines": [],
}


async def test_a_refund_without_lines_is_asked_for_and_the_hold_ends(poll: Poll):
    """MONEY 17: a WooCommerce refund without lines holds the order until its details are read."""
    click = "c0ffee00-1111-7222-8333-444455556666"
    await poll.service.hear(an_agreement(), a_click_recorded(id=click))
    async with poll.service.console() as http:
        await http.put("/internal/stores/woo-1/secrets", json={"secret": SECRET})
    order = a_woo_order(
        meta_data=[{"id": 1, "key": "cclid", "value": click}],
        line_items=[a_woo_line(), a_woo_line(id=316, subtotal="20.00", total="20.00", total_tax="3.80")],
        refunds=[{"id": 726, "reason": "", "total": "-47.60"}],
        date_modified_gmt="2026-03-04T12:00:00",
    )
    raw = raw_of(order)
    async with poll.service.store() as http:
        await http.post("/webhooks/woocommerce/woo-1", content=raw, headers=woo_headers(raw, "order.updated"))
    await poll.heard()
    row = only(await poll.service.all_of("orders"))
    assert (row["held"], row["poll"]) == (["refund-details-missing"], "refunds:726")
    poll.woo.orders, poll.woo.refunds = [order], {"727": [REFUND]}
    await poll.connect("woo-1", poll.woo, KEYS)
    poll.service.later(timedelta(seconds=5))
    await poll.until_idle()
    assert [asked.path.rsplit("/", 1)[-1] for asked in poll.woo.asked][:2] == ["727", "refunds"]
    await poll.heard()
    row = only(await poll.service.all_of("orders"))
    assert (row["held"], row["poll"], row["wish"]) == ([], None, False)
    record = await poll.service.record("woo-1:727", poll.service.operator())
    assert [line.refunded for line in record.lines] == [4000, 0]


async def test_credentials_live_in_one_place_and_are_never_answered(poll: Poll):
    await poll.connect("store-1", poll.shopify, TOKEN)
    state = await poll.seen_by_brand()
    assert "shpat" not in json.dumps(state)
    assert "shpat" not in str(await poll.service.all_of("outbox"))
    async with poll.service.console() as http:
        assert (await http.delete("/internal/stores/store-1/credentials")).status_code == 204
    assert not (await poll.seen_by_brand())["is_polled"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"consumer_key": "ck_only_this"},
        {**TOKEN, **KEYS},
        {"access_token": "short"},
        {"access_token": "with a\r\nnewline"},
        {**TOKEN, "address": "ftp://shop.example"},
        {**TOKEN, "address": "https://user@shop.example"},
        {**TOKEN, "address": {"$ne": None}},
    ],
)
async def test_credentials_that_cannot_be_right_are_refused(poll: Poll, body: dict):
    async with poll.service.console() as http:
        assert (await http.put("/internal/stores/store-1/credentials", json=body)).status_code == 422


async def test_an_address_that_is_not_public_is_never_called(poll: Poll):
    """RELIABILITY, SSRF."""
    await poll.connect("store-1", poll.shopify, TOKEN)
    outward = Outward()
    assert await poll.a_worker(outward).turn()
    await outward.close()
    assert poll.shopify.asked == []
    assert (await poll.seen_by_brand())["error"] == "not https"


async def test_another_brand_sees_nothing_of_it(poll: Poll):
    await poll.connect("store-1", poll.shopify, TOKEN)
    async with poll.service.brand("brand-2") as http:
        assert (await http.get("/v1/stores/store-1/poll")).status_code == 404


@pytest.mark.skipif(not ORDERS.is_dir(), reason="the real data of ../shared/data is not here")
@pytest.mark.parametrize("name", ["go_shopify/orders", "go_shopify/order", "shopify_python_api/order"])
async def test_the_libraries_answers_are_read_as_they_lie_there(poll: Poll, name: str):
    file = ORDERS / f"{name}.json"
    if not file.exists():
        pytest.skip(f"{name} is not among the data")
    body = json.loads(file.read_bytes())
    orders = body["orders"] if "orders" in body else [body["order"]]
    poll.shopify.answers = [said({"orders": orders})]
    await poll.connect("store-1", poll.shopify, TOKEN)
    await poll.until_idle()
    assert (await poll.seen_by_brand())["failures"] == 0
    assert len(await poll.service.all_of("deliveries")) == len(orders)


async def asked_now(poll: Poll, brand: str = "brand-1"):
    async with poll.service.brand(brand) as http:
        return await http.post("/v1/stores/store-1/poll")


async def test_a_brand_asks_for_a_poll_and_the_store_is_asked_at_once(poll: Poll):
    await poll.connect("store-1", poll.shopify, TOKEN)
    assert await poll.until_idle() == 1
    first = await poll.seen_by_brand()
    assert first["last_at"] is not None
    assert await poll.until_idle() == 0, "the next turn is in five minutes"
    answer = await asked_now(poll)
    assert answer.status_code == 200, answer.text
    assert answer.json()["next_at"] < first["next_at"]
    assert await poll.until_idle() == 1
    assert len(poll.shopify.asked) == 2
    assert (await poll.seen_by_brand())["last_at"] > first["last_at"]


async def test_a_store_that_wants_to_be_left_alone_is_even_if_a_brand_asks(poll: Poll):
    """Else a brand could turn us into somebody who ignores `Retry-After`."""
    poll.shopify.answers = [said({"errors": "slow"}, {"Retry-After": "40"}, status=429)]
    await poll.connect("store-1", poll.shopify, TOKEN)
    await poll.until_idle()
    assert (await asked_now(poll)).status_code == 200
    assert await poll.until_idle() == 0
    state = await poll.seen_by_brand()
    assert (state["error_code"], state["failures"]) == ("busy", 0)


async def test_only_a_store_that_is_polled_can_be_asked_and_only_by_its_brand(poll: Poll):
    answer = await asked_now(poll)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-polled")
    await poll.connect("store-1", poll.shopify, TOKEN)
    assert (await asked_now(poll, "brand-2")).status_code == 404
    async with poll.service.brand() as http:
        assert (await http.post("/v1/stores/store-9/poll")).status_code == 409


@pytest.mark.parametrize(
    ("status", "fault"),
    [(401, "refused"), (403, "refused"), (404, "not-there"), (302, "shop-failed"), (500, "shop-failed")],
)
async def test_what_is_wrong_is_told_by_a_word_that_says_whose_turn_it_is(poll: Poll, status: int, fault: str):
    poll.shopify.answers = [said({}, status=status)]
    await poll.connect("store-1", poll.shopify, TOKEN)
    await poll.until_idle()
    assert (await poll.seen_by_brand())["error_code"] == fault
    poll.service.later(timedelta(minutes=1))
    await poll.until_idle()
    state = await poll.seen_by_brand()
    assert (state["error"], state["error_code"]) == ("", None)


def test_every_expected_error_has_its_word():
    for kind in EXPECTED:
        why = NoAnswer(500) if kind is NoAnswer else kind.__new__(kind)
        assert fault_of(why) in PollFault
