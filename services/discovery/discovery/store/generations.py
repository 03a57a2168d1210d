"""Which index is wanted: an operator who wants a new one raises the number, and every api process sees it."""

from chassis import mongo
from discovery.store.collections import SEARCH

INDEX = "index"


async def wanted_generation(db: mongo.Database) -> int:
    """The least generation that an index may be of; 0 until somebody asked for a new one."""
    row = await db[SEARCH].find_one({"_id": INDEX})
    return int(row["generation"]) if row is not None else 0


async def want_new_index(db: mongo.Database, session: mongo.Session | None = None) -> int:
    """Have every api process make its index anew, while the old one serves; the new generation."""
    row = await db[SEARCH].find_one_and_update(
        {"_id": INDEX}, {"$inc": {"generation": 1}}, upsert=True, return_document=True, session=session
    )
    return int(row["generation"])
