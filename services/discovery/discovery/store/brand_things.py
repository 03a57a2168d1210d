"""Personas, shortlists with entries and alerts, relevance set by hand: each read and written for one brand."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chassis import mongo
from chassis.ids import derived_id
from chassis.mongo import ASCENDING, DESCENDING, CollectionSpec, Database, Document, IndexModel, Session, UpdateOne
from discovery.domain.brand_things import GROWTH, changes
from discovery.domain.profiles import ProfileRecord

PERSONAS = "personas"
SHORTLISTS = "shortlists"
ENTRIES = "shortlist_entries"
ALERTS = "shortlist_alerts"
RELEVANCES = "relevances"
PREDICTIONS = "predictions"
ALERT_DAYS = 90
MOST_ENTRIES = 1000
MOST_NAMED = 500

COLLECTIONS = (
    CollectionSpec(PERSONAS, indexes=(IndexModel([("brand", ASCENDING), ("name", ASCENDING)]),)),
    CollectionSpec(SHORTLISTS, indexes=(IndexModel([("brand", ASCENDING), ("name", ASCENDING)]),)),
    CollectionSpec(
        ENTRIES,
        indexes=(
            IndexModel([("shortlist", ASCENDING), ("added_at", ASCENDING)]),  # who is on a shortlist
            IndexModel([("profile", ASCENDING)]),  # whose brands hear of a change
        ),
    ),
    CollectionSpec(
        ALERTS,
        indexes=(
            IndexModel([("brand", ASCENDING), ("at", DESCENDING), ("_id", DESCENDING)]),  # a brand's, newest first
            IndexModel([("at", ASCENDING)], expireAfterSeconds=ALERT_DAYS * 24 * 3600),
            IndexModel([("profile", ASCENDING)]),  # what goes with an erased one
        ),
    ),
    CollectionSpec(
        PREDICTIONS,
        indexes=(
            IndexModel([("brand", ASCENDING), ("at", DESCENDING)]),  # a brand's, newest first
            IndexModel([("profile", ASCENDING)]),  # what goes with an erased one
        ),
    ),
    CollectionSpec(
        RELEVANCES,
        indexes=(
            IndexModel([("brand", ASCENDING)]),  # all of a brand's; one by its id
            IndexModel([("profile", ASCENDING)]),  # what goes with an erased one
        ),
    ),
)


class Full(Exception):
    """There are as many as there may be; the message says of what. HTTP 409."""


class Named:
    """One brand's personas, or its shortlists: named things with a revision. Every query names the brand."""

    def __init__(self, db: Database, brand: str, collection: str, session: Session | None = None) -> None:
        self._rows = db[collection]
        self._brand = brand
        self._session = session

    async def all(self) -> list[Document]:
        """All of the brand's, by name."""
        rows = self._rows.find({"brand": self._brand}, session=self._session)
        return [row async for row in rows.sort([("name", ASCENDING), ("_id", ASCENDING)]).limit(MOST_NAMED)]

    async def find(self, id_: str) -> Document | None:
        """One of the brand's; None for any other."""
        return await self._rows.find_one({"_id": id_, "brand": self._brand}, session=self._session)

    async def add(self, id_: str, values: Mapping[str, Any], now: datetime) -> Document:
        """Make one. Raises `Full`."""
        if await self._rows.count_documents({"brand": self._brand}, session=self._session) >= MOST_NAMED:
            raise Full(f"A brand has {MOST_NAMED} of these at most. Remove one first.")
        row = {**values, "_id": id_, "brand": self._brand, "revision": 1, "made_at": now, "changed_at": now}
        await self._rows.insert_one(row, session=self._session)
        return row

    async def change(self, row: Document, values: Mapping[str, Any], now: datetime) -> Document:
        """Change one of the brand's that was just found in this transaction."""
        after = {**row, **values, "revision": row["revision"] + 1, "changed_at": now}
        query = {"_id": row["_id"], "brand": self._brand, "revision": row["revision"]}
        result = await self._rows.replace_one(query, after, session=self._session)
        assert result.matched_count == 1  # else a conflict was overlooked
        return after

    async def remove(self, id_: str) -> bool:
        """Whether there was one."""
        gone = await self._rows.delete_one({"_id": id_, "brand": self._brand}, session=self._session)
        return bool(gone.deleted_count)


class Shortlists:
    """Who is on one brand's shortlists, with notes, and what changed about them."""

    def __init__(self, db: Database, brand: str, session: Session | None = None) -> None:
        self._db = db
        self._brand = brand
        self._session = session
        self.named = Named(db, brand, SHORTLISTS, session)

    async def profiles(self, shortlist: str) -> list[str] | None:
        """The profiles on one of the brand's shortlists; None for one that is not there or another brand's."""
        rows = await self.entries(shortlist)
        return None if rows is None else [row["profile"] for row in rows]

    async def entries(self, shortlist: str) -> list[Document] | None:
        """The same with notes, in the order in which they were added."""
        if await self.named.find(shortlist) is None:
            return None
        rows = self._db[ENTRIES].find({"shortlist": shortlist, "brand": self._brand}, session=self._session)
        return [row async for row in rows.sort([("added_at", ASCENDING), ("_id", ASCENDING)])]

    async def put(self, shortlist: str, profile: ProfileRecord, note: str, who: str, now: datetime) -> Document | None:
        """Put somebody on a shortlist, or change the note; None for a foreign shortlist. Raises `Full`.

        The growth that they have now is what later growth is compared with.
        """
        if await self.named.find(shortlist) is None:
            return None
        id_ = derived_id("entry", shortlist, profile.id)
        before = await self._db[ENTRIES].find_one({"_id": id_}, session=self._session)
        if before is None:
            count = await self._db[ENTRIES].count_documents({"shortlist": shortlist}, session=self._session)
            if count >= MOST_ENTRIES:
                raise Full(f"A shortlist has {MOST_ENTRIES} creators at most. Begin another one.")
        row = {
            "_id": id_,
            "shortlist": shortlist,
            "brand": self._brand,
            "profile": profile.id,
            "note": note,
            "noted_by": who,
            "added_at": now if before is None else before["added_at"],
            "growth": profile.stats.growth_30d if before is None else before.get("growth"),
        }
        await self._db[ENTRIES].replace_one({"_id": id_}, row, upsert=True, session=self._session)
        return row

    async def take_off(self, shortlist: str, profile: str) -> bool:
        """Whether they were on it."""
        gone = await self._db[ENTRIES].delete_one(
            {"_id": derived_id("entry", shortlist, profile), "brand": self._brand}, session=self._session
        )
        return bool(gone.deleted_count)

    async def remove(self, shortlist: str) -> bool:
        """Remove a shortlist with all that is on it."""
        if not await self.named.remove(shortlist):
            return False
        for name in (ENTRIES, ALERTS):
            await self._db[name].delete_many({"shortlist": shortlist, "brand": self._brand}, session=self._session)
        return True

    async def new_alerts(self, since: datetime | None, most: int) -> int:
        """How many changed since then, up to `most`."""
        query: Document = {"brand": self._brand} | ({} if since is None else {"at": {"$gt": since}})
        return await self._db[ALERTS].count_documents(query, limit=most)

    async def alerts(self, after: tuple[datetime, str] | None, limit: int) -> list[Document]:
        """What changed about those on the brand's shortlists, newest first."""
        query: Document = {"brand": self._brand}
        if after is not None:
            at, id_ = after
            query["$or"] = [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": id_}}]
        rows = self._db[ALERTS].find(query).sort([("at", DESCENDING), ("_id", DESCENDING)]).limit(limit)
        return [row async for row in rows]


async def alert(
    db: Database, session: Session, pairs: Sequence[tuple[ProfileRecord, ProfileRecord]], now: datetime
) -> None:
    """Tell every brand with a changed creator on a shortlist what is different about them."""
    known = {after.id: (before, after) for before, after in pairs if after is not before and before.is_known}
    if not known:
        return
    entries = [row async for row in db[ENTRIES].find({"profile": {"$in": list(known)}}, session=session)]
    rows = []
    for entry in entries:
        before, after = known[entry["profile"]]
        rows += [
            {
                "_id": derived_id("alert", entry["_id"], str(after.revision), change.what),
                "brand": entry["brand"],
                "shortlist": entry["shortlist"],
                "profile": after.id,
                "what": change.what,
                "before": change.before,
                "after": change.after,
                "at": now,
            }
            for change in changes(before.state(), after.state(), entry.get("growth", before.stats.growth_30d))
        ]
    if rows:
        await db[ALERTS].insert_many(rows, session=session)
    told = [
        UpdateOne({"_id": derived_id("entry", row["shortlist"], row["profile"])}, {"$set": {"growth": row["after"]}})
        for row in rows
        if row["what"] == GROWTH
    ]
    if told:
        await db[ENTRIES].bulk_write(told, session=session)


class Relevances:
    """What one brand set by hand for creators, in hundredths of a percent (D8)."""

    def __init__(self, db: Database, brand: str) -> None:
        self._rows = db[RELEVANCES]
        self._brand = brand

    def _id(self, profile: str) -> str:
        return derived_id("relevance", self._brand, profile)

    async def all(self) -> dict[str, int]:
        """All that the brand set, by profile."""
        rows = self._rows.find({"brand": self._brand}, {"profile": 1, "relevance": 1})
        return {row["profile"]: int(row["relevance"]) async for row in rows}

    async def put(self, session: mongo.Session, profile: str, relevance: int, who: str, now: datetime) -> None:
        """Set it."""
        row = {"brand": self._brand, "profile": profile, "relevance": relevance, "set_by": who, "set_at": now}
        await self._rows.replace_one({"_id": self._id(profile)}, row, upsert=True, session=session)

    async def remove(self, session: mongo.Session, profile: str) -> bool:
        """Let what is reckoned count again; whether anything was set."""
        return bool((await self._rows.delete_one({"_id": self._id(profile)}, session=session)).deleted_count)
