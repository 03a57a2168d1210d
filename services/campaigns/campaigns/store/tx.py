"""What campaigns writes and says in one transaction."""

from campaigns.store.brands import KeepsBrands
from campaigns.store.channels import KeepsChannels
from campaigns.store.conversations import KeepsConversations
from campaigns.store.drafts import WritesDrafts
from campaigns.store.forgetting import ForgetsCreators
from campaigns.store.products import KeepsProducts
from campaigns.store.results import CountsOrders


class CampaignsTx(
    KeepsBrands,
    KeepsProducts,
    KeepsChannels,
    KeepsConversations,
    CountsOrders,
    WritesDrafts,
    ForgetsCreators,
):
    """Campaigns, collaborations and applications are written by compare and set on their revision."""
