"""Months of collaborations whose terms have tiers or a cap: marked by orders, reckoned after their close (MONEY 14)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from attribution.domain.decisions import Decision
from attribution.domain.entries import NOTHING, Entered, month_posting
from attribution.domain.instants import EPOCH, seconds
from attribution.domain.months import (
    Contribution,
    Fixings,
    Reckoned,
    UsedFixing,
    Worth,
    contributions,
    no_fixings,
    reckon,
)
from attribution.store.collections import LEDGER, MONTHS, ORDERS, rows_of
from chassis import mongo
from chassis.tx import Tx

MONTH_LOOK = "month"
CLOSE = "month-close"
"""The purpose of a month's timer; its aggregate is the month's key, its version the second of the close."""

FIXINGS: Fixings = no_fixings
_USED = TypeAdapter(tuple[UsedFixing, ...])


def mark(tx: Tx, before: Sequence[mongo.Document], decision: Decision) -> list[mongo.Document]:
    """What the order's document keeps for its months; those that it changes are looked at after the commit.

    The mark is of the order's own transaction: a month can't miss an order that was written.
    """
    now = [{"key": piece.key, "close": piece.close, "doc": piece.to_doc()} for piece in contributions(decision)]
    for piece in (*before, *now):
        if (piece in before) is not (piece in now):
            tx.look(MONTH_LOOK, f"{seconds(piece['close'])}|{piece['key']}")
    return now


def of_look(name: str) -> tuple[str, datetime]:
    """The month's key and its close, as a mark names them."""
    close, _, key = name.partition("|")
    return key, EPOCH + timedelta(seconds=int(close))


async def waits(db: mongo.Database, key: str, close: datetime, now: datetime) -> bool:
    """Whether the month is not over, nothing of it is posted, and a timer is set for that close."""
    if now >= close:
        return False
    return await db[MONTHS].find_one({"_id": key, "close": close, "number": 0}, {"_id": 1}) is not None


async def contributions_of(db: mongo.Database, key: str, session: mongo.Session | None) -> list[Contribution]:
    """What orders bring to the month, in any order."""
    found = db[ORDERS].find({"months.key": key}, {"months": 1}, session=session)
    return [
        Contribution.from_doc(piece["doc"])
        for row in await rows_of(found)
        for piece in row["months"]
        if piece["key"] == key
    ]


async def reckon_month(tx: Tx, key: str, close: datetime, fixings: Fixings | None = None) -> None:
    """Bring a closed month's entries to what its orders say; before its close, set the timer.

    The month's document is written before anything is read, so of two at once the later sees what the earlier saw.
    """
    rows = tx.db[MONTHS]
    await rows.update_one({"_id": key}, {"$inc": {"claims": 1}}, upsert=True, session=tx.session)
    row = await rows.find_one({"_id": key}, session=tx.session) or {}
    month, _, collaboration = key.partition(":")
    posted = Entered.from_doc(row["posted"]) if "posted" in row else NOTHING
    if tx.now < close and not posted.number:
        tx.set_timer(CLOSE, key, close, version=seconds(close))
        waiting = {"month": month, "collaboration": collaboration, "close": close, "number": 0}
        await rows.update_one({"_id": key}, {"$set": waiting}, session=tx.session)
        return
    brought = await contributions_of(tx.db, key, tx.session)
    close = max((piece.close for piece in brought), default=close)
    kept = used_fixings(row)
    if tx.now < close:
        # The brand's zone was corrected after the month had been closed by the old one.
        tx.set_timer(CLOSE, key, close, version=seconds(close))
        reckoned = Reckoned()
    else:
        reckoned = reckon(brought, kept_first(kept, fixings or FIXINGS))
    if reckoned.unfixed:
        tomorrow = tx.now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        tx.set_timer(CLOSE, key, tomorrow, version=seconds(tomorrow))
    transaction = month_posting(month, collaboration, reckoned.entries, posted, tx.now)
    now_posted = posted.after(transaction) if transaction is not None else posted
    all_kept = tuple({(one.currency, one.to, one.day): one for one in (*kept, *reckoned.fixings)}.values())
    fields: mongo.Document = {
        "month": month,
        "collaboration": collaboration,
        "close": close,
        "number": now_posted.number,
        "posted": now_posted.to_doc(),
        "held": reckoned.held,
        "unfixed": list(reckoned.unfixed),
        "fixings": _USED.dump_python(all_kept, mode="json"),
        "reckoned_at": tx.now,
    }
    if brought:
        fields |= {"brand": brought[0].brand, "creator": brought[0].creator, "campaign": brought[0].campaign}
    await rows.update_one({"_id": key}, {"$set": fields}, session=tx.session)
    if transaction is not None:
        await tx.db[LEDGER].insert_one(transaction.to_doc(), session=tx.session)


def used_fixings(row: Mapping[str, Any]) -> tuple[UsedFixing, ...]:
    """The rates that a month was reckoned by (MONEY 16)."""
    return _USED.validate_python(row.get("fixings", ()))


def kept_first(kept: Sequence[UsedFixing], fixings: Fixings) -> Fixings:
    """Rates that were taken once are taken for ever, whatever a source says later."""
    known = {(one.currency, one.to, one.day): Worth(one.factor, one.at, one.source) for one in kept}

    def fixing(currency: str, to: str, day: date) -> Worth | None:
        return known.get((currency, to, day)) or fixings(currency, to, day)

    return fixing
