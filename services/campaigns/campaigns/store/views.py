"""What people may read: each view is made for one principal, and its queries can't be written without it."""

from collections.abc import Iterable
from typing import Any

from campaigns.domain import drafts
from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.domain.drafts import DraftRecord
from campaigns.store import documents
from campaigns.store.collections import BRANDS, CAMPAIGNS, COLLABORATIONS, DRAFTS, HISTORY, PROFILES
from campaigns.store.products import unknown_products
from chassis import mongo
from contracts.campaigns import CampaignStatus
from contracts.console import BrandDetails
from contracts.discovery import Profile
from contracts.http.campaigns import HappenedOut, ProfileSummary


class Names:
    """Names of brands, campaigns and profiles, for lists that people read."""

    def __init__(self, db: mongo.Database) -> None:
        self._db = db

    async def of_brands(self, ids: Iterable[str]) -> dict[str, str]:
        """By brand."""
        return {row["_id"]: row["name"] async for row in self._find(BRANDS, ids, {"name": 1})}

    async def of_campaigns(self, ids: Iterable[str]) -> dict[str, CampaignRecord]:
        """Name, brief and deadline by campaign."""
        return {row["_id"]: documents.campaign(row) async for row in self._find(CAMPAIGNS, ids, None)}

    async def of_profiles(self, ids: Iterable[str]) -> dict[str, ProfileSummary]:
        """By profile; those that discovery has not said yet are missing."""
        found = self._find(PROFILES, ids, None)
        return {row["_id"]: ProfileSummary.model_validate(row | {"id": row["_id"]}) async for row in found}

    def _find(self, name: str, ids: Iterable[str], fields: dict[str, int] | None) -> Any:
        return self._db[name].find({"_id": {"$in": sorted(set(ids))}}, fields)


class BrandView:
    """All that one brand may read: its own, and nothing else."""

    def __init__(self, db: mongo.Database, brand: str) -> None:
        self._db = db
        self._brand = brand
        self._mine = {"brand": brand}

    async def details(self) -> BrandDetails | None:
        """The brand's name, domains and currency; None until the console has said them."""
        row = await self._db[BRANDS].find_one({"_id": self._brand})
        return BrandDetails.model_validate(row) if row is not None else None

    async def profile(self, profile: str) -> Profile | None:
        """Whom the brand may invite; None for a profile that discovery has not said yet."""
        row = await self._db[PROFILES].find_one({"_id": profile})
        return Profile.model_validate(row | {"id": row["_id"]}) if row is not None else None

    async def campaign(self, campaign: str) -> CampaignRecord | None:
        """One of the brand's campaigns."""
        row = await self._db[CAMPAIGNS].find_one(self._mine | {"_id": campaign})
        return documents.campaign(row) if row is not None else None

    async def campaigns(self, before: str | None, limit: int) -> list[CampaignRecord]:
        """Newest first."""
        after = {} if before is None else {"_id": {"$lt": before}}
        rows = await self._db[CAMPAIGNS].find(self._mine | after).sort("_id", -1).limit(limit).to_list(limit)
        return [documents.campaign(row) for row in rows]

    async def draft(self, draft: str) -> DraftRecord | None:
        """One of the brand's drafts, whole or not; None for what was published."""
        row = await self._db[DRAFTS].find_one(self._mine | {"_id": draft})
        if row is not None:
            return documents.draft(row)
        campaign = await self.campaign(draft)
        is_draft = campaign is not None and campaign.status is CampaignStatus.DRAFT
        return drafts.of_campaign(campaign) if campaign is not None and is_draft else None

    async def drafts(self, before: str | None, limit: int) -> list[DraftRecord]:
        """Drafts that lack a part, newest first."""
        after = {} if before is None else {"_id": {"$lt": before}}
        rows = await self._db[DRAFTS].find(self._mine | after).sort("_id", -1).limit(limit).to_list(limit)
        return [documents.draft(row) for row in rows]

    async def unknown_products(self, ids: Iterable[str]) -> list[str]:
        """Which of these the brand's catalogue does not have."""
        return await unknown_products(self._db, self._brand, ids)

    async def collaborations(self, before: str | None, limit: int) -> list[CollaborationRecord]:
        """Newest first."""
        return await _collaborations(self._db, self._mine, before, limit)

    async def collaborations_by_id(self, ids: Iterable[str]) -> dict[str, CollaborationRecord]:
        """Those of the brand's that are named."""
        rows = self._db[COLLABORATIONS].find(self._mine | {"_id": {"$in": sorted(ids)}})
        return {row["_id"]: documents.collaboration(row) async for row in rows}

    async def collaboration(self, collaboration: str) -> CollaborationRecord | None:
        """One of the brand's collaborations."""
        row = await self._db[COLLABORATIONS].find_one(self._mine | {"_id": collaboration})
        return documents.collaboration(row) if row is not None else None


async def history(db: mongo.Database, collaboration: str, after: int, limit: int) -> list[HappenedOut]:
    """What happened to a collaboration that the caller may read, from the beginning."""
    query = {"collaboration": collaboration, "revision": {"$gt": after}}
    rows = await db[HISTORY].find(query, {"_id": 0}).sort("revision", 1).limit(limit).to_list(limit)
    return [HappenedOut.model_validate(row) for row in rows]


class CreatorView:
    """All that one creator may read: what was accepted, what was asked directly, and the one invitation proved."""

    def __init__(self, db: mongo.Database, creator: str, invitation: str | None) -> None:
        self._db = db
        mine: list[mongo.Document] = [
            {"creator": creator},
            {"answering": creator, "creator": None},
            {"contact": creator, "creator": None, "answering": None},
        ]
        if invitation is not None:
            mine.append({"_id": invitation, "creator": None, "answering": None})
        self._mine: mongo.Document = {"$or": mine}

    async def collaborations(self, before: str | None, limit: int) -> list[CollaborationRecord]:
        """Newest first."""
        return await _collaborations(self._db, self._mine, before, limit)

    async def collaboration(self, collaboration: str) -> CollaborationRecord | None:
        """One that is the creator's to read."""
        row = await self._db[COLLABORATIONS].find_one({"$and": [{"_id": collaboration}, self._mine]})
        return documents.collaboration(row) if row is not None else None


async def _collaborations(
    db: mongo.Database, query: mongo.Document, before: str | None, limit: int
) -> list[CollaborationRecord]:
    after: mongo.Document = {} if before is None else {"_id": {"$lt": before}}
    rows = await db[COLLABORATIONS].find({"$and": [query, after]}).sort("_id", -1).limit(limit).to_list(limit)
    return [documents.collaboration(row) for row in rows]
