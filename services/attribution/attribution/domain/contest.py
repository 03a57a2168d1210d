"""Who wins a line: codes and clicks by precedence, clicks by the model (MONEY 7, 8, 9)."""

from collections.abc import Sequence
from dataclasses import dataclass

from attribution.domain.commission import Base
from attribution.domain.decisions import TouchKind, Verdict
from attribution.domain.facts import Precedence
from attribution.domain.touches import Touch, normal_code


@dataclass(frozen=True, slots=True)
class Contest:
    """The winner of a line, None if no touch covers it; and for each touch that lost, why."""

    winner: Touch | None
    lost: tuple[tuple[Touch, Verdict], ...]


def contest(base: Base, clicks: Sequence[Touch], codes: Sequence[Touch], precedence: Precedence) -> Contest:
    """Contest one line among the touches whose terms cover its product. Who wins gets all of it: weight 1 (I5)."""
    lost: list[tuple[Touch, Verdict]] = []
    product = base.line.product
    fitting: dict[TouchKind, list[Touch]] = {TouchKind.CODE: [], TouchKind.CLICK: []}
    for touch in (*codes, *clicks):
        if touch.terms.covers(product):
            fitting[touch.kind].append(touch)
        else:
            lost.append((touch, Verdict.NOT_COVERED))
    code = _best_code(base, fitting[TouchKind.CODE], lost)
    click = _last_click(fitting[TouchKind.CLICK], lost)
    if code is None or click is None:
        return Contest(code or click, tuple(lost))
    if precedence is Precedence.COUPON_FIRST:
        return Contest(code, (*lost, (click, Verdict.CODE_WENT_FIRST)))
    return Contest(click, (*lost, (code, Verdict.CLICK_WENT_FIRST)))


def _last_click(clicks: Sequence[Touch], lost: list[tuple[Touch, Verdict]]) -> Touch | None:
    """The latest click; ties: the later millisecond, then the greater id (MONEY 4)."""
    if not clicks:
        return None
    last = max(clicks, key=lambda click: (click.clicked_ms, click.id))
    lost.extend((click, Verdict.LATER_CLICK_WON) for click in clicks if click is not last)
    return last


def _best_code(base: Base, codes: Sequence[Touch], lost: list[tuple[Touch, Verdict]]) -> Touch | None:
    """The larger discount on this line, then the newer code, then the first in UTF-8 (MONEY 9)."""
    if len(codes) < 2:  # noqa: PLR2004 - one code needs no comparison
        return codes[0] if codes else None
    off = {code.code: 0 for code in codes}
    for discount in base.discounts:
        normal = None if discount.code is None else normal_code(discount.code)
        if normal in off:
            off[normal] += discount.amount
    best = codes[0]
    for code in codes[1:]:
        if _beats(code, best, off) is not None:
            best = code
    for code in codes:
        verdict = None if code is best else _beats(best, code, off)
        if verdict is not None:
            lost.append((code, verdict))
    return best


def _beats(one: Touch, other: Touch, off: dict[str, int]) -> Verdict | None:
    """By what `one` beats `other`; None if it doesn't."""
    if off[one.code] != off[other.code]:
        return Verdict.LARGER_DISCOUNT_WON if off[one.code] > off[other.code] else None
    assert one.created_at is not None
    assert other.created_at is not None
    if one.created_at != other.created_at:
        return Verdict.NEWER_CODE_WON if one.created_at > other.created_at else None
    return Verdict.FIRST_IN_BYTES_WON if one.code.encode() < other.code.encode() else None
