from datetime import UTC, datetime

import pytest

from attribution.domain.webhooks import Accepted, NoteKind, Refused, receive
from contracts.console import StoreKind
from contracts.stores import ObservationKind
from tests.attribution.webhooks.builders import (
    NOON,
    ORDER_ID,
    SECRET,
    SHOP,
    STORE,
    a_shopify_order,
    a_shopify_refund,
    from_shopify,
    kept_reason,
    only,
    raw_of,
)


def test_an_edit_says_only_that_the_order_changed():
    edit = {
        "order_edit": {"id": 78912328793123782, "order_id": ORDER_ID, "line_items": {"additions": [], "removals": []}}
    }
    observation = only(from_shopify("orders/edited", edit))
    assert (observation.kind, observation.order) == (ObservationKind.CHANGED, f"{STORE}:{ORDER_ID}")


@pytest.mark.parametrize(
    ("committed", "version"),
    [("2026-03-06T10:00:00+01:00", datetime(2026, 3, 6, 9, tzinfo=UTC)), ("soon", None), (None, None)],
)
def test_an_edits_time_is_its_version(committed, version):
    edit = {"order_edit": {"order_id": ORDER_ID, "committed_at": committed}}
    assert only(from_shopify("orders/edited", edit)).version == version


def test_a_deletion_is_observed():
    observation = only(from_shopify("orders/delete", {"id": ORDER_ID}))
    assert (observation.kind, observation.order) == (ObservationKind.DELETION, f"{STORE}:{ORDER_ID}")


BODIES = {
    "orders/create": a_shopify_order(),
    "refunds/create": a_shopify_refund(),
    "orders/edited": {"order_edit": {"order_id": ORDER_ID}},
    "orders/delete": {"id": ORDER_ID},
    "customers/data_request": {"shop_id": 1, "shop_domain": SHOP, "customer": {"id": 5}, "orders_requested": [7]},
    "customers/redact": {"shop_id": 1, "shop_domain": SHOP, "customer": {"id": 5}, "orders_to_redact": [7, 8]},
    "shop/redact": {"shop_id": 1, "shop_domain": SHOP},
}


@pytest.mark.parametrize("topic", BODIES)
@pytest.mark.parametrize("sent_as", BODIES)
def test_a_signed_body_under_another_topic_changes_nothing(topic, sent_as):
    verdict = from_shopify(sent_as, BODIES[topic])
    assert isinstance(verdict, Accepted)
    if topic == sent_as:
        assert verdict.kept_raw_reason is None
        assert verdict.observations or verdict.notes
    else:
        assert "the body of another topic" in kept_reason(verdict)
        assert verdict.notes == ()


@pytest.mark.parametrize(
    ("topic", "kind", "customer", "orders"),
    [
        ("customers/data_request", NoteKind.CUSTOMER_DATA_REQUESTED, "5", ("7",)),
        ("customers/redact", NoteKind.CUSTOMER_REDACTION_REQUESTED, "5", ("7", "8")),
        ("shop/redact", NoteKind.SHOP_REDACTION_REQUESTED, None, ()),
    ],
)
def test_requests_about_personal_data_are_noted(topic, kind, customer, orders):
    verdict = from_shopify(topic, BODIES[topic])
    assert isinstance(verdict, Accepted)
    [note] = verdict.notes
    assert (note.kind, note.customer, note.orders) == (kind, customer, orders)
    assert verdict.observations == ()


def test_a_request_about_another_shop_is_only_kept():
    body = {"shop_id": 1, "shop_domain": "other.myshopify.com"}
    assert kept_reason(from_shopify("shop/redact", body)) == "shop_domain: a request about another shop"


def test_the_end_of_an_app_is_noted():
    verdict = from_shopify("app/uninstalled", {"id": 1, "name": "Bergfein", "myshopify_domain": SHOP})
    assert isinstance(verdict, Accepted)
    assert [note.kind for note in verdict.notes] == [NoteKind.APP_UNINSTALLED]


@pytest.mark.parametrize("topic", ["", "checkouts/create", "products/delete", "ORDERS/PAID", "orders/", "é"])
def test_all_other_topics_are_kept_raw(topic):
    assert kept_reason(from_shopify(topic, a_shopify_order())) == "not a topic that we read"


def test_a_body_that_says_nothing_cannot_stand_in_the_way_of_the_same_body_under_its_own_topic():
    wrong, right, again = (
        from_shopify(topic, a_shopify_order()) for topic in ("shop/update", "orders/paid", "orders/updated")
    )
    assert isinstance(wrong, Accepted)
    assert isinstance(right, Accepted)
    assert isinstance(again, Accepted)
    assert wrong.delivery_key != right.delivery_key
    assert right.delivery_key == again.delivery_key
    assert right.observations[0].id == again.observations[0].id


def test_the_raw_body_is_named_by_its_store_and_hash():
    first, other = (from_shopify("orders/paid", a_shopify_order(note=note)) for note in ("a", "b"))
    assert isinstance(first, Accepted)
    assert isinstance(other, Accepted)
    assert first.delivery_key.startswith(f"{STORE}:")
    assert first.delivery_key != other.delivery_key
    assert first.observations[0].raw_ref == first.delivery_key
    assert first.observations[0].id != other.observations[0].id


def test_nothing_of_a_refused_webhook_is_said():
    raw = raw_of(a_shopify_order())
    verdict = receive(StoreKind.SHOPIFY, {}, raw, secrets=[SECRET], store=STORE, shop=SHOP, received_at=NOON)
    assert verdict == Refused(status=401, reason="the webhook is not signed")
