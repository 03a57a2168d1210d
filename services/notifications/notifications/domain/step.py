"""One step of whatever mails tell of, as mails know it: a collaboration, an application, a conversation, a budget."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel

from contracts.campaigns import ApplicationReason, BudgetLevel, DeclineReason, ProposalKind, Side, TermsVersion
from contracts.money import BasisPoints, Money
from contracts.notifications import Template

BOTH = (Side.BRAND, Side.CREATOR)


class About(StrEnum):
    """What a step belongs to."""

    COLLABORATION = "collaboration"
    APPLICATION = "application"
    CONVERSATION = "conversation"
    BUDGET = "budget"


class Sums(BaseModel, frozen=True):
    """A budget and what is bound of it; `needs` is what a refused agreement would have bound."""

    amount: Money | None
    bound: Money | None = None
    left: Money | None = None
    needs: Money | None = None


class Step(BaseModel, frozen=True):
    """What happened, and which sides are to hear of it; `key` is the same whoever says it and however often.

    `by` did it, `system` being silence. `due` is when the reader, or the other side, is to act next. After `useless_at`
    nobody needs the mail; before `not_before` it waits, for it may become needless.
    """

    template: Template
    to: tuple[Side, ...]
    key: str
    at: datetime
    by: Side = Side.SYSTEM
    not_before: datetime | None = None
    useless_at: datetime | None = None
    deliverable: str | None = None
    about_sample: bool = False
    due: datetime | None = None
    live_by: datetime | None = None
    hours: int = 0
    version: int = 1
    note: str = ""
    plan: str = ""
    points: tuple[str, ...] = ()
    url: str | None = None
    carrier: str = ""
    tracking: str = ""
    reason: DeclineReason | ApplicationReason | None = None
    proposal: ProposalKind | None = None
    before: TermsVersion | None = None
    terms: TermsVersion | None = None
    fee: Money | None = None
    commission: BasisPoints | None = None
    waiting: int = 0
    level: BudgetLevel | None = None
    sums: Sums | None = None


def other(side: Side) -> Side:
    """The side across the table."""
    return Side.CREATOR if side is Side.BRAND else Side.BRAND
