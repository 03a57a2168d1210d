"""Business days by a brand's country and time zone (C7)."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

SATURDAY = 5
REVIEW_DAYS = 3
"""A step that waits has until the end of the third business day after the day on which it began to (C6)."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A brand's days: `zone` is an IANA time zone, `country` an ISO 3166 code whose holidays and weekends count.

    Without a country, or with one whose holidays nobody keeps, Monday to Friday are business days. A zone that the
    machine's database does not know counts as UTC.
    """

    zone: str = "UTC"
    country: str | None = None

    def end_of_business_day(self, after: datetime, days: int = REVIEW_DAYS) -> datetime:
        """24:00 of the `days`-th business day after the local day of `after`, in UTC.

        Where the clocks skip midnight that night, it is the instant at which they do.
        """
        zone = _zone(self.zone)
        day = after.astimezone(zone).date()
        left = days
        while left:
            day += timedelta(days=1)
            left -= self.is_business_day(day)
        return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)

    def is_business_day(self, day: date) -> bool:
        """Whether people work on that day."""
        known = None if self.country is None else _days_of(self.country)
        return day.weekday() < SATURDAY if known is None else known.is_working_day(day)

    def is_holiday(self, day: date) -> bool:
        """Whether the country keeps that day, weekend or not."""
        known: Container[date] | None = None if self.country is None else _days_of(self.country)
        return known is not None and day in known


@lru_cache(maxsize=512)
def _days_of(country: str) -> holidays.HolidayBase | None:
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return None


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
