"""Aggregates that are written by compare and set on their revision."""

from typing import Any

from chassis.ids import new_id
from chassis.tx import Tx
from contracts.envelope import EntityEvent, fact_name


class Stale(Exception):
    """The thing was changed by somebody else meanwhile. HTTP 412."""


class Revised(Tx):
    """Aggregates of which a next revision replaces the one before it, and no other."""

    async def replace(self, name: str, document: dict[str, Any]) -> None:
        """Write an aggregate's next revision; raises `Stale`."""
        before = {"_id": document["_id"], "revision": document["revision"] - 1}
        if (await self.db[name].replace_one(before, document, session=self.session)).matched_count == 0:
            raise Stale(document["_id"])

    def say_erased(self, kind: type[EntityEvent[Any]], entity: str, revision: int) -> None:
        """The key's last event, without a state: erased is final."""
        event = kind(id=new_id(), time=self.now, entity=entity, revision=revision, fact=fact_name(kind.TYPE))
        self._put(event, "entity", None)
        self.rows[-1]["revision"] = revision
