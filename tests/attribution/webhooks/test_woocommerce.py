from datetime import UTC, datetime

import pytest

from attribution.domain.webhooks import Accepted, NoteKind
from contracts.stores import Discount, ObservationKind, OrderState, Refund
from tests.attribution.webhooks.builders import (
    NOON,
    STORE,
    a_woo_line,
    a_woo_order,
    from_woo,
    kept_reason,
    landing,
    only,
    snapshot_of,
)


@pytest.mark.parametrize("topic", ["order.created", "order.updated", "order.restored"])
def test_an_order_is_observed_under_each_topic_that_carries_orders(topic):
    observation = only(from_woo(topic, a_woo_order()))
    assert observation.kind is ObservationKind.SNAPSHOT
    assert observation.order == f"{STORE}:727"
    assert observation.version == datetime(2026, 3, 2, 12, 0, 5, tzinfo=UTC)
    snapshot = observation.snapshot
    assert snapshot is not None
    assert snapshot.placed_at == NOON
    assert snapshot.paid_at == datetime(2026, 3, 2, 12, 0, 4, tzinfo=UTC)
    assert (snapshot.currency, snapshot.state, snapshot.customer, snapshot.refunds) == (
        "EUR",
        OrderState.PAID,
        None,
        (),
    )


def test_times_are_read_from_the_gmt_fields_across_the_change_of_the_clocks():
    """On 29 March 2026 clocks in Berlin go from 02:00 to 03:00: site time skips an hour, GMT does not."""
    order = a_woo_order(
        date_created="2026-03-29T01:59:59",
        date_created_gmt="2026-03-29T00:59:59",
        date_modified="2026-03-29T03:00:01",
        date_modified_gmt="2026-03-29T01:00:01",
    )
    observation = only(from_woo("order.updated", order))
    assert observation.snapshot is not None
    assert observation.version is not None
    assert (observation.version - observation.snapshot.placed_at).total_seconds() == 2


def test_an_order_that_was_never_modified_has_the_version_of_its_creation():
    assert only(from_woo("order.created", a_woo_order(date_modified_gmt=None))).version == NOON


@pytest.mark.parametrize(
    ("status", "paid", "state"),
    [
        ("pending", None, OrderState.PENDING),
        ("on-hold", None, OrderState.PENDING),
        ("on-hold", "2026-03-02T12:00:04", OrderState.PENDING),
        ("checkout-draft", None, OrderState.PENDING),
        ("processing", None, OrderState.PAID),
        ("wc-processing", None, OrderState.PAID),
        ("completed", "2026-03-02T12:00:04", OrderState.COMPLETED),
        ("cancelled", None, OrderState.CANCELLED),
        ("trash", "2026-03-02T12:00:04", OrderState.CANCELLED),
        ("refunded", "2026-03-02T12:00:04", OrderState.REFUNDED),
        ("failed", None, OrderState.FAILED),
        ("ready-to-ship", "2026-03-02T12:00:04", OrderState.PAID),
        ("awaiting-bank", None, OrderState.PENDING),
    ],
)
def test_a_plugins_own_status_earns_once_the_order_is_paid(status, paid, state):
    assert snapshot_of(from_woo("order.updated", a_woo_order(status=status, date_paid_gmt=paid))).state is state


def test_a_lines_discount_is_its_subtotal_less_its_total_without_tax():
    line = a_woo_line(subtotal="80.00", total="72.00", total_tax="13.68")
    order = a_woo_order(line_items=[line], coupon_lines=[{"id": 1, "code": "lena10", "discount": "8.00"}])
    snapshot = snapshot_of(from_woo("order.created", order))
    [line] = snapshot.lines
    assert (line.subtotal, line.unit_price, line.quantity, line.tax) == (8000, 4000, 2, 1368)
    assert line.discounts == (Discount(code="lena10", amount=800),)
    assert snapshot.codes == ("lena10",)
    assert not snapshot.prices_include_tax  # the shop's flag is about how it shows prices; these are without tax


def test_of_several_coupons_nobody_says_which_took_how_much():
    order = a_woo_order(
        line_items=[a_woo_line(total="70.00")], coupon_lines=[{"code": "lena10"}, {"code": "free"}, {"code": "lena10"}]
    )
    snapshot = snapshot_of(from_woo("order.created", order))
    assert snapshot.lines[0].discounts == (Discount(amount=1000),)
    assert snapshot.codes == ("lena10", "free")


@pytest.mark.parametrize("code", ["", "x" * 201, None, 5, "\ud800"])
def test_a_coupon_that_cannot_be_ours_is_left_out(code):
    order = a_woo_order(line_items=[a_woo_line(total="70.00")], coupon_lines=[{"code": code}])
    snapshot = snapshot_of(from_woo("order.created", order))
    assert snapshot.codes == ()
    assert snapshot.lines[0].discounts == (Discount(amount=1000),)


def test_a_total_above_the_subtotal_is_the_base():
    snapshot = snapshot_of(from_woo("order.created", a_woo_order(line_items=[a_woo_line(total="85.00")])))
    assert (snapshot.lines[0].subtotal, snapshot.lines[0].discounts) == (8500, ())


def test_a_negative_fee_is_a_discount_on_the_order_and_a_positive_one_is_nothing():
    order = a_woo_order(fee_lines=[{"id": 1, "name": "Loyalty", "total": "-5.00"}, {"id": 2, "total": "2.50"}])
    assert snapshot_of(from_woo("order.created", order)).discounts == (Discount(amount=500),)


@pytest.mark.parametrize(
    ("currency", "subtotal", "minor"),
    [
        ("JPY", "1500", 1500),
        ("KWD", "1.250", 1250),
        ("EUR", "0.884956", 88),
        ("EUR", "10.005", 1000),
        ("EUR", 12.5, 1250),
    ],
)
def test_amounts_are_rounded_half_even_to_the_currencys_minor_units(currency, subtotal, minor):
    line = a_woo_line(subtotal=subtotal, total=subtotal, total_tax="0")
    snapshot = snapshot_of(from_woo("order.created", a_woo_order(currency=currency, line_items=[line])))
    assert snapshot.lines[0].subtotal == minor


def test_three_units_for_ten_keep_their_exact_sum():
    line = a_woo_line(quantity=3, subtotal="10.00", total="10.00")
    [line] = snapshot_of(from_woo("order.created", a_woo_order(line_items=[line]))).lines
    assert (line.unit_price, line.quantity, line.subtotal) == (333, 3, 1000)


def test_goods_by_weight_count_as_one_unit_of_their_sum():
    [line] = snapshot_of(from_woo("order.created", a_woo_order(line_items=[a_woo_line(quantity=1.5)]))).lines
    assert (line.quantity, line.subtotal) == (1, 8000)


def test_a_zero_id_is_none():
    line = a_woo_line(product_id=0, variation_id=0)
    snapshot = snapshot_of(from_woo("order.created", a_woo_order(line_items=[line], customer_id=0)))
    assert (snapshot.lines[0].product, snapshot.lines[0].variant, snapshot.customer) == (None, None, None)
    known = snapshot_of(from_woo("order.created", a_woo_order(customer_id=26)))
    assert known.customer == "26"


def test_refunds_are_amounts_without_lines_or_dates():
    order = a_woo_order(refunds=[{"id": 731, "reason": "", "total": "-10.00"}, {"id": 732, "total": "-0.50"}])
    assert snapshot_of(from_woo("order.updated", order)).refunds == (
        Refund(id="731", amount=1000),
        Refund(id="732", amount=50),
    )


def test_an_order_that_does_not_speak_of_refunds_says_nothing_of_them():
    order = a_woo_order()
    for field in ("refunds", "coupon_lines", "meta_data"):
        del order[field]
    snapshot = snapshot_of(from_woo("order.updated", order))
    assert (snapshot.refunds, snapshot.codes, snapshot.click_ids) == (None, None, None)


@pytest.mark.parametrize(
    ("fields", "ids"),
    [
        pytest.param({"meta_data": landing("https://shop.example/tents/?cclid=c1&x=1")}, ("c1",), id="landing address"),
        pytest.param({"meta_data": [{"key": "_cclid", "value": "c1,c2"}]}, ("c1", "c2"), id="own metadata"),
        pytest.param(
            {"meta_data": [{"key": "cclid", "value": "c2"}, *landing("/?cclid=c1")]},
            ("c1", "c2"),
            id="the landing address is the oldest",
        ),
        pytest.param(
            {"line_items": [a_woo_line(meta_data=[{"key": "cclid", "value": "c3"}])]}, ("c3",), id="a line's metadata"
        ),
        pytest.param({"meta_data": [{"key": "cclid", "value": {"a": 1}}, "x", {"key": 5}]}, (), id="plugins' own"),
        pytest.param({"meta_data": landing("https://shop.example/?gclid=c1")}, (), id="another parameter"),
    ],
)
def test_click_ids_are_found_wherever_an_order_carries_them(fields, ids):
    assert snapshot_of(from_woo("order.created", a_woo_order(**fields))).click_ids == ids


def test_no_address_leaves():
    assert b"example.com" not in only(from_woo("order.created", a_woo_order())).body()


def test_a_deletion_is_observed():
    observation = only(from_woo("order.deleted", {"id": 727}))
    assert (observation.kind, observation.order) == (ObservationKind.DELETION, f"{STORE}:727")


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        pytest.param("order.deleted", a_woo_order(), id="an order as a deletion"),
        pytest.param("order.updated", {"id": 727}, id="a deletion as an order"),
    ],
)
def test_a_signed_body_under_another_topic_changes_nothing(topic, body):
    assert "the body of another topic" in kept_reason(from_woo(topic, body))


@pytest.mark.parametrize("topic", ["", "product.updated", "coupon.created", "customer.deleted", "action.woocommerce_x"])
def test_all_other_topics_are_kept_raw(topic):
    assert kept_reason(from_woo(topic, a_woo_order())) == "not a topic that we read"


@pytest.mark.parametrize("place", ["top", "data"])
def test_an_error_in_place_of_an_order_says_that_the_order_changed(place):
    body = {"code": "woocommerce_rest_cannot_view", "message": "Sorry.", "data": {"status": 401}}
    (body if place == "top" else body["data"])["id"] = 727
    verdict = from_woo("order.updated", body)
    assert isinstance(verdict, Accepted)
    [observation] = verdict.observations
    assert (observation.kind, observation.order) == (ObservationKind.CHANGED, f"{STORE}:727")
    assert verdict.kept_raw_reason == "the store sent an error in place of the order"


def test_an_error_that_names_no_order_asks_for_a_poll_of_all():
    body = {"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID.", "data": {"status": 404}}
    verdict = from_woo("order.updated", body)
    assert isinstance(verdict, Accepted)
    assert [note.kind for note in verdict.notes] == [NoteKind.POLL_WANTED]
    assert verdict.kept_raw_reason is not None


def test_two_orders_of_one_second_with_one_delivery_id_are_two():
    """WooCommerce makes the Delivery-ID of whole seconds (WEBHOOKS 1.2): both are sent with the same one here."""
    first, second = (from_woo("order.created", a_woo_order(id=number)) for number in (727, 728))
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert first.delivery_key != second.delivery_key
    assert (only(first).order, only(second).order) == (f"{STORE}:727", f"{STORE}:728")
