"""The time zones to choose from."""

from functools import cache
from zoneinfo import available_timezones

REGIONS = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


@cache
def zones() -> tuple[tuple[str, str], ...]:
    """IANA zones of places, by name, with UTC first; old and technical names are left out."""
    found = sorted(name for name in available_timezones() if name.startswith(REGIONS))
    return (("UTC", "UTC"), *((name, name.replace("_", " ")) for name in found))
