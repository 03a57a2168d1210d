"""Databases that stand for a whole run and are found empty by each test: their collections take longer to make."""

from collections.abc import Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo.read_concern import ReadConcern


async def empty_collections(db: AsyncIOMotorDatabase[dict[str, Any]]) -> Sequence[str]:
    """Delete every document; returns the collections that had any. One question finds those, for most have none."""
    names = [name for name in await db.list_collection_names() if not name.startswith("system.")]
    if not names:
        return ()
    looks: list[list[dict[str, Any]]] = [[{"$limit": 1}, {"$project": {"_id": {"$literal": name}}}] for name in names]
    first, *others = looks
    unions = [{"$unionWith": {"coll": name, "pipeline": look}} for name, look in zip(names[1:], others, strict=True)]
    now = db.with_options(read_concern=ReadConcern("local"))  # what is not acknowledged by a majority is there, too
    full = [row["_id"] async for row in now[names[0]].aggregate([*first, *unions])]
    for name in full:
        await db[name].delete_many({})
    return full
