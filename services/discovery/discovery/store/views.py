"""What may be read. Profiles are no tenant's: every brand and operator finds the same, so a view needs no principal."""

from collections.abc import Iterable, Sequence

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

    async def find_named(self, ids: Iterable[str]) -> ProfileRecord | None:
        """Of these profiles the one with most followers."""
        query = {"_id": {"$in": list(ids)}, "rank": {"$gte": UNKNOWN_RANK}}
        row = await self._profiles.find_one(query, sort=[("rank", mongo.DESCENDING), ("_id", mongo.ASCENDING)])
        return documents.profile(row) if row is not None else None

    async def find_all(self, profiles: Sequence[str]) -> list[ProfileRecord]:
        """These profiles, in their order; whichever is no more is left out."""
        rows = self._profiles.find({"_id": {"$in": list(profiles)}, "rank": {"$gte": UNKNOWN_RANK}})
        found = {row["_id"]: documents.profile(row) async for row in rows}
        return [found[one] for one in profiles if one in found]
