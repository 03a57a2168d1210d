"""Up to where each member of a brand has read what changed about the creators on its shortlists."""

from datetime import datetime, timedelta
from typing import Final

from chassis import mongo
from chassis.ids import derived_id

READINGS: Final = "readings"
KEPT: Final = timedelta(days=100)
"""Longer than any alert is kept, so that none turns unread again."""


class Readings:
    """One member's reading for one brand."""

    def __init__(self, db: mongo.Database, brand: str, person: str) -> None:
        self._readings = db[READINGS]
        self._id = derived_id("reading", brand, person)

    async def alerts(self) -> datetime | None:
        """Of which time the last alert was that they read; None if they read none."""
        doc = await self._readings.find_one({"_id": self._id})
        return None if doc is None else doc["alerts"]

    async def read_alerts(self, until: datetime, now: datetime) -> None:
        """Everything up to `until` is read; an earlier time than before changes nothing."""
        change = {"$max": {"alerts": until}, "$set": {"forget_at": now + KEPT}}
        await self._readings.update_one({"_id": self._id}, change, upsert=True)
