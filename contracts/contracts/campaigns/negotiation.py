"""What both sides say to each other before and after they agree: offers, and proposals that need a second yes."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from contracts.campaigns.work import Note, Side
from contracts.envelope import Model, Utc
from contracts.ids import Id
from contracts.money import BasisPoints, Money


class Offer(Model):
    """One offer (C5). The one with the highest `number` is on the table: its terms are the collaboration's.

    Fee, commission or amount per unit, and the last publication's due date are what each offered.
    """

    number: Annotated[int, Field(ge=1)]
    by: Side
    at: Utc
    expires_at: Utc
    fee: Money
    commission: BasisPoints | None = None
    per_unit: Money | None = None
    deadline: Utc | None = None
    account: Annotated[Id | None, Field(description="The creator's account that made it.")] = None
    note: Note = ""


class ProposalKind(StrEnum):
    """What one side can't do alone after the agreement: move a due date (C7), or cancel (C9)."""

    EXTENSION = "extension"
    CANCELLATION = "cancellation"


class ProposalStatus(StrEnum):
    """What became of a proposal; one that has lost its object is `withdrawn`."""

    OPEN = "open"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Proposal(Model):
    """What one side asks the other to agree to. `deliverable` is absent where it is about the whole collaboration.

    `until` is the new due date of the deliverable's next step, for an extension.
    """

    number: Annotated[int, Field(ge=1)]
    kind: ProposalKind
    by: Side
    at: Utc
    status: ProposalStatus = ProposalStatus.OPEN
    deliverable: Id | None = None
    until: Utc | None = None
    note: Note = ""
    settled_at: Utc | None = None
