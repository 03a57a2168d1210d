"""Campaigns, written and said together."""

from campaigns.domain import spreading
from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.running import SPREAD_TIMER, Course
from campaigns.store import budgets, documents
from campaigns.store.collections import BUDGETS, CAMPAIGNS
from campaigns.store.revisions import Revised
from chassis.timers import Timer
from contracts.campaigns import Campaign, CampaignErased
from contracts.envelope import EntityEvent


class WritesCampaigns(Revised):
    """Campaigns in the service's transaction."""

    async def add_campaign(self, campaign: CampaignRecord, kind: type[EntityEvent[Campaign]]) -> None:
        """Keep a new campaign and say so."""
        await self.db[CAMPAIGNS].insert_one(documents.of_campaign(campaign), session=self.session)
        await budgets.follow_campaign(self, campaign)
        self.announce(kind, campaign.state(), campaign.revision)

    async def campaign(self, brand: str, campaign: str) -> CampaignRecord | None:
        """The brand's campaign."""
        row = await self.db[CAMPAIGNS].find_one({"_id": campaign, "brand": brand}, session=self.session)
        return documents.campaign(row) if row is not None else None

    async def save_campaign(self, campaign: CampaignRecord, kind: type[EntityEvent[Campaign]]) -> None:
        """Replace a campaign by its next revision and say so; raises `Stale`."""
        await self.replace(CAMPAIGNS, documents.of_campaign(campaign))
        await budgets.follow_campaign(self, campaign)
        self.announce(kind, campaign.state(), campaign.revision)

    async def any_campaign(self, campaign: str) -> CampaignRecord | None:
        """A campaign, whosever it is: for handlers and timers."""
        row = await self.db[CAMPAIGNS].find_one({"_id": campaign}, session=self.session)
        return documents.campaign(row) if row is not None else None

    async def erase_campaign(self, campaign: CampaignRecord) -> None:
        """Forget a draft, and say so for good: its key's last event."""
        await self.db[CAMPAIGNS].delete_one({"_id": campaign.id, "revision": campaign.revision}, session=self.session)
        await self.db[BUDGETS].delete_one({"_id": campaign.id}, session=self.session)
        self.announce_erased(CampaignErased, campaign.id, campaign.revision + 1)

    def spread(self, campaign: CampaignRecord, course: Course, cursor: str = "") -> None:
        """Take the campaign's course to its collaborations, those behind `cursor` next, once this commits."""
        data = spreading.told(course, cursor)
        self.set_timer(SPREAD_TIMER, campaign.id, self.now, version=campaign.revision, data=data)

    def spread_on(self, timer: Timer, *, after: str) -> None:
        """The same course, to the collaborations behind `after`."""
        data = {**timer.data, "cursor": after}
        self.set_timer(timer.purpose, timer.aggregate, self.now, version=timer.version, data=data)
