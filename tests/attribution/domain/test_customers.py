"""Who bought, by pseudonym, and what new and returning customers bring (MONEY 13)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.domain.customers import (
    customer_key,
    earned_at,
    erased_value,
    is_erased,
    kind_at,
    later_orders,
    parts_of,
    pseudonym,
    pseudonymised,
    store_of_key,
    whole_second,
)
from attribution.domain.decide import decide
from attribution.domain.decisions import Decision
from attribution.domain.facts import DEFAULT_POLICY, CustomerRead
from attribution.domain.observations import body_hash, observation
from contracts.campaigns import CustomerKind
from contracts.stores import OrderState, Way
from tests.attribution.builders import (
    DAY,
    NOON,
    SECOND,
    STORE,
    a_click,
    a_collaboration,
    a_deletion,
    a_refund,
    a_refund_observed,
    a_world,
    an_observation,
    an_order,
    an_order_observed,
    commission_of,
    percent,
    some_terms,
)

RATES = (
    percent(3000, customer=CustomerKind.NEW),
    percent(500, customer=CustomerKind.RETURNING),
    percent(1000),
)
KEY = b"k" * 32


def decided_for(kind: CustomerKind | None, rates=RATES, customer: str | None = "c1") -> Decision:
    """The decision about the usual order of a customer whose first earned order is known."""
    world = a_world(a_click(), a_collaboration(terms=(some_terms(rates=rates),)))
    if kind is not None:
        key = customer_key(f"{STORE}|{customer}", NOON)
        world = replace(world, customers={key: CustomerRead(key, kind)})
    return decide(an_order(customer=customer), world, DEFAULT_POLICY)


@pytest.mark.parametrize(
    ("kind", "customer", "commission"),
    [
        pytest.param(CustomerKind.NEW, "c1", 3_000, id="a new customer"),
        pytest.param(CustomerKind.RETURNING, "c1", 500, id="a returning one"),
        pytest.param(None, "c1", 3_000, id="one of whom no other order is known"),
        pytest.param(None, None, 1_000, id="an unknown one matches only the row that asks for none"),
    ],
)
def test_the_first_row_that_matches_the_customer_pays(kind, customer, commission):
    """MONEY 13 and its reading."""
    assert commission_of(decided_for(kind, customer=customer)) == commission


def test_an_unknown_customer_earns_nothing_by_rows_that_all_ask():
    """MONEY, reading 13: no row matches, and the line says so."""
    decision = decided_for(None, rates=RATES[:2], customer=None)
    assert commission_of(decision) == 0
    assert decision.lines[0].parts[0].reason == "no-rate"


def test_the_decision_keeps_what_it_read_and_names_it():
    """MONEY 13: recomputable from the record alone."""
    decision = decided_for(CustomerKind.RETURNING)
    read = decision.facts.customer
    assert read is not None
    assert (read.kind, read.key) == (CustomerKind.RETURNING, f"customer:{STORE}|c1|2026-03-02T12:00:00+00:00")
    assert {ref.key: ref.revision for ref in decision.refs}[read.key] == 2
    again = Decision.from_json(decision.to_json())
    assert decide(an_order(customer="c1"), again.facts.world(), DEFAULT_POLICY) == decision


def test_a_decision_whose_terms_do_not_ask_reads_nothing_of_the_customer():
    decision = decided_for(None, rates=(percent(1000),))
    assert decision.facts.customer is None
    assert not any(ref.key.startswith("customer:") for ref in decision.refs)


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        pytest.param(None, CustomerKind.NEW, id="no order earns"),
        pytest.param(NOON - SECOND, CustomerKind.RETURNING, id="a second before"),
        pytest.param(NOON, CustomerKind.NEW, id="in the same second"),
        pytest.param(NOON + SECOND, CustomerKind.NEW, id="later"),
    ],
)
def test_earlier_is_a_strictly_smaller_second(first, kind):
    """MONEY, reading 13."""
    assert kind_at(first, NOON + timedelta(milliseconds=999)) is kind


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        pytest.param({}, NOON, id="paid"),
        pytest.param({"placed_at": NOON + timedelta(milliseconds=700)}, NOON, id="on the second"),
        pytest.param({"state": OrderState.REFUNDED}, NOON, id="refunded: it earned and still does"),
        pytest.param({"state": OrderState.PENDING}, None, id="not paid yet"),
        pytest.param({"state": OrderState.CANCELLED}, None, id="cancelled"),
        pytest.param({"test": True}, None, id="a test order"),
    ],
)
def test_an_order_makes_its_customer_returning_while_its_present_state_earns(changes, at):
    """MONEY, reading 13."""
    assert earned_at(an_order(**changes)) == at


@given(st.lists(st.datetimes(min_value=NOON.replace(tzinfo=None) - 3 * DAY), min_size=2, max_size=2))
def test_keys_of_one_customer_sort_by_time_and_say_what_they_name(times):
    one, other = (whole_second(time.replace(tzinfo=NOON.tzinfo)) for time in times)
    keys = [customer_key("s|1|c", time) for time in (one, other)]
    assert (keys[0] < keys[1]) == (one < other)
    assert parts_of(keys[0]) == ("s|1|c", one)
    assert store_of_key(keys[0]) == "s|1"
    after, last = later_orders("s|1|c", one, None)
    assert (after < keys[1] <= last) == (one < other)
    assert not after < customer_key("s|1|d", other) <= last


def test_a_pseudonym_hides_the_reference_and_tells_stores_and_brands_apart():
    """ARCHITECTURE 6: HMAC(brand key, store | reference)."""
    value = pseudonym(KEY, STORE, "115310627314723954")
    assert "115310627314723954" not in value
    assert value == pseudonym(KEY, STORE, "115310627314723954")
    assert len({value, pseudonym(KEY, "store-2", "115310627314723954"), pseudonym(b"other", STORE, "1153106")}) == 3
    assert not is_erased(value)


@pytest.mark.parametrize("nobody", ["0", " 0 "])
@pytest.mark.parametrize("way", list(Way))
def test_woocommerces_guest_is_nobody_by_every_way(nobody, way):
    """ARCHITECTURE 6: 0 = absent."""
    kept = pseudonymised(an_order_observed(customer=nobody, way=way), {})
    assert kept.snapshot is not None
    assert kept.snapshot.customer is None
    assert body_hash(kept) == body_hash(an_order_observed())


def test_what_names_no_customer_is_kept_as_it_is():
    for observed in (an_order_observed(), a_refund_observed(a_refund(shipping=1)).observed, a_deletion().observed):
        assert pseudonymised(observed, {}) is observed


def test_all_ways_agree_on_the_hash_of_one_state():
    """WEBHOOKS 1.3."""
    ways = [pseudonymised(an_order_observed(customer="7", way=way), {STORE: KEY}) for way in Way]
    assert len({body_hash(one) for one in ways}) == 1
    assert len({observation(one, NOON).content for one in ways}) == 1


def test_two_customers_are_two_contents_and_an_erased_one_keeps_its_hash():
    one, other = (an_observation(customer=value) for value in ("aa", "bb"))
    assert one.key != other.key
    assert one.body_hash == other.body_hash != an_observation().body_hash
    erased = an_observation(customer=erased_value(b"secret", "aa"))
    assert (erased.body_hash, erased.key_without_customer) == (one.body_hash, one.key_without_customer)
    assert is_erased(erased.customer)


def test_what_replaces_a_pseudonym_is_one_value_that_nobody_can_make_again_without_the_secret():
    assert erased_value(b"secret", "aa") == erased_value(b"secret", "aa")
    assert len({erased_value(b"secret", "aa"), erased_value(b"secret", "bb"), erased_value(b"other", "aa")}) == 3
