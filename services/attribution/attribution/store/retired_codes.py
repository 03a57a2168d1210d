"""Link codes of creators who were erased: nobody else may have them, and the words themselves are not kept (D12)."""

import hmac
import secrets
from typing import Final

from chassis.mongo import CollectionSpec
from chassis.tx import Tx

RETIRED: Final = "retired_codes"
KEY: Final = "key"
KEY_BYTES: Final = 32

COLLECTION = CollectionSpec(RETIRED)  # by keyed hash; beside them the key


async def retire(tx: Tx, code: str) -> None:
    """Whoever follows an old post to this code shall not come to somebody else's link."""
    row = {"_id": _hash(await _key(tx), code)}
    await tx.db[RETIRED].replace_one({"_id": row["_id"]}, row, upsert=True, session=tx.session)


async def is_retired(tx: Tx, code: str) -> bool:
    """Whether the code was an erased creator's."""
    known = await tx.db[RETIRED].find_one({"_id": KEY}, session=tx.session)
    if known is None:
        return False
    query = {"_id": _hash(bytes(known["key"]), code)}
    return await tx.db[RETIRED].find_one(query, session=tx.session) is not None


async def _key(tx: Tx) -> bytes:
    """The first that is retired makes the key."""
    known = await tx.db[RETIRED].find_one({"_id": KEY}, session=tx.session)
    if known is not None:
        return bytes(known["key"])
    made = secrets.token_bytes(KEY_BYTES)
    await tx.db[RETIRED].insert_one({"_id": KEY, "key": made}, session=tx.session)
    return made


def _hash(key: bytes, code: str) -> str:
    return hmac.digest(key, code.lower().encode(), "sha256").hex()
