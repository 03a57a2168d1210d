"""Which mails a fact asks for. A claim's id is made from key, template and recipient: the same claim is one mail."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, Field

from chassis.ids import derived_id
from contracts.attribution import OrderDecided
from contracts.campaigns import Application, Collaboration, CollaborationStatus, InvitationKind, Side
from contracts.money import Money
from contracts.notifications import Template
from notifications.domain.applications import of_application as application_steps
from notifications.domain.conversations import Conversation
from notifications.domain.conversations import of_conversation as conversation_steps
from notifications.domain.spending import Spending
from notifications.domain.spending import of_spending as spending_steps
from notifications.domain.step import Step
from notifications.domain.steps import steps_of


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
    application: str | None = None
    conversation: str | None = None
    campaign: Annotated[str | None, Field(description="whose budget it tells of")] = None
    side: Annotated[Side | None, Field(description="as whom a step is told")] = None
    not_before: datetime | None = None
    earned: Earned | None = None

    @property
    def id(self) -> str:
        """The mail's id, from which its Message-ID is made."""
        return derived_id(self.key, self.template, self.contact)


def of_collaboration(collaboration: Collaboration) -> list[Claim]:
    """The invitation while it is open and no other offer took its place, and the agreement once there is one."""
    claims = []
    # Whoever opens a copied link reads the invitation there, and before that nobody has an address.
    is_mailed = collaboration.invitation.kind is not InvitationKind.LINK
    is_first = not collaboration.offers or collaboration.offers[-1].number == 1
    if collaboration.status is CollaborationStatus.INVITED and is_mailed and is_first:
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


def of_steps(collaboration: Collaboration, said_at: datetime) -> list[Claim]:
    """One mail to each side that is to hear of a step; `said_at` is when the state was said."""
    contacts = {side: contact_of(collaboration, side) for side in (Side.BRAND, Side.CREATOR)}
    return _claims(steps_of(collaboration, said_at), contacts, collaboration.id, collaboration=collaboration.id)


def of_application(application: Application) -> list[Claim]:
    """To the brand that there is one; to the creator that it was declined."""
    contacts = {Side.BRAND: application.brand, Side.CREATOR: application.creator}
    return _claims(application_steps(application), contacts, application.id, application=application.id)


def of_conversation(conversation: Conversation, pause: timedelta) -> list[Claim]:
    """One to each side for which a message has waited for `pause`."""
    contacts = {Side.BRAND: conversation.brand, Side.CREATOR: conversation.creator}
    return _claims(conversation_steps(conversation, pause), contacts, conversation.id, conversation=conversation.id)


def of_spending(spending: Spending, said_at: datetime) -> list[Claim]:
    """What the brand is to hear of a campaign's budget."""
    steps = spending_steps(spending, said_at)
    return _claims(steps, {Side.BRAND: spending.brand}, spending.campaign, campaign=spending.campaign)


def _claims(steps: Iterable[Step], contacts: dict[Side, str], cause: str, **about: str) -> list[Claim]:
    return [
        Claim(
            key=step.key,
            template=step.template,
            contact=contacts[side],
            cause=cause,
            fact_at=step.at,
            not_before=step.not_before,
            side=side,
            **about,
        )
        for step in steps
        for side in step.to
    ]


def contact_of(collaboration: Collaboration, side: Side) -> str:
    """Under which id that side's address is found: the brand's own, or whoever is the creator, or was invited."""
    if side is Side.BRAND:
        return collaboration.brand
    offered = next((offer.account for offer in reversed(collaboration.offers) if offer.account), None)
    return collaboration.creator or offered or collaboration.invitation.contact


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
