"""With whom a brand works, as discovery heard it from campaigns. Never what another brand does."""

from collections.abc import Mapping

from chassis import mongo
from contracts.campaigns import CollaborationStatus
from discovery.store.collections import COLLABORATIONS, PROFILES

WORKED = (CollaborationStatus.AGREED, CollaborationStatus.COMPLETED)
"""Where the two agreed on something; an invitation alone is no work."""


class BrandCollaborations:
    """One brand's collaborations; without a brand there are none to ask for."""

    def __init__(self, db: mongo.Database, brand: str) -> None:
        self._db = db
        self._brand = brand

    async def worked_with(self) -> frozenset[str]:
        """The profiles of all with whom the brand agreed on something, ever."""
        return await self._profiles({"status": {"$in": [status.value for status in WORKED]}})

    async def in_campaign(self, campaign: str) -> frozenset[str]:
        """The profiles of all whom the brand invited to one of its campaigns, whatever became of it."""
        return await self._profiles({"campaign": campaign})

    async def _profiles(self, asked: Mapping[str, object]) -> frozenset[str]:
        """Who was invited, and every profile of the accepting account: what it claims, and nobody else has proven."""
        found = self._db[COLLABORATIONS].find({"brand": self._brand, **asked}, {"profile": 1, "creator": 1})
        profiles, creators = set(), set()
        async for row in found:
            profiles.add(row["profile"])
            creators.add(row["creator"])
        creators.discard(None)
        query = {"claimed_by": {"$in": sorted(creators)}, "proven_by": {"$in": [None, *sorted(creators)]}}
        claimed = self._db[PROFILES].find(query, {"_id": 1})
        profiles |= {row["_id"] async for row in claimed}
        return frozenset(profiles - {None})
