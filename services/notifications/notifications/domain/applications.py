"""What an application asks for: the brand hears that there is one, the creator that it was declined.

Approved or countered it has become the collaboration of the same id, whose own mails tell it.
"""

from collections.abc import Iterator

from contracts.campaigns import Application, ApplicationStatus, Side
from contracts.notifications import Template
from notifications.domain.step import Step


def of_application(state: Application) -> Iterator[Step]:
    """The one step at which it stands, if anybody is to hear of it."""
    match state.status:
        case ApplicationStatus.RECEIVED:
            yield Step(
                template=Template.APPLICATION_RECEIVED,
                to=(Side.BRAND,),
                key=f"{state.id}:received",
                at=state.applied_at,
                by=Side.CREATOR,
                note=state.idea,
                fee=state.fee,
                commission=state.commission,
            )
        case ApplicationStatus.DECLINED:
            yield Step(
                template=Template.APPLICATION_DECLINED,
                to=(Side.CREATOR,),
                key=f"{state.id}:declined",
                at=state.answered_at or state.applied_at,
                by=Side.BRAND,
                note=state.note,
                reason=state.reason,
            )
        case _:
            pass
