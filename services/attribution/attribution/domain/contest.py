"""Who wins a line, and which part of it: codes and clicks by precedence, clicks by the model (MONEY 7, 8, 9)."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from attribution.domain.commission import Base
from attribution.domain.decisions import Verdict
from attribution.domain.facts import Model, Policy, Precedence
from attribution.domain.touches import Touch, normal_code
from attribution.domain.values import frozen

WHOLE = Fraction(1)
HALF = Fraction(1, 2)
END = Fraction(2, 5)
MIDDLE = Fraction(1, 5)

Won = tuple[tuple[Touch, Fraction], ...]
Lost = tuple[tuple[Touch, Verdict], ...]


@frozen
class Contest:
    """The winners of a line, each with its weight, the earlier touch first; and for each touch that lost to them, why.

    A touch that does not cover the line is in neither. The weights sum to exactly 1 (I5). No winner if none covers it.
    """

    won: Won
    lost: Lost

    @property
    def winner(self) -> Touch | None:
        """The touch with the greatest part, the earlier of equals: to whom others lost."""
        return max(self.won, key=lambda part: part[1])[0] if self.won else None


NOBODY = Contest((), ())


def contest(base: Base, clicks: Sequence[Touch], codes: Sequence[Touch], policy: Policy) -> Contest:
    """Contest one line among the touches whose terms cover its product, by the brand's policy.

    A code that wins gets all of the line; clicks share it as the model says. `clicks` from the earliest to the latest,
    as `in_time` has them.
    """
    if not clicks and not codes:
        return NOBODY
    product = base.line.product
    fitting_clicks = [touch for touch in clicks if touch.terms.covers(product)]
    fitting_codes = [touch for touch in codes if touch.terms.covers(product)]
    if not fitting_codes:
        won, lost = _by_model(fitting_clicks, policy.model)
    elif not fitting_clicks:
        won, lost = _best_code(base, fitting_codes)
    elif policy.precedence is Precedence.COUPON_FIRST:
        won, lost = _best_code(base, fitting_codes)
        lost = (*lost, *_all_lost(fitting_clicks, Verdict.CODE_WENT_FIRST))
    else:
        won, lost = _by_model(fitting_clicks, policy.model)
        lost = (*_all_lost(fitting_codes, Verdict.CLICK_WENT_FIRST), *lost)
    return Contest(won, lost)


def in_time(clicks: Iterable[Touch]) -> list[Touch]:
    """Clicks from the first to the last; less than a millisecond apart the smaller id is the earlier (MONEY 4, 8)."""
    return sorted(clicks, key=lambda click: (click.clicked_ms, click.id))


def weights(model: Model, count: int) -> tuple[Fraction, ...]:
    """What each of `count` clicks has of a line, the earliest first; they sum to 1 if there are any (MONEY 8)."""
    if count == 0:
        return ()
    match model:
        case Model.LAST_CLICK:
            return (*[Fraction(0)] * (count - 1), WHOLE)
        case Model.FIRST_CLICK:
            return (WHOLE, *[Fraction(0)] * (count - 1))
        case Model.LINEAR:
            return (Fraction(1, count),) * count
        case Model.POSITION_BASED:
            if count <= 2:  # noqa: PLR2004 - the first and the last, with nobody between
                return (WHOLE,) if count == 1 else (HALF, HALF)
            return (END, *[MIDDLE / (count - 2)] * (count - 2), END)


LOST_TO = {Model.LAST_CLICK: Verdict.LATER_CLICK_WON, Model.FIRST_CLICK: Verdict.EARLIER_CLICK_WON}
"""Why a click lost by a model that has one winner; by the others none loses."""


def _by_model(clicks: Sequence[Touch], model: Model) -> tuple[Won, Lost]:
    if len(clicks) == 1:
        return ((clicks[0], WHOLE),), ()
    parts = list(zip(clicks, weights(model, len(clicks)), strict=True))
    won = tuple((click, weight) for click, weight in parts if weight)
    return won, tuple((click, LOST_TO[model]) for click, weight in parts if not weight)


def _all_lost(touches: Iterable[Touch], verdict: Verdict) -> Lost:
    return tuple((touch, verdict) for touch in touches)


def _best_code(base: Base, codes: Sequence[Touch]) -> tuple[Won, Lost]:
    """The larger discount on this line, then the newer code, then the first in UTF-8 (MONEY 9)."""
    if len(codes) == 1:
        return ((codes[0], WHOLE),), ()
    off = {code.code: 0 for code in codes}
    for discount in base.discounts:
        normal = None if discount.code is None else normal_code(discount.code)
        if normal in off:
            off[normal] += discount.amount
    best = codes[0]
    for code in codes[1:]:
        if _beats(code, best, off) is not None:
            best = code
    beaten = [(code, _beats(best, code, off)) for code in codes if code is not best]
    return ((best, WHOLE),), tuple((code, verdict) for code, verdict in beaten if verdict is not None)


def _beats(one: Touch, other: Touch, off: dict[str, int]) -> Verdict | None:
    """By what `one` beats `other`; None if it doesn't."""
    if off[one.code] != off[other.code]:
        return Verdict.LARGER_DISCOUNT_WON if off[one.code] > off[other.code] else None
    assert one.created_at is not None
    assert other.created_at is not None
    if one.created_at != other.created_at:
        return Verdict.NEWER_CODE_WON if one.created_at > other.created_at else None
    return Verdict.FIRST_IN_BYTES_WON if one.code.encode() < other.code.encode() else None
