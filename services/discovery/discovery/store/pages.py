"""What stands on a creator's page (D6), read for one principal: of other brands only numbers."""

from datetime import datetime
from typing import Final

from chassis.mongo import Database, Document
from discovery.domain.profiles import ProfileRecord
from discovery.domain.relations import Relation
from discovery.domain.snapshots import Video
from discovery.domain.standing_figures import Sales
from discovery.store import sales, snapshots, work
from discovery.store.collections import COLLABORATIONS
from discovery.store.predictions import CAME_ABOUT

MOST_POINTS: Final = 1000
MOST_COLLABORATIONS: Final = 5000


class PageView:
    """One creator's page for one brand; an operator has none of its own collaborations there."""

    def __init__(self, db: Database, brand: str | None) -> None:
        self._db = db
        self._brand = brand

    async def history(self, profile: str, since: datetime) -> list[Document]:
        """The snapshots from then on, oldest first."""
        return await snapshots.history(self._db, profile, since, MOST_POINTS)

    async def videos(self, profile: str) -> list[tuple[Video, Document]]:
        """The last 30, newest first."""
        return await snapshots.videos(self._db, profile)

    async def relations(self, profile: ProfileRecord) -> list[Relation]:
        """All collaborations with the creator, of whichever brand: for numbers only."""
        rows = self._db[COLLABORATIONS].find(work.of_person(profile)).limit(MOST_COLLABORATIONS)
        return [Relation(row["brand"], row["status"], row["sent_at"], row["answered_at"]) async for row in rows]

    async def own(self, profile: ProfileRecord) -> list[tuple[Document, list[Sales]]]:
        """The brand's own collaborations with the creator that came to an agreement, with what each sold."""
        if self._brand is None:
            return []
        query = {**work.of_person(profile), "brand": self._brand, "status": {"$in": CAME_ABOUT}}
        rows = self._db[COLLABORATIONS].find(query)
        found = [row async for row in rows.sort("sent_at", -1).limit(MOST_COLLABORATIONS)]
        sold = await sales.by_collaboration(self._db, [row["_id"] for row in found])
        return [(row, sold.get(row["_id"], [])) for row in found]
