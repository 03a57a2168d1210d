"""Drafts: those that lack a part lie here and are told to nobody; whole ones are campaigns."""

from campaigns.domain import drafts
from campaigns.domain.drafts import DraftRecord
from campaigns.store import documents
from campaigns.store.assets import KeepsAssets
from campaigns.store.campaigns import WritesCampaigns
from campaigns.store.collections import DRAFTS
from campaigns.store.revisions import Stale
from contracts.campaigns import CampaignDrafted, CampaignStatus


class WritesDrafts(WritesCampaigns, KeepsAssets):
    """Drafts in the service's transaction; of the same id and with the same count of revisions once they are whole."""

    async def add_draft(self, draft: DraftRecord) -> DraftRecord:
        """Keep a new draft; as a campaign if nothing is missing."""
        campaign = drafts.whole(draft)
        if campaign is None:
            await self.db[DRAFTS].insert_one(documents.of_draft(draft), session=self.session)
            return draft
        await self.add_campaign(campaign, CampaignDrafted)
        return drafts.of_campaign(campaign)

    async def draft(self, brand: str, draft: str) -> DraftRecord | None:
        """The brand's draft, whole or not; None for what was published."""
        row = await self.db[DRAFTS].find_one({"_id": draft, "brand": brand}, session=self.session)
        if row is not None:
            return documents.draft(row)
        campaign = await self.campaign(brand, draft)
        is_draft = campaign is not None and campaign.status is CampaignStatus.DRAFT
        return drafts.of_campaign(campaign) if campaign is not None and is_draft else None

    async def count_drafts(self, brand: str, most: int) -> int:
        """How many drafts of the brand lack a part, counted up to `most`."""
        return await self.db[DRAFTS].count_documents({"brand": brand}, limit=most, session=self.session)

    async def save_draft(self, draft: DraftRecord) -> DraftRecord:
        """Write a draft's next revision; from when it is whole on it is a campaign. Raises `Stale`."""
        campaign = drafts.whole(draft)
        if campaign is None:
            await self.replace(DRAFTS, documents.of_draft(draft))
            return draft
        if draft.is_campaign:
            await self.save_campaign(campaign, CampaignDrafted)
        else:
            await self._take(draft)
            await self.add_campaign(campaign, CampaignDrafted)
        return drafts.of_campaign(campaign)

    async def drop_draft(self, draft: DraftRecord) -> None:
        """Forget a draft and its files; if it was told as a campaign, say so."""
        await self.drop_assets_of(draft.id)
        campaign = drafts.whole(draft)
        if draft.is_campaign and campaign is not None:
            await self.erase_campaign(campaign)
        else:
            await self.db[DRAFTS].delete_one({"_id": draft.id}, session=self.session)

    async def _take(self, draft: DraftRecord) -> None:
        before = {"_id": draft.id, "revision": draft.revision - 1}
        if (await self.db[DRAFTS].delete_one(before, session=self.session)).deleted_count == 0:
            raise Stale(draft.id)
