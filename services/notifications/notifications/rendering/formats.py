"""Amounts, shares and instants as the recipient reads them."""

import copy
import re
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import iso4217
from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal, format_percent

from contracts.money import BasisPoints, Money

_TOUCHING = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
"""Where a currency's letters touch its figures; CLDR puts a space there, Babel does not."""


class Formats:
    """One recipient's way of writing figures; templates know it as `f`."""

    def __init__(self, locale: Locale, zone: str) -> None:
        self.locale = locale
        self.zone = zone
        self._tz = ZoneInfo(zone)

    def money(self, money: Money) -> str:
        """Minor units by ISO 4217's exponent, not by the locale's habits: JPY 0, KWD 3 digits (MONEY 15)."""
        digits = iso4217.Currency(money.currency).exponent or 0
        pattern = copy.copy(self.locale.currency_formats["standard"])
        pattern.frac_prec = (digits, digits)
        amount = Decimal(money.amount).scaleb(-digits)
        shown = str(pattern.apply(amount, self.locale, currency=money.currency, currency_digits=False))
        return _TOUCHING.sub("\xa0", shown)

    def percent(self, basis_points: BasisPoints) -> str:
        """1250 -> 12.5%."""
        return format_percent(Decimal(basis_points) / 10_000, format="#,##0.##%", locale=self.locale)

    def number(self, number: int) -> str:
        """A count."""
        return format_decimal(number, locale=self.locale)

    def day(self, at: datetime) -> str:
        """The weekday and date in the recipient's zone."""
        return format_date(at.astimezone(self._tz).date(), format="full", locale=self.locale)

    def time(self, at: datetime) -> str:
        """The time of day in the recipient's zone."""
        return format_time(at, format="short", tzinfo=self._tz, locale=self.locale)

    @property
    def zone_name(self) -> str:
        """The zone as a person reads it."""
        return self.zone.replace("_", " ")
