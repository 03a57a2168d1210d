"""Photos of creators: each account's own for each of its profiles, small enough to be a document."""

from collections.abc import Mapping

from chassis.mongo import ASCENDING, CollectionSpec, Database, IndexModel, Session
from discovery.domain.photos import Photo

PHOTOS = "photos"

COLLECTION = CollectionSpec(
    PHOTOS,
    indexes=(
        IndexModel([("account", ASCENDING)]),  # an account's own
        IndexModel([("profile", ASCENDING), ("name", ASCENDING)]),  # the one that a profile shows
    ),
)


async def put(db: Database, session: Session, registration: str, of: Mapping[str, str], photo: Photo) -> None:
    """Keep a registration's photo instead of the one before; `of` names its account and profile."""
    row = {**of, "name": photo.name, "content": photo.content}
    await db[PHOTOS].replace_one({"_id": registration}, row, upsert=True, session=session)


async def remove(db: Database, session: Session, registration: str) -> None:
    """It is gone."""
    await db[PHOTOS].delete_one({"_id": registration}, session=session)


async def shown(db: Database, profile: str, name: str) -> bytes | None:
    """The photo of this name, whichever account's it is: what a profile shows says which name."""
    row = await db[PHOTOS].find_one({"profile": profile, "name": name}, {"content": 1})
    return None if row is None else bytes(row["content"])


async def own(db: Database, registration: str, name: str) -> bytes | None:
    """A registration's own."""
    row = await db[PHOTOS].find_one({"_id": registration, "name": name}, {"content": 1})
    return None if row is None else bytes(row["content"])
