"""The pure fold of an order's observations into its state (MONEY 19)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from attribution.domain.instants import seconds
from attribution.domain.observations import Observation
from attribution.domain.orders import Order, Sale, Waiting
from attribution.domain.rank import BEFORE_PAYMENT, EARNING, Moment, Seen, moment, seen
from attribution.domain.standing import standing_refunds
from contracts.console import StoreKind
from contracts.stores import ObservationKind, OrderState, Snapshot

T = TypeVar("T")


class NothingObserved(ValueError):
    """An order without observations has no state: the caller asked for an order that is not stored."""


def fold(observations: Iterable[Observation], kind: StoreKind | None) -> Order:
    """The order that its observations add up to; `kind` is its store's, None while the store is unknown.

    Any order and repetition of the same observations gives the same state. An unknown store is read by Shopify's rule
    until it is known, and waits in any case (MONEY 2). Raises `NothingObserved` without observations.
    """
    unique = [*observations]
    if len(unique) > 1:  # one observation is itself, which is most orders
        unique = _unique(unique)
    if not unique:
        raise NothingObserved
    by_kind: dict[ObservationKind, list[Observation]] = {}
    for observation in unique:
        by_kind.setdefault(observation.observed.kind, []).append(observation)
    snapshots = [seen(observation) for observation in by_kind.get(ObservationKind.SNAPSHOT, ())]
    snapshots.sort(key=lambda snapshot: snapshot.rank, reverse=True)
    alone = by_kind.get(ObservationKind.REFUND, [])
    deletions = by_kind.get(ObservationKind.DELETION, [])
    changes = by_kind.get(ObservationKind.CHANGED, [])
    refunds, unread = standing_refunds(snapshots, alone, kind)
    deleted = bool(deletions) and any(
        not _deletion_undone(deletion, snapshots, (*alone, *changes)) for deletion in deletions
    )
    earning = [snapshot for snapshot in snapshots if _earning_state(snapshot.snapshot, kind)]
    sale = _sale(snapshots, earning)
    all_back = bool(snapshots) and snapshots[0].snapshot.state is OrderState.REFUNDED and not refunds
    first = unique[0]
    if len(unique) > 1:
        first = min(unique, key=lambda observation: (observation.seen_at, observation.observed.way))
    return Order(
        id=first.observed.order,
        store=first.observed.store,
        sale=sale,
        waiting=_waiting(sale, alone),
        earns=bool(snapshots) and not deleted and _earns(snapshots[0], earning, kind),
        deleted=deleted,
        click_ids=_best(snapshots, lambda snapshot: snapshot.click_ids) or (),
        codes=_best(snapshots, lambda snapshot: snapshot.codes) or (),
        customer=_best(snapshots, lambda snapshot: snapshot.customer),
        refunds=refunds,
        all_back=all_back,
        all_back_at=_lowest_version(s for s in snapshots if s.snapshot.state is OrderState.REFUNDED)
        if all_back
        else None,
        unread_refunds=unread,
        first_seen_at=first.seen_at,
        first_way=first.observed.way,
        kind=kind,
        poll=_poll(snapshots, deletions, changes, unread),
    )


def _unique(observations: Iterable[Observation]) -> list[Observation]:
    """Each observation once, as it was first received."""
    first: dict[str, Observation] = {}
    for observation in observations:
        known = first.setdefault(observation.key, observation)
        if (observation.seen_at, observation.observed.way) < (known.seen_at, known.observed.way):
            first[observation.key] = observation
    return list(first.values())


def _best(snapshots: Sequence[Seen], field: Callable[[Snapshot], T | None]) -> T | None:
    """What the highest snapshot that has the field says of it: an absent field says nothing."""
    for snapshot in snapshots:
        value = field(snapshot.snapshot)
        if value is not None:
            return value
    return None


def _lowest_version(snapshots: Iterable[Seen]) -> datetime | None:
    return min((snapshot.version for snapshot in snapshots if snapshot.version is not None), default=None)


def _sale(snapshots: Sequence[Seen], earning: Sequence[Seen]) -> Sale | None:
    if not snapshots:
        return None
    won = snapshots[0].snapshot
    paid_at = _best(snapshots, lambda snapshot: snapshot.paid_at)
    if paid_at is None and earning:
        # CSV may have neither version nor paid date; the order's own time is then the only one that the store says.
        paid_at = _lowest_version(earning) or won.placed_at
    return Sale(
        won.state,
        won.test,
        won.placed_at,
        paid_at,
        won.currency,
        won.prices_include_tax,
        won.lines,
        won.discounts,
    )


def _earning_state(snapshot: Snapshot, kind: StoreKind | None) -> bool:
    """Paid as the store says it (MONEY 10). WooCommerce's paid date counts while the state is one before payment."""
    if snapshot.state in EARNING:
        return True
    return kind is StoreKind.WOOCOMMERCE and snapshot.paid_at is not None and snapshot.state in BEFORE_PAYMENT


def _earns(won: Seen, earning: Sequence[Seen], kind: StoreKind | None) -> bool:
    """Paid is not sticky, with one exception: an edit can make a paid Shopify order partially_paid again (MONEY 10)."""
    if _earning_state(won.snapshot, kind):
        return True
    return kind is StoreKind.SHOPIFY and won.snapshot.state is OrderState.PARTIALLY_PAID and bool(earning)


def _waiting(sale: Sale | None, alone: Sequence[Observation]) -> Waiting | None:
    if sale is not None:
        return None
    return Waiting.REFUND_BEFORE_ORDER if alone else Waiting.ORDER_NOT_SEEN


def _deletion_undone(deletion: Observation, snapshots: Iterable[Seen], others: Iterable[Observation]) -> bool:
    """Undone by a version later than its receipt (or its own version), or by a poll asked for after its receipt.

    The version of any observation: what was refunded or edited since is there. `others` are no snapshots.
    """
    own = moment(deletion) if deletion.observed.version is not None else Moment(deletion.seen_at, settled=True)
    return any(moment(other) > own for other in others) or any(
        snapshot.rank.moment > own
        or (snapshot.asked_at is not None and seconds(snapshot.asked_at) > seconds(deletion.seen_at))
        for snapshot in snapshots
    )


def _poll(
    snapshots: Sequence[Seen], deletions: Iterable[Observation], changes: Iterable[Observation], unread: Sequence[str]
) -> str | None:
    """Why the store should be asked: a change of which only the news reached us, a tie, or refunds without details."""
    for change in sorted(changes, key=lambda change: change.key):
        if not _answered(change, snapshots):
            return f"changed:{change.body_hash}"
    return _tied(snapshots, deletions) or (f"refunds:{','.join(unread)}" if unread else None)


def _tied(snapshots: Sequence[Seen], deletions: Iterable[Observation]) -> str | None:
    """Whether several bodies have the highest version, and no poll has settled it."""
    if not snapshots or snapshots[0].version is None or snapshots[0].rank.moment.settled:
        return None
    version = snapshots[0].version
    bodies = {snapshot.rank.content for snapshot in snapshots if snapshot.version == version}
    bodies.update(deletion.body_hash for deletion in deletions if deletion.observed.version == version)
    return f"tie:{version.isoformat()}" if len(bodies) > 1 else None


def _answered(change: Observation, snapshots: Iterable[Seen]) -> bool:
    """Whether a snapshot shows the change: of its version or a later one, or polled after we heard of it."""
    version = change.observed.version
    return any(
        (snapshot.asked_at is not None and seconds(snapshot.asked_at) > seconds(change.seen_at))
        or (version is not None and snapshot.version is not None and snapshot.version >= version)
        for snapshot in snapshots
    )
