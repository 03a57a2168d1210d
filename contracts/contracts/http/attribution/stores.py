"""Stores' webhooks and secrets, polling them, and orders from a file."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.envelope import Model, Utc
from contracts.http.attribution.fields import Count, Words
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


ApiKey = Annotated[str, StringConstraints(min_length=8, max_length=500, pattern=r"^[\x21-\x7e]+$")]


class StoreCredentials(Model):
    """`PUT /internal/stores/{id}/credentials`: what the store's REST API asks for, so that its orders can be polled.

    Shopify: an access token that may read orders. WooCommerce: consumer key and secret. `address` only where the API
    is not at the root of the shop's own host. Attribution is the only place that keeps them: never logged, never on
    Kafka, never answered.
    """

    access_token: ApiKey | None = None
    consumer_key: ApiKey | None = None
    consumer_secret: ApiKey | None = None
    address: Annotated[str | None, Field(max_length=500, pattern=r"^https?://[^\s@?#]+$")] = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        pair = self.consumer_key is not None and self.consumer_secret is not None
        either = self.consumer_key is not None or self.consumer_secret is not None
        if pair != either or (self.access_token is not None) == pair:
            raise ValueError("give an access token, or a consumer key and its secret")
        return self


class PollFault(StrEnum):
    """What kept a poll from its end: whether the brand, the shop or nobody has to do something about it."""

    REFUSED = "refused"
    NOT_THERE = "not-there"
    BUSY = "busy"
    SHOP_FAILED = "shop-failed"
    NO_ANSWER = "no-answer"
    ADDRESS = "address"
    UNREADABLE = "unreadable"
    NOT_CONNECTED = "not-connected"


class PollOut(Model):
    """`GET /v1/stores/{id}/poll`: whether a store's orders are polled, and how that goes.

    Every change of an order before `complete_until` has been read. `failures` in a row, the last for `error`, which
    `error_code` says for programs and other languages. `last_at` is when the store was last asked.
    """

    store: Id
    is_polled: bool
    complete_until: Utc | None = None
    last_at: Utc | None = None
    next_at: Utc | None = None
    failures: int = 0
    error: Words = ""
    error_code: PollFault | None = None


class ImportFault(Model):
    """What of a file could not be read: the physical line from 1, the field, the reason. Never the cell."""

    line: int
    field: Words
    reason: Words


class ImportOut(Model):
    """`POST /v1/stores/{id}/orders/import`: what came of a CSV file. `loaded` are new, `repeated` were here before.

    `faults` are the first 1,000. An order with a fault is refused whole; the others are loaded.
    """

    rows: Count
    loaded: Count
    repeated: Count
    refused: Count
    faults: tuple[ImportFault, ...] = ()
