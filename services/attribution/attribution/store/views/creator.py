"""What a creator may read."""

from datetime import datetime

from attribution.domain.views import as_seen_by
from attribution.store.collections import (
    COUPONS,
    LINKS,
    ORDERS,
)
from attribution.store.views.entries import creator_sums, entries_of
from attribution.store.views.reading import OrderRecord, Position, brand_names, by_id, orders_of, record_of
from chassis import mongo
from contracts.attribution import CouponStatus
from contracts.http.attribution import BalanceOut


class CreatorView:
    """All that one creator may read: own links, coupons and amounts; others only as "another creator"."""

    def __init__(self, db: mongo.Database, creator: str) -> None:
        self._db = db
        self._creator = creator

    async def orders(
        self, position: Position, limit: int, *, campaign: str | None, collaboration: str | None
    ) -> list[mongo.Document]:
        """Orders in which the creator has a share, with that share only."""
        query: mongo.Document = {"creators": self._creator}
        asked = {"campaign": campaign, "collaboration": collaboration}
        own = {name: value for name, value in asked.items() if value is not None}
        if own:
            # By own shares only: whether others of the order are of that campaign is no business of this creator's.
            query["shares"] = {"$elemMatch": {"creator": self._creator, **own}}
        return [self._own(row) for row in await orders_of(self._db, query, position, limit)]

    async def order(self, order: str) -> OrderRecord | None:
        """One order with the record as this creator may see it; also one whose touch of theirs lost."""
        row = await self._db[ORDERS].find_one({"_id": order})
        record = await record_of(self._db, row)
        if record is None or not self._has_part(record):
            return None
        own = [
            transaction | {"legs": [leg for leg in transaction["legs"] if leg.get("creator") == self._creator]}
            for transaction in record.transactions
        ]
        return OrderRecord(
            self._own(record.row),
            as_seen_by(record.decision, self._creator),
            record.decided_at,
            [transaction for transaction in own if transaction["legs"]],
        )

    def _has_part(self, record: OrderRecord) -> bool:
        return any(candidate.creator == self._creator for candidate in record.decision.candidates)

    def _own(self, row: mongo.Document) -> mongo.Document:
        return row | {"shares": [share for share in row.get("shares", ()) if share["creator"] == self._creator]}

    async def balances(self, now: datetime) -> list[BalanceOut]:
        """Sums of all ledger entries by brand and currency (MONEY 21), commission and fees apart."""
        sums = await creator_sums(self._db, self._creator, now)
        names = await brand_names(self._db, [brand for brand, _ in sums])
        return [
            BalanceOut(
                brand=brand,
                brand_name=names.get(brand, ""),
                currency=currency,
                pending=commission.pending + fees.pending,
                payable=commission.payable + fees.payable,
                total=commission.total + fees.total,
                commission=commission,
                fees=fees,
            )
            for (brand, currency), (commission, fees) in sums.items()
        ]

    async def entries(self, position: Position, limit: int) -> list[mongo.Document]:
        """Ledger transactions with the creator's own legs, newest first."""
        return await entries_of(self._db, {"creator": self._creator}, position, limit)

    async def links(self, after: str, limit: int, **only: str) -> list[mongo.Document]:
        """By id; `only` those with these values of campaign, collaboration, placement or status."""
        return await by_id(self._db, LINKS, only | {"creator": self._creator}, after, limit)

    async def link(self, link: str) -> mongo.Document | None:
        """One of their links."""
        return await self._db[LINKS].find_one({"creator": self._creator, "_id": link})

    async def coupons(self, after: str, limit: int, **only: str) -> list[mongo.Document]:
        """By id; a code only once the store knows it (A3)."""
        shown: mongo.Document = {"creator": self._creator, "status": {"$ne": CouponStatus.TO_ENTER.value}}
        return await by_id(self._db, COUPONS, {"$and": [only, shown]}, after, limit)
