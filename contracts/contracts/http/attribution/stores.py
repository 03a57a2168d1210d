"""Stores' webhooks and secrets."""

from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from contracts.envelope import Model, Utc
from contracts.http.attribution.fields import Words
from contracts.ids import Id, OrderKey


class DeliveryOutcome(StrEnum):
    """What became of a webhook's body."""

    OBSERVED = "observed"
    KEPT_RAW = "kept-raw"
    IGNORED = "ignored"


class DeliveryOut(Model):
    """One row of `GET /v1/stores/{id}/deliveries`, newest first: a webhook that arrived with a right signature."""

    id: Id
    store: Id
    received_at: Utc
    topic: Words
    outcome: DeliveryOutcome
    order: OrderKey | None = None
    reason: Words = ""


class StoreSecret(Model):
    """`PUT /internal/stores/{id}/secrets`: the webhook secret from now on. The same one again changes nothing.

    The one that was right until now stays right beside it until `previous_until`; without that time it ends at once.
    Attribution is the only place that keeps them: never logged, never on Kafka.
    """

    secret: Annotated[str, StringConstraints(min_length=8, max_length=200)]
    previous_until: Utc | None = None
