"""What campaigns' API takes and answers. Amounts are in minor units of the currency beside them, times are UTC."""

from contracts.http.campaigns.assets import (
    AssetOut,
    AssetsOut,
)
from contracts.http.campaigns.budgets import (
    BudgetOut,
    Parts,
    PutBudget,
)
from contracts.http.campaigns.campaigns import (
    CampaignName,
    CampaignOut,
    CampaignTerms,
    ChangeCampaign,
    CreateCampaign,
)
from contracts.http.campaigns.channels import (
    Advice,
    Advise,
    MatrixOut,
    PutMatrix,
)
from contracts.http.campaigns.collaborations import (
    CollaborationOut,
    ProfileSummary,
)
from contracts.http.campaigns.conversations import (
    ConversationOut,
    MarkRead,
    MessageOut,
    StartConversation,
    Write,
)
from contracts.http.campaigns.goals import (
    RealismOut,
    RealismVerdict,
    ResultOut,
)
from contracts.http.campaigns.invitations import (
    DeclineInvitation,
    Invite,
    OfferedCode,
)
from contracts.http.campaigns.joining import (
    ClaimInvitation,
    InvitationLinkOut,
    InviteByLink,
)
from contracts.http.campaigns.products import (
    ProductFault,
    ProductImportOut,
    ProductOut,
    ProductSource,
    VariantOut,
)
from contracts.http.campaigns.programs import (
    ApplicationOut,
    Apply,
    ApproveApplication,
    ApprovedOut,
    DeclineApplication,
    FindingOut,
    ProgramOut,
    PutProgram,
    RuleStanding,
)

__all__ = [
    "Advice",
    "Advise",
    "ApplicationOut",
    "Apply",
    "ApproveApplication",
    "ApprovedOut",
    "AssetOut",
    "AssetsOut",
    "BudgetOut",
    "CampaignName",
    "CampaignOut",
    "CampaignTerms",
    "ChangeCampaign",
    "ClaimInvitation",
    "CollaborationOut",
    "ConversationOut",
    "CreateCampaign",
    "DeclineApplication",
    "DeclineInvitation",
    "FindingOut",
    "InvitationLinkOut",
    "Invite",
    "InviteByLink",
    "MarkRead",
    "MatrixOut",
    "MessageOut",
    "OfferedCode",
    "Parts",
    "ProductFault",
    "ProductImportOut",
    "ProductOut",
    "ProductSource",
    "ProfileSummary",
    "ProgramOut",
    "PutBudget",
    "PutMatrix",
    "PutProgram",
    "RealismOut",
    "RealismVerdict",
    "ResultOut",
    "RuleStanding",
    "StartConversation",
    "VariantOut",
    "Write",
]
