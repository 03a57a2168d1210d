"""How much: the base of a line, its rate, and rounding (MONEY 12, 13, 15)."""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

import iso4217

from attribution.domain.orders import Sale
from attribution.domain.values import frozen
from contracts.campaigns import CustomerKind, Rate
from contracts.stores import Discount, OrderLine

EXPONENTS: Mapping[str, int] = {
    currency.code: currency.exponent for currency in iso4217.Currency if currency.exponent is not None
}
"""Digits of the minor unit by ISO 4217 code (JPY 0, KWD 3, UYW 4); codes that nobody can pay in have none."""

BASIS = 10_000


def half_even(amount: Fraction | int) -> int:
    """To the nearest minor unit, a half to the even one."""
    return round(amount)


def allocate(exact: Sequence[Fraction]) -> list[int]:
    """The sum of the exact parts, rounded half-even, in whole parts by largest remainder, the first on ties.

    The whole parts sum to that rounded sum.
    """
    if len(exact) == 1:
        return [half_even(exact[0])]
    # In whole numbers of one common denominator: adding and comparing fractions costs a multiple.
    scale = math.lcm(*(part.denominator for part in exact))
    scaled = [part.numerator * (scale // part.denominator) for part in exact]
    parts = [amount // scale for amount in scaled]
    missing = _half_even(sum(scaled), scale) - sum(parts)
    if missing:
        by_remainder = sorted(range(len(parts)), key=lambda at: (-(scaled[at] % scale), at))
        for at in by_remainder[:missing]:
            parts[at] += 1
    return parts


def _half_even(amount: int, scale: int) -> int:
    """`amount` / `scale`, rounded as `half_even` does."""
    whole, rest = divmod(amount, scale)
    return whole + (2 * rest > scale or (2 * rest == scale and whole % 2 == 1))


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in whole parts as the weights have it (MONEY 12); all zeros where the weights are."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    return allocate([Fraction(total * weight, whole) for weight in weights])


@frozen
class Base:
    """A line's base in minor units, without tax (MONEY 12), its tax, and every discount on it, spread ones included."""

    line: OrderLine
    amount: int
    discounts: tuple[Discount, ...]
    value: int
    tax_included: int


def bases(sale: Sale) -> tuple[Base, ...]:
    """The base of each line: price x quantity, less all its discounts, less tax where prices include it; never below 0.

    A discount that the source did not allocate spreads over the product lines by price x quantity less their own
    discounts. A gift card sold has a base of 0.
    """
    own = [line_value(line) - sum(discount.amount for discount in line.discounts) for line in sale.lines]
    discounts = [line.discounts for line in sale.lines]
    if sale.discounts:
        weights = [0 if line.gift_card else max(value, 0) for line, value in zip(sale.lines, own, strict=True)]
        for discount in sale.discounts:
            for at, amount in enumerate(spread(discount.amount, weights)):
                if amount:
                    own[at] -= amount
                    discounts[at] = (*discounts[at], Discount(code=discount.code, amount=amount))
    return tuple(
        Base(
            line,
            0 if line.gift_card else max(value - (line.tax if sale.prices_include_tax else 0), 0),
            discount,
            line_value(line),
            line.tax if sale.prices_include_tax else 0,
        )
        for line, value, discount in zip(sale.lines, own, discounts, strict=True)
    )


def line_value(line: OrderLine) -> int:
    """Price x quantity, or the sum that the source gives in its place, in minor units; no units are worth nothing."""
    return line.unit_price * line.quantity if line.subtotal is None or not line.quantity else line.subtotal


def matching_rate(rates: Sequence[Rate], line: OrderLine, customer: CustomerKind | None) -> Rate | None:
    """The first row that matches the line (MONEY 13); an unknown customer (None) matches no row that asks for one."""
    for rate in rates:
        if rate.product is not None and rate.product != line.product:
            continue
        if rate.collection is not None and rate.collection not in line.collections:
            continue
        if rate.customer is not None and rate.customer is not customer:
            continue
        return rate
    return None


def exact_percentage(rate: Rate, base: Base) -> Fraction:
    """What a percentage pays for a line before rounding, in minor units of the order's currency."""
    return Fraction((rate.basis_points or 0) * base.amount, BASIS)


def operator_share(commission: int, basis_points: int) -> int:
    """The operator's share of an order's commission, half-even, in minor units (A8)."""
    return half_even(Fraction(commission * basis_points, BASIS)) if basis_points else 0
