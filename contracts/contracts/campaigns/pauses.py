"""What a campaign's own course does to its collaborations, and an invitation's link to whose it is."""

from typing import ClassVar

from contracts.campaigns.events import CollaborationEvent


class CollaborationPaused(CollaborationEvent):
    """The campaign was paused: the last of `active` has ended then."""

    TYPE: ClassVar = "campaigns.collaboration-paused.v1"


class CollaborationResumed(CollaborationEvent):
    """The campaign goes on, and a new period of `active` begins."""

    TYPE: ClassVar = "campaigns.collaboration-resumed.v1"


class CampaignEndMoved(CollaborationEvent):
    """The campaign ends at another time: `campaign_end` says when."""

    TYPE: ClassVar = "campaigns.campaign-end-moved.v1"


class InvitationClaimed(CollaborationEvent):
    """Somebody opened an invitation's link and signed in: it is their account's now, still unanswered."""

    TYPE: ClassVar = "campaigns.invitation-claimed.v1"
