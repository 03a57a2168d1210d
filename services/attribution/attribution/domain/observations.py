"""What we keep of each thing that somebody saw of an order."""

import hashlib
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any, Self

import orjson

from attribution.domain.instants import whole_milliseconds
from attribution.domain.values import frozen
from contracts.stores import ObservationKind, OrderObserved, Way

_NOT_THE_BODY = frozenset({"id", "time", "way", "received_at", "raw_ref"})


def body_hash(observed: OrderObserved) -> str:
    """SHA-256 (hex) of the canonical observation without the way it came, so that webhook and poll of one state agree.

    Of the customer it says only that there is one: so it holds for a row whose customer was erased, and a repeat of an
    erased row is known again (ARCHITECTURE 6). Who it is belongs to `Observation.key`.

    Defaults are left out: a field that the contract gains later does not change the hashes of what came before.
    """
    return _hash_of(_said(observed))


def _said(observed: OrderObserved) -> dict[str, Any]:
    """What an observation says, in JSON's terms; what it says by default is left out."""
    said: dict[str, Any] = observed.model_dump(mode="json", exclude_defaults=True)
    return said


def _hash_of(said: Mapping[str, Any]) -> str:
    body = {name: value for name, value in said.items() if name not in _NOT_THE_BODY}
    snapshot = body.get("snapshot")
    if snapshot is not None and "customer" in snapshot:
        body["snapshot"] = snapshot | {"customer": True}
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def with_customer(text: str, customer: str | None) -> str:
    """The two as one text; the first alone where there is no customer."""
    return text if customer is None else f"{text}~{customer}"


@frozen
class Observation:
    """An observation as stored: what was said, and when we first received it on our own clock.

    A poll's `received_at` is the time at which it was *asked*, for only that says which changes it must have seen.
    """

    observed: OrderObserved
    seen_at: datetime
    body_hash: str
    said: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)
    """What `observed` says as it will be stored, where it had to be written out for its hash (13 µs an order)."""

    @property
    def content(self) -> str:
        """Its body with its customer's pseudonym: what two statements of one state have in common."""
        return with_customer(self.body_hash, self.customer)

    @property
    def customer(self) -> str | None:
        """Its customer's pseudonym, or the value that took its place."""
        return None if self.observed.snapshot is None else self.observed.snapshot.customer

    @property
    def key(self) -> str:
        """What makes it the same observation, unique per order: its content; for a poll also when it was asked.

        A deletion without a version is told apart by its receipt: an order that was restored can be deleted again in
        the same words, and only the receipt says that this was later (MONEY 19).
        """
        return with_customer(self.key_without_customer, self.customer)

    @property
    def key_without_customer(self) -> str:
        """The same for everybody: by this a repeat of an observation is known whose customer was erased."""
        says_when = self.observed.version is not None or self.observed.kind is not ObservationKind.DELETION
        if self.observed.way is Way.POLL or not says_when:
            return f"{self.body_hash}@{self.observed.received_at.isoformat()}"
        return self.body_hash

    def to_doc(self) -> dict[str, Any]:
        """For MongoDB. Times inside `observed` are ISO strings to the microsecond, for versions compare exactly."""
        return {
            "observed": _said(self.observed) if self.said is None else self.said,
            "seen_at": self.seen_at,
            "body_hash": self.body_hash,
        }

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        """The other way; `seen_at` must be aware (a client with `tz_aware=True`)."""
        return cls(OrderObserved.model_validate(doc["observed"]), doc["seen_at"], doc["body_hash"])


def observation(observed: OrderObserved, now: datetime) -> Observation:
    """What to store of an event that is read at `now` (our clock, UTC).

    On the topic `received_at` is the sender's claim; by the other ways it is our own API's and earlier than ours.
    """
    claimed_by_sender = observed.way is Way.TOPIC
    seen_at = now if claimed_by_sender else min(observed.received_at, now)
    said = _said(observed)
    return Observation(observed, whole_milliseconds(seen_at), _hash_of(said), said)
