"""Bodies that others wrote: Shopify's documentation and the test data of its client libraries."""

import json
from pathlib import Path

import pytest

from attribution.domain.webhooks import Accepted, NoteKind, Refused
from contracts.stores import ObservationKind, OrderState
from tests.attribution.webhooks.builders import from_shopify, kept_reason, only, snapshot_of

ORDERS = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "orders"

pytestmark = pytest.mark.skipif(not ORDERS.is_dir(), reason="the real data of ../shared/data is not here")

OBSERVED = {
    "orders/create": ObservationKind.SNAPSHOT,
    "orders/paid": ObservationKind.SNAPSHOT,
    "orders/updated": ObservationKind.SNAPSHOT,
    "orders/cancelled": ObservationKind.SNAPSHOT,
    "orders/fulfilled": ObservationKind.SNAPSHOT,
    "orders/partially_fulfilled": ObservationKind.SNAPSHOT,
    "refunds/create": ObservationKind.REFUND,
    "orders/edited": ObservationKind.CHANGED,
    "orders/delete": ObservationKind.DELETION,
}


def documented(name="*"):
    files = sorted(ORDERS.glob(f"shopify_doc_samples/*/{name}.json"))
    return [pytest.param(file, id=f"{file.parent.name} {file.stem}") for file in files]


def library_files():
    files = sorted([*ORDERS.glob("go_shopify/*.json"), *ORDERS.glob("shopify_python_api/*.json")])
    return [pytest.param(file, id=f"{file.parent.name} {file.stem}") for file in files]


def test_the_samples_are_there():
    assert len(documented()) >= 56
    assert len(library_files()) >= 40


@pytest.mark.parametrize("file", documented())
def test_every_documented_sample_is_accepted_and_read_where_it_is_about_an_order(file):
    sample = json.loads(file.read_bytes())
    verdict = from_shopify(sample["topic"], sample["payload"])
    assert isinstance(verdict, Accepted)
    if sample["topic"] in OBSERVED:
        assert only(verdict).kind is OBSERVED[sample["topic"]]
    elif sample["topic"] == "app/uninstalled":
        assert [note.kind for note in verdict.notes] == [NoteKind.APP_UNINSTALLED]
    else:
        assert kept_reason(verdict)


@pytest.mark.parametrize("file", documented("orders__cancelled"))
def test_the_documented_order_comes_through_with_its_nulls(file):
    snapshot = snapshot_of(from_shopify("orders/cancelled", json.loads(file.read_bytes())["payload"]))
    assert (snapshot.state, snapshot.test, snapshot.currency) == (OrderState.CANCELLED, True, "USD")
    assert [line.unit_price for line in snapshot.lines] == [8999, 15999, 11999]
    assert [discount.amount for discount in snapshot.discounts] == [1000]  # 369.97 of goods were sold for 359.97
    assert (snapshot.codes, snapshot.click_ids, snapshot.refunds) == ((), (), ())


@pytest.mark.parametrize("file", documented("refunds__create"))
def test_the_documented_refund_is_worth_its_lines_not_its_transactions(file):
    refund = only(from_shopify("refunds/create", json.loads(file.read_bytes())["payload"])).refund
    assert refund is not None
    assert [line.amount for line in refund.lines] == [8999, 15999, 11999]
    assert refund.amount is None


@pytest.mark.parametrize("file", documented("customers__redact"))
def test_the_documented_requests_are_noted_for_the_shop_that_they_name(file):
    body = json.loads(file.read_bytes())["payload"] | {"shop_domain": "bergfein.myshopify.com"}
    verdict = from_shopify("customers/redact", body)
    assert isinstance(verdict, Accepted)
    assert [note.kind for note in verdict.notes] == [NoteKind.CUSTOMER_REDACTION_REQUESTED]


@pytest.mark.parametrize("file", library_files())
def test_a_librarys_file_as_it_lies_there_is_kept_or_not_json(file):
    """They are answers of the REST API, wrapped in {"order": ...}, no webhooks; one of them is not JSON on purpose."""
    raw = file.read_bytes()
    verdict = from_shopify("orders/updated", raw)
    if file.stem == "orderlineitems__properties_invalid0":
        assert isinstance(verdict, Refused)
        assert (verdict.status, verdict.place) == (400, "line 4, column 1 (byte 24)")
    else:
        assert kept_reason(verdict)


@pytest.mark.parametrize("name", ["go_shopify/order", "go_shopify/order_with_transaction", "shopify_python_api/order"])
def test_the_libraries_orders_are_read(name):
    body = json.loads((ORDERS / f"{name}.json").read_bytes())["order"]
    snapshot = snapshot_of(from_shopify("orders/updated", body))
    assert snapshot.currency == "USD"
    assert sum(line.unit_price * line.quantity for line in snapshot.lines) == {"g": 500, "s": 59700}[name[0]]


def test_a_refund_of_the_api_of_2016_has_no_amounts_so_its_order_is_asked_for():
    body = json.loads((ORDERS / "shopify_python_api" / "refund.json").read_bytes())["refund"]
    verdict = from_shopify("refunds/create", body)
    assert isinstance(verdict, Accepted)
    assert verdict.kept_raw_reason == "refund_line_items[0].subtotal: Field required"
    assert [observation.kind for observation in verdict.observations] == [ObservationKind.CHANGED]


@pytest.mark.parametrize(
    ("name", "click_ids"),
    [
        ("properties_object", ()),
        ("properties_empty_object", ()),
        ("properties_invalid1", ()),
        ("properties_invalid2", ()),
        ("properties_ommited", ()),
        ("valid", ()),
    ],
)
def test_line_properties_of_any_shape_leave_the_order_readable(name, click_ids):
    """`properties` is the shopper's: an object, a list, or neither."""
    line = json.loads((ORDERS / "go_shopify" / f"orderlineitems__{name}.json").read_bytes())
    order = json.loads((ORDERS / "go_shopify" / "order.json").read_bytes())["order"]
    order["currency"] = "EUR"
    order["line_items"] = [order["line_items"][0] | line]
    assert snapshot_of(from_shopify("orders/updated", order)).click_ids == click_ids
