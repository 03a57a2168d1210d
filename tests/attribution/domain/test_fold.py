"""MONEY 19: an order's state is a pure fold over its observations; and 10, when it earns."""

from datetime import timedelta
from itertools import combinations

import pytest

from attribution.domain.fold import NothingObserved, fold
from attribution.domain.orders import Waiting
from contracts.console import StoreKind
from contracts.stores import ObservationKind, OrderState, Way
from tests.attribution.builders import (
    DAY,
    HOUR,
    NOON,
    SECOND,
    a_deletion,
    a_poll,
    a_refund,
    a_refund_line,
    a_refund_observed,
    an_observation,
    an_order,
)

V1, V2, V3 = NOON + SECOND, NOON + HOUR, NOON + 2 * HOUR
MICROSECOND = timedelta(microseconds=1)


def state_of(*observations, kind=StoreKind.SHOPIFY):
    sale = fold(observations, kind).sale
    return None if sale is None else sale.state


def greater_hash(*observations):
    return max(observations, key=lambda observation: observation.body_hash)


@pytest.mark.parametrize(
    ("observations", "expected"),
    [
        pytest.param(
            [an_observation(version=V2, state="pending"), an_observation(version=V1, state="paid")],
            OrderState.PENDING,
            id="MONEY 19: the highest version wins, also backwards",
        ),
        pytest.param(
            [an_observation(version=V1 + MICROSECOND, state="pending"), an_observation(version=V1, state="paid")],
            OrderState.PENDING,
            id="MONEY 2-4: versions compare exactly, not by the second",
        ),
        pytest.param(
            [an_observation(version=V1, state="pending"), an_observation(version=V1, state="paid")],
            OrderState.PAID,
            id="MONEY 19: a tie goes to paid before pending",
        ),
        pytest.param(
            [an_observation(version=V1, state="completed"), an_observation(version=V1, state="paid")],
            OrderState.COMPLETED,
            id="MONEY 19: a tie goes to completed before paid",
        ),
        pytest.param(
            [an_observation(version=V1, state="completed"), an_observation(version=V1, state="refunded")],
            OrderState.REFUNDED,
            id="MONEY 19: a tie goes to refunded before completed",
        ),
        pytest.param(
            [an_observation(version=V1, state="completed"), an_observation(version=V1, state="cancelled")],
            OrderState.CANCELLED,
            id="MONEY 19: a tie goes to cancelled before completed",
        ),
        pytest.param(
            [an_observation(version=V1, state="partially_refunded"), an_observation(version=V1, state="paid")],
            OrderState.PARTIALLY_REFUNDED,
            id="MONEY 19: a tie goes to partially refunded before paid",
        ),
        *(
            pytest.param(
                [
                    an_observation(version=V1, state="partially_refunded", tip=tip),
                    an_observation(version=V1, state="completed", tip=tip),
                ],
                OrderState.PARTIALLY_REFUNDED,
                id=f"MONEY 19: a tie goes to partially refunded before completed, {tip}",
            )
            for tip in range(8)  # so that the greater body hash is once the one's and once the other's
        ),
        pytest.param(
            [an_observation(version=None, way=Way.CSV, state="refunded"), an_observation(version=V1, state="pending")],
            OrderState.PENDING,
            id="MONEY 19: what has no version ranks below any version",
        ),
        pytest.param(
            [an_observation(version=V1, state="paid"), a_poll(V1 + SECOND + MICROSECOND, version=V1, state="pending")],
            OrderState.PENDING,
            id="MONEY 19: a poll asked more than 1 s after a tied version wins the tie",
        ),
        pytest.param(
            [an_observation(version=V1, state="paid"), a_poll(V1 + SECOND, version=V1, state="pending")],
            OrderState.PAID,
            id="MONEY 19: a poll asked 1 s after it does not",
        ),
        pytest.param(
            [an_observation(version=V2, state="paid"), a_poll(V3, version=V1, state="pending")],
            OrderState.PAID,
            id="MONEY 19: a poll wins ties only",
        ),
    ],
)
def test_the_winning_observation_says_the_state(observations, expected):
    assert state_of(*observations) is expected
    assert state_of(*reversed(observations)) is expected


@pytest.mark.parametrize("states", [*combinations(("refunded", "cancelled", "voided", "failed"), 2)])
def test_a_tie_of_equal_states_goes_to_the_greater_body_hash(states):
    """Both states win some: none of them is further along."""
    won = set()
    for tip in range(16):
        one, other = (an_observation(version=V1, state=state, tip=tip) for state in states)
        assert state_of(one, other) == greater_hash(one, other).observed.snapshot.state
        won.add(state_of(one, other))
    assert won == set(states)


@pytest.mark.parametrize(
    ("observations", "poll"),
    [
        pytest.param([an_observation(version=V1)], None, id="one version, one body"),
        pytest.param(
            [an_observation(version=V1), an_observation(version=V1, way=Way.POLL)], None, id="one body by two ways"
        ),
        pytest.param(
            [an_observation(version=V1, state="pending"), an_observation(version=V1)],
            "tie:2026-03-02T12:00:01+00:00",
            id="MONEY 19: a tie queues a poll",
        ),
        pytest.param(
            [an_observation(version=V1, state="pending"), an_observation(version=V1), an_observation(version=V2)],
            None,
            id="a tie below the winner says nothing",
        ),
        pytest.param(
            [an_observation(version=V1, state="pending"), a_poll(V1 + HOUR, version=V1)],
            None,
            id="MONEY 19: a version is polled once",
        ),
        pytest.param(
            [an_observation(version=None, state="pending", way=Way.CSV), an_observation(version=None, way=Way.CSV)],
            None,
            id="two CSV rows have no version that could be polled",
        ),
        pytest.param(
            [an_observation(version=V1), a_deletion(version=V1)],
            "tie:2026-03-02T12:00:01+00:00",
            id="a deletion ties, too",
        ),
    ],
)
def test_ties_queue_a_poll(observations, poll):
    assert fold(observations, StoreKind.SHOPIFY).poll == poll


def changed(**changes):
    return an_observation(kind=ObservationKind.CHANGED, received_at=V2, **changes)


@pytest.mark.parametrize(
    ("others", "polls"),
    [
        pytest.param([an_observation(version=V1)], True, id="MONEY 19: orders/edited only queues a poll"),
        pytest.param([], True, id="nothing else is known of the order"),
        pytest.param([a_poll(V2, version=V1)], True, id="a poll of the same second may have missed it"),
        pytest.param([a_poll(V2 + SECOND, version=V1)], False, id="polled since"),
    ],
)
def test_a_change_without_content_queues_a_poll_and_changes_nothing(others, polls):
    order = fold([*others, changed()], StoreKind.SHOPIFY)
    assert (order.poll == f"changed:{changed().body_hash}") is polls
    assert order.sale == (fold(others, StoreKind.SHOPIFY).sale if others else None)


def test_a_change_of_a_version_is_answered_by_that_version():
    assert fold([changed(version=V1), an_observation(version=V1)], StoreKind.SHOPIFY).poll is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("click_ids", ("click-9",), id="MONEY 19: click ids"),
        pytest.param("codes", ("NINE",), id="MONEY 19: codes"),
        pytest.param("customer", "customer-9", id="MONEY 19: customer"),
    ],
)
def test_an_absent_field_says_nothing(field, value):
    low = an_observation(version=V1, **{field: value})
    high = an_observation(version=V2, **{field: None})
    assert getattr(fold([high, low], StoreKind.SHOPIFY), field) == value


def test_the_best_observation_that_has_the_field_speaks():
    lowest = an_observation(version=V1, codes=("ONE",))
    middle = an_observation(version=V2, codes=("TWO",))
    highest = an_observation(version=V3, codes=None)
    assert fold([lowest, highest, middle], StoreKind.SHOPIFY).codes == ("TWO",)


def test_an_empty_field_is_not_absent():
    low, high = an_observation(version=V1, codes=("ONE",)), an_observation(version=V2, codes=())
    assert fold([low, high], StoreKind.SHOPIFY).codes == ()


@pytest.mark.parametrize(
    ("observations", "paid_at"),
    [
        pytest.param([an_observation(version=V2, paid_at=V1)], V1, id="MONEY 10, 21: the store's paid date"),
        pytest.param(
            [
                an_observation(version=V3, state="completed"),
                an_observation(version=V2),
                an_observation(version=V1, state="pending"),
            ],
            V2,
            id="MONEY 10, 21: else the lowest version in an earning state",
        ),
        pytest.param(
            [an_observation(version=V3), an_observation(version=V2, paid_at=V1)],
            V1,
            id="MONEY 19: an absent paid date says nothing",
        ),
        pytest.param([an_observation(version=V1, state="pending")], None, id="never paid"),
        pytest.param(
            [an_observation(version=None, way=Way.CSV)], NOON, id="a CSV without version or paid date: the order's time"
        ),
    ],
)
def test_the_paid_time(observations, paid_at):
    assert fold(observations, StoreKind.SHOPIFY).sale.paid_at == paid_at


@pytest.mark.parametrize(
    ("kind", "state", "earns"),
    [
        *[
            pytest.param(kind, state, True, id=f"MONEY 10: {kind} {state} earns")
            for kind, states in {
                "shopify": ("paid", "partially_refunded", "refunded"),
                "woocommerce": ("paid", "completed"),
                "topic": ("paid", "completed", "partially_refunded", "refunded"),
            }.items()
            for state in states
        ],
        *[
            pytest.param(kind, state, False, id=f"MONEY 10: {kind} {state} does not earn")
            for kind in ("shopify", "woocommerce", "topic")
            for state in ("pending", "authorized", "partially_paid", "cancelled", "voided", "failed")
        ],
    ],
)
def test_the_state_says_whether_an_order_earns(kind, state, earns):
    assert an_order(kind=StoreKind(kind), state=state).earns is earns


@pytest.mark.parametrize(
    ("kind", "state", "earns"),
    [
        pytest.param("woocommerce", "pending", True, id="MONEY 10: on-hold with a paid date earns at WooCommerce"),
        pytest.param("woocommerce", "cancelled", False, id="MONEY 10: cancelled, whether or not money moved"),
        pytest.param("woocommerce", "failed", False, id="MONEY 10: failed, whether or not money moved"),
        pytest.param("shopify", "pending", False, id="MONEY 10: Shopify goes by its state"),
        pytest.param("topic", "authorized", False, id="MONEY 10: the topic goes by its state"),
    ],
)
def test_a_paid_date_counts_at_woocommerce_only(kind, state, earns):
    assert an_order(kind=StoreKind(kind), state=state, paid_at=NOON).earns is earns


@pytest.mark.parametrize(
    ("kind", "before", "now", "earns"),
    [
        pytest.param("shopify", "paid", "pending", False, id="MONEY 10: paid is not sticky"),
        pytest.param("woocommerce", "completed", "pending", False, id="MONEY 10: nor at WooCommerce"),
        pytest.param(
            "shopify", "paid", "partially_paid", True, id="MONEY 10: an edit made a paid Shopify order partially_paid"
        ),
        pytest.param("shopify", "pending", "partially_paid", False, id="MONEY 10: it had not earned before"),
        pytest.param("topic", "paid", "partially_paid", False, id="MONEY 10: the exception is Shopify's alone"),
    ],
)
def test_what_an_order_was_before(kind, before, now, earns):
    then, later = an_observation(version=V1, state=before), an_observation(version=V2, state=now)
    assert fold([then, later], StoreKind(kind)).earns is earns
    assert fold([later, then], StoreKind(kind)).earns is earns


@pytest.mark.parametrize(
    ("observations", "deleted"),
    [
        pytest.param([a_deletion(V2)], True, id="MONEY 10: deleted"),
        pytest.param([a_deletion(V2), an_observation(version=V2)], True, id="a version as old as its receipt"),
        pytest.param(
            [a_deletion(V2), an_observation(version=V2 + MICROSECOND)],
            False,
            id="MONEY 19: undone by a version later than its receipt",
        ),
        pytest.param([a_deletion(V2), a_poll(V2 + SECOND)], False, id="MONEY 19: undone by a poll asked for after it"),
        pytest.param([a_deletion(V2), a_poll(V2)], True, id="a poll asked for in its second says nothing"),
        pytest.param(
            [a_deletion(V2), a_refund_observed(a_refund(shipping=1), version=V2 + MICROSECOND)],
            False,
            id="MONEY 19: undone by any observation, also a refund, of a later version",
        ),
        pytest.param(
            [a_deletion(V2), a_refund_observed(a_refund(shipping=1), version=V2)],
            True,
            id="as old as its receipt",
        ),
        pytest.param(
            [a_deletion(V2), a_refund_observed(a_refund(shipping=1), received_at=V3)],
            True,
            id="MONEY 19: a refund without a version says nothing of it",
        ),
        pytest.param([a_deletion(V2), changed(version=V3)], False, id="MONEY 19: what was edited since is there"),
        pytest.param([a_deletion(V3, version=V2), an_observation(version=V2)], True, id="MONEY 19: a tie is deleted"),
        pytest.param(
            [a_deletion(V3, version=V2), an_observation(version=V2 + MICROSECOND)],
            False,
            id="MONEY 19: the highest version wins over a deletion that has one",
        ),
    ],
)
def test_deletions(observations, deleted):
    order = fold([an_observation(version=V1), *observations], StoreKind.WOOCOMMERCE)
    assert order.deleted is deleted
    assert order.earns is not deleted


@pytest.mark.parametrize(
    ("observations", "waiting"),
    [
        pytest.param(
            [a_refund_observed(a_refund(a_refund_line(1)))],
            Waiting.REFUND_BEFORE_ORDER,
            id="I2: a refund before its order",
        ),
        pytest.param([a_deletion()], Waiting.ORDER_NOT_SEEN, id="I2: a deletion before its order"),
        pytest.param([changed()], Waiting.ORDER_NOT_SEEN, id="I2: only a change is known"),
        pytest.param([a_refund_observed(a_refund(a_refund_line(1))), an_observation()], None, id="the order came"),
    ],
)
def test_an_order_without_a_snapshot_waits(observations, waiting):
    assert fold(observations, StoreKind.SHOPIFY).waiting is waiting


def test_nothing_observed_is_an_error_of_the_caller():
    with pytest.raises(NothingObserved):
        fold([], StoreKind.SHOPIFY)


def test_the_first_receipt_is_kept_whatever_comes_twice():
    early, late = an_observation(received_at=NOON + HOUR), an_observation(received_at=NOON + 2 * HOUR)
    assert fold([late, early], StoreKind.SHOPIFY) == fold([early], StoreKind.SHOPIFY)
    order = fold([late, a_poll(NOON + DAY), a_deletion(NOON + 3 * HOUR)], StoreKind.SHOPIFY)
    assert (order.first_seen_at, order.first_way) == (NOON + 2 * HOUR, Way.WEBHOOK)
