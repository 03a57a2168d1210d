"""What a webhook's body says, in our words: observations, notes, or the reason why it is only kept."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import NAMESPACE_URL, uuid5

from pydantic import BaseModel, ConfigDict, ValidationError

from attribution.domain.webhooks.fields import first_fault
from contracts.ids import order_id
from contracts.stores import ObservationKind, OrderObserved, Refund, Snapshot, Way

EVENT_BYTES = 1_000_000
"""An order whose event would be larger is kept raw and listed (ARCHITECTURE 10)."""

_OBSERVATIONS = uuid5(NAMESPACE_URL, "stores.order-observed")


class NoteKind(StrEnum):
    """What a webhook asks for that is no fact about an order."""

    APP_UNINSTALLED = "app-uninstalled"
    CUSTOMER_DATA_REQUESTED = "customer-data-requested"
    CUSTOMER_REDACTION_REQUESTED = "customer-redaction-requested"
    SHOP_REDACTION_REQUESTED = "shop-redaction-requested"
    POLL_WANTED = "poll-wanted"


class Note(BaseModel):
    """Something for an operator or another process; `customer` and `orders` are the store's own ids, no addresses."""

    model_config = ConfigDict(frozen=True)

    kind: NoteKind
    customer: str | None = None
    orders: tuple[str, ...] = ()


class Translation(BaseModel):
    """What came of a body. With `kept_raw`, it is to be listed for the operator with that reason."""

    model_config = ConfigDict(frozen=True)

    observations: tuple[OrderObserved, ...] = ()
    notes: tuple[Note, ...] = ()
    kept_raw: str | None = None


class Delivery(BaseModel):
    """What surrounds a body. `key` names the stored body and gives the observation its id: repeats have the same.

    For a poll `received_at` is the time at which the store was asked.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    store: str
    shop: str
    received_at: datetime
    click_parameter: str
    way: Way = Way.WEBHOOK

    def by_the_second(self) -> Self:
        """The same body in another second is another delivery: for bodies that can be true twice."""
        return self.model_copy(update={"key": f"{self.key}@{self.received_at.replace(microsecond=0).isoformat()}"})

    def observe(
        self,
        external: str,
        kind: ObservationKind,
        *,
        version: datetime | None = None,
        snapshot: Snapshot | None = None,
        refund: Refund | None = None,
    ) -> OrderObserved:
        """An observation of the order that the store calls `external`."""
        return OrderObserved(
            id=str(uuid5(_OBSERVATIONS, self.key)),
            time=self.received_at,
            store=self.store,
            order=order_id(self.store, external),
            kind=kind,
            version=version,
            way=self.way,
            received_at=self.received_at,
            raw_ref=self.key,
            snapshot=snapshot,
            refund=refund,
        )


def observed(observation: OrderObserved) -> Translation:
    """One observation, unless its event would be too large for the topic."""
    size = len(observation.body())
    if size > EVENT_BYTES:
        return kept_raw(f"its event would have {size} bytes, more than {EVENT_BYTES}")
    return Translation(observations=(observation,))


def kept_raw(why: str | ValidationError, *, beside: tuple[OrderObserved, ...] = ()) -> Translation:
    """A body that is only kept, and listed with its reason."""
    return Translation(observations=beside, kept_raw=first_fault(why) if isinstance(why, ValidationError) else why)


def noted(kind: NoteKind, **about: Any) -> Translation:
    """A body that is a request, no fact about an order."""
    return Translation(notes=(Note(kind=kind, **about),))
