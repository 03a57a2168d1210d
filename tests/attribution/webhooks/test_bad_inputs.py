import copy
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from attribution.domain.webhooks import Accepted, shopify, woocommerce
from attribution.domain.webhooks.amounts import Currency
from attribution.domain.webhooks.lines import LINES
from attribution.domain.webhooks.shopify_bodies import Order as Shopify
from attribution.domain.webhooks.shopify_bodies import SentRefund
from attribution.domain.webhooks.translation import Delivery
from attribution.domain.webhooks.woocommerce import Order as Woo
from contracts.stores import OrderObserved
from tests.attribution.webhooks.builders import (
    NOON,
    SHOP,
    STORE,
    a_shopify_line,
    a_shopify_order,
    a_shopify_refund,
    a_woo_line,
    a_woo_order,
    an_allocation,
    an_amount_only_refund,
    from_shopify,
    from_woo,
    kept_reason,
    landing,
    money,
    only,
    snapshot_of,
)


def with_line(**fields):
    return {"line_items": [a_shopify_line(**fields)]}


SHOPIFY_KEPT = [
    pytest.param(with_line(price="-1.00"), "line_items[0].price: below zero", id="negative price"),
    pytest.param(with_line(price="1.999"), "line_items[0].price: more than the 2 decimals of EUR", id="half cents"),
    pytest.param(
        with_line(price="cheap", price_set=None),
        "line_items[0].price: not a plain decimal number",
        id="words for a price",
    ),
    pytest.param(with_line(price=None), "line_items[0].price: not an amount", id="no price"),
    pytest.param(
        with_line(price_set=money("40.00", "USD")),
        "line_items[0]: price_set is in another currency than the order",
        id="line in another currency",
    ),
    pytest.param(with_line(quantity=-1), "line_items[0].quantity: not a quantity", id="negative quantity"),
    pytest.param(with_line(quantity="two"), "line_items[0].quantity: not a quantity", id="words for a quantity"),
    pytest.param(with_line(quantity=1.5), "line_items[0].quantity: not a quantity", id="half a unit"),
    pytest.param(with_line(quantity=10**12), "line_items[0].quantity: not a quantity", id="a quantity beyond reason"),
    pytest.param(with_line(quantity=True), "line_items[0].quantity: not a quantity", id="true for a quantity"),
    pytest.param(with_line(id=None), "line_items[0].id: not an id", id="line without id"),
    pytest.param(with_line(id=1.5), "line_items[0].id: not an id", id="line id with a fraction"),
    pytest.param(with_line(product_id="a\nb"), "line_items[0].product_id: not an id", id="control character in an id"),
    pytest.param(
        with_line(discount_allocations=[an_allocation("-5.00")]),
        "line_items[0].discount_allocations[0].amount: below zero",
        id="negative discount",
    ),
    pytest.param(
        with_line(price="92233720368547758.07", quantity=2),
        "line_items: worth more than 64 bits hold",
        id="more money than 64 bits",
    ),
    pytest.param({"line_items": {}}, "line_items: Input should be a valid tuple", id="lines as an object"),
    pytest.param({"line_items": ["tent"]}, None, id="lines as words"),
    pytest.param({"currency": "ABC"}, "currency: not an ISO 4217 currency with minor units", id="unknown currency"),
    pytest.param({"currency": None}, "currency: not an ISO 4217 currency code", id="no currency"),
    pytest.param({"id": 0}, "id: not an id", id="order id zero"),
    pytest.param({"id": [1]}, "id: not an id", id="order id as a list"),
    pytest.param({"id": "9" * 181}, "id: not an id", id="endless order id"),
    pytest.param({"financial_status": "gifted"}, "financial_status: not one that we know", id="unknown state"),
    pytest.param(
        {"created_at": "9999-12-31T23:59:59-05:00"}, "created_at: not a time between 1990 and 2200", id="year 9999"
    ),
    pytest.param(
        {"updated_at": "0001-01-01T00:00:00+05:00"}, "updated_at: not a time between 1990 and 2200", id="year 1"
    ),
    pytest.param(
        {"created_at": "2026-03-02T13:00:00"}, "created_at: a time without an offset", id="time without offset"
    ),
    pytest.param({"created_at": "2026-02-30T13:00:00Z"}, "created_at: not an ISO 8601 time", id="30 February"),
    pytest.param({"created_at": 1772452800}, "created_at: not a time", id="seconds for a time"),
    pytest.param({"updated_at": None}, "updated_at: not a time", id="no version"),
    pytest.param({"test": "perhaps"}, None, id="neither test nor not"),
    pytest.param({"refunds": [{"id": 1, "refund_line_items": [{}]}]}, None, id="a refund of nothing known"),
]


@pytest.mark.parametrize(("fields", "reason"), SHOPIFY_KEPT)
def test_an_order_of_a_shape_that_we_do_not_know_is_kept_with_its_reason(fields, reason):
    found = kept_reason(from_shopify("orders/paid", a_shopify_order(**fields)))
    assert reason in (None, found)


@pytest.mark.parametrize("missing", ["id", "line_items", "currency", "financial_status", "created_at", "updated_at"])
def test_an_order_without_what_it_is_made_of_is_kept(missing):
    order = a_shopify_order()
    del order[missing]
    assert missing in (found := kept_reason(from_shopify("orders/paid", order))) or "no shape that we know" in found


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param({"line_items": [a_woo_line(subtotal="-5")]}, "line_items[0].subtotal: below zero", id="negative"),
        pytest.param(
            {"line_items": [a_woo_line(quantity=-2)]}, "line_items[0].quantity: not a quantity", id="quantity"
        ),
        pytest.param(
            {"line_items": [a_woo_line(total="")]}, "line_items[0].total: not a plain decimal number", id="empty"
        ),
        pytest.param(
            {"line_items": [a_woo_line(total="NaN")]}, "line_items[0].total: not a plain decimal number", id="NaN"
        ),
        pytest.param(
            {"line_items": [a_woo_line(quantity="two")]}, "line_items[0].quantity: not a quantity", id="words"
        ),
        pytest.param({"currency": "BTC"}, "currency: not an ISO 4217 currency with minor units", id="unknown currency"),
        pytest.param({"date_created_gmt": None}, "date_created_gmt: not a time", id="no date"),
        pytest.param(
            {"date_created_gmt": "9999-12-31T23:59:59"}, "date_created_gmt: not a time between 1990 and 2200", id="9999"
        ),
        pytest.param({"status": None}, "status: Input should be a valid string", id="no status"),
        pytest.param({"id": "0x1\n"}, "id: not an id", id="no id"),
        pytest.param(
            {"refunds": [{"id": 1, "total": "all"}]}, "refunds[0].total: not a plain decimal number", id="refund"
        ),
    ],
)
def test_a_woocommerce_order_of_a_shape_that_we_do_not_know_is_kept_with_its_reason(fields, reason):
    assert kept_reason(from_woo("order.updated", a_woo_order(**fields))) == reason


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(with_line(quantity=0, current_quantity=0), id="quantity 0"),
        pytest.param(with_line(quantity="2"), id="digits for a quantity"),
        pytest.param(with_line(price="0.00"), id="given away"),
        pytest.param(with_line(sku="x" * 300), id="a long sku"),
        pytest.param(with_line(sku={"a": 1}), id="a sku of any kind"),
        pytest.param(with_line(title="\ud800"), id="half a surrogate pair where nobody looks"),
        pytest.param({"line_items": []}, id="no lines"),
        pytest.param({"created_at": "2026-03-02T13:00:00+0100"}, id="offset without colon"),
        pytest.param({"created_at": "2026-03-02T12:00:00.123Z"}, id="thousandths and Z"),
        pytest.param({"refunds": None, "discount_codes": None, "shipping_lines": None}, id="nulls for lists"),
        pytest.param({"total_tip_received": None, "taxes_included": None, "test": None}, id="nulls for values"),
        pytest.param({"id": str(2**60)}, id="an id as text"),
        pytest.param({"note": {"any": ["thing"] * 10}, "new_field": 1.5}, id="fields that we don't know"),
    ],
)
def test_an_odd_but_clear_order_is_an_order(fields):
    assert snapshot_of(from_shopify("orders/paid", a_shopify_order(**fields))).currency == "EUR"


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"line_items": [a_woo_line(quantity=0)]}, id="quantity 0"),
        pytest.param({"line_items": [a_woo_line(quantity="2")]}, id="digits for a quantity"),
        pytest.param({"line_items": [a_woo_line(total=80, subtotal=80)]}, id="numbers for amounts"),
        pytest.param({"line_items": []}, id="no lines"),
        pytest.param({"date_created_gmt": "2026-03-02T13:00:00+0100"}, id="offset without colon"),
        pytest.param({"refunds": None, "coupon_lines": None, "meta_data": None, "fee_lines": None}, id="nulls"),
        pytest.param({"line_items": [a_woo_line(id=n + 1) for n in range(5_000)]}, id="5,000 lines"),
    ],
)
def test_an_odd_but_clear_order_of_woocommerce_is_an_order(fields):
    assert snapshot_of(from_woo("order.updated", a_woo_order(**fields))).placed_at == NOON


def test_an_order_of_5000_lines_is_an_order():
    lines = [a_shopify_line(id=10**12 + n, product_id=10**12, variant_id=10**12, quantity=1) for n in range(5000)]
    observation = only(from_shopify("orders/paid", a_shopify_order(line_items=lines, subtotal_price="200000.00")))
    assert observation.snapshot is not None
    assert len(observation.snapshot.lines) == 5000
    assert OrderObserved.from_body(observation.body()) == observation


def test_an_order_whose_event_would_be_too_large_is_kept():
    lines = [a_shopify_line(id=n + 1, sku="x" * 250) for n in range(5000)]
    order = a_shopify_order(line_items=lines, subtotal_price="400000.00")
    assert kept_reason(from_shopify("orders/paid", order)).endswith("bytes, more than 1000000")


def test_an_order_of_more_lines_than_an_event_can_hold_is_not_taken_apart():
    lines = [{}] * (LINES + 1)
    assert (
        kept_reason(from_shopify("orders/paid", a_shopify_order(line_items=lines))) == f"line_items: more than {LINES}"
    )
    assert kept_reason(from_woo("order.updated", a_woo_order(line_items=lines))) == f"line_items: more than {LINES}"


EMPTY = [{}] * 1_000
LISTS = [
    pytest.param(Shopify, a_shopify_order(), "line_items", id="Shopify's lines"),
    pytest.param(Shopify, a_shopify_order(), "discount_codes", id="its codes"),
    pytest.param(Shopify, a_shopify_order(), "refunds", id="its refunds"),
    pytest.param(SentRefund, a_shopify_refund(), "refund_line_items", id="the lines of one"),
    pytest.param(Woo, a_woo_order(), "line_items", id="WooCommerce's lines"),
    pytest.param(Woo, a_woo_order(), "refunds", id="its refunds, too"),
]


@pytest.mark.parametrize(("model", "good", "field"), LISTS)
def test_a_list_ends_at_its_first_fault(model, good, field):
    """Each fault costs a kilobyte: ten megabytes of empty lines would be nine gigabytes of them."""
    with pytest.raises(ValidationError) as refused:
        model.model_validate(good | {field: EMPTY}, context={"currency": Currency.of("EUR")})
    assert {fault["loc"][:2] for fault in refused.value.errors()} == {(field, 0)}


def test_a_reason_never_repeats_what_the_body_says():
    order = a_shopify_order(line_items=[a_shopify_line(price="jo@example.com", price_set=None)], currency="EUR")
    assert "jo@" not in kept_reason(from_shopify("orders/paid", order))


GOOD = [
    (
        "shopify",
        "orders/paid",
        a_shopify_order(
            refunds=[a_shopify_refund(), an_amount_only_refund()],
            note_attributes=[{"name": "cclid", "value": "c1"}],
            landing_site="/?cclid=c2",
            customer={"id": 5},
            discount_codes=[{"code": "A", "amount": "1.00"}],
            discount_applications=[{"type": "discount_code", "code": "A"}],
            shipping_lines=[{"discount_allocations": [an_allocation("1.00")]}],
            line_items=[a_shopify_line(discount_allocations=[an_allocation("1.00")], tax_lines=[{"price": "1.00"}])],
        ),
    ),
    (
        "shopify",
        "refunds/create",
        an_amount_only_refund(refund_shipping_lines=[{"subtotal_amount_set": money("1.00")}]),
    ),
    ("shopify", "refunds/create", a_shopify_refund()),
    ("shopify", "orders/edited", {"order_edit": {"order_id": 5}}),
    ("shopify", "orders/delete", {"id": 5}),
    ("shopify", "customers/redact", {"shop_domain": SHOP, "customer": {"id": 5}, "orders_to_redact": [7]}),
    (
        "woocommerce",
        "order.updated",
        a_woo_order(
            meta_data=landing("https://shop.example/?cclid=c1"),
            coupon_lines=[{"code": "a"}],
            fee_lines=[{"total": "-1.00"}],
            refunds=[{"id": 1, "total": "-1.00"}],
            line_items=[a_woo_line(meta_data=[{"key": "cclid", "value": "c2"}])],
        ),
    ),
    ("woocommerce", "order.updated", {"code": "x", "message": "y", "data": {"id": 5}}),
    ("woocommerce", "order.deleted", {"id": 5}),
]
TRANSLATE = {"shopify": shopify.translate, "woocommerce": woocommerce.translate}
DELIVERY = Delivery(key=f"{STORE}:{'0' * 64}", store=STORE, shop=SHOP, received_at=NOON, click_parameter="cclid")

HOSTILE = st.sampled_from([
    None, True, False, 0, -1, 1, 2**53 + 1, 2**63, 10**30, "", "0", "-1.00", "1e9", "NaN", "\ud800", "\x00", "x" * 300,
    "9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00", "2026-03-02T12:00:00",
    "92233720368547758.07", "USD", "XAU", "http://[", "/?cclid=%ff%00",
    Decimal("1e999999"), Decimal("1e-999999"), Decimal("0e999999"), Decimal("1.5"), Decimal("-0.0"),
    [], {}, [[]], [{}], [None], {"shop_money": {}}, {"shop_money": {"amount": "1.00"}},
    {"shop_money": {"amount": [], "currency_code": {}}}, {"name": 5, "value": []},
])  # fmt: skip
ANYTHING = st.recursive(
    HOSTILE | st.integers() | st.decimals(allow_nan=False) | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


def places_in(value, path=()):
    """The paths of all values in a body."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places_in(inner, (*path, key))


def changed(body, path, new):
    """Put another value in one place of the body; the place may have gone with an earlier change."""
    holder = body
    try:
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = copy.deepcopy(new)
    except (KeyError, IndexError, TypeError):
        return


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_body_that_differs_anywhere_in_any_way_raises_nothing(data):
    kind, topic, good = data.draw(st.sampled_from(GOOD))
    body = copy.deepcopy(good)
    places = list(places_in(good))
    for _ in range(data.draw(st.integers(1, 3))):
        changed(body, data.draw(st.sampled_from(places)), data.draw(ANYTHING))
    translation = TRANSLATE[kind](topic, body, DELIVERY)
    assert translation.observations or translation.notes or translation.kept_raw
    for observation in translation.observations:
        assert OrderObserved.from_body(observation.body()) == observation


@given(st.sampled_from(["orders/paid", "refunds/create", "orders/delete", "order.updated"]), ANYTHING)
def test_any_object_at_all_raises_nothing(topic, anything):
    body = anything if isinstance(anything, dict) else {"id": anything}
    for translate in TRANSLATE.values():
        translation = translate(topic, body, DELIVERY)
        assert translation.observations or translation.notes or translation.kept_raw


@pytest.mark.parametrize(("kind", "topic", "good"), GOOD)
def test_the_bodies_that_are_changed_above_are_good_ones(kind, topic, good):
    verdict = (from_shopify if kind == "shopify" else from_woo)(topic, good)
    assert isinstance(verdict, Accepted)
    assert verdict.observations or verdict.notes
