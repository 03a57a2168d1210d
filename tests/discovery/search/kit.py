"""A search without Kafka: its index takes what waits in the outbox, in the order in which it would be sent."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from chassis.context import Context
from chassis.tx import OUTBOX
from contracts.topics import CREATORS
from discovery.search.finding import Finder
from discovery.search.index import Change, CreatorIndex, Position
from discovery.search.reading import changes_of
from discovery.search.search import Search


class SearchOfOutbox(Search):
    """The service's own search; before each answer it takes what was said since."""

    def __init__(self, context: Context[Any], folder: Path) -> None:
        super().__init__(folder / "search", context.settings)
        self._context = context
        self._taken: set[str] = set()
        self._index_folder = folder / "index"
        self._made: CreatorIndex | None = None

    async def ask(self, *questions: Callable[[Finder], Any]) -> list[Any]:
        rows = await self._context.db[OUTBOX].find({"topic": CREATORS.name}).sort("revision", 1).to_list(None)
        news = [row for row in rows if row["_id"] not in self._taken]
        self._taken |= {row["_id"] for row in news}
        if news or self._finder is None:
            said = changes_of([row["value"] for row in news])
            assert all(isinstance(change, Change) for change in said), said
            if self._made is None:
                self._index_folder.mkdir()
                self._made = CreatorIndex.create(self._index_folder)
            self._made.take(said)
            self._made.commit(Position({0: len(self._taken)}))
            self._finder = Finder(self._made.searcher())
        return await super().ask(*questions)

    async def close(self) -> None:
        if self._made is not None:
            self._made.close()
