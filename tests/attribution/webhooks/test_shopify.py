from datetime import UTC, datetime

import pytest

from attribution.domain.webhooks import receive
from contracts.console import StoreKind
from contracts.stores import Discount, ObservationKind, OrderState, Way
from tests.attribution.webhooks.builders import (
    NOON,
    ORDER_ID,
    SECRET,
    SHOP,
    STORE,
    a_shopify_line,
    a_shopify_order,
    a_shopify_refund,
    an_allocation,
    from_shopify,
    money,
    only,
    raw_of,
    shopify_headers,
    snapshot_of,
)

ORDER_TOPICS = ["create", "paid", "updated", "cancelled", "fulfilled", "partially_fulfilled"]


@pytest.mark.parametrize("topic", ORDER_TOPICS)
def test_an_order_is_observed_under_each_topic_that_carries_orders(topic):
    observation = only(from_shopify(f"orders/{topic}", a_shopify_order()))
    assert observation.kind is ObservationKind.SNAPSHOT
    assert observation.order == f"{STORE}:{ORDER_ID}"
    assert observation.version == datetime(2026, 3, 2, 12, 0, 5, tzinfo=UTC)
    assert observation.way is Way.WEBHOOK
    assert observation.received_at == NOON
    snapshot = observation.snapshot
    assert snapshot is not None
    assert snapshot.placed_at == NOON
    assert snapshot.paid_at is None  # Shopify's orders don't say when they were paid
    assert (snapshot.currency, snapshot.prices_include_tax, snapshot.test) == ("EUR", False, False)
    assert snapshot.refunds == ()
    [line] = snapshot.lines
    assert (line.unit_price, line.quantity, line.current_quantity, line.sku) == (4000, 2, None, "TENT-2")


def test_ids_beyond_2_to_the_53_keep_their_last_digit_through_json():
    refund = a_shopify_refund(id=2**63 - 1)
    observation = only(from_shopify("orders/paid", a_shopify_order(refunds=[refund], customer={"id": 2**53 + 1})))
    assert b'"store-1:820982911946154508"' in observation.body()
    assert b'"9223372036854775807"' in observation.body()
    assert b'"9007199254740993"' in observation.body()
    assert observation.snapshot is not None
    assert observation.snapshot.lines[0].line == "466157049000000001"


@pytest.mark.parametrize(
    ("financial", "cancelled", "state"),
    [
        ("pending", None, OrderState.PENDING),
        ("authorized", None, OrderState.AUTHORIZED),
        ("partially_paid", None, OrderState.PARTIALLY_PAID),
        ("paid", None, OrderState.PAID),
        ("partially_refunded", None, OrderState.PARTIALLY_REFUNDED),
        ("refunded", None, OrderState.REFUNDED),
        ("voided", None, OrderState.VOIDED),
        ("expired", None, OrderState.VOIDED),
        (None, None, OrderState.PENDING),
        ("paid", "2026-03-03T10:00:00Z", OrderState.CANCELLED),
        ("refunded", "2026-03-03T10:00:00Z", OrderState.CANCELLED),
    ],
)
def test_the_state_is_that_of_the_money_unless_the_order_was_cancelled(financial, cancelled, state):
    body = a_shopify_order(financial_status=financial, cancelled_at=cancelled)
    assert snapshot_of(from_shopify("orders/updated", body)).state is state


@pytest.mark.parametrize(("current", "told"), [(3, None), (2, None), (1, 1), (0, 0), (None, None)])
def test_removed_units_show_in_the_current_quantity(current, told):
    order = a_shopify_order(line_items=[a_shopify_line(quantity=2, current_quantity=current)])
    assert snapshot_of(from_shopify("orders/updated", order)).lines[0].current_quantity == told


def test_a_test_order_is_marked():
    assert snapshot_of(from_shopify("orders/paid", a_shopify_order(test=True))).test


@pytest.mark.parametrize(("written", "is_test"), [("False", False), ("0", False), ("True", True), ("1", True)])
def test_a_flag_that_is_written_as_text_says_what_the_text_says(written, is_test):
    assert snapshot_of(from_shopify("orders/paid", a_shopify_order(test=written))).test is is_test


def test_money_is_the_shops_even_where_the_plain_field_differs():
    line = a_shopify_line(price="44.12", price_set=money("40.00"))
    assert snapshot_of(from_shopify("orders/paid", a_shopify_order(line_items=[line]))).lines[0].unit_price == 4000


def test_an_order_without_money_bags_is_read_by_its_plain_fields():
    line = {"id": 1, "price": "19.90", "quantity": 1}
    order = a_shopify_order(line_items=[line], subtotal_price=None, total_discounts=None)
    assert snapshot_of(from_shopify("orders/paid", order)).lines[0].unit_price == 1990


@pytest.mark.parametrize(
    ("currency", "price", "minor"), [("JPY", "1500", 1500), ("JPY", "1500.00", 1500), ("KWD", "1.250", 1250)]
)
def test_currencies_without_and_with_three_decimals(currency, price, minor):
    line = a_shopify_line(price=price, price_set=money(price, currency), quantity=1)
    order = a_shopify_order(currency=currency, line_items=[line], subtotal_price=price)
    assert snapshot_of(from_shopify("orders/paid", order)).lines[0].unit_price == minor


def test_each_allocated_discount_is_by_the_code_of_its_application_or_by_none():
    line = a_shopify_line(
        discount_allocations=[an_allocation("8.00", 0), an_allocation("2.00", 1), an_allocation("1.00", 7)]
    )
    order = a_shopify_order(
        line_items=[line],
        subtotal_price="69.00",
        total_discounts="11.00",
        discount_codes=[{"code": "LENA10", "amount": "8.00", "type": "percentage"}],
        discount_applications=[
            {"type": "discount_code", "code": "LENA10", "value": "10.0"},
            {"type": "automatic", "title": "Spring"},
        ],
    )
    snapshot = snapshot_of(from_shopify("orders/paid", order))
    assert snapshot.lines[0].discounts == (
        Discount(code="LENA10", amount=800),
        Discount(amount=200),
        Discount(amount=100),
    )
    assert snapshot.discounts == ()
    assert snapshot.codes == ("LENA10",)


def test_a_lines_own_discount_counts_where_nothing_is_allocated():
    order = a_shopify_order(
        line_items=[a_shopify_line(total_discount="5.00")], subtotal_price="75.00", total_discounts="5.00"
    )
    snapshot = snapshot_of(from_shopify("orders/paid", order))
    assert snapshot.lines[0].discounts == (Discount(amount=500),)
    assert snapshot.discounts == ()


@pytest.mark.parametrize(
    ("fields", "discounts"),
    [
        pytest.param(
            {"discount_codes": [{"code": "TEN", "amount": "10.00", "type": "fixed_amount"}]},
            (Discount(code="TEN", amount=1000),),
            id="by one code",
        ),
        pytest.param(
            {"discount_codes": [{"code": "A", "amount": "4.00"}, {"code": "B", "amount": "6.00"}]},
            (Discount(code="A", amount=400), Discount(code="B", amount=600)),
            id="by two codes",
        ),
        pytest.param({}, (Discount(amount=1000),), id="by no code"),
        pytest.param(
            {"discount_codes": [{"code": "A", "amount": "4.00"}]}, (Discount(amount=1000),), id="not all by its code"
        ),
        pytest.param({"subtotal_price": "80.00"}, (), id="free shipping, for the goods cost what they cost"),
        pytest.param(
            {"shipping_lines": [{"discount_allocations": [an_allocation("10.00")]}]}, (), id="allocated to shipping"
        ),
        pytest.param({"total_discounts": "0.00"}, (), id="a line that an edit added, not in the first subtotal"),
        pytest.param({"subtotal_price": None}, (Discount(amount=1000),), id="no subtotal"),
    ],
)
def test_an_order_discount_that_no_line_bears_is_the_orders(fields, discounts):
    order = a_shopify_order(subtotal_price="70.00", total_discounts="10.00") | fields
    assert snapshot_of(from_shopify("orders/paid", order)).discounts == discounts


def test_tax_tips_and_gift_cards_are_told():
    taxes = [{"price": "6.00", "price_set": money("6.10")}, {"price": 1.5}]
    lines = [a_shopify_line(tax_lines=taxes), a_shopify_line(id=2, gift_card=True)]
    order = a_shopify_order(line_items=lines, taxes_included=True, total_tip_received="3.00", subtotal_price="160.00")
    snapshot = snapshot_of(from_shopify("orders/paid", order))
    assert snapshot.prices_include_tax
    assert snapshot.tip == 300
    assert [line.tax for line in snapshot.lines] == [760, 0]
    assert [line.gift_card for line in snapshot.lines] == [False, True]


def test_codes_are_told_once_in_their_order():
    order = a_shopify_order(
        discount_codes=[{"code": "LENA10"}, {"code": "free"}],
        discount_applications=[{"type": "discount_code", "code": "free"}, {"type": "discount_code", "code": "TOM"}],
    )
    assert snapshot_of(from_shopify("orders/paid", order)).codes == ("LENA10", "free", "TOM")


def test_a_code_that_cannot_be_ours_is_left_out():
    order = a_shopify_order(discount_codes=[{"code": "x" * 201}, {"code": ""}, {"code": "LENA10"}])
    assert snapshot_of(from_shopify("orders/paid", order)).codes == ("LENA10",)


@pytest.mark.parametrize(
    ("fields", "ids"),
    [
        pytest.param({"note_attributes": [{"name": "cclid", "value": "c1"}]}, ("c1",), id="cart attribute"),
        pytest.param({"note_attributes": [{"name": "_CCLID", "value": "c1"}]}, ("c1",), id="hidden, in capitals"),
        pytest.param(
            {"note_attributes": [{"name": "cclid", "value": "c1, c2,,c1"}, {"name": "cclid", "value": "c3"}]},
            ("c2", "c1", "c3"),
            id="several, each once, where named last",
        ),
        pytest.param({"note_attributes": {"cclid": "c1"}}, ("c1",), id="attributes as an object"),
        pytest.param({"landing_site": "/tents?utm_source=x&cclid=c1"}, ("c1",), id="landing address"),
        pytest.param({"landing_site": "https://bergfein.example/?cclid=c%201%2Cc2"}, ("c 1", "c2"), id="encoded"),
        pytest.param(
            {"landing_site": "/wallets/checkouts.json", "note_attributes": [{"name": "cclid", "value": "c9"}]},
            ("c9",),
            id="accelerated checkout",
        ),
        pytest.param(
            {"line_items": [a_shopify_line(properties=[{"name": "_cclid", "value": "c4"}])]},
            ("c4",),
            id="line property",
        ),
        pytest.param(
            {"line_items": [a_shopify_line(properties={"cclid": "c4"})]}, ("c4",), id="properties as an object"
        ),
        pytest.param(
            {"landing_site": "/?cclid=old", "note_attributes": [{"name": "cclid", "value": "new"}]},
            ("old", "new"),
            id="the landing address is the oldest",
        ),
        pytest.param({"note_attributes": [{"name": "gclid", "value": "c1"}]}, (), id="another parameter"),
        pytest.param({"note_attributes": [{"name": "cclid", "value": 5}, 7, None]}, (), id="no text"),
        pytest.param(
            {"note_attributes": [{"name": "cclid", "value": "x" * 201 + ",a\u0000b,\ud800,ok"}]}, ("ok",), id="no ids"
        ),
        pytest.param({"landing_site": "http://[?cclid=c1"}, (), id="no address"),
        pytest.param({"landing_site": ["/?cclid=c1"]}, (), id="no text as the address"),
        pytest.param({"note_attributes": None}, None, id="nothing is said of it"),
    ],
)
def test_click_ids_are_found_wherever_an_order_carries_them(fields, ids):
    assert snapshot_of(from_shopify("orders/paid", a_shopify_order(**fields))).click_ids == ids


def test_the_twenty_newest_click_ids_are_kept():
    many = ",".join(f"c{n}" for n in range(25))
    order = a_shopify_order(note_attributes=[{"name": "cclid", "value": many}])
    assert snapshot_of(from_shopify("orders/paid", order)).click_ids == tuple(f"c{n}" for n in range(5, 25))


def test_the_click_parameter_is_a_setting():
    raw = raw_of(a_shopify_order(landing_site="/?ref=c1&cclid=c2"))
    verdict = receive(
        StoreKind.SHOPIFY,
        shopify_headers(raw, "orders/paid"),
        raw,
        secrets=[SECRET],
        store=STORE,
        shop=SHOP,
        received_at=NOON,
        click_parameter="ref",
    )
    assert snapshot_of(verdict).click_ids == ("c1",)


def test_the_customer_is_an_opaque_reference_and_no_address_leaves():
    customer = {"id": 115310627314723954, "email": "jo@example.com", "first_name": "Jo"}
    order = a_shopify_order(customer=customer, email="jo@example.com", contact_email="jo@example.com")
    observation = only(from_shopify("orders/paid", order))
    assert observation.snapshot is not None
    assert observation.snapshot.customer == "115310627314723954"
    assert b"example.com" not in observation.body()


@pytest.mark.parametrize("customer", [None, {}, {"id": None}])
def test_an_order_without_a_customer_is_an_order(customer):
    assert snapshot_of(from_shopify("orders/paid", a_shopify_order(customer=customer))).customer is None


def test_a_polled_zero_in_a_current_field_changes_nothing():
    order = a_shopify_order(financial_status="refunded", current_subtotal_price="0.00", current_total_price="0.00")
    assert snapshot_of(from_shopify("orders/updated", order)).lines[0].unit_price == 4000


def test_an_order_that_does_not_speak_of_refunds_says_nothing_of_them():
    order = a_shopify_order()
    del order["refunds"]
    assert snapshot_of(from_shopify("orders/paid", order)).refunds is None
