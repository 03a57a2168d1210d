"""What campaigns writes and says in one transaction."""

from campaigns.store.brands import KeepsBrands
from campaigns.store.campaigns import WritesCampaigns
from campaigns.store.collaborations import WritesCollaborations


class CampaignsTx(KeepsBrands, WritesCampaigns, WritesCollaborations):
    """Campaigns and collaborations are written by compare and set on their revision."""
