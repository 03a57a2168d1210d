"""What campaigns writes and says in one transaction."""

from campaigns.store.applications import WritesApplications
from campaigns.store.assets import KeepsAssets
from campaigns.store.brands import KeepsBrands
from campaigns.store.campaigns import WritesCampaigns
from campaigns.store.channels import KeepsChannels
from campaigns.store.collaborations import WritesCollaborations
from campaigns.store.conversations import KeepsConversations
from campaigns.store.products import KeepsProducts
from campaigns.store.results import CountsOrders


class CampaignsTx(
    KeepsBrands,
    KeepsProducts,
    KeepsChannels,
    KeepsAssets,
    KeepsConversations,
    CountsOrders,
    WritesCampaigns,
    WritesCollaborations,
    WritesApplications,
):
    """Campaigns, collaborations and applications are written by compare and set on their revision."""
