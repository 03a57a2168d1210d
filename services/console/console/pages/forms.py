"""What a person typed, kept as it was, with what is wrong beside it."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Self
from zoneinfo import ZoneInfo

from babel import Locale
from babel.numbers import NumberFormatError, get_currency_precision, parse_decimal

from chassis.http import FieldError
from console.domain.words import Say, mark

MOST_MINOR = 2**53
EXPONENT = re.compile("[eE]")
MINUS = "-\N{MINUS SIGN}"
REQUIRED = mark("Fill this in.")


class Form:
    """A form's values by field name; reading one that is wrong notes an error and goes on.

    `lists` holds every value of a field, for those that may have several; `values` the last one.
    """

    def __init__(
        self, values: Mapping[str, str] | None = None, lists: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        self.values = dict(values or {})
        self.lists = {name: tuple(chosen) for name, chosen in (lists or {}).items()}
        self.errors: dict[str, str | Say] = {}

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Self:
        """What was sent, every value of a name kept."""
        lists: dict[str, list[str]] = {}
        for name, value in pairs:
            lists.setdefault(name, []).append(value)
        return cls({name: values[-1] for name, values in lists.items()}, lists)

    def wrong(self, name: str, words: str | Say) -> None:
        """Note what is wrong with a field; the first word about it stands."""
        self.errors.setdefault(name, words)

    def text(self, name: str, *, most: int = 200, required: bool = False, words: str = REQUIRED) -> str:
        """A line or a text, trimmed."""
        value = self.values.get(name, "").replace("\r\n", "\n").strip()
        if required and not value:
            self.wrong(name, words)
        if len(value) > most:
            self.wrong(name, Say(mark("Enter at most %(most)s characters."), {"most": most}))
        return value

    def line(self, name: str, *, most: int = 200, required: bool = False, words: str = REQUIRED) -> str:
        """One line of signs that can be seen."""
        value = self.text(name, most=most, required=required, words=words)
        if not value.isprintable():
            self.wrong(name, mark("Enter one line of letters and signs that can be seen."))
            return ""
        return value

    def choice(self, name: str, allowed: Sequence[str], words: str = mark("Choose one of these.")) -> str:
        """One of a closed set; the first of it where it was none."""
        value = self.values.get(name, "")
        if value not in allowed:
            self.wrong(name, words)
            return allowed[0]
        return value

    def some(self, name: str, allowed: Collection[str], words: str = mark("Choose some of these.")) -> tuple[str, ...]:
        """Those of a closed set that were ticked, each once."""
        chosen = tuple(dict.fromkeys(value for value in self.lists.get(name, ()) if value))
        if any(value not in allowed for value in chosen):
            self.wrong(name, words)
        return tuple(value for value in chosen if value in allowed)

    def lines(self, name: str, *, most: int, each: int = 200) -> tuple[str, ...]:
        """The lines of a text that say something."""
        found = tuple(line for line in map(str.strip, self.text(name, most=most * (each + 1)).split("\n")) if line)
        if len(found) > most:
            self.wrong(name, Say(mark("Enter at most %(most)s lines."), {"most": most}))
        if any(len(line) > each or not line.isprintable() for line in found):
            self.wrong(name, Say(mark("Enter lines of at most %(most)s signs that can be seen."), {"most": each}))
        return found

    def whole(self, name: str, *, least: int, most: int, required: bool = True) -> int | None:
        """A whole number; thousands may be set apart."""
        typed = re.sub(r"[\s\u00a0\u202f.,'\u2019]", "", self.values.get(name, ""))
        if not typed:
            if required:
                self.wrong(name, REQUIRED)
            return None
        value = int(typed) if typed.isdecimal() and len(typed) <= 18 else -1  # noqa: PLR2004 - fits 64 bits
        if not least <= value <= most:
            self.wrong(
                name, Say(mark("Enter a whole number from %(least)s to %(most)s."), {"least": least, "most": most})
            )
            return None
        return value

    def decimal(self, name: str, locale: Locale) -> Decimal | None:
        """A number as the locale writes it, or with a point."""
        typed = self.values.get(name, "").strip()
        if not typed:
            self.wrong(name, REQUIRED)
            return None
        value = _number(typed, locale)
        if not value.is_finite() or value < 0:
            self.wrong(name, mark("Enter a number, such as 12.5."))
            return None
        return value

    def amount(self, name: str, currency: str, locale: Locale) -> int | None:
        """An amount of money in the currency's minor units; no more decimals than the currency has."""
        value = self.decimal(name, locale)
        if value is None:
            return None
        minor = value.scaleb(get_currency_precision(currency)) if currency else value
        if minor != minor.to_integral_value() or minor > MOST_MINOR:
            self.wrong(name, Say(mark("Enter an amount that %(currency)s has, such as 12.50."), {"currency": currency}))
            return None
        return int(minor)

    def basis_points(self, name: str, locale: Locale) -> int | None:
        """A percentage from 0 to 100 with at most two decimals, as basis points."""
        value = self.decimal(name, locale)
        if value is None:
            return None
        points = value * 100
        if points != points.to_integral_value() or points > 10_000:  # noqa: PLR2004 - 100 %
            self.wrong(name, mark("Enter a percentage from 0 to 100 with at most two decimals."))
            return None
        return int(points)

    def hundredths(self, name: str, locale: Locale, *, least: int = 0, most: int = MOST_MINOR) -> int | None:
        """A number with at most two decimals, as hundredths; `least` may be below zero."""
        typed = self.values.get(name, "").strip()
        sign = -1 if typed[:1] in MINUS and typed else 1
        value = _number(typed.lstrip(MINUS) if sign < 0 else typed, locale)
        whole = value * 100 * sign
        if not value.is_finite() or value < 0 or whole != whole.to_integral_value():
            self.wrong(name, mark("Enter a number with at most two decimals, such as 2.5."))
            return None
        if not least <= whole <= most:
            bounds = {"least": least // 100, "most": most // 100}
            self.wrong(name, Say(mark("Enter a number from %(least)s to %(most)s."), bounds))
            return None
        return int(whole)

    def end_of_day(self, name: str, zone: str, *, required: bool = True) -> datetime | None:
        """The last second of a day, given as YYYY-MM-DD, in the zone; as UTC."""
        typed = self.values.get(name, "").strip()
        if not typed:
            if required:
                self.wrong(name, REQUIRED)
            return None
        try:
            day = datetime.fromisoformat(typed).date()
        except ValueError:
            self.wrong(name, mark("Enter a date as year, month and day, such as 2027-05-31."))
            return None
        return datetime.combine(day, time(23, 59, 59), ZoneInfo(zone)).astimezone(UTC)

    def take(self, errors: Sequence[FieldError], fields: Mapping[str, str]) -> None:
        """Put a service's refusals beside our fields; `fields` maps its names to ours, the longest match first."""
        for error in errors:
            match = next((ours for theirs, ours in fields.items() if error.field.startswith(theirs)), "")
            self.wrong(match or "form", error.message)


def _number(typed: str, locale: Locale) -> Decimal:
    """A number as the locale writes it, or with a point; NaN for anything else, and for one with an exponent."""
    if EXPONENT.search(typed):
        return Decimal("NaN")
    try:
        return parse_decimal(typed, locale=locale, strict=True)
    except NumberFormatError:
        try:
            return Decimal(typed)
        except InvalidOperation:
            return Decimal("NaN")
