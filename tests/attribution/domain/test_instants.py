"""Instants compare in whole seconds, however they are compared."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from attribution.domain.instants import LAST, end_of_second, seconds

INSTANTS = st.datetimes(timezones=st.just(UTC))
NEAR = st.integers(-2_000_001, 2_000_001).map(lambda microseconds: timedelta(microseconds=microseconds))
AFTER_ALL = LAST.replace(microsecond=999_999)


def same(one: datetime, other: datetime) -> None:
    assert (one <= end_of_second(other)) is (seconds(one) <= seconds(other))
    assert (end_of_second(other) < one) is (seconds(other) < seconds(one))


@given(INSTANTS, INSTANTS)
def test_any_two_instants_compare_by_the_end_of_a_second_as_by_whole_seconds(one: datetime, other: datetime) -> None:
    same(one, other)


@given(INSTANTS.filter(lambda at: 1 < at.year < LAST.year), NEAR)
def test_so_do_instants_that_are_close(one: datetime, apart: timedelta) -> None:
    same(one, one + apart)
    same(one + apart, one)


def test_so_does_the_last_second_that_there_is() -> None:
    same(AFTER_ALL, LAST)
    same(LAST, AFTER_ALL)
    same(AFTER_ALL, AFTER_ALL)
