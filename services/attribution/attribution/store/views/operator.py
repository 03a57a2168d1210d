"""What operators see across brands."""

from attribution.store import deliveries
from attribution.store.collections import (
    ORDERS,
)
from attribution.store.views.reading import OrderRecord, Position, record_of
from chassis import mongo


class OperatorView:
    """What operators see across brands: deliveries that could not be read, and orders that wait."""

    def __init__(self, db: mongo.Database) -> None:
        self._db = db

    async def kept_raw(self, position: Position, limit: int) -> list[mongo.Document]:
        """Webhooks of unknown shape, newest first."""
        return await deliveries.deliveries_of(self._db, {"outcome": "kept-raw"}, position, limit)

    async def waiting(self, position: Position, limit: int) -> list[mongo.Document]:
        """Orders that can't be decided yet, the last decided first."""
        after: mongo.Document = {}
        if position is not None:
            time, id_ = position
            after = {"$or": [{"decided_at": {"$lt": time}}, {"decided_at": time, "_id": {"$lt": id_}}]}
        found = self._db[ORDERS].find({"outcome": "waiting"} | after, {"refs": 0, "posted": 0})
        return await found.sort([("decided_at", -1), ("_id", -1)]).limit(limit).to_list(limit)

    async def order(self, order: str) -> OrderRecord | None:
        """Any order with its record."""
        return await record_of(self._db, await self._db[ORDERS].find_one({"_id": order}))
