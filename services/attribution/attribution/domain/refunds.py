"""What refunds, removed units and cancellations take back (MONEY 17, 18)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction

from attribution.domain.commission import Base, half_even, spread
from attribution.domain.instants import DAY_S, seconds
from attribution.domain.orders import Order, Sale
from attribution.domain.values import frozen
from contracts.stores import Refund

REFUND_DAYS = 180
NONE = Fraction(0)


@frozen
class TakenBack:
    """What went back of a line: exact minor units, at most its base; and units, at most its quantity."""

    amount: Fraction
    units: int


def taken_back(order: Order, sale: Sale, all_bases: Sequence[Base]) -> tuple[TakenBack, ...]:
    """What each line's refunds and removals add up to, amount-only refunds spread over what remains of the bases."""
    if order.all_back:
        if _in_time(order.all_back_at, sale.paid_at):
            return tuple(TakenBack(Fraction(base.amount), base.line.quantity) for base in all_bases)
        return tuple(TakenBack(NONE, 0) for _ in all_bases)
    if not order.refunds and all(
        base.line.current_quantity is None or base.line.current_quantity >= base.line.quantity for base in all_bases
    ):
        return tuple(TakenBack(NONE, 0) for _ in all_bases)
    in_time = [refund for refund in order.refunds if _in_time(refund.at, sale.paid_at)]
    named_ever = _units(order.refunds)
    named = _units(in_time)
    amounts = _amounts(in_time)
    refunded: list[Fraction] = []
    units: list[int] = []
    removals = NONE
    line_ids: set[str] = set()
    for base in all_bases:
        line = base.line
        # Refunds name lines by id: of two lines that a broken source gives one id, the first takes what names it.
        again = line.line in line_ids
        line_ids.add(line.line)
        quantity = line.quantity
        gone = 0 if line.current_quantity is None else max(quantity - line.current_quantity, 0)
        unnamed = max(gone - (0 if again else named_ever.get(line.line, 0)), 0)
        removed = Fraction(base.amount * unnamed, quantity) if unnamed else NONE
        removals += removed
        refunded.append(min((0 if again else amounts.get(line.line, 0)) + removed, Fraction(base.amount)))
        units.append(min((0 if again else named.get(line.line, 0)) + unnamed, quantity))
    rest = max(_amount_only(in_time, all_bases) - removals, NONE)
    if rest:
        remaining = [base.amount - amount for base, amount in zip(all_bases, refunded, strict=True)]
        whole = sum(remaining, NONE)
        if whole:
            part = min(rest / whole, Fraction(1))
            refunded = [amount + left * part for amount, left in zip(refunded, remaining, strict=True)]
    return tuple(TakenBack(amount, unit) for amount, unit in zip(refunded, units, strict=True))


def taken_of(granted: int, base: Base, back: TakenBack) -> int:
    """What is taken back of `granted`, in minor units: half-even in proportion to the base, all of it for all of that.

    A base of 0 (a fixed commission on something free) goes back by units.
    """
    if not back.units and not back.amount:
        return 0
    if base.amount:
        return half_even(granted * back.amount / base.amount)
    if base.line.quantity and back.units:
        return half_even(Fraction(granted * back.units, base.line.quantity))
    return 0


def taken_of_parts(granted: Sequence[int], base: Base, back: TakenBack) -> list[int]:
    """What is taken back of several parts of one line that one plan pays to one creator (MONEY, reading 17).

    Their sum's take-back is reckoned and rounded once, then spread over them in proportion, so none loses more than it
    was given.
    """
    if not back.units and not back.amount:
        return [0] * len(granted)
    return spread(taken_of(sum(granted), base, back), granted)


def _in_time(at: datetime | None, paid_at: datetime | None) -> bool:
    """None later than 180 days after payment; what nobody dates counts."""
    if at is None or paid_at is None:
        return True
    return seconds(at) - seconds(paid_at) <= REFUND_DAYS * DAY_S


def _units(refunds: Iterable[Refund]) -> dict[str, int]:
    units: dict[str, int] = {}
    for refund in refunds:
        for line in refund.lines:
            units[line.line] = units.get(line.line, 0) + line.quantity
    return units


def _amounts(refunds: Iterable[Refund]) -> dict[str, int]:
    amounts: dict[str, int] = {}
    for refund in refunds:
        for line in refund.lines:
            amounts[line.line] = amounts.get(line.line, 0) + line.amount
    return amounts


def _amount_only(refunds: Iterable[Refund], all_bases: Sequence[Base]) -> Fraction:
    """What went back beyond refund lines, without its tax: such an amount includes tax as the whole order does."""
    amount = sum(refund.amount or 0 for refund in refunds)
    base = sum(base.amount for base in all_bases)
    gross = base + sum(base.line.tax for base in all_bases if not base.line.gift_card)
    return Fraction(amount * base, gross) if gross else NONE
