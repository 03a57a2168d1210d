"""What months and fees post: always the difference to what should be, under the next number (MONEY 14, 22, 23)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Self

from pydantic import TypeAdapter

from attribution.domain import RULES
from attribution.domain.instants import whole_milliseconds
from attribution.domain.ledger import Bucket, Cause, LedgerTransaction, Leg, LegKind, expenses_of, leg_of, sorted_by
from attribution.domain.values import frozen

Amounts = Mapping[tuple[Bucket, LegKind], int]
"""Minor units by what is told apart: who is owed by whom, for what kind of thing, in what, payable when."""


@frozen
class Entered:
    """What the transactions of one month or fee add up to, kept on its document so that posting needs no query."""

    number: int = 0
    amounts: tuple[tuple[Bucket, LegKind, int], ...] = ()

    @classmethod
    def of(cls, transactions: Iterable[LedgerTransaction]) -> Self:
        """The sum of transactions, in any order."""
        sums: dict[tuple[Bucket, LegKind], int] = {}
        number = 0
        for transaction in transactions:
            number = max(number, transaction.number)
            _add(sums, transaction.legs)
        return cls(number, _sorted(sums))

    def after(self, transaction: LedgerTransaction) -> "Entered":
        """What is posted once `transaction` is."""
        sums = self.by_place()
        _add(sums, transaction.legs)
        return Entered(transaction.number, _sorted(sums))

    def by_place(self) -> dict[tuple[Bucket, LegKind], int]:
        """The amounts by bucket and kind."""
        return {(bucket, kind): amount for bucket, kind, amount in self.amounts}

    def legs_to(self, should: Amounts) -> tuple[Leg, ...]:
        """The balanced legs that bring what is posted to what should be; none for no difference."""
        had = self.by_place()
        legs = [
            leg_of(bucket, kind, more)
            for bucket, kind in sorted(had.keys() | should.keys(), key=_place)
            if (more := should.get((bucket, kind), 0) - had.get((bucket, kind), 0))
        ]
        return (*legs, *expenses_of(legs))

    def to_doc(self) -> dict[str, Any]:
        """For MongoDB; dates are whole seconds."""
        doc: dict[str, Any] = _ENTERED.dump_python(self)
        return doc

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        """The other way; dates must be aware."""
        return _ENTERED.validate_python(doc)  # type: ignore[return-value]


_ENTERED = TypeAdapter(Entered)
NOTHING = Entered()


def month_posting(
    month: str, collaboration: str, should: Amounts, posted: Entered, at: datetime
) -> LedgerTransaction | None:
    """The one transaction that brings a month's entries to what they should be; None for a zero difference.

    `at` is the time of writing (our clock). The first is caused by the close, every later one by a change.
    """
    legs = posted.legs_to(should)
    if not legs:
        return None
    return LedgerTransaction(
        None,
        posted.number + 1,
        Cause.MONTH_CHANGE if posted.number else Cause.MONTH_CLOSE,
        whole_milliseconds(at),
        RULES,
        legs,
        month=month,
        collaboration=collaboration,
    )


def fee_posting(
    collaboration: str, deliverable: str, should: Amounts, cause: Cause, posted: Entered, at: datetime
) -> LedgerTransaction | None:
    """The next step of a deliverable's fee, caused by `cause`; None where what is posted is what should be."""
    legs = posted.legs_to(should)
    if not legs:
        return None
    return LedgerTransaction(
        None,
        posted.number + 1,
        cause,
        whole_milliseconds(at),
        RULES,
        legs,
        collaboration=collaboration,
        deliverable=deliverable,
    )


def _place(place: tuple[Bucket, LegKind]) -> tuple[str, ...]:
    bucket, kind = place
    return (*sorted_by(bucket), kind.value)


def _add(sums: dict[tuple[Bucket, LegKind], int], legs: Iterable[Leg]) -> None:
    for leg in legs:
        if leg.payable_at is not None:
            bucket = Bucket(leg.brand, leg.creator, leg.collaboration, leg.campaign, leg.currency, leg.payable_at)
            sums[bucket, leg.kind] = sums.get((bucket, leg.kind), 0) + leg.amount


def _sorted(sums: Amounts) -> tuple[tuple[Bucket, LegKind, int], ...]:
    return tuple((*place, sums[place]) for place in sorted(sums, key=_place) if sums[place])
