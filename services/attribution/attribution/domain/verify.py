"""All of it once more: what an order's stored facts say, against what was recorded and posted (I3-I6)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from enum import StrEnum

from attribution.domain.decisions import Decision
from attribution.domain.entries import Amounts, Entered
from attribution.domain.facts import Policy, World
from attribution.domain.freezing import Recorded, settle
from attribution.domain.ledger import Bucket, LedgerTransaction, LegKind, Posted, expenses_of, leg_of, posting
from attribution.domain.observations import Observation, body_hash
from attribution.domain.values import frozen


class Check(StrEnum):
    """What can differ."""

    OBSERVATION = "observation"
    DECISION = "decision"
    NUMBERS = "posting-numbers"
    UNPOSTED = "unposted"
    TAKEN_EXCEEDS_GIVEN = "taken-exceeds-given"
    UNBALANCED = "unbalanced"
    STANDING = "standing"
    CUSTOMER = "customer"
    MISSING = "missing"
    MONTH = "month"
    FEE = "fee"
    LEGS = "legs"
    UNREADABLE = "unreadable"


@frozen
class Difference:
    """One thing that is not as the facts say, named so that a person finds it.

    `order` is the order's id, or the name of a collaboration's month (`2026-03:<id>`) or of a deliverable's fee.
    """

    order: str
    check: Check
    detail: str


def differences(
    observations: Sequence[Observation],
    recorded: Decision,
    transactions: Iterable[LedgerTransaction],
    *,
    at: datetime,
    world: World | None = None,
    policy: Policy | None = None,
    now: datetime | None = None,
) -> list[Difference]:
    """What differs for one order, nothing if all is well. That each transaction sums to zero is checked as it is read.

    Without `world` and `policy` the copies in the record are used, so it works when clicks are long gone; with them it
    also shows facts that the recorded decision has missed. `at` is when the decision was recorded, `now` when it is
    examined: what became known after it froze is not missed but late (MONEY 11).
    """
    order_id = recorded.order
    found = [
        Difference(order_id, Check.OBSERVATION, f"{seen.body_hash} is not the hash of {seen.observed.id}")
        for seen in observations
        if body_hash(seen.observed) != seen.body_hash
    ]
    used = recorded.facts.world() if world is None else world
    again = settle(
        observations,
        used,
        recorded.policy if policy is None else policy,
        now=at if now is None else now,
        recorded=Recorded(recorded, at),
    ).decision
    for field in fields(Decision):
        was, is_ = getattr(recorded, field.name), getattr(again, field.name)
        if was != is_:
            found.append(Difference(order_id, Check.DECISION, f"{field.name}: recorded {was!r}, follows {is_!r}"))
    posted = sorted(transactions, key=lambda transaction: transaction.number)
    numbers = [transaction.number for transaction in posted]
    if numbers != list(range(1, len(posted) + 1)):
        found.append(Difference(order_id, Check.NUMBERS, f"{numbers}"))
    missing = posting(again, Posted.of(posted), at)
    if missing is not None:
        found.append(Difference(order_id, Check.UNPOSTED, f"{missing.legs!r}"))
    return found + misplaced(order_id, posted) + _taken_too_much(order_id, posted)


def entry_differences(
    name: str, should: Amounts, transactions: Iterable[LedgerTransaction], kept: Entered, check: Check
) -> list[Difference]:
    """What differs of one month's or one fee's entries: in their sum, in their numbers, from what its row says."""
    posted = sorted(transactions, key=lambda transaction: transaction.number)
    numbers = [transaction.number for transaction in posted]
    entered = Entered.of(posted)
    found = misplaced(name, posted)
    if legs := entered.legs_to(should):
        found.append(Difference(name, check, f"what is posted lacks {legs!r}"))
    if numbers != list(range(1, len(posted) + 1)):
        found.append(Difference(name, Check.NUMBERS, f"{numbers}"))
    if kept != entered:
        found.append(Difference(name, Check.STANDING, f"its row says {kept!r}, its entries {entered!r}"))
    return found


def misplaced(name: str, posted: Iterable[LedgerTransaction]) -> list[Difference]:
    """Legs whose account is not the one that they name, and brands' legs that don't mirror the others (I4).

    A balance is the sum of an account's entries, so an entry in another account is another balance.
    """
    found: list[Difference] = []
    for transaction in posted:
        owed = [
            leg_of(
                Bucket(leg.brand, leg.creator, leg.collaboration, leg.campaign, leg.currency, leg.payable_at),
                leg.kind,
                leg.amount,
            )
            for leg in transaction.legs
            if leg.payable_at is not None
        ]
        should = (*owed, *expenses_of(owed))
        if should != transaction.legs:
            found.append(Difference(name, Check.LEGS, f"{transaction.id}: {transaction.legs!r}, follows {should!r}"))
    return found


def _taken_too_much(order_id: str, posted: Iterable[LedgerTransaction]) -> list[Difference]:
    """Taken back never exceeds what was given, after any transaction (I6)."""
    found: list[Difference] = []
    left: defaultdict[tuple[str, str], int] = defaultdict(int)
    for transaction in posted:
        for leg in transaction.legs:
            if leg.kind in {LegKind.EARNED, LegKind.TAKEN_BACK}:
                left[leg.account, leg.currency] += leg.amount
        found += [
            Difference(order_id, Check.TAKEN_EXCEEDS_GIVEN, f"{account} {amount} {currency} after {transaction.id}")
            for (account, currency), amount in left.items()
            if amount < 0
        ]
    return found
