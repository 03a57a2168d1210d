"""What campaigns' API takes and answers. Amounts are in minor units of the currency beside them, times are UTC."""

from contracts.http.campaigns.campaigns import (
    CampaignName,
    CampaignOut,
    CampaignTerms,
    ChangeCampaign,
    CreateCampaign,
)
from contracts.http.campaigns.collaborations import (
    CollaborationOut,
    ProfileSummary,
)
from contracts.http.campaigns.invitations import (
    DeclineInvitation,
    Invite,
    OfferedCode,
)

__all__ = [
    "CampaignName",
    "CampaignOut",
    "CampaignTerms",
    "ChangeCampaign",
    "CollaborationOut",
    "CreateCampaign",
    "DeclineInvitation",
    "Invite",
    "OfferedCode",
    "ProfileSummary",
]
