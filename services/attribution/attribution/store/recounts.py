"""Recounts of clicks: which there are, and the state of each."""

from collections.abc import Sequence
from datetime import date, datetime

from attribution.domain.recounts import FIRST, Part, Recount
from attribution.store.collections import CLICK_RECOUNTS, rows_of
from chassis import mongo

Session = mongo.Session | None


async def recounts_of(db: mongo.Database, session: Session = None) -> tuple[Recount, ...]:
    """All recounts, the oldest first: few, for each needs a new version of the rule."""
    found = db[CLICK_RECOUNTS].find({}, session=session).sort("_id", 1)
    return tuple(_recount(row) for row in await rows_of(found))


async def begin(db: mongo.Database, recount: Recount, session: Session) -> None:
    """Write down that it begins; raises `DuplicateKeyError` where another process began it in the same moment."""
    await db[CLICK_RECOUNTS].insert_one(
        {
            "_id": recount.number,
            "rule": recount.rule,
            "base": recount.base,
            "from_day": recount.from_day.isoformat(),
            "began_at": recount.began_at,
        },
        session=session,
    )


async def finish(db: mongo.Database, number: int, now: datetime, session: Session) -> None:
    """From here on answers are by this recount."""
    await db[CLICK_RECOUNTS].update_one(
        {"_id": number, "finished_at": {"$exists": False}}, {"$set": {"finished_at": now}}, session=session
    )


def of_parts(parts: Sequence[Part]) -> mongo.Document:
    """The query for the rows of `click_counts` that answer: each count's own days."""
    asked: list[mongo.Document] = []
    for part in parts:
        one: mongo.Document = {"recount": part.number if part.number != FIRST else {"$in": [FIRST, None]}}
        days = {"$gte": part.start.isoformat()} if part.start else {}
        days |= {"$lt": part.end.isoformat()} if part.end else {}
        if days:
            one["day"] = days
        asked.append(one)
    return asked[0] if len(asked) == 1 else {"$or": asked}


def _recount(row: mongo.Document) -> Recount:
    return Recount(
        row["_id"],
        row["rule"],
        row["base"],
        date.fromisoformat(row["from_day"]),
        row["began_at"],
        row.get("finished_at"),
    )
