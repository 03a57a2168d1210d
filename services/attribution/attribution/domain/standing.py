"""Which refunds of an order stand (MONEY 17, 19)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from attribution.domain.instants import seconds
from attribution.domain.observations import Observation
from attribution.domain.rank import Rank, Seen, moment
from attribution.domain.values import frozen
from contracts.console import StoreKind
from contracts.stores import Refund


@frozen
class _Statement:
    """One observation's word on one refund. `alone`: the refund was observed by itself, with its details."""

    refund: Refund
    rank: Rank
    version: datetime | None
    seen_at: datetime
    alone: bool

    @property
    def has_details(self) -> bool:
        return self.alone or bool(self.refund.lines)


@frozen
class _Full:
    """A snapshot with a refunds field, and the ids in it."""

    seen: Seen
    ids: frozenset[str]


def standing_refunds(
    snapshots: Sequence[Seen], alone: Iterable[Observation], kind: StoreKind | None
) -> tuple[tuple[Refund, ...], tuple[str, ...]]:
    """The refunds that stand, by id, and the ids of those whose details must still be read.

    `snapshots` from the highest rank down, `alone` the observations of kind refund. Shopify's rule, which the topic and
    CSV follow: union by id, and one that a later full snapshot lacks is undone. WooCommerce: the list of the winning
    observation, for that store tells each time all the refunds that there are.
    """
    statements = _statements(snapshots, alone)
    if not statements:
        return (), ()
    full = [
        _Full(snapshot, frozenset(refund.id for refund in snapshot.snapshot.refunds))
        for snapshot in snapshots
        if snapshot.snapshot.refunds is not None
    ]
    if kind is StoreKind.WOOCOMMERCE and snapshots and snapshots[0].version is not None:
        ids = full[0].ids if full else frozenset(statements)
        unread = tuple(sorted(id_ for id_ in ids if not any(s.has_details for s in statements[id_])))
    else:
        ids = frozenset(id_ for id_, said in statements.items() if any(not _undone(s, id_, full) for s in said))
        unread = ()
    refunds = [_best(statements[id_]) for id_ in ids]
    return tuple(sorted(refunds, key=lambda refund: refund.id)), unread


def _statements(snapshots: Sequence[Seen], alone: Iterable[Observation]) -> dict[str, list[_Statement]]:
    statements: dict[str, list[_Statement]] = {}
    for snapshot in snapshots:
        for refund in snapshot.snapshot.refunds or ():
            statements.setdefault(refund.id, []).append(
                _Statement(refund, snapshot.rank, snapshot.version, snapshot.seen_at, alone=False)
            )
    for observation in alone:
        its = observation.observed.refund
        assert its is not None
        rank = Rank(moment(observation), -1, observation.body_hash)
        statements.setdefault(its.id, []).append(
            _Statement(its, rank, observation.observed.version, observation.seen_at, alone=True)
        )
    return statements


def _undone(statement: _Statement, id_: str, full: Sequence[_Full]) -> bool:
    """Whether a full snapshot that is later than the statement lacks the refund.

    Later than a statement without version = of a greater second than the refund's time (its receipt, if it has none).
    """
    lacking = [each.seen for each in full if id_ not in each.ids]
    if statement.version is None:
        at = seconds(statement.refund.at or statement.seen_at)
        return any(snapshot.version is not None and seconds(snapshot.version) > at for snapshot in lacking)
    return any(snapshot.rank.moment > statement.rank.moment for snapshot in lacking)


def _best(statements: Sequence[_Statement]) -> Refund:
    """The refund as its best statement has it, one with details before one without; dated by the lowest version."""
    best = max(statements, key=lambda said: (said.has_details, said.rank)).refund
    if best.at is not None:
        return best
    dated = max((said for said in statements if said.refund.at is not None), key=lambda said: said.rank, default=None)
    if dated is not None:
        return best.model_copy(update={"at": dated.refund.at})
    return best.model_copy(update={"at": min((s.version for s in statements if s.version is not None), default=None)})
