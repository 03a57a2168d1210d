"""The handles that one import has met, on disk: memory stays flat however long the file is."""

import sqlite3
from types import TracebackType
from typing import Self

from discovery.domain.profiles import ImportedRow


class Seen:
    """A private temporary database, gone with the import. A handle's first row is the one that counts.

    Were it the last one, a file with two figures for one creator would never come to rest: each repetition would
    change the profile to and fro.
    """

    def __init__(self) -> None:
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute("PRAGMA synchronous = OFF")
        self._rows.execute("CREATE TABLE seen (profile TEXT PRIMARY KEY, line INT, says INT) WITHOUT ROWID")
        self._rows.execute("BEGIN")

    def before(self, row: ImportedRow) -> tuple[int, bool] | None:
        """The line on which the same creator stands already, and whether it says the same; None for the first one."""
        says = hash(row.says())
        made = self._rows.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", (row.profile, row.line, says))
        if made.rowcount:
            return None
        line, said = self._rows.execute("SELECT line, says FROM seen WHERE profile = ?", (row.profile,)).fetchone()
        return line, said == says

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._rows.close()
