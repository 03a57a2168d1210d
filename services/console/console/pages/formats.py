"""Numbers, money and times as a person reads them: in their locale and their zone."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_precision,
)
from babel.units import format_unit
from markupsafe import Markup

from contracts.money import Money

BASIS = 10_000
UNIT = 1000
"""Of bytes, as browsers and phones count them."""
MILLION = 10**6


class Formats:
    """One person's formats. `now` is the page's moment."""

    def __init__(self, locale: Locale, zone: str, now: datetime) -> None:
        self.locale = locale
        self.zone = ZoneInfo(zone)
        self.now = now

    def number(self, value: float | Decimal) -> str:
        """A number with the locale's separators."""
        return format_decimal(value, locale=self.locale)

    def compact(self, value: int) -> str:
        """A large number with three digits or so, such as 1.24M."""
        places = 2 if value >= MILLION else 1
        return format_compact_decimal(value, locale=self.locale, fraction_digits=places)

    def country(self, code: str) -> str:
        """A country's name; its code where the locale has none."""
        return str(self.locale.territories.get(code, code))

    def tongue(self, code: str) -> str:
        """A language's name; its code where the locale has none."""
        return str(self.locale.languages.get(code, code))

    def span(self, seconds: int) -> str:
        """A length of time in its largest unit."""
        return format_timedelta(timedelta(seconds=seconds), locale=self.locale)

    def minor(self, amount: int, currency: str, *, sign: bool = False) -> str:
        """An amount in minor units with its currency; `sign` says a plus, too. The minus is a real one."""
        text = format_currency(
            Decimal(abs(amount)).scaleb(-get_currency_precision(currency)), currency, locale=self.locale
        )
        mark = "\N{MINUS SIGN}" if amount < 0 else "+" if sign and amount > 0 else ""
        return mark + text

    def typed(self, amount: int, currency: str) -> str:
        """An amount in minor units as a field holds it: in major ones, without the currency."""
        return self.number(Decimal(amount).scaleb(-get_currency_precision(currency)))

    def typed_rate(self, basis_points: int) -> str:
        """A share in basis points as a field of percent holds it."""
        return self.number(Decimal(basis_points) / 100)

    def typed_day(self, at: datetime) -> str:
        """The date in the person's zone as a field of a date holds it."""
        return at.astimezone(self.zone).date().isoformat()

    def money(self, money: Money | None, *, sign: bool = False) -> str:
        """An amount; a dash for none."""
        return "\N{EN DASH}" if money is None else self.minor(money.amount, money.currency, sign=sign)

    def moneys(self, amounts: Sequence[Money], currency: str = "") -> list[str]:
        """Amounts in several currencies, the nonzero ones; one zero in `currency` where there is nothing else."""
        shown = [self.money(amount) for amount in amounts if amount.amount or len(amounts) == 1]
        return shown or [self.minor(0, currency) if currency else "\N{EN DASH}"]

    def fraction(self, exact: str, currency: str) -> str:
        """An exact amount, a fraction of minor units as text, to four places beyond the minor unit."""
        value = Fraction(exact)
        places = get_currency_precision(currency)
        major = Decimal(value.numerator) / Decimal(value.denominator)
        pattern = "#,##0." + "0" * places + "####" if places else "#,##0.####"
        return format_decimal(major.scaleb(-places), format=pattern, locale=self.locale)

    def rate(self, basis_points: int) -> str:
        """A share in basis points as a percentage."""
        return format_percent(Decimal(basis_points) / BASIS, format="#,##0.##%", locale=self.locale)

    def change(self, basis_points: int) -> str:
        """By how much something changed, with its sign; the minus is a real one."""
        mark = "\N{MINUS SIGN}" if basis_points < 0 else "+" if basis_points > 0 else ""
        return mark + self.rate(abs(basis_points))

    def weight(self, exact: str) -> str:
        """An exact part of a whole, such as "2/5", as a percentage with at most two places."""
        part = Fraction(exact)
        return format_percent(Decimal(part.numerator) / part.denominator, format="#,##0.##%", locale=self.locale)

    def size(self, size: int) -> str:
        """Bytes as people read the size of a file."""
        value, unit = float(size), "byte"
        for larger in ("kilobyte", "megabyte", "gigabyte"):
            if value < UNIT:
                break
            value, unit = value / UNIT, larger
        shown = round(value, 1) if unit != "byte" else size
        return format_unit(shown, f"digital-{unit}", length="short", locale=self.locale)

    def share(self, part: int, whole: int) -> str:
        """`part` of `whole` as a percentage with one place; a dash without a whole."""
        return "\N{EN DASH}" if not whole else format_percent(part / whole, format="#,##0.#%", locale=self.locale)

    def day(self, at: datetime) -> str:
        """The date in the person's zone."""
        return format_date(at.astimezone(self.zone), format="medium", locale=self.locale)

    def iso_day(self, text: str) -> str:
        """A day that stands as an ISO date: it has no zone."""
        return format_date(date.fromisoformat(text), format="medium", locale=self.locale)

    def exact(self, at: datetime) -> str:
        """Date, time and zone."""
        local = at.astimezone(self.zone)
        return f"{format_datetime(local, format='medium', tzinfo=self.zone, locale=self.locale)} {local.tzname()}"

    def when(self, at: datetime | None) -> Markup:
        """Relative to now, the exact time as its title; after 30 days the date. A dash for none."""
        if at is None:
            return Markup("\N{EN DASH}")
        gap = at - self.now
        near = abs(gap) < timedelta(days=30)
        text = format_timedelta(gap, add_direction=True, locale=self.locale) if near else self.day(at)
        return self._time(at, text)

    def date(self, at: datetime | None) -> Markup:
        """The date, the exact time as its title; a dash for none."""
        return Markup("\N{EN DASH}") if at is None else self._time(at, self.day(at))

    def moment(self, at: datetime | None) -> Markup:
        """Date and time to the minute; a dash for none."""
        if at is None:
            return Markup("\N{EN DASH}")
        local = at.astimezone(self.zone)
        clock = format_time(local, format="short", tzinfo=self.zone, locale=self.locale)
        return self._time(at, f"{self.day(at)}, {clock}")

    def _time(self, at: datetime, text: str) -> Markup:
        stamp = at.isoformat(timespec="seconds").replace("+00:00", "Z")
        return Markup('<time datetime="{}" title="{}">{}</time>').format(stamp, self.exact(at), text)
