"""Invitations and the answers to them."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.campaigns import CouponCode, Decline, DeclineReason, Text
from contracts.envelope import Model
from contracts.http.campaigns.work import Deliverables
from contracts.http.notifications import Address, Language
from contracts.ids import Id

OfferedCode = Annotated[
    CouponCode, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]+$"), Field(description="typed by people: one line")
]


class Invite(Model):
    """`POST /v1/campaigns/{id}/invitations`: invite a profile.

    With `address` a mail goes there and the person registers through it (external); without one the profile must be
    claimed by an account, which is then invited (direct). `code` is the coupon code to offer, else one is made.
    """

    profile: Id | None = None
    address: Address | None = None
    language: Language = "en"
    message: Text = ""
    code: OfferedCode | None = None
    deliverables: Annotated[
        Deliverables | None, Field(description="in place of the campaign's own; their fees sum to the terms' fee")
    ] = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.profile is None and self.address is None:
            raise ValueError("give a profile, an address, or both")
        return self


class DeclineInvitation(Model):
    """`POST /v1/collaborations/{id}/decline`: a reason is welcome and never needed."""

    reason: DeclineReason | None = None
    note: Text = ""

    def said(self) -> Decline:
        """As the contract has it."""
        return Decline(reason=self.reason, note=self.note)
