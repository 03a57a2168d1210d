"""What may be read. Profiles are no tenant's: every brand and operator finds the same, so a view needs no principal."""

from collections.abc import Sequence

from chassis import mongo
from discovery.domain.profiles import ProfileRecord
from discovery.store import documents
from discovery.store.collections import PROFILES
from discovery.store.documents import UNKNOWN_RANK


class Creators:
    """Profiles that an import told of."""

    def __init__(self, db: mongo.Database) -> None:
        self._profiles = db[PROFILES]

    async def find(self, profile: str) -> ProfileRecord | None:
        """One profile."""
        row = await self._profiles.find_one({"_id": profile, "rank": {"$gte": UNKNOWN_RANK}})
        return documents.profile(row) if row is not None else None

    async def find_named(self, names: Sequence[Sequence[str]]) -> list[ProfileRecord | None]:
        """For each name the one with most followers of the profiles that it may mean, or None, by one question."""
        query = {"_id": {"$in": sorted({one for ids in names for one in ids})}, "rank": {"$gte": UNKNOWN_RANK}}
        order = [("rank", mongo.DESCENDING), ("_id", mongo.ASCENDING)]
        found = [documents.profile(row) async for row in self._profiles.find(query, sort=order)]
        return [next((profile for profile in found if profile.id in ids), None) for ids in names]

    async def find_all(self, profiles: Sequence[str]) -> list[ProfileRecord]:
        """These profiles, in their order; whichever is no more is left out."""
        rows = self._profiles.find({"_id": {"$in": list(profiles)}, "rank": {"$gte": UNKNOWN_RANK}})
        found = {row["_id"]: documents.profile(row) async for row in rows}
        return [found[one] for one in profiles if one in found]
