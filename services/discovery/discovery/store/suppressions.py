"""Handles whose persons were erased: known again by a keyed hash, so that no import brings them back (D12)."""

import secrets
from collections.abc import Collection
from typing import Final

from chassis.ids import new_id
from chassis.mongo import ASCENDING, CollectionSpec, Database, Document, IndexModel, Session
from chassis.tx import Tx
from discovery.domain.erasure import Suppression, suppression_key

SUPPRESSIONS = "suppressions"
KEY: Final = "key"
KEY_BYTES: Final = 32

COLLECTION = CollectionSpec(
    SUPPRESSIONS,  # by hash; beside them the key
    indexes=(
        # Who came back and goes again.
        IndexModel([("profile", ASCENDING)], partialFilterExpression={"profile": {"$type": "string"}}),
    ),
)


async def suppressed(db: Database, session: Session | None, profiles: Collection[str]) -> dict[str, Suppression]:
    """Those of these profiles, by the ids that their handles make, whose persons were erased."""
    secret = await _secret(db, session)
    if secret is None or not profiles:
        return {}
    hashes = {suppression_key(secret, profile): profile for profile in profiles}
    found = db[SUPPRESSIONS].find({"_id": {"$in": list(hashes)}}, session=session)
    return {hashes[row["_id"]]: Suppression(row["profile"], row["lifted"]) async for row in found}


async def erased_among(db: Database, profiles: Collection[str]) -> list[str]:
    """Those of these profiles whose persons were erased and have not come back."""
    return [profile for profile, one in (await suppressed(db, None, profiles)).items() if not one.lifted]


async def suppress(tx: Tx, profile: str) -> None:
    """Keep in mind that this profile's person was erased; the first erasure of all makes the key.

    Somebody who came back and goes again is as suppressed as before.
    """
    secret = await _secret(tx.db, tx.session)
    if secret is None:
        secret = secrets.token_bytes(KEY_BYTES)
        await tx.db[SUPPRESSIONS].insert_one({"_id": KEY, "key": secret}, session=tx.session)
    again = await tx.db[SUPPRESSIONS].update_one(
        {"profile": profile}, {"$set": {"profile": None, "lifted": False}}, session=tx.session
    )
    if again.matched_count:
        return
    row: Document = {"profile": None, "lifted": False, "at": tx.now}
    hashed = suppression_key(secret, profile)
    await tx.db[SUPPRESSIONS].replace_one({"_id": hashed}, row, upsert=True, session=tx.session)


async def release(tx: Tx, profile: str) -> None:
    """Nobody showed whose the handle was: lists may name it again, under a new id, as the old one had its last word.

    A handle whose person was erased before stays theirs, whoever else registered it since.
    """
    row = await tx.db[SUPPRESSIONS].find_one({"profile": profile}, session=tx.session)
    if row is None:
        await suppress(tx, profile)
        await _change(tx, profile, {"profile": new_id(), "lifted": True})
        return
    anew = {"profile": new_id() if row["lifted"] else None}
    await tx.db[SUPPRESSIONS].update_one({"_id": row["_id"]}, {"$set": anew}, session=tx.session)


async def profile_for(tx: Tx, profile: str) -> str:
    """Under which id a handle's registration stands: the handle's own, or a new one for whoever was erased before."""
    found = (await suppressed(tx.db, tx.session, [profile])).get(profile)
    if found is None or found.profile is not None:
        return profile if found is None or found.profile is None else found.profile
    made = new_id()
    await _change(tx, profile, {"profile": made})
    return made


async def standing_for(db: Database, profile: str) -> str:
    """Which id stands for a handle today; of somebody who was erased and has come back, the one that they got then."""
    found = (await suppressed(db, None, [profile])).get(profile)
    return profile if found is None or found.profile is None else found.profile


async def lift(tx: Tx, profile: str) -> None:
    """They have proven that they are who came back: imports may speak of them again."""
    if await suppressed(tx.db, tx.session, [profile]):
        await _change(tx, profile, {"lifted": True})


async def _change(tx: Tx, profile: str, values: Document) -> None:
    secret = await _secret(tx.db, tx.session)
    assert secret is not None
    hashed = suppression_key(secret, profile)
    await tx.db[SUPPRESSIONS].update_one({"_id": hashed}, {"$set": values}, session=tx.session)


async def _secret(db: Database, session: Session | None) -> bytes | None:
    row = await db[SUPPRESSIONS].find_one({"_id": KEY}, session=session)
    return None if row is None else bytes(row["key"])
