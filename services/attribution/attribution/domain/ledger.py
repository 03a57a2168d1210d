"""The ledger: double entry, append-only. What is posted is always the difference to what should be."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Self
from urllib.parse import quote

from pydantic import TypeAdapter

from attribution.domain.commission import operator_share
from attribution.domain.decisions import Decision, Reason
from attribution.domain.instants import whole_milliseconds
from attribution.domain.payable import payable
from attribution.domain.values import frozen
from contracts.attribution import OrderOutcome


class Cause(StrEnum):
    """What caused a transaction."""

    DECISION = "decision"
    REFUND = "refund"
    CANCELLATION = "cancellation"
    UNDOING = "undoing"
    MONTH_CLOSE = "month-close"
    MONTH_CHANGE = "month-change"
    FEE_APPROVED = "fee-approved"
    FEE_CANCELLED = "fee-cancelled"
    FEE_CHANGED = "fee-changed"
    FEE_UNDONE = "fee-undone"


class LegKind(StrEnum):
    """What a leg is about: a creator's or the operator's side, or the brand's expense for any of it."""

    EARNED = "earned"
    TAKEN_BACK = "taken-back"
    TIER_UPLIFT = "tier-uplift"
    CAP_DEDUCTION = "cap-deduction"
    FEE = "fee"
    COMMISSION_EXPENSE = "commission-expense"
    OPERATOR_EXPENSE = "operator-expense"
    FEE_EXPENSE = "fee-expense"


def creator_account(creator: str, brand: str) -> str:
    """The account of the commission that a brand owes a creator; never netted across brands (MONEY 21)."""
    return f"creator:{creator}:brand:{brand}:commission"


def fee_account(creator: str, brand: str) -> str:
    """The account of the fees that a brand owes a creator (MONEY 22)."""
    return f"creator:{creator}:brand:{brand}:fees"


def operator_account(brand: str) -> str:
    """The account of what a brand owes the operator (A8)."""
    return f"operator:brand:{brand}:share"


def brand_account(brand: str, kind: LegKind) -> str:
    """The brand's account on the other side: `commission-expense`, `operator-expense` or `fee-expense`."""
    return f"brand:{brand}:{kind}"


class Bucket(NamedTuple):
    """What is told apart when the difference is made: who is owed by whom, for what, in what, payable when.

    `creator` None is the operator. `payable_at` is a whole second (MONEY 21).
    """

    brand: str
    creator: str | None
    collaboration: str | None
    campaign: str | None
    currency: str
    payable_at: datetime


@frozen
class Leg:
    """One entry. `amount` in minor units: above zero the account's owner is owed more, below zero owes more."""

    account: str
    kind: LegKind
    brand: str
    currency: str
    amount: int
    creator: str | None = None
    collaboration: str | None = None
    campaign: str | None = None
    payable_at: datetime | None = None


class Unbalanced(ValueError):
    """A transaction's legs don't add up to zero in a currency: a bug, never an outcome."""


@frozen
class LedgerTransaction:
    """One document with all its legs, each currency's sum zero (MONEY 23). `reason`: why an order stopped earning.

    It is of an order, of a collaboration's month, or of a deliverable's fee; `number` counts within that.
    """

    order: str | None
    number: int
    cause: Cause
    at: datetime
    rules: int
    legs: tuple[Leg, ...]
    reason: Reason | None = None
    month: str | None = None
    collaboration: str | None = None
    deliverable: str | None = None

    def __post_init__(self) -> None:
        sums: defaultdict[str, int] = defaultdict(int)
        for leg in self.legs:
            sums[leg.currency] += leg.amount
        if any(sums.values()):
            raise Unbalanced(f"{self.id}: {dict(sums)}")

    @property
    def id(self) -> str:
        """The document's `_id`: (order, posting number), (month, collaboration, number), or a fee's step.

        An order's id never begins with a colon.
        """
        if self.order is not None:
            return f"{self.order}#{self.number}"
        if self.month is not None:
            return f":month:{self.month}:{self.collaboration}#{self.number}"
        return f":fee:{fee_key(self.collaboration or '', self.deliverable or '')}#{self.number}"

    def to_doc(self) -> dict[str, Any]:
        """For MongoDB: times are dates (whole milliseconds, `payable_at` whole seconds), amounts 64-bit integers."""
        doc: dict[str, Any] = _TRANSACTION.dump_python(self, exclude_none=True)
        return {"_id": self.id, **doc}

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        """The other way; dates must be aware."""
        values = {"order": None} | {name: value for name, value in doc.items() if name != "_id"}
        return _TRANSACTION.validate_python(values)  # type: ignore[return-value]


_TRANSACTION = TypeAdapter(LedgerTransaction)


def fee_key(collaboration: str, deliverable: str) -> str:
    """The name of a deliverable's fee; two pairs of ids never have one name."""
    return f"{quote(collaboration, safe='')}:{deliverable}"


@frozen
class Standing:
    """What is posted in one bucket: earned, and taken back of it, both >= 0 in minor units."""

    bucket: Bucket
    earned: int
    taken: int


@frozen
class Posted:
    """What an order's transactions add up to, kept on the order's document so that posting needs no query."""

    number: int = 0
    standings: tuple[Standing, ...] = ()

    @classmethod
    def of(cls, transactions: Iterable[LedgerTransaction]) -> Self:
        """The sum of an order's transactions, in any order."""
        sums: dict[Bucket, list[int]] = {}
        number = 0
        for transaction in transactions:
            number = max(number, transaction.number)
            _add(sums, transaction.legs)
        return cls(number, _standings(sums))

    def after(self, transaction: LedgerTransaction) -> "Posted":
        """What is posted once `transaction` is."""
        sums = {standing.bucket: [standing.earned, standing.taken] for standing in self.standings}
        _add(sums, transaction.legs)
        return Posted(transaction.number, _standings(sums))

    def to_doc(self) -> dict[str, Any]:
        """For MongoDB; dates are whole seconds."""
        doc: dict[str, Any] = _POSTED.dump_python(self)
        return doc

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        """The other way; dates must be aware."""
        return _POSTED.validate_python(doc)  # type: ignore[return-value]


_POSTED = TypeAdapter(Posted)
NOTHING = Posted()


def balances(transactions: Iterable[LedgerTransaction]) -> dict[tuple[str, str], int]:
    """The sum of all entries by (account, currency), in minor units: that, and nothing else, is a balance (I4)."""
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for transaction in transactions:
        for leg in transaction.legs:
            sums[leg.account, leg.currency] += leg.amount
    return dict(sums)


def posting(decision: Decision, posted: Posted, at: datetime) -> LedgerTransaction | None:
    """The one transaction that brings an order's entries to what the decision says; None for a zero difference.

    `at` is the time of writing (our clock). However the facts arrived, the buckets end with the same sums (MONEY 11).
    An order that stops earning has all taken back that is left (MONEY 10), payable when that was (MONEY 21). An order
    that waits posts nothing, neither way. A zero commission is a decision and no transaction (MONEY 24).
    """
    if decision.outcome is OrderOutcome.WAITING:
        return None
    had = {standing.bucket: (standing.earned, standing.taken) for standing in posted.standings}
    should = _due(decision) if decision.posts else {bucket: (earned, earned) for bucket, (earned, _) in had.items()}
    legs: list[Leg] = []
    earned_moved = False
    more_taken = 0
    for bucket in sorted(had.keys() | should.keys(), key=sorted_by):
        earned_before, taken_before = had.get(bucket, (0, 0))
        earned, taken = should.get(bucket, (0, 0))
        if earned != earned_before:
            legs.append(leg_of(bucket, LegKind.EARNED, earned - earned_before))
            earned_moved = True
        if taken != taken_before:
            legs.append(leg_of(bucket, LegKind.TAKEN_BACK, taken_before - taken))
            more_taken += taken - taken_before
    if not legs:
        return None
    if not decision.posts:
        cause = Cause.CANCELLATION
    elif earned_moved:
        cause = Cause.DECISION
    else:
        cause = Cause.REFUND if more_taken > 0 else Cause.UNDOING
    return LedgerTransaction(
        decision.order,
        posted.number + 1,
        cause,
        whole_milliseconds(at),
        decision.rules,
        (*legs, *expenses_of(legs)),
        None if decision.posts else decision.reason,
    )


def _due(decision: Decision) -> dict[Bucket, tuple[int, int]]:
    """What a posting decision says should be earned and taken back, by bucket."""
    assert decision.brand is not None
    assert decision.currency is not None
    due: dict[Bucket, tuple[int, int]] = {}
    granted = left = 0
    latest: datetime | None = None
    times = payable(decision)
    for line in decision.lines:
        for part in line.parts:
            payable_at = times.of(part)
            bucket = Bucket(
                decision.brand, part.creator, part.collaboration, part.campaign, decision.currency, payable_at
            )
            earned, taken = due.get(bucket, (0, 0))
            due[bucket] = (earned + part.granted, taken + part.taken)
            granted += part.granted
            left += part.commission
            latest = payable_at if latest is None else max(latest, payable_at)
    share = decision.policy.operator_share
    if share and granted and latest is not None:
        operator = Bucket(decision.brand, None, None, None, decision.currency, latest)
        earned = operator_share(granted, share)
        due[operator] = (earned, earned - operator_share(left, share))
    return due


def sorted_by(bucket: Bucket) -> tuple[str, ...]:
    """An order of legs that doesn't depend on how they came about: creators first, then the operator."""
    return (
        "1" if bucket.creator is None else "0",
        bucket.brand,
        bucket.creator or "",
        bucket.collaboration or "",
        bucket.campaign or "",
        bucket.currency,
        bucket.payable_at.isoformat(),
    )


def leg_of(bucket: Bucket, kind: LegKind, amount: int) -> Leg:
    """The creator's or the operator's leg of what moves in a bucket, in minor units."""
    if bucket.creator is None:
        account = operator_account(bucket.brand)
    else:
        account_of = fee_account if kind is LegKind.FEE else creator_account
        account = account_of(bucket.creator, bucket.brand)
    return Leg(
        account,
        kind,
        bucket.brand,
        bucket.currency,
        amount,
        bucket.creator,
        bucket.collaboration,
        bucket.campaign,
        bucket.payable_at,
    )


def expenses_of(legs: Iterable[Leg]) -> list[Leg]:
    """The brand's side: one leg per brand, currency and kind of expense; none where what moved adds up to zero."""
    sums: dict[tuple[str, str, LegKind], int] = {}
    for leg in legs:
        if leg.kind is LegKind.FEE:
            kind = LegKind.FEE_EXPENSE
        else:
            kind = LegKind.OPERATOR_EXPENSE if leg.creator is None else LegKind.COMMISSION_EXPENSE
        key = (leg.brand, leg.currency, kind)
        sums[key] = sums.get(key, 0) - leg.amount
    return [
        Leg(brand_account(brand, kind), kind, brand, currency, amount)
        for (brand, currency, kind), amount in sums.items()
        if amount
    ]


def _add(sums: dict[Bucket, list[int]], legs: Iterable[Leg]) -> None:
    for leg in legs:
        if leg.payable_at is None:
            continue
        bucket = Bucket(leg.brand, leg.creator, leg.collaboration, leg.campaign, leg.currency, leg.payable_at)
        sum_ = sums.setdefault(bucket, [0, 0])
        if leg.kind is LegKind.EARNED:
            sum_[0] += leg.amount
        else:
            sum_[1] -= leg.amount


def _standings(sums: Mapping[Bucket, list[int]]) -> tuple[Standing, ...]:
    return tuple(
        Standing(bucket, earned, taken)
        for bucket, (earned, taken) in sorted(sums.items(), key=lambda item: sorted_by(item[0]))
        if earned or taken
    )
