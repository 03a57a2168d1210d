"""Months and fees once more: what their orders and steps say, against what is posted (MONEY 14, 22, 23)."""

from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from attribution.domain.entries import NOTHING, Amounts, Entered
from attribution.domain.fees import due
from attribution.domain.ledger import LedgerTransaction, fee_key
from attribution.domain.months import month_key, reckon
from attribution.domain.verify import Check, Difference, entry_differences
from attribution.store import months
from attribution.store.collections import COLLABORATIONS, FEES, LEDGER, MONTHS, ORDERS, rows_of
from chassis import mongo
from contracts import campaigns

DAMAGED = (ValueError, KeyError, TypeError, AttributeError)
"""How reading a document fails that we did not write so: what it is of is named, and all else is examined."""


class Adding(Protocol):
    """Where it is added up what was examined."""

    months: int
    fees: int

    def add(self, transactions: Sequence[LedgerTransaction]) -> None:
        """Add up what was read of the ledger."""


class EntriesReader:
    """Reads all months and fees and names what differs. `now` says which months are over."""

    def __init__(self, db: mongo.Database, now: datetime, counts: Adding) -> None:
        self._db = db
        self._now = now
        self._counts = counts

    async def differences(self) -> AsyncIterator[Difference]:
        """Every month, then every fee, then ledger entries that belong to nothing."""
        async for key in self._month_keys():
            for difference in await _readable(key, self._month(key)):
                yield difference
        fees = {row["_id"]: row async for row in self._db[FEES].find()}
        async for row in self._db[COLLABORATIONS].find({"state.deliverables.0": {"$exists": True}}):
            for difference in await _readable(row["_id"], self._fees_of(row, fees)):
                yield difference
        for row in fees.values():
            for difference in await _readable(row["_id"], self._left_out(row)):
                yield difference
        async for difference in self._strays():
            yield difference

    async def _month_keys(self) -> AsyncIterator[str]:
        """The names of all months: those with a row, those that orders name, those with entries; each once."""
        known: set[str] = set()
        async for row in self._db[MONTHS].find({}, {"_id": 1}).sort("_id", 1):
            known.add(row["_id"])
            yield row["_id"]
        by_key: list[mongo.Document] = [
            {"$match": {"months.key": {"$exists": True}}},
            {"$unwind": "$months"},
            {"$group": {"_id": "$months.key"}},
            {"$sort": {"_id": 1}},
        ]
        async for row in self._db[ORDERS].aggregate(by_key):
            if row["_id"] not in known:
                known.add(row["_id"])
                yield row["_id"]
        async for row in self._db[LEDGER].find(_beginning_with(":month:"), {"month": 1, "collaboration": 1}):
            if (key := month_key(row["month"], row["collaboration"])) not in known:
                known.add(key)
                yield key

    async def _month(self, key: str) -> list[Difference]:
        async with await self._db.client.start_session(snapshot=True) as session:
            row = await self._db[MONTHS].find_one({"_id": key}, session=session) or {}
            brought = await months.contributions_of(self._db, key, session)
            entries = await self._entries(f":month:{key}#", session)
            worth = await months.fixings_for(self._db, brought, session)
        self._counts.months += 1
        should: Amounts = {}
        if brought and self._now >= max(piece.close for piece in brought):
            should = reckon(brought, worth).entries
        return self._compared(key, should, entries, row, Check.MONTH)

    async def _fees_of(self, row: mongo.Document, fees: dict[str, mongo.Document]) -> list[Difference]:
        """The fees of a collaboration's deliverables; takes their rows out of `fees`."""
        state = campaigns.Collaboration.model_validate(row["state"])
        found: list[Difference] = []
        for deliverable in state.deliverables:
            key = fee_key(state.id, deliverable.id)
            should, _ = due(state, deliverable)
            entries = await self._entries(f":fee:{key}#", None)
            self._counts.fees += 1
            found += self._compared(key, should, entries, fees.pop(key, {}), Check.FEE)
        return found

    async def _left_out(self, row: mongo.Document) -> list[Difference]:
        """A fee of a deliverable that its collaboration no longer has: nothing may be left of it."""
        self._counts.fees += 1
        return self._compared(row["_id"], {}, await self._entries(f":fee:{row['_id']}#", None), row, Check.FEE)

    async def _strays(self) -> AsyncIterator[Difference]:
        """Fees' entries without a row that says them; those of orders and months were found by their own names."""
        known = {row["_id"] async for row in self._db[FEES].find({}, {"_id": 1})}
        async for row in self._db[LEDGER].find(_beginning_with(":fee:")):
            key = fee_key(row["collaboration"], row["deliverable"])
            if key not in known:
                yield Difference(key, Check.MISSING, f"{row['_id']} is an entry of a fee that has no row")

    async def _entries(self, prefix: str, session: mongo.Session | None) -> list[mongo.Document]:
        return await rows_of(self._db[LEDGER].find(_beginning_with(prefix), session=session))

    def _compared(
        self, key: str, should: Amounts, entries: Sequence[mongo.Document], row: mongo.Document, check: Check
    ) -> list[Difference]:
        found: list[Difference] = []
        transactions = balanced(key, entries, found)
        self._counts.add(transactions)
        kept = Entered.from_doc(row["posted"]) if "posted" in row else NOTHING
        return found + entry_differences(key, should, transactions, kept, check)


async def _readable(name: str, found: Awaitable[list[Difference]]) -> list[Difference]:
    """What was found, or that something of it can't be read: the others are examined all the same."""
    try:
        return await found
    except DAMAGED as error:
        return [Difference(name, Check.UNREADABLE, repr(error)[:2000])]


def balanced(name: str, rows: Iterable[mongo.Document], found: list[Difference]) -> list[LedgerTransaction]:
    """The transactions in these rows; those that don't sum to zero are added to `found` instead."""
    transactions = []
    for row in rows:
        try:
            transactions.append(LedgerTransaction.from_doc(row))
        except ValueError as error:  # Unbalanced, as pydantic tells it, or no transaction at all
            found.append(Difference(name, Check.UNBALANCED, f"{row['_id']}: {error}"))
    return transactions


def _beginning_with(prefix: str) -> mongo.Document:
    """Ids that begin so; the last character's successor ends the range."""
    return {"_id": {"$gte": prefix, "$lt": prefix[:-1] + chr(ord(prefix[-1]) + 1)}}
