"""What a won line earns: by which terms and row, rounded how (MONEY 7, 9, 13, 15)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from attribution.domain.commission import Base, allocate, exact_percentage, matching_rate
from attribution.domain.contest import WHOLE, Contest
from attribution.domain.decisions import Conversion, DecidedLine, Part, Reason, TouchKind
from attribution.domain.exchange import Exchange
from attribution.domain.facts import Terms
from attribution.domain.orders import Sale
from attribution.domain.refunds import TakenBack, taken_of, taken_of_parts
from attribution.domain.touches import Touch, TouchKey
from attribution.domain.values import frozen
from contracts.campaigns import Plan, Rate

NOTHING = Fraction(0)


@frozen
class _Earning:
    """What a whole line earns before rounding, by which row of which terms, and by which conversion if any."""

    terms: Terms
    rate: Rate | None
    exact: Fraction
    reason: Reason | None
    conversion: Conversion | None = None


def _earning(terms: Terms, base: Base, sale: Sale, exchange: Exchange) -> _Earning:
    """By the first row that matches; an unknown customer matches no row that asks for one (MONEY 13)."""
    if base.line.gift_card:
        return _Earning(terms, None, NOTHING, Reason.GIFT_CARD)
    rate = matching_rate(terms.rates, base.line, sale.customer) if terms.covers(base.line.product) else None
    if rate is None:
        return _Earning(terms, None, NOTHING, Reason.NO_RATE)
    conversion: Conversion | None = None
    if rate.plan is Plan.FIXED and rate.per_unit is not None:
        converted = exchange.converted(rate.per_unit)
        if converted is None:
            return _Earning(terms, rate, NOTHING, Reason.NO_FIXING)
        per_unit, conversion = converted
        exact = per_unit * base.line.quantity
    else:
        exact = exact_percentage(rate, base)
    if exact:
        return _Earning(terms, rate, exact, None, conversion)
    of_nothing = base.line.quantity == 0 if rate.plan is Plan.FIXED else base.amount == 0
    return _Earning(terms, rate, exact, Reason.BASE_IS_ZERO if of_nothing else Reason.RATE_IS_ZERO, conversion)


def paying_terms(
    contests: Sequence[Contest],
    all_bases: Sequence[Base],
    codes: Sequence[Touch],
    clicks: Sequence[Touch],
    sale: Sale,
    exchange: Exchange,
) -> dict[TouchKey, Terms]:
    """The terms that pay winners by another version than `Touch.pays`, by the touch's key.

    Where a code and a click are of one collaboration, the version that brings the creator more over the lines that the
    touch won (MONEY, reading 9).
    """
    if not codes or not clicks:
        return {}
    won: dict[TouchKey, list[tuple[Base, Fraction]]] = {}
    winners: dict[TouchKey, Touch] = {}
    for base, result in zip(all_bases, contests, strict=True):
        for touch, weight in result.won:
            won.setdefault(touch.key, []).append((base, weight))
            winners[touch.key] = touch
    paying: dict[TouchKey, Terms] = {}
    for key, touch in winners.items():
        others = clicks if touch.kind is TouchKind.CODE else codes
        versions = {other.pays.number: other.pays for other in others if other.collaboration == touch.collaboration}
        for number in sorted(versions):
            own = paying.get(key, touch.pays)
            if number != own.number:
                paying[key] = _better(own, versions[number], won[key], sale, exchange)
    return paying


def _better(own: Terms, other: Terms, won: Iterable[tuple[Base, Fraction]], sale: Sale, exchange: Exchange) -> Terms:
    """The version that pays more for these parts of lines, then the one payable sooner, then the touch's own."""
    lines = list(won)

    def worth(terms: Terms) -> tuple[Fraction, int]:
        earned = sum((_earning(terms, base, sale, exchange).exact * weight for base, weight in lines), NOTHING)
        return earned, -terms.hold_days

    return other if worth(other) > worth(own) else own


@dataclass(slots=True)
class _Claim:
    """One touch's part of one line, and what it is given of its creator's rounded sum."""

    touch: Touch
    weight: Fraction
    earned: _Earning
    exact: Fraction
    granted: int = 0


def credited_lines(
    all_bases: Sequence[Base],
    contests: Sequence[Contest],
    back: Sequence[TakenBack],
    paying: Mapping[TouchKey, Terms],
    sale: Sale,
    exchange: Exchange,
) -> tuple[DecidedLine, ...]:
    """Each line with its parts, the earlier touch first; a creator's exact sum is rounded once (MONEY 15).

    Each share is paid by its own touch's plan (MONEY 7). The rounded sum is spread by largest remainder: first line,
    then earlier touch.
    """
    by_line: list[list[_Claim]] = []
    by_creator: dict[str, list[_Claim]] = {}
    for base, result in zip(all_bases, contests, strict=True):
        claims = []
        for touch, weight in result.won:
            earned = _earning(paying.get(touch.key, touch.pays) if paying else touch.pays, base, sale, exchange)
            exact = earned.exact if weight is WHOLE else earned.exact * weight
            claims.append(claim := _Claim(touch, weight, earned, exact))
            by_creator.setdefault(touch.creator, []).append(claim)
        by_line.append(claims)
    for claims in by_creator.values():
        parts = [claim.exact for claim in claims]
        for claim, amount in zip(claims, allocate(parts), strict=True):
            claim.granted = amount
    return tuple(
        DecidedLine(
            base.line.line,
            base.line.product,
            base.line.quantity,
            base.amount,
            gone.amount,
            gone.units,
            _parts(claims, base, gone),
            None if claims else Reason.NO_TOUCH,
            base.line.unit_price,
            base.value,
            sum(discount.amount for discount in base.discounts) if base.discounts else 0,
            base.tax_included,
        )
        for base, gone, claims in zip(all_bases, back, by_line, strict=True)
    )


def _parts(claims: Sequence[_Claim], base: Base, gone: TakenBack) -> tuple[Part, ...]:
    """A line's parts; what is taken back is reckoned once per creator and plan, then spread (MONEY, reading 17)."""
    if len(claims) == 1:
        return (_part(claims[0], taken_of(claims[0].granted, base, gone)),)
    plans: dict[tuple[str, str, int], list[int]] = {}
    for place, claim in enumerate(claims):
        plan = (claim.touch.creator, claim.touch.collaboration, claim.earned.terms.number)
        plans.setdefault(plan, []).append(place)
    taken = [0] * len(claims)
    for places in plans.values():
        of_plan = taken_of_parts([claims[place].granted for place in places], base, gone)
        for place, amount in zip(places, of_plan, strict=True):
            taken[place] = amount
    return tuple(_part(claim, amount) for claim, amount in zip(claims, taken, strict=True))


def _part(claim: _Claim, taken: int) -> Part:
    touch, earned, rate = claim.touch, claim.earned, claim.earned.rate
    return Part(
        touch=touch.id,
        creator=touch.creator,
        collaboration=touch.collaboration,
        campaign=touch.campaign,
        terms=earned.terms.number,
        plan=None if rate is None else rate.plan,
        basis_points=None if rate is None else rate.basis_points,
        per_unit=None if rate is None else rate.per_unit,
        weight=claim.weight,
        exact=claim.exact,
        granted=claim.granted,
        taken=taken,
        hold_days=earned.terms.hold_days,
        reason=Reason.ROUNDED_TO_ZERO if claim.exact and not claim.granted else earned.reason,
        conversion=earned.conversion,
        by_month=earned.terms.by_month,
        by_default=bool(earned.terms.tiers) and rate is not None and rate.is_default,
    )
