"""Campaigns, written and said together."""

from campaigns.domain.campaigns import CampaignRecord
from campaigns.store import documents
from campaigns.store.collections import CAMPAIGNS
from campaigns.store.revisions import Revised
from contracts.campaigns import Campaign
from contracts.envelope import EntityEvent


class WritesCampaigns(Revised):
    """Campaigns in the service's transaction."""

    async def add_campaign(self, campaign: CampaignRecord, kind: type[EntityEvent[Campaign]]) -> None:
        """Keep a new campaign and say so."""
        await self.db[CAMPAIGNS].insert_one(documents.of_campaign(campaign), session=self.session)
        self.announce(kind, campaign.state(), campaign.revision)

    async def campaign(self, brand: str, campaign: str) -> CampaignRecord | None:
        """The brand's campaign."""
        row = await self.db[CAMPAIGNS].find_one({"_id": campaign, "brand": brand}, session=self.session)
        return documents.campaign(row) if row is not None else None

    async def save_campaign(self, campaign: CampaignRecord, kind: type[EntityEvent[Campaign]]) -> None:
        """Replace a campaign by its next revision and say so; raises `Stale`."""
        await self.replace(CAMPAIGNS, documents.of_campaign(campaign))
        self.announce(kind, campaign.state(), campaign.revision)
