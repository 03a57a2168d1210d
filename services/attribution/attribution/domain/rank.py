"""Which of two observations of one order speaks louder (MONEY 19)."""

from datetime import UTC, datetime
from typing import NamedTuple

from attribution.domain.instants import SECOND
from attribution.domain.observations import Observation
from attribution.domain.values import frozen
from contracts.stores import OrderState, Snapshot, Way

BEFORE_ALL = datetime.min.replace(tzinfo=UTC)
"""The version of what has none: it ranks below any version."""

EARNING = frozenset({OrderState.PAID, OrderState.COMPLETED, OrderState.PARTIALLY_REFUNDED, OrderState.REFUNDED})
BEFORE_PAYMENT = frozenset({OrderState.PENDING, OrderState.AUTHORIZED, OrderState.PARTIALLY_PAID})

# pending < paid < completed < refunded, cancelled < deleted; the states between these stand where an order passes them.
_FURTHER_ALONG = {
    OrderState.PENDING: 0,
    OrderState.AUTHORIZED: 1,
    OrderState.PARTIALLY_PAID: 2,
    OrderState.PAID: 3,
    OrderState.COMPLETED: 4,
    OrderState.PARTIALLY_REFUNDED: 5,
    OrderState.REFUNDED: 6,
    OrderState.CANCELLED: 6,
    OrderState.VOIDED: 6,
    OrderState.FAILED: 6,
}


class Moment(NamedTuple):
    """Where a statement stands among versions. A poll asked more than 1 s after a version has seen all of it."""

    version: datetime
    settled: bool


class Rank(NamedTuple):
    """The total order of snapshots: moment, then the state further along, then the greater body hash (and customer)."""

    moment: Moment
    state: int
    content: str


@frozen
class Seen:
    """A snapshot with its rank; `version` None where the source has none (CSV), `asked_at` for polls only."""

    snapshot: Snapshot
    rank: Rank
    version: datetime | None
    asked_at: datetime | None
    seen_at: datetime


def moment(observation: Observation) -> Moment:
    """When the observed state was, by the store's own version."""
    observed = observation.observed
    if observed.version is None:
        return Moment(BEFORE_ALL, settled=False)
    asked_later = observed.way is Way.POLL and observed.received_at - observed.version > SECOND
    return Moment(observed.version, asked_later)


def seen(observation: Observation) -> Seen:
    """A snapshot's place among the others."""
    observed = observation.observed
    assert observed.snapshot is not None
    return Seen(
        observed.snapshot,
        Rank(moment(observation), _FURTHER_ALONG[observed.snapshot.state], observation.content),
        observed.version,
        observed.received_at if observed.way is Way.POLL else None,
        observation.seen_at,
    )
