"""What stores ask about personal data, on a real store: forgotten everywhere, and not a cent moves (ARCHITECTURE 6)."""

import json
from typing import Any

import httpx
import pytest

from attribution.store import privacy
from attribution.store.verify import Counts, verify
from chassis.http import Kind
from chassis.testing import calling
from contracts.campaigns import CustomerKind
from contracts.console import StoreKind
from contracts.http.attribution import PrivacyRequestDetail, PrivacyRequestOut
from contracts.stores import OrderObserved
from tests.attribution.builders import DAY, NOON, a_click_recorded, an_order_observed, percent, some_terms
from tests.attribution.service.kit import Attribution, a_store_changed, an_agreement, only
from tests.attribution.webhooks.builders import (
    SECRET,
    SHOP,
    SITE,
    a_shopify_order,
    a_woo_order,
    landing,
    raw_of,
    shopify_headers,
    woo_headers,
)

JO, ANNA = 191167123456789, 191168123456789
RATES = (percent(3000, customer=CustomerKind.NEW), percent(500, customer=CustomerKind.RETURNING), percent(1000))
CARRIES = [{"name": "cclid", "value": "click-1"}]


@pytest.fixture
async def shop(service: Attribution) -> Attribution:
    """Jo bought twice and Anna once; new customers bring more. A WooCommerce store is the brand's, too."""
    await service.hear(
        a_store_changed(shop=SHOP), a_store_changed("woo-1", kind=StoreKind.WOOCOMMERCE, shop=SITE, revision=2)
    )
    async with service.console() as http:
        for store in ("store-1", "woo-1"):
            await http.put(f"/internal/stores/{store}/secrets", json={"secret": SECRET})
    await service.hear(an_agreement(terms=(some_terms(rates=RATES),)), a_click_recorded(at=NOON - DAY))
    for number, customer in [(7, JO), (8, JO), (9, ANNA)]:
        await sent(service, "orders/paid", an_order(number, customer))
    await relayed(service)
    await service.none_left("looks")
    return service


def an_order(number: int, customer: int | None, **fields: Any) -> dict[str, Any]:
    at = f"2026-03-02T{number:02}:00:00Z"
    who = None if customer is None else {"id": customer, "email": "jo@example.com"}
    times = {"created_at": at, "processed_at": at, "updated_at": at}
    return a_shopify_order(id=number, customer=who, note_attributes=CARRIES, **times | fields)


def a_request(customer: int | None = JO, **fields: Any) -> dict[str, Any]:
    who = {} if customer is None else {"customer": {"id": customer, "email": "jo@example.com"}}
    return {"shop_id": 1, "shop_domain": SHOP, **who, **fields}


async def sent(service: Attribution, topic: str, body: Any) -> httpx.Response:
    raw = raw_of(body)
    async with service.store() as http:
        answer = await http.post("/webhooks/shopify/store-1", content=raw, headers=shopify_headers(raw, topic))
    assert answer.status_code == 200
    return answer


async def relayed(service: Attribution) -> None:
    """What the outbox does: publish, and forget; and what the consumer does with it."""
    events = await service.said(OrderObserved)
    await service.db["outbox"].delete_many({"_id": {"$in": [event.id for event in events]}})
    await service.hear(*events)


async def worked_off(service: Attribution) -> None:
    while await service.parts.timers.tick():
        pass


async def requests(service: Attribution, query: str = "") -> list[PrivacyRequestOut]:
    async with service.operator() as http:
        answer = await http.get(f"/v1/privacy-requests{query}")
    assert answer.status_code == 200, answer.text
    return [PrivacyRequestOut.model_validate(item) for item in answer.json()["items"]]


async def detail(service: Attribution, request: str) -> PrivacyRequestDetail:
    async with service.operator() as http:
        return PrivacyRequestDetail.model_validate((await http.get(f"/v1/privacy-requests/{request}")).json())


async def earned(service: Attribution) -> dict[str, int]:
    rows = await service.all_of("orders")
    return {row["_id"]: sum(share["commission"] for share in row["shares"]) for row in rows}


async def values(service: Attribution) -> dict[str, str]:
    return {row["_id"]: row["customer"] for row in await service.all_of("orders")}


async def places_of(service: Attribution, *texts: str) -> set[str]:
    """The collections in which any of these texts stands; every row of every collection is read."""
    found = set()
    for name in await service.db.list_collection_names():
        for row in await service.all_of(name):
            kept = json.dumps(
                row, default=lambda value: value.decode("latin-1") if isinstance(value, bytes) else repr(value)
            )
            if any(text in kept for text in texts):
                found.add(name)
    return found


async def nothing_differs(service: Attribution) -> None:
    assert [one async for one in verify(service.db, Counts(), service.now())] == []


ANSWERS = {"store-1:7": 2_400, "store-1:8": 400, "store-1:9": 2_400}


async def test_before_an_erasure_only_raw_deliveries_hold_the_reference(shop: Attribution):
    """ARCHITECTURE 6, Retention: else the scans below could be green because nothing was ever there."""
    assert await earned(shop) == ANSWERS
    jo = (await values(shop))["store-1:7"].partition("|")[2]
    assert await places_of(shop, str(JO), "jo@example.com") == {"deliveries"}
    assert await places_of(shop, jo) == {"orders", "observations", "decisions"}


async def test_a_customers_redaction_forgets_them_everywhere_and_moves_nothing(shop: Attribution):
    """WEBHOOKS 1.1, ARCHITECTURE 6: one random value in every place; answers and amounts as they were."""
    before = await values(shop)
    jo = before["store-1:7"].partition("|")[2]
    ledger, decisions = await shop.ledger(), len(await shop.all_of("decisions"))
    await sent(shop, "customers/redact", a_request(orders_to_redact=[7, 8]))
    assert only(await requests(shop, "?status=open")).kind == "customer-redaction"
    await worked_off(shop)
    done = only(await requests(shop))
    assert (done.status, done.erased_orders, done.erased_deliveries) == ("done", 2, 3)
    assert done.done_at is not None
    assert done.done_at < done.due_at
    assert await places_of(shop, jo, str(JO)) == set()
    after = await values(shop)
    assert after["store-1:7"] == after["store-1:8"] != before["store-1:7"]
    assert after["store-1:9"] == before["store-1:9"]
    assert await places_of(shop, after["store-1:7"].partition("|")[2]) == {
        "orders",
        "observations",
        "decisions",
        "privacy_requests",
    }
    assert "secret" not in only(await shop.all_of("privacy_requests"))
    assert (await earned(shop), await shop.ledger(), len(await shop.all_of("decisions"))) == (
        ANSWERS,
        ledger,
        decisions,
    )
    await nothing_differs(shop)


async def test_parked_records_lose_the_customer_and_can_still_be_replayed(shop: Attribution):
    """ARCHITECTURE 6: dead letters are kept 90 days, longer than a request may wait."""
    seen = an_order_observed(order="store-1:7", customer=str(JO)).body()
    parked = {"topic": OrderObserved.TOPIC.name, "key": b"store-1:7"}
    await shop.db["dead_letters"].insert_many(
        [{"_id": "good", "value": seen, **parked}, {"_id": "broken", "value": seen[:-20], **parked}]
    )
    await sent(shop, "customers/redact", a_request(orders_to_redact=[7, 8]))
    await worked_off(shop)
    broken, good = await shop.all_of("dead_letters")
    assert bytes(broken["value"]) == b""
    snapshot = OrderObserved.from_body(bytes(good["value"])).snapshot
    assert snapshot is not None
    assert snapshot.customer is None
    assert snapshot.lines


@pytest.fixture
async def forgotten(shop: Attribution) -> Attribution:
    """Jo was forgotten."""
    await sent(shop, "customers/redact", a_request(orders_to_redact=[7, 8]))
    await worked_off(shop)
    return shop


async def test_a_repeat_after_the_erasure_is_known_and_brings_nothing_back(forgotten: Attribution):
    """ARCHITECTURE 6: by the delivery's id, and by the observation's content if it comes another way."""
    await sent(forgotten, "orders/paid", an_order(7, JO))
    assert await forgotten.said(OrderObserved) == []
    await forgotten.db["deliveries"].delete_many({})
    await sent(forgotten, "orders/paid", an_order(7, JO))
    observed = len(await forgotten.all_of("observations"))
    await relayed(forgotten)
    assert len(await forgotten.all_of("observations")) == observed
    assert await earned(forgotten) == ANSWERS
    await nothing_differs(forgotten)


async def test_what_was_decided_of_the_forgotten_stays_whatever_comes(forgotten: Attribution):
    """ARCHITECTURE 6: new and returning as they were decided, though the earlier order is cancelled."""
    cancelled = an_order(7, None, cancelled_at="2026-03-03T07:00:00Z", updated_at="2026-03-03T07:00:00Z")
    await sent(forgotten, "orders/cancelled", cancelled)
    await relayed(forgotten)
    assert await earned(forgotten) == ANSWERS | {"store-1:7": 0}
    await forgotten.hear(an_agreement(5, terms=(some_terms(rates=(RATES[1], RATES[0])),)))
    assert await earned(forgotten) == ANSWERS | {"store-1:7": 0}
    await nothing_differs(forgotten)
    assert (await forgotten.record("store-1:8", forgotten.brand())).customer == "returning"


async def test_who_comes_back_after_being_forgotten_is_new(forgotten: Attribution):
    await sent(forgotten, "orders/paid", an_order(11, JO))
    await relayed(forgotten)
    assert (await earned(forgotten))["store-1:11"] == 2_400


async def test_the_same_request_again_is_one_request(forgotten: Attribution):
    """WEBHOOKS 1.1: stores repeat what they are not sure of."""
    await sent(forgotten, "customers/redact", a_request(orders_to_redact=[7, 8]))
    assert len(await requests(forgotten)) == 1
    await sent(forgotten, "customers/redact", a_request(orders_to_redact=[8, 7]))
    await worked_off(forgotten)
    assert [request.status for request in await requests(forgotten)] == ["done", "done"]
    assert await earned(forgotten) == ANSWERS


@pytest.mark.parametrize("dies_at", range(1, 5))
@pytest.mark.parametrize(
    ("topic", "body"),
    [("customers/redact", {"customer": {"id": JO}, "orders_to_redact": [7, 8]}), ("shop/redact", {})],
    ids=["a customer", "a shop"],
)
async def test_a_kill_between_or_within_steps_loses_nothing(
    shop: Attribution, monkeypatch, dies_at: int, topic: str, body: dict[str, Any]
):
    """RELIABILITY: each step is one transaction; the next process goes on where this one was."""
    jo = (await values(shop))["store-1:7"].partition("|")[2]
    monkeypatch.setattr(privacy, "AT_ONCE", 1)
    await sent(shop, topic, {"shop_id": 1, "shop_domain": SHOP, **body})
    whole, calls = privacy._count, []

    async def dies(*arguments: Any) -> None:
        calls.append(arguments)
        await whole(*arguments)
        if len(calls) == dies_at:
            raise RuntimeError("killed")

    monkeypatch.setattr(privacy, "_count", dies)
    with pytest.raises(RuntimeError, match="killed"):
        await worked_off(shop)
    monkeypatch.setattr(privacy, "_count", whole)
    await shop.db["timers"].update_many({}, {"$unset": {"lease_until": ""}})
    await worked_off(shop)
    assert only(await requests(shop)).status == "done"
    assert await places_of(shop, jo, str(JO)) == set()
    assert await earned(shop) == ANSWERS
    await nothing_differs(shop)


async def test_a_shops_redaction_forgets_all_its_customers_and_every_body(shop: Attribution):
    """WEBHOOKS 1.1: each customer by a value of its own; other stores are left alone."""
    await woo(shop, a_woo_order(customer_id=5))
    await relayed(shop)
    before = await values(shop)
    await sent(shop, "customers/data_request", a_request(ANNA, orders_requested=[9]))
    await sent(shop, "shop/redact", a_request(None))
    await worked_off(shop)
    after = await values(shop)
    assert len(set(after.values())) == 3
    assert all(after[order] != before[order] for order in ANSWERS)
    assert after["woo-1:727"] == before["woo-1:727"]
    gone = [value.partition("|")[2] for order, value in before.items() if order in ANSWERS]
    assert await places_of(shop, *gone, str(JO), str(ANNA)) == set()
    bodies = {row["store"]: bytes(row["raw"]) for row in await shop.all_of("deliveries")}
    assert bodies["store-1"] == b""
    assert bodies["woo-1"]
    assert {order: amount for order, amount in (await earned(shop)).items() if order in ANSWERS} == ANSWERS
    await nothing_differs(shop)


async def test_a_request_for_data_lists_what_is_held_until_a_person_has_answered(shop: Attribution):
    """WEBHOOKS 1.1: the operator's, with who answered and when."""
    await sent(shop, "customers/data_request", a_request(orders_requested=[7]))
    request = only(await requests(shop, "?status=open"))
    assert (request.kind, request.brand, request.store) == ("customer-data", "brand-1", "store-1")
    assert (await detail(shop, request.id)).orders == ("store-1:7", "store-1:8")
    assert await places_of(shop, str(JO)) == {"deliveries"}
    path = f"/v1/privacy-requests/{request.id}/done"
    async with shop.operator() as http:
        answer = await http.post(path, json={"note": "sent to the shop"})
        assert answer.status_code == 200, answer.text
        assert (await http.post(path, json={})).status_code == 409
        assert (await http.post("/v1/privacy-requests/none/done", json={})).status_code == 404
    done = only(await requests(shop))
    assert (done.status, done.note) == ("done", "sent to the shop")
    assert done.done_by is not None
    assert done.done_by.account == "operator-1"


async def test_an_app_that_is_taken_off_is_noted_and_nothing_is_erased_yet(shop: Attribution):
    """WEBHOOKS 1.1: shop/redact follows 48 hours later, signed with the same secret."""
    await sent(shop, "app/uninstalled", {"id": 1, "name": "Bergfein", "myshopify_domain": SHOP})
    await worked_off(shop)
    assert (only(await requests(shop)).kind, only(await requests(shop)).status) == ("app-uninstalled", "done")
    assert await places_of(shop, str(JO)) == {"deliveries"}
    shop.later(2 * DAY)
    await sent(shop, "shop/redact", a_request(None))


async def test_a_redaction_takes_no_word_of_a_person(forgotten: Attribution):
    async with forgotten.operator() as http:
        answer = await http.post(f"/v1/privacy-requests/{only(await requests(forgotten)).id}/done", json={})
    assert answer.status_code == 409


@pytest.mark.parametrize("kind", [Kind.BRAND, Kind.CREATOR])
async def test_requests_are_the_operators_alone(forgotten: Attribution, kind: Kind):
    request = only(await requests(forgotten)).id
    async with calling(forgotten.app, forgotten.token(kind, "brand-1")) as http:
        assert (await http.get("/v1/privacy-requests")).status_code == 403
        assert (await http.get(f"/v1/privacy-requests/{request}")).status_code == 403
        assert (await http.post(f"/v1/privacy-requests/{request}/done", json={})).status_code == 403


async def woo(service: Attribution, body: Any) -> None:
    raw = raw_of(body)
    async with service.store() as http:
        answer = await http.post("/webhooks/woocommerce/woo-1", content=raw, headers=woo_headers(raw, "order.updated"))
    assert answer.status_code == 200


async def test_woocommerces_own_erasure_sends_orders_anew_and_nothing_breaks(shop: Attribution):
    """WEBHOOKS 1.2: the order comes again with its person taken out; what it earned stays."""
    landed = landing("https://shop.bergfein.example/?cclid=click-1")
    await woo(shop, a_woo_order(customer_id=5, meta_data=landed))
    await relayed(shop)
    before, ledger = (await earned(shop))["woo-1:727"], len(await shop.ledger())
    assert before
    anonymous = {"billing": {"email": "deleted@site.invalid", "country": ""}, "customer_ip_address": "0.0.0.0"}  # noqa: S104
    later = {"date_modified_gmt": "2026-03-03T12:00:05"}
    await woo(shop, a_woo_order(customer_id=0, meta_data=landed, **anonymous, **later))
    await relayed(shop)
    assert (await earned(shop))["woo-1:727"] == before
    assert len(await shop.ledger()) == ledger
    assert await shop.all_of("dead_letters") == []
    await nothing_differs(shop)
