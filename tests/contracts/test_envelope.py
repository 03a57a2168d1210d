"""What a record looks like on the wire, and what its reader tolerates or refuses."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.__main__ import ROOT
from contracts.campaigns import Collaboration, InvitationAccepted
from contracts.console import Account, AccountKind, CreatorRegistered
from contracts.envelope import fact_name, headers
from contracts.ids import order_id
from contracts.registry import entity_base
from contracts.stores import OrderObserved, Snapshot
from contracts.topics import ALL

NOON = datetime(2026, 11, 8, 12, tzinfo=UTC)
BIG = "820982911946154508"
"""Shopify's own sample id: beyond 2^53, so a reader with floating-point numbers would lose its last digits."""


def an_order(**changes: Any) -> dict[str, Any]:
    return {
        "id": "e-1",
        "time": "2026-11-08T12:00:00Z",
        "store": "s-1",
        "order": f"s-1:{BIG}",
        "kind": "snapshot",
        "way": "topic",
        "received_at": "2026-11-08T12:00:00Z",
        "snapshot": {"state": "paid", "placed_at": "2026-11-08T11:59:00Z", "currency": "EUR"},
    } | changes


def read(order: dict[str, Any]) -> OrderObserved:
    return OrderObserved.from_body(json.dumps(order).encode())


def the_snapshot(order: OrderObserved) -> Snapshot:
    assert order.snapshot is not None
    return order.snapshot


def an_account_event(time: datetime = NOON) -> CreatorRegistered:
    account = Account(id="cr-1", kind=AccountKind.CREATOR, registered_at=NOON)
    return CreatorRegistered.of(account, id="e-1", time=time, revision=3)


def test_fields_that_nobody_knows_are_ignored_at_every_depth():
    known = an_order()
    unknown = an_order(loyalty="gold", snapshot=known["snapshot"] | {"mood": {"deep": [1]}})
    assert read(unknown) == read(known)
    assert b"loyalty" not in read(unknown).body()


@pytest.mark.parametrize("field", ["lines", "discounts", "refunds", "codes", "click_ids"])
def test_a_list_of_an_order_ends_at_its_first_fault(field):
    """Each fault costs a kilobyte: a record of a megabyte would take one of memory for each of its bytes."""
    with pytest.raises(ValidationError) as refused:
        read(an_order(snapshot=an_order()["snapshot"] | {field: [{}] * 1_000}))
    assert {fault["loc"][:3] for fault in refused.value.errors()} == {("snapshot", field, 0)}


@pytest.mark.parametrize("field", ["time", "received_at", "version"])
def test_a_time_without_offset_is_refused_by_its_field(field):
    with pytest.raises(ValidationError) as refused:
        read(an_order(**{field: "2026-11-08T12:00:00"}))
    assert refused.value.errors()[0]["loc"] == (field,)
    assert refused.value.errors()[0]["type"] == "timezone_aware"


def test_a_time_without_offset_is_refused_inside_the_snapshot():
    snapshot = an_order()["snapshot"] | {"placed_at": "2026-11-08T11:59:00"}
    with pytest.raises(ValidationError, match="timezone"):
        read(an_order(snapshot=snapshot))


def test_any_offset_is_kept_as_utc():
    order = read(an_order(time="2026-11-08T21:00:00+09:00"))
    assert order.time == NOON
    assert order.time.utcoffset() == timedelta(0)
    assert json.loads(order.body())["time"] == "2026-11-08T12:00:00Z"


def test_ids_beyond_two_to_the_53_survive():
    lines = [{"line": BIG, "quantity": 1, "unit_price": 1}]
    order = read(an_order(snapshot=an_order()["snapshot"] | {"lines": lines}))
    assert the_snapshot(OrderObserved.from_body(order.body())).lines[0].line == BIG
    assert order.order == order_id("s-1", BIG)
    assert json.loads(order.body())["order"].endswith(BIG)


def test_an_id_sent_as_a_number_is_refused_since_its_digits_may_be_lost_already():
    lines = [{"line": int(BIG), "quantity": 1, "unit_price": 1}]
    with pytest.raises(ValidationError, match="string"):
        read(an_order(snapshot=an_order()["snapshot"] | {"lines": lines}))


@pytest.mark.parametrize("amount", [1.5, 10.0, "10", -1, 2**63, None, True])
def test_a_price_is_a_whole_number_of_minor_units_within_64_bits(amount):
    lines = [{"line": "1", "quantity": 1, "unit_price": amount}]
    with pytest.raises(ValidationError):
        read(an_order(snapshot=an_order()["snapshot"] | {"lines": lines}))


def test_the_largest_amount_survives():
    lines = [{"line": "1", "quantity": 1, "unit_price": 2**63 - 1}]
    order = read(an_order(snapshot=an_order()["snapshot"] | {"lines": lines}))
    assert the_snapshot(OrderObserved.from_body(order.body())).lines[0].unit_price == 2**63 - 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"order": "s-2:1"}, "order must be <store>:", id="another store's order"),
        pytest.param({"kind": "refund"}, "a snapshot belongs to", id="a snapshot under kind refund"),
        pytest.param({"snapshot": None}, "a snapshot belongs to", id="a snapshot that is not there"),
        pytest.param({"refund": {"id": "r"}}, "a refund belongs to", id="a refund under kind snapshot"),
        pytest.param({"kind": "dreamt"}, "kind", id="an unknown kind"),
        pytest.param({"id": ""}, "id", id="an empty id"),
        pytest.param({"store": "s\n1"}, "store", id="a control character"),
    ],
)
def test_an_observation_that_contradicts_itself_is_refused_with_the_reason(changes, says):
    with pytest.raises(ValidationError, match=says):
        read(an_order(**changes))


def test_absent_refunds_and_no_refunds_stay_different():
    silent = read(an_order())
    none = read(an_order(snapshot=an_order()["snapshot"] | {"refunds": []}))
    assert the_snapshot(silent).refunds is None
    assert the_snapshot(none).refunds == ()
    assert "refunds" not in json.loads(silent.body())["snapshot"]
    assert json.loads(none.body())["snapshot"]["refunds"] == []


def test_the_headers_of_a_fact_are_these_bytes():
    assert headers(read(an_order()), "attribution") == [
        ("ce_specversion", b"1.0"),
        ("ce_id", b"e-1"),
        ("ce_type", b"stores.order-observed.v1"),
        ("ce_source", b"/attribution"),
        ("ce_time", b"2026-11-08T12:00:00Z"),
        ("ce_subject", b"s-1:820982911946154508"),
        ("ce_dataschema", b"/schemas/stores.order-observed.v1.json"),
        ("content-type", b"application/json"),
    ]


def test_the_headers_of_an_entity_event_name_the_entity_and_write_times_in_utc():
    at = datetime(2026, 11, 8, 13, 0, 0, 250_000, tzinfo=timezone(timedelta(hours=1)))
    said = dict(headers(an_account_event(time=at), "console"))
    assert said["ce_subject"] == b"cr-1"
    assert said["ce_time"] == b"2026-11-08T12:00:00.250000Z"


def test_the_body_of_an_entity_event_is_these_bytes():
    assert an_account_event().body() == (
        b'{"id":"e-1","time":"2026-11-08T12:00:00Z","entity":"cr-1","revision":3,"fact":"creator-registered",'
        b'"state":{"id":"cr-1","kind":"creator","registered_at":"2026-11-08T12:00:00Z"}}'
    )


def test_the_dataschema_header_leads_to_the_committed_schema():
    path = dict(headers(an_account_event(), "console"))["ce_dataschema"].decode()
    assert json.loads((ROOT / path.removeprefix("/")).read_text())["$id"] == path


def test_the_key_of_an_event_is_its_topics_key():
    assert read(an_order()).key() == f"s-1:{BIG}"
    assert an_account_event().key() == "cr-1"


def test_an_unknown_fact_still_brings_the_state():
    path = ROOT / "examples/campaigns.invitation-accepted.v1/agreed.json"
    record = json.loads(path.read_text()) | {"fact": "creator-sent-flowers", "bouquet": 12}
    base = entity_base("campaigns.collaborations.v1")
    assert base is not None
    event = base.from_body(json.dumps(record).encode())
    assert event.fact == "creator-sent-flowers"
    assert isinstance(event.state, Collaboration)
    assert event.state == InvitationAccepted.from_body(path.read_bytes()).state


def test_every_entity_topic_has_a_reader_for_any_fact_and_no_fact_topic_has():
    assert {t.name for t in ALL if entity_base(t.name)} == {t.name for t in ALL if t.is_entity}


def test_an_erasure_has_no_state():
    base = entity_base("discovery.creators.v1")
    assert base is not None
    said = {"id": "e-1", "time": "2026-11-08T12:00:00Z", "entity": "p-1", "revision": 7, "fact": "profile-erased"}
    erased = base.from_body(json.dumps(said).encode())
    assert erased.state is None
    assert erased.revision == 7


@pytest.mark.parametrize("revision", [0, -1, "x", None])
def test_a_revision_below_one_or_no_number_is_refused(revision):
    record = json.loads(an_account_event().body()) | {"revision": revision}
    with pytest.raises(ValidationError, match="revision"):
        CreatorRegistered.from_body(json.dumps(record).encode())


def test_an_event_can_not_be_changed_after_it_was_said():
    with pytest.raises(ValidationError, match="frozen"):
        setattr(an_account_event(), "revision", 4)  # noqa: B010 - mypy, too, knows that it is frozen


def test_a_facts_name_is_the_middle_of_its_type():
    assert fact_name("campaigns.creator-invited.v1") == "creator-invited"
