"""One index on disk: what the topic says goes in, and it says itself how far it came."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final

import orjson
from tantivy import Document, Index, IndexWriter, Query, Searcher

from discovery.domain.search_documents import SearchDocument
from discovery.search import fields
from discovery.search.checks import ForeignIndex, TornIndex, check

POSITION: Final = "\x00position"
"""The id of the document that says how far the index came: no creator's, for ids have no control characters."""
MB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Change:
    """What a creator became at a revision, as JSON of the index's fields; None: erased, for good."""

    id: str
    revision: int
    document: str | None

    @classmethod
    def of(cls, creator: str, revision: int, document: SearchDocument | None) -> "Change":
        """The same with the document as the index takes it."""
        made = None if document is None else orjson.dumps(fields.document(document, revision)).decode()
        return cls(creator, revision, made)


@dataclass(frozen=True, slots=True)
class Position:
    """How far an index came: the next offset of each partition, and the generation that it was made for."""

    offsets: Mapping[int, int] = field(default_factory=dict)
    generation: int = 0


class CreatorIndex:
    """An index in a folder, with one writer: this process. `position` is what the newest commit says.

    Whatever writes waits for whoever writes already; `searcher` gives each caller a view that does not change.
    """

    def __init__(self, folder: Path, index: Index, *, memory: int) -> None:
        self.folder = folder
        self.position = Position()
        self._index = index
        self._memory = memory
        self._writer: IndexWriter | None = None
        self._pending: dict[str, int] = {}
        self._one_at_a_time = Lock()
        self._is_closed = False
        index.config_reader("manual")

    @classmethod
    def create(cls, folder: Path, generation: int = 0, *, memory: int = 64 * MB) -> "CreatorIndex":
        """A new one, in an empty folder that is there already; it knows its position at once."""
        made = cls(folder, Index(fields.schema(), str(folder), reuse=False), memory=memory)
        made.commit(Position({}, generation))
        return made

    @classmethod
    def open(cls, folder: Path, *, memory: int = 64 * MB) -> "CreatorIndex":
        """One that was made before, with all its checksums compared. Raises `TornIndex`."""
        check(folder)
        with torn_unless_whole():
            opened = cls(folder, Index.open(str(folder)), memory=memory)
            opened._index.reload()
            opened.position = opened._position()
        return opened

    def searcher(self) -> Searcher:
        """A view of the newest commit; it stays as it is while the index goes on."""
        return self._index.searcher()

    def take(self, changes: Sequence[Change]) -> None:
        """Take what is newer than what is there; seen after the next commit."""
        newest: dict[str, Change] = {}
        for change in changes:
            if change.id not in newest or change.revision > newest[change.id].revision:
                newest[change.id] = change
        with self._one_at_a_time, torn_unless_whole():
            writer = self._writing()
            known = self.revisions([one for one in newest if one not in self._pending])
            for change in newest.values():
                before = self._pending.get(change.id, known.get(change.id, 0))
                if change.revision <= before:
                    continue
                if before:
                    writer.delete_documents_by_term(fields.ID, change.id)
                if change.document is None:
                    writer.add_document(_reserved(change.id, change.revision))
                else:
                    writer.add_json(change.document)
                self._pending[change.id] = change.revision

    def commit(self, position: Position) -> None:
        """What was taken and how far that is, both or neither; a crash at any moment leaves one of the two."""
        with self._one_at_a_time, torn_unless_whole():
            writer = self._writing()
            writer.delete_documents_by_term(fields.ID, POSITION)
            said = {
                "fingerprint": fields.fingerprint(),
                "generation": position.generation,
                "offsets": {str(partition): offset for partition, offset in position.offsets.items()},
            }
            note = _reserved(POSITION, 0)
            note.add_text(fields.NOTE, json.dumps(said))
            writer.add_document(note)
            writer.commit()
            self._index.reload()
            self._pending = {}
            self.position = position

    def revisions(self, ids: Sequence[str]) -> dict[str, int]:
        """The committed revision of each of these that is there."""
        if not ids:
            return {}
        searcher = self._index.searcher()
        query = Query.term_set_query(fields.schema(), fields.ID, list(ids))
        found = [address for _, address in searcher.search(query, len(ids), count=False).hits]
        if not found:
            return {}
        revisions = searcher.fast_field_values(fields.REVISION, found)
        return {
            searcher.doc(address)[fields.ID][0]: int(revision or 0)
            for address, revision in zip(found, revisions, strict=True)
        }

    def close(self, *, merged: bool = False) -> None:
        """Let the folder go; what was not committed is dropped. `merged`: once small parts are merged into larger."""
        with self._one_at_a_time:
            writer, self._writer, self._is_closed = self._writer, None, True
            if writer is None:
                return
            with suppress(TornIndex), torn_unless_whole():
                writer.rollback()
                if merged:
                    writer.wait_merging_threads()

    def _writing(self) -> IndexWriter:
        if self._is_closed:
            raise TornIndex("the index was closed meanwhile")
        if self._writer is None:
            self._writer = self._index.writer(self._memory, 1)
        return self._writer

    def _position(self) -> Position:
        searcher = self._index.searcher()
        query = Query.term_query(fields.schema(), fields.ID, POSITION, "basic")
        hits = searcher.search(query, 1).hits
        if not hits:
            raise TornIndex("the index does not say how far it came")
        said = json.loads(searcher.doc(hits[0][1])[fields.NOTE][0])
        if said["fingerprint"] != fields.fingerprint():
            raise ForeignIndex("the index is of another format")
        return Position(
            {int(partition): offset for partition, offset in said["offsets"].items()}, int(said["generation"])
        )


@contextmanager
def torn_unless_whole() -> Iterator[None]:
    """Whatever the index raises while it reads or writes its files means that they are not whole."""
    try:
        yield
    except (ValueError, OSError, KeyError) as error:
        raise TornIndex(f"the index can't be used: {error}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the library's own, which is no Exception
            raise
        raise TornIndex(f"the index can't be used: {error}") from error


def _reserved(name: str, revision: int) -> Document:
    made = Document()
    made.add_text(fields.ID, name)
    made.add_unsigned(fields.REVISION, revision)
    made.add_text(fields.RESERVED, "yes")
    return made
