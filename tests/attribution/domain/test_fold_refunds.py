"""MONEY 17, 19: which refunds of an order stand."""

import pytest

from attribution.domain.fold import fold
from contracts.console import StoreKind
from contracts.stores import Way
from tests.attribution.builders import (
    HOUR,
    NOON,
    SECOND,
    a_poll,
    a_refund,
    a_refund_line,
    a_refund_observed,
    an_observation,
)

V1, V2, V3 = NOON + SECOND, NOON + HOUR, NOON + 2 * HOUR
R1 = a_refund(a_refund_line(100), id="r1", at=V1)
R2 = a_refund(a_refund_line(200), id="r2", at=V2)


def ids(observations, kind=StoreKind.SHOPIFY):
    found = {refund.id for refund in fold(observations, kind).refunds}
    assert found == {refund.id for refund in fold(reversed(observations), kind).refunds}
    return found


@pytest.mark.parametrize("kind", [StoreKind.SHOPIFY, StoreKind.TOPIC, None])
@pytest.mark.parametrize(
    ("observations", "standing"),
    [
        pytest.param(
            [an_observation(version=V1, refunds=(R1,)), a_refund_observed(R2)], {"r1", "r2"}, id="MONEY 19: union by id"
        ),
        pytest.param(
            [an_observation(version=V1, refunds=(R1,)), an_observation(version=V2, refunds=(R2,))],
            {"r2"},
            id="MONEY 19: undone by a later full snapshot that lacks it",
        ),
        pytest.param(
            [an_observation(version=V1, refunds=(R1,)), an_observation(version=V2, refunds=None)],
            {"r1"},
            id="MONEY 19: a snapshot without a refunds field says nothing",
        ),
        pytest.param(
            [an_observation(version=V1, refunds=(R1,)), an_observation(version=V2, refunds=())],
            set(),
            id="MONEY 19: an empty list says that there are none",
        ),
        pytest.param(
            [an_observation(version=V2, refunds=(R1,)), an_observation(version=V1, refunds=())],
            {"r1"},
            id="an earlier snapshot can't undo",
        ),
        pytest.param(
            [an_observation(version=V1, refunds=(R1,), state="paid"), an_observation(version=V1, state="completed")],
            {"r1"},
            id="a tie is not later",
        ),
        pytest.param(
            [an_observation(version=V1, refunds=(R1,)), a_poll(V2, version=V1, refunds=())],
            set(),
            id="MONEY 19: a poll asked after the tied version wins the tie",
        ),
        pytest.param(
            [an_observation(version=V2 + 0.9 * SECOND), a_refund_observed(R2)],
            {"r2"},
            id="MONEY 19: not later than a refund without version in its own second",
        ),
        pytest.param(
            [an_observation(version=V2 + SECOND), a_refund_observed(R2)],
            set(),
            id="MONEY 19: later than a refund without version by a greater second",
        ),
        pytest.param(
            [an_observation(version=V2), a_refund_observed(R2, version=V2)], {"r2"}, id="a refund of a version: a tie"
        ),
        pytest.param(
            [an_observation(version=V3), a_refund_observed(R2, version=V2)], set(), id="a refund of a version: later"
        ),
        pytest.param(
            [
                an_observation(version=V1),
                an_observation(version=None, way=Way.CSV, refunds=(R2,)),
            ],
            {"r2"},
            id="MONEY 19: CSV follows Shopify's rule: no version is later than its refund",
        ),
        pytest.param(
            [an_observation(version=V2), a_refund_observed(R1.model_copy(update={"at": None}), received_at=V3)],
            {"r1"},
            id="a refund with neither version nor date goes by its receipt",
        ),
    ],
)
def test_refunds_of_shopify_and_the_topic(kind, observations, standing):
    assert ids(observations, kind) == standing


@pytest.mark.parametrize(
    ("observations", "standing"),
    [
        pytest.param(
            [an_observation(version=V1, refunds=(R1,)), an_observation(version=V2, refunds=(R2,))],
            {"r2"},
            id="MONEY 19: the winning observation's list",
        ),
        pytest.param(
            [an_observation(version=V1, refunds=()), a_refund_observed(R1)], set(), id="MONEY 19: and nothing else"
        ),
        pytest.param(
            [an_observation(version=V1, refunds=(R1,)), an_observation(version=V2, refunds=None)],
            {"r1"},
            id="MONEY 19: the best observation that has the field speaks",
        ),
        pytest.param([an_observation(version=V1, refunds=None), a_refund_observed(R1)], {"r1"}, id="no list at all"),
        pytest.param(
            [
                an_observation(version=None, way=Way.CSV, refunds=(R1,)),
                an_observation(version=None, way=Way.CSV, refunds=(R2,)),
            ],
            {"r1", "r2"},
            id="MONEY 19: CSV follows Shopify's rule",
        ),
    ],
)
def test_refunds_of_woocommerce(observations, standing):
    assert ids(observations, StoreKind.WOOCOMMERCE) == standing


LISTED = a_refund(id="r1", at=None, amount=500)
READ = a_refund(a_refund_line(400, tax=100), id="r1", at=V2)


@pytest.mark.parametrize(
    ("observations", "unread", "amount"),
    [
        pytest.param([an_observation(refunds=(LISTED,))], ("r1",), 500, id="MONEY 17: WooCommerce lists no lines"),
        pytest.param([an_observation(refunds=(LISTED,)), a_refund_observed(READ)], (), None, id="MONEY 17: read"),
        pytest.param(
            [an_observation(refunds=(LISTED,)), a_refund_observed(LISTED)], (), 500, id="read, and it has no lines"
        ),
    ],
)
def test_a_woocommerce_refund_is_read_for_its_lines(observations, unread, amount):
    order = fold(observations, StoreKind.WOOCOMMERCE)
    assert order.unread_refunds == unread
    assert [refund.amount for refund in order.refunds] == [amount]


def test_shopify_refunds_need_no_reading():
    assert fold([an_observation(refunds=(LISTED,))], StoreKind.SHOPIFY).unread_refunds == ()


@pytest.mark.parametrize(
    ("observations", "at"),
    [
        pytest.param([an_observation(refunds=(R1,))], V1, id="its own date"),
        pytest.param(
            [an_observation(version=V3, refunds=(LISTED,)), an_observation(version=V2, refunds=(LISTED,))],
            V2,
            id="MONEY 17: the lowest version of an observation that lists it",
        ),
        pytest.param(
            [an_observation(version=V3, refunds=(LISTED,)), an_observation(version=V1, refunds=(R1,))],
            V1,
            id="MONEY 19: the best observation that has a date speaks",
        ),
        pytest.param(
            [
                an_observation(version=V3, refunds=(LISTED,)),
                an_observation(version=V2, refunds=(a_refund(id="r1", at=V2, amount=500),)),
                an_observation(version=V1, refunds=(a_refund(id="r1", at=V1, amount=500),)),
            ],
            V2,
            id="MONEY 19: of two that date it the higher one",
        ),
        pytest.param(
            [an_observation(version=V3, refunds=(a_refund(id="r1", at=V3, amount=500),)), a_refund_observed(READ)],
            V2,
            id="the one that has its details, before a higher one without",
        ),
        pytest.param([an_observation(version=None, way=Way.CSV, refunds=(LISTED,))], None, id="nobody dates it"),
    ],
)
def test_when_a_refund_was(observations, at):
    assert [refund.at for refund in fold(observations, StoreKind.SHOPIFY).refunds] == [at]


def test_of_one_version_the_snapshot_says_more_of_a_refund_than_the_refund_alone():
    for amount in range(100, 116):  # so that the greater body hash is once the one's and once the other's
        whole = an_observation(version=V1, state="pending", refunds=(a_refund(a_refund_line(amount)),))
        alone = a_refund_observed(a_refund(a_refund_line(1)), version=V1)
        assert fold([alone, whole], StoreKind.SHOPIFY).refunds[0].lines[0].amount == amount


def test_the_highest_statement_of_a_refund_speaks():
    low = an_observation(version=V1, refunds=(a_refund(a_refund_line(100)),))
    high = an_observation(version=V2, refunds=(a_refund(a_refund_line(150)),))
    assert fold([high, low], StoreKind.SHOPIFY).refunds[0].lines[0].amount == 150


@pytest.mark.parametrize(
    ("observations", "all_back", "at"),
    [
        pytest.param(
            [
                an_observation(version=V3, state="refunded", codes=("X",)),
                an_observation(version=V2, state="refunded"),
                an_observation(version=V1),
            ],
            True,
            V2,
            id="MONEY 10: refunded without a listed refund, at the lowest version in that state",
        ),
        pytest.param(
            [an_observation(state="refunded", refunds=(R1,))], False, None, id="MONEY 10: a listed refund replaces this"
        ),
        pytest.param(
            [an_observation(version=V2), an_observation(version=V1, state="refunded")], False, None, id="not any more"
        ),
    ],
)
def test_state_refunded_without_a_refund(observations, all_back, at):
    order = fold(observations, StoreKind.SHOPIFY)
    assert (order.all_back, order.all_back_at) == (all_back, at)


def test_refunds_stand_in_the_order_of_their_ids():
    """Two processes must write the same state, and sets have an order of their own in each."""
    refunds = tuple(a_refund(id=f"r{n}") for n in range(9, 0, -1))
    order = fold([an_observation(refunds=refunds)], StoreKind.SHOPIFY)
    assert [refund.id for refund in order.refunds] == [f"r{n}" for n in range(1, 10)]
