"""What a won line earns: by which terms and row, rounded how (MONEY 9, 13, 15)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from attribution.domain.commission import Base, allocate, exact_commission, half_even, matching_rate
from attribution.domain.contest import Contest
from attribution.domain.decisions import DecidedLine, Part, Reason, TouchKind
from attribution.domain.facts import Terms
from attribution.domain.orders import Sale
from attribution.domain.refunds import TakenBack, taken_of
from attribution.domain.touches import Touch, TouchKey
from contracts.campaigns import Plan, Rate

WHOLE = Fraction(1)


@dataclass(frozen=True, slots=True)
class _Earning:
    """What a won line earns before rounding, by which row of which terms."""

    terms: Terms
    rate: Rate | None
    exact: Fraction
    reason: Reason | None


def _earning(terms: Terms, base: Base, sale: Sale) -> _Earning:
    """By the first row that matches; an unknown customer matches no row that asks for one (MONEY 13)."""
    if base.line.gift_card:
        return _Earning(terms, None, Fraction(0), Reason.GIFT_CARD)
    rate = matching_rate(terms.rates, base.line, sale.customer) if terms.covers(base.line.product) else None
    if rate is None:
        return _Earning(terms, None, Fraction(0), Reason.NO_RATE)
    if rate.plan is Plan.FIXED and (rate.per_unit is None or rate.per_unit.currency != sale.currency):
        return _Earning(terms, rate, Fraction(0), Reason.NO_FIXING)
    exact = exact_commission(rate, base)
    if exact:
        return _Earning(terms, rate, exact, None)
    of_nothing = base.line.quantity == 0 if rate.plan is Plan.FIXED else base.amount == 0
    return _Earning(terms, rate, exact, Reason.BASE_IS_ZERO if of_nothing else Reason.RATE_IS_ZERO)


def paying_terms(
    contests: Sequence[Contest], all_bases: Sequence[Base], touches: Iterable[Touch], sale: Sale
) -> dict[TouchKey, Terms]:
    """The terms that pay each winning touch, by its key: its own in general.

    Where a code and a click are of one collaboration, the version that brings the creator more over the lines that the
    touch won (MONEY, reading 9).
    """
    won: dict[TouchKey, list[Base]] = {}
    winners: dict[TouchKey, Touch] = {}
    for base, result in zip(all_bases, contests, strict=True):
        if result.winner is not None:
            won.setdefault(result.winner.key, []).append(base)
            winners[result.winner.key] = result.winner
    paying = {key: touch.terms for key, touch in winners.items()}
    others = _by_collaboration(touches)
    for key, touch in winners.items():
        other_kind = TouchKind.CLICK if touch.kind is TouchKind.CODE else TouchKind.CODE
        other = others.get((touch.collaboration, other_kind))
        if other is not None and other.terms.number != touch.terms.number:
            paying[key] = _better(touch.terms, other.terms, won[key], sale)
    return paying


def _better(own: Terms, other: Terms, won: Iterable[Base], sale: Sale) -> Terms:
    """The version that pays more for these lines, then the one payable sooner, then the touch's own."""
    lines = list(won)

    def worth(terms: Terms) -> tuple[Fraction, int]:
        return sum((_earning(terms, base, sale).exact for base in lines), Fraction(0)), -terms.hold_days

    return other if worth(other) > worth(own) else own


def _by_collaboration(touches: Iterable[Touch]) -> dict[tuple[str, TouchKind], Touch]:
    """The latest click, and a code, of each collaboration: all its codes have the terms of the order's time."""
    best: dict[tuple[str, TouchKind], Touch] = {}
    for touch in touches:
        key = (touch.collaboration, touch.kind)
        known = best.get(key)
        if known is None or (touch.clicked_ms, touch.id) > (known.clicked_ms, known.id):
            best[key] = touch
    return best


def credited_lines(
    all_bases: Sequence[Base],
    contests: Sequence[Contest],
    back: Sequence[TakenBack],
    paying: dict[TouchKey, Terms],
    sale: Sale,
) -> tuple[DecidedLine, ...]:
    """Each line with its part; a creator's exact sum over the order is rounded once and spread (MONEY 15)."""
    earnings: list[tuple[Touch, _Earning] | None] = []
    by_creator: dict[str, list[int]] = {}
    for at, (base, result) in enumerate(zip(all_bases, contests, strict=True)):
        if result.winner is None:
            earnings.append(None)
            continue
        earnings.append((result.winner, _earning(paying[result.winner.key], base, sale)))
        by_creator.setdefault(result.winner.creator, []).append(at)
    granted = [0] * len(all_bases)
    for places in by_creator.values():
        exact = [earned[1].exact for at in places if (earned := earnings[at]) is not None]
        total = half_even(sum(exact[1:], exact[0]))
        for at, amount in zip(places, allocate(total, exact), strict=True):
            granted[at] = amount
    return tuple(
        DecidedLine(
            base.line.line,
            base.line.product,
            base.line.quantity,
            base.amount,
            gone.amount,
            gone.units,
            () if earned is None else (_part(*earned, amount, base, gone),),
            Reason.NO_TOUCH if earned is None else None,
            base.line.unit_price,
            base.value,
            sum(discount.amount for discount in base.discounts),
            base.tax_included,
        )
        for base, gone, earned, amount in zip(all_bases, back, earnings, granted, strict=True)
    )


def _part(touch: Touch, earned: _Earning, granted: int, base: Base, gone: TakenBack) -> Part:
    rate = earned.rate
    return Part(
        touch=touch.id,
        creator=touch.creator,
        collaboration=touch.collaboration,
        campaign=touch.campaign,
        terms=earned.terms.number,
        plan=None if rate is None else rate.plan,
        basis_points=None if rate is None else rate.basis_points,
        per_unit=None if rate is None else rate.per_unit,
        weight=WHOLE,
        exact=earned.exact,
        granted=granted,
        taken=taken_of(granted, base, gone),
        hold_days=earned.terms.hold_days,
        reason=Reason.ROUNDED_TO_ZERO if earned.exact and not granted else earned.reason,
    )
