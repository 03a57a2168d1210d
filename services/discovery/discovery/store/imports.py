"""How far each import came, kept with its rows, and how each source's files are read."""

from dataclasses import dataclass
from datetime import datetime

from chassis.mongo import ASCENDING, CollectionSpec, Database, Document, IndexModel, Session
from discovery.domain.columns import Memory, Remembered

IMPORTS = "imports"
MAPPINGS = "import_mappings"
KEPT_DAYS = 30
"""How long a position is kept after it moved last."""

COLLECTIONS = (
    CollectionSpec(
        IMPORTS,
        indexes=(IndexModel([("moved_at", ASCENDING)], expireAfterSeconds=KEPT_DAYS * 24 * 3600),),
    ),
    CollectionSpec(MAPPINGS),  # by source
)


class ElsewhereError(Exception):
    """Another run of the same import has moved on; this one ends. HTTP 409, exit status 1."""


class AnotherFileError(Exception):
    """The import of this name is of another file, or of the same one read in another way. HTTP 422, exit status 1."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far an import came: how many of its file's rows are behind it, and what became of them in the store.

    `of` is what it is an import of: a hash of the file's beginning and of how it is read.
    """

    began: datetime
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    of: str = ""


async def position(db: Database, import_: str) -> Position | None:
    """Where an import that did not end stopped; None if there is none."""
    row = await db[IMPORTS].find_one({"_id": import_})
    if row is None:
        return None
    told = (row["began"], row["rows"], row["new"], row["changed"], row["unchanged"])
    return Position(*told, of=row.get("of", ""))


def refuse_another(found: Position, of: str) -> None:
    """Raise `AnotherFileError` where the position is of something else: its rows must not be skipped in this file."""
    if found.of and found.of != of:
        raise AnotherFileError("this import began with another file, or with other options")


async def move(db: Database, session: Session, import_: str, before: Position, after: Position, now: datetime) -> None:
    """Move on, in the transaction that writes the rows. Raises `ElsewhereError` if somebody else did."""
    values = {
        "began": after.began,
        "rows": after.rows,
        "new": after.new,
        "changed": after.changed,
        "unchanged": after.unchanged,
        "of": after.of,
        "moved_at": now,
    }
    row: Document | None = await db[IMPORTS].find_one({"_id": import_}, session=session)
    if (0 if row is None else row["rows"]) != before.rows:
        raise ElsewhereError("another run of this import is going on")
    await db[IMPORTS].replace_one({"_id": import_}, {"_id": import_, **values}, upsert=True, session=session)


async def end(db: Database, session: Session, import_: str) -> None:
    """The import is complete: the same file once more is read from its beginning, and changes nothing."""
    await db[IMPORTS].delete_one({"_id": import_}, session=session)


async def remembered(db: Database, source: str) -> Memory:
    """The headers that somebody named for the source's files."""
    row = await db[MAPPINGS].find_one({"_id": source})
    told = [] if row is None else [list(map(str, each)) for each in row["mapping"]]
    return {name: Remembered(title, *instead) for name, title, *instead in told if title and title[0] != "#"}


async def remember(db: Database, session: Session, source: str, memory: Memory) -> None:
    """Read the source's next file by these headers; by none, everything is forgotten."""
    if memory:
        told = [[name, one.title, one.instead_of] for name, one in memory.items()]
        document = {"_id": source, "mapping": told}
        await db[MAPPINGS].replace_one({"_id": source}, document, upsert=True, session=session)
    else:
        await db[MAPPINGS].delete_one({"_id": source}, session=session)
