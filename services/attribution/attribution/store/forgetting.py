"""Forgetting a creator (D12): links and codes end, the public page goes, and what was agreed on loses its words.

Decisions and the ledger stay: they must, for ten years, and know a creator by the account's number only.
"""

from typing import Final

from attribution.domain.links.codes import new_code
from attribution.store import coupons, links, retired_codes
from attribution.store.collections import COLLABORATIONS, COUPONS, LINKS, ORDERS, REVIEWS, rows_of
from chassis import forgetting, mongo
from chassis.ids import new_id
from chassis.tx import Tx
from contracts import campaigns, topics
from contracts.attribution import ForgottenByAttribution, LinkStatus
from contracts.campaigns import without_person
from contracts.discovery import Erasure
from contracts.forgetting import Held, Kept, KeptBecause, Went

KEPT: Final = (
    Kept(what=Held.LEDGER, because=KeptBecause.BOOKS),
    Kept(what=Held.LINKS, because=KeptBecause.BOOKS),
    Kept(what=Held.COLLABORATIONS, because=KeptBecause.AGREEMENT),
)
CARRIED: Final = Kept(what=Held.COUPONS, because=KeptBecause.BOOKS)


async def forget_creator(tx: Tx, erasure: Erasure) -> None:
    """Forget whom an erasure names, and say so; again changes nothing but says it again."""
    account = erasure.account
    kept: tuple[Kept, ...] = ()
    orders: list[str] = []
    went: dict[Held, int] = {Held.COLLABORATIONS: await _forget_words(tx, erasure)}
    if account is not None:
        await forgetting.remember_forgotten(tx, [account])
        await forgetting.forget_answers(tx, account)
        orders = await _forget_notes(tx, account)
        went[Held.COUPONS], carried = await _end_coupons(tx, account)
        went[Held.LINKS] = await _empty_links(tx, account)
        kept = (*KEPT, CARRIED) if carried else KEPT
    ids = [*erasure.profiles, *erasure.invitations, *([] if account is None else [account])]
    await forgetting.forget_answers_about(tx, orders)
    went[Held.DEAD_LETTERS] = await forgetting.forget_records(tx, ids, but_of=topics.ERASURES.name)
    forgetting.look_again(tx, erasure.id, erasure.asked, ids, but_of=topics.ERASURES.name)
    tx.emit(
        ForgottenByAttribution(
            id=new_id(),
            time=tx.now,
            erasure=erasure.id,
            asked=erasure.asked,
            went=tuple(Went(what=what, count=count) for what, count in went.items() if count),
            kept=kept,
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
    if erasure.invitations:
        whose.append({"_id": {"$in": list(erasure.invitations)}, "creator": None})
    if not whose:
        return 0
    count = 0
    for row in await rows_of(tx.db[COLLABORATIONS].find({"$or": whose}, session=tx.session)):
        after = without_words(row)
        if after != row:
            await tx.db[COLLABORATIONS].replace_one({"_id": row["_id"]}, after, session=tx.session)
            count += 1
    return count


async def _forget_notes(tx: Tx, account: str) -> list[str]:
    """What persons noted when they resolved a review, or released an order, that this creator earns by.

    The orders that were released with a note.
    """
    noted = {"changes.creator": account, "note": {"$gt": ""}}
    await tx.db[REVIEWS].update_many(noted, {"$set": {"note": ""}}, session=tx.session)
    released = {"creators": account, "releases.note": {"$gt": ""}}
    orders = await rows_of(tx.db[ORDERS].find(released, {"_id": 1}, session=tx.session))
    await tx.db[ORDERS].update_many(released, {"$set": {"releases.$[].note": ""}}, session=tx.session)
    return [row["_id"] for row in orders]


async def _empty_links(tx: Tx, account: str) -> int:
    """Links end without what was chosen for them: code, page and UTM words; the code is nobody's from now on."""
    rows = await rows_of(tx.db[LINKS].find(_not_yet(account), session=tx.session).sort("_id", 1))
    for row in rows:
        page = await _page_of(tx, row["collaboration"])
        await retired_codes.retire(tx, row["code"])
        emptied = {"code": new_code(), "destination": page, "target": page, "utm": {}}
        await links.say_changed(tx, row | emptied | {"status": LinkStatus.ENDED.value, "forgotten": True})
    return len(rows)


async def _page_of(tx: Tx, collaboration: str) -> str:
    """The campaign's own page, which every agreement brings."""
    row = await tx.db[COLLABORATIONS].find_one({"_id": collaboration}, {"state.landing_url": 1}, session=tx.session)
    assert row is not None  # else there would be no link
    page: str = row["state"]["landing_url"]
    return page


async def _end_coupons(tx: Tx, account: str) -> tuple[int, bool]:
    """How many codes ended or went, and whether any stays: one that an order carried, which was decided by it."""
    rows = await rows_of(tx.db[COUPONS].find(_not_yet(account), session=tx.session).sort("_id", 1))
    for row in rows:
        await coupons.end(tx, row["brand"], row["_id"])
        if not await coupons.is_carried(tx, row["brand"], row["normal"]):
            await coupons.rename(tx, row["brand"], row["_id"], new_code())
    theirs = {"creator": account}
    await tx.db[COUPONS].update_many(theirs, {"$set": {"forgotten": True}}, session=tx.session)
    kept = [await coupons.is_carried(tx, row["brand"], row["normal"]) for row in await _coupons_of(tx, theirs)]
    return len(rows), any(kept)


async def _coupons_of(tx: Tx, query: mongo.Document) -> list[mongo.Document]:
    return await rows_of(tx.db[COUPONS].find(query, {"brand": 1, "normal": 1}, session=tx.session))


def _not_yet(account: str) -> mongo.Document:
    return {"creator": account, "forgotten": {"$ne": True}}
