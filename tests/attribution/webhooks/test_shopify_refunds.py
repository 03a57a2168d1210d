from datetime import UTC, datetime

import pytest

from attribution.domain.webhooks import Accepted
from contracts.stores import ObservationKind, RefundLine
from tests.attribution.webhooks.builders import (
    ORDER_ID,
    STORE,
    a_shopify_order,
    a_shopify_refund,
    an_amount_only_refund,
    from_shopify,
    money,
    only,
    snapshot_of,
)


def test_a_refund_is_its_lines_without_tax_and_never_its_transactions():
    observation = only(from_shopify("refunds/create", a_shopify_refund()))
    assert observation.kind is ObservationKind.REFUND
    assert observation.order == f"{STORE}:{ORDER_ID}"
    assert observation.version is None
    refund = observation.refund
    assert refund is not None
    assert refund.id == "890088186047892319"
    assert refund.at == datetime(2026, 3, 5, 8, tzinfo=UTC)
    assert refund.lines == (RefundLine(line="466157049000000001", quantity=1, amount=4000, tax=760),)
    assert refund.amount is None


def test_a_refund_says_the_same_alone_and_inside_its_order():
    alone = only(from_shopify("refunds/create", a_shopify_refund())).refund
    order = a_shopify_order(financial_status="partially_refunded", refunds=[a_shopify_refund()])
    assert snapshot_of(from_shopify("orders/updated", order)).refunds == (alone,)


def test_an_amount_only_refund_has_an_amount_with_its_tax_and_no_lines():
    refund = only(from_shopify("refunds/create", an_amount_only_refund("-10.00", "-1.90"))).refund
    assert refund is not None
    assert refund.lines == ()
    assert refund.amount == 1190


def test_an_amount_only_refund_may_come_with_either_sign():
    refund = only(from_shopify("refunds/create", an_amount_only_refund("10.00", "0.00"))).refund
    assert refund is not None
    assert refund.amount == 1000


@pytest.mark.parametrize(
    ("difference", "amount"),
    [pytest.param("-5.00", 500, id="more than the lines went back"), pytest.param("5.00", None, id="less went back")],
)
def test_beside_lines_only_what_went_back_beyond_them_counts(difference, amount):
    body = a_shopify_refund(order_adjustments=an_amount_only_refund(difference, "0.00")["order_adjustments"])
    refund = only(from_shopify("refunds/create", body)).refund
    assert refund is not None
    assert refund.amount == amount
    assert refund.lines[0].amount == 4000


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(
            {"order_adjustments": [{"kind": "shipping_refund", "amount": "-4.90", "tax_amount": "-0.93"}]},
            id="as an adjustment, before 2024-10",
        ),
        pytest.param(
            {"refund_shipping_lines": [{"id": 1, "subtotal_amount_set": money("4.90")}]}, id="as a line, since 2024-10"
        ),
    ],
)
def test_refunded_shipping_is_told_apart(fields):
    refund = only(from_shopify("refunds/create", a_shopify_refund(**fields))).refund
    assert refund is not None
    assert (refund.shipping, refund.amount) == (490, None)


def test_a_refunds_subtotal_as_a_json_number_is_exact():
    line = {"line_item_id": 1, "quantity": 3, "subtotal": 30.299999999999997, "total_tax": 0}
    body = a_shopify_refund(refund_line_items=[line])
    refund = only(from_shopify("refunds/create", body)).refund
    assert refund is not None
    assert refund.lines[0].amount == 3030


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param(
            {"refund_line_items": [{"line_item_id": 1}]},
            "refund_line_items[0].subtotal: Field required",
            id="no amount",
        ),
        pytest.param(
            {"refund_line_items": [{"line_item_id": 1, "subtotal": "5.00"}], "transactions": []},
            "currency: not an ISO 4217 currency code",
            id="no currency",
        ),
    ],
)
def test_a_refund_whose_amounts_cannot_be_told_is_kept_and_its_order_asked_for(fields, reason):
    verdict = from_shopify("refunds/create", a_shopify_refund(**fields))
    assert isinstance(verdict, Accepted)
    assert verdict.kept_raw_reason == reason
    [observation] = verdict.observations
    assert (observation.kind, observation.order) == (ObservationKind.CHANGED, f"{STORE}:{ORDER_ID}")
    assert observation.version == datetime(2026, 3, 5, 8, tzinfo=UTC)
