"""Forgetting somebody for good: what the chassis itself holds of them, and that nothing brings them back."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from chassis import mongo
from chassis.dead_letters import DEAD_LETTERS
from chassis.doubles import FINAL, REVISIONS
from chassis.tx import TIMERS, Tx

if TYPE_CHECKING:
    from chassis.timers import Timer

FORGOTTEN = "forgotten"
ANSWERS = "idempotency_keys"
AT_ONCE = 500
AGAIN: Final = "forget-again"
"""The timer that looks once more for what came in the moment of an erasure."""
A_MOMENT: Final = timedelta(minutes=10)

COLLECTIONS = (mongo.CollectionSpec(FORGOTTEN),)


async def remember_forgotten(tx: Tx, accounts: Sequence[str]) -> None:
    """From now on these accounts are nobody's: a token of theirs that still lives is refused, and so are late facts."""
    for account in accounts:
        await tx.db[FORGOTTEN].update_one(
            {"_id": account}, {"$setOnInsert": {"at": tx.now}}, upsert=True, session=tx.session
        )


async def forgotten_among(
    db: mongo.Database, accounts: Collection[str], session: mongo.Session | None = None
) -> frozenset[str]:
    """Which of these accounts were forgotten."""
    if not accounts:
        return frozenset()
    found = db[FORGOTTEN].find({"_id": {"$in": sorted(accounts)}}, {"_id": 1}, session=session)
    return frozenset([row["_id"] async for row in found])


async def refuse_later(tx: Tx, topic: str, entities: Sequence[str]) -> None:
    """What another service said of these entities, and this one did not hear yet, is refused as if they were erased."""
    for entity in entities:
        await tx.db[REVISIONS].update_one(
            {"_id": f"{topic}|{entity}"}, {"$max": {"revision": FINAL}}, upsert=True, session=tx.session
        )


async def forget_letters(tx: Tx, ids: Sequence[str], *, but_of: str = "") -> int:
    """Drop the parked records that name one of these ids, but those of the topic that asks for it; how many.

    All are read: parked records are few, and what could not be handled has no field to look for.
    """
    needles = [one.encode() for one in ids]
    found: list[str] = []
    rows = tx.db[DEAD_LETTERS].find({"topic": {"$ne": but_of}}, {"key": 1, "value": 1}, session=tx.session)
    async for row in rows:
        said = bytes(row["key"] or b"") + b"\x00" + bytes(row["value"] or b"")
        if any(needle in said for needle in needles):
            found.append(row["_id"])
    await _delete(tx, DEAD_LETTERS, found)
    return len(found)


async def forget_answers_about(tx: Tx, ids: Sequence[str]) -> None:
    """Drop the kept answers that name one of these ids, whoever asked: sent again, they would tell of the person.

    Read outside of the transaction, as they are many; what comes meanwhile is found when it is looked once more.
    """
    needles = [one.encode() for one in ids]
    found: list[str] = []
    async for row in tx.db[ANSWERS].find({}, {"body": 1}):
        body = bytes(row["body"])
        if any(needle in body for needle in needles):
            found.append(row["_id"])
    await _delete(tx, ANSWERS, found)


async def forget_records(tx: Tx, ids: Sequence[str], *, but_of: str = "") -> int:
    """Drop parked records and kept answers that name one of these ids; how many were parked."""
    await forget_answers_about(tx, ids)
    return await forget_letters(tx, ids, but_of=but_of)


def look_again(tx: Tx, erasure: str, asked: int, ids: Sequence[str], *, but_of: str = "") -> None:
    """Have the records of these ids dropped once more, a little later: some come in the moment of the erasure."""
    tx.set_timer(AGAIN, erasure, tx.now + A_MOMENT, version=asked, data={"ids": list(ids), "but_of": but_of})


async def forget_again(timer: "Timer", tx: Tx) -> None:
    """What `look_again` asked for."""
    await forget_records(tx, timer.data["ids"], but_of=timer.data["but_of"])


async def forget_answers(tx: Tx, account: str) -> None:
    """Drop the answers that are kept for requests which the account may send again."""
    await tx.db[ANSWERS].delete_many({"account": account}, session=tx.session)


async def _delete(tx: Tx, collection: str, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), AT_ONCE):
        some = list(ids[start : start + AT_ONCE])
        await tx.db[collection].delete_many({"_id": {"$in": some}}, session=tx.session)


async def forget_timers(tx: Tx, aggregates: Sequence[str]) -> None:
    """Drop all that is due of these aggregates: when something is due can tell of a person, as a birthday does."""
    await tx.db[TIMERS].delete_many({"aggregate": {"$in": list(aggregates)}}, session=tx.session)
