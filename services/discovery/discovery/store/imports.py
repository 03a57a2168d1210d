"""How far each import came, kept with its rows, and how each source's files are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chassis.mongo import ASCENDING, CollectionSpec, Database, Document, IndexModel, Session

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


@dataclass(frozen=True, slots=True)
class Position:
    """How far an import came: how many of its file's rows are behind it, and what became of them in the store."""

    began: datetime
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0


async def position(db: Database, import_: str) -> Position | None:
    """Where an import that did not end stopped; None if there is none."""
    row = await db[IMPORTS].find_one({"_id": import_})
    return None if row is None else Position(row["began"], row["rows"], row["new"], row["changed"], row["unchanged"])


async def move(db: Database, session: Session, import_: str, before: Position, after: Position, now: datetime) -> None:
    """Move on, in the transaction that writes the rows. Raises `ElsewhereError` if somebody else did."""
    values = {
        "began": after.began,
        "rows": after.rows,
        "new": after.new,
        "changed": after.changed,
        "unchanged": after.unchanged,
        "moved_at": now,
    }
    row: Document | None = await db[IMPORTS].find_one({"_id": import_}, session=session)
    if (0 if row is None else row["rows"]) != before.rows:
        raise ElsewhereError("another run of this import is going on")
    await db[IMPORTS].replace_one({"_id": import_}, {"_id": import_, **values}, upsert=True, session=session)


async def end(db: Database, session: Session, import_: str) -> None:
    """The import is complete: the same file once more is read from its beginning, and changes nothing."""
    await db[IMPORTS].delete_one({"_id": import_}, session=session)


async def remembered(db: Database, source: str) -> Mapping[str, str]:
    """How the source's last file was read, where somebody said so."""
    row = await db[MAPPINGS].find_one({"_id": source})
    return {} if row is None else {str(field): str(title) for field, title in row["mapping"]}


async def remember(db: Database, session: Session, source: str, mapping: Mapping[str, str]) -> None:
    """Read the source's next file alike."""
    document = {"_id": source, "mapping": [[field, title] for field, title in mapping.items()]}
    await db[MAPPINGS].replace_one({"_id": source}, document, upsert=True, session=session)
