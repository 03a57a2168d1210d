"""An invitation by link: whose it is, once somebody has opened it (C4)."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.domain.collaborations.states import INVITED
from campaigns.domain.refusals import NotNow


class AlreadyClaimed(Exception):
    """Somebody else opened the link first. HTTP 409."""


def hashed(link: str) -> str:
    """What is kept of a link: it opens nothing."""
    return sha256(b"invitation-link\x1f" + link.encode("utf-8", "surrogatepass")).hexdigest()


def claimed(collaboration: CollaborationRecord, creator: str, now: datetime) -> CollaborationRecord | None:
    """The invitation as this creator's own, still to be answered; None if it is that already.

    Raises `AlreadyClaimed` for another's, `NotNow` for one that is over.
    """
    state = collaboration.state
    if creator in {state.creator, state.invitation.contact}:
        return None
    if state.creator is not None or state.invitation.contact != state.id:
        raise AlreadyClaimed(state.id)
    if state.status is not INVITED or now >= collaboration.on_the_table.expires_at:
        raise NotNow("claim", "expired" if state.status is INVITED else state.status.value, ())
    invitation = state.invitation.model_copy(update={"contact": creator})
    return replace(
        collaboration, state=state.model_copy(update={"invitation": invitation}), revision=collaboration.revision + 1
    )
