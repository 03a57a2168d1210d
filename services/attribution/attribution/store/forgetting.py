"""Forgetting a creator (D12): links and codes end, the public page goes, and what was agreed on loses its words.

Decisions and the ledger stay: they must, for ten years, and know a creator by the account's number only.
"""

from typing import Final

from attribution.store import coupons, links
from attribution.store.collections import COLLABORATIONS, COUPONS, LINKS, rows_of
from chassis import forgetting, mongo
from chassis.ids import new_id
from chassis.tx import Tx
from contracts import campaigns, topics
from contracts.attribution import CouponStatus, ForgottenByAttribution, LinkStatus
from contracts.campaigns import without_person
from contracts.discovery import Erasure
from contracts.forgetting import Held, Kept, KeptBecause, Went

KEPT: Final = (
    Kept(what=Held.LEDGER, because=KeptBecause.BOOKS),
    Kept(what=Held.COUPONS, because=KeptBecause.BOOKS),
    Kept(what=Held.COLLABORATIONS, because=KeptBecause.AGREEMENT),
)


async def forget_creator(tx: Tx, erasure: Erasure) -> None:
    """Forget whom an erasure names, and say so; again changes nothing but says it again."""
    account = erasure.account
    went: dict[Held, int] = {Held.COLLABORATIONS: await _forget_words(tx, erasure)}
    if account is not None:
        await forgetting.remember_forgotten(tx, [account])
        await forgetting.forget_answers(tx, account)
        went[Held.COUPONS] = await _end_coupons(tx, account)
        went[Held.LINKS] = await _end_links(tx, account)
    ids = [*erasure.profiles, *([] if account is None else [account])]
    went[Held.DEAD_LETTERS] = await forgetting.forget_letters(tx, ids, but_of=topics.ERASURES.name)
    tx.emit(
        ForgottenByAttribution(
            id=new_id(),
            time=tx.now,
            erasure=erasure.id,
            asked=erasure.asked,
            went=tuple(Went(what=what, count=count) for what, count in went.items() if count),
            kept=() if account is None else KEPT,
        )
    )


async def as_kept(tx: Tx, collaboration: campaigns.Collaboration) -> campaigns.Collaboration:
    """What may be kept of a collaboration: one whose creator was erased comes late with its words, perhaps."""
    creator = collaboration.creator
    if creator is None or not await forgetting.forgotten_among(tx.db, [creator], tx.session):
        return collaboration
    return without_person(collaboration)


def without_words(row: mongo.Document) -> mongo.Document:
    """A collaboration's document without what its two sides wrote."""
    state = without_person(campaigns.Collaboration.model_validate(row["state"]))
    return row | {"profile": None, "state": state.model_dump(mode="json", exclude_none=True)}


async def _forget_words(tx: Tx, erasure: Erasure) -> int:
    """Campaigns says the same of each with its next revision; nobody waits for that here."""
    whose: list[mongo.Document] = [{"profile": {"$in": list(erasure.profiles)}}] if erasure.profiles else []
    if erasure.account is not None:
        whose.append({"creator": erasure.account})
    if not whose:
        return 0
    count = 0
    for row in await rows_of(tx.db[COLLABORATIONS].find({"$or": whose}, session=tx.session)):
        after = without_words(row)
        if after != row:
            await tx.db[COLLABORATIONS].replace_one({"_id": row["_id"]}, after, session=tx.session)
            count += 1
    return count


async def _end_links(tx: Tx, account: str) -> int:
    alive = {"creator": account, "status": {"$ne": LinkStatus.ENDED.value}}
    rows = await rows_of(tx.db[LINKS].find(alive, session=tx.session).sort("_id", 1))
    for row in rows:
        await links.say_changed(tx, row | {"status": LinkStatus.ENDED.value})
    return len(rows)


async def _end_coupons(tx: Tx, account: str) -> int:
    alive = {"creator": account, "status": {"$ne": CouponStatus.ENDED.value}}
    rows = await rows_of(tx.db[COUPONS].find(alive, session=tx.session).sort("_id", 1))
    for row in rows:
        await coupons.end(tx, row["brand"], row["_id"])
    return len(rows)
