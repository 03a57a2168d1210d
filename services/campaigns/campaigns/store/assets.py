"""Files of briefs: what is known of them; their bytes lie in the object store (C2)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from campaigns.store.collections import ASSETS, COLLABORATIONS
from chassis import mongo
from chassis.mongo import Document
from chassis.tx import Tx
from contracts.http.campaigns import AssetOut

GIVEN_UP_AFTER: Final = timedelta(hours=1)
"""An upload that did not finish by then never will: its process died."""

OF_BRIEF: Final[Document] = {"collaboration": {"$exists": False}}
"""A file of the brief; the others are work that was handed in."""


class AssetStatus(StrEnum):
    """A row is there before the bytes, and until after they are gone, so that no bytes are ever forgotten."""

    ARRIVING = "arriving"
    STORED = "stored"
    DROPPED = "dropped"


class KeepsAssets(Tx):
    """Files in the service's transaction."""

    async def begin_asset(self, asset: str, brand: str, campaign: str, collaboration: str | None = None) -> None:
        """Its bytes will come: of a brief, or of work that is handed in."""
        document = {
            "_id": asset,
            "brand": brand,
            "campaign": campaign,
            "status": AssetStatus.ARRIVING.value,
            "at": self.now,
            **({} if collaboration is None else {"collaboration": collaboration}),
        }
        await self.db[ASSETS].insert_one(document, session=self.session)

    async def count_assets(self, campaign: str) -> int:
        """How many files a campaign has, those that are on the way included."""
        query = {"campaign": campaign, "status": {"$ne": AssetStatus.DROPPED.value}, **OF_BRIEF}
        return await self.db[ASSETS].count_documents(query, session=self.session)

    async def count_files(self, collaboration: str) -> int:
        """How many files were handed in for a collaboration, those that are on the way included."""
        query = {"collaboration": collaboration, "status": {"$ne": AssetStatus.DROPPED.value}}
        return await self.db[ASSETS].count_documents(query, session=self.session)

    async def has_file(self, collaboration: str, file: str) -> bool:
        """Whether the file was handed in for that collaboration, and is whole."""
        query = {"_id": file, "collaboration": collaboration, "status": AssetStatus.STORED.value}
        return await self.db[ASSETS].find_one(query, {"_id": 1}, session=self.session) is not None

    async def finish_asset(self, asset: str, *, name: str, type_: str, size: int, sha256: str) -> AssetOut | None:
        """Its bytes are there; None if it was dropped meanwhile."""
        changes = {
            "status": AssetStatus.STORED.value,
            "name": name,
            "type": type_,
            "size": size,
            "sha256": sha256,
            "at": self.now,
        }
        query = {"_id": asset, "status": AssetStatus.ARRIVING.value}
        done = await self.db[ASSETS].update_one(query, {"$set": changes}, session=self.session)
        if done.matched_count == 0:
            return None
        row = await self.db[ASSETS].find_one({"_id": asset}, session=self.session)
        return None if row is None else _out(row)

    async def drop_asset(self, brand: str, asset: str) -> bool:
        """No longer there for anybody; its bytes are erased soon. False if there is none."""
        query = {"_id": asset, "brand": brand, "status": AssetStatus.STORED.value, **OF_BRIEF}
        change = {"$set": {"status": AssetStatus.DROPPED.value, "at": self.now}}
        return (await self.db[ASSETS].update_one(query, change, session=self.session)).matched_count > 0

    async def drop_assets_of(self, campaign: str) -> None:
        """All files of a draft that is dropped."""
        change = {"$set": {"status": AssetStatus.DROPPED.value, "at": self.now}}
        await self.db[ASSETS].update_many({"campaign": campaign}, change, session=self.session)

    async def drop_files_of(self, collaborations: Sequence[str]) -> None:
        """All work that was handed in as files: its creator is forgotten."""
        change = {"$set": {"status": AssetStatus.DROPPED.value, "at": self.now}}
        query = {"collaboration": {"$in": list(collaborations)}}
        await self.db[ASSETS].update_many(query, change, session=self.session)

    async def drop_upload(self, asset: str) -> None:
        """An upload came to nothing."""
        change = {"$set": {"status": AssetStatus.DROPPED.value, "at": self.now}}
        await self.db[ASSETS].update_one({"_id": asset}, change, session=self.session)


async def assets_of(db: mongo.Database, campaign: str) -> list[AssetOut]:
    """A campaign's files, oldest first. Whoever asks must be allowed to see the campaign."""
    rows = db[ASSETS].find({"campaign": campaign, "status": AssetStatus.STORED.value, **OF_BRIEF}).sort("_id", 1)
    return [_out(row) async for row in rows]


async def asset_with(db: mongo.Database, campaign: str, sha256: str) -> AssetOut | None:
    """A file of the campaign with the same bytes: sent twice is kept once."""
    query = {"campaign": campaign, "sha256": sha256, "status": AssetStatus.STORED.value, **OF_BRIEF}
    row = await db[ASSETS].find_one(query)
    return None if row is None else _out(row)


async def files_of(db: mongo.Database, collaboration: str) -> list[AssetOut]:
    """Files that were handed in, oldest first. Whoever asks must be allowed to see the collaboration."""
    rows = db[ASSETS].find({"collaboration": collaboration, "status": AssetStatus.STORED.value}).sort("_id", 1)
    return [_out(row) async for row in rows]


async def asset(db: mongo.Database, asset_id: str) -> tuple[AssetOut, str] | None:
    """A file and the brand that it belongs to."""
    row = await db[ASSETS].find_one({"_id": asset_id, "status": AssetStatus.STORED.value})
    return None if row is None else (_out(row), row["brand"])


async def takes_part(db: mongo.Database, campaign: str, creator: str, invitation: str | None) -> bool:
    """Whether a creator has a collaboration in the campaign, or an invitation to it that is theirs to read."""
    mine: list[Document] = [{"creator": creator}, {"contact": creator, "creator": None}]
    if invitation is not None:
        mine.append({"_id": invitation, "creator": None})
    query = {"campaign": campaign, "stands": True, "$or": mine}
    return await db[COLLABORATIONS].find_one(query, {"_id": 1}) is not None


async def to_erase(db: mongo.Database, now: datetime, limit: int) -> Sequence[str]:
    """Files whose bytes must go: dropped ones, and uploads that never finished."""
    query = {
        "$or": [
            {"status": AssetStatus.DROPPED.value},
            {"status": AssetStatus.ARRIVING.value, "at": {"$lt": now - GIVEN_UP_AFTER}},
        ]
    }
    return [row["_id"] async for row in db[ASSETS].find(query, {"_id": 1}).limit(limit)]


async def erased(db: mongo.Database, asset_id: str) -> None:
    """The bytes are gone: nothing is left to remember."""
    await db[ASSETS].delete_one({"_id": asset_id, "status": {"$ne": AssetStatus.STORED.value}})


def _out(row: Document) -> AssetOut:
    return AssetOut(
        id=row["_id"],
        campaign=row["campaign"],
        name=row["name"],
        type=row["type"],
        size=row["size"],
        sha256=row["sha256"],
        uploaded_at=row["at"],
        collaboration=row.get("collaboration"),
    )
