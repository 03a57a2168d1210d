"""MONEY 14: a month ends by the brand's own clock, once, whatever that clock does."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.domain.calendar import close_of, month_of, zone_of
from attribution.domain.instants import EPOCH

ZONES = ["UTC", "Europe/Rome", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago"]


@pytest.mark.parametrize(
    ("month", "zone", "close"),
    [
        pytest.param("2026-03", "UTC", datetime(2026, 4, 1, tzinfo=UTC), id="UTC"),
        pytest.param("2026-03", "Europe/Rome", datetime(2026, 3, 31, 22, tzinfo=UTC), id="summer time began in it"),
        pytest.param("2026-10", "Europe/Rome", datetime(2026, 10, 31, 23, tzinfo=UTC), id="summer time ended in it"),
        pytest.param("2026-10", "America/New_York", datetime(2026, 11, 1, 4, tzinfo=UTC), id="it ends that very day"),
        pytest.param("2026-12", "Asia/Kolkata", datetime(2026, 12, 31, 18, 30, tzinfo=UTC), id="half an hour, a year"),
        pytest.param("2011-12", "Pacific/Apia", datetime(2011, 12, 31, 10, tzinfo=UTC), id="a day that was left out"),
        pytest.param("1977-03", "Asia/Amman", datetime(1977, 3, 31, 22, tzinfo=UTC), id="plain midnight"),
        pytest.param("2026-03", "Nowhere/At_All", datetime(2026, 4, 1, tzinfo=UTC), id="no such zone is UTC"),
        pytest.param("9999-12", "UTC", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), id="the last month"),
    ],
)
def test_a_month_closes_at_the_next_ones_first_instant_in_the_brands_zone(month: str, zone: str, close: datetime):
    assert close_of(month, zone) == close


def test_a_midnight_that_the_clocks_leap_over_is_the_instant_of_the_leap():
    close = close_of("2012-03", "America/Havana")
    assert close == datetime(2012, 4, 1, 5, tzinfo=UTC)  # 00:00 does not exist there: clocks went to 01:00
    assert month_of(close, "America/Havana") == "2012-04"
    assert month_of(close - timedelta(seconds=1), "America/Havana") == "2012-03"


@pytest.mark.parametrize("zone", ["../../etc/passwd", "", "/etc/localtime", "\0"])
def test_a_zone_that_is_none_is_utc(zone: str):
    assert zone_of(zone) is UTC


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_the_first_and_the_last_instant_belong_to_a_month(zone: str, at: datetime):
    assert month_of(at, zone) in {"0001-01", "9999-12"}
    assert close_of(month_of(at, zone), zone) >= at.replace(microsecond=0)


@given(
    st.integers(-631_152_000, 4_102_444_800),
    st.sampled_from([*ZONES, "America/Toronto", "America/Havana"]),
)
def test_every_instant_lies_in_exactly_one_month(moment: int, zone: str):
    """From the close of the month before (inclusive) to its own (exclusive)."""
    at = EPOCH + timedelta(seconds=moment)
    month = month_of(at, zone)
    year, number = (int(part) for part in month.split("-"))
    before = f"{year - 1}-12" if number == 1 else f"{year}-{number - 1:02}"
    assert close_of(before, zone) <= at.replace(microsecond=0) < close_of(month, zone)


def test_minutes_that_a_clock_shows_again_belong_to_the_month_that_has_begun():
    """Newfoundland's clocks went back from 00:01 of 1 November 2009 to 23:01 of the day before."""
    zone = "America/St_Johns"
    close = close_of("2009-10", zone)
    assert close == datetime(2009, 11, 1, 2, 30, tzinfo=UTC)
    months = [month_of(close + timedelta(minutes=n), zone) for n in (-1, 0, 1, 30, 61)]
    assert months == ["2009-10", "2009-11", "2009-11", "2009-11", "2009-11"]
