"""Months of collaborations whose terms have tiers or a cap: marked by orders, reckoned after their close (MONEY 14)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from attribution.domain.decisions import Decision
from attribution.domain.entries import NOTHING, Entered, month_posting
from attribution.domain.instants import EPOCH, seconds
from attribution.domain.months import (
    Contribution,
    Fixings,
    Reckoned,
    UsedFixing,
    contributions,
    no_fixings,
    reckon,
    to_look_up,
    worth_by,
)
from attribution.store import fixings
from attribution.store.collections import LEDGER, MONTHS, ORDERS, rows_of
from chassis import mongo
from chassis.tx import Tx

MONTH_LOOK = "month"
CLOSE = "month-close"
"""The purpose of a month's timer; its aggregate is the month's key, its version the second of the close."""

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


async def reckon_month(tx: Tx, key: str, close: datetime) -> None:
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
    if tx.now < close:
        # The brand's zone was corrected after the month had been closed by the old one.
        tx.set_timer(CLOSE, key, close, version=seconds(close))
        reckoned = Reckoned()
    else:
        reckoned = reckon(brought, await fixings_for(tx.db, brought, tx.session))
    transaction = month_posting(month, collaboration, reckoned.entries, posted, tx.now)
    now_posted = posted.after(transaction) if transaction is not None else posted
    days, _ = to_look_up(brought)
    fields: mongo.Document = {
        "month": month,
        "collaboration": collaboration,
        "close": close,
        "number": now_posted.number,
        "posted": now_posted.to_doc(),
        "held": reckoned.held,
        "unfixed": list(reckoned.unfixed),
        "fixings": _USED.dump_python(reckoned.fixings, mode="json"),
        "converts_until": max(days, default=None),
        "reckoned_at": tx.now,
    }
    if brought:
        fields |= {"brand": brought[0].brand, "creator": brought[0].creator, "campaign": brought[0].campaign}
    await rows.update_one({"_id": key}, {"$set": fields}, session=tx.session)
    if transaction is not None:
        await tx.db[LEDGER].insert_one(transaction.to_doc(), session=tx.session)


async def fixings_for(db: mongo.Database, brought: Sequence[Contribution], session: mongo.Session | None) -> Fixings:
    """The fixings that the month converts by; nothing is read where all is in one currency (MONEY 16)."""
    days, currencies = to_look_up(brought)
    return worth_by(await fixings.fixings_before(db, days, currencies, session)) if days else no_fixings


async def converting_after(db: mongo.Database, day: str) -> list[tuple[str, datetime]]:
    """Months, each with its close, whose conversions a fixing of that day (ISO date) may change."""
    found = db[MONTHS].find({"converts_until": {"$gt": day}}, {"close": 1})
    return [(row["_id"], row["close"]) for row in await rows_of(found)]
