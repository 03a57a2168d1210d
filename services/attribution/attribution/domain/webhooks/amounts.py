"""Decimal amounts as stores write them, made into minor units (MONEY 15: the exponent is ISO 4217's)."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Self

import iso4217

from contracts.money import INT64_MAX

_PLAIN = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?")
_DIGITS = 40
_WIDE = Context(prec=2 * _DIGITS)
_NOISE = Decimal("1e-9")


class AmountError(ValueError):
    """What was sent can't be an amount of that currency."""


@dataclass(frozen=True)
class Currency:
    """A currency that has minor units.

    `rounds` says what to do with more decimals than it has: round half-even (WooCommerce, where a shop may calculate
    with more decimals than it charges), or refuse (Shopify, which never sends more).
    """

    code: str
    exponent: int
    rounds: bool = False

    @classmethod
    def of(cls, code: object, *, rounds: bool = False) -> Self:
        """The currency of an ISO 4217 code; raises AmountError for others, and for those without minor units (XAU)."""
        if not isinstance(code, str):
            raise AmountError("not an ISO 4217 currency code")
        try:
            exponent = iso4217.Currency(code).exponent
        except ValueError:
            exponent = None
        if exponent is None:
            raise AmountError("not an ISO 4217 currency with minor units")
        return cls(code, int(exponent), rounds)

    def minor_units(self, value: object) -> int:
        """The amount in minor units, of either sign: a plain decimal string, an int, or a Decimal from a JSON number.

        Digits far behind the point of a JSON number are the noise of its sender's binary floats. Raises AmountError.
        """
        scaled = _exact(value).scaleb(self.exponent, _WIDE)
        if isinstance(value, Decimal):
            scaled = scaled.quantize(_NOISE, ROUND_HALF_EVEN, _WIDE)
        whole = scaled.quantize(Decimal(1), ROUND_HALF_EVEN, _WIDE)
        if whole != scaled and not self.rounds:
            raise AmountError(f"more than the {self.exponent} decimals of {self.code}")
        if abs(whole) > INT64_MAX:
            raise AmountError("an amount beyond 64 bits")
        return int(whole)


def _exact(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise AmountError("not an amount")
    if isinstance(value, str) and not _PLAIN.fullmatch(value):
        raise AmountError("not a plain decimal number")
    number = Decimal(value)
    if not number.is_finite() or len(number.as_tuple().digits) > _DIGITS:
        raise AmountError("not an amount")
    if number and number.adjusted() > _DIGITS // 2:
        raise AmountError("an amount beyond 64 bits")
    return number if number.adjusted() > -_DIGITS // 2 else Decimal(0)
