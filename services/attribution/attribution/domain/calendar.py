"""Months as a brand's calendar has them: where one ends is an instant (MONEY 14)."""

from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from attribution.domain.instants import LAST, seconds


@lru_cache(maxsize=512)
def zone_of(name: str) -> tzinfo:
    """The IANA zone of that name; UTC where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no such name, or a name that is a path
        return UTC


def month_of(at: datetime, zone: str) -> str:
    """The month that `at` belongs to in that zone, as `2026-03`.

    A month ends once: where a clock that is set back shows its last minutes again, they belong to the next one.
    """
    try:
        local = at.astimezone(zone_of(zone))
    except OverflowError:  # the first or last hours that there are
        local = at
    month = f"{local.year:04}-{local.month:02}"
    return _next(month) if month < "9999-12" and seconds(at) >= seconds(close_of(month, zone)) else month


def close_of(month: str, zone: str) -> datetime:
    """The first instant after the month, in UTC; the last second of the year 9999 for the last month."""
    if month >= "9999-12":
        return LAST
    return _close_of(month, zone)


@lru_cache(maxsize=4096)
def _close_of(month: str, zone: str) -> datetime:
    year, number = (int(part) for part in _next(month).split("-"))
    try:
        return datetime(year, number, 1, tzinfo=zone_of(zone)).astimezone(UTC)
    except OverflowError:
        return datetime(year, number, 1, tzinfo=UTC)


def _next(month: str) -> str:
    year, number = (int(part) for part in month.split("-"))
    return f"{year + 1:04}-01" if number == 12 else f"{year:04}-{number + 1:02}"  # noqa: PLR2004 - months in a year
