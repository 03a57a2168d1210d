"""What may be read. Profiles are no tenant's: every brand and operator finds the same, so a view needs no principal."""

import asyncio
from dataclasses import dataclass
from typing import Final

from chassis import mongo
from discovery.domain.profiles import ProfileRecord
from discovery.domain.words import words_of
from discovery.store import documents
from discovery.store.collections import ORDER, PROFILES
from discovery.store.documents import UNKNOWN_RANK

LONGEST_MS: Final = 5000
"""A search that takes longer is given up: 503."""
LAST: Final = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; every part narrows it."""

    text: str = ""
    network: str | None = None
    min_followers: int | None = None
    max_followers: int | None = None
    claimed: bool | None = None

    def query(self) -> mongo.Document:
        """Made of words and numbers only: nothing of the text is ever an operator or a pattern."""
        unknown_too = self.min_followers is None and self.max_followers is None
        least = UNKNOWN_RANK if unknown_too else max(self.min_followers or 0, 0)
        rank = {"$gte": least} | ({} if self.max_followers is None else {"$lte": self.max_followers})
        query: mongo.Document = {"rank": rank}
        if self.network is not None:
            query["network"] = self.network
        if self.claimed is not None:
            query["claimed"] = self.claimed
        if self.text.strip():
            words = words_of(self.text)
            query["$and"] = [{"words": {"$elemMatch": {"$gte": word, "$lt": word + LAST}}} for word in words] or [
                {"words": {"$in": []}}
            ]
        return query


class Creators:
    """Profiles that an import told of."""

    def __init__(self, db: mongo.Database) -> None:
        self._profiles = db[PROFILES]

    async def find(self, profile: str) -> ProfileRecord | None:
        """One profile."""
        row = await self._profiles.find_one({"_id": profile, "rank": {"$gte": UNKNOWN_RANK}})
        return documents.profile(row) if row is not None else None

    async def search(
        self, search: Search, after: tuple[int, str] | None, limit: int
    ) -> tuple[list[ProfileRecord], int]:
        """Up to `limit` profiles by followers, beginning after the given rank and id; and how many there are in all."""
        query = search.query()
        rows, total = await asyncio.gather(self._page(query, after, limit), self._count(query))
        return [documents.profile(row) for row in rows], total

    async def _page(self, query: mongo.Document, after: tuple[int, str] | None, limit: int) -> list[mongo.Document]:
        page = query
        if after is not None:
            rank, profile = after
            page = {"$and": [query, {"$or": [{"rank": {"$lt": rank}}, {"rank": rank, "_id": {"$gt": profile}}]}]}
        return (
            await self._profiles.find(page, {"words": 0})
            .sort(ORDER)
            .limit(limit)
            .max_time_ms(LONGEST_MS)
            .to_list(limit)
        )

    async def _count(self, query: mongo.Document) -> int:
        return await self._profiles.count_documents(query, maxTimeMS=LONGEST_MS)
