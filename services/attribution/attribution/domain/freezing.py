"""From payable on the winner stays: what became known too late, and what it would change (MONEY 11).

Late or not is judged by when a fact became known on our clock, not by when somebody got round to looking at it: a
worker that was down for a week decides as one that was not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from attribution.domain.commission import line_value
from attribution.domain.customers import PREFIX
from attribution.domain.decide import decide
from attribution.domain.decisions import Decision
from attribution.domain.facts import Click, Collaboration, Coupon, CustomerRead, Facts, Policy, World
from attribution.domain.fold import fold
from attribution.domain.observations import Observation
from attribution.domain.orders import Order
from attribution.domain.payable import SEEN_FOR_S
from attribution.domain.shares import shares
from attribution.domain.values import frozen
from contracts.console import StoreKind
from contracts.stores import OrderLine

FOR_EVER = datetime.max.replace(tzinfo=UTC)

F = TypeVar("F", Click, Coupon, Collaboration, CustomerRead)


@frozen
class Recorded:
    """The decision that stands, and when it was made."""

    decision: Decision
    at: datetime


@frozen
class Change:
    """What one creator earns by one collaboration now, and what late facts would make of it; minor units."""

    creator: str
    collaboration: str
    campaign: str
    commission: int
    would_be: int


@frozen
class Settled:
    """The decision that counts; with `is_frozen` its winner stays, and `fresh` is what all that is known would say."""

    decision: Decision
    fresh: Decision
    is_frozen: bool = False

    @property
    def changes(self) -> tuple[Change, ...]:
        """What would be different of each amount; nothing while all facts count (MONEY, reading 11)."""
        if not self.is_frozen:
            return ()
        now, would = _amounts(self.decision), _amounts(self.fresh)
        return tuple(
            Change(*key, now.get(key, 0), would.get(key, 0))
            for key in sorted(now.keys() | would.keys())
            if now.get(key, 0) != would.get(key, 0)
        )

    @property
    def late(self) -> tuple[str, ...]:
        """The names of what came too late: facts with the revision that was not read, and added lines.

        Of a customer only the answer: whose it is stays out of what people read.
        """
        if not self.is_frozen:
            return ()
        read = set(self.decision.refs)
        lines = {line.line for line in self.decision.lines}
        facts = [f"{_named(ref.key)}#{ref.revision}" for ref in self.fresh.refs if ref not in read]
        return tuple(sorted([*facts, *(f"line:{line.line}" for line in self.fresh.lines if line.line not in lines)]))


def _named(key: str) -> str:
    return PREFIX.rstrip(":") if key.startswith(PREFIX) else key


def settle(
    observations: Sequence[Observation],
    world: World,
    policy: Policy,
    *,
    now: datetime,
    recorded: Recorded | None = None,
) -> Settled:
    """Decide an order by the facts that count for it at `now` (our clock).

    All of them before it freezes. Afterwards those that were known when it froze; of what came later only refunds,
    cancellations and their undoing. Facts that were looked at late are taken in the order in which they became known.
    """
    if recorded is not None:
        world = as_of(world, recorded.decision.facts, FOR_EVER)
    kind = None if world.store is None else world.store.kind
    order = fold(observations, kind)
    fresh = decide(order, world, policy)
    if recorded is not None and _frozen_by(recorded.decision, recorded.at):
        return _frozen(observations, world, recorded.decision, fresh)
    if not may_be_frozen(order.first_seen_at, now):
        return Settled(fresh, fresh)
    current = None if recorded is None else recorded.decision
    for known in _moments(observations, fresh, recorded, now):
        if current is not None and _frozen_by(current, known):
            break
        earlier = [seen for seen in observations if seen.seen_at <= known]
        facts = None if current is None else current.facts
        current = _no_sooner(decide(fold(earlier, kind), as_of(world, facts, known), policy), known)
    if current is not None and _frozen_by(current, now):
        return _frozen(observations, world, current, fresh)
    fresh = _no_sooner(fresh, now)
    return Settled(fresh, fresh)


def accepted(
    observations: Sequence[Observation], world: World, policy: Policy, *, now: datetime, recorded: Recorded
) -> Settled:
    """What a person accepts: the decision by all that is known, frozen anew from now on (MONEY 11)."""
    world = as_of(world, recorded.decision.facts, FOR_EVER)
    kind = None if world.store is None else world.store.kind
    fresh = replace(decide(fold(observations, kind), world, policy), freezes_at=now)
    return Settled(fresh, fresh, is_frozen=True)


def may_be_frozen(first_seen_at: datetime, now: datetime) -> bool:
    """Whether an order was seen long enough to be frozen: below that nothing of this module needs to be asked."""
    return now - first_seen_at >= timedelta(seconds=SEEN_FOR_S - 1)


def _no_sooner(decision: Decision, at: datetime) -> Decision:
    """Nothing is frozen before it was decided: what was held until now is frozen from now on."""
    if decision.freezes_at is None or decision.freezes_at >= at:
        return decision
    return replace(decision, freezes_at=at)


def _frozen_by(decision: Decision, at: datetime) -> bool:
    return decision.freezes_at is not None and decision.freezes_at <= at


def _moments(
    observations: Iterable[Observation], fresh: Decision, recorded: Recorded | None, now: datetime
) -> list[datetime]:
    """When something became known that the recorded decision may not have read, in order, before now."""
    seen = [observation.seen_at for observation in observations]
    since = min(seen) if recorded is None else recorded.at
    facts = fresh.facts
    known: list[datetime | None] = [
        *seen,
        None if facts.store is None else facts.store.known_at,
        *(click.known_at for click in facts.clicks),
        *(coupon.known_at for _, coupon in facts.coupons),
        *(collaboration.known_at for collaboration in facts.collaborations),
        None if facts.customer is None else facts.customer.known_at,
    ]
    return sorted({since, *(at for at in known if at is not None and since < at < now)})


def _frozen(observations: Sequence[Observation], world: World, current: Decision, fresh: Decision) -> Settled:
    """The frozen decision with what refunds and cancellations have made of it since."""
    at = current.freezes_at
    assert at is not None
    then = as_of(world, current.facts, at)
    copied = current.facts.world()
    # What has no time of its own stays as it was read: the fixings, and the brand's zone, so that when a month closed
    # does not move under what is payable already.
    then = replace(then, brand=copied.brand or then.brand, fixings={**then.fixings, **copied.fixings})
    kind = None if then.store is None else then.store.kind
    again = decide(frozen_order(observations, kind, at), then, current.policy)
    return Settled(replace(again, freezes_at=at), fresh, is_frozen=True)


def frozen_order(observations: Sequence[Observation], kind: StoreKind | None, at: datetime) -> Order:
    """The order as it was when it froze, in the state in which it is now, and with the refunds that stand now.

    Touches, prices and lines are those of then. Units that were removed since are taken back; what was added or became
    dearer posts nothing.
    """
    now = fold(observations, kind)
    earlier = [seen for seen in observations if seen.seen_at <= at]
    if not earlier or now.sale is None:
        return now
    then = fold(earlier, kind)
    if then.sale is None:
        return now
    units = {line.line: _units(line) for line in now.sale.lines}
    lines = then.sale.lines
    if all(one.observed.version is None for one in earlier) and not any(line.line in units for line in lines):
        lines = _as_the_store_names(lines, now.sale.lines)
        units = {line.line: _units(line) for line in lines} | units
    return replace(
        now,
        click_ids=then.click_ids,
        codes=then.codes,
        customer=then.customer,
        sale=replace(
            then.sale,
            state=now.sale.state,
            lines=tuple(_with_units(line, units.get(line.line, 0)) for line in lines),
        ),
    )


def _as_the_store_names(lines: Sequence[OrderLine], named: Sequence[OrderLine]) -> tuple[OrderLine, ...]:
    """A file's lines, which it counted as rows, by the ids of the store's own: its refunds and removals go by those.

    The same thing and as many of it, else as many at the same worth. A line that nothing is like keeps its name, and
    all its units.
    """
    left = list(named)
    found = list(lines)
    for is_like in (_is_same_thing, _is_worth_the_same):
        for at, line in enumerate(found):
            like = next((one for one in left if is_like(line, one)), None) if line is lines[at] else None
            if like is not None:
                left.remove(like)
                found[at] = line.model_copy(update={"line": like.line})
    return tuple(found)


def _is_same_thing(one: OrderLine, other: OrderLine) -> bool:
    is_same = (one.sku is not None and one.sku == other.sku) or (
        one.variant is not None and one.variant == other.variant
    )
    return is_same and one.quantity == other.quantity


def _is_worth_the_same(one: OrderLine, other: OrderLine) -> bool:
    return one.quantity == other.quantity and line_value(one) == line_value(other)


def _units(line: OrderLine) -> int:
    return line.quantity if line.current_quantity is None else line.current_quantity


def _with_units(line: OrderLine, left: int) -> OrderLine:
    """The line with at most `left` of its units; a line that is gone has none."""
    return line if left >= _units(line) else line.model_copy(update={"current_quantity": left})


def as_of(world: World, copied: Facts | None, at: datetime) -> World:
    """The world as it was known at an instant: of what changed later the decision's copy, if it had one.

    Copies also stand for what is no longer kept.
    """
    before = World(None) if copied is None else copied.world()
    store = world.store
    if store is None or (store.known_at is not None and store.known_at > at):
        store = before.store
    return replace(
        world,
        store=store,
        clicks=_known(world.clicks, before.clicks, at),
        coupons=_known(world.coupons, before.coupons, at),
        collaborations=_known(world.collaborations, before.collaborations, at),
        customers=_known(world.customers, before.customers, at),
    )


def _known(now: Mapping[str, F], before: Mapping[str, F], at: datetime) -> dict[str, F]:
    return {**before, **{key: fact for key, fact in now.items() if fact.known_at is None or fact.known_at <= at}}


def _amounts(decision: Decision) -> dict[tuple[str, str, str], int]:
    return {(one.creator, one.collaboration, one.campaign): one.commission for one in shares(decision)}
