"""The versions of a collaboration's terms, and what is planned in them (C3, MONEY 20)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError

from campaigns.domain.collaborations import conditions
from campaigns.domain.collaborations.records import CollaborationRecord, Step, stepped
from campaigns.domain.collaborations.states import COLLABORATION, Action
from campaigns.domain.refusals import Refused, must_lie_ahead
from contracts.campaigns import CouponTerms, Plan, Planned, Rate, Side, TermsVersion, Tier
from contracts.favours import favours_creator
from contracts.http.campaigns import CampaignTerms, NewDeliverable
from contracts.money import BasisPoints, Money

NOTICE = timedelta(hours=720)
"""Between the notice of a version that is worse for the creator and its coming into force (MONEY 20)."""
MOST_VERSIONS = 50


def first_terms(
    terms: CampaignTerms, code: str | None, now: datetime, deliverables: tuple[Planned, ...] = ()
) -> TermsVersion:
    """Version 1: in force from the invitation on, with the creator's own code if the campaign has a discount."""
    coupon = CouponTerms(code=code, percent_off=terms.discount) if code and terms.discount is not None else None
    return TermsVersion(
        number=1,
        notice_at=now,
        in_force_at=now,
        fee=terms.fee,
        rates=(*terms.rates, _rate(terms.commission, terms.per_unit)),
        window_hours=terms.window_hours,
        hold_days=terms.hold_days,
        coupon=coupon,
        tiers=terms.tiers,
        cap=terms.cap,
        deliverables=deliverables,
        revision_limit=terms.revision_limit,
        cancellation=terms.cancellation,
        may_advertise=terms.may_advertise,
        products=terms.products,
    )


def _rate(commission: BasisPoints | None, per_unit: Money | None) -> Rate:
    if per_unit is None:
        return Rate(plan=Plan.PERCENT, basis_points=commission)
    return Rate(plan=Plan.FIXED, per_unit=per_unit)


def changed_rates(terms: TermsVersion, commission: BasisPoints | None, per_unit: Money | None) -> tuple[Rate, ...]:
    """The rates with another default row; raises `Refused`."""
    if commission is None and per_unit is None:
        return terms.rates
    if per_unit is not None:
        if per_unit.currency != terms.fee.currency:
            raise Refused("per_unit.currency", f"The campaign's currency is {terms.fee.currency}.")
        if terms.tiers:
            raise Refused("per_unit", "These terms have tiers, which need a percentage (MONEY 14).")
    return (*(rate for rate in terms.rates if not rate.is_default), _rate(commission, per_unit))


def planned(asked: Sequence[NewDeliverable], fee: Money, now: datetime, new_id: Iterator[str]) -> tuple[Planned, ...]:
    """Each deliverable that is asked for, with its share of the fee; raises `Refused` for what can't be meant.

    Shares that are given must sum to the fee; else it is spread evenly, the first ones get what is left over.
    """
    pieces = [(at, one) for at, one in enumerate(asked) for _ in range(one.number)]
    for at, one in pieces:
        for field in ("concept_due", "submission_due", "publication_due"):
            due = getattr(one, field)
            if due is not None:
                must_lie_ahead(f"deliverables.{at}.{field}", due, now)
        if one.fee is not None and one.fee.currency != fee.currency:
            raise Refused(f"deliverables.{at}.fee.currency", f"The campaign's currency is {fee.currency}.")
    given = [one.fee.amount for _, one in pieces if one.fee is not None]
    if given and len(given) < len(pieces):
        raise Refused("deliverables", "Give a fee for each deliverable, or for none.")
    if given and sum(given) != fee.amount:
        raise Refused("deliverables", f"The fees sum to {sum(given)}, the terms' fee is {fee.amount}.")
    shares = given or spread([1] * len(pieces), fee.amount)
    return tuple(
        Planned(
            id=next(new_id),
            fee=Money(amount=share, currency=fee.currency),
            **one.model_dump(exclude={"fee", "number"}),
        )
        for (_, one), share in zip(pieces, shares, strict=True)
    )


def spread(weights: Sequence[int], amount: int) -> list[int]:
    """The amount by weight in whole minor units, by largest remainder, the first on ties; evenly if all weigh 0."""
    if not any(weights):
        weights = [1] * len(weights)
    if not weights:
        return []
    total = sum(weights)
    shares = [amount * weight // total for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda at: (-(amount * weights[at] % total), at))
    for at in by_rest[: amount - sum(shares)]:
        shares[at] += 1
    return shares


def spread_anew(deliverables: tuple[Planned, ...], fee: Money) -> tuple[Planned, ...]:
    """Another fee, in the shares that the deliverables had."""
    shares = spread([one.fee.amount for one in deliverables], fee.amount)
    return tuple(
        one.model_copy(update={"fee": Money(amount=share, currency=fee.currency)})
        for one, share in zip(deliverables, shares, strict=True)
    )


def shifted(deliverables: tuple[Planned, ...], by: timedelta, now: datetime) -> tuple[Planned, ...]:
    """Every due date moved by as much; raises `Refused` if one of them would have passed already."""
    moved = []
    for one in deliverables:
        try:
            dues = {
                name: due + by
                for name in ("concept_due", "submission_due", "publication_due")
                if (due := getattr(one, name)) is not None
            }
        except OverflowError:
            raise Refused("deadline", "There is no such day in any calendar.") from None
        if min(dues.values()) <= now:
            raise Refused("deadline", "A step before it would have been due already.")
        moved.append(one.model_copy(update=dues))
    return tuple(moved)


@dataclass(frozen=True, slots=True)
class Change:
    """What a later version changes; None leaves a field as it is, and `takes` names those that it takes away."""

    commission: BasisPoints | None = None
    per_unit: Money | None = None
    window_hours: int | None = None
    hold_days: int | None = None
    products: tuple[str, ...] | None = None
    tiers: tuple[Tier, ...] | None = None
    cap: Money | None = None
    may_advertise: bool | None = None
    takes: frozenset[str] = frozenset()


def announced(record: CollaborationRecord, change: Change, now: datetime) -> Step:
    """The brand gives notice of a later version: in force at once if it favours the creator, else 720 h later.

    What was agreed is not touched. Raises `NotNow`, `Refused`.
    """
    state = record.state
    move = COLLABORATION[state.status].take(
        Action.ANNOUNCE_TERMS, Side.BRAND, conditions.of_collaboration(state, Side.BRAND, now)
    )
    version = next_version(state.terms, change, now)
    return stepped(record, move.says, move.action, Side.BRAND, now, status=move.to, terms=(*state.terms, version))


def next_version(versions: tuple[TermsVersion, ...], change: Change, now: datetime) -> TermsVersion:
    """The version that follows the last one; raises `Refused`."""
    last = versions[-1]
    if len(versions) >= MOST_VERSIONS:
        raise Refused("body", f"There are {MOST_VERSIONS} versions already.")
    if change.cap is not None and change.cap.currency != last.fee.currency:
        raise Refused("cap.currency", f"The campaign's currency is {last.fee.currency}.")
    if any(tier.volume.currency != last.fee.currency for tier in change.tiers or ()):
        raise Refused("tiers", f"The campaign's currency is {last.fee.currency}.")
    given = {
        name: value
        for name in ("window_hours", "hold_days", "products", "tiers", "cap", "may_advertise")
        if (value := getattr(change, name)) is not None
    }
    taken = dict.fromkeys(change.takes)
    base = last.model_copy(update=given | taken)
    rates = changed_rates(base, change.commission, change.per_unit)
    try:
        version = TermsVersion.model_validate(
            base.model_copy(
                update={"number": last.number + 1, "notice_at": now, "in_force_at": now, "rates": rates}
            ).model_dump()
        )
    except ValidationError as error:
        raise Refused("tiers", error.errors()[0]["msg"].removeprefix("Value error, ")) from None
    unchanged = {name: getattr(last, name) for name in ("number", "notice_at", "in_force_at")}
    if version.model_copy(update=unchanged) == last:
        raise Refused("body", "Nothing would change.")
    if favours_creator(version, versions):
        return version
    return version.model_copy(update={"in_force_at": now + NOTICE})
