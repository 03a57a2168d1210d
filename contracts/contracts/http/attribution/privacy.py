"""What stores ask about personal data, and what became of it."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from contracts.envelope import Model, Utc
from contracts.http.attribution.fields import Count
from contracts.http.attribution.reviews import Note, PersonOut
from contracts.ids import Id, OrderKey


class PrivacyKind(StrEnum):
    """What a store asks for; that an app was taken off a shop asks for nothing yet."""

    CUSTOMER_DATA = "customer-data"
    CUSTOMER_REDACTION = "customer-redaction"
    SHOP_REDACTION = "shop-redaction"
    APP_UNINSTALLED = "app-uninstalled"


class PrivacyStatus(StrEnum):
    """Redactions are done by the service, requests for data by a person who answers them."""

    OPEN = "open"
    DONE = "done"


class PrivacyRequestOut(Model):
    """One row of `GET /v1/privacy-requests`, newest first. `due_at` is by when the law wants it done."""

    id: Id
    kind: PrivacyKind
    store: Id
    brand: Id
    status: PrivacyStatus
    received_at: Utc
    due_at: Utc
    done_at: Utc | None = None
    done_by: Annotated[PersonOut | None, Field(description="Absent where the service did it.")] = None
    note: Note = ""
    erased_orders: Count = 0
    erased_deliveries: Count = 0


class PrivacyRequestDetail(PrivacyRequestOut):
    """`GET /v1/privacy-requests/{id}`: with the orders that are held of the customer."""

    orders: tuple[OrderKey, ...] = ()
