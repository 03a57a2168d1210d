"""What operators see across brands."""

from collections.abc import Iterable, Mapping
from datetime import date

from attribution.store import deliveries
from attribution.store.collections import (
    ORDERS,
)
from attribution.store.views.reading import (
    Counting,
    OrderRecord,
    Position,
    brand_names,
    clicks_by,
    held_orders,
    record_of,
)
from chassis import mongo
from contracts.http.attribution import Clicks


class OperatorView:
    """What operators see across brands: deliveries kept raw, orders that wait or are held, clicks by count."""

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

    async def by_brand(self, counting: Counting, since: date, until: date) -> dict[str, Clicks]:
        """Clicks of these UTC days, both inclusive, by one count."""
        days = {"day": {"$gte": since.isoformat(), "$lte": until.isoformat()}}
        return await clicks_by(self._db, days, "brand", counting)

    async def brand_names(self, brands: Iterable[str]) -> Mapping[str, str]:
        """Brands by id, as they are called."""
        return await brand_names(self._db, brands)

    async def held(self, position: Position, limit: int) -> list[mongo.Document]:
        """Orders of all brands that are held, newest first."""
        return await held_orders(self._db, {}, position, limit)

    async def order(self, order: str) -> OrderRecord | None:
        """Any order with its record."""
        return await record_of(self._db, await self._db[ORDERS].find_one({"_id": order}))
