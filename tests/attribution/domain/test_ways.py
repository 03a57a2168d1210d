"""One order by all its ways, as real bodies: topic, Shopify's and WooCommerce's webhooks, CSV, poll (MONEY 19)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.domain.decide import decide
from attribution.domain.decisions import Decision
from attribution.domain.facts import DEFAULT_POLICY
from attribution.domain.files.importing import OrderFile
from attribution.domain.files.orders import Reading
from attribution.domain.fold import fold
from attribution.domain.observations import Observation, observation
from attribution.domain.polling.answers import Asked, polled_order, polled_refund
from attribution.domain.webhooks import Accepted
from contracts.console import StoreKind
from contracts.stores import OrderObserved, Way
from tests.attribution.builders import NOON, a_click, a_collaboration, a_store, a_world
from tests.attribution.webhooks.builders import (
    ORDER_ID,
    SHOP,
    SITE,
    STORE,
    a_shopify_line,
    a_shopify_order,
    a_shopify_refund,
    a_woo_line,
    a_woo_order,
    from_shopify,
    from_woo,
)

CARRIED = [{"name": "cclid", "value": "click-1"}]
WOO_CARRIED = [{"id": 1, "key": "cclid", "value": "click-1"}]
FACTS = (a_click(), a_collaboration())
HEADER = "order_id,state,placed_at,currency,quantity,unit_price,click_ids"


def by_webhook(kind: StoreKind, topic: str, body: Any) -> OrderObserved:
    verdict = (from_shopify if kind is StoreKind.SHOPIFY else from_woo)(topic, body)
    assert isinstance(verdict, Accepted)
    [one] = verdict.observations
    return one


def asked(kind: StoreKind, after: timedelta) -> Asked:
    return Asked(STORE, SHOP if kind is StoreKind.SHOPIFY else SITE, kind, NOON + after, "cclid")


def by_poll(kind: StoreKind, body: Any, after: timedelta = timedelta(hours=1)) -> OrderObserved:
    one = polled_order(json.dumps(body).encode(), asked(kind, after), anew=False).observation
    assert one is not None
    return one


def by_topic(kind: StoreKind, topic: str, body: Any) -> OrderObserved:
    return by_webhook(kind, topic, body).model_copy(update={"way": Way.TOPIC, "raw_ref": None})


def by_file(order: str, state: str, price: str = "40.00") -> OrderObserved:
    file = OrderFile(Reading(store=STORE, shop=SHOP, received_at=NOON, click_parameter="cclid"))
    text = f"{HEADER}\n{order},{state},2026-03-02T12:00:00Z,EUR,2,{price},click-1\n"
    [found] = file.feed(text.encode(), last=True)
    assert found.observation is not None, found.faults
    return found.observation


def kept(one: OrderObserved, minutes: int = 0) -> Observation:
    return observation(one, NOON + timedelta(hours=2, minutes=minutes))


def decided(kind: StoreKind, *several: OrderObserved) -> Decision:
    seen = [kept(one) for one in several]
    return decide(fold(seen, kind), a_world(a_store(kind), *FACTS), DEFAULT_POLICY)


def earned(decision: Decision) -> int:
    if not decision.posts:
        return 0
    return sum(part.commission for line in decision.lines for part in line.parts)


SHOPIFY, WOO = StoreKind.SHOPIFY, StoreKind.WOOCOMMERCE
STATUSES = {
    SHOPIFY: ["pending", "paid", "partially_refunded", "refunded", "voided"],
    WOO: ["pending", "processing", "completed", "cancelled", "refunded"],
}
versions = st.sampled_from(["2026-03-02T12:00:05", "2026-03-02T12:00:06", "2026-03-03T08:00:00"])
delays = st.sampled_from([timedelta(seconds=5), timedelta(seconds=7), timedelta(days=1)])


def _shopify_body(status: str, version: str, refunded: Any, units: int) -> dict[str, Any]:
    return a_shopify_order(
        financial_status=status,
        updated_at=f"{version}Z",
        note_attributes=CARRIED,
        line_items=[a_shopify_line(current_quantity=units), a_shopify_line(id=2, price="9.99", quantity=1)],
        refunds=refunded,
    )


def _woo_body(status: str, version: str, refunded: Any, units: int) -> dict[str, Any]:
    return a_woo_order(
        status=status,
        date_modified_gmt=version,
        date_paid_gmt=None if status == "pending" else "2026-03-02T12:00:04",
        meta_data=WOO_CARRIED,
        line_items=[a_woo_line(), a_woo_line(id=316, quantity=units)],
        refunds=refunded,
    )


shopify_refunds = st.sampled_from([None, [], [a_shopify_refund()]])
woo_refunds = st.sampled_from([None, [], [{"id": 726, "reason": "", "total": "-47.60"}]])
shopify_bodies = st.builds(
    _shopify_body, st.sampled_from(STATUSES[SHOPIFY]), versions, shopify_refunds, st.sampled_from([1, 2])
)
woo_bodies = st.builds(_woo_body, st.sampled_from(STATUSES[WOO]), versions, woo_refunds, st.sampled_from([1, 2]))
DETAILS = {
    "id": 726,
    "date_created_gmt": "2026-03-02T12:00:06",
    "amount": "47.60",
    "line_items": [
        {
            "id": 9,
            "quantity": -1,
            "total": "-40.00",
            "total_tax": "-7.60",
            "meta_data": [{"key": "_refunded_item_id", "value": "315"}],
        }
    ],
}


def refund_by_poll(after: timedelta) -> OrderObserved:
    [one] = polled_refund(json.dumps(DETAILS).encode(), "727", "EUR", asked(WOO, after)).translation.observations
    return one


of_shopify = st.one_of(
    shopify_bodies.map(lambda body: by_webhook(SHOPIFY, "orders/updated", body)),
    shopify_bodies.map(lambda body: by_topic(SHOPIFY, "orders/updated", body)),
    st.builds(lambda body, after: by_poll(SHOPIFY, body, after), shopify_bodies, delays),
    st.sampled_from(["paid", "pending", "partially_refunded"]).map(lambda state: by_file(str(ORDER_ID), state)),
    st.just(by_webhook(SHOPIFY, "refunds/create", a_shopify_refund())),
    st.just(by_webhook(SHOPIFY, "orders/delete", {"id": ORDER_ID})),
    st.just(by_webhook(SHOPIFY, "orders/edited", {"order_edit": {"id": 1, "order_id": ORDER_ID}})),
)
of_woo = st.one_of(
    woo_bodies.map(lambda body: by_webhook(WOO, "order.updated", body)),
    woo_bodies.map(lambda body: by_topic(WOO, "order.updated", body)),
    st.builds(lambda body, after: by_poll(WOO, body, after), woo_bodies, delays),
    st.sampled_from(["paid", "pending", "completed"]).map(lambda state: by_file("727", state)),
    delays.map(refund_by_poll),
    st.just(by_webhook(WOO, "order.deleted", {"id": 727})),
)


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from([SHOPIFY, WOO]))
def test_any_order_subset_and_repetition_over_all_ways_is_one_state_and_one_decision(data, kind):
    """MONEY 19, DOMAIN A5: all ways converge."""
    several = data.draw(st.lists(of_shopify if kind is SHOPIFY else of_woo, min_size=1, max_size=7))
    seen = [kept(one, minutes) for minutes, one in enumerate(several)]
    again = data.draw(st.lists(st.sampled_from(seen), max_size=4))
    shuffled = data.draw(st.permutations([*seen, *again]))
    world = a_world(a_store(kind), *FACTS)
    assert fold(shuffled, kind) == fold(seen, kind)
    assert decide(fold(shuffled, kind), world, DEFAULT_POLICY) == decide(fold(seen, kind), world, DEFAULT_POLICY)


@settings(max_examples=60, deadline=None)
@given(shopify_bodies, woo_bodies)
def test_webhook_topic_and_poll_of_one_body_are_one_content(shopify_body, woo_body):
    """WEBHOOKS 1.3: the hash leaves out the way, so webhook and poll of one state agree."""
    for kind, topic, body in ((SHOPIFY, "orders/updated", shopify_body), (WOO, "order.updated", woo_body)):
        ways = (by_webhook(kind, topic, body), by_topic(kind, topic, body), by_poll(kind, body))
        assert len({kept(one).body_hash for one in ways}) == 1
        assert len({one.way for one in ways}) == 3


@pytest.mark.parametrize("read", [by_webhook, by_topic, lambda kind, _topic, body: by_poll(kind, body)])
def test_a_test_order_never_pays_by_any_way(read):
    """WEBHOOKS trap 18, MONEY 10."""
    body = a_shopify_order(test=True, note_attributes=CARRIED)
    assert earned(decided(SHOPIFY, read(SHOPIFY, "orders/paid", body))) == 0
    assert earned(decided(SHOPIFY, read(SHOPIFY, "orders/paid", body | {"test": False}))) == 800


def test_a_polled_order_whose_current_fields_are_zero_is_refunded_once():
    """WEBHOOKS trap 7: `current_subtotal_price` 0 after a full refund takes nothing back a second time."""
    refund = a_shopify_refund()
    body = a_shopify_order(
        financial_status="partially_refunded",
        note_attributes=CARRIED,
        current_subtotal_price="0.00",
        current_total_price="0.00",
        line_items=[a_shopify_line(current_quantity=1)],
        refunds=[refund],
    )
    several = (by_webhook(SHOPIFY, "refunds/create", refund), by_poll(SHOPIFY, body))
    assert earned(decided(SHOPIFY, *several)) == 400


def test_a_woocommerce_refund_that_is_deleted_gives_back_what_it_took():
    """WEBHOOKS trap 9, MONEY 17: undoing a refund gives back by the same formula."""
    refunded = a_woo_order(
        meta_data=WOO_CARRIED,
        refunds=[{"id": 726, "reason": "", "total": "-47.60"}],
        date_modified_gmt="2026-03-04T12:00:00",
    )
    restored = refunded | {"refunds": [], "date_modified_gmt": "2026-03-05T12:00:00"}
    with_refund = (by_webhook(WOO, "order.updated", refunded), refund_by_poll(timedelta(days=2)))
    assert earned(decided(WOO, *with_refund)) == 400
    assert earned(decided(WOO, *with_refund, by_webhook(WOO, "order.updated", restored))) == 800


def test_an_order_is_named_by_its_id_and_never_by_its_number():
    one = by_webhook(WOO, "order.updated", a_woo_order(id=727, number="WEB-0001"))
    other = by_webhook(WOO, "order.updated", a_woo_order(id=728, number="WEB-0001"))
    assert (one.order, other.order) == (f"{STORE}:727", f"{STORE}:728")


def test_gift_cards_and_tips_earn_nothing():
    """MONEY 12: neither is base; paying with a gift card reduces nothing."""
    body = a_shopify_order(
        note_attributes=CARRIED,
        total_tip_received="50.00",
        line_items=[a_shopify_line(), a_shopify_line(id=2, price="100.00", quantity=1, gift_card=True)],
    )
    assert earned(decided(SHOPIFY, by_webhook(SHOPIFY, "orders/paid", body))) == 800


def test_a_wallets_landing_page_hides_no_click():
    """WEBHOOKS trap 22: accelerated checkouts land on `/wallets/checkouts.json`; the cart still carries the click."""
    body = a_shopify_order(landing_site="/wallets/checkouts.json", note_attributes=CARRIED)
    assert earned(decided(SHOPIFY, by_webhook(SHOPIFY, "orders/paid", body))) == 800


@pytest.mark.parametrize(
    ("change", "lines", "amount", "shipping"),
    [
        pytest.param({}, [("315", 1, 4000, 760)], None, None, id="a line"),
        pytest.param({"amount": "52.60"}, [("315", 1, 4000, 760)], 500, None, id="and more than its lines"),
        pytest.param(
            {"amount": "52.60", "shipping_lines": [{"total": "-5.00", "total_tax": "0.00"}]},
            [("315", 1, 4000, 760)],
            None,
            500,
            id="and shipping",
        ),
        pytest.param({"line_items": []}, [], 4760, None, id="an amount only"),
        pytest.param({"line_items": [{"id": 9, "total": "-40.00"}]}, [], 4760, None, id="lines of an old version"),
        pytest.param({"amount": "0.00", "line_items": []}, [], None, None, id="nothing"),
    ],
)
def test_a_refunds_details_are_its_lines_and_what_goes_beyond(change, lines, amount, shipping):
    """MONEY 17: `/orders/<id>/refunds` tells what the order's own list does not."""
    polled = polled_refund(json.dumps(DETAILS | change).encode(), "727", "EUR", asked(WOO, timedelta(days=1)))
    [one] = polled.translation.observations
    refund = one.refund
    assert [(each.line, each.quantity, each.amount, each.tax) for each in refund.lines] == lines
    assert (refund.amount, refund.shipping) == (amount, shipping)


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "NaN"},
        {"amount": None, "id": None},
        {"id": 0},
        {"date_created_gmt": "9999-01-01T00:00:00"},
        {"line_items": 3},
    ],
)
def test_a_refund_that_cannot_be_read_is_kept_and_takes_nothing(change):
    polled = polled_refund(json.dumps(DETAILS | change).encode(), "727", "EUR", asked(WOO, timedelta(days=1)))
    assert polled.translation.observations == ()
    assert polled.translation.kept_raw
