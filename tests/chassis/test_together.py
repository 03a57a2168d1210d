"""Which facts share an outbox row: all of a transaction's, as far as a document can hold them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chassis.tx import ENTITY, FACT, FACTS, MOST_BYTES_TOGETHER, MOST_TOGETHER, facts_of, together
from tests.support.toys import NOON

SIZES = st.one_of(st.integers(0, 2_000), st.integers(MOST_BYTES_TOGETHER // 3, MOST_BYTES_TOGETHER * 2))


def some_facts(sizes: Sequence[int]) -> list[dict[str, Any]]:
    return [
        {"_id": f"fact-{at}", "topic": "t", "key": "k", "value": bytes(size), "headers": [["ce_id", b"12345678"]]}
        for at, size in enumerate(sizes)
    ]


@given(st.lists(SIZES, max_size=12))
def test_every_fact_is_in_one_row_in_the_order_of_its_saying(sizes: list[int]) -> None:
    facts = some_facts(sizes)
    held = [fact for row in together(facts, NOON) for fact in facts_of(row)]
    assert [(one["_id"], one["value"], one["headers"]) for one in held] == [
        (one["_id"], one["value"], one["headers"]) for one in facts
    ]


@given(st.lists(SIZES, max_size=12))
def test_rows_stay_within_their_size_and_are_as_few_as_that_allows(sizes: list[int]) -> None:
    rows = together(some_facts(sizes), NOON)
    weights = [[len(fact["value"]) + 8 for fact in facts_of(row)] for row in rows]
    assert all(sum(of_row) <= MOST_BYTES_TOGETHER or len(of_row) == 1 for of_row in weights)
    for one, following in pairwise(weights):
        assert sum(one) + following[0] > MOST_BYTES_TOGETHER
    assert len({row["_id"] for row in rows}) == len(rows)


def test_a_fact_alone_is_its_row_and_many_share_some() -> None:
    (row,) = together(some_facts([5]), NOON)
    assert (row["kind"], row["value"], row["at"]) == (FACT, bytes(5), NOON)
    rows = together(some_facts([5] * (MOST_TOGETHER + 2)), NOON)
    assert [(row["kind"], row["at"], len(facts_of(row))) for row in rows] == [(FACTS, NOON, 500), (FACTS, NOON, 2)]
    assert together([], NOON) == []


def test_an_entity_row_says_itself() -> None:
    row = {"_id": "1", "kind": ENTITY}
    assert facts_of(row) == (row,)
