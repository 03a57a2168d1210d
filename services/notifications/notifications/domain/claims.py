"""Which mails a fact asks for. A claim's id is made from key, template and recipient: the same claim is one mail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from chassis.ids import derived_id
from contracts.attribution import OrderDecided
from contracts.campaigns import Collaboration, CollaborationStatus, InvitationKind
from contracts.money import Money
from contracts.notifications import Template


class Earned(BaseModel, frozen=True):
    """What a creator's first sale brought."""

    order: str
    brand: str | None
    campaign: str
    commission: Money


class Claim(BaseModel, frozen=True):
    """One mail to one recipient. `key` is the template's own: whatever says it again says the same mail."""

    key: str
    template: Template
    contact: str
    cause: Annotated[str, Field(description="what brought it about, for the record")]
    fact_at: datetime
    collaboration: str | None = None
    earned: Earned | None = None

    @property
    def id(self) -> str:
        """The mail's id, from which its Message-ID is made."""
        return derived_id(self.key, self.template, self.contact)


def of_collaboration(collaboration: Collaboration) -> list[Claim]:
    """The invitation while it is open, and the agreement once there is one."""
    claims = []
    # Whoever opens a copied link reads the invitation there, and before that nobody has an address.
    is_mailed = collaboration.invitation.kind is not InvitationKind.LINK
    if collaboration.status is CollaborationStatus.INVITED and is_mailed:
        claims.append(
            Claim(
                key=collaboration.id,
                template=Template.INVITATION,
                contact=collaboration.invitation.contact,
                cause=collaboration.id,
                fact_at=collaboration.invitation.sent_at,
                collaboration=collaboration.id,
            )
        )
    if collaboration.agreed_at is not None and collaboration.creator is not None:
        claims.append(
            Claim(
                key=collaboration.id,
                template=Template.AGREEMENT,
                contact=collaboration.creator,
                cause=collaboration.id,
                fact_at=collaboration.agreed_at,
                collaboration=collaboration.id,
            )
        )
    return claims


def of_orders(decided: Sequence[OrderDecided]) -> list[Claim]:
    """A first-sale mail for each creator who earned something, the earliest order's; once per creator (RELIABILITY)."""
    claims: dict[str, Claim] = {}
    for order in decided:
        if not order.posted or order.currency is None:
            continue
        for creator in dict.fromkeys(share.creator for share in order.shares):
            shares = [share for share in order.shares if share.creator == creator]
            commission = sum(share.commission for share in shares)
            if commission <= 0 or creator in claims:
                continue
            best = max(shares, key=lambda share: share.commission)
            claims[creator] = Claim(
                key=f"{creator}:first-sale",
                template=Template.FIRST_SALE,
                contact=creator,
                cause=order.order,
                fact_at=order.time,
                collaboration=best.collaboration,
                earned=Earned(
                    order=order.order,
                    brand=order.brand,
                    campaign=best.campaign,
                    commission=Money(amount=commission, currency=order.currency),
                ),
            )
    return list(claims.values())
