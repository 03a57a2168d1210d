"""One step of a collaboration, as mails know it."""

from datetime import datetime

from pydantic import BaseModel

from contracts.campaigns import DeclineReason, ProposalKind, Side, TermsVersion
from contracts.notifications import Template

BOTH = (Side.BRAND, Side.CREATOR)


class Step(BaseModel, frozen=True):
    """What happened, and which sides are to hear of it; `key` is the same whoever says it and however often.

    `by` did it, `system` being silence. `due` is when the reader, or the other side, is to act next. After `useless_at`
    nobody needs the mail.
    """

    template: Template
    to: tuple[Side, ...]
    key: str
    at: datetime
    by: Side = Side.SYSTEM
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
    reason: DeclineReason | None = None
    proposal: ProposalKind | None = None
    before: TermsVersion | None = None
    terms: TermsVersion | None = None


def other(side: Side) -> Side:
    """The side across the table."""
    return Side.CREATOR if side is Side.BRAND else Side.BRAND
