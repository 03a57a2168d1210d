"""Which collaborations are a creator's, and what is reckoned of them (D6).

Those that name the profile, and those of the accounts behind it: who came by a link or a mail, or applied with several
profiles, has a collaboration that names none, and a person's other profiles are the same person.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.mongo import Database, Document, Session
from discovery.domain.deliveries import Delivery
from discovery.domain.profiles import ProfileRecord
from discovery.domain.standing_figures import Sales, sales_window
from discovery.store import documents, sales, snapshots
from discovery.store.collections import COLLABORATIONS, PROFILES


def of_person(profile: ProfileRecord) -> Document:
    """The query of all that the person behind a profile works at here."""
    return _either(profile, {})


def of_figures(profile: ProfileRecord) -> Document:
    """The query of what sold by this profile's views: work that names another profile is by that one's."""
    return _either(profile, {"profile": None})


def _either(profile: ProfileRecord, of_accounts: Document) -> Document:
    if not profile.accounts:
        return {"profile": profile.id}
    return {"$or": [{"profile": profile.id}, {**of_accounts, "creator": {"$in": list(profile.accounts)}}]}


async def deliveries(db: Database, session: Session, profile: ProfileRecord) -> Sequence[Delivery]:
    """How the person's dates were kept."""
    rows = db[COLLABORATIONS].find(of_person(profile), {"deliveries": 1}, session=session)
    return [each async for row in rows for each in documents.deliveries(row)]


async def sold(db: Database, session: Session, profile: ProfileRecord) -> Sequence[Sales]:
    """What was sold while the views of 30 days were counted; nothing where these are unknown."""
    window = sales_window(profile.known)
    if window is None:
        return []
    found = db[COLLABORATIONS].find(of_figures(profile), {"_id": 1}, session=session)
    return await sales.sums(db, session, [row["_id"] async for row in found], *window)


@dataclass(frozen=True, slots=True)
class Published:
    """Of `videos` that were published, `counted` are known here, with so many views together; None of none."""

    videos: int
    counted: int
    views: int | None


async def published(db: Database, rows: Sequence[Document]) -> dict[str, Published]:
    """What became of the videos of these collaborations, by their ids: one question for all of them.

    Of what was kept by an earlier version nothing is known, which is None and not zero.
    """
    wanted = {id_ for row in rows for video in row.get("published", ()) for id_ in video}
    views = await snapshots.views_now(db, wanted) if wanted else {}
    found = {}
    for row in rows:
        told = row.get("published", ())
        counted = [views[ids[0]] for video in told if (ids := [id_ for id_ in video if id_ in views])]
        found[row["_id"]] = Published(len(told), len(counted), sales.whole(sum(counted)) if counted else None)
    return found


async def profiles_at(db: Database, session: Session, collaboration: str) -> Sequence[ProfileRecord]:
    """The profiles whose figures a collaboration is part of; none while it is not heard of."""
    row = await db[COLLABORATIONS].find_one({"_id": collaboration}, session=session)
    if row is None:
        return []
    query: list[Document] = [{"_id": row["profile"]}] if row["profile"] is not None else []
    if row["creator"] is not None:
        query.append({"claimed_by": row["creator"]})
    if not query:
        return []
    rows = db[PROFILES].find({"$or": query}, session=session).sort("_id", 1)
    found = [documents.profile(one) async for one in rows]
    return [one for one in found if one.id == row["profile"] or row["creator"] in one.accounts]
