"""The sums of a decision record, from its own lines, so that no page shows a total that its rows don't make."""

from dataclasses import dataclass

from contracts.http.attribution import DecidedLine, DecisionOut


@dataclass(frozen=True)
class Sums:
    """Totals in minor units of the order's currency."""

    value: int
    discounts: int
    tax: int
    base: int
    commission: int
    taken_back: int
    remains: int
    posted: int


def sums_of(decision: DecisionOut) -> Sums:
    """Each order line counts once, however many creators share it; commissions count for each of them."""
    once: dict[str, DecidedLine] = {}
    for line in decision.lines:
        once.setdefault(line.line, line)
    commission = sum(line.commission for line in decision.lines)
    taken_back = sum(line.taken_back for line in decision.lines)
    return Sums(
        value=sum(value_of(line) for line in once.values()),
        discounts=sum(line.discounts for line in once.values()),
        tax=sum(line.tax for line in once.values()),
        base=sum(line.base for line in once.values()),
        commission=commission,
        taken_back=taken_back,
        remains=commission - taken_back,
        posted=sum(posting.amount for posting in decision.postings),
    )


def value_of(line: DecidedLine) -> int:
    """What the line costs before anything is taken off."""
    return line.value or line.quantity * line.unit_price
