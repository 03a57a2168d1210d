"""A collaboration as stored, and a step that it takes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.domain.collaborations.states import Action
from contracts.campaigns import Collaboration, CollaborationEvent, Deliverable, Offer, Side


@dataclass(frozen=True, slots=True)
class CollaborationRecord:
    """A collaboration as stored: its public state and its revision."""

    state: Collaboration
    revision: int

    @property
    def on_the_table(self) -> Offer:
        """The last offer; of a collaboration that was stored before offers were, the invitation's."""
        state = self.state
        if state.offers:
            return state.offers[-1]
        return Offer(
            number=1,
            by=Side.BRAND,
            at=state.invitation.sent_at,
            expires_at=state.invitation.expires_at,
            fee=state.terms[-1].fee,
        )

    @property
    def answering(self) -> str | None:
        """The account that made an offer, and so answers for the invited from then on; None until one does."""
        return next((offer.account for offer in reversed(self.state.offers) if offer.account is not None), None)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what was, what is, who did what, and which fact it is; `deliverable` is the one that it is about."""

    before: CollaborationRecord | None
    after: CollaborationRecord
    says: type[CollaborationEvent]
    action: Action | None
    by: Side
    at: datetime
    deliverable: str | None = None


def stepped(
    before: CollaborationRecord,
    says: type[CollaborationEvent],
    action: Action,
    by: Side,
    at: datetime,
    *,
    deliverable: str | None = None,
    **changes: Any,
) -> Step:
    """The collaboration with some fields replaced, at its next revision."""
    after = CollaborationRecord(before.state.model_copy(update=changes), before.revision + 1)
    return Step(before, after, says, action, by, at, deliverable)


def with_deliverable(state: Collaboration, changed: Deliverable) -> tuple[Deliverable, ...]:
    """The collaboration's deliverables with one of them replaced."""
    return tuple(changed if one.id == changed.id else one for one in state.deliverables)
