"""Fixed amounts into the order's currency, at the ECB's last fixing before its UTC date (MONEY 16)."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from fractions import Fraction

from attribution.domain.commission import EXPONENTS
from attribution.domain.decisions import Conversion
from attribution.domain.facts import Fixing, Ref
from attribution.domain.values import frozen
from contracts.money import Money

EURO = "EUR"
ECB = "ECB"
"""The source of every fixing: the European Central Bank's euro foreign exchange reference rates."""

NONE_THAT_DAY = frozenset({"", "N/A"})
_RATE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")
_CURRENCY = re.compile(r"[A-Z]{3}")


class Exchange:
    """Converts into one order's currency, and keeps in mind which fixings it was asked for, present or absent.

    A day's fixing is one list: a currency that the last list before the order lacks has no fixing, however it was
    quoted years ago.
    """

    __slots__ = ("_before", "_currency", "_fixings", "_placed_at", "asked")

    def __init__(self, currency: str, placed_at: datetime, fixings: Mapping[tuple[str, str], Fixing]) -> None:
        self._currency = currency
        self._placed_at = placed_at
        self._fixings = fixings
        self._before = ""
        self.asked: dict[str, Fixing | None] = {}

    def converted(self, money: Money) -> tuple[Fraction, Conversion | None] | None:
        """The amount in minor units of the order's currency, exact, and by what; None while there is no fixing."""
        if money.currency == self._currency:
            return Fraction(money.amount), None
        conversion = self._conversion(money.currency)
        if conversion is None:
            return None
        minor = Fraction(10) ** (EXPONENTS[self._currency] - EXPONENTS[money.currency])
        return money.amount * conversion.rate * minor, conversion

    @property
    def refs(self) -> list[Ref]:
        """The fixings that were asked for, as a decision names them."""
        return [
            Ref(fixing_key(self._before, currency), 0 if fixing is None else fixing.revision)
            for currency, fixing in self.asked.items()
        ]

    def _conversion(self, currency: str) -> Conversion | None:
        if currency not in EXPONENTS or self._currency not in EXPONENTS:
            return None
        own, others = self._fixing(currency), self._fixing(self._currency)
        if currency == EURO and others is not None:
            return Conversion(currency, others.day, "1", others.rate, ECB)
        if self._currency == EURO and own is not None:
            return Conversion(currency, own.day, own.rate, "1", ECB)
        if own is None or others is None or own.day != others.day:
            return None
        return Conversion(currency, own.day, own.rate, others.rate, ECB)

    def _fixing(self, currency: str) -> Fixing | None:
        if currency == EURO:
            return None
        self._before = self._before or self._placed_at.date().isoformat()
        if currency not in self.asked:
            self.asked[currency] = self._fixings.get((currency, self._before))
        return self.asked[currency]


def fixing_key(before: str, currency: str) -> str:
    """How decisions name a fixing: the day first, so that what a new day changes lies together."""
    return f"fixing:{before}:{currency}"


@frozen
class FixingDay:
    """One day's list: what one euro cost in each currency, as the texts that the ECB gave."""

    day: date
    rates: Mapping[str, str]


class NotFixings(ValueError):
    """The file is not one of the ECB's; says in which line."""


def fixings_in(lines: Iterable[str]) -> Iterator[FixingDay]:
    """The days of a file as the ECB publishes it, with the whole history or one day: a header of currencies, then days.

    Raises `NotFixings` at the first line that is no such thing: a rate that was misread would be paid by.
    """
    rows = csv.reader(lines, skipinitialspace=True)
    header = [name.strip() for name in next(rows, [])]
    if header[:1] != ["Date"]:
        raise NotFixings("line 1: the first column should be Date")
    currencies = header[1:]
    for currency in currencies:
        if currency and not _CURRENCY.fullmatch(currency):
            raise NotFixings(f"line 1: {currency!r} is no currency")
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        yield FixingDay(_day(row[0].strip(), number), dict(_rates(currencies, row[1:], number)))


def _rates(currencies: Iterable[str], cells: Iterable[str], number: int) -> Iterator[tuple[str, str]]:
    for currency, cell in zip(currencies, cells, strict=False):
        rate = cell.strip()
        if not currency or rate in NONE_THAT_DAY:
            continue
        if not _RATE.fullmatch(rate) or not Fraction(rate):
            raise NotFixings(f"line {number}: {rate!r} is no rate of {currency}")
        yield currency, rate


def _day(text: str, number: int) -> date:
    for form in ("%Y-%m-%d", "%d %B %Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day of the ECB's calendar, no instant
        except ValueError:
            continue
    raise NotFixings(f"line {number}: {text!r} is no day")
