"""What the HTTP layer answers a webhook with, and what it stores."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from attribution.domain.webhooks.translation import Note
from contracts.stores import OrderObserved


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True)


class Refused(_Said):
    """401: not signed by this shop. 400: signed, but not JSON; `place` says where it breaks. Nothing is stored."""

    status: Literal[400, 401]
    reason: str
    place: str | None = None


class Ping(_Said):
    """WooCommerce's unsigned trial request: exactly 200, and nothing is stored (WEBHOOKS 1.2)."""


class Accepted(_Said):
    """A 2xx. Store the raw body under `delivery_key` once; a repeat writes nothing.

    With `kept_raw_reason` the body is to be listed for the operator. `delivery_key` is `<store>:<SHA-256 of the body>`,
    for WooCommerce's deletions with `@<second of the receipt>` behind it, for they can be undone and come again alike;
    a body without any observation or note has `:kept` behind it, so that one that was sent under a wrong topic first
    does not pass for a repeat when it comes under the right one.
    """

    delivery_key: str
    observations: tuple[OrderObserved, ...] = ()
    notes: tuple[Note, ...] = ()
    kept_raw_reason: str | None = None


Verdict = Refused | Ping | Accepted
