"""Business days by country and zone, the nights on which clocks change included."""

from datetime import UTC, date, datetime

import pytest

from campaigns.domain.calendar import Calendar

ROME, NEW_YORK, UNKNOWN = Calendar("Europe/Rome", "IT"), Calendar("America/New_York", "US"), Calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("calendar", "submitted", "ends"),
    [
        pytest.param(ROME, "2026-11-02T10:00+01:00", "2026-11-06T00:00+01:00", id="Monday: Thursday, 24:00"),
        pytest.param(ROME, "2026-11-04T10:00+01:00", "2026-11-10T00:00+01:00", id="Wednesday: Monday, 24:00"),
        pytest.param(ROME, "2026-11-06T23:59+01:00", "2026-11-12T00:00+01:00", id="late on Friday"),
        pytest.param(ROME, "2026-11-07T10:00+01:00", "2026-11-12T00:00+01:00", id="Saturday as Friday"),
        pytest.param(ROME, "2026-11-02T23:30+00:00", "2026-11-07T00:00+01:00", id="Tuesday in Rome already"),
        pytest.param(ROME, "2026-12-23T10:00+01:00", "2026-12-30T00:00+01:00", id="Christmas and St Stephen's"),
        pytest.param(ROME, "2026-12-04T10:00+01:00", "2026-12-11T00:00+01:00", id="the Immaculate Conception"),
        pytest.param(ROME, "2026-08-13T10:00+02:00", "2026-08-19T00:00+02:00", id="Ferragosto on a Saturday"),
        pytest.param(ROME, "2026-03-26T10:00+01:00", "2026-04-01T00:00+02:00", id="over the night to summer time"),
        pytest.param(ROME, "2026-10-22T10:00+02:00", "2026-10-28T00:00+01:00", id="over the night to winter time"),
        pytest.param(NEW_YORK, "2026-03-05T10:00-05:00", "2026-03-11T00:00-04:00", id="New York to summer time"),
        pytest.param(NEW_YORK, "2026-10-29T10:00-04:00", "2026-11-04T00:00-05:00", id="New York to winter time"),
        pytest.param(NEW_YORK, "2026-11-24T10:00-05:00", "2026-12-01T00:00-05:00", id="Thanksgiving"),
        pytest.param(NEW_YORK, "2026-07-01T10:00-04:00", "2026-07-08T00:00-04:00", id="4 July is kept on the 3rd"),
        pytest.param(UNKNOWN, "2026-12-24T10:00+00:00", "2026-12-30T00:00+00:00", id="no country keeps no holiday"),
        pytest.param(
            Calendar("Asia/Dubai", "AE"), "2026-11-05T10:00+04:00", "2026-11-11T00:00+04:00", id="the Emirates' weekend"
        ),
        pytest.param(
            Calendar("Asia/Riyadh", "SA"), "2026-11-04T10:00+03:00", "2026-11-10T00:00+03:00", id="Friday and Saturday"
        ),
        pytest.param(
            Calendar("Africa/Cairo"), "2026-04-21T10:00+02:00", "2026-04-25T00:00+03:00", id="a midnight that is there"
        ),
        pytest.param(
            Calendar("Africa/Cairo"),
            "2026-04-20T10:00+02:00",
            "2026-04-23T22:00+00:00",
            id="a skipped midnight",
        ),
        pytest.param(
            Calendar("No/Where", "IT"),
            "2026-11-02T10:00+00:00",
            "2026-11-06T00:00+00:00",
            id="a zone unknown",
        ),
        pytest.param(
            Calendar("Europe/Rome", "XX"), "2026-12-24T10:00+01:00", "2026-12-30T00:00+01:00", id="a country unkept"
        ),
    ],
)
def test_the_third_business_day_ends_at_24_00_in_the_brand_s_zone(calendar, submitted, ends):
    assert calendar.end_of_business_day(at(submitted)) == at(ends)


def test_the_answer_is_in_utc():
    assert ROME.end_of_business_day(at("2026-11-02T10:00+01:00")).tzinfo is UTC


def test_holidays_on_weekends_are_seen():
    assert ROME.is_holiday(date(2026, 8, 15))
    assert not UNKNOWN.is_holiday(date(2026, 12, 25))
