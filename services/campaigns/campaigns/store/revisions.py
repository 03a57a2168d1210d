"""Aggregates that are written by compare and set on their revision."""

from typing import Any

from chassis.tx import Tx


class Stale(Exception):
    """The thing was changed by somebody else meanwhile. HTTP 412."""


class Revised(Tx):
    """Aggregates of which a next revision replaces the one before it, and no other."""

    async def replace(self, name: str, document: dict[str, Any]) -> None:
        """Write an aggregate's next revision; raises `Stale`."""
        before = {"_id": document["_id"], "revision": document["revision"] - 1}
        if (await self.db[name].replace_one(before, document, session=self.session)).matched_count == 0:
            raise Stale(document["_id"])
