"""Clicks, kept once and counted: raw, human, unique (A4)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from attribution.domain.facts import Click
from attribution.store.collections import (
    CLICK_COUNTS,
    CLICKS,
    VISITORS,
    rows_of,
)
from chassis import mongo
from contracts import attribution

DAY = timedelta(days=1)
VISITORS_KNOWN = 2 * DAY

Session = mongo.Session | None


async def add_clicks(
    db: mongo.Database,
    clicks: Sequence[attribution.ClickRecorded],
    session: Session,
    *,
    shard: str,
    keep: timedelta,
) -> None:
    """Keep clicks and count them.

    The counts have one document per link, day and process (`shard`), so that workers never write the same one; readers
    add them up. `unique` counts a visitor's first human click of the day on that link.
    """
    await db[CLICKS].bulk_write([_click_upsert(click, keep) for click in clicks], ordered=False, session=session)
    counts: dict[str, Counter[str]] = {}
    of: dict[str, attribution.ClickRecorded] = {}
    first_visits = await _first_visits(db, clicks, session)
    for click in clicks:
        key = f"{click.link}|{click.time.date().isoformat()}|{shard}"
        of[key] = click
        count = counts.setdefault(key, Counter())
        count["raw"] += 1
        count["human"] += not click.bot
        count["unique"] += click.id in first_visits
    await db[CLICK_COUNTS].bulk_write(
        [
            mongo.UpdateOne(
                {"_id": key},
                {
                    "$setOnInsert": {
                        "link": of[key].link,
                        "collaboration": of[key].collaboration,
                        "campaign": of[key].campaign,
                        "brand": of[key].brand,
                        "creator": of[key].creator,
                        "day": of[key].time.date().isoformat(),
                    },
                    "$inc": dict(count),
                },
                upsert=True,
            )
            for key, count in sorted(counts.items())
        ],
        ordered=False,
        session=session,
    )


def _click_upsert(click: attribution.ClickRecorded, keep: timedelta) -> mongo.UpdateOne:
    document = click.model_dump(mode="json", exclude_none=True, exclude={"id", "time"})
    document |= {"at": click.time, "at_text": click.time.isoformat(), "expires_at": click.time + keep}
    return mongo.UpdateOne({"_id": click.id}, {"$setOnInsert": document}, upsert=True)


async def _first_visits(db: mongo.Database, clicks: Sequence[attribution.ClickRecorded], session: Session) -> set[str]:
    """The ids of those clicks that are their visitor's first human one on that link that day."""
    visits: dict[str, attribution.ClickRecorded] = {}
    for click in clicks:
        if click.visitor is not None and not click.bot:
            visits.setdefault(f"{click.link}|{click.time.date().isoformat()}|{click.visitor}", click)
    if not visits:
        return set()
    keys = list(visits)
    result = await db[VISITORS].bulk_write(
        [
            mongo.UpdateOne(
                {"_id": key}, {"$setOnInsert": {"expires_at": visits[key].time + VISITORS_KNOWN}}, upsert=True
            )
            for key in keys
        ],
        ordered=False,
        session=session,
    )
    return {visits[keys[index]].id for index in result.upserted_ids or {}}


async def clicks_by_id(db: mongo.Database, ids: Sequence[str], session: Session) -> dict[str, Click]:
    """The clicks among these ids that have arrived."""
    if not ids:
        return {}
    found = db[CLICKS].find({"_id": {"$in": sorted(set(ids))}}, session=session)
    return {row["_id"]: _click(row) for row in await rows_of(found)}


def _click(row: mongo.Document) -> Click:
    """The click in a document that we wrote; its time is exact to the microsecond, which a BSON date is not."""
    return Click(
        row["_id"],
        row["brand"],
        row["campaign"],
        row["collaboration"],
        row["creator"],
        datetime.fromisoformat(row["at_text"]),
        row["bot"],
        row["bot_rule"],
    )
