"""What a cell says: amounts, times, yes and no. What could be read in two ways is refused, for money is meant."""

import re
import unicodedata
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Final

import iso4217

from attribution.domain.webhooks.amounts import AmountError, Currency

MOST_ERRORS_SHOWN: Final = 60
_GROUPED = re.compile(r"[0-9]{1,3}(?:([ '.,])[0-9]{3})(?:\1[0-9]{3})*")
_YEARS: Final = range(1990, 2201)
_YES: Final = frozenset({"true", "yes", "1", "y"})
_NO: Final = frozenset({"false", "no", "0", "n", ""})
_FORMATS: Final = ("%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M %z", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M")


class BadCell(ValueError):
    """A cell that can't be what its column says; the message is the reason."""


class DecimalMark(StrEnum):
    """What stands before the decimals."""

    POINT = "."
    COMMA = ","


def amount(text: str, currency: Currency, mark: DecimalMark | None) -> int:
    """Minor units of an amount not below zero: `1.234,56 €`, `EUR 12`, `1'234.50`. Empty is 0.

    Without `mark` an amount such as `1,234` may be either, and is refused. Another currency's code is refused.
    """
    plain = _without_currency(text, currency)
    if not plain:
        return 0
    if plain.startswith("-") or (plain.startswith("(") and plain.endswith(")")):
        raise BadCell("below zero")
    number = _plain_number(plain, mark)
    try:
        return currency.minor_units(number)
    except AmountError as error:
        raise BadCell(str(error)) from None


def _without_currency(text: str, currency: Currency) -> str:
    """The number alone: a symbol, or the currency's own code, may stand on either side."""
    plain = "".join(" " if char.isspace() else char for char in text).strip()
    code = plain[:3].upper() if plain[:3].isalpha() else plain[-3:].upper()
    if len(code) == 3 and code.isalpha() and code.isascii():  # noqa: PLR2004 - ISO 4217's
        if code != currency.code:
            raise BadCell(f"another currency than {currency.code}" if _is_code(code) else "not an amount")
        plain = (plain[3:] if plain[:3].upper() == code else plain[:-3]).strip()
    while plain and unicodedata.category(plain[0]) == "Sc":
        plain = plain[1:].strip()
    while plain and unicodedata.category(plain[-1]) == "Sc":
        plain = plain[:-1].strip()
    return plain


def _is_code(code: str) -> bool:
    try:
        iso4217.Currency(code)
    except ValueError:
        return False
    return True


def _plain_number(text: str, mark: DecimalMark | None) -> str:
    whole, found_mark, decimals = text, "", ""
    at = max(text.rfind("."), text.rfind(","))
    if at >= 0:
        candidate = text[at]
        others = text.count("." if candidate == "," else ",")
        if text.count(candidate) == 1 and (mark is None or candidate == mark):
            if mark is None and not others and _could_be_thousands(text, at):
                raise BadCell(f"may be thousands or decimals: say which by ?decimal=. or ?decimal=, ({_shown(text)})")
            whole, found_mark, decimals = text[:at], candidate, text[at + 1 :]
    if not (whole.isascii() and whole.isdigit()):
        grouped = _GROUPED.fullmatch(whole)
        if grouped is None or grouped[1] in {found_mark, mark}:
            raise BadCell(f"not an amount ({_shown(text)})")
        whole = whole.replace(grouped[1], "")
    if found_mark and not (decimals.isascii() and decimals.isdigit()):
        raise BadCell(f"not an amount ({_shown(text)})")
    return f"{whole}.{decimals}" if decimals else whole


def _could_be_thousands(text: str, at: int) -> bool:
    before, after = text[:at], text[at + 1 :]
    return len(after) == 3 and 0 < len(before) <= 3 and before != "0"  # noqa: PLR2004 - a group of thousands


def instant(text: str, zone: tzinfo | None) -> datetime:
    """A time in UTC or with its offset; without one it is the store's own, whose zone must then be named."""
    at = _parsed(text.strip())
    if at.tzinfo is None:
        if zone is None:
            raise BadCell("a time without an offset: name the store's zone by ?zone=, such as Europe/Berlin")
        at = at.replace(tzinfo=zone)
    if at.year not in _YEARS:
        raise BadCell(f"not a time between {_YEARS[0]} and {_YEARS[-1]}")
    return at


def _parsed(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        for each in _FORMATS:
            try:
                return datetime.strptime(text, each)  # noqa: DTZ007 - the offset is judged by the caller
            except ValueError:
                continue
    raise BadCell(f"not a time ({_shown(text)})")


def flag(text: str) -> bool:
    """Yes or no."""
    word = text.strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise BadCell(f"neither yes nor no ({_shown(text)})")


def quantity(text: str) -> int:
    """How many units: a whole number."""
    plain = text.strip()
    whole, _, decimals = plain.partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) <= 9) or decimals.strip("0"):  # noqa: PLR2004 - at most 10^9
        raise BadCell(f"not a quantity ({_shown(text)})")
    return int(whole)


def _shown(text: str) -> str:
    """A number or a time as it stands there, shortened; nothing else is ever shown, for cells hold personal data."""
    short = text[:MOST_ERRORS_SHOWN]
    return short if all(char.isdigit() or char in " .,'-:+/TZ" for char in short) else "no such characters"
