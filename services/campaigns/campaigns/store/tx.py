"""What campaigns writes and says in one transaction."""

from typing import Any

from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.collaborations import CollaborationRecord, normal_code
from campaigns.store import documents
from campaigns.store.collections import BRANDS, CAMPAIGNS, COLLABORATIONS, PROFILES
from chassis.tx import Tx
from contracts.campaigns import Campaign, Collaboration
from contracts.console import BrandDetails
from contracts.discovery import Profile
from contracts.envelope import EntityEvent


class Stale(Exception):
    """The thing was changed by somebody else meanwhile. HTTP 412."""


class CodeTaken(Exception):
    """The brand has an invitation or an agreement with that code already. HTTP 409."""


class CampaignsTx(Tx):
    """Campaigns and collaborations are written by compare and set on their revision."""

    async def keep_brand(self, brand: str, details: BrandDetails) -> None:
        """Remember a brand's name, domains and currency."""
        await self.db[BRANDS].replace_one(
            {"_id": brand}, details.model_dump(mode="json"), upsert=True, session=self.session
        )

    async def keep_profile(self, profile: Profile) -> None:
        """Remember who can be invited, and who claims the profile."""
        document = profile.model_dump(mode="json", exclude_none=True, exclude={"id"})
        await self.db[PROFILES].replace_one({"_id": profile.id}, document, upsert=True, session=self.session)

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
        await self._replace(CAMPAIGNS, documents.of_campaign(campaign))
        self.announce(kind, campaign.state(), campaign.revision)

    async def add_collaboration(
        self, collaboration: CollaborationRecord, kind: type[EntityEvent[Collaboration]]
    ) -> None:
        """Keep a new collaboration and say so; its code must be free, and its profile not asked yet."""
        await self.db[COLLABORATIONS].insert_one(documents.of_collaboration(collaboration), session=self.session)
        self.announce(kind, collaboration.state, collaboration.revision)

    async def has_code(self, brand: str, code: str) -> bool:
        """Whether an invitation or agreement of the brand's has that code, however it is spelled."""
        query = {"brand": brand, "code": normal_code(code)}
        return await self.db[COLLABORATIONS].find_one(query, {"_id": 1}, session=self.session) is not None

    async def has_standing_invitation(self, campaign: str, profile: str) -> bool:
        """Whether the profile was asked to this campaign and has not said no."""
        query = {"campaign": campaign, "profile": profile, "stands": True}
        return await self.db[COLLABORATIONS].find_one(query, {"_id": 1}, session=self.session) is not None

    async def collaboration(self, collaboration: str) -> CollaborationRecord | None:
        """A collaboration, whoever asks: for handlers, and for actions that check who acts."""
        row = await self.db[COLLABORATIONS].find_one({"_id": collaboration}, session=self.session)
        return documents.collaboration(row) if row is not None else None

    async def save_collaboration(
        self, collaboration: CollaborationRecord, kind: type[EntityEvent[Collaboration]]
    ) -> None:
        """Replace a collaboration by its next revision and say so; raises `Stale`."""
        await self._replace(COLLABORATIONS, documents.of_collaboration(collaboration))
        self.announce(kind, collaboration.state, collaboration.revision)

    async def _replace(self, name: str, document: dict[str, Any]) -> None:
        before = {"_id": document["_id"], "revision": document["revision"] - 1}
        if (await self.db[name].replace_one(before, document, session=self.session)).matched_count == 0:
            raise Stale(document["_id"])
