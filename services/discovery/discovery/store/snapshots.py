"""Snapshots and videos as they are kept, and what is asked of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chassis.ids import derived_id
from chassis.mongo import (
    ASCENDING,
    DESCENDING,
    CollectionSpec,
    Database,
    Document,
    IndexModel,
    InsertOne,
    ReplaceOne,
    Session,
)
from discovery.domain.profiles import Observation
from discovery.domain.snapshots import LISTED_VIDEOS, Video
from discovery.domain.standing_figures import Said, off_seven_days

SNAPSHOTS = "snapshots"
VIDEOS = "videos"
COUNTS = ("views", "likes", "comments", "shares")
NEVER = (datetime.min.replace(tzinfo=UTC), "")
KEPT_DAYS = 1100
"""How long a snapshot is history: three years and a bit. What stands in a profile stays."""

COLLECTIONS = (
    CollectionSpec(
        SNAPSHOTS,
        indexes=(
            IndexModel([("profile", ASCENDING), ("at", DESCENDING)]),  # a profile's history
            IndexModel([("at", ASCENDING)], expireAfterSeconds=KEPT_DAYS * 24 * 3600),
        ),
    ),
    CollectionSpec(
        VIDEOS,
        indexes=(
            IndexModel([("profile", ASCENDING), ("published_at", DESCENDING), ("video", DESCENDING)]),  # the last ones
        ),
    ),
)


async def repeated(db: Database, session: Session, ids: Sequence[str]) -> set[str]:
    """Which of these snapshots are there already."""
    found = db[SNAPSHOTS].find({"_id": {"$in": list(ids)}}, {"_id": 1}, session=session)
    return {row["_id"] async for row in found}


async def keep(db: Database, session: Session, observations: Mapping[str, Observation]) -> None:
    """Keep snapshots, by their ids, that are not there yet."""
    if observations:
        rows = [_of_snapshot(id_, each) for id_, each in observations.items()]
        await db[SNAPSHOTS].insert_many(rows, session=session)


def _of_snapshot(id_: str, observation: Observation) -> Document:
    snapshot = observation.snapshot
    return {
        "_id": id_,
        "profile": observation.profile,
        "at": snapshot.at,
        "source": snapshot.source,
        "dated": snapshot.is_dated,
        "told": snapshot.told,
    }


async def followers(
    db: Database, session: Session, profiles: Collection[str], since: datetime
) -> dict[str, list[Said]]:
    """Each profile's counts of followers from `since` on."""
    found = db[SNAPSHOTS].find(
        {"profile": {"$in": list(profiles)}, "at": {"$gte": since}, "told.followers": {"$exists": True}},
        {"profile": 1, "at": 1, "source": 1, "told.followers": 1},
        session=session,
    )
    counts: dict[str, list[Said]] = {}
    async for row in found:
        counts.setdefault(row["profile"], []).append(Said(row["at"], row["source"], row["told"]["followers"]))
    return counts


async def keep_videos(db: Database, session: Session, observations: Iterable[Observation]) -> None:
    """Keep each video's newest numbers, and those nearest to its age of seven days, in whatever order they come."""
    told: dict[str, list[tuple[Observation, Video]]] = {}
    for observation in observations:
        for video in observation.snapshot.videos:
            told.setdefault(video_id(observation.profile, video.id), []).append((observation, video))
    if not told:
        return
    found = db[VIDEOS].find({"_id": {"$in": list(told)}}, session=session)
    known = {row["_id"]: row async for row in found}
    writes: list[InsertOne[Document] | ReplaceOne[Document]] = []
    for id_, looks in told.items():
        before = known.get(id_)
        after = before
        for observation, video in looks:
            after = looked_at(after, id_, observation, video)
        if before is None and after is not None:
            writes.append(InsertOne(after))
        elif after is not None and after != before:
            writes.append(ReplaceOne({"_id": id_}, after))
    if writes:
        await db[VIDEOS].bulk_write(writes, session=session)


def video_id(profile: str, video: str) -> str:
    """One for each video of a profile."""
    return derived_id("video", profile, video)


def looked_at(before: Document | None, id_: str, observation: Observation, video: Video) -> Document:
    """The video after one more look at it: of each number what was said of the latest time stands, as of all figures.

    What a look does not tell stays. `at` and `source` are those of the last look, whatever it told.
    """
    at, source = observation.snapshot.at, observation.snapshot.source
    told = [Said(at, source, each) for each in (video.published_at, *(getattr(video, name) for name in COUNTS))]
    known = told if before is None else [_later(*pair) for pair in zip(_said(before), told, strict=True)]
    last = (at, source) if before is None else max((before["at"], before["source"]), (at, source))
    seventh = (before or {}).get("seventh")
    off = off_seven_days(video, at)
    if off is not None:
        candidate = {"off": int(off.total_seconds()), "at": at, "source": source, "views": video.views}
        seventh = candidate if seventh is None else min(seventh, candidate, key=_seventh_order)
    return {
        "_id": id_,
        "profile": observation.profile,
        "video": video.id,
        "published_at": known[0].value,
        "at": last[0],
        "source": last[1],
        "numbers": [each.value for each in known],
        "said": [None if each.value is None else [each.at, each.source] for each in known],
        "seventh": seventh,
    }


def _said(row: Document) -> list[Said]:
    """Each number with its time and source; one that nobody told, with those of no look."""
    # As it was kept before each number had a time of its own: all that of the last look.
    of = row.get("said") or [(row["at"], row["source"])] * len(row["numbers"])
    return [Said(*_of(each), value) for each, value in zip(of, row["numbers"], strict=True)]


def _of(told: Sequence[Any] | None) -> tuple[datetime, str]:
    return NEVER if told is None else (told[0], told[1])


def _later(one: Said, other: Said) -> Said:
    if one.value is None or other.value is None:
        return other if one.value is None else one
    return max(one, other)


def _seventh_order(row: Document) -> tuple[int, datetime, str, int]:
    return row["off"], row["at"], row["source"], row["views"]


async def videos(db: Database, profile: str, session: Session | None = None) -> list[tuple[Video, Document]]:
    """The last 30 videos of a profile, newest first, each with its document."""
    rows = (
        db[VIDEOS]
        .find({"profile": profile}, session=session)
        .sort([("published_at", DESCENDING), ("video", DESCENDING)])
        .limit(LISTED_VIDEOS)
    )
    return [(Video(row["video"], *row["numbers"]), row) async for row in rows]


async def views_now(db: Database, ids: Collection[str]) -> dict[str, int]:
    """The newest count of views of each of these videos, by their ids here; those that nobody counted are not there."""
    rows = db[VIDEOS].find({"_id": {"$in": list(ids)}}, {"numbers": 1})
    return {row["_id"]: views async for row in rows if (views := Video("", *row["numbers"]).views) is not None}


async def views_at_seven_days(db: Database, session: Session, profile: str) -> list[int]:
    """Of the last 30 videos those that were seen at the age of seven days, and how often they had been watched then."""
    return [row["seventh"]["views"] for _, row in await videos(db, profile, session) if row["seventh"] is not None]


async def history(db: Database, profile: str, since: datetime, limit: int) -> list[Document]:
    """A profile's snapshots from `since` on, the newest `limit` of them, oldest first."""
    rows = db[SNAPSHOTS].find({"profile": profile, "at": {"$gte": since}}).sort("at", DESCENDING).limit(limit)
    return [row async for row in rows][::-1]
