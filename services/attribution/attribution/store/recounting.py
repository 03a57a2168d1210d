"""Judging kept clicks anew: in parts, each one transaction, so that a kill loses or repeats nothing."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attribution.domain.recounts import FIRST, Recount, Rule, current, following, under_way
from attribution.store.clicks import VISITORS_KNOWN, Count, add_up, kept_as_counted
from attribution.store.collections import CLICKS, VISITORS, rows_of
from attribution.store.recounts import begin, finish, recounts_of
from chassis import mongo
from chassis.tx import Transactions

if TYPE_CHECKING:
    from datetime import timedelta

    from attribution.store import AttributionTx

AT_ONCE = 500
SECONDS = 30.0
SHARD = "recount"


async def begin_recount(transactions: "Transactions[AttributionTx]", rule: Rule, kept: "timedelta") -> Recount:
    """The recount by this rule: the one under way or finished if the newest is by it, else a new one.

    A newest one that is unfinished and by another rule is given up: what it counted is never read.
    """

    async def work(tx: "AttributionTx") -> Recount:
        recounts = await recounts_of(tx.db, tx.session)
        if recounts and recounts[-1].rule == rule.name:
            return recounts[-1]
        recount = following(recounts, rule.name, tx.now, kept)
        await begin(tx.db, recount, tx.session)
        return recount

    return await transactions.run(work, seconds=SECONDS)


async def sweep(transactions: "Transactions[AttributionTx]", recount: Recount, rule: Rule) -> int:
    """Count up to `AT_ONCE` clicks that this recount has not; returns how many there were, 0 once there are none.

    Which recount counted a click last stands in the click, written with the counts: that is the position, and a click
    that arrives meanwhile carries it, too.
    """

    async def work(tx: "AttributionTx") -> int:
        left: mongo.Document = {"recount": {"$not": {"$gte": recount.number}}}
        found = tx.db[CLICKS].find(left, session=tx.session).sort([("recount", 1), ("_id", 1)]).limit(AT_ONCE)
        rows = await rows_of(found)
        if not rows:
            return 0
        # Marked first: another sweep of the same clicks conflicts here, before anything is counted.
        await tx.db[CLICKS].update_many(
            {"_id": {"$in": [row["_id"] for row in rows]}}, {"$set": {"recount": recount.number}}, session=tx.session
        )
        counted = [kept_as_counted(row, recount, rule) for row in rows if row["at"].date() >= recount.from_day]
        if counted:
            is_open = recount.finished_at is None
            await add_up(tx.db, counted, Count(recount.number, SHARD, is_open=is_open), tx.session)
        return len(rows)

    return await transactions.run(work, seconds=SECONDS)


async def finish_recount(transactions: "Transactions[AttributionTx]", recount: Recount) -> None:
    """Make it the current one; its visitors are forgotten as all others are."""
    await transactions.run(lambda tx: finish(tx.db, recount.number, tx.now, tx.session), seconds=SECONDS)
    await forget_visitors(transactions)


async def forget_visitors(transactions: "Transactions[AttributionTx]") -> None:
    """Give the visitors of recounts that are finished or given up their end; repeated until there are none."""
    db, now = transactions.db, transactions.clock.now()
    running = under_way(await recounts_of(db))
    over: Mapping[str, int] = {"$gt": FIRST} if running is None else {"$gt": FIRST, "$lt": running.number}
    await db[VISITORS].update_many(
        {"open": over}, {"$set": {"expires_at": now + 2 * VISITORS_KNOWN}, "$unset": {"open": ""}}
    )


async def sweep_leftovers(transactions: "Transactions[AttributionTx]", rule: Rule) -> int:
    """Count what a worker wrote in the moment in which a recount began or ended; returns how many clicks."""
    recounts = await recounts_of(transactions.db)
    number = current(recounts)
    if number == FIRST:
        return 0
    (recount,) = [one for one in recounts if one.number == number]
    swept = 0
    while found := await sweep(transactions, recount, rule):
        swept += found
    await forget_visitors(transactions)
    return swept
