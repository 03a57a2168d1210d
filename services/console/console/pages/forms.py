"""What a person typed, kept as it was, with what is wrong beside it."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from babel import Locale
from babel.numbers import NumberFormatError, get_currency_precision, parse_decimal

from chassis.http import FieldError
from console.domain.words import Say, mark

MOST_MINOR = 2**53
REQUIRED = mark("Fill this in.")


class Form:
    """A form's values by field name; reading one that is wrong notes an error and goes on."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self.values = dict(values or {})
        self.errors: dict[str, str | Say] = {}

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
        try:
            value = parse_decimal(typed, locale=locale, strict=True)
        except NumberFormatError:
            try:
                value = Decimal(typed)
            except InvalidOperation:
                value = Decimal("NaN")
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
