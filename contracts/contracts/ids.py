"""Identifiers: opaque strings, each kind a type of its own; foreign ids stay strings, for Shopify's exceed 2^53."""

from typing import Annotated, NewType

from pydantic import StringConstraints

Id = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""Any identifier on the wire: 1 to 200 characters, none of them a control character."""

EventId = NewType("EventId", str)
AccountId = NewType("AccountId", str)
BrandId = NewType("BrandId", str)
CreatorId = NewType("CreatorId", str)
StoreId = NewType("StoreId", str)
ProfileId = NewType("ProfileId", str)
CampaignId = NewType("CampaignId", str)
CollaborationId = NewType("CollaborationId", str)
ContactId = NewType("ContactId", str)
LinkId = NewType("LinkId", str)
CouponId = NewType("CouponId", str)
ClickId = NewType("ClickId", str)
OrderId = NewType("OrderId", str)
MailId = NewType("MailId", str)


OrderKey = Annotated[
    str, StringConstraints(min_length=3, max_length=400, pattern=r"^[^:\x00-\x1f\x7f]+:[^\x00-\x1f\x7f]+$")
]
"""An order's id on the wire: `<StoreId>:<the store's own id of it>`, up to 400 characters."""


def order_id(store: str, external: str) -> OrderId:
    """An order's id on every topic: `<StoreId>:<the store's own id of it>`."""
    return OrderId(f"{store}:{external}")
