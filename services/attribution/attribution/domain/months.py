"""What a month's close adds to its orders: the tiers' uplift and the cap's deduction (MONEY 14)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from fractions import Fraction
from typing import Any, Self

from pydantic import TypeAdapter

from attribution.domain.commission import BASIS, half_even
from attribution.domain.decisions import Decision
from attribution.domain.exchange import Exchange
from attribution.domain.facts import Collaboration, Fixing, Terms
from attribution.domain.instants import seconds
from attribution.domain.ledger import Bucket, LegKind
from attribution.domain.payable import payable
from attribution.domain.values import frozen
from contracts.campaigns import Tier
from contracts.money import Money

NOTHING = Fraction(0)


@frozen
class Worth:
    """One minor unit of a currency is worth `factor` minor units of another; the rate's day and source are kept."""

    factor: Fraction
    at: date | None = None
    source: str = ""


SAME = Worth(Fraction(1))

Fixings = Callable[[str, str, date], Worth | None]
"""(from, to, the order's UTC day) -> the last fixing before that day; None where there is none (MONEY 16)."""


def no_fixings(_from: str, _to: str, _day: date) -> Worth | None:
    """Knows no rate between two currencies."""
    return None


def worth_by(fixings: Mapping[tuple[str, str], Fixing]) -> Fixings:
    """What currencies are worth by the fixings that were looked up, by (currency, the order's UTC date)."""

    def worth(currency: str, to: str, day: date) -> Worth | None:
        exchange = Exchange(to, datetime.combine(day, time(), UTC), fixings)
        converted = exchange.converted(Money(amount=1, currency=currency))
        factor, conversion = converted or (None, None)
        if factor is None or conversion is None:
            return None
        return Worth(factor, date.fromisoformat(conversion.day), conversion.source)

    return worth


@frozen
class Contribution:
    """What one order brings to a collaboration's month by one version of the terms, in minor units of `currency`.

    `volume` is base x weight less refunds of all lines, `default_volume` of those that the default row pays at
    `default_points`; `commission` is what the order posts after refunds. `payable_at` is when that is payable.
    """

    order: str
    placed_at: datetime
    month: str
    close: datetime
    brand: str
    creator: str
    campaign: str
    collaboration: str
    terms: int
    currency: str
    volume: Fraction
    default_volume: Fraction
    default_points: int
    commission: int
    payable_at: datetime
    held: bool
    tiers: tuple[Tier, ...] = ()
    cap: Money | None = None

    @property
    def key(self) -> str:
        """The (month, collaboration) that it belongs to."""
        return month_key(self.month, self.collaboration)

    @property
    def place(self) -> tuple[int, str, int]:
        """Orders climb by time, then id; the versions of one order by number."""
        return seconds(self.placed_at), self.order, self.terms

    @property
    def day(self) -> date:
        """The order's UTC date, which says the fixing (MONEY 16)."""
        return self.placed_at.astimezone(UTC).date()

    def to_doc(self) -> dict[str, Any]:
        """For MongoDB: times as ISO strings, fractions as texts such as `27/2`."""
        doc: dict[str, Any] = _CONTRIBUTION.dump_python(self, mode="json", exclude_defaults=True)
        return doc

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        """The other way."""
        return _CONTRIBUTION.validate_python(doc)  # type: ignore[return-value]


_CONTRIBUTION = TypeAdapter(Contribution)


def month_key(month: str, collaboration: str) -> str:
    """The name of a collaboration's month: `2026-03:<collaboration>`."""
    return f"{month}:{collaboration}"


def contributions(decision: Decision) -> tuple[Contribution, ...]:
    """What a decision brings to months: nothing unless it posts, and a collaboration of its has tiers or a cap.

    All orders of such a collaboration count, those by a version without tiers, too: volume is of all its lines.
    """
    if decision.month is None or not decision.posts:
        return ()
    assert decision.month_close is not None
    assert decision.brand is not None
    assert decision.currency is not None
    assert decision.placed_at is not None
    monthly: dict[str, Collaboration] = {known.id: known for known in decision.facts.collaborations if known.by_month}
    sums: dict[tuple[str, int], _Sum] = {}
    times = payable(decision)
    for line in decision.lines:
        left = Fraction(line.base) - line.refunded
        for part in line.parts:
            if part.collaboration in monthly:
                sum_ = sums.setdefault((part.collaboration, part.terms), _Sum(part.creator, part.campaign))
                sum_.volume += left * part.weight
                sum_.default_volume += left * part.weight if part.by_default else NOTHING
                sum_.commission += part.commission
                at = times.of(part)
                sum_.payable = max(sum_.payable, at) if sum_.payable else at
    return tuple(
        _contribution(decision, sum_, collaboration, _version(monthly[collaboration].terms, number))
        for (collaboration, number), sum_ in sorted(sums.items())
    )


@dataclass(slots=True)
class _Sum:
    creator: str
    campaign: str
    volume: Fraction = NOTHING
    default_volume: Fraction = NOTHING
    commission: int = 0
    payable: datetime | None = None


def _version(terms: Iterable[Terms], number: int) -> Terms:
    return next(version for version in terms if version.number == number)


def _contribution(decision: Decision, sum_: _Sum, collaboration: str, terms: Terms) -> Contribution:
    assert decision.month is not None
    assert decision.month_close is not None
    assert decision.placed_at is not None
    assert sum_.payable is not None
    default = next((rate for rate in terms.rates if rate.is_default), None)
    return Contribution(
        decision.order,
        decision.placed_at,
        decision.month,
        decision.month_close,
        decision.brand or "",
        sum_.creator,
        sum_.campaign,
        collaboration,
        terms.number,
        decision.currency or "",
        sum_.volume,
        sum_.default_volume,
        0 if default is None else default.basis_points or 0,
        sum_.commission,
        sum_.payable,
        bool(decision.held),
        terms.tiers,
        terms.cap,
    )


@frozen
class UsedFixing:
    """A rate that a month was reckoned by, kept for ever (MONEY 16). `at` is the fixing's day, `day` the order's."""

    currency: str
    to: str
    day: date
    factor: Fraction
    at: date | None
    source: str


@frozen
class Reckoned:
    """What a month's close adds, by currency, and the rates that it took; `held`: the uplift rests on a held order."""

    entries: Mapping[tuple[Bucket, LegKind], int] = field(default_factory=dict)
    held: bool = False
    fixings: tuple[UsedFixing, ...] = ()
    unfixed: tuple[str, ...] = ()


def to_look_up(brought: Iterable[Contribution]) -> tuple[set[str], set[str]]:
    """The orders' UTC days and the currencies that a month converts between; none where all is in one currency."""
    pieces = list(brought)
    currencies = {piece.currency for piece in pieces}
    currencies |= {tier.volume.currency for piece in pieces for tier in piece.tiers[:1]}
    currencies |= {piece.cap.currency for piece in pieces if piece.cap is not None}
    return ({piece.day.isoformat() for piece in pieces}, currencies) if len(currencies) > 1 else (set(), set())


def reckon(brought: Iterable[Contribution], fixings: Fixings = no_fixings) -> Reckoned:
    """A month of one collaboration, after its close: a pure function of its orders, whatever order they came in.

    Each order climbs its own version's tiers from the volume before it. The month's highest cap holds, applied to base
    and uplift; a version without a cap is the highest. Per currency, what both bring is rounded half-even once: the
    uplift, and the deduction as the rest. A deduction is due with the close, an uplift with the last order that it
    rests on. An order without a fixing neither climbs nor is capped, and holds the uplift until there is one.
    """
    pieces = sorted(brought, key=lambda piece: piece.place)
    if not pieces:
        return Reckoned()
    rates = _Rates(fixings)
    uplifts = _uplifts(pieces, rates)
    deductions = _deductions(pieces, uplifts, rates)
    unfixed = tuple(sorted(rates.missing))
    entries: dict[tuple[Bucket, LegKind], int] = {}
    held = False
    close = max(piece.close for piece in pieces)
    for currency in sorted({piece.currency for piece in pieces}):
        at = [number for number, piece in enumerate(pieces) if piece.currency == currency]
        lifted = sum((uplifts[number] for number in at), NOTHING)
        uplift = half_even(lifted)
        deduction = uplift - half_even(lifted - sum((deductions[number] for number in at), NOTHING))
        last = max((number for number in at if uplifts[number]), default=-1)
        rests_on = pieces[: last + 1]
        if uplift:
            rises = uplift > 0
            payable_at = max([close, *(piece.payable_at for piece in rests_on)]) if rises else close
            entries[_bucket(pieces[0], currency, payable_at), LegKind.TIER_UPLIFT] = uplift
            held = held or (rises and (bool(unfixed) or any(piece.held for piece in rests_on)))
        if deduction:
            entries[_bucket(pieces[0], currency, close), LegKind.CAP_DEDUCTION] = -deduction
    return Reckoned(entries, held, rates.used(), unfixed)


def _bucket(piece: Contribution, currency: str, payable_at: datetime) -> Bucket:
    return Bucket(piece.brand, piece.creator, piece.collaboration, piece.campaign, currency, payable_at)


class _Rates:
    """Fixings as they are asked for; each is taken once, and those that there are not are named by their order."""

    def __init__(self, fixings: Fixings) -> None:
        self._fixings = fixings
        self._taken: dict[tuple[str, str, date], Worth | None] = {}
        self.missing: set[str] = set()

    def factor(self, piece: Contribution, to: str) -> Fraction | None:
        """What one minor unit of the order is worth in `to`."""
        return self.between(piece.currency, to, piece)

    def between(self, currency: str, to: str, piece: Contribution) -> Fraction | None:
        """What one minor unit of `currency` is worth in `to` on the order's day."""
        if currency == to:
            return SAME.factor
        asked = (currency, to, piece.day)
        if asked not in self._taken:
            self._taken[asked] = self._fixings(*asked)
        fixing = self._taken[asked]
        if fixing is None:
            self.missing.add(piece.order)
            return None
        return fixing.factor

    def used(self) -> tuple[UsedFixing, ...]:
        """The rates that were taken."""
        return tuple(
            UsedFixing(*asked, fixing.factor, fixing.at, fixing.source)
            for asked, fixing in sorted(self._taken.items())
            if fixing is not None
        )


def _uplifts(pieces: Sequence[Contribution], rates: _Rates) -> list[Fraction]:
    """What tiers add to each piece, exactly, in its own currency."""
    before: defaultdict[str, Fraction] = defaultdict(Fraction)
    currencies = {piece.tiers[0].volume.currency for piece in pieces if piece.tiers}
    uplifts: list[Fraction] = []
    for piece in pieces:
        uplift = NOTHING
        worth = {
            to: None if (factor := rates.factor(piece, to)) is None else piece.volume * factor for to in currencies
        }
        if piece.tiers:
            to = piece.tiers[0].volume.currency
            volume = worth[to]
            if volume:
                points = _points_above_default(piece, before[to], volume)
                uplift = piece.default_volume * points / BASIS
        for to, volume in worth.items():
            before[to] += volume or NOTHING
        uplifts.append(uplift)
    return uplifts


def _points_above_default(piece: Contribution, before: Fraction, volume: Fraction) -> Fraction:
    """By how many basis points the tiers from `before` to `before + volume` exceed the default, on average."""
    points = NOTHING
    ends: list[int | None] = [tier.volume.amount for tier in piece.tiers[1:]]
    for tier, end in zip(piece.tiers, [*ends, None], strict=True):
        low = max(before, Fraction(tier.volume.amount))
        high = before + volume if end is None else min(before + volume, Fraction(end))
        if high > low:
            points += (high - low) / volume * (tier.basis_points - piece.default_points)
    return points


def _deductions(pieces: Sequence[Contribution], uplifts: Sequence[Fraction], rates: _Rates) -> list[Fraction]:
    """What the cap takes from each piece, exactly, in its own currency: the part by which it exceeds the cap."""
    cap = _highest_cap(pieces, rates)
    if cap is None:
        return [NOTHING] * len(pieces)
    limit = Fraction(cap.amount)
    reached = NOTHING
    deductions: list[Fraction] = []
    for piece, uplift in zip(pieces, uplifts, strict=True):
        factor = rates.factor(piece, cap.currency)
        if factor is None:
            deductions.append(NOTHING)
            continue
        before = max(reached - limit, NOTHING)
        reached += (piece.commission + uplift) * factor
        deductions.append((max(reached - limit, NOTHING) - before) / factor)
    return deductions


def _highest_cap(pieces: Sequence[Contribution], rates: _Rates) -> Money | None:
    """The highest cap of the month's versions; None if one of them has none.

    Caps of several currencies compare in that of the first, at the fixing of the first order that brings each.
    """
    caps: dict[Money, Contribution] = {}
    for piece in pieces:
        if piece.cap is None:
            return None
        caps.setdefault(piece.cap, piece)
    first = next(iter(caps))
    worth: dict[Money, Fraction] = {}
    for cap, piece in caps.items():
        factor = rates.between(cap.currency, first.currency, piece)
        if factor is not None:
            worth[cap] = cap.amount * factor
    return max(worth, key=lambda cap: worth[cap])
