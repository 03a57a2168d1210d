"""Times as lists write them, if they can be read in one way only: "2022-06-30", "2022-06-30T12:00Z", "30.06.2022"."""

import re
from datetime import UTC, datetime
from typing import Final

from discovery.domain.counts import UNKNOWN, shown
from discovery.domain.snapshots import at_millisecond

FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Before that nobody counted followers."""
ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?", re.ASCII)
OTHERS: Final = ("%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y")


class NotADate(ValueError):
    """The text is no time that a count can be of; the message says why, for a person."""


def read_date(text: str) -> datetime | None:
    """The time that `text` spells, in UTC unless it says otherwise; of a date its first moment; None for unknown.

    Raises `NotADate`, also for `03/04/2022`, which is of March or of April.
    """
    plain = text.strip()
    if plain.casefold() in UNKNOWN:
        return None
    found = _iso(plain) if ISO.fullmatch(plain) else _other(plain)
    if found is None:
        raise NotADate(f"{shown(text)} is not a date such as 2022-06-30")
    return found


def dated(text: str, now: datetime) -> datetime | None:
    """The same for a time that has come, and not before 2000. Raises `NotADate`."""
    found = read_date(text)
    if found is not None and found > now:
        raise NotADate(f"{shown(text)} is in the future")
    if found is not None and found < FIRST:
        raise NotADate(f"{shown(text)} is before {FIRST.year}")
    return found


def _iso(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return at_millisecond(found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def _other(text: str) -> datetime | None:
    for form in OTHERS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
