"""An invitation by a link that a brand copies into a comment or a chat (C4)."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from contracts.campaigns import Text
from contracts.envelope import Model
from contracts.http.campaigns.collaborations import CollaborationOut
from contracts.http.campaigns.invitations import OfferedCode
from contracts.ids import Id

LinkSecret = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class InviteByLink(Model):
    """`POST /v1/campaigns/{id}/invitation-links`: an invitation for whoever opens its link first."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", json_schema_extra={"examples": [{"message": "We loved your lamp video."}]}
    )

    profile: Id | None = None
    message: Text = ""
    code: OfferedCode | None = None


class InvitationLinkOut(Model):
    """The invitation and its link, which is told this once: kept is its hash, and for an Idempotency-Key its answer."""

    invitation: CollaborationOut
    url: Annotated[str, Field(description="The page to send; whoever signs in there first has the invitation.")]


class ClaimInvitation(Model):
    """`POST /v1/invitation-links/claim`: what stands in the link."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [{"link": "kq3…"}]})

    link: LinkSecret
