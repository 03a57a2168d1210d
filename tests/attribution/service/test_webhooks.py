"""Stores' webhooks over HTTP: kept once, said once, answered 2xx whatever they say, if they are signed."""

import asyncio
import gzip
import json
import threading
from datetime import timedelta
from typing import Any

import httpx
import pytest

from attribution.api.webhooks import AT_ONCE_BYTES
from attribution.domain.webhooks import receive
from chassis.http import Rates
from contracts.console import StoreKind
from contracts.http.attribution import DeliveryOut
from contracts.stores import ObservationKind, OrderObserved
from tests.attribution.builders import a_click_recorded
from tests.attribution.service.kit import Attribution, a_store_changed, an_agreement, only
from tests.attribution.webhooks.builders import (
    ORDER_ID,
    SECRET,
    SHOP,
    SITE,
    a_shopify_line,
    a_shopify_order,
    a_shopify_refund,
    a_woo_order,
    landing,
    raw_of,
    shopify_headers,
    woo_headers,
)

SHOPIFY, WOO = "/webhooks/shopify/store-1", "/webhooks/woocommerce/woo-1"
NEW_SECRET = "shpss_of_bergfein_from_now_on"


@pytest.fixture
async def stores(service: Attribution) -> Attribution:
    """A Shopify and a WooCommerce store with their secrets."""
    await service.hear(
        a_store_changed(shop=SHOP), a_store_changed("woo-1", kind=StoreKind.WOOCOMMERCE, shop=SITE, revision=2)
    )
    async with service.console() as http:
        for store in ("store-1", "woo-1"):
            answer = await http.put(f"/internal/stores/{store}/secrets", json={"secret": SECRET})
            assert answer.status_code == 204
    return service


async def shopify(
    service: Attribution, topic: str, body: Any, *, url: str = SHOPIFY, headers: dict | None = None, **signed: str
) -> httpx.Response:
    raw = raw_of(body)
    async with service.store() as http:
        return await http.post(url, content=raw, headers=headers or shopify_headers(raw, topic, **signed))


async def woo(service: Attribution, topic: str, body: Any, *, url: str = WOO) -> httpx.Response:
    raw = raw_of(body)
    async with service.store() as http:
        return await http.post(url, content=raw, headers=woo_headers(raw, topic))


async def kept_raw(service: Attribution) -> list[DeliveryOut]:
    async with service.operator() as http:
        answer = await http.get("/v1/deliveries/kept-raw")
    assert answer.status_code == 200
    return [DeliveryOut.model_validate(item) for item in answer.json()["items"]]


@pytest.mark.parametrize(
    ("topic", "body", "kind"),
    [
        pytest.param("orders/create", a_shopify_order(financial_status="pending"), "snapshot", id="create"),
        pytest.param("orders/paid", a_shopify_order(), "snapshot", id="paid"),
        pytest.param("orders/updated", a_shopify_order(), "snapshot", id="updated"),
        pytest.param("orders/cancelled", a_shopify_order(cancelled_at="2026-03-03T00:00:00Z"), "snapshot", id="cancel"),
        pytest.param("refunds/create", a_shopify_refund(), "refund", id="refund"),
    ],
)
async def test_a_signed_shopify_webhook_is_kept_and_said(stores: Attribution, topic: str, body: dict, kind: str):
    answer = await shopify(stores, topic, body)
    assert (answer.status_code, answer.content) == (200, b"")
    delivery = only(await stores.all_of("deliveries"))
    assert bytes(delivery["raw"]) == raw_of(body)
    assert (delivery["outcome"], delivery["topic"]) == ("observed", topic)
    said = only(await stores.said(OrderObserved))
    assert (said.kind, said.order, said.raw_ref) == (kind, f"store-1:{ORDER_ID}", delivery["_id"])


async def test_a_signed_woocommerce_webhook_is_kept_and_said(stores: Attribution):
    assert (await woo(stores, "order.updated", a_woo_order())).status_code == 200
    said = only(await stores.said(OrderObserved))
    assert (said.kind, said.order, said.store) == (ObservationKind.SNAPSHOT, "woo-1:727", "woo-1")


async def test_what_a_webhook_said_is_decided_like_any_order(stores: Attribution):
    await shopify(stores, "orders/paid", a_shopify_order())
    await stores.hear(*(await stores.said(OrderObserved)))
    assert only(await stores.decided()).order == f"store-1:{ORDER_ID}"


async def test_five_repeats_at_once_are_kept_and_said_once(stores: Attribution):
    answers = await asyncio.gather(*(shopify(stores, "orders/paid", a_shopify_order()) for _ in range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len(await stores.all_of("deliveries")) == len(await stores.said()) == 1


async def test_one_body_under_two_topics_is_said_once(stores: Attribution):
    await shopify(stores, "orders/create", a_shopify_order())
    await shopify(stores, "orders/paid", a_shopify_order())
    assert len(await stores.said(OrderObserved)) == 1


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"X-Shopify-Topic": "orders/paid", "X-Shopify-Shop-Domain": SHOP}, id="no signature"),
        pytest.param(shopify_headers(raw_of(a_shopify_order()), "orders/paid", secret="other"), id="another secret"),
        pytest.param(shopify_headers(b"{}", "orders/paid"), id="another body"),
        pytest.param(
            shopify_headers(raw_of(a_shopify_order()), "orders/paid", shop="x.myshopify.com"), id="another shop"
        ),
    ],
)
async def test_what_the_store_did_not_sign_is_401_and_leaves_nothing(stores: Attribution, headers: dict):
    answer = await shopify(stores, "orders/paid", a_shopify_order(), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/not-signed")
    assert await stores.all_of("deliveries") == await stores.said() == []


async def test_a_store_without_a_secret_takes_nothing(service: Attribution):
    await service.hear(a_store_changed(shop=SHOP))
    assert (await shopify(service, "orders/paid", a_shopify_order(), secret="")).status_code == 401


async def test_broken_json_is_400_and_says_where(stores: Attribution):
    answer = await shopify(stores, "orders/paid", b'{"id": 1,\n "lines": [}')
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["place"] == "line 2, column 12 (byte 21)"
    assert await stores.all_of("deliveries") == []


async def test_an_unknown_shape_is_kept_raw_and_listed_for_the_operator(stores: Attribution):
    assert (await shopify(stores, "orders/paid", {"hello": "world"})).is_success
    listed = only(await kept_raw(stores))
    assert (listed.store, listed.outcome) == ("store-1", "kept-raw")
    assert listed.reason
    assert await stores.said() == []
    assert bytes(only(await stores.all_of("deliveries"))["raw"]) == b'{"hello": "world"}'


async def test_a_topic_that_we_do_not_read_is_kept_and_answered(stores: Attribution):
    assert (await shopify(stores, "products/update", {"id": 1})).is_success
    assert only(await kept_raw(stores)).topic == "products/update"


async def test_a_request_for_a_customers_data_is_listed_for_a_person(stores: Attribution):
    body = {
        "shop_id": 1,
        "shop_domain": SHOP,
        "customer": {"id": 191167, "email": "jo@example.com"},
        "orders_to_redact": [],
    }
    assert (await shopify(stores, "customers/redact", body)).is_success
    assert only(await kept_raw(stores)).reason == "asks for: customer-redaction-requested"


async def test_an_order_whose_event_would_pass_1_mb_is_kept_raw(stores: Attribution):
    lines = [a_shopify_line(id=n + 1, sku="x" * 200) for n in range(4_000)]
    body = a_shopify_order(line_items=lines)
    assert len(raw_of(body)) > 1_500_000
    assert (await shopify(stores, "orders/paid", body)).status_code == 200
    assert "1000000" in only(await kept_raw(stores)).reason
    assert await stores.said() == []


async def test_woocommerces_ping_is_exactly_200_and_leaves_nothing(stores: Attribution):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    async with stores.store() as http:
        answer = await http.post(WOO, content=b"webhook_id=12", headers=form)
    assert answer.status_code == 200
    assert await stores.all_of("deliveries") == []


async def test_a_body_over_10_mb_is_413(stores: Attribution):
    raw = b'{"x": "' + b"x" * (10 * 1024 * 1024) + b'"}'
    assert (await shopify(stores, "orders/paid", raw)).status_code == 413
    assert await stores.all_of("deliveries") == []


async def test_what_is_packed_is_not_unpacked(stores: Attribution):
    """A gzip bomb: what is signed are its own bytes, and those are no JSON."""
    packed = gzip.compress(b'{"x": "' + b"x" * 10**7 + b'"}')
    headers = shopify_headers(packed, "orders/paid") | {"Content-Encoding": "gzip"}
    answer = await shopify(stores, "orders/paid", packed, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/not-json")
    assert await stores.all_of("deliveries") == []


async def test_others_are_answered_while_a_large_webhook_is_read(stores: Attribution, monkeypatch):
    """A body of megabytes takes seconds, and a store waits for five."""
    began, go_on = threading.Event(), threading.Event()

    def slowly(*args: Any, **kwargs: Any) -> Any:
        if len(args[2]) > AT_ONCE_BYTES:
            began.set()
            assert go_on.wait(20), "nobody else was answered meanwhile"
        return receive(*args, **kwargs)

    monkeypatch.setattr("attribution.api.webhooks.receive", slowly)
    large = asyncio.create_task(shopify(stores, "orders/paid", a_shopify_order(note="x" * AT_ONCE_BYTES)))
    assert await asyncio.to_thread(began.wait, 20)
    small = await shopify(stores, "orders/paid", a_shopify_order(id=7))
    go_on.set()
    assert (small.status_code, (await large).status_code) == (200, 200)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("/webhooks/shopify/nobody", id="no such store"),
        pytest.param("/webhooks/shopify/woo-1", id="a store of another kind"),
        pytest.param("/webhooks/topic/store-1", id="a kind that sends no webhooks"),
        pytest.param("/webhooks/shopify/%7B%22$ne%22:null%7D", id="an operator of the database"),
    ],
)
async def test_webhooks_for_no_such_store_are_404(stores: Attribution, url: str):
    answer = await shopify(stores, "orders/paid", a_shopify_order(), url=url)
    assert answer.status_code == 404
    assert await stores.all_of("deliveries") == []


async def test_a_store_of_kind_topic_takes_no_webhooks(stores: Attribution):
    await stores.hear(a_store_changed("topic-1", kind=StoreKind.TOPIC, revision=3))
    assert (await shopify(stores, "x", a_shopify_order(), url="/webhooks/topic/topic-1")).status_code == 404


async def rotate(service: Attribution, **body: Any) -> None:
    async with service.console() as http:
        assert (await http.put("/internal/stores/store-1/secrets", json=body)).status_code == 204


async def test_during_a_rotation_both_secrets_are_right_and_the_old_one_ends(stores: Attribution):
    until = stores.now() + timedelta(hours=1)
    for _ in range(2):  # the console may say it twice
        await rotate(stores, secret=NEW_SECRET, previous_until=until.isoformat())
    body = a_shopify_order()
    assert (await shopify(stores, "orders/paid", body, secret=SECRET)).status_code == 200
    assert (await shopify(stores, "orders/paid", body, secret=NEW_SECRET)).status_code == 200
    stores.at(until)
    assert (await shopify(stores, "orders/paid", body, secret=SECRET)).status_code == 401
    assert (await shopify(stores, "orders/paid", body, secret=NEW_SECRET)).status_code == 200


async def test_without_an_overlap_the_old_secret_ends_at_once(stores: Attribution):
    await rotate(stores, secret=NEW_SECRET)
    assert (await shopify(stores, "orders/paid", a_shopify_order(), secret=SECRET)).status_code == 401


async def test_a_secret_is_never_told(stores: Attribution, capsys):
    async with stores.console() as http:
        answer = await http.put("/internal/stores/store-1/secrets", json={"secret": "short!"})
    assert answer.status_code == 422
    assert "short!" not in answer.text + capsys.readouterr().out


async def test_an_order_that_is_deleted_restored_and_deleted_again_is_deleted(stores: Attribution):
    """WooCommerce says `{"id":727}` both times, byte for byte."""
    await stores.hear(an_agreement(), a_click_recorded())
    carried = landing(f"https://{SITE}/?cclid=click-1")
    balances = []
    for topic in ("order.updated", "order.deleted", "order.restored", "order.deleted"):
        stores.later(timedelta(minutes=5))
        modified = f"{stores.now():%Y-%m-%dT%H:%M:%S}"
        deletes = topic == "order.deleted"
        body = {"id": 727} if deletes else a_woo_order(date_modified_gmt=modified, meta_data=carried)
        assert (await woo(stores, topic, body)).status_code == 200
        await stores.hear(*(await stores.said(OrderObserved)))
        balances.append(await stores.balance("creator-1"))
    assert balances == [800, 0, 800, 0]
    assert len(await stores.all_of("deliveries")) == len(await stores.all_of("observations")) == 4


async def test_a_deletion_that_is_sent_twice_at_once_is_said_once(stores: Attribution):
    stores.at(stores.now().replace(microsecond=0) + timedelta(seconds=1))
    deletion = json.dumps({"id": 727}).encode()
    await asyncio.gather(*(woo(stores, "order.deleted", deletion) for _ in range(3)))
    assert len(await stores.said(OrderObserved)) == 1


async def test_a_brand_reads_its_stores_deliveries_newest_first_without_their_bodies(stores: Attribution):
    for n in range(3):
        stores.later(timedelta(seconds=1))
        await shopify(stores, "orders/paid", a_shopify_order(id=n + 1))
    async with stores.brand() as http:
        first = (await http.get("/v1/stores/store-1/deliveries?limit=2")).json()
        then = (await http.get(f"/v1/stores/store-1/deliveries?limit=2&cursor={first['next_cursor']}")).json()
    assert [item["order"] for item in first["items"] + then["items"]] == ["store-1:3", "store-1:2", "store-1:1"]
    assert then["next_cursor"] is None
    assert set(first["items"][0]) == {"id", "store", "received_at", "topic", "outcome", "order", "reason"}


async def test_a_flood_of_signed_webhooks_is_told_to_wait_and_an_unsigned_one_costs_the_store_nothing(
    stores: Attribution,
):
    stores.app.state.rates = Rates(account=1000, tenant=1000, store=3)
    forged = [await shopify(stores, "orders/paid", a_shopify_order(), secret="not-the-secret") for _ in range(5)]
    signed = [await shopify(stores, "orders/paid", a_shopify_order(note=str(n))) for n in range(4)]
    assert {answer.status_code for answer in forged} == {401}
    assert [answer.status_code for answer in signed] == [200, 200, 200, 429]
    assert int(signed[-1].headers["retry-after"]) >= 1
